import Cgroups
import OCI
import Kernel

extension Verb {
    /// Starts the program of a created container. (runtime.md, "Start")
    ///
    /// - Throws: what is wrong. A program that cannot be executed leaves the container stopped; a hook that fails has it
    ///   destroyed, as the specification wants.
    package static func start(_ id: String, _ context: Context) throws(RuntimeError) {
        let container = try Container.find(id, root: context.root)
        switch try container.status() {
        case .created: break
        case .creating: throw RuntimeError(.wrongState, "cannot start container \"\(id)\": it is still being created")
        case .running: throw alreadyRunning(id)
        case .paused: throw cannot("start", id, "it is paused; resume it first")
        case .stopped: throw stopped(id)
        }
        guard let process = try container.openProcess() else { throw stopped(id) }
        let readiness = try Readiness.ofCaller(starting: container.directory, context.warnings)
        let output = try container.record.flatMap { (record) throws(RuntimeError) in
            try record.hooks.poststart.isEmpty ? nil : record.hookOutput()
        }
        let place = container.record?.cgroup
        // One that others used before has counted for them too.
        let before = place.map { $0.levels > 0 ? LimitHits() : LimitHits(of: Cgroup(path: $0.path)) }
        let above = place?.hitsAbove
        do throws(RuntimeError) {
            do throws(RuntimeError) {
                try pass(container, process, id)
            } catch {
                throw error.explained(
                    by: place?.limitHit(since: before ?? LimitHits(), above: above, limits(of: container)))
            }
            if let record = container.record, !record.hooks.poststart.isEmpty {
                try HookRunner(
                    state: container.state(.running), environment: Process.environment, directory: record.bundle,
                    output: output
                ).run(record.hooks.poststart, .poststart)
            }
        } catch {
            if error.kind == .hookFailed { destroyIfStillThere(container, context) }
            throw error
        }
        if let readiness, let pid = container.record?.process?.pid {
            readiness.await(pid, process: process.raw, held: nil)
        }
    }

    /// What was asked for the container; nil when that cannot be read any more.
    private static func limits(of container: borrowing Container) -> CgroupSettings? {
        do throws(RuntimeError) {
            return try container.readSpec().linux?.resources.map { CgroupSettings($0) }
        } catch {
            return nil
        }
    }

    /// Destroys the container after a failed hook, unless somebody else has: the id may be another container's by now.
    private static func destroyIfStillThere(_ container: borrowing Container, _ context: Context) {
        do throws(RuntimeError) {
            guard try container.directory.lock(milliseconds: 10_000), try !container.directory.isGone() else { return }
            try container.destroy(context.warnings)
        } catch {
            context.warnings.add(error.message)
        }
    }

    private static func pass(
        _ container: borrowing Container, _ process: borrowing Descriptor, _ id: String
    ) throws(RuntimeError) {
        let delivery = SeccompDelivery(
            container.record?.seccompAgent, pid: container.record?.process?.pid, state: container.state(.created))
        switch try StartGate.open(container.directory, delivery) {
        case .executed: return
        case .executedFiltered: if container.endedBeforeProgram() { throw StartGate.filteredAway }
        case .failed(let error):
            // Init ends after an error; only then is the container what it will be called: stopped.
            let raw = process.raw
            _ = try attempt("wait for the container's process") { () throws(Errno) in
                try Process.waitForEnd(raw, milliseconds: 10_000)
            }
            throw error
        case .died:
            // The connection ended without a word: with another one's `start` if init lives, with init if not.
            let raw = process.raw
            let ended = try attempt("look at the container's process") { () throws(Errno) in
                try Process.waitForEnd(raw, milliseconds: 0)
            }
            if !ended { throw alreadyRunning(id) }
            throw RuntimeError(.failed, "the container's init ended before it could execute the program")
        case .closed: throw alreadyRunning(id)
        }
    }

    private static func alreadyRunning(_ id: String) -> RuntimeError {
        RuntimeError(.wrongState, "cannot start an already running container: \"\(id)\"")
    }

    private static func stopped(_ id: String) -> RuntimeError {
        RuntimeError(.wrongState, "cannot start a container that has stopped: \"\(id)\"")
    }
}

import Cgroups
import Kernel
import OCI

extension Verb {
    /// How long the processes of a container are given to stand still.
    private static let deadline: Int32 = 10_000

    /// Freezes every process of a container: until `resume`, or a kill, none of them runs.
    ///
    /// - Throws: among others that the container is paused or does not run. One that will not freeze runs on.
    package static func pause(_ id: String, _ context: Context) throws(RuntimeError) {
        let container = try Container.find(id, root: context.root)
        switch try container.status() {
        case .created, .running: break
        case .creating: throw cannot("pause", id, "it is still being created")
        case .paused: throw cannot("pause", id, "it is paused already")
        case .stopped: throw cannot("pause", id, "container not running")
        }
        let cgroup = try container.cgroup(for: "pause")
        do throws(FreezeFailure) {
            try cgroup.freeze(milliseconds: deadline)
        } catch {
            if error == .takenBack, try container.status() == .stopped {
                throw cannot("pause", id, "container not running")
            }
            throw failure(error, id, cgroup)
        }
    }

    private static func failure(_ failure: FreezeFailure, _ id: String, _ cgroup: Cgroup) -> RuntimeError {
        switch failure {
        case .kernel(let error):
            return RuntimeError(
                "pause container \"\(id)\": freeze \(cgroup.path)", error, hint: notDelegated(error))
        case .takenBack: return cannot("pause", id, "it was resumed before all of its processes stood still")
        case .timedOut(let waiting):
            var message =
                "pause container \"\(id)\": not all of its processes stood still within \(deadline / 1000) s; it runs on"
            if !waiting.isEmpty {
                message += "; waiting in the kernel: process "
                message += waiting.prefix(10).map { "\($0)" }.joined(separator: ", ")
            }
            return RuntimeError(.failed, message)
        }
    }

    static func cannot(_ verb: String, _ id: String, _ why: String) -> RuntimeError {
        RuntimeError(.wrongState, "cannot \(verb) container \"\(id)\": \(why)")
    }

    /// What to say of a cgroup that the caller may not write to.
    static func notDelegated(_ error: Errno) -> String? {
        guard error == .permissionDenied || error == .notPermitted else { return nil }
        return "the cgroup belongs to another user, and is not delegated to this one"
    }
}

extension Container {
    /// The container's cgroup, without which the verb cannot be done.
    func cgroup(for verb: String) throws(RuntimeError) -> Cgroup {
        guard let cgroup else {
            throw RuntimeError(.wrongState, "cannot \(verb) container \"\(directory.id)\": it has no cgroup")
        }
        return cgroup
    }
}

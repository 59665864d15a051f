import Cgroups
import Kernel
import OCI

extension Creation {
    /// Follows init through its set-up, runs the hooks of the host's side on the way.
    mutating func awaitReady() throws(RuntimeError) {
        while true {
            var passed: Descriptor?
            switch try child.receive(&passed) {
            case .linksDue: try moveNetDevices()
            case .treeDue(let number): try sendTree(number)
            case .hooksDue: try runHostHooks()
            case .terminal: try child.keep(passed)
            case .ready: return
            default: throw child.outOfTurn
            }
        }
    }

    private mutating func runHostHooks() throws(RuntimeError) {
        hooksRan = true
        let hooks = prepared.plan.hooks
        if !hooks.prestart.isEmpty || !hooks.createRuntime.isEmpty {
            // A hook may ask for the container's state.
            try writeProcess()
            let runner = HookRunner(
                state: state(.creating), environment: Process.environment, directory: prepared.bundle,
                output: hookOutput, held: child.held)
            try runner.run(hooks.prestart, .prestart)
            try runner.run(hooks.createRuntime, .createRuntime)
        }
        try child.tell(.goOn)
    }

    func state(_ status: State.Status) -> State {
        State(
            ociVersion: record.ociVersion, id: record.id, pid: child.pid, status: status, bundle: record.bundle,
            rootfs: record.rootfs, created: record.created, annotations: record.annotations)
    }

    /// Notes the container's process, so that others can find it.
    private mutating func writeProcess() throws(RuntimeError) {
        guard let pid = child.pid, let status = prepared.proc.status(of: pid) else { throw child.silentDeath() }
        record.process = StateRecord.Process(pid: pid, startTime: status.startTime)
        try directory.write(record)
    }

    /// Makes the container known, and lets its init go on without apus.
    mutating func register() throws(RuntimeError) {
        if record.process == nil { try writeProcess() }
        try child.announce(file: prepared.pidFile, socket: prepared.pidfdSocket)
        // `start`, which comes next for `run`, says it too.
        if case .create = purpose { try child.tell(.commit) }
        directory.unlock()
    }

    /// Starts the program and waits until it runs; then the poststart hooks.
    ///
    /// In the foreground signals are the program's from here on, and so is its end by its own filter.
    mutating func start(detached: Bool) throws(RuntimeError) {
        do throws(RuntimeError) {
            var delivery: SeccompDelivery?
            if let agent = record.seccompAgent {
                delivery = SeccompDelivery(agent, pid: child.pid, state: state(.created))
            }
            if try child.start(detached: detached, delivery), detached { try checkExecuted() }
            if !record.hooks.poststart.isEmpty {
                let runner = HookRunner(
                    state: state(.running), environment: Process.environment, directory: record.bundle,
                    output: hookOutput, held: detached ? child.held : nil)
                try runner.run(record.hooks.poststart, .poststart)
            }
            if detached { awaitReadiness() }
        } catch {
            hooksRan = true
            let error = explained(error)
            undo()
            child.held.end()
            throw error
        }
    }

    private func awaitReadiness() {
        guard let readiness = prepared.readiness, let pid = child.pid else { return }
        readiness.await(pid, process: child.descriptor, held: child.held)
    }

    private func checkExecuted() throws(RuntimeError) {
        if let pid = child.pid, let status = prepared.proc.status(of: pid), status.hasNotExecuted {
            throw StartGate.filteredAway
        }
    }

    /// Takes back all that was made. What fails here is passed over: the first error is the one to tell.
    mutating func undo() {
        netDevices?.takeBack(warnings)
        child.undo()
        manager = nil
        if let place = record.cgroup, place.unit == nil || unitMayExist {
            do throws(RuntimeError) {
                // Hooks may have put processes of theirs into it.
                if place.levels > 0 { try place.kill() }
                try place.cleanUp(warnings)
            } catch {
                warnings.add(error.message)
            }
        }
        do throws(RuntimeError) {
            try record.resctrl?.cleanUp()
        } catch {
            warnings.add(error.message)
        }
        do throws(RuntimeError) {
            try directory.remove()
        } catch {
            warnings.add(error.message)
        }
        directory.unlock()
        guard hooksRan else { return }
        var state = state(.stopped)
        state.pid = nil
        HookRunner(
            state: state, environment: Process.environment, directory: record.bundle, output: hookOutput
        )
        .runAll(record.hooks.poststop, .poststop, warnings)
    }
}

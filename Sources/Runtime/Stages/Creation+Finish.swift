import Cgroups
import Kernel
import OCI

extension Creation {
    /// Follows init through its set-up, runs the hooks of the host's side on the way.
    mutating func awaitReady() throws(RuntimeError) {
        while true {
            var passed: Descriptor?
            switch try receive(&passed) {
            case .linksDue: try moveNetDevices()
            case .treeDue(let number): try sendTree(number)
            case .hooksDue: try runHostHooks()
            case .terminal:
                switch consume passed {
                case .some(let master): terminal = SharedDescriptor(master)
                case .none: throw RuntimeError(.failed, "the container's init sent no terminal")
                }
            case .ready: return
            default: throw Self.outOfTurn
            }
        }
    }

    /// Waits until init has something to say, or a signal asks apus to end.
    private func awaitWord() throws(RuntimeError) {
        let channel =
            switch child {
            case .some(let child): child.channel.raw
            case .none: Int32(-1)
            }
        guard channel >= 0 else { return }
        while true {
            let ready = try attempt("wait for the container's init") { () throws(Errno) in
                try Poll.wait(for: channel, or: held.raw)
            }
            let interrupted = try attempt("take a signal") { () throws(Errno) in
                if ready.second { return try held.haveCome() }
                return false
            }
            if interrupted {
                throw RuntimeError(.failed, "interrupted while the container's init was \(notes.step.text)")
            }
            if ready.first { return }
        }
    }

    static var outOfTurn: RuntimeError { RuntimeError(.failed, "the container's init spoke out of turn") }

    /// What init says next, and a descriptor that comes with it; an error of init's is thrown.
    mutating func receive(_ passed: inout Descriptor?) throws(RuntimeError) -> SyncMessage {
        try awaitWord()
        switch try child?.channel.receive(descriptor: &passed) {
        case .failed(let error): throw error
        case .some(let message): return message
        case .none: throw silentDeath()
        }
    }

    /// Says something to init; when it is gone, how it went is the error.
    mutating func tell(_ message: SyncMessage) throws(RuntimeError) {
        do throws(RuntimeError) {
            guard child != nil else { throw silentDeath() }
            try child?.channel.send(message)
        } catch {
            throw silentDeath()
        }
    }

    /// What to say of an init that is gone and left no word: where it was, and what ended it.
    mutating func silentDeath() -> RuntimeError {
        let step = notes.step.text
        var how = "ended"
        if let ending = reap() {
            switch ending {
            case .exited(let status): how = "exited with status \(status)"
            case .killed(let signal): how = "was killed by \(Signal(rawValue: signal).name)"
            }
        }
        return RuntimeError(.failed, "the container's init \(how) while it was \(step)")
    }

    /// Kills the child and takes its ending; nil when there is none any more.
    mutating func reap() -> Process.Ending? {
        guard let child = child.take() else { return nil }
        do throws(Errno) {
            // A dead one takes the signal as well; a live one that closed its socket is beyond repair.
            try Process.signal(child.descriptor.raw, 9)
            return try Process.wait(child.pid)
        } catch {
            return nil
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
                output: hookOutput, held: held)
            try runner.run(hooks.prestart, .prestart)
            try runner.run(hooks.createRuntime, .createRuntime)
        }
        try tell(.goOn)
    }

    func state(_ status: State.Status) -> State {
        State(
            ociVersion: record.ociVersion, id: record.id, pid: childPID, status: status, bundle: record.bundle,
            rootfs: record.rootfs, created: record.created, annotations: record.annotations)
    }

    /// Notes the container's process, so that others can find it.
    private mutating func writeProcess() throws(RuntimeError) {
        guard let pid = childPID, let status = prepared.proc.status(of: pid) else { throw silentDeath() }
        record.process = StateRecord.Process(pid: pid, startTime: status.startTime)
        try directory.write(record)
    }

    /// Makes the container known, and lets its init go on without apus.
    mutating func register() throws(RuntimeError) {
        if record.process == nil { try writeProcess() }
        if let path = prepared.pidFile, let pid = childPID {
            try PidFile.write(pid, to: path)
            pidFileWritten = true
        }
        if let socket = prepared.pidfdSocket {
            var process: Int32 = -1
            switch child {
            case .some(let child): process = child.descriptor.raw
            case .none: break
            }
            try socket.send(process)
        }
        // `start`, which comes next for `run`, says it too.
        if case .create = purpose { try tell(.commit) }
        directory.unlock()
    }

    /// Starts the program and waits until it runs; then the poststart hooks.
    ///
    /// In the foreground signals are the program's from here on, and so is its end by its own filter.
    mutating func start(detached: Bool) throws(RuntimeError) {
        do throws(RuntimeError) {
            try tell(.start)
            if detached { try awaitWord() }
            switch try startOutcome() {
            case .executed: break
            case .executedFiltered: if detached { try checkExecuted() }
            case .failed(let error): throw error
            case .died, .closed: throw silentDeath()
            }
            if !record.hooks.poststart.isEmpty {
                let runner = HookRunner(
                    state: state(.running), environment: Process.environment, directory: record.bundle,
                    output: hookOutput, held: detached ? held : nil)
                try runner.run(record.hooks.poststart, .poststart)
            }
            if detached, let pid = childPID { awaitReadiness(pid) }
        } catch {
            hooksRan = true
            let error = explained(error)
            undo()
            held.end()
            throw error
        }
    }

    private func awaitReadiness(_ pid: Int32) {
        guard let readiness = prepared.readiness else { return }
        switch child {
        case .some(let child): readiness.await(pid, process: child.descriptor.raw, held: held)
        case .none: return
        }
    }

    private func checkExecuted() throws(RuntimeError) {
        if let pid = childPID, let status = prepared.proc.status(of: pid), status.hasNotExecuted {
            throw StartGate.filteredAway
        }
    }

    private mutating func startOutcome() throws(RuntimeError) -> StartGate.Outcome {
        var delivery: SeccompDelivery?
        if let agent = record.seccompAgent {
            delivery = SeccompDelivery(agent, pid: childPID, state: state(.created))
        }
        guard var taken = child.take() else { return .died }
        let outcome = try StartGate.outcome(of: &taken.channel, delivery)
        child = consume taken
        return outcome
    }

    /// Takes back all that was made. What fails here is passed over: the first error is the one to tell.
    mutating func undo() {
        netDevices?.takeBack(warnings)
        _ = reap()
        if pidFileWritten, let path = prepared.pidFile { PidFile.remove(path) }
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

import Cgroups
import Kernel
import OCI

extension Creation {
    /// Follows init through its set-up, runs the hooks of the host's side on the way.
    mutating func awaitReady() throws(RuntimeError) {
        while true {
            var passed: Descriptor?
            switch try receive(&passed) {
            case .hooksDue: try runHostHooks()
            case .terminal:
                switch consume passed {
                case .some(let master): terminal = SharedDescriptor(master)
                case .none: throw RuntimeError(.failed, "the container's init sent no terminal")
                }
            case .ready: return
            default: throw RuntimeError(.failed, "the container's init spoke out of turn")
            }
        }
    }

    private mutating func receive(_ passed: inout Descriptor?) throws(RuntimeError) -> SyncMessage {
        switch try child?.channel.receive(descriptor: &passed) {
        case .failed(let error): throw error
        case .some(let message): return message
        case .none: throw silentDeath()
        }
    }

    /// Says something to init; when it is gone, how it went is the error.
    private mutating func tell(_ message: SyncMessage) throws(RuntimeError) {
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
                state: state(.creating), environment: Process.environment, directory: prepared.bundle)
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
        guard let pid = childPID, let status = proc.status(of: pid) else { throw silentDeath() }
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
        try tell(.commit)
        directory.unlock()
    }

    /// Starts the program and waits until it runs; then the poststart hooks.
    mutating func start() throws(RuntimeError) {
        do throws(RuntimeError) {
            try tell(.start)
            switch try startOutcome() {
            case .executed: break
            case .failed(let error): throw error
            case .died, .closed: throw silentDeath()
            }
            try HookRunner(state: state(.running), environment: Process.environment, directory: record.bundle)
                .run(record.hooks.poststart, .poststart)
        } catch {
            hooksRan = true
            undo()
            throw error
        }
    }

    private mutating func startOutcome() throws(RuntimeError) -> StartGate.Outcome {
        guard var taken = child.take() else { return .died }
        let outcome = try StartGate.outcome(of: &taken.channel)
        child = consume taken
        return outcome
    }

    /// Takes back all that was made. What fails here is passed over: the first error is the one to tell.
    mutating func undo() {
        _ = reap()
        if pidFileWritten, let path = prepared.pidFile { PidFile.remove(path) }
        if let place = record.cgroup {
            let cgroup = Cgroup(path: place.path)
            do throws(Errno) {
                // Hooks may have put processes of theirs into it.
                if place.levels > 0 { try cgroup.kill() }
                try place.cleanUp()
            } catch {
                warnings.add("remove the cgroup \(place.path): \(error.message)")
            }
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
        HookRunner(state: state, environment: Process.environment, directory: record.bundle)
            .runAll(record.hooks.poststop, .poststop, warnings)
    }
}

import Kernel

/// The making of a process in a running container as apus sees it; what was made is undone if a later step fails.
struct Joining: ~Copyable {
    private let prepared: JoinPreparation
    private let notes: SharedNotes
    /// A signal that asks apus to end does so when what was made is taken back.
    private let held: HeldSignals
    private var child: Creation.Child?
    private var pidFileWritten = false
    /// The terminal's master, when apus stays with it.
    private var terminal: SharedDescriptor?

    init(_ prepared: JoinPreparation) throws(RuntimeError) {
        let notes = try SharedNotes()
        let held = try attempt("hold signals back") { () throws(Errno) in try HeldSignals() }
        self.prepared = prepared
        self.notes = notes
        self.held = held
    }

    /// Runs the program; answers its ending, or nil when detached.
    mutating func run() throws(RuntimeError) -> Process.Ending? {
        do throws(RuntimeError) {
            try giveBirth()
            try awaitReady()
            if prepared.options.detach {
                try start()
                return nil
            }
        } catch {
            undo()
            held.end()
            throw error
        }
        return try runInForeground()
    }

    private mutating func runInForeground() throws(RuntimeError) -> Process.Ending {
        let foreground: Foreground
        do throws(RuntimeError) {
            foreground = try Foreground(terminal: terminal)
        } catch {
            undo()
            held.end()
            throw error
        }
        do throws(RuntimeError) {
            try start()
        } catch {
            undo()
            held.end()
            throw error
        }
        guard let child = child.take() else { throw silentDeath() }
        return try foreground.wait(child.pid, process: child.descriptor.raw)
    }

    private mutating func giveBirth() throws(RuntimeError) {
        var console: Descriptor?
        if let path = prepared.consoleSocket { console = try Console.connect(path) }
        let ends = try attempt("make a socket to the program's process") { () throws(Errno) in try Socket.pair() }
        if let processors = prepared.plan.execAffinity?.initial {
            try attempt("set the processors to begin on", at: "/process/execCPUAffinity/initial") {
                () throws(Errno) in try processors.apply()
            }
        }
        let side = try prepared.cgroup.clone()
        switch consume side {
        case .child:
            // Held here too, apus's end would keep the process from noticing that apus has gone.
            let channel = Channel(ends.takeSecond())
            Joiner(
                Joiner.Inheritance(
                    id: prepared.options.id, plan: prepared.plan, filter: prepared.filter, target: prepared.target,
                    notes: notes, newKeyring: prepared.newKeyring, preserveFDs: prepared.options.preserveFDs,
                    consoleSocket: console),
                channel: channel
            ).run()
        case .parent(let pid, let descriptor):
            child = Creation.Child(pid: pid, descriptor: descriptor, channel: Channel(ends.takeFirst()))
        }
        if prepared.target.entersPID { try adopt() }
        guard let resctrl = prepared.resctrl else { return }
        switch child {
        case .some(let child): try resctrl.add(child.pid)
        case .none: return
        }
    }

    /// Takes the process that was born in the container's pid namespace in the place of the one that bore it.
    private mutating func adopt() throws(RuntimeError) {
        switch child {
        case .some(let child): try awaitWord(from: child.descriptor.raw)
        case .none: return
        }
        guard let between = child.take() else { return }
        let first = between.pid
        var channel = between.channel
        _ = try attempt("wait for the process to be born in the container") { () throws(Errno) in
            try Process.wait(first)
        }
        let pid = notes.pid
        guard pid != 0 else {
            if case .failed(let error) = try channel.receive() { throw error }
            throw silentDeath()
        }
        // A child of apus's own that is not reaped yet: the number still means it.
        let descriptor = try attempt("open the process \(pid)") { () throws(Errno) in try Process.open(pid) }
        child = Creation.Child(pid: pid, descriptor: descriptor, channel: channel)
    }

    /// Waits until a descriptor can be read, or a signal asks apus to end.
    private func awaitWord(from descriptor: Int32) throws(RuntimeError) {
        while true {
            let ready = try attempt("wait for the program's process") { () throws(Errno) in
                try Poll.wait(for: [descriptor, held.raw], milliseconds: -1)
            }
            let interrupted = try attempt("take a signal") { () throws(Errno) in
                if ready[1] { return try held.haveCome() }
                return false
            }
            if interrupted {
                throw RuntimeError(.failed, "interrupted while the program's process was \(notes.step.text)")
            }
            if ready[0] { return }
        }
    }

    private var channel: Int32 {
        switch child {
        case .some(let child): child.channel.raw
        case .none: -1
        }
    }

    private mutating func awaitReady() throws(RuntimeError) {
        while true {
            var passed: Descriptor?
            try awaitWord(from: channel)
            switch try child?.channel.receive(descriptor: &passed) {
            case .failed(let error): throw error
            case .terminal:
                switch consume passed {
                case .some(let master): terminal = SharedDescriptor(master)
                case .none: throw RuntimeError(.failed, "the program's process sent no terminal")
                }
            case .ready: return try raiseLimits()
            case .none: throw silentDeath()
            default: throw RuntimeError(.failed, "the program's process spoke out of turn")
            }
        }
    }

    /// Sets the limits of a process in a user namespace, whose own rights do not suffice to raise them.
    private mutating func raiseLimits() throws(RuntimeError) {
        guard prepared.target.namespaces.contains(.user) else { return }
        switch child {
        case .some(let child): try prepared.plan.setLimits(of: child.pid)
        case .none: return
        }
    }

    /// Writes the pid file and has the process become the program; waits until it has.
    private mutating func start() throws(RuntimeError) {
        guard var child = child.take() else { throw silentDeath() }
        let outcome: StartGate.Outcome
        do throws(RuntimeError) {
            if let path = prepared.pidFile {
                try PidFile.write(child.pid, to: path)
                pidFileWritten = true
            }
            if let socket = prepared.pidfdSocket { try socket.send(child.descriptor.raw) }
            try child.channel.send(.start)
            if prepared.options.detach { try awaitWord(from: child.channel.raw) }
            let delivery = SeccompDelivery(prepared.agent, pid: child.pid, state: prepared.state)
            outcome = try StartGate.outcome(of: &child.channel, delivery)
        } catch {
            self.child = consume child
            throw error
        }
        let pid = child.pid
        self.child = consume child
        switch outcome {
        case .executed: return
        case .executedFiltered:
            // In the foreground its end tells.
            guard prepared.options.detach else { return }
            let proc = try attempt("open /proc") { () throws(Errno) in try HostProc() }
            if let status = proc.status(of: pid), status.hasNotExecuted { throw StartGate.filteredAway }
        case .failed(let error): throw error
        case .died, .closed: throw silentDeath()
        }
    }

    /// What to say of a process that is gone and left no word: where it was, and what ended it.
    private mutating func silentDeath() -> RuntimeError {
        let step = notes.step.text
        guard let ending = reap() else {
            return RuntimeError(.failed, "the program's process ended while it was \(step)")
        }
        switch ending {
        case .exited(let status):
            return RuntimeError(.failed, "the program's process exited with status \(status) while it was \(step)")
        case .killed(let signal):
            let name = Signal(rawValue: signal).name
            return RuntimeError(.failed, "the program's process was killed by \(name) while it was \(step)")
        }
    }

    /// Kills the process and takes its ending; nil when there is none any more.
    private mutating func reap() -> Process.Ending? {
        guard let child = child.take() else { return nil }
        do throws(Errno) {
            try Process.signal(child.descriptor.raw, 9)
            return try Process.wait(child.pid)
        } catch {
            return nil
        }
    }

    private mutating func undo() {
        _ = reap()
        if pidFileWritten, let path = prepared.pidFile { PidFile.remove(path) }
    }
}

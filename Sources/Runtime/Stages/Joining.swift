import Kernel

/// The making of a process in a running container as apus sees it; what was made is undone if a later step fails.
struct Joining: ~Copyable {
    private let prepared: JoinPreparation
    private var child: Child

    init(_ prepared: JoinPreparation) throws(RuntimeError) {
        let child = try Child(Child.program)
        self.child = child
        self.prepared = prepared
    }

    /// Runs the program; answers its ending, or nil when detached.
    mutating func run() throws(RuntimeError) -> Process.Ending? {
        do throws(RuntimeError) {
            try giveBirth()
            try awaitReady()
            if !prepared.options.detach { return try runInForeground() }
            try start()
            return nil
        } catch {
            child.undo()
            child.held.end()
            throw error
        }
    }

    private mutating func runInForeground() throws(RuntimeError) -> Process.Ending {
        let foreground = try Foreground(terminal: child.terminal)
        try start()
        return try child.stay(in: foreground)
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
                    notes: child.notes, newKeyring: prepared.newKeyring, preserveFDs: prepared.options.preserveFDs,
                    consoleSocket: console),
                channel: channel
            ).run()
        case .parent(let pid, let descriptor):
            child.living = Child.Living(pid: pid, descriptor: descriptor, channel: Channel(ends.takeFirst()))
        }
        if prepared.target.entersPID { try adopt() }
        if let resctrl = prepared.resctrl, let pid = child.pid { try resctrl.add(pid) }
    }

    /// Takes the process that was born in the container's pid namespace in the place of the one that bore it.
    private mutating func adopt() throws(RuntimeError) {
        try child.awaitEnd()
        guard let between = child.living.take() else { return }
        let first = between.pid
        var channel = between.channel
        _ = try attempt("wait for the process to be born in the container") { () throws(Errno) in
            try Process.wait(first)
        }
        let pid = child.notes.pid
        guard pid != 0 else {
            if case .failed(let error) = try channel.receive() { throw error }
            throw child.silentDeath()
        }
        // A child of apus's own that is not reaped yet: the number still means it.
        let descriptor = try attempt("open the process \(pid)") { () throws(Errno) in try Process.open(pid) }
        child.living = Child.Living(pid: pid, descriptor: descriptor, channel: channel)
    }

    private mutating func awaitReady() throws(RuntimeError) {
        while true {
            var passed: Descriptor?
            switch try child.receive(&passed) {
            case .terminal: try child.keep(passed)
            case .ready: return try raiseLimits()
            default: throw child.outOfTurn
            }
        }
    }

    /// Sets the limits of a process in a user namespace, whose own rights do not suffice to raise them.
    private mutating func raiseLimits() throws(RuntimeError) {
        guard prepared.target.namespaces.contains(.user), let pid = child.pid else { return }
        try prepared.plan.setLimits(of: pid)
    }

    /// Writes the pid file and has the process become the program; waits until it has.
    private mutating func start() throws(RuntimeError) {
        try child.announce(file: prepared.pidFile, socket: prepared.pidfdSocket)
        let delivery = SeccompDelivery(prepared.agent, pid: child.pid, state: prepared.state)
        // In the foreground its end tells of a filter that did not let it begin.
        guard try child.start(detached: prepared.options.detach, delivery), prepared.options.detach else { return }
        let proc = try attempt("open /proc") { () throws(Errno) in try HostProc() }
        if let pid = child.pid, let status = proc.status(of: pid), status.hasNotExecuted {
            throw StartGate.filteredAway
        }
    }
}

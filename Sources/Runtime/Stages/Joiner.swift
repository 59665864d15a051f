import Kernel
import SeccompFilter

/// A new process of a running container, from clone3(2) to execve(2).
///
/// It is a copy of apus among processes that may be hostile: before it is in any of the container's namespaces it cannot
/// be traced and has nothing open but what it needs. (CVE-2016-9962, CVE-2024-21626)
struct Joiner: ~Copyable {
    /// What it is given by the process that made it.
    struct Inheritance: ~Copyable {
        let id: String
        let plan: ProcessPlan
        let filter: FilterProgram?
        let target: JoinTarget
        let notes: SharedNotes
        let newKeyring: Bool
        let preserveFDs: Int
        /// Connection to the engine's console socket; nil when the terminal goes to apus itself, or there is none.
        var consoleSocket: Descriptor?
    }

    private var given: Inheritance
    private var channel: Channel
    private var callersUmask: UInt32 = 0o022
    /// The way to the process's labels, while there are some to set.
    private var labelling: HostProc?
    private var notes: SharedNotes { given.notes }

    init(_ given: consuming Inheritance, channel: consuming Channel) {
        self.given = given
        self.channel = channel
    }

    /// Never returns: the process ends, or becomes the program.
    consuming func run() -> Never {
        do throws(RuntimeError) {
            try bequeath()
            try join()
            let program = try setUp()
            try becomeIndependent()
            try execute(program)
        } catch {
            channel.sendIfPossible(.failed(error))
        }
        Process.exit(1)
    }

    /// Makes sure that nothing of apus's or its caller's is passed on by accident.
    private mutating func bequeath() throws(RuntimeError) {
        notes.step = .birth
        Session.resetSignals()
        try closeStrangers(except: given.target.descriptors)
        if let score = given.plan.oomScoreAdj {
            // While the host's /proc is in view, and this process's files in it are its own, for an ordinary user to write;
            // the process that is born in the container keeps it.
            try attempt("set the OOM score adjustment \(score)", at: "/process/oomScoreAdj") { () throws(Errno) in
                try HostProc().write("\(score)", to: "self/oom_score_adj")
            }
        }
        try Child.tie(Child.program)
        callersUmask = Session.setUmask(0)
    }

    private func closeStrangers(except more: [Int32]) throws(RuntimeError) {
        var kept = more + [channel.raw]
        switch given.consoleSocket {
        case .some(let socket): kept.append(socket.raw)
        case .none: break
        }
        try attempt("close inherited descriptors") { () throws(Errno) in
            try Descriptor.closeAll(from: 3 + Int32(given.preserveFDs), except: kept)
        }
    }

    /// Enters the container. When it has another pid namespace, it is the copy born there that goes on.
    private mutating func join() throws(RuntimeError) {
        notes.step = .joinNamespaces
        var kept: [Int32] = []
        labelling = try given.plan.labels.open()
        switch labelling {
        case .some(let proc): kept.append(proc.raw)
        case .none: break
        }
        try given.target.enter()
        // Nobody in there can look at a process that is not in their pid namespace: all is closed before one is.
        try closeStrangers(except: kept)
        guard given.target.entersPID else { return }
        let side: Process.Side
        do throws(Errno) {
            side = try notes.cloneSibling()
        } catch {
            // A pid namespace whose first process has ended takes no more.
            if error == .noMemory { throw JoinTarget.ended }
            throw RuntimeError("make a process in the container's pid namespace", error)
        }
        switch consume side {
        case .child: try Child.tie(Child.program)
        case .parent: Process.exit(0)
        }
    }

    /// Gives the process what the program will find. Answers the path of the program.
    private mutating func setUp() throws(RuntimeError) -> String {
        notes.step = .session
        try SessionKeyring.begin(given.newKeyring ? given.id : nil)
        if let processors = given.plan.execAffinity?.final {
            try attempt("set the processors to run on", at: "/process/execCPUAffinity/final") { () throws(Errno) in
                try processors.apply()
            }
        }
        try given.plan.labels.apply(labelling.take())
        notes.step = .terminal
        try openTerminal()
        return try setup.apply(limits: !given.target.namespaces.contains(.user))
    }

    private var setup: ProcessSetup {
        ProcessSetup(plan: given.plan, filter: given.filter, umask: callersUmask, notes: notes)
    }

    private mutating func openTerminal() throws(RuntimeError) {
        guard given.plan.terminal else { return }
        if given.target.namespaces.contains(.user) {
            // What a stranger to the user namespace makes in it is nobody's, who cannot give it to anyone.
            try JoinedRoot.become(orUser: given.plan.uid, group: given.plan.gid)
            try Child.tie(Child.program)
        }
        let master = try Console.open(owner: given.plan.uid, size: given.plan.consoleSize, bindConsole: false)
        try Console.pass(master, to: given.consoleSocket.take(), or: &channel)
    }

    /// Lets go of apus, which may end from here on.
    private mutating func becomeIndependent() throws(RuntimeError) {
        notes.step = .ready
        try Child.untie(Child.program)
        try channel.send(.ready)
        guard try channel.receive() == .start else {
            throw RuntimeError(.failed, "apus went away before the program was started")
        }
    }

    private mutating func execute(_ program: String) throws(RuntimeError) {
        try setup.execute(program, preserveFDs: given.preserveFDs, keeping: nil, isFiltered: false, &channel)
    }
}

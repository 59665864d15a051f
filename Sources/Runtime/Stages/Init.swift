import Kernel
import OCI
import SeccompFilter

/// The container's first process, from clone3(2) to execve(2).
///
/// It is a copy of apus in the new namespaces and goes through `run` from top to bottom once. All it needs was worked
/// out before: what it allocates is charged to the container.
struct Init: ~Copyable {
    /// What init is given by the process that made it.
    struct Inheritance: ~Copyable {
        let prepared: Preparation
        let notes: SharedNotes
        /// Connection to the engine's console socket; nil when the terminal goes to apus itself, or there is none.
        var consoleSocket: Descriptor?
        /// Nil for `run`, which starts the program through the channel.
        let gate: Descriptor?
        /// Files that hooks append to; nil when there are none.
        let hookOutput: HookOutput?
        /// Whether the process is put into its cgroup only after its birth, and what is new then.
        let placement: Placement
        /// Whether others may look at the process until its id maps are written.
        let isDumpableUntilMapped: Bool
        /// The open file whose lock tells others that init waits.
        let lock: Int32
    }

    /// How the process gets into its cgroup.
    enum Placement { case atBirth, later, laterWithNamespace }

    private var given: Inheritance
    var channel: Channel
    private var callersUmask: UInt32 = 0o022
    /// The way to the process's labels, while there are some to set.
    private var labelling: HostProc?
    /// Lent, not copied, like the plan: a copy counts its parts' holders, each in a page that is still shared with apus.
    private var options: CreateOptions { _read { yield given.prepared.options } }
    var plan: Plan { _read { yield given.prepared.plan } }
    var notes: SharedNotes { given.notes }

    init(_ given: consuming Inheritance, channel: consuming Channel) {
        self.given = given
        self.channel = channel
    }

    /// Does not return: the process ends, or becomes the container's program.
    ///
    /// The compiler is not told so. It would first take apart all that the caller has, of which the child would get a copy
    /// page by page: that costs time, and is charged to the container.
    @inline(never)
    consuming func run() {
        do throws(RuntimeError) {
            try bequeath()
            try awaitPlacement()
            let program = try setUp()
            try becomeIndependent()
            try execute(program)
        } catch {
            channel.sendIfPossible(.failed(error))
        }
        Process.exit(1)
    }

    /// Makes sure that nothing of apus's caller is passed on by accident.
    private mutating func bequeath() throws(RuntimeError) {
        notes.step = .birth
        Session.resetSignals()
        try closeStrangers()
        // Without a moment in between: apus may be writing the maps already.
        try Child.tie(Child.containersInit, dumpable: given.isDumpableUntilMapped)
        try enterIDs()
        callersUmask = Session.setUmask(0)
        notes.step = .session
        try SessionKeyring.begin(options.noNewKeyring ? nil : options.id)
    }

    /// Waits until systemd has made the cgroup around this process. A cgroup namespace shows the cgroup that its maker is
    /// in, so it comes after that.
    private mutating func awaitPlacement() throws(RuntimeError) {
        if case .atBirth = given.placement { return }
        notes.step = .placement
        guard try channel.receive() == .placed else { throw Self.abandoned }
        guard case .laterWithNamespace = given.placement else { return }
        try attempt("make a new cgroup namespace", at: "/linux/namespaces") { () throws(Errno) in
            try Namespace.cgroup.unshare()
        }
    }

    /// Closes what apus or its caller had open and init does not need: a waiting container holds nobody's pipes.
    private func closeStrangers() throws(RuntimeError) {
        try attempt("close inherited descriptors") { () throws(Errno) in
            try Descriptor.closeAll(from: 3 + Int32(options.preserveFDs)) { next in
                var lowest = next
                lowest.consider(channel.raw)
                lowest.consider(given.lock)
                for file in given.prepared.joined.descriptors { lowest.consider(file) }
                for file in given.hookOutput?.descriptors ?? [] { lowest.consider(file) }
                switch given.consoleSocket {
                case .some(let socket): lowest.consider(socket.raw)
                case .none: break
                }
                switch given.gate {
                case .some(let gate): lowest.consider(gate.raw)
                case .none: break
                }
                return lowest
            }
        }
    }

    /// Builds everything the program will find. Answers the path of the program; nil when /process is absent.
    private mutating func setUp() throws(RuntimeError) -> String? {
        try setUpNamespaces()
        notes.step = .rootfs
        let rootfs = try makeRootfs()
        notes.step = .mounts
        for (index, mount) in plan.mounts.enumerated() {
            let source = try openSource(mount, index)
            try rootfs.mount(mount, source: source)
        }
        notes.step = .devices
        try rootfs.makeDevices(plan.devices)
        try runCreationHooks(rootfs)
        try StandardStreams.replaceNull(in: rootfs.root)
        notes.step = .pivotRoot
        try rootfs.becomeRoot()
        try makeWorkingDirectory()
        notes.step = .terminal
        try openTerminal()
        notes.step = .protectPaths
        // Before the propagation is set: what is unbindable cannot be covered by a copy of itself.
        try protectPaths()
        try rootfs.finish(plan.mounts)
        guard let process = plan.process else { return nil }
        try process.labels.apply(labelling.take())
        return try ProcessSetup(plan: process, filter: given.prepared.filter, umask: callersUmask, notes: notes)
            .apply(limits: !plan.entersUserNamespace)
    }

    private mutating func setUpNamespaces() throws(RuntimeError) {
        notes.step = .joinNamespaces
        let proc = try openProc()
        labelling = try plan.process?.labels.open()
        if !given.prepared.joined.areEnteredFirst(with: plan.namespaces.new) { try given.prepared.joined.enter() }
        // Whoever holds such a file can enter the namespace.
        for file in given.prepared.joined.descriptors { Descriptor.close(file) }
        if !plan.netDevices.isEmpty {
            notes.step = .network
            try channel.send(.linksDue)
            guard try channel.receive() == .linksMoved else { throw Self.abandoned }
        }
        if plan.namespaces.new.contains(.network) {
            notes.step = .network
            try attempt("bring the loopback interface up") { () throws(Errno) in try Socket.bringLoopbackUp() }
        }
        notes.step = .sysctls
        if let name = plan.hostname {
            try attempt("set the host name", at: "/hostname") { () throws(Errno) in try Session.setHostname(name) }
        }
        if let name = plan.domainname {
            try attempt("set the domain name", at: "/domainname") { () throws(Errno) in
                try Session.setDomainname(name)
            }
        }
        switch proc {
        case .some(let proc): try setParameters(proc)
        case .none: break
        }
    }

    /// Makes the time namespace, for which the host's /proc is needed. Answers that where there is more to write there.
    ///
    /// Opened while the host's mounts are in view, and gone again before the container's root is the root: through a
    /// directory of the host that is open, `/proc/self/fd/N/..` would lead the program's path out of the container.
    private func openProc() throws(RuntimeError) -> HostProc? {
        let makesTime = plan.namespaces.new.contains(.time)
        guard makesTime || !plan.sysctls.isEmpty || plan.process?.oomScoreAdj != nil else { return nil }
        let proc = try attempt("open /proc") { () throws(Errno) in try HostProc() }
        if makesTime { try enterTime(proc) }
        return proc
    }

    private func enterTime(_ proc: borrowing HostProc) throws(RuntimeError) {
        let pointer = plan.timeOffsets.isEmpty ? "/linux/namespaces" : "/linux/timeOffsets"
        try attempt("make a new time namespace", at: pointer) { () throws(Errno) in
            if plan.setsClocksFromOutside { return try ClockOffset.enterMade(proc) }
            try ClockOffset.enterNew(plan.timeOffsets, proc)
        }
    }

    private func setParameters(_ proc: borrowing HostProc) throws(RuntimeError) {
        // The host's /proc/sys shows each process the values of its own namespaces.
        for parameter in plan.sysctls {
            try attempt("set the kernel parameter \(parameter.path)", at: parameter.pointer) { () throws(Errno) in
                // Its file is host root's alone, even where the namespace is not.
                if parameter.path == "kernel/domainname" { return try Session.setDomainname(parameter.value) }
                try proc.write(parameter.value, to: "sys/" + parameter.path)
            }
        }
        if let score = plan.process?.oomScoreAdj, !plan.entersUserNamespace {
            try attempt("set the OOM score adjustment \(score)", at: "/process/oomScoreAdj") { () throws(Errno) in
                try proc.write("\(score)", to: "self/oom_score_adj")
            }
        }
    }

    /// Lets apus run the hooks of the host's side, then runs those of the container's, all before the root changes.
    private mutating func runCreationHooks(_ rootfs: borrowing Rootfs) throws(RuntimeError) {
        let hooks = plan.hooks
        guard !hooks.prestart.isEmpty || !hooks.createRuntime.isEmpty || !hooks.createContainer.isEmpty else { return }
        notes.step = .hooks
        try channel.send(.hooksDue)
        guard try channel.receive() == .goOn else { throw Self.abandoned }
        Session.setUmask(callersUmask)
        defer { Session.setUmask(0) }
        // The mapped root may not reach the bundle by its path; it is the working directory already.
        let directory = plan.entersUserNamespace ? nil : plan.bundle
        try HookRunner(
            state: state(.creating), environment: Process.environment, directory: directory, output: given.hookOutput
        ).run(hooks.createContainer, .createContainer)
    }

    private func state(_ status: State.Status) -> State {
        State(
            ociVersion: plan.ociVersion, id: options.id, pid: Process.currentID, status: status, bundle: plan.bundle,
            rootfs: plan.rootfs.path, annotations: plan.annotations)
    }

    /// Makes a missing working directory while the root can still be written.
    private func makeWorkingDirectory() throws(RuntimeError) {
        guard let cwd = plan.process?.cwd, cwd != "/" else { return }
        try attempt("make the working directory \(cwd)", at: "/process/cwd") { () throws(Errno) in
            let root = RootDirectory(try File.open("/", [.path, .directory]))
            do throws(Errno) {
                _ = try root.makeDirectories(cwd)
            } catch {
                // Entering it later, as the user, gives the error that counts.
                guard error == .readOnlyFileSystem || error == .notDirectory || error == .tooManyLinks else {
                    throw error
                }
            }
        }
    }

    private mutating func openTerminal() throws(RuntimeError) {
        guard let process = plan.process, process.terminal else { return }
        let master = try Console.open(
            owner: process.uid, size: process.consoleSize, bindConsole: plan.namespaces.new.contains(.mount))
        try Console.pass(master, to: given.consoleSocket.take(), or: &channel)
    }

    private func protectPaths() throws(RuntimeError) {
        guard !plan.readonlyPaths.isEmpty || !plan.maskedPaths.isEmpty else { return }
        let protection = try PathProtection()
        try protection.makeReadOnly(plan.readonlyPaths)
        try protection.mask(plan.maskedPaths)
    }

    /// Lets go of apus: from here on init stays when apus ends.
    ///
    /// If apus dies before it has written the record, the socket's end tells and init ends too.
    private mutating func becomeIndependent() throws(RuntimeError) {
        notes.step = .ready
        try Child.untie(Child.containersInit)
        let hasGate: Bool
        switch given.gate {
        case .some(let gate):
            try attempt("listen at the start gate") { () throws(Errno) in try Socket.listen(gate.raw) }
            hasGate = true
        case .none: hasGate = false
        }
        try channel.send(.ready)
        guard hasGate else { return }
        guard try channel.receive() == .commit else { throw Self.abandoned }
    }

    static var abandoned: RuntimeError { RuntimeError(.failed, "apus went away before the container was made") }

    /// Waits for `start` and becomes the program.
    private mutating func execute(_ program: String?) throws(RuntimeError) {
        switch given.gate {
        case .some(let gate): channel = try StartGate.wait(gate)
        case .none: guard try channel.receive() == .start else { throw Self.abandoned }
        }
        guard let program, var process = plan.process else {
            throw RuntimeError(.configuration, "start needs a program: /process is not set")
        }
        if let activation = options.activation {
            process.env = activation.completing(process.env, pid: Process.currentID)
        }
        let setup = ProcessSetup(plan: process, filter: given.prepared.filter, umask: callersUmask, notes: notes)
        let hooks = plan.hooks.startContainer
        if !hooks.isEmpty {
            // What runs there comes from the image: it is under the filter like the program itself.
            try setup.finish(&channel)
            notes.step = .startHooks
            try HookRunner(
                state: state(.created), environment: process.env, directory: nil, output: given.hookOutput
            ).run(hooks, .startContainer)
        }
        try setup.execute(
            program, preserveFDs: options.preserveFDs, keeping: given.lock, isFiltered: !hooks.isEmpty, &channel)
    }
}

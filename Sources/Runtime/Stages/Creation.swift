import Cgroups
import Kernel
import OCI
import SeccompFilter

/// The making of a container as the creating process sees it: one thing after the other, each undone if a later one
/// fails.
struct Creation: ~Copyable {
    /// Who starts the program.
    enum Purpose { case create, run }

    let prepared: Preparation
    let purpose: Purpose
    let warnings: Warnings
    let directory: ContainerDirectory
    /// The container's first process.
    var child: Child
    var record: StateRecord
    /// Files that hooks append to; nil when none are named, or there are no hooks.
    let hookOutput: HookOutput?
    /// Whether hooks have run, after which a failure counts as the end of a life: poststop hooks follow.
    var hooksRan = false
    /// The way to systemd until it has made the scope.
    var manager: ServiceManager?
    /// Whether systemd was asked to make the scope that the record names.
    var unitMayExist = false
    /// What a cgroup that was there before had counted by then.
    var hitsBefore = LimitHits()
    /// What the cgroup above the container's scope had counted by then.
    var hitsAbove: LimitHits?
    /// The network interfaces that the container has been given.
    var netDevices: NetDevices?
    var mountSources: MountSources

    /// Claims the id.
    init(_ prepared: Preparation, _ purpose: Purpose, _ context: Context) throws(RuntimeError) {
        let bootID = try attempt("read the boot id") { () throws(Errno) in try prepared.proc.bootID() }
        let streams = StreamKey.ofStandardStreams()
        let child = try Child(Child.containersInit)
        let hookOutput = try prepared.plan.hooks.isEmpty ? nil : HookOutput(prepared.plan.annotated)
        let directory = try StateStore(making: context.root).claim(prepared.options.id)
        self.prepared = prepared
        self.purpose = purpose
        self.child = child
        self.directory = directory
        self.hookOutput = hookOutput
        mountSources = MountSources(
            locked: prepared.plan.entersUserNamespace,
            sharing: prepared.plan.rootfs.propagation?.kind == .shared)
        warnings = context.warnings
        record = StateRecord(
            id: prepared.options.id, bundle: prepared.bundle, rootfs: prepared.plan.rootfs.path,
            ociVersion: prepared.plan.ociVersion, created: Self.timestamp, owner: Session.effectiveUser,
            bootID: bootID, annotations: prepared.plan.annotations,
            sharesPID: !prepared.plan.namespaces.new.contains(.pid), keepsKeyring: prepared.options.noNewKeyring,
            seccompAgent: SeccompAgent(prepared.plan.seccomp), streams: streams,
            hooks: Self.laterHooks(prepared.plan.hooks))
    }

    private static var timestamp: String {
        let now = Clock.now
        return Timestamp(seconds: now.seconds, nanoseconds: Int64(now.nanoseconds)).rfc3339
    }

    private static func laterHooks(_ hooks: Spec.Hooks) -> Spec.Hooks {
        var later = Spec.Hooks()
        later.poststart = hooks.poststart
        later.poststop = hooks.poststop
        return later
    }

    /// Makes the container up to the point where its program could start. When that fails nothing of it is left.
    mutating func make() throws(RuntimeError) {
        do throws(RuntimeError) {
            let cgroup = try makeCgroup()
            try prepareReadiness()
            try giveBirth(cgroup)
            try mapIDs()
            try enterResctrl()
            if let scope = prepared.scope {
                try enterScope(scope)
            } else {
                if isBornOutside { try enterCgroup() }
                try giveCgroup()
            }
            try awaitReady()
            try raiseLimits()
            try limitMemory()
            try register()
        } catch {
            let error = explained(error)
            undo()
            child.held.end()
            throw error
        }
    }

    /// Makes what the program will say through that it is ready.
    private func prepareReadiness() throws(RuntimeError) {
        guard let readiness = prepared.readiness else { return }
        try directory.makeReadinessDirectory()
        // Nothing is said before `start`, which makes its own.
        if case .run = purpose { try readiness.listen(in: directory) }
    }

    /// Puts the container's cgroup into the plan, and the way to say that the program is ready.
    ///
    /// Without a cgroup namespace a mount of cgroup2 would show the host's whole tree, and its options would be the
    /// host's: the container's own part is bound instead.
    private func settleMounts() throws(RuntimeError) {
        if prepared.readiness != nil { Readiness.add(to: &prepared.plan, from: directory) }
        let joinsOwn = try prepared.joined.isOwn(.cgroup)
        if prepared.plan.namespaces.isPrivate(.cgroup), !joinsOwn { return }
        for (index, mount) in prepared.plan.mounts.enumerated() {
            guard case .fileSystem("cgroup2", _, let data) = mount.action else { continue }
            guard data.isEmpty else {
                throw RuntimeError(
                    .configuration,
                    "mount cgroup on \(mount.destination): \(data[0]) would be set for the whole host without a cgroup"
                        + " namespace (\(mount.pointer)/options)")
            }
            guard let cgroup = record.cgroup else {
                if DeviceFilter.isForbidden {
                    // The host's tree may be the caller's own in parts: nothing of it is shown.
                    prepared.plan.mounts[index].action = .fileSystem(
                        type: "tmpfs", source: "cgroup", data: ["mode=755"])
                    prepared.plan.mounts[index].flags.turnOn(Mount.Flags.readOnly)
                    continue
                }
                throw RuntimeError(
                    .configuration,
                    "mount cgroup on \(mount.destination): this host has no cgroup v2 to bind (\(mount.pointer))")
            }
            prepared.plan.mounts[index].action = .bind(source: cgroup.home, recursive: false)
        }
    }

    /// Copies this process into the container.
    private mutating func giveBirth(_ cgroup: SharedDescriptor?) throws(RuntimeError) {
        let config = try directory.writeConfig(prepared.config)
        // Held by init alone until execve(2): that is how `state` knows a created container from a running one.
        _ = try attempt("lock the container's configuration") { () throws(Errno) in
            try File.lock(config.raw, exclusive: true, wait: false)
        }
        var gate: Descriptor?
        if case .create = purpose { gate = try StartGate.make(in: directory) }
        var console: Descriptor?
        if let path = prepared.consoleSocket { console = try Console.connect(path) }
        let ends = try attempt("make a socket to the container's init") { () throws(Errno) in try Socket.pair() }
        var namespaces = prepared.plan.namespaces.new
        // Its offsets can be set only while nobody is in it: init makes it.
        namespaces.remove(.time)
        var placement = Init.Placement.atBirth
        if prepared.scope != nil {
            placement = namespaces.contains(.cgroup) ? .laterWithNamespace : .later
            namespaces.remove(.cgroup)
        } else if cgroup != nil, isBornOutside {
            placement = .later
        }
        let birth = Birth(
            notes: child.notes, namespaces: namespaces, joined: prepared.joined,
            cgroup: isBornOutside ? nil : cgroup?.raw)
        // Nothing else of the caller's is inherited by anything that is executed from here on.
        try attempt("close inherited descriptors on execution") { () throws(Errno) in
            try Descriptor.closeOnExec(from: 3)
        }
        try settleMounts()
        // An ordinary user writes the maps of a process only while it is dumpable.
        let isOrdinary = Session.effectiveUser != 0
        let side = try birth.give()
        switch consume side {
        case .child:
            // Held here too, apus's end would keep init from noticing that apus has gone.
            let channel = Channel(ends.takeSecond())
            Init(
                Init.Inheritance(
                    prepared: prepared, notes: child.notes, consoleSocket: console, gate: gate, hookOutput: hookOutput,
                    placement: placement, isDumpableUntilMapped: isOrdinary && namespaces.contains(.user),
                    lock: config.raw),
                channel: channel
            ).run()
        case .parent(let pid, let descriptor):
            child.living = Child.Living(pid: pid, descriptor: descriptor, channel: Channel(ends.takeFirst()))
        }
    }
}

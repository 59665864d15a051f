import JSON
import Kernel
import OCI

extension Verb {
    /// Mounts what an array of mounts says, as /mounts of a config.json does, in a container that is there.
    ///
    /// - Throws: what is wrong; none of the mounts is left then.
    package static func addMounts(_ id: String, from file: InputFile, _ context: Context) throws(RuntimeError) {
        try HostBinary.protect()
        let mounts = try read(file)
        let container = try Container.find(id, root: context.root)
        let visit = try MountVisit(container)
        let plans = try plans(mounts, file, visit.spec, bundle: container.record?.bundle ?? "/", context.warnings)
        let held = try attempt("hold signals back") { () throws(Errno) in try HeldSignals() }
        var sources = MountSources(
            locked: visit.target.namespaces.contains(.user), sharing: visit.spec.sharesMounts)
        var trees: [SharedDescriptor?] = []
        for plan in plans {
            guard case .bind(let source, let recursive) = plan.action else {
                trees.append(nil)
                continue
            }
            let tree = try sources.open(
                plan, source: source, recursive: recursive, for: visit.target.pid, container.proc)
            trees.append(SharedDescriptor(tree))
        }
        let rootfs = try visit.enter()
        do throws(RuntimeError) {
            for (plan, tree) in zip(plans, trees) {
                try refuseInterrupted(held, id)
                if case .bind(let source, _) = plan.action, let tree {
                    try rootfs.bind(plan, source: source, tree.raw)
                } else {
                    try rootfs.mount(plan, source: nil)
                }
            }
        } catch {
            rootfs.live?.takeBack()
            held.end()
            throw error
        }
    }

    /// Takes off what is mounted at the destinations of an array of mounts, the last first, so that what has added mounts
    /// takes them off as well. Of several that lie over one another, the top one.
    ///
    /// - Throws: what is wrong; all of the mounts are there then.
    package static func removeMounts(_ id: String, from file: InputFile, _ context: Context) throws(RuntimeError) {
        try HostBinary.protect()
        let mounts = try read(file)
        let container = try Container.find(id, root: context.root)
        let visit = try MountVisit(container)
        let places = try MountRemoval.places(mounts, file, context.warnings)
        let held = try attempt("hold signals back") { () throws(Errno) in try HeldSignals() }
        var removal = MountRemoval(try visit.enter())
        do throws(RuntimeError) {
            for place in places.reversed() {
                try refuseInterrupted(held, id)
                try removal.remove(place, isOnly: places.count == 1)
            }
        } catch {
            removal.takeBack()
            held.end()
            throw error
        }
    }

    private static func read(_ file: InputFile) throws(RuntimeError) -> [Spec.Mount] {
        let bytes = try file.read("mounts")
        do throws(SpecError) {
            return try Spec.Mount.list(bytes)
        } catch {
            throw RuntimeError(.configuration, "mounts from " + file.name + ": " + error.message)
        }
    }

    private static func plans(
        _ mounts: [Spec.Mount], _ file: InputFile, _ spec: Spec, bundle: String, _ warnings: Warnings
    ) throws(RuntimeError) -> [MountPlan] {
        var findings = Findings()
        let plans = MountPlan.added(mounts, to: spec, bundle: bundle, &findings)
        try findings.judge("mounts from " + file.name, warnings)
        return plans
    }

    private static func refuseInterrupted(_ held: HeldSignals, _ id: String) throws(RuntimeError) {
        if try attempt("take a signal", { () throws(Errno) in try held.haveCome() }) {
            throw RuntimeError(.failed, "interrupted while the mounts of container \"\(id)\" were changed")
        }
    }
}

/// The way of apus itself into a container's namespaces, where it changes mounts and ends.
///
/// No process is made for it: apus has one thread, and setns(2) moves it. It stays out of the container's pid namespace,
/// where processes of the container could see it.
struct MountVisit {
    let spec: Spec
    let target: JoinTarget
    /// As whom mount points are made; nil when the container has apus's own user namespace.
    private let root: UserNamespaceRoot?

    init(_ container: borrowing Container) throws(RuntimeError) {
        func refusal(_ why: String) -> RuntimeError {
            Verb.cannot("change the mounts of", container.directory.id, why)
        }
        switch try container.status() {
        case .created, .running, .paused: break
        case .creating: throw refusal("it is still being created")
        case .stopped: throw refusal("container not running")
        }
        spec = try container.readSpec()
        guard spec.ownsMounts else { throw refusal("its mount namespace was not made for it") }
        guard let target = try JoinTarget(container, ownsMounts: true) else { throw refusal("container not running") }
        self.target = target
        guard target.namespaces.contains(.user) else {
            root = nil
            return
        }
        let mapping = try attempt("read the id maps of the container") { () throws(Errno) in
            try IDMapping(of: target.pid, container.proc)
        }
        let user = spec.process?.user
        root = UserNamespaceRoot(mapping, uid: user?.uid, gid: user?.gid)
    }

    /// Moves the calling process into all of the container's namespaces; only what is open leads to the host from here on.
    func enter() throws(RuntimeError) -> Rootfs {
        let proc = try attempt("open /proc") { () throws(Errno) in try HostProc() }
        try hide()
        do throws(Errno) {
            try Namespace.enter(target.namespaces, of: target.process.raw)
        } catch {
            throw RuntimeError("join the container's namespaces", error)
        }
        if let root {
            try root.become()
            // The kernel has taken it back with the change of user.
            try hide()
        }
        _ = Session.setUmask(0)
        var known = Findings()
        let namespaces = NamespacePlan(spec.linux?.namespaces ?? [], &known)
        let plan = RootfsPlan(path: "/", readonly: false, propagation: nil, pivot: true)
        return try Rootfs(plan, namespaces: namespaces, live: LiveMounting(proc, entersPID: target.entersPID))
    }

    /// Keeps apus's memory and descriptors from who shares its pid namespace.
    private func hide() throws(RuntimeError) {
        try attempt("hide apus from the container") { () throws(Errno) in try Session.setDumpable(false) }
    }
}

/// The taking off of mounts, one after the other.
struct MountRemoval: ~Copyable {
    /// Where a mount is, by the document.
    struct Place {
        var destination: String
        var pointer: String
    }

    private let rootfs: Rootfs
    /// What has been taken off, with a copy of it to be put back.
    private var removed: [(place: Place, copy: SharedDescriptor)] = []

    init(_ rootfs: consuming Rootfs) { self.rootfs = rootfs }

    /// The destinations, judged; nothing else of the mounts counts.
    static func places(
        _ mounts: [Spec.Mount], _ file: InputFile, _ warnings: Warnings
    ) throws(RuntimeError) -> [Place] {
        var findings = Findings()
        var places: [Place] = []
        for (index, mount) in mounts.enumerated() {
            let pointer = "/" + String(index)
            let destination = MountPlan.destination(mount.destination, pointer, &findings)
            places.append(Place(destination: destination, pointer: pointer + "/destination"))
        }
        try findings.judge("mounts from " + file.name, warnings)
        return places
    }

    /// Takes one off; with `isOnly` nothing can fail after it.
    ///
    /// No links are followed: one that the container has put in the way could lead to the mount that masks a path.
    mutating func remove(_ place: Place, isOnly: Bool) throws(RuntimeError) {
        let what = "take off the mount on \(place.destination)"
        let mount = try open(place, what)
        var copy: Descriptor?
        if !isOnly {
            let raw = mount.raw
            copy = try attempt(what + ": keep a copy", at: place.pointer) { () throws(Errno) in
                try Mount.clone("", at: raw, recursive: true)
            }
        }
        do throws(Errno) {
            try rootfs.live?.detach(mount)
        } catch {
            throw RuntimeError(
                what, error, at: place.pointer,
                hint: error == .invalidArgument ? "nothing is mounted there, or by somebody with more rights" : nil)
        }
        if let copy = copy.take() { removed.append((place, SharedDescriptor(copy))) }
    }

    private func open(_ place: Place, _ what: String) throws(RuntimeError) -> Descriptor {
        try attempt(
            what + ": open the mount point", at: place.pointer, hint: "symbolic links are not followed"
        ) { () throws(Errno) in
            try rootfs.root.open(place.destination, [.path], allowSymlinks: false)
        }
    }

    /// Puts back what was taken off, the last first. What fails here is passed over: the first error is the one to tell.
    mutating func takeBack() {
        while let (place, copy) = removed.popLast() {
            do throws(RuntimeError) {
                let point = try open(place, "put back")
                try attempt("put back") { () throws(Errno) in try Mount.attach(copy.raw, onto: point.raw) }
            } catch {
                continue
            }
        }
    }
}

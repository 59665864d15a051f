import Kernel

/// Opens what a container shows of the host where the host's mounts are in view: detached trees, fit to be handed over.
struct MountSources {
    /// Whether the container has a user namespace of its own, where options of the host's mounts are to stay.
    private let locked: Bool
    /// Whether what is mounted below in the container is to be seen on the host.
    private let sharing: Bool
    /// The container's user namespace, once it was needed.
    private var ownNamespace: SharedDescriptor?
    /// User namespaces that were made for id-mapped mounts.
    private var mappedNamespaces: [(IDMapping, SharedDescriptor)] = []

    init(locked: Bool, sharing: Bool) {
        self.locked = locked
        self.sharing = sharing
    }

    /// The root file system at a host path, for the container that the process `pid` is in.
    mutating func openRootfs(
        _ path: String, for pid: Int32, _ proc: borrowing HostProc
    ) throws(RuntimeError) -> Descriptor {
        let what = "mount the root file system \(path)"
        let tree = try attempt(what, at: "/root/path") { () throws(Errno) in try Mount.clone(path, recursive: true) }
        return try lock(tree, what, at: "/root/path", pid, proc)
    }

    /// What a bind mount shows of the host path `source`, its ids mapped, for the container that the process `pid` is in.
    mutating func open(
        _ plan: MountPlan, source: String, recursive: Bool, for pid: Int32, _ proc: borrowing HostProc
    ) throws(RuntimeError) -> Descriptor {
        let what = "bind \(source) on \(plan.destination)"
        let tree = try attempt(what + ": open the source", at: plan.pointer + "/source") { () throws(Errno) in
            try Mount.clone(source, recursive: recursive)
        }
        if let idMap = plan.idMap {
            let namespace = try userNamespace(of: idMap, plan, pid, proc)
            do throws(Errno) {
                try Mount.mapIDs(tree.raw, through: namespace.raw, recursive: idMap.recursive)
            } catch {
                throw RuntimeError(
                    what + ": map ids", error, at: plan.pointer + "/options", hint: Self.hint(error))
            }
        }
        let raw = tree.raw
        if locked {
            try attempt(what + ": set the options", at: plan.pointer + "/options") { () throws(Errno) in
                try plan.restrict(raw)
            }
            return try lock(tree, what, at: plan.pointer, pid, proc)
        }
        if !sharing {
            try attempt(what, at: plan.pointer) { () throws(Errno) in
                // As all that init itself binds: nothing that is mounted below spreads to the host.
                try Mount.change(raw, Mount.Propagation(.slave, recursive: true))
            }
        }
        return tree
    }

    private static func hint(_ error: Errno) -> String? {
        switch error {
        case .invalidArgument: "its file system, or with ridmap one mounted below, has no id-mapped mounts"
        case .notPermitted: "this takes root of the user namespace that the file system was mounted in"
        default: nil
        }
    }

    /// The tree as the container may have it: what the host's mounts forbid stays forbidden there.
    private mutating func lock(
        _ tree: consuming Descriptor, _ what: String, at pointer: String, _ pid: Int32, _ proc: borrowing HostProc
    ) throws(RuntimeError) -> Descriptor {
        let namespace = try containerUserNamespace(at: pointer, pid, proc)
        return try attempt(what + ": lock the options of its mounts", at: pointer) { () throws(Errno) in
            try Mount.locked(tree.raw, in: namespace.raw)
        }
    }

    private mutating func containerUserNamespace(
        at pointer: String, _ pid: Int32, _ proc: borrowing HostProc
    ) throws(RuntimeError) -> SharedDescriptor {
        if let ownNamespace { return ownNamespace }
        let opened = try attempt("open the container's user namespace", at: pointer) { () throws(Errno) in
            SharedDescriptor(try proc.openUserNamespace(of: pid))
        }
        ownNamespace = opened
        return opened
    }

    /// A user namespace with the mapping of the mount: the container's, or one made for it.
    private mutating func userNamespace(
        of idMap: IDMapPlan, _ plan: MountPlan, _ pid: Int32, _ proc: borrowing HostProc
    ) throws(RuntimeError) -> SharedDescriptor {
        guard let mapping = idMap.mapping else {
            return try containerUserNamespace(at: plan.pointer + "/options", pid, proc)
        }
        for (known, namespace) in mappedNamespaces where known == mapping { return namespace }
        let writer = try IDMapWriter(mapping, at: plan.pointer)
        let holder = try attempt("make a user namespace for the mount on \(plan.destination)", at: plan.pointer) {
            () throws(Errno) in try UserNamespaceHolder()
        }
        try writer.write(mapping, for: holder.pid, proc, at: plan.pointer)
        let holding = holder.pid
        let namespace = try attempt("open the user namespace for the mount on \(plan.destination)") {
            () throws(Errno) in SharedDescriptor(try proc.openUserNamespace(of: holding))
        }
        mappedNamespaces.append((mapping, namespace))
        return namespace
    }
}

extension MountPlan {
    /// Sets those of the options that forbid something, and the one of access times, which cannot be changed when it is
    /// locked; what options take off is left for init to try.
    fileprivate func restrict(_ tree: Int32) throws(Errno) {
        for (attributes, recursive) in [(Mount.Attributes(flags), false), (self.recursive, true)] {
            var attributes = attributes
            attributes.clear &= Mount.Attributes.atimeMask
            if !attributes.isEmpty { try Mount.change(tree, attributes, recursive: recursive) }
        }
    }
}

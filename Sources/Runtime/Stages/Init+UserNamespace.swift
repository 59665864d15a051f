import Kernel

extension Init {
    /// Waits until apus has written the maps of the new user namespace, and becomes root of the namespace.
    mutating func enterIDs() throws(RuntimeError) {
        guard plan.entersUserNamespace else { return }
        if plan.setsClocksFromOutside { try makeClocks() }
        if plan.namespaces.new.contains(.user) {
            notes.step = .mapping
            guard try channel.receive() == .mapped else { throw Self.abandoned }
        }
        try UserNamespaceRoot(plan.mapping, uid: plan.process?.uid, gid: plan.process?.gid)
            .become(keepingGroups: plan.process?.keepsGroups == true)
        // The kernel has taken both back with the change of user.
        try Child.tie(Child.containersInit)
    }

    /// Makes the time namespace; apus sets its clocks. Since nobody may look into this process its own files in /proc are
    /// those of host root.
    private mutating func makeClocks() throws(RuntimeError) {
        try attempt("make a new time namespace", at: "/linux/timeOffsets") { () throws(Errno) in
            try Namespace.time.unshare()
        }
        try channel.send(.clocksDue)
        guard try channel.receive() == .clocksSet else { throw Self.abandoned }
    }

    /// The root file system; where the mapped root cannot reach it, apus opens it.
    mutating func makeRootfs() throws(RuntimeError) -> Rootfs {
        let ownMounts = plan.namespaces.new.contains(.mount)
        var tree: Descriptor?
        if plan.entersUserNamespace, ownMounts, !isReachable(plan.rootfs.path) {
            tree = try receiveTree(SyncMessage.rootfs)
        }
        return try Rootfs(plan.rootfs, namespaces: plan.namespaces, tree: tree)
    }

    private func isReachable(_ path: String) -> Bool {
        do throws(Errno) {
            _ = try File.open(path, [.path, .directory])
            return true
        } catch {
            return error != .permissionDenied
        }
    }

    /// A detached copy of what an entry of /mounts binds; nil when it is no bind mount.
    ///
    /// In a user namespace the copy that init itself makes keeps the options that the host's mount has, and the container
    /// cannot take them off. Only what init cannot reach or map comes from apus.
    mutating func openSource(_ mount: MountPlan, _ index: Int) throws(RuntimeError) -> Descriptor? {
        guard case .bind(let source, let recursive) = mount.action else { return nil }
        if mount.idMap != nil { return try receiveTree(UInt32(index)) }
        do throws(Errno) {
            return try Mount.clone(source, recursive: recursive)
        } catch {
            // EINVAL: mounts that hide something of the host's are not taken off by copying only what is below them.
            let isForbidden = error == .permissionDenied || (error == .invalidArgument && !recursive)
            if plan.entersUserNamespace, isForbidden { return try receiveTree(UInt32(index)) }
            throw RuntimeError(
                "bind \(source) on \(mount.destination): open the source", error, at: mount.pointer + "/source")
        }
    }

    private mutating func receiveTree(_ number: UInt32) throws(RuntimeError) -> Descriptor {
        try channel.send(.treeDue(number))
        var passed: Descriptor?
        guard try channel.receive(descriptor: &passed) == .tree, let tree = passed.take() else {
            throw Self.abandoned
        }
        return tree
    }
}

extension Plan {
    /// Whether apus sets the clocks of the new time namespace, which belongs to the container's user namespace.
    var setsClocksFromOutside: Bool { entersUserNamespace && namespaces.new.contains(.time) && !timeOffsets.isEmpty }
}

/// As whom apus acts in a container's user namespace: its root, or where that is mapped to nobody the program's user.
struct UserNamespaceRoot {
    private let user: UInt32
    private let group: UInt32

    /// `uid` and `gid` are those of the container's program.
    init(_ mapping: IDMapping?, uid: UInt32?, gid: UInt32?) {
        let root = UInt32(0)
        user = mapping?.users.contains(root) == false ? uid ?? root : root
        group = mapping?.groups.contains(root) == false ? gid ?? root : root
    }

    /// Leaves the caller's groups, unless they are to be kept, and takes its place, in the user namespace that the process
    /// is in.
    func become(keepingGroups: Bool = false) throws(RuntimeError) {
        try attempt("leave the groups of apus's caller") { () throws(Errno) in
            if keepingGroups { return }
            do throws(Errno) {
                try Session.setGroups([])
            } catch {
                // Who may map only the own group keeps the others: leaving them could open what they are denied.
                guard error == .notPermitted else { throw error }
            }
        }
        try attempt("become group \(group) of the user namespace", at: "/linux/gidMappings") { () throws(Errno) in
            try Session.setGroup(group)
        }
        try attempt("become user \(user) of the user namespace", at: "/linux/uidMappings") { () throws(Errno) in
            try Session.setUser(user)
        }
    }
}

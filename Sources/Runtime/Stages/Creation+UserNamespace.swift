import Kernel

/// What init cannot do for itself, since it gave up all rights outside of its user namespace by being born into it.
extension Creation {
    /// Writes the id maps of the new user namespace, and what else takes rights outside of it, while init waits.
    mutating func mapIDs() throws(RuntimeError) {
        guard prepared.plan.entersUserNamespace, let pid = childPID else { return }
        if prepared.plan.setsClocksFromOutside { try setClocks(pid) }
        if let score = prepared.plan.process?.oomScoreAdj {
            do throws(Errno) {
                try proc.write("\(score)", to: "\(pid)/oom_score_adj")
            } catch {
                let isForbidden = error == .permissionDenied || error == .notPermitted
                throw RuntimeError(
                    "set the OOM score adjustment \(score)", error, at: "/process/oomScoreAdj",
                    hint: isForbidden ? "only root on the host may lower it" : nil)
            }
        }
        if let mapping = prepared.plan.mapping, let uid = prepared.plan.process?.uid,
            let owner = mapping.users.outside(of: uid)
        {
            try StandardStreams.give(to: owner)
        }
        guard let writer = prepared.idMapWriter, let mapping = prepared.plan.mapping else { return }
        try writer.write(mapping, for: pid, proc, at: "/linux")
        try tell(.mapped)
    }

    private mutating func setClocks(_ pid: Int32) throws(RuntimeError) {
        var passed: Descriptor?
        guard try receive(&passed) == .clocksDue else { throw Self.outOfTurn }
        let offsets = prepared.plan.timeOffsets
        try attempt("set the clocks of the time namespace", at: "/linux/timeOffsets") { () throws(Errno) in
            try ClockOffset.set(offsets, of: "\(pid)", proc)
        }
        try tell(.clocksSet)
    }

    /// Sets the limits of init, whose own rights do not suffice to raise them.
    mutating func raiseLimits() throws(RuntimeError) {
        guard prepared.plan.entersUserNamespace, let pid = childPID, let process = prepared.plan.process else { return }
        for limit in process.rlimits {
            do throws(Errno) {
                try limit.resource.set(soft: limit.soft, hard: limit.hard, of: pid)
            } catch {
                throw RuntimeError(
                    "set \(limit.resource.name)", error, at: limit.pointer,
                    hint: error == .notPermitted ? "raising a hard limit needs CAP_SYS_RESOURCE on the host" : nil)
            }
        }
    }

    /// Hands init a detached mount that it asks for: the root file system, or the source of an entry of /mounts.
    mutating func sendTree(_ number: UInt32) throws(RuntimeError) {
        let tree = number == SyncMessage.rootfs ? try openRootfs() : try openSource(Int(number))
        guard child != nil else { throw silentDeath() }
        do throws(RuntimeError) {
            try child?.channel.send(.tree, passing: tree.raw)
        } catch {
            throw silentDeath()
        }
    }

    private mutating func openRootfs() throws(RuntimeError) -> Descriptor {
        let path = prepared.plan.rootfs.path
        let tree = try attempt("mount the root file system \(path)", at: "/root/path") { () throws(Errno) in
            try Mount.clone(path, recursive: true)
        }
        return try locked(tree, "mount the root file system \(path)", at: "/root/path")
    }

    private mutating func openSource(_ index: Int) throws(RuntimeError) -> Descriptor {
        let mounts = prepared.plan.mounts
        guard index < mounts.count, case .bind(let source, let recursive) = mounts[index].action else {
            throw RuntimeError(.failed, "the container's init asked for a mount that there is not")
        }
        let plan = mounts[index]
        let what = "bind \(source) on \(plan.destination)"
        let tree = try attempt(what + ": open the source", at: plan.pointer + "/source") { () throws(Errno) in
            try Mount.clone(source, recursive: recursive)
        }
        if let idMap = plan.idMap {
            let namespace = try userNamespace(of: idMap, plan)
            do throws(Errno) {
                try Mount.mapIDs(tree.raw, through: namespace.raw, recursive: idMap.recursive)
            } catch {
                throw RuntimeError(
                    what + ": map ids", error, at: plan.pointer + "/options", hint: Self.hint(error))
            }
        }
        guard prepared.plan.entersUserNamespace else {
            // As what init copies: nothing that is mounted inside spreads to the host, unless all of the root does.
            if prepared.plan.rootfs.propagation?.kind != .shared {
                try attempt(what, at: plan.pointer) { () throws(Errno) in
                    try Mount.change(tree.raw, Mount.Propagation(.slave, recursive: true))
                }
            }
            return tree
        }
        try attempt(what + ": set the options", at: plan.pointer + "/options") { () throws(Errno) in
            try plan.restrict(tree.raw)
        }
        return try locked(tree, what, at: plan.pointer)
    }

    /// The tree as the container may have it: what the host's mounts forbid stays forbidden there.
    private mutating func locked(
        _ tree: consuming Descriptor, _ what: String, at pointer: String
    ) throws(RuntimeError) -> Descriptor {
        let namespace = try containerUserNamespace(at: pointer)
        return try attempt(what + ": lock the options of its mounts", at: pointer) { () throws(Errno) in
            try Mount.locked(tree.raw, in: namespace.raw)
        }
    }

    /// The user namespace that init is in.
    private mutating func containerUserNamespace(at pointer: String) throws(RuntimeError) -> SharedDescriptor {
        if let userNamespace { return userNamespace }
        guard let pid = childPID else { throw silentDeath() }
        let opened = try attempt("open the container's user namespace", at: pointer) { () throws(Errno) in
            SharedDescriptor(try proc.openUserNamespace(of: pid))
        }
        userNamespace = opened
        return opened
    }

    private static func hint(_ error: Errno) -> String? {
        switch error {
        case .invalidArgument: "its file system, or with ridmap one mounted below, has no id-mapped mounts"
        case .notPermitted: "this takes root of the user namespace that the file system was mounted in"
        default: nil
        }
    }

    /// A user namespace with the mapping of the mount: the container's, or one made for it.
    private mutating func userNamespace(of idMap: IDMapPlan, _ plan: MountPlan) throws(RuntimeError) -> SharedDescriptor
    {
        guard let mapping = idMap.mapping else { return try containerUserNamespace(at: plan.pointer + "/options") }
        for (known, namespace) in mappedNamespaces where known == mapping { return namespace }
        let writer = try IDMapWriter(mapping, at: plan.pointer)
        let holder = try attempt("make a user namespace for the mount on \(plan.destination)", at: plan.pointer) {
            () throws(Errno) in try UserNamespaceHolder()
        }
        try writer.write(mapping, for: holder.pid, proc, at: plan.pointer)
        let pid = holder.pid
        let namespace = try attempt("open the user namespace for the mount on \(plan.destination)") {
            () throws(Errno) in SharedDescriptor(try proc.openUserNamespace(of: pid))
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

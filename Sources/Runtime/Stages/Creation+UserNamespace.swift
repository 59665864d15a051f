import Kernel

/// What init cannot do for itself, since it gave up all rights outside of its user namespace by being born into it.
extension Creation {
    /// Writes the id maps of the new user namespace, and what else takes rights outside of it, while init waits.
    mutating func mapIDs() throws(RuntimeError) {
        guard prepared.plan.entersUserNamespace, let pid = child.pid else { return }
        if prepared.plan.setsClocksFromOutside { try setClocks(pid) }
        if let score = prepared.plan.process?.oomScoreAdj {
            do throws(Errno) {
                try prepared.proc.write("\(score)", to: "\(pid)/oom_score_adj")
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
        try writer.write(mapping, for: pid, prepared.proc, at: "/linux")
        try child.tell(.mapped)
    }

    private mutating func setClocks(_ pid: Int32) throws(RuntimeError) {
        var passed: Descriptor?
        guard try child.receive(&passed) == .clocksDue else { throw child.outOfTurn }
        let offsets = prepared.plan.timeOffsets
        try attempt("set the clocks of the time namespace", at: "/linux/timeOffsets") { () throws(Errno) in
            try ClockOffset.set(offsets, of: "\(pid)", prepared.proc)
        }
        try child.tell(.clocksSet)
    }

    /// Sets the limits of init, whose own rights do not suffice to raise them.
    mutating func raiseLimits() throws(RuntimeError) {
        guard prepared.plan.entersUserNamespace, let pid = child.pid, let process = prepared.plan.process else {
            return
        }
        try process.setLimits(of: pid)
    }

    /// Hands init a detached mount that it asks for: the root file system, or the source of an entry of /mounts.
    mutating func sendTree(_ number: UInt32) throws(RuntimeError) {
        let tree = number == SyncMessage.rootfs ? try openRootfs() : try openSource(Int(number))
        try child.tell(.tree, passing: tree.raw)
    }

    private mutating func openRootfs() throws(RuntimeError) -> Descriptor {
        guard let pid = child.pid else { throw child.silentDeath() }
        return try mountSources.openRootfs(prepared.plan.rootfs.path, for: pid, prepared.proc)
    }

    private mutating func openSource(_ index: Int) throws(RuntimeError) -> Descriptor {
        let mounts = prepared.plan.mounts
        guard index < mounts.count, case .bind(let source, let recursive) = mounts[index].action else {
            throw RuntimeError(.failed, "the container's init asked for a mount that there is not")
        }
        guard let pid = child.pid else { throw child.silentDeath() }
        return try mountSources.open(mounts[index], source: source, recursive: recursive, for: pid, prepared.proc)
    }
}

extension ProcessPlan {
    /// Sets the resource limits of another process, with the calling one's rights.
    func setLimits(of pid: Int32) throws(RuntimeError) {
        for limit in rlimits {
            do throws(Errno) {
                try limit.resource.set(soft: limit.soft, hard: limit.hard, of: pid)
            } catch {
                throw RuntimeError(
                    "set \(limit.resource.name)", error, at: limit.pointer,
                    hint: error == .notPermitted ? "raising a hard limit needs CAP_SYS_RESOURCE on the host" : nil)
            }
        }
    }
}

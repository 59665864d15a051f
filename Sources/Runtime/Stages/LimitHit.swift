import Cgroups
import Kernel

extension Creation {
    /// The error with the limit that it comes from, when one has killed or refused since the cgroup was made.
    func explained(_ error: RuntimeError) -> RuntimeError {
        error.explained(by: record.cgroup?.limitHit(since: hitsBefore, above: hitsAbove, prepared.plan.limits))
    }
}

extension StateRecord.CgroupPlace {
    /// What the cgroup above a scope counts, cgroups below included; nil for a cgroup of apus's own.
    var hitsAbove: LimitHits? {
        guard unit != nil, let above = Cgroup(path: path).parent else { return nil }
        return LimitHits(of: above)
    }

    /// Which limit of the cgroup has been hit since then; nil when none has.
    func limitHit(
        since before: LimitHits, above: LimitHits?, _ settings: CgroupSettings? = nil
    ) -> String? {
        let cgroup = Cgroup(path: path)
        let hits = LimitHits(of: cgroup)
        if hits.memoryKills > before.memoryKills { return memoryHit(cgroup, settings) }
        guard hits.pidsRefusals > before.pidsRefusals else {
            return cgroup.missingLevels() > 0 ? likelyHit(since: above, settings) : nil
        }
        let (limit, pointer) = Self.limit("pids.max", cgroup, settings) ?? ("", "/linux/resources/pids/limit")
        return "the limit of \(limit) processes and threads in \(pointer) is reached"
    }

    /// The same of a scope, which goes with its last process, and its counts with it: the cgroup above has counted as well.
    ///
    /// Others are below that too. So nothing is said without a limit that was asked for, and what is said only as likely.
    private func likelyHit(since before: LimitHits?, _ settings: CgroupSettings?) -> String? {
        guard let before, let now = hitsAbove, let settings else { return nil }
        if now.memoryKills > before.memoryKills, let asked = settings.list.last(where: { $0.file == "memory.max" }) {
            return "most likely killed by the memory limit in \(asked.pointer)"
        }
        if now.pidsRefusals > before.pidsRefusals, let asked = settings.list.last(where: { $0.file == "pids.max" }) {
            return "most likely the limit of processes and threads in \(asked.pointer) is reached"
        }
        return nil
    }

    private func memoryHit(_ cgroup: Cgroup, _ settings: CgroupSettings?) -> String {
        let other = "killed for want of memory on the host or in a cgroup above \(cgroup.path)"
        guard let (text, pointer) = Self.limit("memory.max", cgroup, settings) else {
            // The cgroup has gone by now.
            guard let asked = settings?.list.last(where: { $0.file == "memory.max" }) else { return other }
            return "killed by the memory limit in \(asked.pointer)"
        }
        guard let limit = UInt64(text) else { return other }
        let wanted = settings?.afterSetup.last { $0.file == "memory.max" }?.bytes
        if let wanted, wanted / 4096 * 4096 != limit {
            return "killed by the limit of \(LimitHits.amount(limit)) that holds until a container with"
                + " \(LimitHits.amount(wanted)) in \(pointer) is set up"
        }
        return "killed by the memory limit of \(LimitHits.amount(limit)) in \(pointer)"
    }

    /// What the file of the cgroup says, and the field that asked for it; nil when it cannot be read.
    private static func limit(
        _ file: String, _ cgroup: Cgroup, _ settings: CgroupSettings?
    ) -> (value: String, pointer: String)? {
        let usual = file == "pids.max" ? "/linux/resources/pids/limit" : "/linux/resources/memory/limit"
        do throws(Errno) {
            guard let value = try cgroup.text(of: file) else { return nil }
            return (value, settings?.list.last { $0.file == file }?.pointer ?? usual)
        } catch {
            return nil
        }
    }
}

import Cgroups
import Kernel

extension Creation {
    /// The error with the limit that it comes from, when one has killed or refused since the cgroup was made.
    func explained(_ error: RuntimeError) -> RuntimeError {
        error.explained(by: record.cgroup?.limitHit(since: hitsBefore, prepared.plan.limits))
    }
}

extension StateRecord.CgroupPlace {
    /// Which limit of the cgroup has been hit since then; nil when none has.
    func limitHit(since before: LimitHits, _ settings: CgroupSettings? = nil) -> String? {
        let cgroup = Cgroup(path: path)
        let hits = LimitHits(of: cgroup)
        if hits.memoryKills > before.memoryKills { return memoryHit(cgroup, settings) }
        guard hits.pidsRefusals > before.pidsRefusals else { return nil }
        let (limit, pointer) = Self.limit("pids.max", cgroup, settings) ?? ("", "/linux/resources/pids/limit")
        return "the limit of \(limit) processes and threads in \(pointer) is reached"
    }

    private func memoryHit(_ cgroup: Cgroup, _ settings: CgroupSettings?) -> String {
        guard let (text, pointer) = Self.limit("memory.max", cgroup, settings), let limit = UInt64(text) else {
            return "killed for want of memory on the host or in a cgroup above \(cgroup.path)"
        }
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

internal import OCI

/// The pids controller (config-linux.md, "PIDs").
extension CgroupSettings {
    mutating func add(_ pids: Spec.Linux.Resources.Pids, _ place: String) {
        guard let limit = pids.limit else { return }
        // With 0 not even the container's own process could be born in the cgroup. 1 is that process and no other,
        // which is what 0 comes to for one that is there already.
        let value = limit < 0 ? "max" : String(max(limit, 1))
        list.append(CgroupSetting("pids.max", value, at: place + "/limit", isOptional: limit < 0))
    }
}

internal import OCI

/// Classes and priorities of network packets, which only version 1 has (config-linux.md, "Network").
extension CgroupSettings {
    mutating func check(_ network: Spec.Linux.Resources.Network, _ place: String) {
        if network.classID ?? 0 != 0 {
            refuse(place + "/classID", "cannot be set: cgroup v2 has no classes of packets")
        }
        if !network.priorities.isEmpty {
            refuse(place + "/priorities", "cannot be set: cgroup v2 has no priorities of packets")
        }
    }
}

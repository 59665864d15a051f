internal import OCI

/// Control groups (config-linux.md, "Control groups"): a container is placed in one, but no limit is set.
///
/// A value that asks for what a new cgroup has anyway is none: engines write them.
extension Validation {
    static func checkResources(_ resources: Spec.Linux.Resources, _ findings: inout Findings) {
        let pointer = "/linux/resources/"
        if let memory = resources.memory { checkMemory(memory, pointer + "memory/", &findings) }
        if let cpu = resources.cpu { checkCPU(cpu, pointer + "cpu/", &findings) }
        if let blockIO = resources.blockIO { checkBlockIO(blockIO, pointer + "blockIO/", &findings) }
        if !resources.hugepageLimits.isEmpty { findings.unsupported(pointer + "hugepageLimits") }
        if let network = resources.network {
            if network.classID ?? 0 != 0 { findings.unsupported(pointer + "network/classID") }
            if !network.priorities.isEmpty { findings.unsupported(pointer + "network/priorities") }
        }
        if let limit = resources.pids?.limit, limit >= 0 { findings.unsupported(pointer + "pids/limit") }
        if !resources.rdma.isEmpty { findings.unsupported(pointer + "rdma") }
        if !resources.unified.isEmpty { findings.unsupported(pointer + "unified") }
    }

    private static func checkMemory(
        _ memory: Spec.Linux.Resources.Memory, _ pointer: String, _ findings: inout Findings
    ) {
        // -1 is no limit.
        if memory.limit ?? -1 != -1 { findings.unsupported(pointer + "limit") }
        if memory.reservation ?? -1 != -1 { findings.unsupported(pointer + "reservation") }
        if memory.swap ?? -1 != -1 { findings.unsupported(pointer + "swap") }
        let ofVersion1: [(String, Bool)] = [
            ("kernel", memory.kernel ?? -1 != -1), ("kernelTCP", memory.kernelTCP ?? -1 != -1),
            ("swappiness", memory.swappiness != nil), ("disableOOMKiller", memory.disableOOMKiller ?? false),
            ("useHierarchy", memory.useHierarchy == false),
        ]
        for (name, isSet) in ofVersion1 where isSet {
            findings.warn(pointer + name, "has no effect: it is of cgroup v1")
        }
    }

    private static func checkCPU(_ cpu: Spec.Linux.Resources.CPU, _ pointer: String, _ findings: inout Findings) {
        let limits: [(String, Bool)] = [
            ("shares", cpu.shares ?? 0 != 0), ("quota", cpu.quota ?? 0 > 0), ("burst", cpu.burst ?? 0 != 0),
            ("period", cpu.period ?? 0 != 0), ("realtimeRuntime", cpu.realtimeRuntime ?? 0 != 0),
            ("realtimePeriod", cpu.realtimePeriod ?? 0 != 0), ("cpus", isSet(cpu.cpus)), ("mems", isSet(cpu.mems)),
            ("idle", cpu.idle ?? 0 != 0),
        ]
        for (name, isSet) in limits where isSet { findings.unsupported(pointer + name) }
    }

    private static func checkBlockIO(
        _ blockIO: Spec.Linux.Resources.BlockIO, _ pointer: String, _ findings: inout Findings
    ) {
        let limits: [(String, Bool)] = [
            ("weight", blockIO.weight ?? 0 != 0), ("leafWeight", blockIO.leafWeight ?? 0 != 0),
            ("weightDevice", !blockIO.weightDevice.isEmpty),
            ("throttleReadBpsDevice", !blockIO.throttleReadBpsDevice.isEmpty),
            ("throttleWriteBpsDevice", !blockIO.throttleWriteBpsDevice.isEmpty),
            ("throttleReadIOPSDevice", !blockIO.throttleReadIOPSDevice.isEmpty),
            ("throttleWriteIOPSDevice", !blockIO.throttleWriteIOPSDevice.isEmpty),
        ]
        for (name, isSet) in limits where isSet { findings.unsupported(pointer + name) }
    }
}

internal import OCI

/// Control groups (config-linux.md, "Control groups"): a container is placed in one, but no limit is set.
///
/// A value that asks for what a new cgroup has anyway is none: engines write them.
extension Validation {
    static func checkResources(_ resources: Spec.Linux.Resources, _ findings: inout Findings) {
        let pointer = "/linux/resources/"
        checkDeviceRules(resources.devices, pointer + "devices", &findings)
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

/// The rules of /linux/resources/devices (config-linux.md, "Allowed Device list").
extension Validation {
    private typealias Rule = Spec.Linux.Resources.DeviceRule

    /// Letters of a rule's access.
    private static let read: UInt8 = 1
    private static let write: UInt8 = 2
    private static let make: UInt8 = 4
    private static let everything: UInt8 = 7

    /// What a container may use when its rules name nothing; nil stands for every number.
    private static let usual: [(type: String, major: Int64?, minor: Int64?, access: UInt8)] = [
        ("c", nil, nil, make), ("b", nil, nil, make),
        ("c", 1, 3, everything), ("c", 1, 5, everything), ("c", 1, 7, everything), ("c", 1, 8, everything),
        ("c", 1, 9, everything), ("c", 5, 0, everything), ("c", 5, 1, everything), ("c", 5, 2, everything),
        ("c", 136, nil, everything), ("c", 10, 200, everything),
    ]

    /// Takes rules that allow everything, or no more than what every container has. There is no filter of devices, so of
    /// the latter a warning is left.
    private static func checkDeviceRules(_ rules: [Rule], _ pointer: String, _ findings: inout Findings) {
        let before = findings.problems.count
        for (index, rule) in rules.enumerated() { checkForm(rule, pointer + "/" + String(index), &findings) }
        if rules.isEmpty || findings.problems.count > before { return }
        var rest = rules[...]
        var allowsEverything = false
        // A rule for everything takes the place of all before it.
        for (index, rule) in rules.enumerated() where isForEverything(rule) {
            allowsEverything = rule.allow
            rest = rules[(index + 1)...]
        }
        for (index, rule) in zip(rest.indices, rest) {
            if allowsEverything ? !rule.allow : rule.allow && !isUsual(rule) {
                findings.unsupported(pointer + "/" + String(index))
            }
        }
        if !allowsEverything, findings.problems.count == before {
            findings.warn(pointer, "device access is not restricted by a device filter")
        }
    }

    private static func checkForm(_ rule: Rule, _ pointer: String, _ findings: inout Findings) {
        if let type = rule.type, type != "a", type != "b", type != "c" {
            findings.refuse(pointer + "/type", "must be one of a, b and c, is " + Findings.quoted(type))
        }
        for (name, number) in [("major", rule.major), ("minor", rule.minor)] {
            if let number, number < -1 || number > Int64(UInt32.max) {
                findings.refuse(
                    pointer + "/" + name, "must be a device number, or -1 for all, is " + String(number))
            }
        }
        if access(of: rule) == nil {
            findings.refuse(
                pointer + "/access",
                "must be made of the letters r, w and m, is " + Findings.quoted(rule.access ?? ""))
        }
    }

    private static func isForEverything(_ rule: Rule) -> Bool {
        rule.type ?? "a" == "a" && number(rule.major) == nil && number(rule.minor) == nil
            && access(of: rule) == everything
    }

    private static func isUsual(_ rule: Rule) -> Bool {
        guard let access = access(of: rule) else { return false }
        for entry in usual where entry.type == rule.type && access & ~entry.access == 0 {
            let isMajor = entry.major == nil || entry.major == number(rule.major)
            let isMinor = entry.minor == nil || entry.minor == number(rule.minor)
            if isMajor && isMinor { return true }
        }
        return false
    }

    /// Engines write -1 for every number.
    private static func number(_ value: Int64?) -> Int64? { value == -1 ? nil : value }

    /// The letters as bits, all of them when there is no access; nil for others, or none.
    private static func access(of rule: Rule) -> UInt8? {
        guard let letters = rule.access else { return everything }
        var access: UInt8 = 0
        for letter in letters.utf8 {
            switch letter {
            case UInt8(ascii: "r"): access |= read
            case UInt8(ascii: "w"): access |= write
            case UInt8(ascii: "m"): access |= make
            default: return nil
            }
        }
        return access == 0 ? nil : access
    }
}

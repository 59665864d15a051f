package import OCI

/// What the limits of a configuration come to in files of cgroup v2, in the order in which a new cgroup is given them.
///
/// Devices are not among them: they are a program, not a file (see `DeviceProgram`).
package struct CgroupSettings: Equatable, Sendable {
    package internal(set) var list: [CgroupSetting] = []
    /// Fields that cannot be meant: with one of them nothing may be written.
    package internal(set) var problems: [CgroupFinding] = []
    /// Fields without effect that the specification does not want to fail for.
    package internal(set) var warnings: [CgroupFinding] = []

    /// Nothing to write.
    package init() {}

    /// Translates `resources`, which stands at the JSON pointer `place`.
    ///
    /// With `current`, what the cgroup has now, it is an update: what is not said stays, so that a period leaves the
    /// quota, and a memory limit the sum of memory and swap, as it is. Otherwise it is for a new cgroup.
    package init(
        _ resources: Spec.Linux.Resources, at place: String = "/linux/resources", over current: CgroupLimits? = nil
    ) {
        if let pids = resources.pids { add(pids, place + "/pids") }
        if let cpu = resources.cpu { add(cpu, place + "/cpu", current) }
        if let cpu = resources.cpu { addCpuset(cpu, place + "/cpu") }
        if let blockIO = resources.blockIO { add(blockIO, place + "/blockIO") }
        for (index, limit) in resources.hugepageLimits.enumerated() {
            add(limit, place + "/hugepageLimits/" + String(index))
        }
        for entry in resources.rdma { add(entry, place + "/rdma") }
        if let network = resources.network { check(network, place + "/network") }
        if let memory = resources.memory { add(memory, place + "/memory", current) }
        for entry in resources.unified { add(unified: entry, place + "/unified") }
    }

    /// Whether there is nothing to write, and nothing wrong.
    package var isEmpty: Bool { list.isEmpty && problems.isEmpty }

    /// Whether something is asked for that a cgroup of its own is needed for.
    package var needsCgroup: Bool { list.contains { !$0.isOptional } }

    mutating func refuse(_ pointer: String, _ message: String) { problems.append(CgroupFinding(pointer, message)) }
    mutating func warn(_ pointer: String, _ message: String) { warnings.append(CgroupFinding(pointer, message)) }
}

/// The limits of a cgroup that others are reckoned from; nil is no limit.
package struct CgroupLimits: Equatable, Sendable {
    /// Bytes. memory.max
    package var memory: UInt64?
    /// Bytes, without memory. memory.swap.max
    package var swap: UInt64?
    /// Microseconds a period. cpu.max
    package var quota: UInt64?
    /// Microseconds. cpu.max
    package var period: UInt64

    package init(memory: UInt64? = nil, swap: UInt64? = nil, quota: UInt64? = nil, period: UInt64 = 100_000) {
        self.memory = memory
        self.swap = swap
        self.quota = quota
        self.period = period
    }
}

package import JSON

extension Spec.Linux {
    /// Limits of the container's cgroup (config-linux.md, "Control groups").
    package struct Resources: Equatable, Sendable {
        package var devices: [DeviceRule] = []
        package var memory: Memory?
        package var cpu: CPU?
        package var blockIO: BlockIO?
        package var hugepageLimits: [HugepageLimit] = []
        package var network: Network?
        package var pids: Pids?
        package var rdma: [Spec.Entry<Rdma>] = []
        package var unified: [Spec.Entry<String>] = []
    }
}

extension Spec.Linux.Resources {
    /// What may be done to which devices; absent numbers and an absent type stand for all.
    package struct DeviceRule: Equatable, Sendable {
        package var allow: Bool
        package var type: String?
        package var major: Int64?
        package var minor: Int64?
        package var access: String?
    }

    /// Limits of memory, in bytes; -1 is no limit.
    package struct Memory: Equatable, Sendable {
        package var limit: Int64?
        package var reservation: Int64?
        /// Memory and swap together.
        package var swap: Int64?
        package var kernel: Int64?
        package var kernelTCP: Int64?
        package var swappiness: UInt64?
        package var disableOOMKiller: Bool?
        package var useHierarchy: Bool?
        package var checkBeforeUpdate: Bool?
    }

    /// Shares and limits of processor time; times are in microseconds.
    package struct CPU: Equatable, Sendable {
        package var shares: UInt64?
        package var quota: Int64?
        package var burst: UInt64?
        package var period: UInt64?
        package var realtimeRuntime: Int64?
        package var realtimePeriod: UInt64?
        package var cpus: String?
        package var mems: String?
        package var idle: Int64?
    }

    /// Weights and limits of block devices.
    package struct BlockIO: Equatable, Sendable {
        package var weight: UInt16?
        package var leafWeight: UInt16?
        package var weightDevice: [WeightDevice] = []
        package var throttleReadBpsDevice: [ThrottleDevice] = []
        package var throttleWriteBpsDevice: [ThrottleDevice] = []
        package var throttleReadIOPSDevice: [ThrottleDevice] = []
        package var throttleWriteIOPSDevice: [ThrottleDevice] = []
    }

    /// The weight of one block device.
    package struct WeightDevice: Equatable, Sendable {
        package var major: Int64
        package var minor: Int64
        package var weight: UInt16?
        package var leafWeight: UInt16?
    }

    /// The limit of one block device, in bytes or operations a second.
    package struct ThrottleDevice: Equatable, Sendable {
        package var major: Int64
        package var minor: Int64
        package var rate: UInt64
    }

    /// The limit of huge pages of one size, in bytes.
    package struct HugepageLimit: Equatable, Sendable {
        package var pageSize: String
        package var limit: UInt64
    }

    /// The class and the priorities of network packets.
    package struct Network: Equatable, Sendable {
        package var classID: UInt32?
        package var priorities: [InterfacePriority] = []
    }

    /// The priority of packets that leave through one interface.
    package struct InterfacePriority: Equatable, Sendable {
        package var name: String
        package var priority: UInt32
    }

    /// The most tasks; -1 is no limit.
    package struct Pids: Equatable, Sendable {
        package var limit: Int64?
    }

    /// The limits of one RDMA device.
    package struct Rdma: Equatable, Sendable {
        package var hcaHandles: UInt32?
        package var hcaObjects: UInt32?
    }
}

/// What asks for nothing, to be filled in by those who have no document.
extension Spec.Linux.Resources {
    package static var empty: Self { Self() }
}

extension Spec.Linux.Resources.Memory {
    package static var empty: Self { Self() }
}

extension Spec.Linux.Resources.CPU {
    package static var empty: Self { Self() }
}

extension Spec.Linux.Resources.BlockIO {
    package static var empty: Self { Self() }
}

extension Spec.Linux.Resources.Pids {
    package static var empty: Self { Self() }
}

extension Spec.Linux.Resources {
    /// Reads a `resources` object.
    package init(_ object: JSONObject) {
        self.init(
            devices: object.objects("devices").map(DeviceRule.init),
            memory: object.object("memory").map(Memory.init),
            cpu: object.object("cpu").map(CPU.init),
            blockIO: object.object("blockIO").map(BlockIO.init),
            hugepageLimits: object.objects("hugepageLimits").map(HugepageLimit.init),
            network: object.object("network").map(Network.init),
            pids: object.object("pids").map(Pids.init),
            rdma: object.entries("rdma", Rdma.init),
            unified: object.stringEntries("unified"))
    }
}

extension Spec.Linux.Resources.DeviceRule {
    init(_ object: JSONObject) {
        self.init(
            allow: object.requiredBool("allow"),
            type: object.string("type"),
            major: object.int64("major"),
            minor: object.int64("minor"),
            access: object.string("access"))
    }
}

extension Spec.Linux.Resources.Memory {
    init(_ object: JSONObject) {
        self.init(
            limit: object.int64("limit"),
            reservation: object.int64("reservation"),
            swap: object.int64("swap"),
            kernel: object.int64("kernel"),
            kernelTCP: object.int64("kernelTCP"),
            swappiness: object.uint64("swappiness"),
            disableOOMKiller: object.bool("disableOOMKiller"),
            useHierarchy: object.bool("useHierarchy"),
            checkBeforeUpdate: object.bool("checkBeforeUpdate"))
    }
}

extension Spec.Linux.Resources.CPU {
    init(_ object: JSONObject) {
        self.init(
            shares: object.uint64("shares"),
            quota: object.int64("quota"),
            burst: object.uint64("burst"),
            period: object.uint64("period"),
            realtimeRuntime: object.int64("realtimeRuntime"),
            realtimePeriod: object.uint64("realtimePeriod"),
            cpus: object.string("cpus"),
            mems: object.string("mems"),
            idle: object.int64("idle"))
    }
}

extension Spec.Linux.Resources.BlockIO {
    init(_ object: JSONObject) {
        self.init(
            weight: object.uint16("weight"),
            leafWeight: object.uint16("leafWeight"),
            weightDevice: object.objects("weightDevice").map(Spec.Linux.Resources.WeightDevice.init),
            throttleReadBpsDevice: BlockIO.throttles(object, "throttleReadBpsDevice"),
            throttleWriteBpsDevice: BlockIO.throttles(object, "throttleWriteBpsDevice"),
            throttleReadIOPSDevice: BlockIO.throttles(object, "throttleReadIOPSDevice"),
            throttleWriteIOPSDevice: BlockIO.throttles(object, "throttleWriteIOPSDevice"))
    }

    private typealias BlockIO = Spec.Linux.Resources.BlockIO

    private static func throttles(_ object: JSONObject, _ name: String) -> [Spec.Linux.Resources.ThrottleDevice] {
        object.objects(name).map(Spec.Linux.Resources.ThrottleDevice.init)
    }
}

extension Spec.Linux.Resources.WeightDevice {
    init(_ object: JSONObject) {
        self.init(
            major: object.requiredInt64("major"),
            minor: object.requiredInt64("minor"),
            weight: object.uint16("weight"),
            leafWeight: object.uint16("leafWeight"))
    }
}

extension Spec.Linux.Resources.ThrottleDevice {
    init(_ object: JSONObject) {
        self.init(
            major: object.requiredInt64("major"),
            minor: object.requiredInt64("minor"),
            rate: object.requiredUInt64("rate"))
    }
}

extension Spec.Linux.Resources.HugepageLimit {
    init(_ object: JSONObject) {
        self.init(
            pageSize: object.requiredString("pageSize"),
            limit: object.requiredUInt64("limit"))
    }
}

extension Spec.Linux.Resources.Network {
    init(_ object: JSONObject) {
        self.init(
            classID: object.uint32("classID"),
            priorities: object.objects("priorities").map(Spec.Linux.Resources.InterfacePriority.init))
    }
}

extension Spec.Linux.Resources.InterfacePriority {
    init(_ object: JSONObject) {
        self.init(
            name: object.requiredString("name"),
            priority: object.requiredUInt32("priority"))
    }
}

extension Spec.Linux.Resources.Pids {
    init(_ object: JSONObject) {
        self.init(
            limit: object.int64("limit"))
    }
}

extension Spec.Linux.Resources.Rdma {
    init(_ object: JSONObject) {
        self.init(
            hcaHandles: object.uint32("hcaHandles"),
            hcaObjects: object.uint32("hcaObjects"))
    }
}

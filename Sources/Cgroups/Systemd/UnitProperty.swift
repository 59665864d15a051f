/// One property of a unit. systemd.resource-control(5), org.freedesktop.systemd1(5)
package struct UnitProperty: Equatable, Sendable {
    package var name: String
    package var value: BusValue
    /// The first version of systemd that knows it, where that matters; an older one does without it.
    package var since: Int

    package init(_ name: String, _ value: BusValue, since: Int = 0) {
        self.name = name
        self.value = value
        self.since = since
    }

    /// The argument of calls that take properties.
    static func list(_ properties: [UnitProperty]) -> BusValue {
        .array(of: "(sv)", properties.map { .structure([.string($0.name), .variant($0.value)]) })
    }

    /// systemd's "no limit", and for weights "not set".
    static let infinity = BusValue.uint64(.max)
}

extension UnitProperty {
    /// What every container's scope has, but for its limits.
    ///
    /// Delegation makes the cgroup apus's own below its top: systemd neither enables controllers there nor moves
    /// processes. systemd has no device filter then: with the policy `auto` and nothing allowed or refused it attaches
    /// none, so that nothing contradicts the one of apus, which no list of systemd's could express.
    package static func scope(_ unit: SystemdUnit, process: Int32, description: String) -> [UnitProperty] {
        [
            UnitProperty("Description", .string(description)),
            UnitProperty("Slice", .string(unit.slice)),
            UnitProperty("PIDs", .array(of: "u", [.uint32(UInt32(bitPattern: process))])),
            UnitProperty("Delegate", .boolean(true)),
            UnitProperty("DefaultDependencies", .boolean(false)),
            // Without it a scope that failed would stay until somebody asks for its end.
            UnitProperty("CollectMode", .string("inactive-or-failed"), since: 236),
            UnitProperty("CPUAccounting", .boolean(true)),
            UnitProperty("MemoryAccounting", .boolean(true)),
            UnitProperty("IOAccounting", .boolean(true)),
            UnitProperty("TasksAccounting", .boolean(true)),
            UnitProperty("DevicePolicy", .string("auto")),
        ]
    }

    /// The properties that make systemd write what the settings do, so that it does not write anything else later.
    ///
    /// A file that systemd has no property for has none here: systemd does not touch it.
    package static func list(_ settings: [CgroupSetting]) -> [UnitProperty] {
        var list: [UnitProperty] = []
        for setting in settings {
            // systemd knows the scale of io.weight only.
            if setting.file == "io.bfq.weight", let alternative = setting.alternative {
                add(alternative.file, alternative.value, to: &list)
            } else {
                add(setting.file, setting.value, to: &list)
            }
        }
        return list
    }

    private static func add(_ file: String, _ value: String, to list: inout [UnitProperty]) {
        switch file {
        case "cpu.max": addBandwidth(value, to: &list)
        case "cpu.weight": if let weight = UInt64(value) { set("CPUWeight", .uint64(weight), in: &list) }
        case "cpu.idle": addIdle(value, to: &list)
        case "cpuset.cpus": addNumbers("AllowedCPUs", value, to: &list)
        case "cpuset.mems": addNumbers("AllowedMemoryNodes", value, to: &list)
        case "io.max": addThrottle(value, to: &list)
        case "io.weight": addWeight(value, to: &list)
        case "memory.oom.group":
            set("OOMPolicy", .string(value == "1" ? "kill" : "continue"), since: 253, in: &list)
        default:
            for (name, property, since) in amounts where name == file {
                if let amount = amount(value) { set(property, amount, since: since, in: &list) }
            }
        }
    }

    private static let amounts: [(String, String, Int)] = [
        ("memory.max", "MemoryMax", 0), ("memory.high", "MemoryHigh", 0), ("memory.low", "MemoryLow", 0),
        ("memory.min", "MemoryMin", 0), ("memory.swap.max", "MemorySwapMax", 0),
        ("memory.zswap.max", "MemoryZSwapMax", 253), ("pids.max", "TasksMax", 0),
    ]

    /// Takes the place of a property of that name.
    private static func set(_ name: String, _ value: BusValue, since: Int = 0, in list: inout [UnitProperty]) {
        list.removeAll { $0.name == name }
        list.append(UnitProperty(name, value, since: since))
    }

    private static func amount(_ text: String) -> BusValue? {
        text == "max" ? infinity : UInt64(text).map { .uint64($0) }
    }

    /// `QUOTA PERIOD`, in microseconds.
    ///
    /// systemd keeps hundredths of a processor: what is between is rounded up, so that nobody gets less than asked for.
    private static func addBandwidth(_ value: String, to list: inout [UnitProperty]) {
        let words = value.utf8.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        guard let first = words.first else { return }
        let period = words.count > 1 ? UInt64(words[1]) ?? 0 : 100_000
        if let quota = UInt64(first), period > 0 {
            let (product, overflows) = quota.multipliedReportingOverflow(by: 1_000_000)
            guard !overflows else { return }
            let hundredth: UInt64 = 10_000
            let perSecond = (product + period - 1) / period
            set("CPUQuotaPerSecUSec", .uint64((perSecond + hundredth - 1) / hundredth * hundredth), in: &list)
        } else {
            set("CPUQuotaPerSecUSec", infinity, in: &list)
        }
        if period > 0 { set("CPUQuotaPeriodUSec", .uint64(period), since: 242, in: &list) }
    }

    /// An idle group has the weight 0; one that is not has its weight, or, when none is said, what is usual.
    private static func addIdle(_ value: String, to list: inout [UnitProperty]) {
        if value == "1" {
            set("CPUWeight", .uint64(0), since: 252, in: &list)
        } else if !list.contains(where: { $0.name == "CPUWeight" }) {
            set("CPUWeight", infinity, in: &list)
        }
    }

    /// `0-3,7` as a set of bits, the lowest first.
    private static func addNumbers(_ name: String, _ value: String, to list: inout [UnitProperty]) {
        var bytes: [UInt8] = []
        for part in value.utf8.split(separator: UInt8(ascii: ",")) where part.first != UInt8(ascii: "\n") {
            let ends = part.split(separator: UInt8(ascii: "-")).map { UInt32(String(decoding: $0, as: UTF8.self)) }
            // More than any machine has: the kernel will say so.
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last, last < 1 << 16 else {
                return
            }
            for number in Int(first)...Int(last) {
                while bytes.count <= number / 8 { bytes.append(0) }
                bytes[number / 8] |= 1 << UInt8(number % 8)
            }
        }
        set(name, .bytes(bytes), since: 244, in: &list)
    }

    /// `default 100`, `100` or `8:0 100`
    private static func addWeight(_ value: String, to list: inout [UnitProperty]) {
        let words = value.utf8.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        guard let last = words.last, let weight = UInt64(last) else { return }
        if words.count == 1 || words[0] == "default" {
            set("IOWeight", .uint64(weight), in: &list)
        } else {
            add("IODeviceWeight", device: words[0], .uint64(weight), to: &list)
        }
    }

    /// `8:0 rbps=1048576 wiops=max`
    private static func addThrottle(_ value: String, to list: inout [UnitProperty]) {
        let words = value.utf8.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        guard let device = words.first else { return }
        for word in words.dropFirst() {
            for (key, name) in throttles where word.hasPrefix(key) {
                guard let rate = amount(String(word.utf8.dropFirst(key.utf8.count)) ?? "") else { continue }
                add(name, device: device, rate, to: &list)
            }
        }
    }

    private static let throttles: [(String, String)] = [
        ("rbps=", "IOReadBandwidthMax"), ("wbps=", "IOWriteBandwidthMax"), ("riops=", "IOReadIOPSMax"),
        ("wiops=", "IOWriteIOPSMax"),
    ]

    /// Adds a device to a property that has an entry for each.
    private static func add(_ name: String, device: String, _ value: BusValue, to list: inout [UnitProperty]) {
        var entries: [BusValue] = []
        if let index = list.firstIndex(where: { $0.name == name }), case .array(_, let others) = list[index].value {
            entries = others
        }
        entries.append(.structure([.string("/dev/block/" + device), value]))
        set(name, .array(of: "(st)", entries), in: &list)
    }
}

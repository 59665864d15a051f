internal import Kernel
internal import OCI

/// The cpu controller (config-linux.md, "CPU"). Zeros are absent values: engines write them.
extension CgroupSettings {
    mutating func add(_ cpu: Spec.Linux.Resources.CPU, _ place: String, _ current: CgroupLimits?) {
        for (name, isSet) in [
            ("/realtimeRuntime", cpu.realtimeRuntime ?? 0 != 0), ("/realtimePeriod", cpu.realtimePeriod ?? 0 != 0),
        ] where isSet { refuse(place + name, "cannot be set: cgroup v2 has no limits of real-time tasks") }
        addWeight(cpu, place)
        addBandwidth(cpu, place, current)
    }

    /// A group that is idle has no weight, and is refused one; leaving that state comes before a weight.
    private mutating func addWeight(_ cpu: Spec.Linux.Resources.CPU, _ place: String) {
        var idle: CgroupSetting?
        if let value = cpu.idle {
            if value == 0 || value == 1 {
                idle = CgroupSetting("cpu.idle", String(value), at: place + "/idle", isOptional: value == 0)
            } else {
                refuse(place + "/idle", "must be 0 or 1, is " + String(value))
            }
        }
        if let idle, cpu.idle == 0 { list.append(idle) }
        if let shares = cpu.shares, shares != 0, cpu.idle != 1 {
            list.append(CgroupSetting("cpu.weight", String(Self.weight(ofShares: shares)), at: place + "/shares"))
        }
        if let idle, cpu.idle == 1 { list.append(idle) }
    }

    /// The weight (1 to 10000) that stands for shares (2 to 262144): the default of the one is the default of the other.
    package static func weight(ofShares shares: UInt64) -> UInt64 {
        if shares <= 2 { return 1 }
        if shares >= 262_144 { return 10_000 }
        let exponent = RealNumber.log2(Double(shares))
        let power = (exponent * exponent + 125 * exponent) / 612 - 7.0 / 34
        return UInt64(RealNumber.power(10, power).rounded(.up))
    }

    private mutating func addBandwidth(
        _ cpu: Spec.Linux.Resources.CPU, _ place: String, _ current: CgroupLimits?
    ) {
        let quota = cpu.quota.flatMap { $0 == 0 ? nil : $0 }
        let period = cpu.period.flatMap { $0 == 0 ? nil : $0 }
        let burst = cpu.burst
        if let burst, let quota, quota > 0, burst > UInt64(quota) {
            refuse(
                place + "/burst",
                "must be at most the quota of " + String(quota) + ", is " + String(burst))
            return
        }
        var settings: [CgroupSetting] = []
        if quota != nil || period != nil {
            var limit = "max"
            if let quota {
                if quota > 0 { limit = String(quota) }
            } else if let kept = current?.quota {
                limit = String(kept)
            }
            let value = limit + " " + String(period ?? current?.period ?? 100_000)
            settings.append(
                CgroupSetting(
                    "cpu.max", value, at: place + (quota == nil ? "/period" : "/quota"), isOptional: limit == "max"))
        }
        if let burst {
            let setting = CgroupSetting(
                "cpu.max.burst", String(burst), at: place + "/burst", isOptional: burst == 0)
            // The kernel wants quota >= burst at every moment: a burst that may have to shrink comes first.
            if burst == 0 { settings.insert(setting, at: 0) } else { settings.append(setting) }
        }
        list += settings
    }
}

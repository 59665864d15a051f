internal import OCI

/// The io controller (config-linux.md, "Block IO").
extension CgroupSettings {
    mutating func add(_ blockIO: Spec.Linux.Resources.BlockIO, _ place: String) {
        if blockIO.leafWeight ?? 0 != 0 { refuseLeafWeight(place + "/leafWeight") }
        if let weight = weight(blockIO.weight, place + "/weight") {
            addWeight("", weight, at: place + "/weight")
        }
        for (index, entry) in blockIO.weightDevice.enumerated() {
            add(entry, place + "/weightDevice/" + String(index))
        }
        addThrottles(blockIO.throttleReadBpsDevice, "rbps", place + "/throttleReadBpsDevice/")
        addThrottles(blockIO.throttleWriteBpsDevice, "wbps", place + "/throttleWriteBpsDevice/")
        addThrottles(blockIO.throttleReadIOPSDevice, "riops", place + "/throttleReadIOPSDevice/")
        addThrottles(blockIO.throttleWriteIOPSDevice, "wiops", place + "/throttleWriteIOPSDevice/")
    }

    private mutating func refuseLeafWeight(_ pointer: String) {
        refuse(pointer, "cannot be set: cgroup v2 has no weight of leaves")
    }

    /// Nil when there is none.
    private mutating func weight(_ value: UInt16?, _ pointer: String) -> UInt16? {
        guard let value, value != 0 else { return nil }
        guard value >= 10, value <= 1000 else {
            refuse(pointer, "must be from 10 to 1000, is " + String(value))
            return nil
        }
        return value
    }

    /// With the scheduler BFQ the kernel has a file of the old scale; otherwise 10 to 1000 becomes 1 to 10000.
    private mutating func addWeight(_ device: String, _ weight: UInt16, at pointer: String) {
        let scaled = 1 + (UInt64(weight) - 10) * 9999 / 990
        list.append(
            CgroupSetting(
                "io.bfq.weight", device + String(weight), at: pointer,
                alternative: .init("io.weight", device + String(scaled))))
    }

    private mutating func add(_ entry: Spec.Linux.Resources.WeightDevice, _ place: String) {
        if entry.leafWeight ?? 0 != 0 { refuseLeafWeight(place + "/leafWeight") }
        guard entry.weight ?? entry.leafWeight != nil else {
            refuse(place, "must have a weight")
            return
        }
        guard let device = device(entry.major, entry.minor, place) else { return }
        if let weight = weight(entry.weight, place + "/weight") {
            addWeight(device, weight, at: place + "/weight")
        }
    }

    /// A rate of 0 takes a limit away, as it does in version 1.
    private mutating func addThrottles(
        _ entries: [Spec.Linux.Resources.ThrottleDevice], _ key: String, _ place: String
    ) {
        for (index, entry) in entries.enumerated() {
            let pointer = place + String(index)
            guard let device = device(entry.major, entry.minor, pointer) else { continue }
            let rate = entry.rate == 0 ? "max" : String(entry.rate)
            list.append(
                CgroupSetting("io.max", device + key + "=" + rate, at: pointer, isOptional: entry.rate == 0))
        }
    }

    /// `8:0 `
    private mutating func device(_ major: Int64, _ minor: Int64, _ place: String) -> String? {
        for (name, number) in [("/major", major), ("/minor", minor)] where UInt32(exactly: number) == nil {
            refuse(place + name, "must be a device number, is " + String(number))
            return nil
        }
        return String(major) + ":" + String(minor) + " "
    }
}

internal import OCI

/// The memory controller (config-linux.md, "Memory"). A limit of 0 is none: engines write it for an absent one.
extension CgroupSettings {
    mutating func add(_ memory: Spec.Linux.Resources.Memory, _ place: String, _ current: CgroupLimits?) {
        warnOfVersion1(memory, place)
        let limit = amount(memory.limit, place + "/limit")
        let swap = amount(memory.swap, place + "/swap")
        let reservation = amount(memory.reservation, place + "/reservation")
        if let own = ownSwap(limit, swap, place, current) {
            // A host without swap has nothing to limit.
            let isNothing = own == .unlimited || own == .bytes(0)
            list.append(
                CgroupSetting(
                    "memory.swap.max", own.text, at: swap == nil ? place + "/limit" : place + "/swap",
                    isOptional: isNothing))
        }
        if let reservation {
            list.append(
                CgroupSetting(
                    "memory.low", reservation.text, at: place + "/reservation",
                    isOptional: reservation == .unlimited))
        }
        if let limit {
            list.append(
                CgroupSetting("memory.max", limit.text, at: place + "/limit", isOptional: limit == .unlimited))
        }
    }

    private enum Amount: Equatable {
        case unlimited
        case bytes(UInt64)

        var text: String {
            switch self {
            case .unlimited: "max"
            case .bytes(let count): String(count)
            }
        }
    }

    private mutating func amount(_ value: Int64?, _ pointer: String) -> Amount? {
        guard let value, value != 0 else { return nil }
        if value == -1 { return .unlimited }
        guard value > 0 else {
            refuse(pointer, "must be a number of bytes, or -1 for no limit, is " + String(value))
            return nil
        }
        return .bytes(UInt64(value))
    }

    /// Swap without memory, which is how version 2 counts; the configuration gives both together.
    private mutating func ownSwap(
        _ limit: Amount?, _ swap: Amount?, _ place: String, _ current: CgroupLimits?
    ) -> Amount? {
        switch swap {
        case .unlimited: return .unlimited
        case .bytes(let total): return ownSwap(limit, total: total, place, current)
        case nil: return swapThatFollows(limit, place, current)
        }
    }

    private mutating func ownSwap(
        _ limit: Amount?, total: UInt64, _ place: String, _ current: CgroupLimits?
    ) -> Amount? {
        let pointer = place + "/swap"
        let memory: UInt64
        switch (limit, current?.memory) {
        case (.bytes(let bytes), _), (nil, .some(let bytes)): memory = bytes
        default:
            refuse(pointer, "must not stand without a memory limit: it is of memory and swap together")
            return nil
        }
        guard total >= memory else {
            refuse(
                pointer,
                "must be at least the memory limit of " + String(memory) + ", is " + String(total)
                    + ": it is of memory and swap together")
            return nil
        }
        return .bytes(total - memory)
    }

    /// Where swap is not said: no limit of memory is none of swap, and in an update the sum of both stays.
    private mutating func swapThatFollows(_ limit: Amount?, _ place: String, _ current: CgroupLimits?) -> Amount? {
        switch limit {
        case nil: return nil
        case .unlimited: return .unlimited
        case .bytes(let bytes):
            guard let memory = current?.memory, let swap = current?.swap else { return nil }
            let (total, overflows) = memory.addingReportingOverflow(swap)
            if overflows { return nil }
            guard total >= bytes else {
                refuse(
                    place + "/limit",
                    "must be at most the limit of memory and swap together, " + String(total) + ", is " + String(bytes)
                        + "; raise that too")
                return nil
            }
            return .bytes(total - bytes)
        }
    }

    private mutating func warnOfVersion1(_ memory: Spec.Linux.Resources.Memory, _ place: String) {
        let fields: [(String, Bool)] = [
            ("/kernel", memory.kernel ?? -1 != -1), ("/kernelTCP", memory.kernelTCP ?? -1 != -1),
            ("/swappiness", memory.swappiness != nil), ("/disableOOMKiller", memory.disableOOMKiller ?? false),
            ("/useHierarchy", memory.useHierarchy == false),
        ]
        for (name, isSet) in fields where isSet { warn(place + name, "has no effect: it is of cgroup v1") }
    }
}

/// What cgroup.events says. cgroups(7)
package struct CgroupEvents: Equatable, Sendable {
    /// Whether a process is in the cgroup or below it.
    package var isPopulated = false
    /// Whether every process in the cgroup and below it stands still.
    package var isFrozen = false

    /// Reads the lines of the file; what they do not say is not so.
    package init(_ bytes: [UInt8]) {
        for (key, value) in FlatKeyed(bytes) {
            if key.elementsEqual("populated".utf8) { isPopulated = value != 0 }
            if key.elementsEqual("frozen".utf8) { isFrozen = value != 0 }
        }
    }
}

/// What memory.events says of the end of memory. cgroups(7)
package struct MemoryEvents: Equatable, Sendable {
    /// How many processes of the cgroup and those below it were killed for want of memory.
    package var kills: UInt64 = 0

    /// Reads the lines of the file; what they do not say has not happened.
    package init(_ bytes: [UInt8]) {
        for (key, value) in FlatKeyed(bytes) where key.elementsEqual("oom_kill".utf8) { kills = value }
    }
}

/// The lines `KEY NUMBER` of a cgroup's file, one after the other; others are passed over.
package struct FlatKeyed: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>

    package init(_ bytes: [UInt8]) { rest = bytes[...] }

    package mutating func next() -> (key: ArraySlice<UInt8>, value: UInt64)? {
        while !rest.isEmpty {
            let line = rest.prefix { $0 != UInt8(ascii: "\n") }
            rest = rest[line.endIndex...].dropFirst()
            guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { continue }
            guard let value = UInt64(digits: line[(space + 1)...]) else { continue }
            return (line[..<space], value)
        }
        return nil
    }
}

extension UInt64 {
    /// The number that decimal digits spell; nil when they are none, or too many.
    init?(digits: ArraySlice<UInt8>) {
        guard !digits.isEmpty else { return nil }
        var number: UInt64 = 0
        for byte in digits {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (tens, tooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, stillTooLarge) = tens.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            if tooLarge || stillTooLarge { return nil }
            number = sum
        }
        self = number
    }
}

/// What a cgroup uses, and what it may use, as the files of cgroup v2 say. cgroups(7)
///
/// What the kernel does not tell is nil: on a host whose controllers are bound to cgroup v1 that is most of it.
package struct CgroupStats: Equatable, Sendable {
    package var cpu: CPU?
    package var memory: Memory?
    package var pids = Pids()
    package var io: IO?
    /// By size of the pages, as the kernel spells it: `2MB`.
    package var hugetlb: [(size: String, usage: Hugetlb)] = []
    package var pressure = PressureStats()

    package init() {}

    package static func == (one: CgroupStats, other: CgroupStats) -> Bool {
        one.cpu == other.cpu && one.memory == other.memory && one.pids == other.pids && one.io == other.io
            && one.pressure == other.pressure && one.hugetlb.elementsEqual(other.hugetlb) { $0 == $1 }
    }

    /// Processor time, in nanoseconds. cpu.stat
    package struct CPU: Equatable, Sendable {
        package var total: UInt64 = 0
        package var user: UInt64 = 0
        package var kernel: UInt64 = 0
        /// Nil without the controller.
        package var throttling: Throttling?
    }

    /// What a limit of processor time has done. cpu.stat
    package struct Throttling: Equatable, Sendable {
        package var periods: UInt64 = 0
        package var throttledPeriods: UInt64 = 0
        /// Nanoseconds.
        package var throttledTime: UInt64 = 0
    }

    /// Memory, in bytes.
    package struct Memory: Equatable, Sendable {
        package var usage: UInt64 = 0
        /// Nil is no limit.
        package var limit: UInt64?
        /// The most there has been; nil before Linux 5.19.
        package var peak: UInt64?
        /// How often the limit was reached.
        package var failures: UInt64 = 0
        /// Nil when the kernel does not count it.
        package var swap: Swap?
        /// memory.stat as it is.
        package var raw: [(name: String, value: UInt64)] = []

        package static func == (one: Memory, other: Memory) -> Bool {
            one.usage == other.usage && one.limit == other.limit && one.peak == other.peak
                && one.failures == other.failures && one.swap == other.swap
                && one.raw.elementsEqual(other.raw) { $0 == $1 }
        }
    }

    /// Memory that was swapped out, in bytes.
    package struct Swap: Equatable, Sendable {
        package var usage: UInt64 = 0
        /// Nil is no limit.
        package var limit: UInt64?
        /// How often the limit was reached.
        package var failures: UInt64 = 0
    }

    /// Tasks; without the controller, processes.
    package struct Pids: Equatable, Sendable {
        package var current: UInt64 = 0
        /// Nil is no limit.
        package var limit: UInt64?
    }

    /// What went to and came from block devices. io.stat
    package struct IO: Equatable, Sendable {
        package var bytes: [IOEntry] = []
        package var operations: [IOEntry] = []
    }

    /// One number about one block device.
    package struct IOEntry: Equatable, Sendable {
        package enum Direction: UInt8, Sendable { case read, write, discard }
        package var major: UInt64
        package var minor: UInt64
        package var direction: Direction
        package var value: UInt64
    }

    /// Huge pages of one size, in bytes.
    package struct Hugetlb: Equatable, Sendable {
        package var usage: UInt64 = 0
        /// How often the limit was reached.
        package var failures: UInt64 = 0
    }
}

/// How long processes wait for a resource. (Linux, accounting/psi)
package struct Pressure: Equatable, Sendable {
    /// While some wait.
    package var some = Shares()
    /// While none gets on.
    package var full = Shares()

    /// Shares of the time passed, in hundredths of a per cent, and the sum in microseconds.
    package struct Shares: Equatable, Sendable {
        package var average10: UInt64 = 0
        package var average60: UInt64 = 0
        package var average300: UInt64 = 0
        package var total: UInt64 = 0
    }
}

/// The pressure on each resource; nil where the kernel does not measure it.
package struct PressureStats: Equatable, Sendable {
    package var cpu: Pressure?
    package var memory: Pressure?
    package var io: Pressure?
}

// MARK: What the files say

extension CgroupStats.CPU {
    /// Reads cpu.stat, which counts microseconds.
    init(_ bytes: [UInt8]) {
        var limited = CgroupStats.Throttling()
        var isLimited = false
        for (key, value) in FlatKeyed(bytes) {
            if key.elementsEqual("usage_usec".utf8) { total = value &* 1000 }
            if key.elementsEqual("user_usec".utf8) { user = value &* 1000 }
            if key.elementsEqual("system_usec".utf8) { kernel = value &* 1000 }
            if key.elementsEqual("nr_throttled".utf8) { limited.throttledPeriods = value }
            if key.elementsEqual("throttled_usec".utf8) { limited.throttledTime = value &* 1000 }
            if key.elementsEqual("nr_periods".utf8) {
                limited.periods = value
                isLimited = true
            }
        }
        if isLimited { throttling = limited }
    }
}

extension CgroupStats.IO {
    /// Reads io.stat: `8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6`. What is not one of these is passed over.
    init(_ bytes: [UInt8]) {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " "))
            guard let device = words.first, let colon = device.firstIndex(of: UInt8(ascii: ":")),
                let major = UInt64(digits: device[..<colon]), let minor = UInt64(digits: device[(colon + 1)...])
            else { continue }
            for word in words.dropFirst() {
                guard let equals = word.firstIndex(of: UInt8(ascii: "=")),
                    let value = UInt64(digits: word[(equals + 1)...]),
                    let (direction, isBytes) = Self.meaning(word[..<equals])
                else { continue }
                let entry = CgroupStats.IOEntry(major: major, minor: minor, direction: direction, value: value)
                if isBytes { self.bytes.append(entry) } else { operations.append(entry) }
            }
        }
    }

    private static func meaning(
        _ key: ArraySlice<UInt8>
    ) -> (direction: CgroupStats.IOEntry.Direction, isBytes: Bool)? {
        let keys: [(StaticString, CgroupStats.IOEntry.Direction, Bool)] = [
            ("rbytes", .read, true), ("wbytes", .write, true), ("dbytes", .discard, true), ("rios", .read, false),
            ("wios", .write, false), ("dios", .discard, false),
        ]
        for (name, direction, isBytes) in keys where key.elementsEqual(name.description.utf8) {
            return (direction, isBytes)
        }
        return nil
    }
}

extension Pressure {
    /// Reads a pressure file: `some avg10=0.36 avg60=0.06 avg300=0.01 total=43185`, then the same for `full`.
    init(_ bytes: [UInt8]) {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " "))
            guard let kind = words.first else { continue }
            let shares = Shares(words.dropFirst())
            if kind.elementsEqual("some".utf8) { some = shares }
            if kind.elementsEqual("full".utf8) { full = shares }
        }
    }
}

extension Pressure.Shares {
    fileprivate init(_ words: ArraySlice<ArraySlice<UInt8>>) {
        for word in words {
            guard let equals = word.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let key = word[..<equals]
            let value = word[(equals + 1)...]
            if key.elementsEqual("avg10".utf8) { average10 = Self.hundredths(value) }
            if key.elementsEqual("avg60".utf8) { average60 = Self.hundredths(value) }
            if key.elementsEqual("avg300".utf8) { average300 = Self.hundredths(value) }
            if key.elementsEqual("total".utf8) { total = UInt64(digits: value) ?? 0 }
        }
    }

    /// The kernel writes two digits after the point, always.
    private static func hundredths(_ text: ArraySlice<UInt8>) -> UInt64 {
        UInt64(digits: text.filter { $0 != UInt8(ascii: ".") }[...]) ?? 0
    }
}

internal import CLinux

/// A set of processors, as sched_setaffinity(2) takes it: of any size, not only the first 1024.
package struct CPUSet: Equatable, Sendable {
    /// Bit n of the whole is processor n; a multiple of 8 bytes.
    package private(set) var bytes: [UInt8]

    /// No kernel has more processors. NR_CPUS
    private static let most = 8192

    /// The processors of a list such as `0-3,7`; nil when the text is none. cpuset(7), "List format"
    package init?(_ list: String) {
        bytes = []
        for part in list.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let ends = part.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
            guard ends.count <= 2, let first = CPUSet.number(ends[0]), let last = CPUSet.number(ends[ends.count - 1]),
                first <= last
            else { return nil }
            for processor in first...last { insert(processor) }
        }
    }

    private mutating func insert(_ processor: Int) {
        while bytes.count * 8 <= processor { bytes += [0, 0, 0, 0, 0, 0, 0, 0] }
        bytes[processor / 8] |= 1 << UInt8(processor % 8)
    }

    private static func number(_ digits: Substring.UTF8View) -> Int? {
        guard !digits.isEmpty, digits.count <= 4 else { return nil }
        var number = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return number < most ? number : nil
    }

    /// Has the calling process run on these processors only. `EINVAL` when it may use none of them. sched_setaffinity(2)
    package func apply() throws(Errno) { try check(cl_sched_setaffinity(bytes, bytes.count)) }
}

import Kernel

/// The mounts that a process sees. proc_pid_mountinfo(5)
struct MountTable {
    struct Entry: Equatable {
        var id: Int
        /// Major and minor number of the file system, as written: `0:25`.
        var device: String
        /// Which directory of the file system is mounted.
        var root: String
        /// Where, as the process sees it.
        var point: String
    }

    let entries: [Entry]

    init(_ bytes: [UInt8]) {
        var entries: [Entry] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
            guard fields.count > 5, let id = Self.number(fields[0]) else { continue }
            entries.append(
                Entry(
                    id: id, device: String(decoding: fields[2], as: UTF8.self), root: Self.plain(fields[3]),
                    point: Self.plain(fields[4])))
        }
        self.entries = entries
    }

    /// The mounts of a process of the host's.
    static func of(_ pid: Int32, _ proc: borrowing HostProc) throws(RuntimeError) -> MountTable {
        MountTable(
            try attempt("read the mounts of process \(pid)") { () throws(Errno) in try proc.read("\(pid)/mountinfo") })
    }

    /// The mount with the number.
    func entry(_ id: Int) -> Entry? { entries.first { $0.id == id } }

    /// The mounts below a directory.
    func below(_ path: String) -> [Entry] {
        let prefix = path == "/" ? path : path + "/"
        return entries.filter { $0.point.utf8.count > prefix.utf8.count && $0.point.utf8.starts(with: prefix.utf8) }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        if digits.isEmpty { return nil }
        var value = 0
        for digit in digits {
            guard digit >= 0x30, digit <= 0x39 else { return nil }
            value = value &* 10 &+ Int(digit &- 0x30)
        }
        return value
    }

    /// A path without the octal escapes of blanks: `\040`.
    private static func plain(_ text: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            guard byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x37 }) else {
                bytes.append(byte)
                continue
            }
            bytes.append(digits.reduce(0) { $0 &* 8 &+ ($1 &- 0x30) })
            rest = rest.dropFirst(3)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

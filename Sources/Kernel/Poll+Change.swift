internal import CLinux

extension Poll {
    /// Which of the kernel files have changed since they were last read, then which of the other descriptors can be read
    /// or are at their end; none after `milliseconds` (-1: no limit).
    ///
    /// A file of a cgroup says so by POLLPRI, and counts as changed until it is read from its start again. A pipe given
    /// as a file has "changed" when its reader is gone. Negative numbers are passed over. poll(2), cgroups(7)
    package static func wait(
        changing files: [Int32], reading: [Int32], milliseconds: Int32
    ) throws(Errno) -> [Bool] {
        var entries = files.map { pollfd(fd: $0, events: Int16(POLLPRI), revents: 0) }
        entries += reading.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let deadline = milliseconds < 0 ? Int64.max : cl_monotonic_ns() + Int64(milliseconds) * 1_000_000
        while true {
            let left = milliseconds < 0 ? -1 : max(0, Int32((deadline - cl_monotonic_ns() + 999_999) / 1_000_000))
            let answer = cl_poll(&entries, entries.count, left)
            if answer == -EINTR { continue }
            try check(answer)
            return entries.map { $0.revents != 0 }
        }
    }
}

/// A small file of the kernel's that is read again and again: what it says, and when that changes.
package struct WatchedFile: ~Copyable {
    private let descriptor: Descriptor

    /// Opens the file.
    package init(_ path: String) throws(Errno) { descriptor = try File.open(path, [.readOnly]) }

    /// What `Poll.wait(changing:reading:milliseconds:)` takes.
    package var raw: Int32 { descriptor.raw }

    /// What it says now, at most 4096 bytes. `ENODEV` when it is gone. pread(2)
    package func read() throws(Errno) -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: 4096) { (buffer, filled) throws(Errno) in
            filled = try check(cl_pread(descriptor.raw, buffer.baseAddress, buffer.count, 0))
        }
    }
}

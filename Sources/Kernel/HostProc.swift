internal import CLinux

/// The host's /proc, opened once and known to be procfs.
///
/// All that apus reads from or writes to /proc goes through it: a file of that name inside a container may be
/// anything. Paths below are walked without crossing mounts or following magic links, so that nothing mounted over a file
/// of /proc can catch a write.
package struct HostProc: ~Copyable {
    private let descriptor: Descriptor

    /// `ENODEV` when what is mounted on /proc is not procfs.
    package init() throws(Errno) {
        let proc = try File.open("/proc", [.path, .directory])
        guard try File.fileSystem(of: proc.raw).type == FileSystemStatus.proc else { throw .noSuchDevice }
        descriptor = proc
    }

    /// The number of the open directory.
    package var raw: Int32 { descriptor.raw }

    /// Opens a file below /proc.
    package func open(_ path: String, _ flags: File.Flags) throws(Errno) -> Descriptor {
        let resolve = UInt64(RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV)
        let flags = UInt64(UInt32(bitPattern: flags.rawValue | O_CLOEXEC))
        return Descriptor(owning: try check(cl_openat2(descriptor.raw, path, flags, 0, resolve)))
    }

    /// Opens what a magic link below /proc leads to.
    func openLink(_ path: String, _ flags: File.Flags) throws(Errno) -> Descriptor {
        try File.open(path, flags, at: descriptor.raw)
    }

    package func write(_ text: String, to path: String) throws(Errno) {
        let file = try open(path, [.writeOnly])
        try File.write(text, to: file.raw)
    }

    package func read(_ path: String) throws(Errno) -> [UInt8] {
        let file = try open(path, [.readOnly])
        return try File.readAll(file.raw, limit: 1 << 20, hint: 1024)
    }

    /// The kinds of which a process has another namespace than the calling process.
    ///
    /// Kinds that the kernel does not have are none of them. `ENOENT` when there is no such process.
    package func foreignNamespaces(of pid: Int32) throws(Errno) -> Namespace.Set {
        var set = Namespace.Set()
        for kind in Namespace.allCases {
            let name = "/ns/" + kind.fileName.description
            let own: File.Status
            do throws(Errno) {
                own = try File.status(of: "self" + name, at: descriptor.raw, follow: true)
            } catch {
                guard error == .noSuchFile else { throw error }
                continue
            }
            let other = try File.status(of: "\(pid)" + name, at: descriptor.raw, follow: true)
            if other.inode != own.inode { set.insert(kind) }
        }
        return set
    }

    /// A handle on the root directory of a process.
    package func openRoot(of pid: Int32) throws(Errno) -> Descriptor {
        try File.open("\(pid)/root", [.path, .directory], at: descriptor.raw)
    }

    /// The open file of a namespace of a process.
    package func openNamespace(_ kind: Namespace, of pid: Int32) throws(Errno) -> Descriptor {
        try openLink("\(pid)/ns/\(kind.fileName)", [.readOnly])
    }

    /// The path of a process in the cgroup2 tree, as the calling process's cgroup namespace shows it; nil when it is in
    /// none. cgroups(7), /proc/PID/cgroup
    package func cgroup(of pid: Int32) throws(Errno) -> String? {
        for line in try read("\(pid)/cgroup").split(separator: UInt8(ascii: "\n")) where line.starts(with: "0::".utf8) {
            return String(decoding: line.dropFirst(3), as: UTF8.self)
        }
        return nil
    }

    /// What tells one run of the machine from the next: 36 characters.
    package func bootID() throws(Errno) -> String {
        let bytes = try read("sys/kernel/random/boot_id")
        return String(decoding: bytes.prefix(36), as: UTF8.self)
    }

    /// What /proc/PID/stat says of a process.
    package struct Status: Equatable, Sendable {
        /// The state letter: `R`, `S`, `Z`, ...
        package var state: UInt8
        /// Clock ticks from boot to the process's start; with the pid it names one process.
        package var startTime: UInt64

        /// PF_* of the kernel.
        package var flags: UInt64

        /// A zombie, a dead process or one that is on its way to be one runs nothing any more.
        package var hasEnded: Bool {
            state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") || flags & Self.exiting != 0
        }

        /// Whether the process is still running the program of the process that it was copied from.
        package var hasNotExecuted: Bool { flags & Self.forkedOnly != 0 }

        /// PF_FORKNOEXEC
        private static let forkedOnly: UInt64 = 0x40

        /// PF_EXITING
        private static let exiting: UInt64 = 0x4
    }

    /// Nil when there is no such process, or none that can be looked at. proc_pid_stat(5)
    package func status(of pid: Int32) -> Status? {
        do throws(Errno) {
            return try certainStatus(of: pid)
        } catch {
            return nil
        }
    }

    /// Nil when there is no such process, and for no other reason. proc_pid_stat(5)
    package func certainStatus(of pid: Int32) throws(Errno) -> Status? {
        do throws(Errno) {
            return Status(try read("\(pid)/stat"))
        } catch {
            guard error == .noSuchFile || error == .noSuchProcess else { throw error }
            return nil
        }
    }
}

extension HostProc.Status {
    /// Reads the line of /proc/PID/stat. The name in parentheses may hold spaces and parentheses itself.
    package init?(_ line: [UInt8]) {
        guard let end = line.lastIndex(of: UInt8(ascii: ")")), end + 2 < line.count else { return nil }
        state = line[end + 2]
        // The state is field 3, the flags are field 9, the start time is field 22.
        var field = 3
        var values: (flags: UInt64, startTime: UInt64) = (0, 0)
        for byte in line[(end + 2)...] {
            if byte == UInt8(ascii: " ") {
                field += 1
                if field > 22 { break }
            } else if byte >= 0x30, byte <= 0x39 {
                if field == 9 { values.flags = values.flags &* 10 &+ UInt64(byte - 0x30) }
                if field == 22 { values.startTime = values.startTime &* 10 &+ UInt64(byte - 0x30) }
            }
        }
        guard field >= 22 else { return nil }
        (flags, startTime) = values
    }
}

internal import CLinux

/// Reading, writing, naming and inspecting files relative to a directory descriptor.
///
/// These follow whatever path they are given: for paths that a container can influence use `RootDirectory`.
package enum File {
    /// What stat(2) says of a file.
    package struct Status: Equatable, Sendable {
        package enum Kind: UInt8, Equatable, Sendable {
            case regular, directory, symlink, character, block, fifo, socket, other

            /// Without the standard library's generic code for what has a raw value.
            package static func == (one: Kind, other: Kind) -> Bool { one.rawValue == other.rawValue }
            package static func != (one: Kind, other: Kind) -> Bool { one.rawValue != other.rawValue }
        }
        package var kind: Kind
        /// Permission bits, without the kind.
        package var permissions: UInt32
        package var uid: UInt32
        package var gid: UInt32
        package var size: Int64
        package var links: UInt64
        package var inode: UInt64
        package var device: UInt64
        /// Major and minor number of a device node.
        package var nodeMajor: UInt32
        package var nodeMinor: UInt32

        init(_ raw: stat) {
            kind =
                switch raw.st_mode & 0o170000 {
                case 0o100000: .regular
                case 0o040000: .directory
                case 0o120000: .symlink
                case 0o020000: .character
                case 0o060000: .block
                case 0o010000: .fifo
                case 0o140000: .socket
                default: .other
                }
            permissions = raw.st_mode & 0o7777
            uid = raw.st_uid
            gid = raw.st_gid
            size = Int64(raw.st_size)
            links = UInt64(raw.st_nlink)
            inode = UInt64(raw.st_ino)
            device = UInt64(raw.st_dev)
            nodeMajor = cl_major(UInt64(raw.st_rdev))
            nodeMinor = cl_minor(UInt64(raw.st_rdev))
        }
    }

    /// How a file is opened; close-on-exec is always added.
    package struct Flags: OptionSet, Sendable {
        package let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }
        /// OptionSet's own goes through generic code, which at run time costs more than the system call.
        package init(arrayLiteral elements: Flags...) {
            var union: Int32 = 0
            for element in elements { union |= element.rawValue }
            rawValue = union
        }
        package static let readOnly = Flags(rawValue: O_RDONLY)
        package static let writeOnly = Flags(rawValue: O_WRONLY)
        package static let readWrite = Flags(rawValue: O_RDWR)
        /// A handle on the place only, without opening the file. O_PATH
        package static let path = Flags(rawValue: O_PATH)
        package static let directory = Flags(rawValue: O_DIRECTORY)
        package static let noFollow = Flags(rawValue: O_NOFOLLOW)
        package static let create = Flags(rawValue: O_CREAT)
        package static let exclusive = Flags(rawValue: O_EXCL)
        package static let truncate = Flags(rawValue: O_TRUNC)
        package static let append = Flags(rawValue: O_APPEND)
        package static let nonBlocking = Flags(rawValue: O_NONBLOCK)
        package static let noControllingTerminal = Flags(rawValue: O_NOCTTY)
        package static let temporary = Flags(rawValue: O_TMPFILE)
    }

    /// Opens `path` relative to the directory `at`. openat(2)
    package static func open(
        _ path: String, _ flags: Flags, at directory: Int32 = Descriptor.currentDirectory, mode: UInt32 = 0
    ) throws(Errno) -> Descriptor {
        Descriptor(owning: try check(path.withCString { cl_openat(directory, $0, flags.rawValue | O_CLOEXEC, mode) }))
    }

    /// What the open descriptor refers to. fstat(2)
    package static func status(of descriptor: Int32) throws(Errno) -> Status {
        var raw = stat()
        try check(cl_fstat(descriptor, &raw))
        return Status(raw)
    }

    /// What `path` refers to; a final symbolic link itself unless `follow`. fstatat(2)
    package static func status(
        of path: String, at directory: Int32 = Descriptor.currentDirectory, follow: Bool = false
    ) throws(Errno) -> Status {
        var raw = stat()
        try check(path.withCString { cl_fstatat(directory, $0, &raw, follow ? 0 : AT_SYMLINK_NOFOLLOW) })
        return Status(raw)
    }

    /// The number of the mount that an open file was found through, as in /proc/PID/mountinfo; nil when the kernel, older
    /// than 5.8, does not say. statx(2) STATX_MNT_ID
    package static func mountID(of descriptor: Int32) throws(Errno) -> UInt64? {
        var id: UInt64 = 0
        let answer = cl_mount_id(descriptor, &id)
        if answer == -ENODATA { return nil }
        try check(answer)
        return id
    }

    /// The type number of the file system a descriptor lies on (`PROC_SUPER_MAGIC`, ...). fstatfs(2)
    package static func fileSystem(of descriptor: Int32) throws(Errno) -> FileSystemStatus {
        var raw = statfs()
        try check(cl_fstatfs(descriptor, &raw))
        return FileSystemStatus(raw)
    }

    /// The file system that `path` lies on. statfs(2)
    package static func fileSystem(ofPath path: String) throws(Errno) -> FileSystemStatus {
        var raw = statfs()
        try check(path.withCString { cl_statfs($0, &raw) })
        return FileSystemStatus(raw)
    }

    /// Everything from the descriptor's position on; `EFBIG` when that is more than `limit` bytes.
    ///
    /// `hint` is how much there probably is.
    package static func readAll(_ descriptor: Int32, limit: Int, hint: Int = 1024) throws(Errno) -> [UInt8] {
        var bytes = try read(descriptor, atMost: hint)
        // A short read is not the end of a file in /proc: only an empty one is.
        while !bytes.isEmpty {
            let more = try read(descriptor, atMost: bytes.count < hint ? 256 : 65536)
            if more.isEmpty { break }
            bytes += more
            if bytes.count > limit { throw .fileTooLarge }
        }
        if bytes.count > limit { throw .fileTooLarge }
        return bytes
    }

    /// What one read(2) gives; empty at the end.
    package static func read(_ descriptor: Int32, atMost count: Int) throws(Errno) -> [UInt8] {
        // Not filled with zeros first: memory that is not written to is not paid for.
        try [UInt8](unsafeUninitializedCapacity: count) { (buffer, filled) throws(Errno) in
            filled = try check(cl_read(descriptor, buffer.baseAddress, count))
        }
    }

    /// The whole of a file; `EFBIG` when it is larger than `limit` bytes.
    package static func read(
        _ path: String, at directory: Int32 = Descriptor.currentDirectory, limit: Int, flags: Flags = .readOnly
    ) throws(Errno) -> [UInt8] {
        let file = try open(path, flags, at: directory)
        return try readAll(file.raw, limit: limit)
    }

    /// Writes what is taken at once; answers how many bytes that were, 0 when it would have to wait. write(2)
    package static func writeSome(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) throws(Errno) -> Int {
        let wrote = bytes.withUnsafeBytes { cl_write(descriptor, $0.baseAddress, $0.count) }
        if wrote == -Int(EAGAIN) { return 0 }
        return try check(wrote)
    }

    /// Writes all the bytes.
    package static func write(_ bytes: [UInt8], to descriptor: Int32) throws(Errno) {
        var offset = 0
        while offset < bytes.count {
            let wrote = bytes.withUnsafeBytes { buffer in
                cl_write(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset)
            }
            guard wrote >= 0 else { throw Errno(rawValue: Int32(-wrote)) }
            offset += wrote
        }
    }

    /// Writes a string in one call, as kernel files want it.
    package static func write(_ text: String, to descriptor: Int32) throws(Errno) {
        var text = text
        let wrote = text.withUTF8 { cl_write(descriptor, $0.baseAddress, $0.count) }
        guard wrote >= 0 else { throw Errno(rawValue: Int32(-wrote)) }
    }

    /// Makes a directory. mkdirat(2)
    package static func makeDirectory(
        _ path: String, at directory: Int32 = Descriptor.currentDirectory, mode: UInt32
    ) throws(Errno) { try check(path.withCString { cl_mkdirat(directory, $0, mode) }) }

    /// Removes a file, or with `directory` an empty directory. unlinkat(2)
    package static func remove(
        _ path: String, at parent: Int32 = Descriptor.currentDirectory, directory: Bool = false
    ) throws(Errno) { try check(path.withCString { cl_unlinkat(parent, $0, directory ? AT_REMOVEDIR : 0) }) }

    /// Gives a file another name in the same directory, replacing what had it. renameat(2)
    package static func rename(_ old: String, to new: String, at directory: Int32) throws(Errno) {
        try check(old.withCString { old in new.withCString { cl_renameat(directory, old, directory, $0) } })
    }

    /// Makes a symbolic link. symlinkat(2)
    package static func symlink(_ target: String, at directory: Int32, name: String) throws(Errno) {
        try check(target.withCString { target in name.withCString { cl_symlinkat(target, directory, $0) } })
    }

    /// The text of a symbolic link. readlinkat(2)
    package static func readLink(
        _ path: String, at directory: Int32 = Descriptor.currentDirectory
    ) throws(Errno) -> String {
        let bytes = try [UInt8](unsafeUninitializedCapacity: 4096) { (buffer, filled) throws(Errno) in
            filled = try buffer.withMemoryRebound(to: CChar.self) { (text) throws(Errno) in
                try check(cl_readlinkat(directory, path, text.baseAddress, 4096))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Takes an advisory lock on the open file; false when another holds it and `wait` is not asked for. flock(2)
    package static func lock(_ descriptor: Int32, exclusive: Bool, wait: Bool) throws(Errno) -> Bool {
        let answer = cl_flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | (wait ? 0 : LOCK_NB))
        if answer == -EWOULDBLOCK { return false }
        try check(answer)
        return true
    }

    /// Gives a lock up, for all descriptors that share the open file. flock(2)
    package static func unlock(_ descriptor: Int32) { _ = cl_flock(descriptor, LOCK_UN) }

    /// Sets owner and group. fchown(2)
    package static func changeOwner(of descriptor: Int32, uid: UInt32, gid: UInt32) throws(Errno) {
        try check(cl_fchown(descriptor, uid, gid))
    }

    /// Sets owner and group of a directory entry itself, not of what it links to. fchownat(2)
    package static func changeOwner(of name: String, at directory: Int32, uid: UInt32, gid: UInt32) throws(Errno) {
        try check(cl_fchownat(directory, name, uid, gid, AT_SYMLINK_NOFOLLOW))
    }

    /// Sets the permission bits. fchmod(2)
    package static func changeMode(of descriptor: Int32, to mode: UInt32) throws(Errno) {
        try check(cl_fchmod(descriptor, mode))
    }

    /// Sets the permission bits of what an O_PATH handle refers to, through the host's /proc.
    package static func changeMode(ofHandle handle: Int32, to mode: UInt32) throws(Errno) {
        try check(cl_fchmodat(AT_FDCWD, "/proc/self/fd/\(handle)", mode))
    }

    /// Opens what an O_PATH handle refers to, through the host's /proc.
    package static func reopen(_ handle: Int32, _ flags: Flags) throws(Errno) -> Descriptor {
        try open("/proc/self/fd/\(handle)", flags)
    }

    /// Sets owner and group of what an O_PATH handle refers to. fchownat(2) AT_EMPTY_PATH
    package static func changeOwner(ofHandle handle: Int32, uid: UInt32, gid: UInt32) throws(Errno) {
        try check(cl_fchownat(handle, "", uid, gid, AT_EMPTY_PATH))
    }

    /// Makes a device node or fifo; the umask applies to `mode`. mknodat(2)
    package static func makeNode(
        _ name: String, at directory: Int32, _ kind: Status.Kind, mode: UInt32, major: UInt32 = 0, minor: UInt32 = 0
    ) throws(Errno) {
        let type = try nodeType(kind)
        try check(name.withCString { cl_mknodat(directory, $0, type | mode, cl_makedev(major, minor)) })
    }

    /// The S_IF* bits of a kind that mknod(2) makes.
    static func nodeType(_ kind: Status.Kind) throws(Errno) -> UInt32 {
        switch kind {
        case .character: 0o020000
        case .block: 0o060000
        case .fifo: 0o010000
        default: throw .invalidArgument
        }
    }

    /// Copies from one open file to another until the first ends. sendfile(2)
    package static func copyContents(from source: Int32, to target: Int32) throws(Errno) {
        while try check(cl_sendfile(target, source, 1 << 30)) > 0 {}
    }

    /// Whether the effective user may do what `mode` (R_OK, W_OK, X_OK) asks. faccessat2(2)
    package static func isExecutable(_ path: String) throws(Errno) {
        try check(path.withCString { cl_faccessat(AT_FDCWD, $0, X_OK, AT_EACCESS) })
    }

    /// The names in a directory of apus's own, as text. getdents64(2)
    package static func names(in directory: Int32) throws(Errno) -> [String] {
        try FileName.all(in: directory).map(\.text)
    }
}

/// What statfs(2) says of a mounted file system.
package struct FileSystemStatus: Equatable, Sendable {
    package var type: Int
    /// Mount flags as ST_*.
    package var flags: Int

    init(_ raw: statfs) {
        type = Int(raw.f_type)
        flags = Int(raw.f_flags)
    }

    package var isReadOnly: Bool { flags & 1 != 0 }
    /// The flags that a mount can have by itself, as `Mount.Flags`.
    package var mountFlags: UInt {
        // ST_RDONLY, ST_NOSUID, ST_NODEV, ST_NOEXEC, ST_NOATIME and ST_NODIRATIME have the numbers of MS_*.
        var set = UInt(flags & (1 | 2 | 4 | 8 | 1024 | 2048))
        if flags & 4096 != 0 { set |= Mount.Flags.relatime }
        return set
    }
    package static let proc = 0x9fa0
    package static let cgroup2 = 0x6367_7270
    package static let sysfs = 0x6265_6572
    package static let mqueue = 0x1980_0202
    package static let devpts = 0x1cd1
    package static let nsfs = 0x6e73_6673
}

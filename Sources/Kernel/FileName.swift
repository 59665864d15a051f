internal import CLinux

/// A name in a directory, or the target of a link, byte for byte.
///
/// Names need not be UTF-8: what a container made is found again only by the very bytes.
package struct FileName: Equatable, Sendable {
    /// Ends in a zero.
    private let bytes: [CChar]

    private init(_ bytes: some Sequence<UInt8>) { self.bytes = bytes.map { CChar(bitPattern: $0) } + [0] }

    /// The name as text; bytes that are not UTF-8 are replaced.
    package var text: String { String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) }

    /// The names in a directory, without `.` and `..`. getdents64(2)
    package static func all(in directory: Int32) throws(Errno) -> [FileName] {
        var names: [FileName] = []
        while true {
            let entries = try [UInt8](unsafeUninitializedCapacity: 8192) { (buffer, filled) throws(Errno) in
                filled = try check(cl_getdents64(directory, buffer.baseAddress, buffer.count))
            }
            if entries.isEmpty { return names }
            var offset = 0
            while offset < entries.count {
                // struct linux_dirent64: u64 inode, i64 offset, u16 length, u8 type, name.
                let length = Int(entries[offset + 16]) | Int(entries[offset + 17]) << 8
                let start = offset + 19
                let end = entries[start..<offset + length].firstIndex(of: 0) ?? offset + length
                let name = entries[start..<end]
                if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) { names.append(FileName(name)) }
                offset += length
            }
        }
    }

    /// Opens the entry itself, never what it links to. openat(2)
    package func open(_ flags: File.Flags, at directory: Int32, mode: UInt32 = 0) throws(Errno) -> Descriptor {
        Descriptor(owning: try check(cl_openat(directory, bytes, flags.rawValue | O_CLOEXEC | O_NOFOLLOW, mode)))
    }

    /// What the entry itself is. fstatat(2)
    package func status(at directory: Int32) throws(Errno) -> File.Status {
        var raw = stat()
        try check(cl_fstatat(directory, bytes, &raw, AT_SYMLINK_NOFOLLOW))
        return File.Status(raw)
    }

    /// Removes a file, or with `directory` an empty directory. unlinkat(2)
    package func remove(at parent: Int32, directory: Bool = false) throws(Errno) {
        try check(cl_unlinkat(parent, bytes, directory ? AT_REMOVEDIR : 0))
    }

    package func makeDirectory(at directory: Int32, mode: UInt32) throws(Errno) {
        try check(cl_mkdirat(directory, bytes, mode))
    }

    /// Makes a node that is like the one described; the umask applies to its mode. mknodat(2)
    package func makeNode(at directory: Int32, like status: File.Status) throws(Errno) {
        let type = try File.nodeType(status.kind)
        try check(
            cl_mknodat(directory, bytes, type | status.permissions, cl_makedev(status.nodeMajor, status.nodeMinor)))
    }

    /// Where the link of this name leads. readlinkat(2)
    package func linkTarget(at directory: Int32) throws(Errno) -> FileName {
        let target = try [UInt8](unsafeUninitializedCapacity: 4096) { (buffer, filled) throws(Errno) in
            filled = try buffer.withMemoryRebound(to: CChar.self) { (text) throws(Errno) in
                try check(cl_readlinkat(directory, bytes, text.baseAddress, 4096))
            }
        }
        return FileName(target)
    }

    /// Makes a symbolic link of this name. symlinkat(2)
    package func makeLink(to target: FileName, at directory: Int32) throws(Errno) {
        try check(cl_symlinkat(target.bytes, directory, bytes))
    }

    /// Sets owner and group of the entry itself. fchownat(2)
    package func changeOwner(at directory: Int32, uid: UInt32, gid: UInt32) throws(Errno) {
        try check(cl_fchownat(directory, bytes, uid, gid, AT_SYMLINK_NOFOLLOW))
    }
}

internal import CLinux

/// Files that have no name, or get one only when they are complete.
package enum UnnamedFile {
    /// An empty file in memory; `name` is only seen in /proc. memfd_create(2)
    package static func inMemory(_ name: String) throws(Errno) -> Descriptor {
        Descriptor(owning: try check(cl_memfd_create(name, UInt32(MFD_CLOEXEC))))
    }

    /// An empty file on the file system of `directory`, for writing. `EOPNOTSUPP` where it has none. O_TMPFILE
    package static func inDirectory(_ directory: Int32, mode: UInt32) throws(Errno) -> Descriptor {
        let file = try File.open(".", [.temporary, .writeOnly], at: directory, mode: mode)
        try check(cl_fchmod(file.raw, mode))
        return file
    }

    /// Gives the file a name; `EEXIST` when that is taken. linkat(2)
    package static func name(_ file: Int32, _ name: String, at directory: Int32) throws(Errno) {
        try check(cl_linkat(AT_FDCWD, "/proc/self/fd/" + String(file), directory, name, AT_SYMLINK_FOLLOW))
    }

    /// The first `count` bytes, fewer when the file is shorter; the descriptor's position does not matter. pread(2)
    package static func contents(of file: Int32, count: Int) throws(Errno) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var offset = 0
        while offset < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                cl_pread(file, buffer.baseAddress.map { $0 + offset }, count - offset, Int64(offset))
            }
            guard try check(got) > 0 else { break }
            offset += got
        }
        bytes.removeLast(count - offset)
        return bytes
    }
}

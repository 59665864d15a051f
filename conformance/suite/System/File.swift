import CLinux
import Glibc

/// Files by path, for a test program: what fails answers nil or false, the case decides what that means.
enum File {
    enum Kind: String {
        case file, directory, character, block, fifo, socket, link
    }

    struct Facts {
        var kind: Kind
        var mode: UInt32
        var uid: UInt32
        var gid: UInt32
        var size: Int
        var device: UInt64
        var inode: UInt64
    }

    static func bytes(_ path: String) -> [UInt8]? {
        let fd = cl_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0)
        guard fd >= 0 else { return nil }
        defer { _ = cl_close(fd) }
        return bytes(descriptor: fd)
    }

    static func bytes(descriptor fd: Int32) -> [UInt8]? {
        var all: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = cl_read(fd, &part, part.count)
            if count < 0 { return nil }
            if count == 0 { return all }
            all += part[0..<count]
        }
    }

    static func text(_ path: String) -> String? {
        guard let bytes = bytes(path) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes the whole text to a new or emptied file.
    @discardableResult
    static func write(_ text: String, to path: String, mode: UInt32 = 0o644) -> Bool {
        let fd = cl_openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard fd >= 0 else { return false }
        defer { _ = cl_close(fd) }
        return write(Array(text.utf8), descriptor: fd)
    }

    @discardableResult
    static func write(_ bytes: [UInt8], descriptor fd: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { cl_write(fd, $0.baseAddress, $0.count) }
            if count <= 0 { return false }
            done += count
        }
        return true
    }

    /// What is at a path, links not followed; nil when there is nothing.
    static func facts(_ path: String, follow: Bool = false) -> Facts? {
        var info = stat()
        guard cl_fstatat(AT_FDCWD, path, &info, follow ? 0 : AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        let kind: Kind =
            switch info.st_mode & 0o170000 {
            case 0o040000: .directory
            case 0o020000: .character
            case 0o060000: .block
            case 0o010000: .fifo
            case 0o140000: .socket
            case 0o120000: .link
            default: .file
            }
        return Facts(
            kind: kind, mode: info.st_mode & 0o7777, uid: info.st_uid, gid: info.st_gid, size: Int(info.st_size),
            device: UInt64(info.st_dev), inode: UInt64(info.st_ino))
    }

    static func exists(_ path: String) -> Bool { facts(path) != nil }

    /// The names in a directory, sorted; nil when it cannot be read.
    static func list(_ path: String) -> [String]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func link(_ path: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = cl_readlinkat(AT_FDCWD, path, &bytes, bytes.count)
        return count < 0 ? nil : String(decoding: bytes[0..<count], as: UTF8.self)
    }

    /// Makes a directory of exactly this mode; true also when it is there already.
    @discardableResult
    static func makeDirectory(_ path: String, mode: UInt32 = 0o755) -> Bool {
        let result = cl_mkdirat(AT_FDCWD, path, mode)
        if result == 0 { _ = cl_fchmodat(AT_FDCWD, path, mode) }
        return result == 0 || facts(path)?.kind == .directory
    }

    @discardableResult
    static func makeLink(_ path: String, to target: String) -> Bool { cl_symlinkat(target, AT_FDCWD, path) == 0 }

    static func setMode(_ path: String, _ mode: UInt32) { _ = cl_fchmodat(AT_FDCWD, path, mode) }
    static func setOwner(_ path: String, _ uid: UInt32, _ gid: UInt32) {
        _ = cl_fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW)
    }

    /// A second name of the same file, or a copy where that cannot be.
    @discardableResult
    static func linkOrCopy(_ from: String, to path: String) -> Bool {
        // What is there may be a link to the very file: to copy onto it would empty it for everybody for a moment.
        _ = cl_unlinkat(AT_FDCWD, path, 0)
        return cl_linkat(AT_FDCWD, from, AT_FDCWD, path, 0) == 0 || copy(from, to: path)
    }

    /// A copy, executable when the original is.
    @discardableResult
    static func copy(_ from: String, to path: String) -> Bool {
        guard let content = bytes(from), let facts = facts(from, follow: true) else { return false }
        let fd = cl_openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, facts.mode)
        guard fd >= 0 else { return false }
        defer { _ = cl_close(fd) }
        return write(content, descriptor: fd)
    }

    /// Removes a file or a whole directory, as far as it can be.
    static func remove(_ path: String) {
        if cl_unlinkat(AT_FDCWD, path, 0) == 0 { return }
        guard facts(path)?.kind == .directory else { return }
        for name in list(path) ?? [] { remove(path + "/" + name) }
        _ = cl_unlinkat(AT_FDCWD, path, AT_REMOVEDIR)
    }

    /// The first program of this name in the caller's PATH.
    static func program(_ name: String) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/sbin:/usr/bin:/sbin:/bin"
        for directory in path.split(separator: ":") {
            let candidate = directory + "/" + name
            if cl_faccessat(AT_FDCWD, candidate, X_OK, 0) == 0 { return candidate }
        }
        return nil
    }

    /// The path from the root, without links, of something that exists.
    static func resolved(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }
}

import CLinux
import Glibc

/// Whole files and small trees.
enum Files {
    static func read(_ path: String) throws(BenchError) -> [UInt8] {
        let file = cl_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0)
        guard file >= 0 else { throw BenchError("reading \(path)", errno: Int(file)) }
        defer { _ = cl_close(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = cl_read(file, &piece, piece.count)
            guard count >= 0 else { throw BenchError("reading \(path)", errno: count) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: piece[..<count])
        }
    }

    static func write(_ bytes: [UInt8], to path: String, mode: UInt32) throws(BenchError) {
        let file = cl_openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else { throw BenchError("making \(path)", errno: Int(file)) }
        defer { _ = cl_close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { cl_write(file, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw BenchError("writing \(path)", errno: count) }
            rest = rest.dropFirst(count)
        }
    }

    static func makeDirectory(_ path: String) throws(BenchError) {
        let made = cl_mkdirat(AT_FDCWD, path, 0o755)
        guard made == 0 else { throw BenchError("making \(path)", errno: Int(made)) }
    }

    /// The names in a directory; none when it cannot be read.
    static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes a tree of the benchmark's own; what is already gone or still busy is left.
    static func removeTree(_ path: String) {
        if cl_unlinkat(AT_FDCWD, path, 0) == 0 { return }
        for name in names(in: path) { removeTree("\(path)/\(name)") }
        _ = cl_unlinkat(AT_FDCWD, path, AT_REMOVEDIR)
    }

    /// The path with links and dots resolved.
    static func absolute(_ path: String) throws(BenchError) -> String {
        guard let resolved = realpath(path, nil) else { throw BenchError("finding \(path)", errno: Int(-errno)) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The directory of this very program.
    static func ownDirectory() throws(BenchError) -> String {
        let program = try absolute("/proc/self/exe")
        guard let slash = program.lastIndex(of: "/") else { return "/" }
        return String(program[..<slash])
    }

    static func isProgram(_ path: String) -> Bool { cl_faccessat(AT_FDCWD, path, X_OK, 0) == 0 }

    static func isFileSystem(_ path: String, magic: Int) -> Bool {
        var found = statfs()
        return cl_statfs(path, &found) == 0 && Int(found.f_type) == magic
    }

    static let tmpfsMagic = 0x0102_1994
    static let cgroup2Magic = 0x6367_7270
}

/// Standard output and error, unbuffered.
enum Output {
    static func write(_ text: String) { put(text, to: 1) }
    static func complain(_ text: String) { put("apus-bench: \(text)\n", to: 2) }

    private static func put(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { cl_write(descriptor, $0.baseAddress, $0.count) }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }
}

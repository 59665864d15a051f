import Kernel

/// The file that tells an engine the number of a process: digits only, there whole or not at all.
enum PidFile {
    /// Writes the file under another name and renames it, so that nobody reads half a number.
    static func write(_ pid: Int32, to path: String) throws(RuntimeError) {
        try attempt("write the pid file \(path)") { () throws(Errno) in
            let (directory, name) = split(path)
            let parent = try File.open(directory, [.path, .directory])
            let temporary = "." + name + ".\(Process.currentID)"
            let file = try File.open(
                temporary, [.writeOnly, .create, .exclusive, .noFollow], at: parent.raw, mode: 0o644)
            do throws(Errno) {
                try File.write("\(pid)", to: file.raw)
                try File.rename(temporary, to: name, at: parent.raw)
            } catch {
                try File.remove(temporary, at: parent.raw)
                throw error
            }
        }
    }

    /// Removes a file that `write` made.
    static func remove(_ path: String) {
        do throws(Errno) {
            try File.remove(path)
        } catch {
            return  // Whoever took it away has done what was wanted.
        }
    }

    private static func split(_ path: String) -> (directory: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
        let name = String(decoding: path.utf8[path.utf8.index(after: slash)...], as: UTF8.self)
        let directory = String(decoding: path.utf8[..<slash], as: UTF8.self)
        return (directory.isEmpty ? "/" : directory, name)
    }
}

import Kernel

/// Finds the program as execvp(3) would, before it is executed, so that a missing one is told in time.
enum ProgramPath {
    private static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    private static let pointer = "/process/args/0"

    static func find(_ plan: ProcessPlan) throws(RuntimeError) -> String {
        let name = plan.args.first ?? ""
        if name.utf8.contains(UInt8(ascii: "/")) {
            do throws(Errno) {
                try check(name)
                return name
            } catch {
                throw refusal("exec: \"\(name)\"", error)
            }
        }
        var refused: Errno?
        for directory in searchPath(plan.env).split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
            // An empty element is the working directory. execvp(3)
            let path = directory.isEmpty ? "./" + name : String(decoding: directory, as: UTF8.self) + "/" + name
            do throws(Errno) {
                try check(path)
                return path
            } catch {
                if error == .permissionDenied || error == .isDirectory { refused = error }
            }
        }
        if let refused { throw refusal("exec: \"\(name)\" in $PATH", refused) }
        throw RuntimeError(.failed, "exec: \"\(name)\": executable file not found in $PATH (\(pointer))")
    }

    /// Engines tell a program that may not be executed (status 126) from one that is missing (127) by the words
    /// `permission denied`, which execve(2) answers for a directory too.
    private static func refusal(_ what: String, _ error: Errno) -> RuntimeError {
        guard error == .isDirectory else { return RuntimeError(what, error, at: pointer) }
        return RuntimeError(what + ": " + error.message, .permissionDenied, at: pointer)
    }

    private static func check(_ path: String) throws(Errno) {
        let kind = try File.status(of: path, follow: true).kind
        if kind == .directory { throw .isDirectory }
        guard kind == .regular else { throw .permissionDenied }
        try File.isExecutable(path)
    }

    private static func searchPath(_ environment: [String]) -> String.UTF8View {
        for entry in environment where entry.utf8.starts(with: "PATH=".utf8) {
            return String(decoding: entry.utf8.dropFirst(5), as: UTF8.self).utf8
        }
        return defaultPath.utf8
    }
}

/// The variable HOME, which programs expect and images leave to the runtime.
enum HomeDirectory {
    /// The environment with HOME set as the container's /etc/passwd has it, or to `/`, where it names none.
    static func completing(_ environment: [String], uid: UInt32) -> [String] {
        for entry in environment where entry.utf8.starts(with: "HOME=".utf8) && entry.utf8.count > 5 {
            return environment
        }
        return environment.filter { $0 != "HOME=" } + ["HOME=" + home(of: uid)]
    }

    private static func home(of uid: UInt32) -> String {
        do throws(Errno) {
            let root = RootDirectory(try File.open("/", [.path, .directory]))
            // An image may have anything there: what is no plain file is not waited for.
            let file = try root.open("/etc/passwd", [.readOnly, .nonBlocking])
            guard try File.status(of: file.raw).kind == .regular else { return "/" }
            let wanted = Array("\(uid)".utf8)
            for line in try File.readAll(file.raw, limit: 1 << 20).split(separator: UInt8(ascii: "\n")) {
                let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
                guard fields.count >= 6, fields[2].elementsEqual(wanted), !fields[5].isEmpty else { continue }
                return String(decoding: fields[5], as: UTF8.self)
            }
        } catch {
            return "/"
        }
        return "/"
    }
}

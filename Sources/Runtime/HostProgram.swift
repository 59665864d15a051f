import Kernel

/// A program of the host's, found along $PATH and run without a shell.
struct HostProgram {
    private let name: String
    let path: String

    /// - Throws: that $PATH leads to no such program.
    init(_ name: String) throws(RuntimeError) {
        self.name = name
        for directory in (Program.variable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":") {
            // A directory that depends on where the caller stands is no place to take programs from.
            guard directory.hasPrefix("/") else { continue }
            let candidate = directory + "/" + name
            do throws(Errno) {
                guard try File.status(of: candidate, follow: true).kind == .regular else { continue }
                try File.isExecutable(candidate)
            } catch {
                continue
            }
            path = candidate
            return
        }
        throw RuntimeError(.failed, "\(name): executable file not found in $PATH")
    }

    /// Runs it to its end; answers what it wrote on standard output and error.
    ///
    /// - Throws: among others that it failed, with the first line of what it said.
    func output(_ arguments: [String]) throws(RuntimeError) -> [UInt8] {
        let input = try attempt("open /dev/null") { () throws(Errno) in try File.open("/dev/null", [.readOnly]) }
        let pipe = try attempt("make a pipe to \(name)") { () throws(Errno) in try Descriptor.pipe() }
        let writing = pipe.second.raw
        let pid = try attempt("run \(path)") { () throws(Errno) in
            let words = CStringArray([name] + arguments)
            let environment = CStringArray(Process.environment)
            return try Process.spawn(
                path, arguments: words, environment: environment, input: input.raw, output: writing, directory: nil)
        }
        let reading = pipe.takeFirst()
        let output = try attempt("read what \(name) writes") { () throws(Errno) in
            try File.readAll(reading.raw, limit: 64 << 20, hint: 65536)
        }
        let ending = try attempt("wait for \(name)") { () throws(Errno) in try Process.wait(pid) }
        guard ending == .exited(0) else {
            let said = output.split(separator: UInt8(ascii: "\n")).first?.prefix(1000) ?? []
            throw RuntimeError(
                .failed, "\(name) failed with status \(ending.shellStatus): \(String(decoding: said, as: UTF8.self))")
        }
        return output
    }
}

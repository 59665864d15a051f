import JSON
import Kernel
import OCI

/// Runs the programs that the configuration wants run at points of the container's life.
struct HookRunner: ~Copyable {
    /// A kind of hook with its own place in the life of a container. config.md, "POSIX-platform Hooks"
    enum Kind {
        case prestart, createRuntime, createContainer, startContainer, poststart, poststop

        var name: StaticString {
            switch self {
            case .prestart: "prestart"
            case .createRuntime: "createRuntime"
            case .createContainer: "createContainer"
            case .startContainer: "startContainer"
            case .poststart: "poststart"
            case .poststop: "poststop"
            }
        }
    }

    /// What is passed to every hook on its standard input.
    let state: [UInt8]
    /// Environment of a hook that names none.
    let environment: [String]
    /// Working directory; nil leaves the caller's.
    let directory: String?
    /// Where what they say goes; nil keeps the end of it for the error of a hook that fails.
    let output: HookOutput?
    /// What ends the wait for a hook, and the hook, before its time.
    let held: HeldSignals?

    init(
        state: State, environment: [String], directory: String?, output: HookOutput?, held: HeldSignals? = nil
    ) {
        var writer = JSONWriter()
        state.write(to: &writer)
        self.state = writer.bytes
        self.environment = environment
        self.directory = directory
        self.output = output
        self.held = held
    }

    /// Runs the hooks in order; the first failure ends it.
    func run(_ hooks: [Spec.Hook], _ kind: Kind) throws(RuntimeError) {
        for (index, hook) in hooks.enumerated() { try run(hook, kind, index) }
    }

    /// Runs all the hooks in order; what fails becomes a warning.
    func runAll(_ hooks: [Spec.Hook], _ kind: Kind, _ warnings: Warnings) {
        for (index, hook) in hooks.enumerated() {
            do throws(RuntimeError) {
                try run(hook, kind, index)
            } catch {
                warnings.add(error.message)
            }
        }
    }

    private func run(_ hook: Spec.Hook, _ kind: Kind, _ index: Int) throws(RuntimeError) {
        do throws(RuntimeError) {
            try spawn(hook, kind, index)
        } catch {
            throw RuntimeError(.hookFailed, error.message)
        }
    }

    private func spawn(_ hook: Spec.Hook, _ kind: Kind, _ index: Int) throws(RuntimeError) {
        let pointer = "/hooks/\(kind.name)/\(index)"
        func what() -> String { "\(kind.name) hook \(hook.path)" }
        // Both in memory: a hook that reads nothing, or writes more than a pipe holds, blocks nobody.
        let input = try attempt(what(), at: pointer) { () throws(Errno) in
            try File.inMemory("state", state)
        }
        let pipe = try attempt(what(), at: pointer) { () throws(Errno) in try Descriptor.pipe() }
        let (files, end) = (output, pipe.second.raw)
        let streams = try attempt(what(), at: pointer) { () throws(Errno) in
            try HookStreams(files, inContainer: kind == .startContainer, pipe: end)
        }
        let pid = try attempt("run the " + what(), at: pointer) { () throws(Errno) in
            let arguments = CStringArray(hook.args.isEmpty ? [hook.path] : hook.args)
            let environment = CStringArray(hook.env ?? environment)
            return try Process.spawn(
                hook.path, arguments: arguments, environment: environment, input: input.raw, output: streams.output,
                errors: streams.errors, directory: directory)
        }
        let reading = pipe.takeFirst()
        var said: [UInt8] = []
        let ending = try attempt("wait for the " + what(), at: pointer) { () throws(Errno) in
            try watch(pid, timeout: hook.timeout, output: reading.raw, said: &said)
        }
        try attempt("keep what the \(what()) said", at: pointer) { () throws(Errno) in try streams.finish() }
        let words = Self.tail(said)
        switch ending {
        case .exited(0): return
        case .exited(let status):
            throw RuntimeError(.failed, "\(what()) exited with status \(status)\(words) (\(pointer))")
        case .killed(let signal):
            throw RuntimeError(.failed, "\(what()) was killed by signal \(signal)\(words) (\(pointer))")
        case nil:
            throw RuntimeError(
                .failed, "\(what()) took longer than \(hook.timeout ?? 0) s and was killed\(words) (\(pointer)/timeout)"
            )
        }
    }

    /// Waits for the hook's end and keeps the last of what it writes; nil when it had to be killed for its time-out.
    ///
    /// `EINTR` when it was killed since apus itself is to end.
    private func watch(
        _ pid: Int32, timeout: Int64?, output: Int32, said: inout [UInt8]
    ) throws(Errno) -> Process.Ending? {
        let process = try Process.open(pid)
        try File.setNonBlocking(output, true)
        let deadline = timeout.map { Clock.monotonic + min($0, 1 << 32) * 1_000_000_000 }
        var source = output
        while true {
            var left: Int32 = -1
            if let deadline {
                left = Int32(clamping: (deadline - Clock.monotonic + 999_999) / 1_000_000)
                if left <= 0 {
                    Process.signalGroup(pid, 9)
                    _ = try Process.wait(pid)
                    return nil
                }
            }
            let ready = try Poll.wait(for: [source, process.raw, held?.raw ?? -1], milliseconds: left)
            if ready[2], let held, try held.haveCome() {
                Process.signalGroup(pid, 9)
                _ = try Process.wait(pid)
                throw .interrupted
            }
            if ready[0] {
                let bytes = try File.readSome(source, count: 4096) ?? []
                if bytes.isEmpty { source = -1 }  // The end; a closed descriptor would be ready for ever.
                said += bytes
                if said.count > 8192 { said.removeFirst(said.count - 4096) }
            }
            if ready[1] {
                // What it wrote last may still be in the pipe; a daemon it left behind is not waited for.
                if source >= 0, let rest = try File.readSome(source, count: 4096) { said += rest }
                return try Process.wait(pid)
            }
        }
    }

    /// The last line or so of what a hook wrote, for the error.
    private static func tail(_ said: [UInt8]) -> String {
        var end = said.count
        while end > 0, said[end - 1] <= 0x20 { end -= 1 }
        guard end > 0 else { return "" }
        let text = said[max(0, end - 1000)..<end].map { $0 < 0x20 ? UInt8(ascii: " ") : $0 }
        return ": " + String(decoding: text, as: UTF8.self)
    }
}

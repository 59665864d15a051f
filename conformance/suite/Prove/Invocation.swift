import CLinux
import Glibc

/// One call of the runtime under test, as the impostor between case and runtime sees it.
final class Invocation {
    /// The runtime itself.
    let runtime: String
    /// A directory in which a mutant may remember things from one call to the next.
    let memory: String
    /// The options before the verb.
    let globals: [String]
    /// The verb; empty when there is none.
    let verb: String
    /// The words after the verb.
    let words: [String]
    /// The words after the verb that are neither options nor their values: the id comes first.
    let operands: [String]
    private let bundleOption: String?
    /// The signals that the caller has blocked.
    private let mask: UInt64
    /// The signal that ended the last call; 0 when none did.
    private(set) var lastSignal: Int32 = 0
    /// The value of --root.
    let root: String
    /// The value of --log.
    let log: String?

    private static let verbs: Set<String> = [
        "create", "start", "state", "kill", "delete", "run", "list", "spec", "features", "exec", "pause", "resume",
        "ps", "update", "events", "checkpoint", "restore", "check", "mounts",
    ]
    private static let valued: Set<String> = [
        "--bundle", "-b", "--pid-file", "--console-socket", "--preserve-fds", "--format", "-f", "--process", "-p",
        "--cwd", "--env", "-e", "--user", "-u", "--cap", "-c", "--cgroup", "--interval", "--resources", "-r",
        "--memory",
        "--memory-reservation", "--memory-swap", "--cpu-share", "--cpu-quota", "--cpu-period", "--cpu-burst",
        "--cpu-idle",
        "--cpu-rt-period", "--cpu-rt-runtime", "--cpuset-cpus", "--cpuset-mems", "--pids-limit", "--blkio-weight",
        "--kernel-memory",
        "--additional-gids", "-g", "--apparmor", "--process-label", "--pidfd-socket", "--image-path", "--work-path",
        "--parent-path",
    ]

    init(runtime: String, memory: String, arguments: [String], mask: UInt64 = 0) {
        self.runtime = runtime
        self.mask = mask
        self.memory = memory
        let place = arguments.firstIndex { Invocation.verbs.contains($0) } ?? arguments.endIndex
        globals = Array(arguments[..<place])
        verb = place < arguments.endIndex ? arguments[place] : ""
        words = Array(arguments[place...].dropFirst())
        root = Invocation.value(["--root"], globals) ?? "/run"
        log = Invocation.value(["--log"], globals)
        bundleOption = Invocation.value(["--bundle", "-b"], words)
        var operands: [String] = []
        var rest = words[...]
        var options = true
        while let word = rest.popFirst() {
            if options, word == "--" {
                options = false
            } else if options, word.hasPrefix("-"), word != "-" {
                if Invocation.valued.contains(word) { _ = rest.popFirst() }
            } else {
                operands.append(word)
            }
        }
        self.operands = operands
    }

    private static func value(_ names: [String], _ words: [String]) -> String? {
        for (index, word) in words.enumerated() {
            for name in names {
                if word == name, index + 1 < words.count { return words[index + 1] }
                if word.hasPrefix(name + "=") { return String(word.dropFirst(name.count + 1)) }
            }
        }
        return nil
    }

    /// The container that the call names.
    var id: String? { operands.first }

    /// Whether a container comes into being by this call.
    var creates: Bool { verb == "create" || verb == "run" }

    /// The bundle's directory.
    var bundle: String { bundleOption ?? "." }

    /// The value of an option after the verb.
    func option(_ name: String) -> String? { Invocation.value([name], words) }

    /// Whether one of the words after the verb is this option.
    func has(_ option: String) -> Bool { words.contains(option) }

    /// The words after the verb without these options, and their values, up to the first operand.
    func words(without names: [String]) -> [String] {
        var kept: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), word != "-", word != "--" else { return kept + [word] + rest }
            let name = word.split(separator: "=", maxSplits: 1).first.map { String($0) } ?? word
            let value = word == name && Invocation.valued.contains(word) ? rest.popFirst() : nil
            if !names.contains(name) { kept += [word] + (value.map { [$0] } ?? []) }
        }
        return kept
    }

    // MARK: The runtime itself

    /// The call as it is; answers its exit status.
    func real() -> Int32 { real((verb.isEmpty ? [] : [verb]) + words) }

    /// Another call with the same options before the verb.
    func real(_ words: [String], output: Int32 = 1, error: Int32 = 2) -> Int32 {
        other(runtime, globals + words, output: output, error: error)
    }

    /// Another program in the call's place.
    func other(_ program: String, _ words: [String], output: Int32 = 1, error: Int32 = 2) -> Int32 {
        let argv = Invocation.pointers([program] + words)
        let path = program.contains("/") ? program : File.program(program) ?? program
        // Where it is ignored, as the caller may have it, no child could be waited for.
        let isIgnored = cl_signal_is_ignored(SIGCHLD) == 1
        if isIgnored { _ = cl_signal_default(SIGCHLD) }
        let own = cl_getpid()
        let child = fork()
        if child == 0 {
            // Who kills the impostor means the runtime.
            _ = cl_prctl(PR_SET_PDEATHSIG, UInt(SIGKILL), 0, 0, 0)
            if getppid() != own { cl_exit(128 + SIGKILL) }
            if isIgnored { _ = cl_signal_ignore(SIGCHLD) }
            _ = cl_signal_mask(mask, nil)
            Invocation.takeSockets()
            if output != 1 { _ = cl_dup3(output, 1, 0) }
            if error != 2 { _ = cl_dup3(error, 2, 0) }
            _ = cl_execve(path, argv, cl_environ())
            cl_exit(127)
        }
        return wait(child)
    }

    /// Sockets that are for the impostor are for what it calls: sd_listen_fds(3).
    private static func takeSockets() {
        if let listener = getenv("LISTEN_PID"), String(cString: listener) == "\(getppid())" {
            setenv("LISTEN_PID", "\(cl_getpid())", 1)
        }
    }

    /// The call without an option before the verb, and without the option's value, if it has one, but with others.
    func without(_ option: String, valued: Bool = false, more: [String] = []) -> Int32 {
        var kept: [String] = []
        var rest = globals[...]
        while let word = rest.popFirst() {
            if word != option { kept.append(word) } else if valued { _ = rest.popFirst() }
        }
        return other(runtime, kept + more + (verb.isEmpty ? [] : [verb]) + words)
    }

    /// The call as it is, but crashes when another one is under way, or was just now.
    func realUnlessBusy() -> Int32 {
        let place = memory + "/busy" + root.replacingSlashes
        guard cl_mkdirat(AT_FDCWD, place, 0o700) == 0 else {
            Proc.sendSignal(cl_getpid(), SIGKILL)
            return 1
        }
        let status = real()
        cl_sleep_ms(200)
        File.remove(place)
        return status
    }

    /// The call as it is, by a child that does not hear of signals.
    func realDeaf() -> Int32 {
        let child = fork()
        if child == 0 { cl_exit(real()) }
        for signal in [SIGHUP, SIGUSR1, SIGUSR2, SIGINT, SIGTERM, SIGQUIT, SIGALRM] { _ = cl_signal_ignore(signal) }
        let end = Exit.of(child: child, within: 600_000)
        return if case .status(let status) = end { Int32(status) } else { 1 }
    }

    /// The call with a changed answer: JSON on standard output.
    func realAnswer(compact: Bool = false, _ change: (inout JSON) -> Void) -> Int32 {
        let answer = answer([verb] + words)
        guard var json = JSONReader.value(answer.text) else {
            File.write(Array(answer.text.utf8), descriptor: 1)
            return answer.status
        }
        change(&json)
        File.write(Array(((compact ? json.compact : json.pretty) + "\n").utf8), descriptor: 1)
        return answer.status
    }

    /// Another call of which nothing is heard.
    @discardableResult
    func quietly(_ words: String...) -> Int32 { quietly(words) }

    /// Another call of which nothing is heard.
    @discardableResult
    func quietly(_ words: [String]) -> Int32 {
        let null = cl_openat(AT_FDCWD, "/dev/null", O_WRONLY | O_CLOEXEC, 0)
        defer { _ = cl_close(null) }
        return real(words, output: null, error: null)
    }

    /// Another call, and what it said on standard output.
    func answer(_ words: [String], error: Int32 = 2) -> (status: Int32, text: String) {
        let file = cl_memfd_create("answer", 1)
        defer { _ = cl_close(file) }
        let status = real(words, output: file, error: error)
        lseek(file, 0, SEEK_SET)
        return (status, String(decoding: File.bytes(descriptor: file) ?? [], as: UTF8.self))
    }

    /// The call with another error message, if it fails.
    func realError(_ change: (String) -> String) -> Int32 {
        let file = cl_memfd_create("error", 1)
        defer { _ = cl_close(file) }
        let status = real([verb] + words, error: file)
        lseek(file, 0, SEEK_SET)
        let said = String(decoding: File.bytes(descriptor: file) ?? [], as: UTF8.self)
        File.write(Array((status == 0 ? said : change(said)).utf8), descriptor: 2)
        return status
    }

    /// Fails as a runtime does.
    func fail(_ message: String) -> Int32 {
        File.write(Array("mutant: \(message)\n".utf8), descriptor: 2)
        return 1
    }

    private static func pointers(_ words: [String]) -> [UnsafeMutablePointer<CChar>?] {
        var pointers: [UnsafeMutablePointer<CChar>?] = []
        for word in words { pointers.append(strdup(word)) }
        pointers.append(nil)
        return pointers
    }

    /// Waits for a child and hands it the signals that come meanwhile.
    private func wait(_ child: Int32) -> Int32 {
        let forwarded = ~(1 << UInt64(SIGCHLD - 1) as UInt64)
        let signals = cl_signalfd(-1, forwarded, O_CLOEXEC)
        let pidfd = cl_pidfd_open(child, 0)
        defer {
            _ = cl_close(signals)
            _ = cl_close(pidfd)
        }
        while true {
            var waits = [
                pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0),
                pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            ]
            _ = cl_poll(&waits, 2, -1)
            if waits[0].revents != 0 { break }
            var record = [UInt32](repeating: 0, count: 32)
            if waits[1].revents != 0, cl_read(signals, &record, 128) == 128 {
                Proc.sendSignal(child, Int32(record[0]))
            }
        }
        switch Exit.reaped(child) {
        case .status(let status): return Int32(status)
        case .signal(let signal):
            lastSignal = Int32(signal)
            return Int32(128 + signal)
        default: return 255
        }
    }

    // MARK: The configuration

    /// config.json of the bundle; nil when it is no JSON.
    var config: JSON? { File.text(bundle + "/config.json").flatMap { JSONReader.value($0) } }

    /// The call with another config.json in its place, and perhaps other words after the verb; afterwards the bundle is as
    /// it was.
    func real(with config: JSON, words: [String]? = nil) -> Int32 {
        let path = bundle + "/config.json"
        let before = File.bytes(path)
        Invocation.replace(path, config.pretty + "\n")
        defer {
            if let before {
                // Only what is still the impostor's own is taken back: a hook may have changed it.
                Invocation.replace(path, String(decoding: before, as: UTF8.self))
            } else {
                File.remove(path)
            }
        }
        return real([verb] + (words ?? self.words))
    }

    /// Writes a file, by another in its place where the caller may write the directory alone.
    private static func replace(_ path: String, _ text: String) {
        if File.write(text, to: path) { return }
        File.remove(path)
        File.write(text, to: path)
    }

    // MARK: The resources of `update`

    /// The document of `update --resources`; nil when there is none. Standard input is read once.
    private(set) lazy var document: JSON? = {
        guard let source = Invocation.value(["--resources", "-r"], words) else { return nil }
        guard source == "-" else { return File.text(source).flatMap { JSONReader.value($0) } }
        let text = File.bytes(descriptor: 0) ?? []
        Invocation.hear(text)
        return JSONReader.value(String(decoding: text, as: UTF8.self))
    }()

    /// Makes a text the standard input of what comes.
    private static func hear(_ text: [UInt8]) {
        let file = cl_memfd_create("input", 1)
        File.write(text, descriptor: file)
        lseek(file, 0, SEEK_SET)
        _ = cl_dup3(file, 0, 0)
        _ = cl_close(file)
    }

    /// The call with another document; as it is when it has none.
    func realUpdate(_ change: (inout JSON) -> Void) -> Int32 {
        guard var document else { return real() }
        change(&document)
        Invocation.hear(Array(document.compact.utf8))
        let source = Invocation.value(["--resources", "-r"], words)
        return real([verb] + words.map { $0 == source ? "-" : $0 })
    }

    /// An update of its own, of which nothing is heard.
    func update(_ id: String, _ resources: JSON) {
        Invocation.hear(Array(resources.compact.utf8))
        quietly("update", "--resources", "-", id)
    }

    // MARK: The container

    /// Whether the container is paused.
    var isPaused: Bool { state?["status"] == "paused" }

    /// What `state` says of the container; nil when it is not known.
    var state: JSON? {
        let null = cl_openat(AT_FDCWD, "/dev/null", O_WRONLY | O_CLOEXEC, 0)
        defer { _ = cl_close(null) }
        return JSONReader.value(answer(["state", id ?? ""], error: null).text)
    }

    /// The mount point of the cgroup2 tree.
    var cgroups: String? { Proc.mounts(cl_getpid()).last { $0.type == "cgroup2" && $0.root == "/" }?.point }

    /// The path by which the impostor is called.
    var place: String { memory.dropLast("memory".count) + Impostor.name }

    /// A file in the mutant's memory about the container.
    func note(_ name: String) -> String { memory + "/" + (id ?? "none").replacingSlashes + "." + name }
}

extension String {
    /// The text as one name of a file.
    var replacingSlashes: String { String(map { $0 == "/" ? "_" : $0 }.prefix(200)) }
}

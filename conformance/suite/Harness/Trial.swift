import CLinux
import Glibc

/// A running case: its place on disk, the runtime under test, and the checks.
final class Trial {
    let runtimePath: String
    /// The case's own directory; everything it makes is below.
    let directory: String
    /// The runtime's state root for this case.
    let root: String
    /// Part of every name that this case gives to things of the host.
    let tag: String
    let template: String
    /// Whether systemd makes the containers' cgroups.
    let systemd: Bool
    /// Every time-out is multiplied by this.
    let patience: Int
    private let report: Int32
    private(set) var verdict = Verdict()
    private(set) var containers: [Container] = []
    private var commands = 0
    private var knownToWork = false

    init(
        runtimePath: String, directory: String, tag: String, template: String, systemd: Bool, patience: Int,
        report: Int32
    ) {
        self.runtimePath = runtimePath
        self.directory = directory
        self.tag = tag
        self.template = template
        self.systemd = systemd
        self.patience = patience
        self.report = report
        root = directory + "/state"
        File.makeDirectory(directory + "/said")
    }

    /// The host's process id of this case's process, whose namespaces are the runtime's.
    var ownPid: Int32 { cl_getpid() }

    // MARK: Running things

    /// The runtime with its state root and these words, ready to be changed and run.
    func command(_ words: [String]) -> Command {
        commands += 1
        var command = Command(
            program: runtimePath, arguments: ["--root", root] + (systemd ? ["--systemd-cgroup"] : []) + words,
            output: .file(directory + "/said/\(commands).out"), error: .file(directory + "/said/\(commands).err"))
        command.timeout *= patience
        // Where an ordinary user's own service manager is found.
        for name in ["XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"] where geteuid() != 0 {
            if let value = getenv(name) { command.environment.append(name + "=" + String(cString: value)) }
        }
        return command
    }

    /// Runs `RUNTIME --root ROOT words`, noted for the report.
    @discardableResult
    func runtime(_ words: String...) -> Outcome { run(command(words)) }

    /// Runs a command, noted for the report.
    @discardableResult
    func run(_ command: Command) -> Outcome {
        // Written down before it runs: when it hangs, the report says in what.
        save(verdict.transcript + "$ \(command.line)\n[not ended]\n")
        return note(command.run())
    }

    /// Adds an outcome to what the report shows when the case fails.
    @discardableResult
    func note(_ outcome: Outcome) -> Outcome {
        verdict.transcript += "$ \(outcome.line)\n[\(outcome.exit)]\n"
        if outcome.exit == .timedOut { verdict.hung = true }
        for (name, text) in [("stdout", outcome.stdout), ("stderr", outcome.stderr)] where !text.isEmpty {
            verdict.transcript += "\(name): \(Trial.shortened(text))\n"
        }
        return outcome
    }

    /// Leaves what is known so far where the supervisor finds it.
    private func save(_ transcript: String) {
        var saved = verdict
        saved.transcript = transcript
        _ = cl_ftruncate(report, 0)
        lseek(report, 0, SEEK_SET)
        File.write(Array(saved.json.compact.utf8), descriptor: report)
    }

    /// Adds a remark to what the report shows when the case fails.
    func note(_ remark: String) { verdict.transcript += "# \(remark)\n" }

    /// Says where a case of many steps is: that is in the report when it does not come to its end.
    func isAt(_ place: String) { save(verdict.transcript + "# at \(place)\n") }

    private static func shortened(_ text: String) -> String {
        var text = text
        if text.utf8.count > 3000 { text = String(text.prefix(3000)) + " ..." }
        while text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    /// A copy of the runtime in the case's directory, which nothing else runs: how it is called, and its file.
    func copyOfRuntime() -> (program: String, file: String) {
        require(Impostor.copy(runtimePath, to: directory), "cannot copy the runtime")
    }

    /// The runtime's process, which is a child of what was started when an impostor stands before it.
    func processOfRuntime(_ running: Running) -> Int32 {
        guard Impostor.stands(at: running.command.program) else { return running.pid }
        return Proc.descendants(of: running.pid).first ?? running.pid
    }

    // MARK: Containers

    /// A bundle with this program, not created yet.
    func container(
        _ name: String = "c1", program: [String] = ["/probe", "pause"], _ edit: (inout JSON) -> Void = { _ in }
    ) -> Container {
        var config = Trial.base()
        config["process", "args"] = JSON(program)
        edit(&config)
        let container = Container(trial: self, name: name, config: config)
        containers.append(container)
        return container
    }

    /// The configuration that cases change; an ordinary user's containers are in a user namespace.
    private static func base() -> JSON {
        var config = Config.base()
        if geteuid() != 0 { config.ofUser(geteuid(), getegid()) }
        return config
    }

    /// Creates and starts a container whose probe runs these commands and then waits for a signal.
    func running(
        _ name: String = "c1", _ commands: [String] = [], _ edit: (inout JSON) -> Void = { _ in }
    ) -> Container {
        let wait = commands.isEmpty ? ["pause"] : ["+", "pause"]
        let container = container(name, program: ["/probe"] + commands + wait, edit)
        requireSuccess(container.create())
        requireSuccess(container.start())
        container.awaitFact("ready")
        return container
    }

    func running(_ commands: [String], _ edit: (inout JSON) -> Void = { _ in }) -> Container {
        running("c1", commands, edit)
    }

    /// Runs the probe's commands in a container to their end and answers what it saw.
    func inside(_ commands: [String], _ edit: (inout JSON) -> Void = { _ in }) -> JSON {
        let container = container("c\(containers.count + 1)", program: ["/probe"] + commands, edit)
        requireSuccess(container.run())
        return container.facts
    }

    /// Notes a config.json for the report.
    func sent(_ name: String, _ config: JSON) {
        verdict.configs.removeAll { $0.name == name }
        verdict.configs.append((name, config.abbreviated))
    }

    /// Demands that the runtime makes and removes a plain container: without that, a refusal means nothing.
    ///
    /// Once in a case is enough.
    func requireWorking() {
        if knownToWork { return }
        knownToWork = true
        let container = Container(trial: self, name: "control", config: Trial.base())
        requireSuccess(container.create())
        equal(container.status, "created", "status of a plain container")
        requireSuccess(container.delete(["--force"]))
        File.remove(container.bundle)
    }

    // MARK: Checks

    func expect(_ condition: Bool, _ what: String) {
        if !condition { verdict.failures.append(what) }
    }

    func equal(_ actual: JSON?, _ expected: JSON, _ what: String) {
        expect(actual == expected, "\(what): expected \(expected.compact), found \(actual?.compact ?? "nothing")")
    }

    func equal<T: Equatable>(_ actual: T?, _ expected: T, _ what: String) {
        expect(actual == expected, "\(what): expected \(expected), found \(actual.map { "\($0)" } ?? "nothing")")
    }

    /// Both must be known, and not the same.
    func differs<T: Equatable>(_ first: T?, _ second: T?, _ what: String) {
        guard let first, let second else { return expect(false, "\(what): not known") }
        expect(first != second, "\(what): expected a difference, found \(first) twice")
    }

    func contains(_ text: String, _ part: String, _ what: String) {
        expect(text.contains(part), "\(what): expected “\(part)” in “\(Trial.shortened(text))”")
    }

    /// As engines match: whatever the case of the letters.
    func says(_ text: String, _ phrase: String, _ what: String) {
        contains(text.lowercased(), phrase.lowercased(), what)
    }

    func require(_ condition: Bool, _ what: String) {
        if !condition { fail(what) }
    }

    /// The value, or the end of the case.
    func require<T>(_ value: T?, _ what: String) -> T {
        guard let value else { fail(what) }
        return value
    }

    func requireSuccess(_ outcome: Outcome) {
        require(outcome.succeeded, Trial.unsuccessful(outcome))
    }

    /// The last line of what was said belongs to it: `--prove` shows no transcript of a case that fails by itself.
    private static func unsuccessful(_ outcome: Outcome) -> String {
        let said = outcome.stderr.split(separator: "\n").last.map { ": \($0)" } ?? ""
        return "\(outcome.line): expected exit status 0, found \(outcome.exit)\(said)"
    }

    func expectSuccess(_ outcome: Outcome) {
        expect(outcome.succeeded, Trial.unsuccessful(outcome))
    }

    /// A failure of the verb's own: an exit status that is not 0, no signal, no hang, and a word about it.
    func expectFailure(_ outcome: Outcome, saying phrase: String? = nil) {
        expect(outcome.status > 0, "\(outcome.line): expected a failure, found \(outcome.exit)")
        expect(!outcome.stderr.isEmpty, "\(outcome.line): expected an error message on stderr")
        if let phrase { says(outcome.stderr, phrase, "error message") }
    }

    /// Tries every few milliseconds until it holds, at most so long.
    func eventually(_ what: String, within milliseconds: Int = 5000, _ condition: () -> Bool) {
        let deadline = cl_monotonic_ns() + Int64(milliseconds * patience) * 1_000_000
        while !condition() {
            if cl_monotonic_ns() > deadline { return expect(false, "\(what): not within \(milliseconds) ms") }
            cl_sleep_ms(3)
        }
    }

    // MARK: Ends

    func fail(_ message: String) -> Never {
        verdict.failures.append(message)
        end()
    }

    /// For what the host lacks, never for what the runtime lacks.
    func skip(_ reason: String) -> Never {
        if verdict.failures.isEmpty {
            verdict.result = .skipped
            verdict.reason = reason
        }
        end()
    }

    /// For cases that give a cgroup as a path of the cgroup file system, which means something else to systemd.
    func requireCgroupPaths() {
        if systemd { skip("systemd names its cgroups otherwise") }
    }

    /// The orderly end of a case that has returned: its containers go, then the verdict is sent.
    func finish() -> Never {
        for container in containers where container.mayExist { container.remove() }
        end()
    }

    private func end() -> Never {
        verdict.isComplete = true
        if !verdict.failures.isEmpty { verdict.result = .failed }
        save(verdict.transcript)
        cl_exit(0)
        fatalError("unreachable")
    }
}

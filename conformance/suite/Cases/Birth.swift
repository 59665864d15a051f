import CLinux
import Glibc

extension Group {
    /// What a program finds when it begins: nothing of the runtime's and its caller's but what was asked for.
    static var ofBirth: Group {
        Group(
            "birth",
            [
                Case("ignored signals of the caller are at their default", "a program begins with defaults", ignored),
                Case("run: SIGCHLD ignored by the caller", "sigaction(2): children would be reaped", childIgnored),
                Case("blocked signals of the caller are not blocked", "a program begins with an empty mask", blocked),
                Case("no signal is ignored, handled, blocked or pending", "signal(7), execve(2)", signals),
                Case("it leads a session and a group of its own", "setsid(2)", session),
                Case("the caller's terminal is not its terminal", "tty(4)", terminal),
                Case("no parent-death signal", "prctl(2), PR_SET_PDEATHSIG", parentDeath),
                Case("no timer, usual timer slack", "setitimer(2), prctl(2)", timer),
                Case("it is no subreaper", "prctl(2), PR_SET_CHILD_SUBREAPER", subreaper),
                Case("it is dumpable", "prctl(2), PR_SET_DUMPABLE", dumpable),
                Case("only the standard streams are open", "runtime-linux.md, File descriptors", onlyStandard),
                Case("stray descriptors of the caller are closed", "runtime-linux.md, File descriptors", stray),
                Case("a stray descriptor above 1000 is closed", "runtime-linux.md, File descriptors", strayHigh),
                Case("run: stray descriptors are closed too", "runtime-linux.md, File descriptors", strayRun),
                Case("--preserve-fds 2 passes two, no more", "runc's --preserve-fds", preserveTwo),
                Case("--preserve-fds 0 passes none", "runc's --preserve-fds", preserveNone),
                Case("--preserve-fds: the same files arrive", "runc's --preserve-fds", preserveSame),
                Case("--preserve-fds of one that is not open is refused", "runc's --preserve-fds", preserveMissing),
                Case("--preserve-fds of no number is refused", "runc's --preserve-fds", preserveNonsense),
                Case("a closed standard input does no harm", "open(2): the lowest number is taken", closedInput),
                Case("closed standard streams leak nothing", "open(2): the lowest number is taken", closedAll),
                Case("LISTEN_FDS of another process passes nothing", "sd_listen_fds(3): LISTEN_PID", listenOther),
                Case("a session keyring of its own", "session-keyring(7)", keyring),
                Case("the caller's session keyring is not seen", "session-keyring(7)", keyringHidden),
                Case("--no-new-keyring leaves the caller's", "runc's --no-new-keyring", noNewKeyring),
                Case("created: the waiting process holds the caller's streams alone", "engines: EOF", createdStreams),
            ])
    }
}

/// The probe's facts in a container that was made by a changed `create`.
private func born(
    _ t: Trial, _ commands: [String], _ options: [String] = [], _ change: (inout Command) -> Void
) -> JSON {
    let box = t.container("c\(t.containers.count + 1)", program: ["/probe"] + commands + ["+", "pause"])
    t.requireSuccess(box.create(options, change))
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    return box.facts
}

private let none = "0000000000000000"

// MARK: Signals, session

private func ignored(_ t: Trial) {
    let facts = born(t, ["signals"]) { $0.ignored = [SIGPIPE, SIGHUP, SIGINT, SIGUSR1, SIGCHLD, 40] }
    t.equal(facts["signals", "ignored"]?.string, none, "ignored signals")
}

private func childIgnored(_ t: Trial) {
    let box = t.container(program: ["/probe", "signals", "+", "exit", "5"])
    t.equal(box.run { $0.ignored = [SIGCHLD] }.exit, .status(5), "exit of run")
    t.equal(box.facts["signals", "ignored"]?.string, none, "ignored signals")
}

private func blocked(_ t: Trial) {
    let facts = born(t, ["signals"]) { command in
        // Everything but the two that cannot be blocked.
        command.blocked = ~(1 << 8 | 1 << 18)
    }
    t.equal(facts["signals", "blocked"]?.string, none, "blocked signals")
}

private func signals(_ t: Trial) {
    for facts in [born(t, ["signals"]) { _ in }, t.inside(["signals"])] {
        for key in ["ignored", "handled", "blocked", "pending"] {
            t.equal(facts["signals", .key(key)]?.string, none, "\(key) signals")
        }
        t.equal(facts["signals", "alternateStack"], 0, "an alternate signal stack")
    }
}

private func session(_ t: Trial) {
    let facts = born(t, ["process"]) { _ in }
    t.equal(facts["process", "sid"], 1, "session")
    t.equal(facts["process", "pgid"], 1, "process group")
    let shared = t.running("shared") { config in
        config.inheritNamespace("pid")
    }
    let fields = Proc.stat(shared.pid) ?? []
    t.equal(fields.count > 3 ? String(fields[3]) : "", String(shared.pid), "session in the host's pid namespace")
}

private func terminal(_ t: Trial) {
    let pair = Terminal.open(t)
    let facts = born(t, ["tty"]) { command in
        command.input = .descriptor(pair.slave)
        command.newSession = true
    }
    t.differs(facts["tty", "controlling"]?.string, "yes", "controlling terminal")
}

private func parentDeath(_ t: Trial) {
    t.equal(born(t, ["process"]) { _ in }["process", "pdeathsig"], 0, "parent-death signal after create and start")
    t.equal(t.inside(["process"])["process", "pdeathsig"], 0, "parent-death signal in run")
}

private func timer(_ t: Trial) {
    let facts = born(t, ["signals", "+", "process"]) { _ in }
    t.equal(facts["signals", "timer"], false, "a running timer")
    t.equal(facts["process", "timerslack"], 50_000, "timer slack")
}

private func subreaper(_ t: Trial) {
    t.equal(born(t, ["process"]) { _ in }["process", "subreaper"], 0, "subreaper")
    t.equal(t.inside(["process"])["process", "subreaper"], 0, "subreaper in run")
}

private func dumpable(_ t: Trial) { t.equal(born(t, ["process"]) { _ in }["process", "dumpable"], 1, "dumpable") }

// MARK: Descriptors

private func numbers(_ facts: JSON) -> [String] { (facts["fds"]?.members ?? []).map { $0.key } }
private let standard = ["0", "1", "2"]

private func onlyStandard(_ t: Trial) {
    t.equal(numbers(born(t, ["fds"]) { _ in }), standard, "open descriptors after create and start")
    t.equal(numbers(t.inside(["fds"])), standard, "open descriptors in run")
}

private func file(_ t: Trial, _ name: String) -> Int32 {
    File.write(name, to: t.directory + "/" + name)
    let fd = cl_openat(AT_FDCWD, t.directory + "/" + name, O_RDONLY, 0)
    t.require(fd >= 0, "cannot open \(name)")
    return fd
}

/// Descriptors of the case's directory and files, which lead out of a container when they are left open in it.
private func strays(_ t: Trial, _ count: Int32) -> [(number: Int32, ours: Int32)] {
    let directory = cl_openat(AT_FDCWD, "/", O_RDONLY | O_DIRECTORY, 0)
    let ours = file(t, "stray")
    return (3..<3 + count).map { ($0, $0 % 2 == 0 ? ours : directory) }
}

private func stray(_ t: Trial) {
    let facts = born(t, ["fds"]) { $0.descriptors = strays(t, 20) }
    t.equal(numbers(facts), standard, "open descriptors")
}

private func strayHigh(_ t: Trial) {
    let ours = file(t, "stray")
    let facts = born(t, ["fds"]) { $0.descriptors = [(number: 900, ours: ours), (number: 1001, ours: ours)] }
    t.equal(numbers(facts), standard, "open descriptors")
}

private func strayRun(_ t: Trial) {
    let box = t.container(program: ["/probe", "fds"])
    t.requireSuccess(box.run { $0.descriptors = strays(t, 20) })
    t.equal(numbers(box.facts), standard, "open descriptors")
}

private func preserveTwo(_ t: Trial) {
    let facts = born(t, ["fds"], ["--preserve-fds", "2"]) { $0.descriptors = strays(t, 10) }
    t.equal(numbers(facts), ["0", "1", "2", "3", "4"], "open descriptors")
}

private func preserveNone(_ t: Trial) {
    let facts = born(t, ["fds"], ["--preserve-fds", "0"]) { $0.descriptors = strays(t, 10) }
    t.equal(numbers(facts), standard, "open descriptors")
}

private func preserveSame(_ t: Trial) {
    let first = file(t, "first")
    let second = file(t, "second")
    let box = t.container(program: ["/probe", "fds", "+", "read", "/proc/self/fd/3", "/proc/self/fd/4"])
    t.requireSuccess(
        box.run(["--preserve-fds", "2"]) {
            $0.descriptors = [(number: 3, ours: first), (number: 4, ours: second), (number: 5, ours: first)]
        })
    t.equal(box.facts["read", "/proc/self/fd/3", "text"], "first", "what is read from descriptor 3")
    t.equal(box.facts["read", "/proc/self/fd/4", "text"], "second", "what is read from descriptor 4")
    t.equal(numbers(box.facts), ["0", "1", "2", "3", "4"], "open descriptors")
}

private func preserveMissing(_ t: Trial) {
    let ours = file(t, "one")
    let box = t.container()
    t.unchanged("a failed create") {
        t.expectFailure(box.create(["--preserve-fds", "5"]) { $0.descriptors = [(number: 3, ours: ours)] })
    }
}

private func preserveNonsense(_ t: Trial) {
    let box = t.container()
    for text in ["many", "-1", "1.5", "99999999999999999999"] {
        t.unchanged("a failed create") { t.expectFailure(box.create(["--preserve-fds", text])) }
    }
}

/// Runs the runtime behind a shell that closes descriptors first.
private func closing(_ words: String, _ command: inout Command) {
    command.arguments = ["sh", "-c", "exec \"$@\" " + words, "sh", command.program] + command.arguments
    command.program = "/bin/busybox"
}

private func closedInput(_ t: Trial) {
    let box = t.container(program: ["/probe", "fds", "+", "stat", "/dev/null"])
    t.requireSuccess(box.run { closing("<&-", &$0) })
    // Closed, /dev/null, or a pipe to who runs it: nothing else of the runtime's own.
    for (key, value) in (box.facts["fds"]?.members ?? []).map({ ($0.key, $0.value) }) where key == "0" {
        let target = value["target"]?.string ?? ""
        t.expect(target == "/dev/null" || target.hasPrefix("pipe:"), "what is behind descriptor 0: \(target)")
    }
    t.equal(numbers(box.facts).filter { $0 != "0" }, ["1", "2"], "other open descriptors")
}

private func closedAll(_ t: Trial) {
    let box = t.container(program: ["/bin/sh", "-c", "ls -l /proc/$$/fd > /mnt/seen"]) { config in
        config.mount("/mnt", "none", t.directory + "/out", ["bind"])
    }
    File.makeDirectory(t.directory + "/out")
    t.requireSuccess(box.run { closing("<&- >&- 2>&-", &$0) })
    let seen = (File.text(t.directory + "/out/seen") ?? "none").split(separator: "\n").map { String($0) }
    for line in seen where line.contains(" -> ") {
        let target = String(line.split(separator: " ").last ?? "")
        let expected =
            ["/dev/null", "/mnt/seen"].contains(target) || target.hasSuffix("/fd") || target.contains("/proc/")
        t.expect(expected, "open descriptor: \(line)")
    }
    t.expect(!seen.isEmpty, "the program ran")
}

// MARK: Socket activation

private func listenOther(_ t: Trial) {
    let box = t.container(program: ["/probe", "fds", "+", "env"])
    t.requireSuccess(
        box.run { command in
            command.descriptors = strays(t, 4)
            command.environment += ["LISTEN_PID=1", "LISTEN_FDS=2"]
        })
    t.equal(numbers(box.facts), standard, "open descriptors")
    let seen = box.facts["env"]?.strings ?? []
    t.expect(!seen.contains { $0.hasPrefix("LISTEN_") }, "LISTEN variables in \(seen)")
}

// MARK: Keyring

/// The case's own session keyring, with a key in it.
private func sessionKeyring(_ t: Trial) -> Int {
    _ = cl_keyctl_join_session("the caller's")
    let box = Command(
        program: t.template + "/probe", arguments: ["setkey", "secret", "+", "process"],
        output: .file(t.directory + "/said/key.out"), error: .file(t.directory + "/said/key.err"))
    let facts = Container.merged(t.run(box).stdout)
    if facts["setkey", "errno"] != .null { t.skip("a key cannot be made here") }
    return facts["process", "keyring"]?.int ?? 0
}

private func keyring(_ t: Trial) {
    let own = sessionKeyring(t)
    let facts = born(t, ["process"]) { _ in }
    t.expect((facts["process", "keyring"]?.int ?? -1) > 0, "the program has a session keyring")
    t.differs(facts["process", "keyring"]?.int, own, "session keyring of program and caller")
    let other = t.inside(["process"])
    t.differs(other["process", "keyring"]?.int, own, "session keyring of program and caller, in run")
}

private func keyringHidden(_ t: Trial) {
    _ = sessionKeyring(t)
    let facts = born(t, ["findkey", "secret"]) { _ in }
    t.equal(facts["findkey", "errno"], "ENOKEY", "search for the caller's key")
}

private func noNewKeyring(_ t: Trial) {
    let own = sessionKeyring(t)
    let facts = born(t, ["process", "+", "findkey", "secret"], ["--no-new-keyring"]) { _ in }
    t.equal(facts["process", "keyring"]?.int, own, "session keyring of program and caller")
    t.equal(facts["findkey", "errno"], .null, "search for the caller's key")
}

private func createdStreams(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create { $0.descriptors = strays(t, 20) })
    let stray = Proc.descriptors(box.pid).filter { $0.target == "/" || $0.target.hasSuffix("/stray") }
    t.equal(stray.map { $0.target }, [], "the caller's descriptors in the waiting process")
}

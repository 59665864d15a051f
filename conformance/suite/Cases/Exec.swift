import CLinux
import Glibc

extension Group {
    static var exec: Group {
        Group("exec", execBasics + execInherited + execFlags + execErrors + execTerminals + execTogether)
    }

    private static var execBasics: [Case] {
        [
            Case("the program runs and its output arrives", "runc's exec", output),
            Case("the program's standard input is the caller's", "runc's exec", input),
            Case("the exit status is the program's", "engines: exit status N", exitStatus),
            Case("a signal is told as 128 and its number", "engines: 128 + n", killedProgram),
            Case("words behind the id are the program's", "runc's exec: flags end at the id", words),
            Case("the program is in every namespace of the container", "runc's exec", namespaces),
            Case("the program is in the container's cgroup", "runc's exec", cgroup),
            Case("the program is the caller's child when detached", "engines: they wait for it", detached),
            Case("--detach returns while the program runs", "runc's exec", detachReturns),
            Case("signals are passed on in the foreground", "runc's exec", signalsPassed),
            Case("the program goes on when exec in the foreground is killed", "runc's exec", orphaned),
            Case("into a created container, which stays created", "runc's exec", intoCreated),
            Case("the container goes on when the program ends", "runc's exec", containerStays),
            Case("the program ends with the container", "pid_namespaces(7)", endsWithContainer),
            Case("no process is left between caller and program", "pid_namespaces(7): ppid 0 inside", parent),
            Case("the program has a session of its own", "setsid(2)", session),
            Case("nothing but the standard streams is open", "features: only 0 to 2 survive", descriptors),
            Case("nothing of the caller's signals is left", "signal(7)", signalsFresh),
            Case("a time namespace, a user namespace: as the container's", "runc's exec", otherNamespaces),
        ]
    }
}

extension Container {
    /// `exec [options] ID words`, ready to be changed and run.
    func execCommand(_ options: [String], _ words: [String]) -> Command {
        trial.command(["exec"] + options + [id] + words)
    }

    /// Runs the probe's commands in the container to their end; answers how that went.
    @discardableResult
    func exec(
        _ options: [String], _ words: [String], _ change: (inout Command) -> Void = { _ in }
    ) -> Outcome {
        var command = execCommand(options, words)
        change(&command)
        return trial.run(command)
    }

    @discardableResult
    func exec(_ words: [String], _ change: (inout Command) -> Void = { _ in }) -> Outcome { exec([], words, change) }

    /// What the probe sees that is put into the container; the case ends when it does not succeed.
    func seen(_ options: [String], _ commands: [String]) -> JSON {
        let outcome = exec(options, ["/probe"] + commands)
        trial.requireSuccess(outcome)
        return Container.merged(outcome.stdout)
    }

    func seen(_ commands: [String]) -> JSON { seen([], commands) }
}

private func output(_ t: Trial) {
    let box = t.running()
    let outcome = box.exec(["/probe", "echo", "out", "+", "complain", "err"])
    t.requireSuccess(outcome)
    t.equal(outcome.stdout, "out\n", "standard output")
    t.equal(outcome.stderr, "err\n", "standard error")
}

private func input(_ t: Trial) {
    let outcome = t.running().exec(["/probe", "copy"]) { $0.input = .text("typed\n") }
    t.equal(outcome.stdout, "typed\n", "what the program copied")
}

private func exitStatus(_ t: Trial) {
    let box = t.running()
    for status in [0, 1, 3, 127, 255] {
        t.equal(box.exec(["/probe", "exit", "\(status)"]).exit, .status(status), "exit of exec")
    }
}

private func killedProgram(_ t: Trial) {
    let box = t.running()
    for (name, number) in [("KILL", 9), ("TERM", 15), ("SEGV", 11)] {
        t.equal(box.exec(["/bin/sh", "-c", "kill -\(name) $$"]).exit, .status(128 + number), "exit of exec")
    }
}

private func words(_ t: Trial) {
    let box = t.running()
    let outcome = box.exec(["/bin/echo", "-d", "--user", "5", "--", "-x", "--help"])
    t.equal(outcome.stdout, "-d --user 5 -- -x --help\n", "what echo was given")
}

private func namespaces(_ t: Trial) {
    let box = t.running()
    let seen = box.seen(["ns"])
    for name in ["pid", "net", "ipc", "uts", "mnt", "cgroup", "user", "time"] {
        guard let own = Proc.namespace(box.pid, name) else { continue }
        t.equal(seen["ns", .key(name)]?.string, own, "\(name) namespace")
    }
}

private func cgroup(_ t: Trial) {
    let box = t.running()
    let pid = box.execDetached(["/probe", "pause"])
    t.equal(Proc.cgroup(pid), Proc.cgroup(box.pid), "cgroup")
    box.endPrograms()
}

extension Container {
    /// Ends what was put into the container, as whoever put it there must: while a process whose parent has not noticed
    /// its end is in a pid namespace, the namespace does not end either.
    func endPrograms() {
        for child in Proc.descendants(of: trial.ownPid) where child != pid && Proc.stat(child)?[1] == "\(trial.ownPid)"
        {
            if trial.containers.contains(where: { $0.owns(child) }) { continue }
            Proc.sendSignal(child, SIGKILL)
            _ = Exit.reaped(child)
        }
    }

    /// Whether this is the container's first process.
    private func owns(_ process: Int32) -> Bool { File.text(pidFile) == "\(process)" }

    /// Puts a program into the container and leaves it there; answers its process id.
    func execDetached(_ words: [String]) -> Int32 { execDetached([], words) }

    func execDetached(_ options: [String], _ words: [String]) -> Int32 {
        let file = trial.directory + "/said/exec.pid"
        File.remove(file)
        trial.requireSuccess(exec(["--detach", "--pid-file", file] + options, words))
        let text = File.text(file) ?? ""
        return trial.require(Int32(text), "the pid file holds digits only, not “\(text)”")
    }
}

private func detached(_ t: Trial) {
    let box = t.running()
    let pid = box.execDetached(["/probe", "exit", "7"])
    t.equal(Exit.of(child: pid, within: 5000), .status(7), "the program's end, which its parent sees")
}

private func detachReturns(_ t: Trial) {
    let box = t.running()
    let pid = box.execDetached(["/probe", "pause"])
    t.expect(Proc.isAlive(pid), "the program runs")
    Proc.sendSignal(pid, SIGKILL)
    t.equal(Exit.of(child: pid, within: 5000), .signal(Int(SIGKILL)), "its end, which its parent sees")
}

private func signalsPassed(_ t: Trial) {
    let box = t.running()
    let running = box.execCommand([], ["/probe", "pause"]).spawn()
    guard case .file(let out) = running.command.output else { return }
    t.eventually("the program is ready") { (File.text(out) ?? "").contains("ready") }
    Proc.sendSignal(running.pid, SIGUSR1)
    t.eventually("the program has the signal") { (File.text(out) ?? "").contains("\"signal\":10") }
    Proc.sendSignal(running.pid, SIGTERM)
    t.equal(t.note(running.wait()).exit, .status(0), "exit of exec")
}

private func orphaned(_ t: Trial) {
    let box = t.running()
    let running = box.execCommand(["--pid-file", t.directory + "/said/pid"], ["/probe", "pause"]).spawn()
    guard case .file(let out) = running.command.output else { return }
    t.eventually("the program is ready") { (File.text(out) ?? "").contains("ready") }
    let file = t.directory + "/said/pid"
    t.eventually("the pid file is there") { File.exists(file) }
    let pid = t.require(File.text(file).flatMap { Int32($0) }, "a number in the pid file")
    Proc.sendSignal(running.pid, SIGKILL)
    _ = running.wait()
    cl_sleep_ms(50)
    t.expect(Proc.isAlive(pid), "the program runs on")
    box.endPrograms()
}

private func intoCreated(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    t.equal(box.seen(["uts"])["uts", "hostname"], "conformance", "hostname")
    t.equal(box.status, "created", "status")
    t.requireSuccess(box.start())
    box.awaitFact("ready")
}

private func containerStays(_ t: Trial) {
    let box = t.running()
    t.requireSuccess(box.exec(["/probe", "exit", "0"]))
    t.equal(box.status, "running", "status")
    t.expect(Proc.isAlive(box.pid), "the container's program runs")
}

private func endsWithContainer(_ t: Trial) {
    let box = t.running()
    let pid = box.execDetached(["/probe", "pause", "deaf"])
    t.requireSuccess(box.kill("KILL"))
    // The container's first process ends for its caller when every other one of the namespace has been reaped.
    t.equal(Exit.of(child: pid, within: 5000), .signal(9), "the end of the program")
    box.awaitExit()
}

private func parent(_ t: Trial) {
    t.equal(t.running().seen(["process"])["process", "ppid"], 0, "parent inside")
}

private func session(_ t: Trial) {
    let seen = t.running().seen(["process"])["process"]
    t.equal(seen?["sid"], seen?["pid"] ?? .null, "session")
    t.equal(seen?["pdeathsig"], 0, "parent-death signal")
    t.equal(seen?["dumpable"], 1, "dumpable")
}

private func descriptors(_ t: Trial) {
    let root = cl_openat(AT_FDCWD, "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    let outcome = t.running().exec(["/probe", "fds"]) {
        $0.descriptors = [(number: 3, ours: root), (number: 9, ours: root)]
    }
    t.requireSuccess(outcome)
    t.equal(
        Container.merged(outcome.stdout)["fds"]?.members?.map(\.key).sorted(), ["0", "1", "2"], "open descriptors")
}

private func signalsFresh(_ t: Trial) {
    let outcome = t.running().exec(["/probe", "signals"]) { command in
        command.ignored = [SIGPIPE, SIGTERM, SIGCHLD]
        command.blocked = 1 << 11
    }
    t.requireSuccess(outcome)
    let seen = Container.merged(outcome.stdout)["signals"]
    t.equal(seen?["ignored"], "0000000000000000", "ignored signals")
    t.equal(seen?["blocked"], "0000000000000000", "blocked signals")
}

/// The runtime is told of none of these: the container's first process itself has moved.
private func otherNamespaces(_ t: Trial) {
    // CLONE_NEWUTS
    let box = t.running(["unshare", "0x04000000", "+", "sethostname", "moved"]) { config in
        config.capabilities(["CAP_SYS_ADMIN"])
        config["process", "noNewPrivileges"] = false
    }
    guard Proc.namespace(box.pid, "uts") != nil else { return }
    t.equal(box.seen(["uts"])["uts", "hostname"], "moved", "hostname of the process that init became")
}

import CLinux
import Glibc

extension Group {
    static var ofReadiness: Group {
        Group(
            "readiness",
            [
                Case("start waits until the program is ready", "sd_notify(3): NOTIFY_SOCKET", startWaits),
                Case("run --detach waits until the program is ready", "sd_notify(3): NOTIFY_SOCKET", runWaits),
                Case("run in the foreground passes it on and stays", "sd_notify(3): MAINPID is who stays", foreground),
                Case("the program has a socket of its own", "the host's socket stays the host's", ownSocket),
                Case("nothing else is passed on", "a program names no main process and leaves nothing", nothingElse),
                Case("in a user namespace", "the state directory is closed to its root", inUserNamespace),
                Case("a socket with an abstract name", "unix(7)", abstractName),
                Case("a program that ends without a word", "start waits no longer than the program lives", silentEnd),
                Case("a socket that is not there: create", "runtime.md: Errors", createMissing),
                Case("a socket that is not there: start", "runtime.md: Errors", startMissing),
                Case("no socket, no relay", "what is not asked for is not there", notAsked),
                Case("a socket of the engine's is left alone", "podman mounts its own", engines),
                Case("without an own mount namespace it is refused", "never accepted and ignored", noMounts),
                Case("start with a socket that create had not warns", "never accepted and ignored", startAlone),
                Case("a checkpoint is refused", "never accepted and ignored", noCheckpoint),
            ])
    }
}

/// What a service manager is to a runtime.
private struct Manager {
    let t: Trial
    /// What NOTIFY_SOCKET is set to.
    let path: String
    private let socket: Int32

    init(_ t: Trial, name: String? = nil) {
        self.t = t
        path = name ?? t.directory + "/manager"
        socket = cl_socket(AF_UNIX, 2)
        t.require(cl_unix_address(socket, path, 1) == 0, "cannot bind \(path)")
    }

    /// The next message; nil when none comes in time.
    func hear(within milliseconds: Int = 5000) -> (text: String, descriptor: Int32)? {
        var wait = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard cl_poll(&wait, 1, Int32(milliseconds * t.patience)) > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4096)
        var passed: Int32 = -1
        let count = cl_receive(socket, &bytes, bytes.count, &passed)
        return count < 0 ? nil : (String(decoding: bytes[0..<count], as: UTF8.self), passed)
    }

    func hearsNothing() -> Bool { hear(within: 200) == nil }

    /// Hears that the program is ready and which process stays, in one message or two, and nothing else.
    func expectReady(_ pid: @autoclosure () -> Int32) {
        var lines: [Substring] = []
        while lines.count < 2 {
            let heard = t.require(hear(), "the service manager's socket: expected more than \(lines)")
            lines += heard.text.split(separator: "\n")
            t.equal(heard.descriptor, -1, "descriptor beside the message")
        }
        t.equal(lines.sorted(), ["MAINPID=\(pid())", "READY=1"], "the message")
    }

    /// Hears the question whether all is dealt with; the answer is to close what it answers.
    func barrier() -> Int32 {
        let heard = t.require(hear(), "no barrier came to the service manager's socket")
        t.equal(heard.text.split(separator: "\n"), ["BARRIER=1"], "the barrier")
        t.expect(heard.descriptor >= 0, "a descriptor comes with the barrier")
        return heard.descriptor
    }
}

extension Command {
    fileprivate mutating func notify(_ path: String) { environment.append("NOTIFY_SOCKET=" + path) }
}

/// A container whose program is ready when the case says so.
private func waiting(_ t: Trial, _ words: String = "READY=1", _ edit: (inout JSON) -> Void = { _ in }) -> Container {
    File.makeDirectory(t.directory + "/go")
    return t.container(
        program: ["/probe", "env", "+", "mounts", "+", "wait-for", "/srv/go", "+", "notify", words, "+", "pause"]
    ) { config in
        config.mount("/srv", "none", t.directory + "/go", ["bind"])
        edit(&config)
    }
}

private func go(_ t: Trial) { File.write("", to: t.directory + "/go/go") }

private func expectWaiting(_ t: Trial, _ running: Running, _ what: String) {
    t.expect(Exit.of(child: running.pid, within: 200) == .timedOut, "\(running.command.line) waits \(what)")
}

private func spawnedStart(_ t: Trial, _ box: Container, _ path: String) -> Running {
    var command = t.command(["start", box.id])
    command.notify(path)
    return command.spawn()
}

/// From `start`, which has been called, to its end.
private func follow(_ t: Trial, _ running: Running, _ manager: Manager, _ pid: () -> Int32) {
    t.expect(manager.hearsNothing(), "nothing is said before the program is ready")
    expectWaiting(t, running, "until the program is ready")
    go(t)
    manager.expectReady(pid())
    let barrier = manager.barrier()
    expectWaiting(t, running, "until the service manager has dealt with it")
    _ = cl_close(barrier)
    t.requireSuccess(t.note(running.wait()))
}

private func startWaits(_ t: Trial) { lifeWith(t, Manager(t)) }

private func lifeWith(_ t: Trial, _ manager: Manager, _ edit: (inout JSON) -> Void = { _ in }) {
    let box = waiting(t, edit)
    t.requireSuccess(box.create { $0.notify(manager.path) })
    t.expect(manager.hearsNothing(), "create says nothing")
    follow(t, spawnedStart(t, box, manager.path), manager) { box.pid }
    t.equal(box.facts["notify", "errno"], .null, "speaking to the own socket")
    t.equal(box.status, "running", "status")
}

private func waiting(_ t: Trial, _ edit: (inout JSON) -> Void) -> Container { waiting(t, "READY=1", edit) }

private func runWaits(_ t: Trial) {
    let manager = Manager(t)
    let box = waiting(t)
    var command = box.runCommand(["--detach", "--pid-file", box.pidFile])
    command.notify(manager.path)
    box.claim()
    follow(t, command.spawn(), manager) { box.pid }
}

private func foreground(_ t: Trial) {
    let manager = Manager(t)
    let box = t.container(program: ["/probe", "notify", "READY=1", "+", "wait-for", "/srv/go", "+", "exit", "7"]) {
        File.makeDirectory(t.directory + "/go")
        $0.mount("/srv", "none", t.directory + "/go", ["bind"])
    }
    var command = box.runCommand()
    command.notify(manager.path)
    let running = command.spawn()
    manager.expectReady(t.processOfRuntime(running))
    expectWaiting(t, running, "for the program's end")
    go(t)
    t.equal(t.note(running.wait()).status, 7, "exit status")
}

private func ownSocket(_ t: Trial) {
    let manager = Manager(t)
    let box = waiting(t)
    t.requireSuccess(box.create { $0.notify(manager.path) })
    let running = spawnedStart(t, box, manager.path)
    box.awaitFact("mounts")
    let variables = (box.facts["env"]?.strings ?? []).filter { $0.hasPrefix("NOTIFY_SOCKET=") }
    t.equal(variables.count, 1, "variables of the container: \(variables)")
    let path = String((variables.first ?? "").dropFirst("NOTIFY_SOCKET=".count))
    let directory = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
    let options = t.mount(at: directory, in: box.facts).options
    for option in ["ro", "nosuid", "nodev", "noexec"] {
        t.expect(options.contains(option), "\(option) of \(directory)")
    }
    let socket = File.facts("/proc/\(box.pid)/root" + path)
    t.equal(socket?.kind, .socket, "kind of the socket")
    t.differs(socket?.inode, File.facts(manager.path)?.inode, "the socket")
    go(t)
    manager.expectReady(box.pid)
    _ = cl_close(manager.barrier())
    t.requireSuccess(t.note(running.wait()))
}

private func nothingElse(_ t: Trial) {
    let manager = Manager(t)
    let box = t.container(
        program: [
            "/probe", "notify", "MAINPID=1\nSTATUS=hello", "+", "notify", "FDSTORE=1", "+", "notify", "READY=12", "+",
            "notify", " READY=1", "+", "wait-for", "/srv/go", "+", "notify", "MAINPID=1\nREADY=1\nNOTIFYACCESS=all",
            "+", "pause",
        ]
    ) {
        File.makeDirectory(t.directory + "/go")
        $0.mount("/srv", "none", t.directory + "/go", ["bind"])
    }
    t.requireSuccess(box.create { $0.notify(manager.path) })
    follow(t, spawnedStart(t, box, manager.path), manager) { box.pid }
}

private func inUserNamespace(_ t: Trial) {
    lifeWith(t, Manager(t)) { config in
        config.userNamespace()
        // The image is host root's: its /run is not the container's to make a directory in.
        config.mount("/run", "tmpfs", "tmpfs")
    }
}

private func abstractName(_ t: Trial) { lifeWith(t, Manager(t, name: "@" + t.tag + "manager")) }

private func silentEnd(_ t: Trial) {
    let manager = Manager(t)
    let box = t.container(program: ["/bin/true"])
    t.requireSuccess(box.create { $0.notify(manager.path) })
    t.requireSuccess(t.note(spawnedStart(t, box, manager.path).wait()))
    t.expect(manager.hearsNothing(), "nothing was said")
}

private func createMissing(_ t: Trial) {
    t.requireWorking()
    let missing = t.directory + "/missing"
    let box = t.container()
    t.unchanged("a failed create") {
        let outcome = box.create { $0.notify(missing) }
        t.expectFailure(outcome, saying: missing)
        t.says(outcome.stderr, "NOTIFY_SOCKET", "error message")
    }
    let outcome = box.create { $0.notify("relative") }
    t.expectFailure(outcome, saying: "NOTIFY_SOCKET")
}

private func startMissing(_ t: Trial) {
    let manager = Manager(t)
    let box = t.container()
    t.requireSuccess(box.create { $0.notify(manager.path) })
    let outcome = t.note(spawnedStart(t, box, t.directory + "/missing").wait())
    t.expectFailure(outcome, saying: t.directory + "/missing")
    t.equal(box.status, "created", "status afterwards")
    t.requireSuccess(box.start())
    box.awaitFact("ready")
}

private func notAsked(_ t: Trial) {
    let box = t.running(["env", "+", "mounts"])
    t.expect(!(box.facts["env"]?.strings ?? []).contains { $0.hasPrefix("NOTIFY_SOCKET=") }, "no variable")
    t.expect(!t.mounts(in: box.facts).contains { $0.point == "/run/notify" }, "no mount")
    t.expect(!File.exists(box.rootfs + "/run/notify"), "no directory in the image")
}

private func engines(_ t: Trial) {
    let manager = Manager(t)
    let box = t.container(program: ["/probe", "env", "+", "mounts", "+", "pause"]) {
        $0.environment("NOTIFY_SOCKET=/engine/socket")
    }
    t.requireSuccess(box.create { $0.notify(manager.path) })
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    let variables = (box.facts["env"]?.strings ?? []).filter { $0.hasPrefix("NOTIFY_SOCKET=") }
    t.equal(variables, ["NOTIFY_SOCKET=/engine/socket"], "the variable in the container")
    t.expect(!t.mounts(in: box.facts).contains { $0.point == "/run/notify" }, "no mount")
}

private func noMounts(_ t: Trial) {
    let manager = Manager(t)
    let box = t.container { config in
        config.inheritNamespace("mount")
        config["mounts"] = nil
        for key in ["maskedPaths", "readonlyPaths"] { config["linux", .key(key)] = nil }
        config["root", "readonly"] = false
    }
    t.expectFailure(box.create { $0.notify(manager.path) }, saying: "NOTIFY_SOCKET")
}

private func startAlone(_ t: Trial) {
    let manager = Manager(t)
    let box = t.container()
    t.requireSuccess(box.create())
    let outcome = t.note(spawnedStart(t, box, manager.path).wait())
    t.requireSuccess(outcome)
    t.says(outcome.stderr, "NOTIFY_SOCKET", "warning")
}

private func noCheckpoint(_ t: Trial) {
    let manager = Manager(t)
    let box = t.container()
    t.requireSuccess(box.create { $0.notify(manager.path) })
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    t.unchanged("a checkpoint that is refused") {
        t.expectFailure(
            t.runtime("checkpoint", "--image-path", t.directory + "/image", box.id), saying: "NOTIFY_SOCKET")
    }
    t.equal(box.status, "running", "status")
}

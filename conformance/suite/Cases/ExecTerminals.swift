import CLinux
import Glibc

extension Group {
    /// `exec` with a terminal; of the group "exec".
    static var execTerminals: [Case] {
        [
            Case("without --tty there is none, whatever the configuration says", "runc's exec", noTerminal),
            Case("--tty --detach --console-socket", "engines: conmon, containerd", socket),
            Case("--tty in the foreground", "runc's exec", foreground),
            Case("--tty: the size is the caller's, also later", "runc's exec", size),
            Case("--tty: the caller's terminal is restored", "runc's exec", restored),
            Case("--tty: what is typed arrives, an interrupt too", "runc's exec", typed),
            Case("--tty: it belongs to the user", "engines: the user may open it", owner),
            Case("--tty in a user namespace", "docker exec -it with userns-remap", inUserNamespace),
            Case("--tty --detach without a console socket is refused", "runc's exec", withoutSocket),
            Case("--console-socket without --tty or --detach is refused", "runc's exec", uselessSocket),
            Case("a terminal by --process", "config.md, terminal", byProcess),
        ]
    }
}

private func noTerminal(_ t: Trial) {
    let console = ConsoleSocket(t)
    let box = t.container { $0["process", "terminal"] = true }
    t.requireSuccess(box.create(["--console-socket", console.path]))
    _ = t.require(console.receive(), "the container's own terminal")
    t.equal(box.seen(["tty"])["tty", "stdin"], false, "standard input is a terminal")
}

private func socket(_ t: Trial) {
    let box = t.running()
    let console = ConsoleSocket(t)
    let options = ["--tty", "--detach", "--console-socket", console.path]
    t.requireSuccess(box.exec(options, ["/probe", "tty", "+", "pause"]))
    let received = t.require(console.receive(), "nobody connected to the console socket")
    t.equal(received.descriptors.count, 1, "descriptors received")
    t.expect(received.ended, "the connection is closed")
    let text = Terminal.read(received.descriptors.first ?? -1, until: "ready")
    let seen = Terminal.facts(text)
    for name in ["stdin", "stdout", "stderr"] { t.equal(seen["tty", .key(name)], true, "\(name) is a terminal") }
    t.equal(seen["tty", "controlling"], "yes", "controlling terminal")
    box.endPrograms()
}

extension OnTerminal {
    /// `exec --tty` of the probe's commands, in the foreground.
    fileprivate init(_ box: Container, _ options: [String], _ commands: [String]) {
        self.init(box, box.execCommand(options, ["/probe"] + commands))
    }
}

private func foreground(_ t: Trial) {
    let end = OnTerminal(t.running(), ["--tty"], ["tty", "+", "exit", "9"]).end()
    t.equal(end.exit, .status(9), "exit of exec")
    let seen = Terminal.facts(end.text)
    t.equal(seen["tty", "controlling"], "yes", "controlling terminal")
    t.equal(seen["tty", "target"], "/dev/pts/0", "what is behind standard input")
}

private func size(_ t: Trial) {
    let run = OnTerminal(t.running(), ["-t"], ["tty", "+", "pause"])
    let seen = Terminal.facts(run.read(until: "ready"))
    t.equal(seen["tty", "controlling"], "yes", "controlling terminal")
    t.equal(seen["tty", "rows"], 31, "rows")
    t.equal(seen["tty", "columns"], 97, "columns")
    run.terminal.resize(rows: 40, columns: 120)
    _ = run.read(until: "\"signal\":28")
    run.terminal.type("\u{3}")
    _ = run.end()
}

private func restored(_ t: Trial) {
    let box = t.running()
    let run = OnTerminal(box, ["-t"], ["pause"])
    _ = run.read(until: "ready")
    t.expect(!run.terminal.isCooked, "the caller's terminal is raw while the program runs")
    Proc.sendSignal(run.running.pid, SIGTERM)
    t.equal(run.end().exit, .status(0), "exit of exec")
    t.expect(run.terminal.isCooked, "the caller's terminal edits lines again")
    let failing = OnTerminal(box, ["-t", "--cwd", "/no/such"], ["pause"])
    t.equal(failing.end().exit, .status(255), "exit of an exec that fails")
    t.expect(failing.terminal.isCooked, "the caller's terminal edits lines")
}

private func typed(_ t: Trial) {
    let run = OnTerminal(t.running(), ["-t"], ["tty", "+", "echo", "go", "+", "readline", "+", "pause"])
    t.equal(Terminal.facts(run.read(until: "go"))["tty", "controlling"], "yes", "controlling terminal")
    run.terminal.type("hello\r")
    t.contains(run.read(until: "ready"), "hello", "the line that the program read")
    run.terminal.type("\u{3}")
    t.contains(run.end().text, "\"signal\":2", "what the program says")
}

private func owner(_ t: Trial) {
    let end = OnTerminal(t.running(), ["-t", "-u", "1000"], ["stat", "/dev/pts/0"]).end()
    t.equal(Terminal.facts(end.text)["stat", "/dev/pts/0", "uid"], 1000, "owner of the terminal")
}

private func inUserNamespace(_ t: Trial) {
    let usual = t.running { $0.userNamespace() }
    for user in [0, 1000] {
        let end = OnTerminal(usual, ["-t", "-u", String(user)], ["stat", "/dev/pts/0"]).end()
        t.equal(Terminal.facts(end.text)["stat", "/dev/pts/0", "uid"], JSON(user), "owner of the terminal")
    }
    // Without root there is only the user to make it.
    let box = t.running("rootless") { config in
        config.userNamespace()
        config["linux", "uidMappings"] = [["containerID": 1000, "hostID": 100_000, "size": 10]]
        config["linux", "gidMappings"] = [["containerID": 1000, "hostID": 100_000, "size": 10]]
        config["process", "user"] = ["uid": 1000, "gid": 1000]
    }
    let end = OnTerminal(box, ["-t", "-u", "1000:1000"], ["stat", "/dev/pts/0"]).end()
    t.equal(Terminal.facts(end.text)["stat", "/dev/pts/0", "uid"], 1000, "owner of the terminal without root")
}

private func withoutSocket(_ t: Trial) {
    let outcome = t.running().exec(["--tty", "--detach"], ["/probe", "pause"])
    t.expectFailure(outcome, saying: "console")
}

private func uselessSocket(_ t: Trial) {
    let box = t.running()
    let console = ConsoleSocket(t)
    for options in [["--detach"], ["--tty"], []] {
        t.expectFailure(box.exec(options + ["--console-socket", console.path], ["/probe", "exit", "0"]))
    }
    t.expect(console.isQuiet(for: 50), "nobody connects")
}

private func byProcess(_ t: Trial) {
    let box = t.running()
    let path = t.directory + "/said/process.json"
    let console = ConsoleSocket(t)
    for (terminal, flags) in [(true, []), (false, ["--tty"])] as [(Bool, [String])] {
        let process: JSON = [
            "args": ["/probe", "tty", "+", "pause"], "cwd": "/", "terminal": .bool(terminal),
            "consoleSize": ["height": 33, "width": 101],
        ]
        File.write(process.pretty, to: path)
        t.requireSuccess(
            box.exec(["--process", path, "--detach", "--console-socket", console.path] + flags, []))
        let received = t.require(console.receive(), "nobody connected to the console socket")
        let seen = Terminal.facts(Terminal.read(received.descriptors.first ?? -1, until: "ready"))
        t.equal(seen["tty", "rows"], 33, "rows")
        t.equal(seen["tty", "columns"], 101, "columns")
    }
    box.endPrograms()
}

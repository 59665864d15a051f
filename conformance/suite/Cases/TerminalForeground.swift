import CLinux
import Glibc

extension Group {
    /// `run` in the foreground on a terminal of the case's own; of the group "terminal".
    static var foregroundCases: [Case] {
        [
            Case("run: the program has a terminal of its own", "runc's run in the foreground", ownTerminal),
            Case("run: what the program prints arrives, once", "runc's run in the foreground", prints),
            Case("run: what is typed arrives, unchanged", "runc's run in the foreground", typed),
            Case("run: the caller's terminal is raw meanwhile", "runc's run in the foreground", raw),
            Case("run: the caller's terminal is restored at the end", "runc's run in the foreground", restored),
            Case("run: restored when the container is killed", "runc's run in the foreground", restoredAfterKill),
            Case("run: restored when run itself is told to end", "runc's run in the foreground", restoredAfterSignal),
            Case("run: restored when run fails", "runc's run in the foreground", restoredAfterFailure),
            Case("run: the exit status is the program's", "engines: exit status N", status),
            Case("run: the size is the caller's", "runc's run in the foreground", size),
            Case("run: a new size reaches the program", "runc's run in the foreground: SIGWINCH", resize),
            Case("run: an interrupt character goes to the program", "runc's run in the foreground", interrupt),
            Case("run: an end-of-file character goes to the program", "termios(3): VEOF", endOfFile),
            Case("run: much output arrives whole", "runc's run in the foreground", muchOutput),
            Case("run: the program cannot write into the caller's terminal", "TIOCSTI", inject),
        ]
    }
}

extension OnTerminal {
    /// `run` of the probe's commands, in the foreground.
    fileprivate init(_ t: Trial, _ commands: [String], _ edit: (inout JSON) -> Void = { _ in }) {
        let box = t.container(program: ["/probe"] + commands) { config in
            config["process", "terminal"] = true
            // Nothing that a runtime might have a word to say about: it would be shown on the terminal.
            config["linux", "resources"] = nil
            edit(&config)
        }
        self.init(box, box.runCommand())
    }
}

private func ownTerminal(_ t: Trial) {
    let run = OnTerminal(t, ["tty", "+", "list", "/dev/pts", "+", "follow", "/dev/console"])
    let seen = Terminal.facts(run.end().text)
    for name in ["stdin", "stdout", "stderr"] { t.equal(seen["tty", .key(name)], true, "\(name) is a terminal") }
    t.equal(seen["tty", "controlling"], "yes", "controlling terminal")
    t.equal(seen["tty", "target"], "/dev/pts/0", "what is behind standard input")
    t.equal(seen["tty", "canonical"], true, "the program's terminal edits lines")
    t.equal(seen["follow", "/dev/console", "major"], 136, "major number of /dev/console")
}

private func prints(_ t: Trial) {
    let run = OnTerminal(t, ["echo", "one", "+", "echo", "two"])
    t.equal(run.end().text, "one\r\ntwo\r\n", "what arrives at the terminal")
}

private func typed(_ t: Trial) {
    let run = OnTerminal(t, ["echo", "go", "+", "readline", "+", "exit", "0"])
    _ = run.read(until: "go")
    run.terminal.type("hello there\r")
    t.equal(Terminal.facts(run.end().text)["readline"], "hello there", "the line that the program read")
}

private func raw(_ t: Trial) {
    t.expect(Terminal.open(t).isCooked, "a new terminal edits lines")
    let run = OnTerminal(t, ["pause"])
    _ = run.read(until: "ready")
    t.expect(!run.terminal.isCooked, "the caller's terminal is raw while the program runs")
    run.terminal.type("\u{3}")
    _ = run.end()
}

private func restored(_ t: Trial) {
    let run = OnTerminal(t, ["exit", "0"])
    _ = run.end()
    t.expect(run.terminal.isCooked, "the caller's terminal edits lines again")
}

private func restoredAfterKill(_ t: Trial) {
    let run = OnTerminal(t, ["pause"])
    _ = run.read(until: "ready")
    t.requireSuccess(run.box.kill("KILL"))
    t.equal(run.end().exit, .status(137), "exit of run")
    t.expect(run.terminal.isCooked, "the caller's terminal edits lines again")
}

private func restoredAfterSignal(_ t: Trial) {
    let run = OnTerminal(t, ["pause"])
    _ = run.read(until: "ready")
    Proc.sendSignal(run.running.pid, SIGTERM)
    let end = run.end()
    t.contains(end.text, "\"signal\":15", "the signal goes to the program")
    t.equal(end.exit, .status(0), "exit of run")
    t.expect(run.terminal.isCooked, "the caller's terminal edits lines again")
}

private func restoredAfterFailure(_ t: Trial) {
    let run = OnTerminal(t, []) { $0["process", "args"] = ["/no/such/program"] }
    t.differs(run.end().exit, .status(0), "exit of run")
    t.expect(run.terminal.isCooked, "the caller's terminal edits lines")
}

private func status(_ t: Trial) {
    let run = OnTerminal(t, ["exit", "42"])
    t.equal(run.end().exit, .status(42), "exit of run")
}

private func size(_ t: Trial) {
    let seen = Terminal.facts(OnTerminal(t, ["tty"]).end().text)
    t.equal(seen["tty", "rows"], 31, "rows")
    t.equal(seen["tty", "columns"], 97, "columns")
}

private func resize(_ t: Trial) {
    let run = OnTerminal(t, ["pause", "deaf"])
    _ = run.read(until: "ready")
    run.terminal.resize(rows: 40, columns: 120)
    _ = run.read(until: "\"signal\":28")
    // The program's terminal, seen from the host.
    var rows: UInt16 = 0
    var columns: UInt16 = 0
    let fd = cl_openat(AT_FDCWD, "/proc/\(run.box.pid)/fd/0", O_RDONLY | O_NOCTTY, 0)
    _ = cl_get_window_size(fd, &rows, &columns)
    t.equal([rows, columns], [40, 120], "size of the program's terminal")
    t.requireSuccess(run.box.kill("KILL"))
    _ = run.end()
}

private func interrupt(_ t: Trial) {
    let run = OnTerminal(t, ["pause"])
    _ = run.read(until: "ready")
    run.terminal.type("\u{3}")
    let end = run.end()
    t.contains(end.text, "\"signal\":2", "what the program says")
    t.equal(end.exit, .status(0), "exit of run")
}

private func endOfFile(_ t: Trial) {
    let run = OnTerminal(t, ["echo", "go", "+", "copy", "+", "exit", "7"])
    _ = run.read(until: "go")
    run.terminal.type("\u{4}")
    t.equal(run.end().exit, .status(7), "exit of run, whose program reads to the end")
}

private func muchOutput(_ t: Trial) {
    let run = OnTerminal(t, []) {
        $0["process", "args"] = ["/bin/sh", "-c", "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done"]
    }
    let text = run.end().text
    t.expect(text.hasSuffix("line 19999\r\n"), "the last line arrives: …\(text.suffix(40))")
    t.equal(text.utf8.filter { $0 == 0x0a }.count, 20000, "lines that arrive")
}

private func inject(_ t: Trial) {
    let run = OnTerminal(t, ["inject", "X", "+", "exit", "0"])
    _ = run.end()
    // What was pushed into the caller's terminal could be read from it now.
    _ = cl_set_status_flags(run.terminal.slave, O_RDWR | O_NONBLOCK)
    var bytes = [UInt8](repeating: 0, count: 16)
    run.terminal.type("\n")
    let count = cl_read(run.terminal.slave, &bytes, bytes.count)
    t.equal(count > 0 ? Array(bytes[0..<count]) : [], [0x0a], "input of the caller's terminal")
}

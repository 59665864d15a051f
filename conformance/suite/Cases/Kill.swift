import CLinux
import Glibc

extension Group {
    static var kill: Group {
        Group(
            "kill",
            [
                Case("sends the named signal", "runtime.md, Kill: the specified signal", namedSignal),
                Case("sends TERM when no signal is given", "runc's command line", defaultSignal),
                Case(
                    "takes names with and without SIG, and numbers", "engines: containerd numbers, CRI-O names",
                    spellings),
                Case("takes lower case names", "runc's command line", lowerCase),
                Case("takes real-time signals by name and number", "engines: Docker's --signal", realTime),
                Case("sends to the container's process only", "runtime.md, Kill: to the container process", onlyInit),
                Case("ends a created container", "runtime.md, Kill: created or running", ofCreated),
                Case("fails without an id", "runtime.md, Kill: error without the ID", withoutID),
                Case("fails for an unknown signal, without effect", "runtime.md, Errors", unknownSignals),
                Case("of an unknown container fails", "engines: “does not exist”", unknown),
                Case(
                    "of a stopped container fails, without effect", "runtime.md, Kill; “container not running”", stopped
                ),
                Case("--all of a stopped container succeeds", "engines: containerd kills all at the end", allOfStopped),
                Case("--all ends every process", "engines: kill --all", allProcesses),
                Case("--all ends every process of a shared pid namespace", "engines: kill --all", allWithoutNamespace),
                Case(
                    "KILL ends every process of a shared pid namespace", "runc's kill: nothing outlives init",
                    killWithoutNamespace),
                Case("says nothing when it succeeds", "engines: output is an error text", saysNothing),
                Case("four at once: none hangs", "runtime.md, Kill", fourAtOnce),
                Case("reaches a program that ignores the signal", "runtime.md, Kill", ignoredSignal),
            ])
    }
}

private func namedSignal(_ t: Trial) {
    let box = t.running()
    t.requireSuccess(box.kill("USR1"))
    t.equal(box.awaitFact("signal").int, Int(SIGUSR1), "signal inside")
    cl_sleep_ms(30)
    t.equal(box.lines.filter { $0["signal"] != nil }.count, 1, "signals that arrived")
    t.equal(box.status, "running", "status afterwards")
}

private func defaultSignal(_ t: Trial) {
    let box = t.running()
    t.requireSuccess(box.kill(nil))
    t.equal(box.awaitFact("signal").int, Int(SIGTERM), "signal inside")
    t.equal(box.awaitExit(), .status(0), "end of the program")
    t.equal(box.status, "stopped", "status")
}

/// Sends each spelling to one container and compares what arrives.
private func expectArrivals(_ t: Trial, _ spellings: [(text: String, number: Int32)]) {
    let box = t.running()
    for spelling in spellings {
        let before = box.lines.count
        let outcome = box.kill(spelling.text)
        t.expectSuccess(outcome)
        guard outcome.succeeded else { continue }
        t.eventually("\(spelling.text) arrives", within: 2000) { box.lines.count > before }
        t.equal(box.lines.last?["signal"]?.int, Int(spelling.number), "signal that \(spelling.text) sends")
    }
}

private func spellings(_ t: Trial) {
    expectArrivals(
        t,
        [
            ("HUP", SIGHUP), ("SIGUSR1", SIGUSR1), ("10", SIGUSR1), ("USR2", SIGUSR2), ("SIGWINCH", SIGWINCH),
            ("1", SIGHUP), ("SIGQUIT", SIGQUIT), ("28", SIGWINCH), ("CONT", SIGCONT), ("PWR", SIGPWR),
        ])
}

private func lowerCase(_ t: Trial) {
    expectArrivals(t, [("usr1", SIGUSR1), ("sighup", SIGHUP), ("SigUsr2", SIGUSR2)])
}

private func realTime(_ t: Trial) {
    expectArrivals(
        t,
        [
            ("SIGRTMIN+3", cl_sigrtmin() + 3), ("RTMIN+1", cl_sigrtmin() + 1), ("SIGRTMIN", cl_sigrtmin()),
            ("RTMAX-2", cl_sigrtmax() - 2), ("SIGRTMAX", cl_sigrtmax()), ("40", 40),
        ])
}

private func onlyInit(_ t: Trial) {
    let box = t.running(["children", "1"])
    let child = t.require(
        Proc.descendants(of: box.pid).first, "the program's child is not below process \(box.pid)")
    t.requireSuccess(box.kill("USR1"))
    t.equal(box.awaitFact("signal").int, Int(SIGUSR1), "signal of the container's process")
    // USR1 would have ended the child: it is at its default there.
    t.expect(Proc.isAlive(child), "the child must not get the signal")
}

private func ofCreated(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    t.requireSuccess(box.kill("KILL"))
    t.equal(box.awaitExit(), .signal(9), "end of the container's process")
    t.equal(box.status, "stopped", "status")
    t.equal(File.text(box.output), "", "output of the program")
}

private func withoutID(_ t: Trial) {
    t.requireWorking()
    t.unchanged("kill without an id") { t.expectFailure(t.runtime("kill")) }
}

private func unknownSignals(_ t: Trial) {
    let box = t.running()
    let before = box.state
    for signal in ["BANANA", "SIG", "999", "65", "SIGRTMIN+99", "9x", "KILLL"] {
        t.unchanged("kill with signal “\(signal)”") { t.expectFailure(box.kill(signal)) }
    }
    for words in [["--", box.id, "-9"], [box.id, "TERM", "KILL"]] {
        t.unchanged("kill \(words)") { t.expectFailure(t.run(t.command(["kill"] + words))) }
    }
    t.equal(box.state, before, "state")
    t.equal(box.lines.count, 1, "lines of the program, which reports signals")
}

private func unknown(_ t: Trial) {
    t.requireWorking()
    t.unchanged("kill of an unknown container") {
        t.expectFailure(t.runtime("kill", t.tag + "none", "KILL"), saying: "does not exist")
    }
}

private func stopped(_ t: Trial) {
    let box = t.running()
    box.stop()
    for signal in ["KILL", "TERM", "0"] {
        t.unchanged("kill of a stopped container") {
            t.expectFailure(box.kill(signal), saying: "container not running")
        }
    }
    t.equal(box.status, "stopped", "status")
}

private func allOfStopped(_ t: Trial) {
    let box = t.running()
    box.stop()
    t.expectSuccess(box.kill("KILL", ["--all"]))
    t.expectSuccess(box.kill("9", ["-a"]))
    t.equal(box.status, "stopped", "status")
}

private func expectAllEnd(_ t: Trial, _ box: Container, _ options: [String]) {
    let children = Proc.descendants(of: box.pid)
    t.require(children.count == 3, "the program's three children: found \(children)")
    t.requireSuccess(box.kill("KILL", options))
    t.equal(box.awaitExit(), .signal(9), "end of the container's process")
    t.eventually("all children end") { !children.contains { Proc.isAlive($0) } }
    t.equal(box.status, "stopped", "status")
}

private func allProcesses(_ t: Trial) {
    expectAllEnd(t, t.running(["children", "3"]), ["--all"])
}

private func allWithoutNamespace(_ t: Trial) {
    expectAllEnd(t, t.running(["children", "3"]) { $0.inheritNamespace("pid") }, ["--all"])
}

private func killWithoutNamespace(_ t: Trial) {
    expectAllEnd(t, t.running(["children", "3"]) { $0.inheritNamespace("pid") }, [])
}

private func saysNothing(_ t: Trial) {
    let box = t.running()
    let outcome = box.kill("USR1")
    t.requireSuccess(outcome)
    t.equal(outcome.stdout + outcome.stderr, "", "what kill says")
}

private func fourAtOnce(_ t: Trial) {
    let box = t.running()
    var commands: [Command] = []
    for _ in 1...4 { commands.append(t.command(["kill", box.id, "KILL"])) }
    for outcome in t.together(commands) where !outcome.succeeded { t.expectFailure(outcome) }
    t.equal(box.awaitExit(), .signal(9), "end of the container's process")
    t.equal(box.status, "stopped", "status")
}

private func ignoredSignal(_ t: Trial) {
    let box = t.container(program: ["/probe", "pause", "deaf"])
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    t.requireSuccess(box.kill("TERM"))
    t.equal(box.awaitFact("signal").int, Int(SIGTERM), "signal inside")
    cl_sleep_ms(30)
    t.equal(box.status, "running", "status after TERM")
    t.requireSuccess(box.kill("KILL"))
    t.equal(box.awaitExit(), .signal(9), "end of the container's process")
}

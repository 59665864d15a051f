import CLinux
import Glibc

extension Group {
    static var start: Group {
        Group(
            "start",
            [
                Case("runs the program", "runtime.md, Start", runsProgram),
                Case("has run the program when it returns", "runtime.md, Start and Lifecycle 8", hasRun),
                Case("says nothing when it succeeds", "engines: combined output is an error text", saysNothing),
                Case("of a program that ends at once succeeds", "runtime.md, Start", shortProgram),
                Case("fails without an id", "runtime.md, Start: error without the ID", withoutID),
                Case("fails with a word too many", "runc's command line: one argument", tooManyWords),
                Case("of an unknown container fails", "engines: “does not exist”", unknown),
                Case("of a running container fails, without effect", "runtime.md, Start: only created", twice),
                Case("of a stopped container fails, without effect", "runtime.md, Start: only created", stopped),
                Case("of a killed created container fails", "runtime.md, Start: only created", killedBefore),
                Case("four at once: one wins, the program runs once", "runtime.md, Start: only created", fourAtOnce),
                Case(
                    "beside kill: ends, and the container stops", "runtime.md, Start and Kill", besideKill, timeout: 60),
                Case("without process fails, then or at create", "runtime.md, Start: error without process", noProcess),
                Case("of a file that is no program fails", "runtime.md, Start: must run the program", noProgram),
                Case(
                    "of a script without its interpreter fails", "runtime.md, Start: must run the program",
                    noInterpreter),
                Case("fails when the filter kills execve", "runtime.md, Start: must run the program", filterKills),
                Case("of a short program under a filter succeeds", "runtime.md, Start", shortUnderFilter),
                Case(
                    "of a program removed since create fails", "runtime.md, Start: must run the program", removedProgram
                ),
            ])
    }
}

private func runsProgram(_ t: Trial) {
    let box = t.container(program: ["/probe", "args", "one", "two words", "", "+", "pause"])
    t.requireSuccess(box.create())
    let born = box.pid
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    t.equal(box.facts["args"], ["one", "two words", ""], "arguments of the program")
    t.equal(box.status, "running", "status")
    t.equal(Proc.arguments(born).first, "/probe", "program of the process that create made")
    t.equal(box.state["pid"]?.int, Int(born), "process id after start")
}

private func hasRun(_ t: Trial) {
    for round in 1...10 {
        let box = t.container("c\(round)", program: ["/bin/sleep", "100"])
        t.requireSuccess(box.create())
        t.requireSuccess(box.start())
        t.equal(Proc.arguments(box.pid), ["/bin/sleep", "100"], "arguments of the process when start has returned")
        t.equal(box.status, "running", "status")
    }
}

private func saysNothing(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    let outcome = box.start()
    t.requireSuccess(outcome)
    t.equal(outcome.stdout + outcome.stderr, "", "what start says")
    box.awaitFact("ready")
}

private func shortProgram(_ t: Trial) {
    let box = t.container(program: ["/probe", "exit", "3"])
    t.requireSuccess(box.create())
    let pid = box.pid
    t.requireSuccess(box.start())
    t.equal(Exit.of(child: pid, within: 5000 * t.patience), .status(3), "end of the program")
    t.equal(box.status, "stopped", "status")
}

private func withoutID(_ t: Trial) {
    t.requireWorking()
    t.unchanged("start without an id") { t.expectFailure(t.runtime("start")) }
}

private func tooManyWords(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    t.unchanged("start with two ids") { t.expectFailure(t.runtime("start", box.id, box.id)) }
    t.equal(box.status, "created", "status")
}

private func unknown(_ t: Trial) {
    t.requireWorking()
    t.unchanged("start of an unknown container") {
        t.expectFailure(t.runtime("start", t.tag + "none"), saying: "does not exist")
    }
}

private func twice(_ t: Trial) {
    let box = t.running()
    let before = box.state
    t.unchanged("start of a running container") { t.expectFailure(box.start()) }
    t.equal(box.state, before, "state")
    t.equal(box.lines.count, 1, "times the program said it was ready")
}

private func stopped(_ t: Trial) {
    let box = t.running()
    box.stop()
    t.unchanged("start of a stopped container") { t.expectFailure(box.start()) }
    t.equal(box.status, "stopped", "status")
    t.equal(box.lines.count, 1, "times the program said it was ready")
}

private func killedBefore(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    box.stop()
    t.unchanged("start of a container that was killed") { t.expectFailure(box.start()) }
    t.equal(box.status, "stopped", "status")
    t.equal(File.text(box.output), "", "output of the program")
}

private func fourAtOnce(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    var commands: [Command] = []
    for _ in 1...4 { commands.append(t.command(["start", box.id])) }
    let outcomes = t.together(commands)
    t.equal(outcomes.filter { $0.succeeded }.count, 1, "starts that succeeded")
    for outcome in outcomes where !outcome.succeeded { t.expectFailure(outcome) }
    box.awaitFact("ready")
    t.equal(box.lines.count, 1, "times the program said it was ready")
    t.equal(box.status, "running", "status")
}

private func besideKill(_ t: Trial) {
    for round in 1...6 {
        let box = t.container("c\(round)")
        t.requireSuccess(box.create())
        let pid = box.pid
        let outcomes = t.together([t.command(["start", box.id]), t.command(["kill", box.id, "KILL"])])
        for outcome in outcomes { t.expect(outcome.exit != .timedOut, "\(outcome.line) did not end") }
        t.expectSuccess(outcomes[1])
        t.equal(Exit.of(child: pid, within: 5000 * t.patience), .signal(9), "end of the container's process")
        t.equal(box.status, "stopped", "status")
        t.requireSuccess(box.delete())
    }
}

private func noProcess(_ t: Trial) {
    t.requireWorking()
    let box = t.container { $0["process"] = nil }
    let created = box.create()
    if created.succeeded { t.expectFailure(box.start()) } else { t.expectFailure(created) }
}

private func cannotExecute(_ t: Trial, _ text: String, _ phrase: String) {
    t.requireWorking()
    let box = t.container(program: ["/script"])
    File.write(text, to: box.rootfs + "/script")
    File.setMode(box.rootfs + "/script", 0o755)
    let created = box.create()
    guard created.succeeded else { return t.expectFailure(created, saying: phrase) }
    t.expectFailure(box.start(), saying: phrase)
    t.eventually("the container stops") { box.status == "stopped" }
}

private func noProgram(_ t: Trial) { cannotExecute(t, "\u{1}\u{2}\u{3} no program", "exec format error") }

private func noInterpreter(_ t: Trial) { cannotExecute(t, "#!/no/such/interpreter\n", "no such file or directory") }

private func filtered(_ t: Trial, _ name: String, _ calls: [String]) -> Container {
    t.container(name, program: ["/probe", "exit", "3"]) { config in
        config["linux", "seccomp"] = [
            "defaultAction": "SCMP_ACT_ALLOW",
            "syscalls": [["names": JSON(calls), "action": "SCMP_ACT_KILL_PROCESS"]],
        ]
    }
}

private func filterKills(_ t: Trial) {
    for round in 1...5 {
        let box = filtered(t, "c\(round)", ["execve", "execveat"])
        t.requireSuccess(box.create())
        t.expectFailure(box.start(), saying: "seccomp")
        t.equal(box.awaitExit(), .signal(Int(SIGSYS)), "end of the container's process")
        t.equal(box.status, "stopped", "status")
    }
}

private func shortUnderFilter(_ t: Trial) {
    for round in 1...10 {
        let box = filtered(t, "c\(round)", ["personality"])
        t.requireSuccess(box.create())
        t.requireSuccess(box.start())
        t.equal(box.awaitExit(), .status(3), "end of the container's process")
    }
}

private func removedProgram(_ t: Trial) {
    let box = t.container(program: ["/copy", "pause"])
    File.copy(t.template + "/probe", to: box.rootfs + "/copy")
    t.requireSuccess(box.create())
    File.remove(box.rootfs + "/copy")
    t.expectFailure(box.start(), saying: "no such file or directory")
    t.eventually("the container stops") { box.status == "stopped" }
}

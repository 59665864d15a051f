extension Group {
    /// Verbs on one container at the same time; those of one verb alone are in its own group.
    static var concurrency: Group {
        Group(
            "concurrency",
            [
                Case("run of one id, four at once: one wins", "runtime.md, Create: unique ID", runs, timeout: 60),
                Case("start beside delete --force: both end, nothing is left", "runtime.md, Errors", startAndDelete),
                Case("kill beside delete: both end, nothing is left", "runtime.md, Errors", killAndDelete),
                Case("state and list beside a whole life always answer", "runtime.md, Query State", readers),
                Case("exec beside delete --force: all end, nothing is left", "runtime.md, Delete", execAndDelete),
                Case("pause beside kill: all end, nothing is left", "runtime.md, Errors", pauseAndKill),
                Case("update, ps and events beside delete --force: all end", "runtime.md, Errors", othersAndDelete),
                Case("exec beside kill: all end", "runtime.md, Kill", execAndKill),
            ])
    }
}

extension Trial {
    /// Notes every command that did not end in time or was ended by a signal.
    fileprivate func expectEnds(_ outcomes: [Outcome]) {
        for outcome in outcomes { expect(outcome.status >= 0, "\(outcome.line): \(outcome.exit)") }
    }
}

private func runs(_ t: Trial) {
    let box = t.container(program: ["/probe", "pause"])
    var commands: [Command] = []
    for number in 1...4 {
        var command = box.runCommand(["--detach"])
        command.output = .file(t.directory + "/said/run\(number)")
        command.error = .file(t.directory + "/said/run\(number).err")
        commands.append(command)
    }
    let outcomes = t.together(commands)
    box.claim()
    t.expectEnds(outcomes)
    t.equal(outcomes.filter { $0.succeeded }.count, 1, "runs that succeeded")
    t.equal(box.status, "running", "status")
}

private func startAndDelete(_ t: Trial) {
    for round in 1...5 {
        let box = t.container("c\(round)")
        t.requireSuccess(box.create())
        t.expectEnds(t.together([t.command(["start", box.id]), t.command(["delete", "--force", box.id])]))
        _ = box.delete(["--force"])
        t.expectFailure(t.runtime("state", box.id))
    }
}

private func killAndDelete(_ t: Trial) {
    for round in 1...5 {
        let box = t.running("c\(round)")
        t.expectEnds(
            t.together([
                t.command(["kill", box.id, "KILL"]), t.command(["delete", box.id]), t.command(["delete", box.id]),
            ]))
        _ = box.delete(["--force"])
        t.expectFailure(t.runtime("state", box.id))
    }
}

private func readers(_ t: Trial) {
    let box = t.container()
    var started: [Running] = []
    func read() {
        started.append(t.command(["list", "--format", "json"]).spawn())
        started.append(t.command(["state", box.id]).spawn())
    }
    read()
    t.requireSuccess(box.create())
    read()
    t.requireSuccess(box.start())
    read()
    box.stop()
    read()
    t.requireSuccess(box.delete())
    for (number, running) in started.enumerated() {
        let outcome = t.note(running.wait())
        t.expect(outcome.status >= 0, "\(outcome.line): \(outcome.exit)")
        // A list is whole at any moment; a state is there or not.
        if number % 2 == 0 { t.expect(outcome.json != nil || outcome.stdout == "", "list: \(outcome.stdout)") }
        if number % 2 == 1, outcome.succeeded { t.expect(outcome.json != nil, "state: \(outcome.stdout)") }
    }
}

/// A running container, and commands that run another program in it, as many as asked for.
private func executing(_ t: Trial, _ name: String, _ count: Int) -> (box: Container, commands: [Command]) {
    let box = t.running(name)
    var commands: [Command] = []
    for _ in 0..<count { commands.append(t.command(["exec", box.id, "/bin/sleep", "100"])) }
    return (box, commands)
}

private func execAndDelete(_ t: Trial) {
    for round in 1...4 {
        let (box, commands) = executing(t, "c\(round)", 2)
        t.expectEnds(t.together(commands + [t.command(["delete", "--force", box.id])]))
        _ = box.delete(["--force"])
        t.expectFailure(t.runtime("state", box.id))
    }
}

private func execAndKill(_ t: Trial) {
    for round in 1...4 {
        let (box, commands) = executing(t, "c\(round)", 2)
        t.expectEnds(t.together(commands + [t.command(["kill", box.id, "KILL"])]))
        box.awaitExit()
        t.equal(box.status, "stopped", "status")
        t.requireSuccess(box.delete())
    }
}

private func pauseAndKill(_ t: Trial) {
    for round in 1...5 {
        let box = t.running("c\(round)")
        t.expectEnds(
            t.together([
                t.command(["pause", box.id]), t.command(["kill", box.id, "KILL"]), t.command(["resume", box.id]),
            ]))
        // Whoever came last: what was killed ends, frozen or not.
        box.awaitExit()
        t.equal(box.status, "stopped", "status in round \(round)")
        t.requireSuccess(box.delete())
    }
}

private func othersAndDelete(_ t: Trial) {
    for round in 1...5 {
        let box = t.running("c\(round)")
        let outcomes = t.together([
            t.command(["ps", "--format", "json", box.id]), t.command(["events", "--stats", box.id]),
            t.command(["update", "--pids-limit", "20", box.id]), t.command(["delete", "--force", box.id]),
            t.command(["ps", "--format", "json", box.id]),
        ])
        t.expectEnds(outcomes)
        t.equal(outcomes[3].exit, .status(0), "exit of delete --force in round \(round)")
        for outcome in outcomes where outcome.exit != .status(0) {
            t.expect(!outcome.stderr.isEmpty, "\(outcome.line): expected an error message on stderr")
        }
        t.expect(box.status == nil, "round \(round): a container is left")
        t.requireSuccess(box.delete(["--force"]))
    }
}

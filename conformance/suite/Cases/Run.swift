import CLinux
import Glibc

extension Group {
    static var run: Group {
        Group(
            "run",
            [
                Case("gives the program's exit status", "engines: exit status N", exitStatus),
                Case("gives 128 and the signal that ended the program", "engines: exit status 128+S", endedBySignal),
                Case("passes standard input, output and error", "runc's run in the foreground", standardStreams),
                Case("leaves nothing behind", "runtime.md, Delete", nothingLeft),
                Case("ends what the program left running", "runc's run: nothing outlives init", orphans),
                Case("ends what it left in a shared pid namespace", "runc's run: nothing outlives init", orphansShared),
                Case("keeps the container with --keep", "engines: buildkit's run --keep", keep),
                Case("detaches with --detach", "runc's run --detach", detach),
                Case("writes the pid file before the program runs", "engines: pid file", pidInFile),
                Case("is visible to state while it runs", "engines: buildkit asks state", visible),
                Case("forwards signals to the program", "runc's run in the foreground", forwardsSignals),
                Case("ends when another caller kills the container", "engines: buildkit's kill", killedByOther),
                Case("of a missing program fails and leaves nothing", "runtime.md, Errors", missingProgram),
                Case("fails when the id is taken, without effect", "runtime.md, Create: unique ID", idTaken),
                Case("fails when the bundle is missing", "runtime.md, Create", noBundle),
                Case("fails without an id", "runtime.md, Create: error without an ID", withoutID),
                Case("ignores a closed standard input", "engines: stdin may be closed", closedInput),
                Case("takes 20 ids in a row", "runtime.md, Delete: the ID may be used again", manyTimes),
            ])
    }
}

private func exitStatus(_ t: Trial) {
    for status in [0, 1, 3, 125, 126, 127, 128, 200, 255] {
        let box = t.container("c\(status)", program: ["/probe", "exit", "\(status)"])
        t.equal(box.run().exit, .status(status), "exit status of run for a program that exits with \(status)")
    }
}

private func endedBySignal(_ t: Trial) {
    // Without a pid namespace, whose init is immune to signals that it does not handle.
    for signal in [SIGKILL, SIGSEGV, SIGTERM, SIGUSR1] {
        let box = t.container("c\(signal)", program: ["/bin/sleep", "100"]) { $0.inheritNamespace("pid") }
        let running = box.runCommand().spawn()
        t.eventually("the container runs") { box.status == "running" }
        t.requireSuccess(box.kill("\(signal)"))
        t.equal(t.note(running.wait()).exit, .status(128 + Int(signal)), "exit status of run")
    }
}

private func standardStreams(_ t: Trial) {
    let box = t.container(program: ["/probe", "copy", "+", "echo", "to stdout", "+", "complain", "to stderr"])
    let outcome = box.run { $0.input = .text("typed\n") }
    t.requireSuccess(outcome)
    t.equal(outcome.stdout, "typed\nto stdout\n", "standard output")
    t.equal(outcome.stderr, "to stderr\n", "standard error")
}

private func nothingLeft(_ t: Trial) {
    let box = t.container(program: ["/probe", "exit", "4"])
    t.unchanged("run") { t.equal(box.run().exit, .status(4), "exit of run") }
    t.expectFailure(t.runtime("state", box.id))
}

private func orphans(_ t: Trial) {
    let box = t.container(program: ["/probe", "children", "3", "+", "exit", "0"])
    t.unchanged("run") { t.requireSuccess(box.run()) }
    t.equal(box.facts["children"]?.elements?.count, 3, "children that were made")
}

private func orphansShared(_ t: Trial) {
    let box = t.container(program: ["/probe", "children", "3", "+", "exit", "0"]) { $0.inheritNamespace("pid") }
    t.unchanged("run") { t.requireSuccess(box.run()) }
    t.equal(box.facts["children"]?.elements?.count, 3, "children that were made")
}

private func keep(_ t: Trial) {
    let box = t.container(program: ["/probe", "exit", "6"])
    let outcome = box.run(["--keep"])
    box.claim()
    t.equal(outcome.exit, .status(6), "exit of run --keep")
    t.equal(box.status, "stopped", "status afterwards")
    t.requireSuccess(box.delete())
    t.expectFailure(t.runtime("state", box.id))
}

private func detach(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.run(["--detach", "--pid-file", box.pidFile]))
    box.awaitFact("ready")
    t.equal(box.status, "running", "status")
    t.equal(Proc.status(box.pid, "PPid"), String(t.ownPid), "parent of the container's process")
    t.requireSuccess(box.kill("TERM"))
    t.equal(box.awaitExit(), .status(0), "end of the program")
    t.equal(box.status, "stopped", "status afterwards")
}

private func pidInFile(_ t: Trial) {
    let box = t.container(program: ["/probe", "read", "/mnt/c1.pid", "+", "pause"]) {
        $0.mount("/mnt", "none", t.directory + "/said", ["bind"])
    }
    t.requireSuccess(box.run(["-d", "--pid-file", box.pidFile]))
    let pid = String(box.state["pid"]?.int ?? -1)
    t.equal(File.text(box.pidFile), pid, "bytes of the pid file")
    box.awaitFact("ready")
    t.equal(box.facts["read", "/mnt/c1.pid", "text"], .text(pid), "what the program read in the pid file")
}

private func visible(_ t: Trial) {
    let box = t.container()
    let running = box.runCommand().spawn()
    box.awaitFact("ready")
    t.equal(box.status, "running", "status")
    t.equal(box.state["bundle"], .text(box.bundle), "bundle")
    t.requireSuccess(box.kill("TERM"))
    t.requireSuccess(t.note(running.wait()))
}

private func forwardsSignals(_ t: Trial) {
    let box = t.container(program: ["/probe", "pause", "deaf"])
    let running = box.runCommand().spawn()
    box.awaitFact("ready")
    for signal in [SIGHUP, SIGUSR1, SIGUSR2, SIGINT, SIGTERM, SIGQUIT, SIGALRM] {
        Proc.sendSignal(running.pid, signal)
        t.eventually("signal \(signal) arrives", within: 2000) {
            box.lines.contains { $0["signal"]?.int == Int(signal) }
        }
    }
    t.requireSuccess(box.kill("KILL"))
    t.equal(t.note(running.wait()).exit, .status(137), "exit of run")
}

private func killedByOther(_ t: Trial) {
    let box = t.container()
    let running = box.runCommand().spawn()
    box.awaitFact("ready")
    t.requireSuccess(box.kill("9"))
    t.equal(t.note(running.wait()).exit, .status(137), "exit of run")
    t.expectFailure(t.runtime("state", box.id))
}

private func missingProgram(_ t: Trial) {
    t.requireWorking()
    let box = t.container(program: ["no-such-program"])
    t.unchanged("run of a missing program") {
        t.expectFailure(box.run(), saying: "executable file")
    }
}

private func idTaken(_ t: Trial) {
    let box = t.running()
    let other = t.container("other")
    let before = box.state
    t.unchanged("run of an id that is taken") {
        t.expectFailure(t.runtime("run", "--bundle", other.bundle, box.id), saying: "exist")
    }
    t.equal(box.state, before, "state of the container that has the id")
}

private func noBundle(_ t: Trial) {
    t.requireWorking()
    t.unchanged("run of no bundle") {
        t.expectFailure(t.runtime("run", "--bundle", t.directory + "/none", t.tag + "c1"))
    }
}

private func withoutID(_ t: Trial) {
    t.requireWorking()
    let box = t.container()
    t.unchanged("run without an id") { t.expectFailure(t.runtime("run", "--bundle", box.bundle)) }
}

private func closedInput(_ t: Trial) {
    let box = t.container(program: ["/probe", "copy", "+", "echo", "done"])
    var ends: [Int32] = [-1, -1]
    _ = cl_pipe(&ends, O_CLOEXEC)
    _ = cl_close(ends[1])
    let outcome = box.run { $0.input = .descriptor(ends[0]) }
    t.requireSuccess(outcome)
    t.equal(outcome.stdout, "done\n", "standard output")
}

private func manyTimes(_ t: Trial) {
    let box = t.container(program: ["/probe", "exit", "2"])
    for round in 1...20 { t.equal(box.run().exit, .status(2), "exit in round \(round)") }
}

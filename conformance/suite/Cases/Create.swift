import CLinux
import Glibc

extension Group {
    static var create: Group {
        Group(
            "create",
            [
                Case(
                    "makes a created container and runs nothing yet", "runtime.md, Create and Lifecycle 2", makesCreated
                ),
                Case("says nothing when it succeeds", "engines: stderr of create is an error text", saysNothing),
                Case("takes the bundle from the working directory", "runc's command line", bundleFromDirectory),
                Case("takes a relative bundle path", "runtime.md, State: bundle is absolute", relativeBundle),
                Case("ignores later changes of config.json", "runtime.md, Lifecycle 2", laterChanges),
                Case("works after the bundle's config.json is gone", "runtime.md, Lifecycle 2", configRemoved),
                Case("makes two containers of one bundle", "runtime.md, Create", twoOfOneBundle),
                Case("takes an id again after delete", "runtime.md, Delete: the ID may be used again", idAgain),
                Case("hands the container's process to its caller", "engines: a shim waits for init", parentIsCaller),
                Case("leaves its caller no other process", "engines: a shim reaps what it does not know", onlyChild),
                Case("works when SIGCHLD is ignored", "callers differ in what they ignore", childSignalIgnored),
                Case("leaves the caller's pipes to init alone", "engines: end of file on stdout means ended", pipes),
                Case("returns while standard input stays open", "engines: create ends at once", standardInput),
                Case("fails without an id", "runtime.md, Create: error without an ID", withoutID),
                Case("fails with a word too many", "runc's command line: one argument", tooManyWords),
                Case("fails with an unknown option", "runc's command line", unknownOption),
                Case("fails when the bundle is missing", "runtime.md, Create: error without a bundle", noBundle),
                Case("fails when the bundle is a file", "bundle.md", bundleIsFile),
                Case("fails when the bundle has no config.json", "bundle.md: config.json is required", noConfig),
                Case(
                    "fails when the program is a directory", "engines: “permission denied” is status 126",
                    directoryAsProgram),
                Case("fails when the program may not be executed", "engines: “permission denied”", notExecutable),
                Case("fails when the id is taken, without effect", "runtime.md, Create: unique ID", idTaken),
                Case("of one id, four at once: one wins", "runtime.md, Create: unique ID", fourOfOneID),
                Case("of four ids at once: all succeed", "runtime.md, Create", fourIDs),
                Case("fails when the state root is a file", "runtime.md, Errors", rootIsFile),
            ])
    }
}

private func makesCreated(_ t: Trial) {
    let box = t.container(program: ["/probe", "echo", "the program ran", "+", "pause"])
    t.requireSuccess(box.create())
    t.equal(box.status, "created", "status")
    t.expect(Proc.isAlive(box.pid), "expected a live process \(box.pid)")
    cl_sleep_ms(100)
    t.equal(File.text(box.output), "", "standard output before start")
    t.expect(Proc.arguments(box.pid).first != "/probe", "the program must not run before start")
    t.differs(Proc.namespace(box.pid, "mnt"), Proc.namespace(t.ownPid, "mnt"), "mount namespace before start")
    t.differs(Proc.namespace(box.pid, "uts"), Proc.namespace(t.ownPid, "uts"), "uts namespace before start")
}

private func saysNothing(_ t: Trial) {
    let box = t.container()
    let outcome = box.create()
    t.requireSuccess(outcome)
    t.equal(outcome.stdout, "", "stdout")
    t.equal(outcome.stderr, "", "stderr")
    t.equal(box.status, "created", "status")
}

private func bundleFromDirectory(_ t: Trial) {
    let box = t.container()
    var command = t.command(["create", box.id])
    command.directory = box.bundle
    command.output = .file(box.output)
    t.requireSuccess(t.run(command))
    box.claim()
    t.equal(box.state["bundle"], .text(box.bundle), "bundle")
}

private func relativeBundle(_ t: Trial) {
    let box = t.container()
    var command = t.command(["create", "-b", "./c1", box.id])
    command.directory = t.directory
    command.output = .file(box.output)
    t.requireSuccess(t.run(command))
    box.claim()
    t.equal(box.state["bundle"], .text(box.bundle), "bundle")
    t.requireSuccess(box.start())
    box.awaitFact("ready")
}

private func laterChanges(_ t: Trial) {
    let box = t.container(program: ["/probe", "uts", "+", "args", "old", "+", "pause"]) { $0["hostname"] = "before" }
    t.requireSuccess(box.create())
    box.edit {
        $0["hostname"] = "after"
        $0["process", "args"] = ["/probe", "args", "new", "+", "pause"]
        $0["annotations"] = ["late": "yes"]
    }
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    t.equal(box.facts["args"], ["old"], "arguments of the program")
    t.equal(box.facts["uts", "hostname"], "before", "hostname")
    t.expect(box.state["annotations", "late"] == nil, "an annotation that was added after create is in the state")
}

private func configRemoved(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    File.remove(box.bundle + "/config.json")
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    box.stop()
    t.requireSuccess(box.delete())
}

private func twoOfOneBundle(_ t: Trial) {
    let box = t.running()
    let second = t.tag + "second"
    var command = t.command(["create", "--bundle", box.bundle, second])
    command.output = .file(t.directory + "/said/second")
    t.requireSuccess(t.run(command))
    let state = t.require(t.runtime("state", second).json, "state of the second: expected JSON")
    t.equal(state["status"], "created", "status of the second")
    t.differs(state["pid"]?.int, Int(box.pid), "process ids")
    t.requireSuccess(t.runtime("delete", "--force", second))
    t.equal(box.status, "running", "status of the first after the second's end")
}

private func idAgain(_ t: Trial) {
    let box = t.container()
    for round in 1...3 {
        t.requireSuccess(box.create())
        t.equal(box.status, "created", "status in round \(round)")
        t.requireSuccess(box.delete(["--force"]))
        t.expectFailure(t.runtime("state", box.id))
    }
}

private func parentIsCaller(_ t: Trial) {
    let box = t.container(program: ["/probe", "exit", "7"])
    t.requireSuccess(box.create())
    t.equal(Proc.status(box.pid, "PPid"), String(t.ownPid), "parent of the container's process")
    t.requireSuccess(box.start())
    t.equal(box.awaitExit(), .status(7), "what the caller sees of the end")
}

private func onlyChild(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    let children = Proc.descendants(of: t.ownPid).filter { Proc.stat($0)?[1] == "\(t.ownPid)" }
    t.equal(children, [box.pid], "children of the caller after create, zombies too")
}

private func childSignalIgnored(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create { $0.ignored = [SIGCHLD] })
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    let foreground = t.container("foreground", program: ["/probe", "signals", "+", "exit", "5"])
    t.equal(foreground.run { $0.ignored = [SIGCHLD] }.exit, .status(5), "exit of run")
    t.equal(foreground.facts["signals", "ignored"], "0000000000000000", "signals that the program finds ignored")
}

private func pipes(_ t: Trial) {
    let box = t.container()
    var ends: [Int32] = [-1, -1]
    _ = cl_pipe(&ends, O_CLOEXEC)
    t.requireSuccess(
        box.create {
            $0.output = .descriptor(ends[1])
            $0.error = .descriptor(ends[1])
        })
    let pipe = t.require(File.link("/proc/self/fd/\(ends[1])"), "the pipe's name")
    _ = cl_close(ends[1])
    var holders: [Int32] = []
    for pid in Proc.descendants(of: t.ownPid) where Proc.descriptors(pid).contains(where: { $0.target == pipe }) {
        holders.append(pid)
    }
    t.equal(holders, [box.pid], "processes that hold the caller's pipe after create")
    t.requireSuccess(box.start())
    t.requireSuccess(box.kill("KILL"))
    box.awaitExit()
    var wait = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
    _ = cl_poll(&wait, 1, 3000)
    t.expect(wait.revents & Int16(POLLHUP) != 0, "end of file on the pipe when the container has ended")
}

private func standardInput(_ t: Trial) {
    let box = t.container(program: ["/probe", "copy"])
    var ends: [Int32] = [-1, -1]
    _ = cl_pipe(&ends, O_CLOEXEC)
    t.requireSuccess(box.create { $0.input = .descriptor(ends[0]) })
    t.requireSuccess(box.start())
    File.write(Array("through the pipe\n".utf8), descriptor: ends[1])
    _ = cl_close(ends[1])
    t.equal(box.awaitExit(), .status(0), "end of the program")
    t.equal(File.text(box.output), "through the pipe\n", "what the program read")
}

private func withoutID(_ t: Trial) {
    t.requireWorking()
    let box = t.container()
    t.unchanged("create without an id") { t.expectFailure(t.runtime("create", "--bundle", box.bundle)) }
}

private func tooManyWords(_ t: Trial) {
    t.requireWorking()
    let box = t.container()
    t.unchanged("create with two ids") {
        t.expectFailure(t.runtime("create", "--bundle", box.bundle, box.id, t.tag + "two"))
    }
}

private func unknownOption(_ t: Trial) {
    t.requireWorking()
    let box = t.container()
    t.unchanged("create with an unknown option") { t.expectFailure(box.create(["--no-such-option"])) }
}

private func noBundle(_ t: Trial) {
    t.requireWorking()
    t.unchanged("create of no bundle") {
        t.expectFailure(
            t.runtime("create", "--bundle", t.directory + "/none", t.tag + "c1"), saying: "no such file or directory")
    }
}

private func bundleIsFile(_ t: Trial) {
    t.requireWorking()
    File.write("", to: t.directory + "/file")
    t.unchanged("create of a file") {
        t.expectFailure(
            t.runtime("create", "--bundle", t.directory + "/file", t.tag + "c1"), saying: "not a directory")
    }
}

private func noConfig(_ t: Trial) {
    t.requireWorking()
    let box = t.container()
    File.remove(box.bundle + "/config.json")
    t.unchanged("create without config.json") { t.expectFailure(box.create(), saying: "config.json") }
}

private func directoryAsProgram(_ t: Trial) {
    for program in ["/etc", "/etc/", "/usr/../etc"] {
        t.says(t.refused { $0["process", "args"] = [.text(program)] }.stderr, "permission denied", "error message")
    }
    // A directory in $PATH is passed over by some and refused by others: both are in words.
    let box = t.container { $0["process", "args"] = ["thing"] }
    File.makeDirectory(box.rootfs + "/usr/bin/thing")
    t.refused(box)
}

private func notExecutable(_ t: Trial) {
    for word in ["/usr/bin/thing", "thing"] {
        let box = t.container("c\(t.containers.count)") { $0["process", "args"] = [.text(word)] }
        File.write("#!/bin/sh\n", to: box.rootfs + "/usr/bin/thing", mode: 0o644)
        t.says(t.refused(box).stderr, "permission denied", "error message")
    }
    for (kind, mode) in [("a device", UInt32(0o020777)), ("a fifo", 0o010777)] {
        let box = t.container("c\(t.containers.count)") { $0["process", "args"] = ["/thing"] }
        _ = cl_mknodat(AT_FDCWD, box.rootfs + "/thing", mode, cl_makedev(1, 3))
        t.says(t.refused(box).stderr, "permission denied", "error message of \(kind)")
    }
}

private func idTaken(_ t: Trial) {
    let box = t.running()
    let other = t.container("other")
    let before = box.state
    t.unchanged("create of an id that is taken") {
        t.expectFailure(t.runtime("create", "--bundle", other.bundle, box.id), saying: "exist")
    }
    t.equal(box.state, before, "state of the container that has the id")
}

private func fourOfOneID(_ t: Trial) {
    let box = t.container()
    var commands: [Command] = []
    for number in 1...4 {
        var command = t.command(["create", "--bundle", box.bundle, box.id])
        command.output = .file(t.directory + "/said/container\(number)")
        commands.append(command)
    }
    let outcomes = t.together(commands)
    box.claim()
    t.equal(outcomes.filter { $0.succeeded }.count, 1, "creates that succeeded")
    for outcome in outcomes where !outcome.succeeded { t.expectFailure(outcome, saying: "exist") }
    t.equal(box.status, "created", "status afterwards")
    t.requireSuccess(box.start())
    t.requireSuccess(box.delete(["--force"]))
}

private func fourIDs(_ t: Trial) {
    var boxes: [Container] = []
    for number in 1...4 { boxes.append(t.container("c\(number)")) }
    let outcomes = t.together(boxes.map { $0.createCommand() })
    for (box, outcome) in zip(boxes, outcomes) {
        box.claim()
        t.expectSuccess(outcome)
        t.equal(box.status, "created", "status of \(box.name)")
    }
    for outcome in t.together(boxes.map { t.command(["delete", "--force", $0.id]) }) { t.expectSuccess(outcome) }
}

private func rootIsFile(_ t: Trial) {
    let box = t.container()
    t.requireWorking()
    File.remove(t.root)
    File.write("in the way", to: t.root)
    t.unchanged("create with a state root that is a file") { t.expectFailure(box.create(), saying: "not a directory") }
}

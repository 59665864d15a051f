import CLinux
import Glibc

extension Group {
    static var pause: Group {
        Group(
            "pause",
            [
                Case("state says paused, then running again", "engines: the word “paused”", states),
                Case("nothing runs until resume", "cgroups(7), cgroup.freeze", standsStill),
                Case("stops every process, in cgroups below too", "cgroups(7), cgroup.freeze", everyProcess),
                Case("stops a container that forks all the time", "cgroups(7), cgroup.freeze", whileForking),
                Case("of a created container: created again after resume", "runc's pause", ofCreated),
                Case("start of a paused container fails, without effect", "runc: in the paused state", startPaused),
                Case("twice fails, without effect", "runc's pause", twice),
                Case("of a stopped container fails", "runc: “container not running”", ofStopped),
                Case("of an unknown container fails", "engines: “does not exist”", unknown),
                Case("and resume need an id", "runc's command line", withoutID),
                Case(
                    "resume of one that is not paused fails, without effect", "runc: “container not paused”", notPaused),
                Case("KILL ends a paused container", "runc's kill", killed),
                Case("KILL --all ends a paused container", "engines: kill --all", killedAll),
                Case("other signals wait for resume", "cgroups(7): a frozen process", signalWaits),
                Case("delete of a paused container fails, without effect", "runtime.md, Delete: stopped", deleted),
                Case("delete --force removes a paused container", "runc's delete --force", deletedByForce),
                Case("four at once: paused, and none hangs", "engines", fourAtOnce),
                Case("four resumes at once: running, and none hangs", "engines", fourResumes),
                Case("says nothing when it succeeds", "engines: output is an error text", saysNothing),
                Case(
                    "a process that cannot be frozen: an error, and all run on", "cgroups(7): may take a while",
                    unfreezable, timeout: 60),
            ])
    }
}

extension Trial {
    /// Where the container's own cgroup of version 2 is; the case is skipped when it has none.
    func directoryOfCgroup(_ box: Container) -> String {
        guard let mount = Proc.cgroupTrees.last(where: { $0.type == "cgroup2" && $0.root == "/" }) else {
            skip("no cgroup2 is mounted here")
        }
        let path = require(Proc.cgroup(box.pid), "the cgroup of process \(box.pid)")
        guard path != Proc.cgroup(ownPid) else { skip("the runtime makes no cgroup of version 2 here") }
        if freezer(box.pid) != freezer(ownPid) { skip("the runtime freezes with cgroup version 1 here") }
        return mount.point + path
    }

    /// The place of a process in the freezer of cgroup version 1.
    private func freezer(_ pid: Int32) -> Substring? {
        let lines = (File.text("/proc/\(pid)/cgroup") ?? "").split(separator: "\n")
        return lines.first { $0.contains(":freezer:") }?.split(separator: ":").last
    }
}

private func pause(_ t: Trial, _ box: Container) { t.requireSuccess(t.runtime("pause", box.id)) }
private func resume(_ t: Trial, _ box: Container) { t.requireSuccess(t.runtime("resume", box.id)) }

/// How often the program has reported a signal.
private func signals(_ box: Container) -> Int { box.lines.filter { $0["signal"] != nil }.count }

private func states(_ t: Trial) {
    let box = t.running()
    let before = box.state
    pause(t, box)
    t.equal(box.status, "paused", "status")
    t.equal(box.state["pid"]?.int, Int(box.pid), "process id while paused")
    resume(t, box)
    t.equal(box.state, before, "state after resume")
}

private func standsStill(_ t: Trial) {
    let box = t.running()
    pause(t, box)
    Proc.sendSignal(box.pid, SIGUSR1)
    cl_sleep_ms(150)
    t.equal(signals(box), 0, "signals that the program took while it was paused")
    resume(t, box)
    t.equal(box.awaitFact("signal").int, Int(SIGUSR1), "signal that the program took afterwards")
}

private func everyProcess(_ t: Trial) {
    let box = t.running(["children", "2"])
    let cgroup = t.directoryOfCgroup(box)
    t.require(File.makeDirectory(cgroup + "/below"), "cannot make a cgroup in \(cgroup)")
    let child = t.require(Proc.descendants(of: box.pid).first, "the program has no child")
    t.require(File.write("\(child)", to: cgroup + "/below/cgroup.procs"), "cannot move process \(child)")
    pause(t, box)
    for place in [cgroup, cgroup + "/below"] {
        t.contains(File.text(place + "/cgroup.events") ?? "", "frozen 1", "\(place)/cgroup.events")
    }
    resume(t, box)
    for place in [cgroup, cgroup + "/below"] {
        t.contains(File.text(place + "/cgroup.events") ?? "", "frozen 0", "\(place)/cgroup.events")
    }
}

private func whileForking(_ t: Trial) {
    let box = t.container(program: ["/bin/sh", "-c", "while :; do /bin/true & /bin/true; echo; done"])
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    func lines() -> Int { File.text(box.output)?.utf8.count ?? 0 }
    for _ in 1...5 {
        let done = lines()
        t.eventually("it goes on") { lines() > done + 1 }
        pause(t, box)
        let before = (Proc.descendants(of: box.pid), lines())
        cl_sleep_ms(30)
        t.equal(Proc.descendants(of: box.pid), before.0, "processes while it is paused")
        t.equal(lines(), before.1, "lines while it is paused")
        resume(t, box)
    }
}

private func ofCreated(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    pause(t, box)
    t.equal(box.status, "paused", "status")
    resume(t, box)
    t.equal(box.status, "created", "status after resume")
    t.requireSuccess(box.start())
    box.awaitFact("ready")
}

private func startPaused(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    pause(t, box)
    t.unchanged("start of a paused container") { t.expectFailure(box.start()) }
    t.equal(box.status, "paused", "status")
    resume(t, box)
    t.requireSuccess(box.start())
    box.awaitFact("ready")
}

private func twice(_ t: Trial) {
    let box = t.running()
    pause(t, box)
    t.unchanged("the second pause") { t.expectFailure(t.runtime("pause", box.id)) }
    t.equal(box.status, "paused", "status")
}

private func ofStopped(_ t: Trial) {
    let box = t.running()
    box.stop()
    for verb in ["pause", "resume"] {
        t.unchanged("\(verb) of a stopped container") {
            t.expectFailure(
                t.runtime(verb, box.id), saying: "container not " + (verb == "pause" ? "running" : "paused"))
        }
    }
    t.equal(box.status, "stopped", "status")
}

private func unknown(_ t: Trial) {
    t.requireWorking()
    for verb in ["pause", "resume"] {
        t.unchanged("\(verb) of an unknown container") {
            t.expectFailure(t.runtime(verb, t.tag + "none"), saying: "does not exist")
        }
    }
}

private func withoutID(_ t: Trial) {
    let box = t.running()
    for verb in ["pause", "resume"] {
        t.unchanged("\(verb) without an id") { t.expectFailure(t.runtime(verb)) }
        t.unchanged("\(verb) with two ids") { t.expectFailure(t.runtime(verb, box.id, box.id)) }
    }
    t.equal(box.status, "running", "status")
}

private func notPaused(_ t: Trial) {
    let box = t.running()
    t.unchanged("resume of a running container") {
        t.expectFailure(t.runtime("resume", box.id), saying: "not paused")
    }
    let created = t.container("created")
    t.requireSuccess(created.create())
    t.unchanged("resume of a created container") {
        t.expectFailure(t.runtime("resume", created.id), saying: "not paused")
    }
    t.equal(created.status, "created", "status")
}

private func killed(_ t: Trial) {
    let box = t.running()
    pause(t, box)
    t.requireSuccess(box.kill("KILL"))
    t.equal(box.awaitExit(), .signal(9), "end of the container's process")
    t.equal(box.status, "stopped", "status")
    t.requireSuccess(box.delete())
}

private func killedAll(_ t: Trial) {
    let box = t.running(["children", "3"])
    let children = Proc.descendants(of: box.pid)
    pause(t, box)
    t.requireSuccess(box.kill("KILL", ["--all"]))
    t.equal(box.awaitExit(), .signal(9), "end of the container's process")
    t.eventually("all children end") { !children.contains { Proc.isAlive($0) } }
}

private func signalWaits(_ t: Trial) {
    let box = t.running()
    pause(t, box)
    t.requireSuccess(box.kill("USR1"))
    cl_sleep_ms(100)
    t.equal(signals(box), 0, "signals that the program took while it was paused")
    t.equal(box.status, "paused", "status")
    resume(t, box)
    t.equal(box.awaitFact("signal").int, Int(SIGUSR1), "signal that the program took afterwards")
}

private func deleted(_ t: Trial) {
    let box = t.running()
    pause(t, box)
    t.unchanged("delete of a paused container") { t.expectFailure(box.delete()) }
    t.equal(box.status, "paused", "status")
}

private func deletedByForce(_ t: Trial) {
    let box = t.running(["children", "2"])
    let all = [box.pid] + Proc.descendants(of: box.pid)
    pause(t, box)
    t.requireSuccess(box.delete(["--force"]))
    t.eventually("every process ends") { !all.contains { Proc.isAlive($0) } }
}

private func atOnce(_ t: Trial, _ verb: String, _ box: Container) {
    var commands: [Command] = []
    for _ in 1...4 { commands.append(t.command([verb, box.id])) }
    let outcomes = t.together(commands)
    t.expect(outcomes.contains { $0.succeeded }, "one \(verb) of four must succeed")
    for outcome in outcomes where !outcome.succeeded { t.expectFailure(outcome) }
}

private func fourAtOnce(_ t: Trial) {
    let box = t.running()
    atOnce(t, "pause", box)
    t.equal(box.status, "paused", "status")
}

private func fourResumes(_ t: Trial) {
    let box = t.running()
    pause(t, box)
    atOnce(t, "resume", box)
    t.equal(box.status, "running", "status")
    t.requireSuccess(box.kill("USR1"))
    box.awaitFact("signal")
}

private func saysNothing(_ t: Trial) {
    let box = t.running()
    for verb in ["pause", "resume"] {
        let outcome = t.runtime(verb, box.id)
        t.requireSuccess(outcome)
        t.equal(outcome.stdout + outcome.stderr, "", "what \(verb) says")
    }
}

/// A process that waits for a file system whose server never answers, where only a kill reaches it.
private func stuckProcess(_ t: Trial) -> Int32 {
    let point = t.directory + "/served"
    File.makeDirectory(point)
    let child = fork()
    guard child == 0 else { return child }
    let newNamespace: Int32 = 0x20000
    _ = cl_unshare(newNamespace)
    let isOwn = cl_mount("none", "/", nil, MountFlag.recursive | MountFlag.isPrivate, nil) == 0
    let server = cl_openat(AT_FDCWD, "/dev/fuse", O_RDWR | O_CLOEXEC, 0)
    let data = "fd=\(server),rootmode=40000,user_id=0,group_id=0"
    if isOwn, server >= 0, cl_mount("none", point, "fuse", 0, data) == 0 { _ = File.exists(point + "/x") }
    cl_exit(0)
    fatalError("unreachable")
}

private func unfreezable(_ t: Trial) {
    let box = t.running()
    let cgroup = t.directoryOfCgroup(box)
    let stuck = stuckProcess(t)
    let deadline = cl_monotonic_ns() + Int64(t.patience) * 5_000_000_000
    while Proc.stat(stuck)?.first != "D" {
        if Exit.of(child: stuck, within: 0) != .timedOut { t.skip("no file system of a server (fuse) can be mounted") }
        t.require(cl_monotonic_ns() < deadline, "process \(stuck) does not wait in the kernel")
        cl_sleep_ms(5)
    }
    t.require(File.write("\(stuck)", to: cgroup + "/cgroup.procs"), "cannot move process \(stuck)")
    var command = t.command(["pause", box.id])
    command.timeout = 40_000
    let outcome = t.run(command)
    t.expectFailure(outcome)
    t.contains(outcome.stderr, "\(stuck)", "error message, which names the process")
    t.equal(box.status, "running", "status")
    t.requireSuccess(box.kill("USR1"))
    t.equal(box.awaitFact("signal").int, Int(SIGUSR1), "signal that the program took")
    Proc.sendSignal(stuck, SIGKILL)
    _ = Exit.of(child: stuck, within: 5000)
}

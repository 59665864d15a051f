import CLinux
import Glibc

extension Group {
    static var delete: Group {
        Group(
            "delete",
            [
                Case("removes a stopped container and all that create made", "runtime.md, Delete", removesStopped),
                Case("leaves the bundle as it was", "runtime.md, Delete: only what create made", bundleUntouched),
                Case("keeps a cgroup that was there before", "runtime.md, Delete: only what create made", cgroupBefore),
                Case("removes a created container", "engines: containerd deletes a task never started", created),
                Case("says nothing when it succeeds", "engines: output is an error text", saysNothing),
                Case("fails without an id", "runtime.md, Delete: error without the ID", withoutID),
                Case("of an unknown container fails", "engines: “does not exist”", unknown),
                Case("of a running container fails, without effect", "runtime.md, Delete: only stopped", running),
                Case("twice: the second fails", "runtime.md, Delete", twice),
                Case("--force of an unknown container succeeds", "engines: delete --force is repeated", forceUnknown),
                Case("--force ends and removes a running container", "runc's delete --force", forceRunning),
                Case("--force ends children in a shared pid namespace", "runc's delete --force", forceShared),
                Case("--force of an unreaped container", "runc's delete --force", forceUnreaped),
                Case("--force removes a claimed id without state", "a create killed at its very start", forceEmpty),
                Case("--force of a container whose record is damaged", "it can always be removed", forceDamaged),
                Case("--force knows no cgroup any more: not while it is in use", "nothing is left behind", forceBlind),
                Case("--force never leaves the state root", "an id is no path", forceOutside),
                Case("leaves no trace in the state root", "runtime.md, Delete", rootDoesNotGrow),
                Case("--force twice", "engines: delete --force is repeated", forceTwice),
                Case("two at once: both end, nothing is left", "runtime.md, Delete", twoAtOnce),
                Case("beside create: nothing is left at last", "runtime.md, Errors", besideCreate, timeout: 60),
                Case(
                    "--force after create was killed midway", "a kill -9 leaves something to undo", killedCreate,
                    timeout: 90),
                Case(
                    "--force after run was killed midway", "a kill -9 leaves something to undo", killedRun, timeout: 90),
                Case("nothing after create was ended in a hook", "runtime.md, Errors: MUST clean up", endedInHook),
                Case(
                    "nothing after create was ended midway", "runtime.md, Errors: MUST clean up", endedCreate,
                    timeout: 90),
                Case("nothing after run was ended midway", "runtime.md, Errors: MUST clean up", endedRun, timeout: 90),
                Case("a hangup that is ignored does not end create", "signal(7)", hangUpIgnored),
            ])
    }
}

/// The state root without a word of the container, the cgroups gone, the process gone.
private func expectGone(_ t: Trial, _ box: Container) {
    t.expectFailure(t.runtime("state", box.id))
    let left = Leftovers(of: t).found()
    t.expect(left.isEmpty, "left behind: \(left.joined(separator: ", "))")
}

private func removesStopped(_ t: Trial) {
    let box = t.running()
    let pid = box.pid
    t.expect(Proc.cgroup(pid) != nil, "a cgroup of the container's process")
    box.stop()
    t.requireSuccess(box.delete())
    expectGone(t, box)
}

private func bundleUntouched(_ t: Trial) {
    let box = t.container()
    t.unchanged("a whole life") {
        t.requireSuccess(box.create())
        t.requireSuccess(box.start())
        box.awaitFact("ready")
        box.stop()
        t.requireSuccess(box.delete())
    }
}

private func cgroupBefore(_ t: Trial) {
    t.requireCgroupPaths()
    guard let tree = Proc.cgroupTrees.first(where: { $0.type == "cgroup2" })?.point else {
        t.skip("no cgroup2 is mounted")
    }
    let name = "/" + t.tag + "before"
    guard File.makeDirectory(tree + name) else { t.skip("cannot make a cgroup in \(tree)") }
    let box = t.container { $0["linux", "cgroupsPath"] = .text(name) }
    t.requireSuccess(box.create())
    t.equal(Proc.cgroup(box.pid), name, "cgroup of the container's process")
    t.requireSuccess(box.delete(["--force"]))
    t.expect(File.exists(tree + name), "the cgroup that was there before create is gone")
    _ = cl_unlinkat(AT_FDCWD, tree + name, AT_REMOVEDIR)
}

private func created(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    let pid = box.pid
    t.requireSuccess(box.delete())
    t.expect(!Proc.isAlive(pid), "process \(pid) lives on")
    expectGone(t, box)
}

private func saysNothing(_ t: Trial) {
    let box = t.running()
    box.stop()
    let outcome = box.delete()
    t.requireSuccess(outcome)
    t.equal(outcome.stdout + outcome.stderr, "", "what delete says")
}

private func withoutID(_ t: Trial) {
    t.requireWorking()
    t.unchanged("delete without an id") { t.expectFailure(t.runtime("delete")) }
}

private func unknown(_ t: Trial) {
    t.requireWorking()
    t.unchanged("delete of an unknown container") {
        t.expectFailure(t.runtime("delete", t.tag + "none"), saying: "does not exist")
    }
}

private func running(_ t: Trial) {
    let box = t.running()
    let before = box.state
    t.unchanged("delete of a running container") { t.expectFailure(box.delete()) }
    t.equal(box.state, before, "state")
    t.requireSuccess(box.kill("USR1"))
    t.equal(box.awaitFact("signal").int, Int(SIGUSR1), "signal that the program still gets")
}

private func twice(_ t: Trial) {
    let box = t.running()
    box.stop()
    t.requireSuccess(box.delete())
    t.unchanged("delete again") { t.expectFailure(box.delete(), saying: "does not exist") }
}

private func forceUnknown(_ t: Trial) {
    t.requireWorking()
    t.unchanged("delete --force of an unknown container") {
        t.expectSuccess(t.runtime("delete", "--force", t.tag + "none"))
        t.expectSuccess(t.runtime("delete", "-f", t.tag + "none"))
    }
}

private func forceRunning(_ t: Trial) {
    let box = t.running(["children", "2"])
    let processes = [box.pid] + Proc.descendants(of: box.pid)
    t.requireSuccess(box.delete(["--force"]))
    t.expect(!processes.contains { Proc.isAlive($0) }, "a process lives on after delete --force returned")
    t.equal(box.awaitExit(), .signal(9), "end of the container's process")
    expectGone(t, box)
}

private func forceShared(_ t: Trial) {
    let box = t.running(["children", "2"]) { $0.inheritNamespace("pid") }
    t.requireSuccess(box.delete(["--force"]))
    expectGone(t, box)
}

private func forceUnreaped(_ t: Trial) {
    let box = t.running()
    t.requireSuccess(box.kill("KILL"))
    t.eventually("the process ends") { Proc.stat(box.pid)?.first == "Z" }
    t.requireSuccess(box.delete(["--force"]))
    expectGone(t, box)
}

private func forceEmpty(_ t: Trial) {
    let other = t.running("other")
    let id = t.tag + "claimed"
    File.makeDirectory(t.root + "/" + id, mode: 0o700)
    t.expectFailure(t.runtime("delete", id))
    t.expectSuccess(t.runtime("delete", "--force", id))
    t.expect(!File.exists(t.root + "/" + id), "the claimed directory is still there")
    t.equal(other.status, "running", "status of another container")
}

/// Empties what the runtime wrote of a container, but for the configuration.
func damage(_ t: Trial, _ box: Container, alsoConfiguration: Bool = false) {
    let directory = t.root + "/" + box.id
    var damaged = 0
    for name in File.list(directory) ?? [] where File.facts(directory + "/" + name)?.kind == .file {
        if name == "config.json", !alsoConfiguration { continue }
        File.write("", to: directory + "/" + name)
        damaged += 1
    }
    t.require(damaged > 0, "there is a record in \(directory)")
}

private func forceDamaged(_ t: Trial) {
    let own = t.systemd ? ":\(t.tag)own:box" : "/" + t.tag + "own"
    for (name, path) in [("usual", nil), ("own", own)] as [(String, String?)] {
        let box = t.running(name, []) { if let path { $0["linux", "cgroupsPath"] = .text(path) } }
        let pid = box.pid
        damage(t, box)
        t.expectFailure(box.delete())
        t.expect(Proc.isAlive(pid), "\(name): the process lives until --force is said")
        t.requireSuccess(box.delete(["--force"]))
        t.expect(!Proc.isAlive(pid), "\(name): process \(pid) lives on")
        expectGone(t, box)
    }
}

private func forceBlind(_ t: Trial) {
    let box = t.running()
    let pid = box.pid
    let cgroup = t.require(Proc.cgroup(pid), "the process has a cgroup")
    damage(t, box, alsoConfiguration: true)
    let outcome = box.delete(["--force"])
    if outcome.succeeded {
        t.expect(!Proc.isAlive(pid), "process \(pid) lives on")
    } else {
        t.expectFailure(outcome, saying: cgroup)
        t.expect(Proc.isAlive(pid), "the process lives")
        Proc.sendSignal(pid, SIGKILL)
        t.equal(Exit.of(child: pid, within: 2000 * t.patience), .signal(9), "end of the process")
        t.requireSuccess(box.delete(["--force"]))
    }
    expectGone(t, box)
}

private func forceOutside(_ t: Trial) {
    let box = t.running()
    File.makeDirectory(t.directory + "/victim")
    File.write("precious", to: t.directory + "/victim/file")
    t.unchanged("delete --force of paths") {
        for id in ["../victim", "../victim/", "..", ".", "./\(box.id)", "\(box.id)/../../victim", ""] {
            let outcome = t.runtime("delete", "--force", id)
            t.expect(outcome.status >= 0, "\(outcome.line): \(outcome.exit)")
        }
    }
    t.equal(box.status, "running", "status of the container in the root")
}

private func forceTwice(_ t: Trial) {
    let box = t.running()
    t.requireSuccess(box.delete(["--force"]))
    t.requireSuccess(box.delete(["--force"]))
}

private func twoAtOnce(_ t: Trial) {
    for round in 1...4 {
        let box = t.running("c\(round)", [])
        let commands = [t.command(["delete", "--force", box.id]), t.command(["delete", "--force", box.id])]
        for outcome in t.together(commands) { t.expectSuccess(outcome) }
        expectGone(t, box)
    }
}

private func besideCreate(_ t: Trial) {
    for round in 1...8 {
        let box = t.container("c\(round)")
        let creating = box.createCommand().spawn()
        cl_sleep_ms(Int32(round - 1))
        let deleted = t.runtime("delete", "--force", box.id)
        t.expect(deleted.exit != .timedOut, "delete --force beside create does not end")
        let made = t.note(creating.wait())
        t.expect(made.exit != .timedOut, "create beside delete --force does not end")
        t.expectSuccess(t.runtime("delete", "--force", box.id))
        expectGone(t, box)
    }
}

/// Kills a verb, and nothing but it, at thirty moments from its first to a little after its usual end.
///
/// After each, `delete --force` must succeed and leave nothing, and the id must be free again.
private func interrupt(_ t: Trial, _ verb: (Container) -> Command) {
    let usual = t.container("usual", program: ["/probe", "exit", "0"])
    let begun = cl_monotonic_ns()
    t.requireSuccess(t.run(verb(usual)))
    let span = (cl_monotonic_ns() - begun) / 1000
    t.expectSuccess(t.runtime("delete", "--force", usual.id))
    let box = t.container("c1")
    for moment in 0..<30 {
        let running = verb(box).spawn()
        usleep(UInt32(span * Int64(moment) / 25))
        Proc.sendSignal(running.pid, SIGKILL)
        t.note("killed after \(span * Int64(moment) / 25) µs")
        t.note(running.wait())
        t.expectSuccess(t.runtime("delete", "--force", box.id))
        expectGone(t, box)
    }
    t.requireSuccess(box.create())
    t.requireSuccess(box.delete(["--force"]))
}

private func killedCreate(_ t: Trial) { interrupt(t) { $0.createCommand() } }

private func killedRun(_ t: Trial) { interrupt(t) { $0.runCommand() } }

// MARK: Signals that ask to end

/// A hook of the host's side that takes so many seconds, and says when it has begun.
private func slowHook(_ t: Trial, _ config: inout JSON, seconds: Int = 1) {
    File.makeDirectory(hookLog(t))
    config["hooks"] = ["createRuntime": [t.scriptHook("echo begun >> \(hookLog(t))/begun; sleep \(seconds); true")]]
}

private func endedInHook(_ t: Trial) {
    t.requireWorking()
    let seconds = 5 * t.patience
    let box = t.container { slowHook(t, &$0, seconds: seconds) }
    for (verb, signal) in [("create", SIGTERM), ("create", SIGINT), ("create", SIGHUP), ("run", SIGTERM)] {
        File.remove(hookLog(t) + "/begun")
        let running = (verb == "create" ? box.createCommand() : box.runCommand()).spawn()
        t.eventually("the hook begins") { File.exists(hookLog(t) + "/begun") }
        let begun = cl_monotonic_ns()
        Proc.sendSignal(running.pid, signal)
        let outcome = t.note(running.wait())
        t.equal(outcome.exit, .signal(Int(signal)), "end of \(verb)")
        t.expect(cl_monotonic_ns() - begun < Int64(seconds) * 800_000_000, "\(verb) ends before its hook would")
        expectGone(t, box)
        t.expect(!File.exists(t.root + "/" + box.id), "\(verb): the id is still taken")
    }
}

/// Ends a verb with TERM or INT at thirty moments; it either dies of it and leaves nothing, or has succeeded.
private func end(_ t: Trial, _ program: [String], _ verb: (Container) -> Command) {
    let usual = t.container("usual", program: ["/probe", "exit", "0"])
    let begun = cl_monotonic_ns()
    t.requireSuccess(t.run(verb(usual)))
    let span = (cl_monotonic_ns() - begun) / 1000
    t.expectSuccess(t.runtime("delete", "--force", usual.id))
    let box = t.container("c1", program: program)
    var died = 0
    for moment in 0..<30 {
        let running = verb(box).spawn()
        usleep(UInt32(span * Int64(moment) / 25))
        let signal = moment % 2 == 0 ? SIGTERM : SIGINT
        Proc.sendSignal(running.pid, signal)
        t.note("signal \(signal) after \(span * Int64(moment) / 25) µs")
        let outcome = t.note(running.wait())
        if outcome.exit == .signal(Int(signal)) {
            died += 1
        } else {
            t.expect(outcome.status >= 0, "end of the verb: \(outcome.exit)")
            t.expectSuccess(t.runtime("delete", "--force", box.id))
        }
        expectGone(t, box)
    }
    t.note("\(died) of 30 died of the signal")
    t.requireSuccess(box.create())
    t.requireSuccess(box.delete(["--force"]))
}

private func endedCreate(_ t: Trial) { end(t, ["/probe", "pause"]) { $0.createCommand() } }

private func endedRun(_ t: Trial) { end(t, ["/probe", "sleep", "100"]) { $0.runCommand() } }

private func hangUpIgnored(_ t: Trial) {
    let box = t.container { slowHook(t, &$0) }
    var command = box.createCommand()
    command.ignored = [SIGHUP]
    let running = command.spawn()
    t.eventually("the hook begins") { File.exists(hookLog(t) + "/begun") }
    Proc.sendSignal(running.pid, SIGHUP)
    t.requireSuccess(t.note(running.wait()))
    box.claim()
    t.equal(box.status, "created", "status")
    t.requireSuccess(box.start())
    box.awaitFact("ready")
}

private func rootDoesNotGrow(_ t: Trial) {
    var listings: [[String]] = []
    for round in 1...3 {
        let box = t.running("c\(round)", ["ids"])
        box.stop()
        t.requireSuccess(box.delete())
        listings.append(File.list(t.root) ?? [])
    }
    t.equal(listings[1], listings[0], "names in the state root after the second container")
    t.equal(listings[2], listings[0], "names in the state root after the third container")
    t.expect(!listings[0].contains { $0.contains(t.tag) }, "names of containers in \(listings[0])")
}

import CLinux
import Glibc

extension Group {
    /// Hooks that fail; of the group "hooks".
    static var hookFailureCases: [Case] {
        var cases: [Case] = []
        for kind in ["prestart", "createRuntime", "createContainer"] {
            cases.append(
                Case("\(kind) fails: create fails, nothing is left, poststop runs", "runtime.md, Lifecycle 3-5, 12, 13")
                {
                    failsCreate($0, kind, ["exit", "3"])
                })
        }
        for kind in ["startContainer", "poststart"] {
            cases.append(
                Case(
                    "\(kind) fails: start fails, the container is destroyed, poststop runs",
                    "runtime.md, Lifecycle 7, 9"
                ) {
                    failsStart($0, kind, ["exit", "3"])
                })
        }
        for kind in ["prestart", "createRuntime", "createContainer", "startContainer", "poststart"] {
            cases.append(
                Case("\(kind) beyond its timeout is killed and fails", "config.md, hooks: timeout") {
                    timesOut($0, kind)
                })
        }
        for kind in hookKinds where kind.name != "poststop" {
            cases.append(
                Case("\(kind.name): a missing program fails", "config.md, hooks: path") { missing($0, kind.name) })
        }
        return cases + [
            Case("the first failure ends the list", "runtime.md, Lifecycle", firstFailure),
            Case("the error names the hook and says what it said", "one line that says why", message),
            Case("a hook that a signal ends fails", "runtime.md, Lifecycle", killed),
            Case("run: a failing hook fails run", "runtime.md, Lifecycle", failsRun),
            Case("poststop fails: a warning, the rest goes on", "runtime.md, Lifecycle 13", poststopFails),
            Case("poststop missing: a warning, the rest goes on", "runtime.md, Lifecycle 13", poststopMissing),
            Case("poststop beyond its timeout: the rest goes on", "runtime.md, Lifecycle 13", poststopTimesOut),
            Case("within its timeout nothing happens to it", "config.md, hooks: timeout", withinTimeout),
            Case("a timeout of 0 is refused", "config.md, hooks: MUST be greater than zero") { refusesTimeout($0, 0) },
            Case("a negative timeout is refused", "config.md, hooks", { refusesTimeout($0, -1) }),
            Case("a relative path is refused", "config.md, hooks: path MUST be absolute", relative),
            Case("an entry without a path is refused", "config.md, hooks: path is REQUIRED", withoutPath),
            Case("env without = is refused", "environ(7)", badEnvironment),
        ]
    }
}

private func failing(_ t: Trial, _ kind: String, _ how: [String], timeout: Int? = nil) -> Container {
    t.hooked { config in
        var hook = t.probeHook(kind, kind, how)
        if let timeout { hook["timeout"] = JSON(timeout) }
        config.append(hook, at: "hooks", .key(kind))
        config.append(t.probeHook("poststop", "poststop"), at: "hooks", "poststop")
    }
}

private func ran(_ t: Trial) -> [String] { t.hooksSeen.compactMap { $0["name"]?.string } }

private func failsCreate(_ t: Trial, _ kind: String, _ how: [String]) {
    let box = failing(t, kind, how)
    t.unchanged("a failed create", ignoring: [hookLog(t)]) { t.expectFailure(box.create()) }
    t.equal(ran(t), [kind, "poststop"], "hooks that ran")
    t.contains(t.runtime("state", box.id).stderr, "does not exist", "state of what was not made")
}

private func failsStart(_ t: Trial, _ kind: String, _ how: [String]) {
    let box = failing(t, kind, how)
    t.requireSuccess(box.create())
    let pid = box.pid
    t.expectFailure(box.start())
    t.eventually("the container's process ends") { !Proc.isAlive(pid) }
    t.equal(ran(t), [kind, "poststop"], "hooks that ran")
    t.contains(t.runtime("state", box.id).stderr, "does not exist", "state of what was destroyed")
    if kind == "startContainer" { t.equal(File.text(box.output), "", "output of the program, which must not run") }
}

private func timesOut(_ t: Trial, _ kind: String) {
    let box = failing(t, kind, ["hang"], timeout: 1)
    let started = cl_monotonic_ns()
    let atCreate = ["prestart", "createRuntime", "createContainer"].contains(kind)
    let created = box.create()
    if atCreate { t.expectFailure(created) } else { t.requireSuccess(created) }
    if !atCreate { t.expectFailure(box.start()) }
    let seconds = Double(cl_monotonic_ns() - started) / 1e9
    t.expect(seconds > 0.9 && seconds < 8, "after the timeout of 1 s: \(seconds) s")
    let left = Proc.descendants(of: t.ownPid).filter { Proc.isAlive($0) && Proc.arguments($0).contains("hang") }
    t.equal(left, [], "processes of the hook")
}

private func missing(_ t: Trial, _ kind: String) {
    let box = t.hooked { config in
        config.append(["path": "/no/such/hook"], at: "hooks", .key(kind))
    }
    let created = box.create()
    if ["prestart", "createRuntime", "createContainer"].contains(kind) {
        return t.expectFailure(created, saying: "/no/such/hook")
    }
    // May be refused early where it can be known.
    if !created.succeeded { return t.expectFailure(created, saying: "/no/such/hook") }
    t.expectFailure(box.start(), saying: "/no/such/hook")
}

private func firstFailure(_ t: Trial) {
    let box = t.hooked { config in
        config["hooks", "createRuntime"] = [
            t.probeHook("createRuntime", "one"), t.probeHook("createRuntime", "two", ["exit", "3"]),
            t.probeHook("createRuntime", "three"),
        ]
        config["hooks", "createContainer"] = [t.probeHook("createContainer", "four")]
    }
    t.expectFailure(box.create())
    t.equal(ran(t), ["one", "two"], "hooks that ran")
}

private func message(_ t: Trial) {
    let box = failing(t, "createRuntime", ["exit", "3"])
    let outcome = box.create()
    t.expectFailure(outcome, saying: "createRuntime")
    t.contains(outcome.stderr, "the hook's standard error", "error message")
    t.contains(outcome.stderr, "3", "error message")
}

private func killed(_ t: Trial) {
    let box = t.hooked { config in
        config["hooks", "createRuntime"] = [t.scriptHook("kill -9 $$")]
        config["hooks", "poststop"] = [t.probeHook("poststop", "poststop")]
    }
    t.expectFailure(box.create())
    t.equal(ran(t), ["poststop"], "hooks that ran")
}

private func failsRun(_ t: Trial) {
    for kind in ["createRuntime", "createContainer", "startContainer", "poststart"] {
        let box = failing(t, kind, ["exit", "3"])
        t.unchanged("a failed run", ignoring: [hookLog(t)]) { t.expectFailure(box.run()) }
        t.equal(ran(t).suffix(2), [kind, "poststop"], "hooks that ran")
    }
}

// MARK: poststop

private func poststop(_ t: Trial, _ first: JSON) {
    let box = t.hooked { config in
        config["hooks", "poststop"] = [first, t.probeHook("poststop", "second")]
    }
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    box.stop()
    let outcome = box.delete()
    t.expectSuccess(outcome)
    t.expect(!outcome.stderr.isEmpty, "a warning is expected on stderr")
    t.equal(ran(t).last, "second", "the last hook that ran")
    t.contains(t.runtime("state", box.id).stderr, "does not exist", "state of what was deleted")
}

private func poststopFails(_ t: Trial) { poststop(t, t.probeHook("poststop", "first", ["exit", "3"])) }
private func poststopMissing(_ t: Trial) { poststop(t, ["path": "/no/such/hook"]) }

private func poststopTimesOut(_ t: Trial) {
    var hook = t.probeHook("poststop", "first", ["hang"])
    hook["timeout"] = 1
    poststop(t, hook)
}

// MARK: Entries

private func withinTimeout(_ t: Trial) {
    let box = t.hooked { config in
        var hook = t.probeHook("createRuntime", "createRuntime", ["sleep", "200"])
        hook["timeout"] = 5
        config["hooks", "createRuntime"] = [hook]
    }
    let started = cl_monotonic_ns()
    t.requireSuccess(box.create())
    t.expect(cl_monotonic_ns() - started > 200_000_000, "create waits for the hook")
}

private func refusesTimeout(_ t: Trial, _ value: Int) {
    t.refused { config in
        // One that succeeds, so that its time-out alone can be the reason.
        var hook: JSON = ["path": "/bin/busybox", "args": ["true"]]
        hook["timeout"] = JSON(value)
        config["hooks", "createRuntime"] = [hook]
    }
}

private func relative(_ t: Trial) {
    for kind in hookKinds {
        t.refused { config in config.append(["path": "bin/true"], at: "hooks", .key(kind.name)) }
    }
}

private func withoutPath(_ t: Trial) {
    t.refused { $0["hooks", "createRuntime"] = [["args": ["true"]]] }
    t.refused { $0["hooks", "poststop"] = [["args": ["true"]]] }
}

private func badEnvironment(_ t: Trial) {
    t.refused { $0["hooks", "createRuntime"] = [["path": "/bin/true", "env": ["NOEQUALS"]]] }
}

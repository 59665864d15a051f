import Glibc

extension Group {
    /// What an ordinary user's containers may have in a part of the cgroup tree that is the user's.
    static var ofDelegated: Group {
        Group(
            "delegated tree",
            [
                Case("limits", "cgroups(7), Delegation: limits of an ordinary user", limits),
                Case("a program that takes too much is killed", "cgroup-v2.rst, memory.max", hog),
                Case("pause and resume", "cgroup-v2.rst, cgroup.freeze", pauses),
                Case("update", "runc's update, as an ordinary user", updates),
                Case("exec joins the container's cgroup", "runc's exec, as an ordinary user", execs),
                Case("delete leaves nothing", "runtime.md, Delete, as an ordinary user", deletes),
                Case("a failed create leaves nothing", "runtime.md, Errors, as an ordinary user", failedCreate),
            ])
    }
}

extension Trial {
    /// Ends the case where the caller is no ordinary user whose service manager has given it a cgroup.
    ///
    /// A cgroup whose parts are to have limits may have no processes of its own: the suite's go a level down.
    fileprivate func needsDelegation() {
        guard geteuid() != 0 else { skip("for ordinary users: conformance/vm/run --user has one") }
        let tree = tree(with: "memory")
        let own = Proc.cgroup(ownPid) ?? ""
        let inner = "/conformance"
        if own.hasSuffix(inner) { return }
        let place = tree + own
        guard File.facts(place)?.uid == geteuid() else { skip("the cgroup \(own) is not the caller's") }
        File.makeDirectory(place + inner)
        eventually("the cgroup \(own) has no processes") {
            for line in (File.text(place + "/cgroup.procs") ?? "").split(separator: "\n") {
                File.write(String(line), to: place + inner + "/cgroup.procs")
            }
            return File.text(place + "/cgroup.procs")?.isEmpty == true
        }
    }

    /// A created container of the caller's, in a user namespace where the caller is root.
    fileprivate func ofCaller(
        _ resources: JSON, program: [String] = ["/probe", "pause"], _ edit: (inout JSON) -> Void = { _ in }
    ) -> Container {
        let box = container("c\(containers.count + 1)", program: program) { config in
            config.userNamespace(Int(geteuid()), size: 1)
            // A user may load no filter of devices.
            config["linux", "resources"] = resources
            if !systemd { config["linux", "cgroupsPath"] = .text("\(tag)c\(containers.count + 1)") }
            edit(&config)
        }
        return box
    }

    fileprivate func runningOfCaller(_ resources: JSON = limited) -> Container {
        let box = ofCaller(resources)
        requireSuccess(box.create())
        requireSuccess(box.start())
        box.awaitFact("ready")
        return box
    }
}

private var limited: JSON {
    ["memory": ["limit": 67_108_864], "pids": ["limit": 50], "cpu": ["quota": 50_000, "period": 100_000]]
}

private func limits(_ t: Trial) {
    t.needsDelegation()
    let box = t.runningOfCaller()
    for (file, value) in [("memory.max", "67108864"), ("pids.max", "50"), ("cpu.max", "50000 100000")] {
        t.equal(t.setting(file, of: box), value, file)
    }
    t.equal(Proc.status(box.pid, "Uid")?.hasPrefix("\(geteuid())\t"), true, "the program is the caller's")
}

private func hog(_ t: Trial) {
    t.needsDelegation()
    let script = "/bin/busybox dd if=/dev/zero of=/dev/null bs=64M count=1 2>/dev/null; echo status $?; exec sleep 100"
    let box = t.ofCaller(
        ["memory": ["limit": 33_554_432, "swap": 33_554_432]], program: ["/bin/busybox", "sh", "-c", script])
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    t.eventually("the program ends", within: 10_000) { File.text(box.output)?.hasSuffix("\n") == true }
    t.equal(File.text(box.output), "status 137\n", "what the shell says of the program")
    t.expect(t.count("oom_kill", in: "memory.events", of: box) > 0, "oom_kill in memory.events: expected 1 or more")
}

private func pauses(_ t: Trial) {
    t.needsDelegation()
    let box = t.runningOfCaller()
    t.requireSuccess(t.runtime("pause", box.id))
    t.equal(box.status, "paused", "status")
    t.equal(t.setting("cgroup.freeze", of: box), "1", "cgroup.freeze")
    t.requireSuccess(t.runtime("resume", box.id))
    t.equal(box.status, "running", "status")
}

private func updates(_ t: Trial) {
    t.needsDelegation()
    let box = t.runningOfCaller()
    t.requireSuccess(t.runtime("update", "--memory", "96M", "--pids-limit", "40", "--cpu-quota", "20000", box.id))
    for (file, value) in [("memory.max", "100663296"), ("pids.max", "40"), ("cpu.max", "20000 100000")] {
        t.equal(t.setting(file, of: box), value, file)
    }
}

private func execs(_ t: Trial) {
    t.needsDelegation()
    let box = t.runningOfCaller()
    let outcome = t.runtime("exec", box.id, "/bin/busybox", "cat", "/proc/self/cgroup")
    t.requireSuccess(outcome)
    t.equal(outcome.stdout, "0::/\n", "cgroup of the program of exec, as the container's namespace has it")
    let busy = t.command(["exec", box.id, "/bin/busybox", "sleep", "1000"]).spawn()
    t.eventually("the cgroup has the program of exec") {
        (t.setting("cgroup.procs", of: box) ?? "").split(separator: "\n").count == 2
    }
    t.requireSuccess(box.kill("KILL"))
    t.note(busy.wait())
}

private func deletes(_ t: Trial) {
    t.needsDelegation()
    let stopped = t.runningOfCaller()
    stopped.stop()
    t.requireSuccess(stopped.delete())
    t.requireSuccess(t.runningOfCaller().delete(["--force"]))
    expectNothing(t)
}

private func failedCreate(_ t: Trial) {
    t.needsDelegation()
    for edit in [
        { $0["process", "args"] = ["/no/such/program"] },
        { $0["linux", "resources", "unified"] = ["memory.high": "much"] },
    ] as [(inout JSON) -> Void] {
        t.expectFailure(t.ofCaller(limited, edit).create())
        expectNothing(t)
    }
}

private func expectNothing(_ t: Trial) {
    let left = Leftovers(of: t)
    t.eventually("no cgroup and no unit is left") { left.cgroups().isEmpty && left.units().isEmpty }
}

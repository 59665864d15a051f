extension Group {
    /// Scopes that systemd makes around restored containers; of the group "checkpoint".
    static var checkpointScopes: [Case] {
        let says = "runc: --systemd-cgroup, restore"
        return [
            Case("systemd: a restored container is in a scope of its own", says, ownScope, timeout: 60),
            Case("systemd: the name of a scope serves again", says, sameName, timeout: 60),
            Case("systemd: limits hold in the scope of a restored one", says, limits, timeout: 60),
            Case("systemd: delete removes the unit of a restored one", says, deleted, timeout: 60),
            Case("systemd: a restore that ends removes its unit", says, foreground, timeout: 60),
            Case("systemd: a restore that fails leaves no unit", says, failed, timeout: 60),
            Case("systemd: the twin of a running one has its own scope", says, twin, timeout: 60),
        ]
    }
}

/// A container in a scope, checkpointed and gone.
private func checkpointed(_ t: Trial, _ edit: (inout JSON) -> Void = { _ in }) -> Container {
    t.needsSystemd()
    let box = t.counter(inScope: true, edit)
    let unit = box.scope
    t.requireSuccess(t.checkpoint(box))
    box.awaitExit()
    t.eventually("systemd forgets the scope \(unit), which is empty", within: 3000) {
        t.property("LoadState", of: unit) == "not-found"
    }
    return box
}

private func ownScope(_ t: Trial) {
    let box = checkpointed(t)
    let id = t.tag + "again"
    let pid = t.restore(box, id: id, inScope: true)
    let state = t.require(t.runtime("state", id).json, "the state of the restored container")
    t.equal(state["status"], "running", "status")
    t.equal(state["pid"], .number(String(pid)), "process id")
    let unit = t.scope(of: pid)
    t.contains(unit, id, "scope")
    t.contains(Proc.cgroup(pid) ?? "", "/system.slice/", "cgroup")
    t.equal(t.property("ActiveState", of: unit), "active", "ActiveState")
    t.expect(
        "/sys/fs/cgroup" + t.property("ControlGroup", of: unit) == t.scopeDirectory(of: pid),
        "ControlGroup is \(t.property("ControlGroup", of: unit)), the process is in \(Proc.cgroup(pid) ?? "none")")
    t.equal(t.systemctl("whoami", String(pid)).stdout, unit + "\n", "the unit that systemd says the process is in")
    // A process that is made later is there too.
    t.requireSuccess(t.runtime("exec", id, "/bin/true"))
    t.requireSuccess(t.runtime("pause", id))
    t.equal(t.runtime("state", id).json?["status"], "paused", "status")
    t.requireSuccess(t.runtime("resume", id))
    t.remove(id)
}

private func sameName(_ t: Trial) {
    let path = "machine.slice:\(t.tag)x:y"
    let box = checkpointed(t) { $0["linux", "cgroupsPath"] = .text(path) }
    let pid = t.restore(box, id: box.id, inScope: true)
    t.equal(box.status, "running", "status")
    t.contains(Proc.cgroup(pid) ?? "", "/machine.slice/\(t.tag)x-y.scope", "cgroup")
    t.equal(t.property("ActiveState", of: "\(t.tag)x-y.scope"), "active", "ActiveState")
    t.equal(t.property("Delegate", of: "\(t.tag)x-y.scope"), "yes", "Delegate")
}

private func limits(_ t: Trial) {
    let box = checkpointed(t) {
        $0["linux", "resources"] = [
            "memory": ["limit": 67_108_864], "pids": ["limit": 77], "cpu": ["quota": 50_000, "period": 100_000],
        ]
    }
    let id = t.tag + "again"
    let pid = t.restore(box, id: id, inScope: true)
    let unit = t.scope(of: pid)
    let directory = t.scopeDirectory(of: pid)
    t.equal(t.property("TasksMax", of: unit), "77", "TasksMax")
    t.equal(t.property("MemoryMax", of: unit), "67108864", "MemoryMax")
    t.equal(t.property("CPUQuotaPerSecUSec", of: unit), "500ms", "CPUQuotaPerSecUSec")
    for (file, value) in [("pids.max", "77"), ("memory.max", "67108864"), ("cpu.max", "50000 100000")] {
        t.equal(File.text(directory + "/" + file), value + "\n", file)
    }
    t.expectSuccess(t.systemctl("daemon-reload"))
    t.equal(File.text(directory + "/pids.max"), "77\n", "pids.max after systemd has written its own again")
    t.remove(id)
}

private func deleted(_ t: Trial) {
    let box = checkpointed(t)
    let id = t.tag + "again"
    let pid = t.restore(box, id: id, inScope: true)
    let (unit, directory) = (t.scope(of: pid), t.scopeDirectory(of: pid))
    t.requireSuccess(t.runtime("kill", id, "KILL"))
    t.eventually("the program ends") { !Proc.isAlive(pid) }
    t.requireSuccess(t.runtime("delete", id))
    t.equal(t.property("LoadState", of: unit), "not-found", "LoadState after delete")
    t.expect(!File.exists(directory), "\(directory) is still there")
    let second = t.restore(box, id: id, inScope: true)
    let again = t.scope(of: second)
    t.remove(id)
    t.expect(!Proc.isAlive(second), "process \(second) must have ended")
    t.equal(t.property("LoadState", of: again), "not-found", "LoadState after delete --force")
}

private func foreground(_ t: Trial) {
    t.needsSystemd()
    let box = t.counter("trap 'exit 7' TERM; ", inScope: true)
    t.requireSuccess(t.checkpoint(box))
    box.awaitExit()
    let id = t.tag + "again"
    var command = t.command(["restore", "--bundle", box.bundle, "--image-path", t.directory + "/image", id])
    command.arguments.insert("--systemd-cgroup", at: 0)
    let running = command.spawn()
    t.eventually("it runs", within: 20_000) { t.runtime("state", id).json?["status"] == "running" }
    let unit = t.scope(of: Int32(t.runtime("state", id).json?["pid"]?.int ?? 0))
    t.equal(t.property("ActiveState", of: unit), "active", "ActiveState")
    t.requireSuccess(t.runtime("kill", id, "TERM"))
    t.equal(t.note(running.wait()).exit, .status(7), "end of restore")
    t.expectNoUnit("restore")
}

private func failed(_ t: Trial) {
    t.ownMounts()
    let box = checkpointed(t)
    if box.status != nil { t.requireSuccess(box.delete()) }
    // criu finds out when it stands in the scope already, and so does the first process.
    t.empty("mm-", of: "image")
    t.unchanged("a restore that fails") {
        var command = t.command(
            ["restore", "--detach", "--bundle", box.bundle, "--image-path", t.directory + "/image"]
                + ["--work-path", t.directory + "/said", t.tag + "again"])
        command.arguments.insert("--systemd-cgroup", at: 0)
        t.expectFailure(t.run(command))
    }
    t.expectNoUnit("a restore that fails")
}

private func twin(_ t: Trial) {
    t.needsSystemd()
    let box = t.counter(inScope: true)
    t.requireSuccess(t.checkpoint(box, ["--leave-running"]))
    let id = t.tag + "twin"
    let pid = t.restore(box, id: id, inScope: true)
    t.differs(t.scope(of: pid), box.scope, "scopes of the two")
    t.remove(id)
    t.equal(t.property("ActiveState", of: box.scope), "active", "ActiveState of the first after the end of the second")
    t.equal(box.status, "running", "status of the first")
}

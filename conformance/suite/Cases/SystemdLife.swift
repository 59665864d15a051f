import CLinux
import Glibc

extension Group {
    static var systemdLife: Group {
        Group(
            "systemd lifecycle",
            [
                Case("delete removes the unit", "runtime.md, Delete", removed),
                Case("delete --force of a running one removes the unit", "runc's delete --force", forced),
                Case("the verbs after create need no flag", "conmon: exec has no --systemd-cgroup", noFlag),
                Case("pause and resume", "runc's pause", paused),
                Case("systemctl stop: stopped, and delete works", "the state stays true", stopped),
                Case(
                    "a name that another container has by now is left to it", "a container's cgroup is its own", reused),
                Case("cgroups made inside go too", "runtime.md, Delete", innerCgroups),
                Case("the end of a job that nobody tells is asked for", "systemctl(1), daemon-reload", untold),
                Case("one unit is made, and one is ended", "org.freedesktop.systemd1(5)", askedOnce),
                Case("a systemd that never answers is given up", "runtime.md, Errors", silent, timeout: 120),
                Case("run removes the unit at its end", "runc's run", foreground),
                Case("a failed create leaves no unit", "runtime.md, Errors", failedCreate, timeout: 60),
                Case(
                    "create killed at any moment leaves what delete --force removes", "runtime.md, Delete", killed,
                    timeout: 120),
                Case("many, half of them failing, leave no unit", "runtime.md, Delete", many, timeout: 240),
            ])
    }
}

private func removed(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope()
    let unit = box.scope
    box.stop()
    t.requireSuccess(box.delete())
    t.equal(t.property("LoadState", of: unit), "not-found", "LoadState")
}

private func forced(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope("c1", ["pause", "deaf"])
    let unit = box.scope
    t.requireSuccess(box.delete(["--force"]))
    t.equal(t.property("LoadState", of: unit), "not-found", "LoadState")
    let created = t.container("c2")
    t.requireSuccess(created.createScope())
    t.requireSuccess(created.delete(["--force"]))
    t.expectNoUnit("delete --force of a created one")
}

private func noFlag(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope()
    t.equal(box.status, "running", "status")
    var kill = t.command(["kill", "--all", box.id, "KILL"])
    // Given to every verb where the suite is told to try this driver.
    kill.arguments.removeAll { $0 == "--systemd-cgroup" }
    t.requireSuccess(t.run(kill))
    box.awaitExit()
    t.equal(box.status, "stopped", "status")
}

private func paused(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope()
    t.requireSuccess(t.runtime("pause", box.id))
    t.equal(box.status, "paused", "status")
    // The scope may be frozen, or what is in it.
    let frozen = "/sys/fs/cgroup" + t.require(Proc.cgroup(box.pid), "the cgroup of the container")
    t.contains(frozen, box.scope, "cgroup")
    t.contains(File.text(frozen + "/cgroup.events") ?? "", "frozen 1\n", "cgroup.events")
    t.requireSuccess(t.runtime("resume", box.id))
    t.equal(box.status, "running", "status")
}

private func stopped(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope()
    let unit = box.scope
    t.expectSuccess(t.systemctl("stop", unit))
    box.awaitExit()
    t.equal(box.status, "stopped", "status")
    t.requireSuccess(box.delete())
    t.expectNoUnit("delete")
}

private func reused(_ t: Trial) {
    t.needsSystemd()
    let first = t.inScope("one") { $0["linux", "cgroupsPath"] = .text("system.slice:\(t.tag)x:y") }
    first.stop()
    t.expectNoUnit("the end of all in it")
    let second = t.inScope("two") { $0["linux", "cgroupsPath"] = .text("system.slice:\(t.tag)x:y") }
    first.kill("KILL", ["--all"])
    t.requireSuccess(first.delete(["--force"]))
    t.expect(Proc.isAlive(second.pid), "the second container runs")
    t.equal(second.status, "running", "status of the second container")
}

private func innerCgroups(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope()
    let directory = box.scopeDirectory
    File.makeDirectory(directory + "/inner")
    File.makeDirectory(directory + "/inner/deeper")
    box.stop()
    t.requireSuccess(box.delete())
    t.expect(!File.exists(directory), "\(directory) is still there")
    t.expectNoUnit("delete")
}

private func untold(_ t: Trial) {
    t.needsSystemd()
    let bus = WatchedBus(t, forgetful: true)
    let box = t.container()
    t.requireSuccess(box.create { $0.asksSystemd(by: bus) })
    t.equal(t.property("ActiveState", of: box.scope), "active", "ActiveState")
    t.requireSuccess(box.delete(["--force"], by: bus))
    t.expectNoUnit("delete")
    bus.end()
}

/// Each call has systemd read and write files, and others wait.
private func askedOnce(_ t: Trial) {
    t.needsSystemd()
    var bus = WatchedBus(t)
    func asked(_ verb: String, starts: Int, stops: Int) {
        let calls = bus.calls("StartTransientUnit", "StopUnit")
        t.equal(calls[0], starts, "calls of StartTransientUnit by \(verb)")
        t.equal(calls[1], stops, "calls of StopUnit by \(verb)")
    }
    let box = t.container { $0.limit(["pids": ["limit": 100], "memory": ["limit": 268_435_456]]) }
    t.requireSuccess(box.create { $0.asksSystemd(by: bus) })
    asked("create", starts: 1, stops: 0)
    for verb in ["start", "state"] {
        var command = t.command([verb, box.id])
        command.asksSystemd(by: bus)
        t.requireSuccess(t.run(command))
        asked(verb, starts: 0, stops: 0)
    }
    t.requireSuccess(box.delete(["--force"], by: bus))
    asked("delete --force", starts: 0, stops: 1)
    t.expectNoUnit("delete")
    bus.end()
}

extension Command {
    /// Has systemd asked for cgroups, and the calls pass by here.
    fileprivate mutating func asksSystemd(by bus: WatchedBus) {
        if !arguments.contains("--systemd-cgroup") { arguments.insert("--systemd-cgroup", at: 0) }
        environment.append("DBUS_SYSTEM_BUS_ADDRESS=" + bus.address)
    }
}

private func silent(_ t: Trial) {
    t.needsSystemd()
    t.ownMounts()
    // Where root speaks to systemd without a bus.
    t.mountTmpfs("/run/systemd")
    let socket = ConsoleSocket(t, name: "bus")
    let box = t.container()
    t.unchanged("a failed create", ignoring: [socket.path]) {
        let outcome = box.create {
            $0.arguments.insert("--systemd-cgroup", at: 0)
            $0.environment.append("DBUS_SYSTEM_BUS_ADDRESS=unix:path=" + socket.path)
            $0.timeout = 60_000
        }
        t.expectFailure(outcome, saying: "systemd")
    }
    _ = cl_close(socket.listener)
    _ = cl_umount2("/run/systemd", CL_MNT_DETACH)
}

private func foreground(_ t: Trial) {
    t.needsSystemd()
    let box = t.container(program: ["/probe", "ids"])
    t.requireSuccess(box.run { $0.arguments.insert("--systemd-cgroup", at: 0) })
    t.expectNoUnit("run")
}

private func failedCreate(_ t: Trial) {
    t.needsSystemd()
    let edits: [(inout JSON) -> Void] = [
        { $0["process", "args"] = ["/no/such/program"] },
        { $0["hooks"] = ["createRuntime": [["path": "/bin/busybox", "args": ["false"]]]] },
        { $0["mounts"] = [["destination": "/proc", "type": "no-such-file-system", "source": "x"]] },
        { $0["linux", "resources"] = ["cpu": ["cpus": "4000"]] },
    ]
    for edit in edits {
        let box = t.container("c\(t.containers.count)", edit)
        t.unchanged("a failed create") { t.expectFailure(box.createScope()) }
        t.expectNoUnit("a failed create")
    }
}

private func killed(_ t: Trial) {
    t.needsSystemd()
    var delay: UInt32 = 1
    for round in 0..<12 {
        let box = t.container("c\(round)")
        var command = box.createCommand()
        command.arguments.insert("--systemd-cgroup", at: 0)
        let running = command.spawn()
        cl_sleep_ms(Int32(delay) * Int32(t.patience))
        Proc.sendSignal(running.pid, SIGKILL)
        _ = running.wait()
        t.requireSuccess(box.delete(["--force"]))
        t.expectNoUnit("a create killed after \(delay) ms")
        delay = delay * 3 / 2 + 1
    }
}

private func many(_ t: Trial) {
    t.needsSystemd()
    for round in 0..<20 {
        let box = t.container("c\(round)") {
            $0["linux", "resources"] = ["pids": ["limit": 20], "memory": ["limit": 67_108_864]]
            if round % 2 == 1 { $0["process", "args"] = ["/no/such/program"] }
        }
        if round % 2 == 1 {
            t.expectFailure(box.createScope())
        } else {
            t.requireSuccess(box.createScope())
            t.requireSuccess(box.delete(["--force"]))
        }
        File.remove(box.bundle)
    }
    t.expectNoUnit("many containers")
}

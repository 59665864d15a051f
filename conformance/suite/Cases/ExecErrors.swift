import CLinux
import Glibc

extension Group {
    /// What `exec` refuses, and how it says so; of the group "exec".
    static var execErrors: [Case] {
        [
            Case("an unknown container: 255", "engines: “does not exist”", unknown),
            Case("a stopped container: 255", "runc's exec", stopped),
            Case("no program: 255", "runc's exec", noProgram),
            Case("a missing program: 255", "engines: 127 by “executable file not found in $PATH”", missing),
            Case("a missing path: 255", "engines: 127 by “no such file or directory”", missingPath),
            Case("a file that is no program: 255", "engines: 126 by “permission denied”", notExecutable),
            Case("a directory: 255", "engines: 126 by “permission denied”", directory),
            Case("a program without interpreter: 255", "execve(2): ENOENT", noInterpreter),
            Case("a missing directory: 255", "runc's exec makes none", noDirectory),
            Case("a failure is one record in the log", "podman: the log is one JSON object", oneRecord),
            Case("a failed exec leaves no process", "runtime.md, Errors", nothingLeft),
            Case("without a verb's needs it fails", "runc's exec", usage),
        ]
    }

    /// Several at once, and with other verbs; of the group "exec".
    static var execTogether: [Case] {
        [
            Case("100 at once", "engines: probes", hundred, timeout: 120),
            Case("into a container that shares the pid namespace", "pid_namespaces(7)", sharedPID),
            Case("into a container that joined another's namespaces", "engines: pods", joinedNamespaces),
            Case("into a container without namespaces but mount", "runc's exec", fewNamespaces),
            Case("during delete --force, nothing is left", "runtime.md, Delete", duringDelete, timeout: 120),
            Case("the container's processes are in cgroups below", "cgroups(7): no internal processes", inner),
            Case("terminated while it begins, nothing is left", "engines: time-outs", terminated, timeout: 120),
        ]
    }
}

private func refused(_ t: Trial, _ outcome: Outcome, saying phrase: String) {
    t.equal(outcome.exit, .status(255), "exit of exec")
    t.says(outcome.stderr, phrase, "error message")
}

private func unknown(_ t: Trial) {
    t.requireWorking()
    refused(t, t.runtime("exec", t.tag + "nobody", "/probe"), saying: "does not exist")
}

private func stopped(_ t: Trial) {
    let box = t.running()
    box.stop()
    let outcome = box.exec(["/probe", "exit", "0"])
    refused(t, outcome, saying: "")
    let words = outcome.stderr.lowercased()
    t.expect(
        words.contains("not running") || words.contains("stopped"), "error message: what the container is: \(words)")
}

private func noProgram(_ t: Trial) { refused(t, t.running().exec([]), saying: "exec") }

private func missing(_ t: Trial) {
    refused(t, t.running().exec(["nosuch"]), saying: "executable file not found in $PATH")
}

private func missingPath(_ t: Trial) {
    let box = t.running()
    refused(t, box.exec(["/no/such"]), saying: "no such file or directory")
    refused(t, box.exec(["--detach"], ["/no/such"]), saying: "no such file or directory")
}

private func notExecutable(_ t: Trial) {
    let box = t.container()
    File.write("text", to: box.rootfs + "/plain")
    t.requireSuccess(box.create())
    refused(t, box.exec(["/plain"]), saying: "permission denied")
}

private func directory(_ t: Trial) { refused(t, t.running().exec(["/etc"]), saying: "permission denied") }

private func noInterpreter(_ t: Trial) {
    let box = t.container()
    File.write("#!/no/such/interpreter\n", to: box.rootfs + "/script")
    chmod(box.rootfs + "/script", 0o755)
    t.requireSuccess(box.create())
    refused(t, box.exec(["/script"]), saying: "no such file or directory")
    refused(t, box.exec(["--detach"], ["/script"]), saying: "no such file or directory")
}

private func noDirectory(_ t: Trial) {
    let box = t.running { $0["root", "readonly"] = false }
    refused(t, box.exec(["--cwd", "/no/such"], ["/probe", "exit", "0"]), saying: "no such file or directory")
    t.expect(!File.exists(box.rootfs + "/no"), "the directory was made")
}

private func oneRecord(_ t: Trial) {
    let box = t.running()
    t.expectOneRecord(
        t.logged(box.execCommand([], ["nosuch"])), saying: "executable file not found in $PATH")
    t.expectOneRecord(t.logged(box.execCommand(["--detach"], ["/no/such"])), saying: "no such file or directory")
}

/// The case's processes that still run.
private func alive(_ t: Trial) -> [Int32] { Proc.descendants(of: t.ownPid).filter { Proc.isAlive($0) } }

private func nothingLeft(_ t: Trial) {
    let box = t.running()
    for words in [["nosuch"], ["/etc"], ["/no/such"]] {
        t.expectFailure(box.exec(["--detach"], words))
        t.expectFailure(box.exec(words))
    }
    t.expectFailure(box.exec(["--cwd", "/no/such"], ["/probe", "pause"]))
    t.eventually("no other process is left") { Proc.descendants(of: t.ownPid) == [box.pid] }
}

private func usage(_ t: Trial) {
    t.expectFailure(t.runtime("exec"))
    t.expectFailure(t.runtime("exec", "--no-such-flag", "x", "y"))
}

// MARK: Together

private func hundred(_ t: Trial) {
    let box = t.running()
    var commands: [Command] = []
    for number in 0..<100 {
        var command = box.execCommand([], ["/probe", "exit", "\(number)"])
        command.timeout = 60_000
        commands.append(command)
    }
    for (number, outcome) in t.together(commands).enumerated() {
        t.equal(outcome.exit, .status(number), "exit of exec \(number)")
    }
    t.equal(box.status, "running", "status")
}

private func sharedPID(_ t: Trial) {
    let box = t.running { $0.inheritNamespace("pid") }
    let seen = box.seen(["ns", "+", "uts"])
    t.equal(seen["ns", "pid"]?.string, Proc.namespace(t.ownPid, "pid"), "pid namespace")
    t.equal(seen["uts", "hostname"], "conformance", "hostname")
    t.equal(box.exec(["/probe", "exit", "5"]).exit, .status(5), "exit of exec")
    t.requireSuccess(t.runtime("exec", "--detach", box.id, "/probe", "pause"))
}

private func joinedNamespaces(_ t: Trial) {
    let holder = t.running("holder")
    let names = [("network", "net"), ("ipc", "ipc"), ("uts", "uts"), ("pid", "pid")]
    let box = t.running("guest", []) { config in
        config["hostname"] = nil
        for (type, name) in names { config.namespace(type, path: "/proc/\(holder.pid)/ns/\(name)") }
    }
    let seen = box.seen(["ns"])
    for (type, name) in names {
        t.equal(seen["ns", .key(name)]?.string, Proc.namespace(holder.pid, name), "\(type) namespace")
    }
    t.equal(seen["ns", "mnt"]?.string, Proc.namespace(box.pid, "mnt"), "mount namespace")
    // The holder's pid namespace ends when its last process has been noticed.
    box.stop()
}

private func fewNamespaces(_ t: Trial) {
    let box = t.running { config in
        for type in ["pid", "network", "ipc", "uts", "cgroup"] { config.inheritNamespace(type) }
        config["hostname"] = nil
        // A sysfs of the host's network namespace, and a cgroup2, cannot be had everywhere.
        config.unmount("/sys")
        config.unmount("/sys/fs/cgroup")
    }
    let seen = box.seen(["ns", "+", "stat", "/probe", t.template])
    t.equal(seen["ns", "mnt"]?.string, Proc.namespace(box.pid, "mnt"), "mount namespace")
    t.equal(seen["stat", "/probe", "errno"], .null, "the container's file")
    t.equal(seen["stat", .key(t.template), "errno"], "ENOENT", "the host's file")
}

private func duringDelete(_ t: Trial) {
    for round in 0..<6 {
        let box = t.running("c\(round)", []) { config in if round % 2 == 0 { config.inheritNamespace("pid") } }
        var commands: [Command] = []
        for _ in 0..<8 { commands.append(box.execCommand([], ["/probe", "pause", "deaf"])) }
        commands.append(t.command(["delete", "--force", box.id]))
        for _ in 0..<8 { commands.append(box.execCommand([], ["/probe", "pause", "deaf"])) }
        let outcomes = t.together(commands)
        t.equal(outcomes[8].exit, .status(0), "exit of delete --force")
        for outcome in outcomes { t.expect(outcome.exit != .timedOut, "\(outcome.line) ends") }
        t.eventually("no process of round \(round) is left") { alive(t).isEmpty }
        _ = Exit.of(child: box.pid, within: 1000)
        t.requireSuccess(box.delete(["--force"]))
    }
}

private func inner(_ t: Trial) {
    let box = t.running()
    let path = t.directoryOfCgroup(box)
    t.require(cl_mkdirat(AT_FDCWD, path + "/init.scope", 0o755) == 0, "cannot make a cgroup below")
    File.write("\(box.pid)", to: path + "/init.scope/cgroup.procs")
    let controllers = (File.text(path + "/cgroup.controllers") ?? "").split(whereSeparator: { $0 == " " || $0 == "\n" })
    guard let controller = controllers.first else { t.skip("the container's cgroup has no controller") }
    File.write("+\(controller)", to: path + "/cgroup.subtree_control")
    guard !(File.text(path + "/cgroup.subtree_control") ?? "").isEmpty else { t.skip("no controller can be enabled") }
    t.equal(Proc.cgroup(box.pid)?.hasSuffix("/init.scope"), true, "the container's process has moved")
    let pid = box.execDetached(["/probe", "pause"])
    t.equal(Proc.cgroup(pid), Proc.cgroup(box.pid), "cgroup of the program")
    box.endPrograms()
}

private func terminated(_ t: Trial) {
    let box = t.running()
    let begun = cl_monotonic_ns()
    t.expectFailure(box.exec(["--detach"], ["/no/such/program"]))
    let span = (cl_monotonic_ns() - begun) / 1000
    for round in 0..<40 {
        let running = box.execCommand(["--detach"], ["/no/such/program"]).spawn()
        // From the first moment to a little after the usual end.
        usleep(UInt32(span * Int64(round) / 32))
        Proc.sendSignal(running.pid, round % 2 == 0 ? SIGTERM : SIGKILL)
        _ = running.wait()
    }
    t.eventually("no other process is left") { alive(t) == [box.pid] }
    box.endPrograms()
    t.requireSuccess(box.exec(["/probe", "exit", "0"]))
}

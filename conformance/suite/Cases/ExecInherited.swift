import CLinux
import Glibc

extension Group {
    /// What a program that is put into a container has from it; of the group "exec".
    static var execInherited: [Case] {
        [
            Case("environment, directory, user and groups are the container's", "runc's exec", sameProcess),
            Case("config.json of the bundle is not looked at", "config.json is read by create", bundleGone),
            Case("capabilities are the container's", "runc's exec", sameCapabilities),
            Case("rlimits are the container's", "config.md, rlimits", sameLimits),
            Case("the seccomp filter is the container's", "config-linux.md, Seccomp", sameFilter),
            Case("noNewPrivileges is the container's", "config.md, noNewPrivileges", sameNoNewPrivileges),
            Case("oomScoreAdj is the container's", "config.md, oomScoreAdj", sameScore),
            Case("scheduler, ioPriority and personality are the container's", "runc's exec", sameScheduling),
            Case("umask is the container's", "config.md, umask", sameUmask),
            Case("execCPUAffinity.final", "config.md, execCPUAffinity", finalAffinity),
            Case("execCPUAffinity.initial", "config.md, execCPUAffinity", initialAffinity),
            Case("execCPUAffinity without final", "config.md: the kernel's choice", noFinalAffinity),
            Case("the device filter holds for it", "config-linux.md, Allowed Device list", sameDevices),
            Case("the caller's session keyring is not seen", "session-keyring(7)", keyring),
            Case("HOME is completed for the user", "runc's exec", home),
        ]
    }
}

private func sameProcess(_ t: Trial) {
    let box = t.running { config in
        config["process", "user"] = ["uid": 1000, "gid": 1001, "additionalGids": [7, 8]]
        config["process", "cwd"] = "/tmp"
        config.environment("MINE=1")
    }
    let seen = box.seen(["ids", "+", "process", "+", "env"])
    t.equal(seen["ids", "uid"], 1000, "user")
    t.equal(seen["ids", "gid"], 1001, "group")
    t.equal(seen["ids", "groups"], [7, 8], "groups")
    t.equal(seen["process", "cwd"], "/tmp", "directory")
    t.expect((seen["env"]?.compact ?? "").contains("MINE=1"), "variable MINE: \(seen["env"]?.compact ?? "none")")
}

private func bundleGone(_ t: Trial) {
    let box = t.running { $0.environment("MINE=before") }
    box.edit { $0.environment("MINE=after") }
    t.expect((box.seen(["env"])["env"]?.compact ?? "").contains("MINE=before"), "the variable is that of create")
    File.remove(box.bundle + "/config.json")
    t.expect((box.seen(["env"])["env"]?.compact ?? "").contains("MINE=before"), "the variable is that of create")
}

private func sameCapabilities(_ t: Trial) {
    let box = t.running { $0.capabilities(["CAP_CHOWN", "CAP_NET_RAW"]) }
    let seen = box.seen(["caps"])["caps"]
    for set in ["bounding", "effective", "permitted"] { t.equal(seen?[.key(set)], "0000000000002001", "\(set) set") }
    for set in ["inheritable", "ambient"] { t.equal(seen?[.key(set)], "0000000000000000", "\(set) set") }
}

private func sameLimits(_ t: Trial) {
    let box = t.running { $0["process", "rlimits"] = [["type": "RLIMIT_NOFILE", "hard": 321, "soft": 123]] }
    let outcome = box.exec(["/bin/sh", "-c", "ulimit -Sn; ulimit -Hn"])
    t.equal(outcome.stdout, "123\n321\n", "limits")
}

private func sameFilter(_ t: Trial) {
    let box = t.running { config in
        config["linux", "seccomp"] = [
            "defaultAction": "SCMP_ACT_ALLOW",
            "syscalls": [["names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38]],
        ]
    }
    let seen = box.seen(["mkdir", "/tmp/x", "+", "process"])
    t.equal(seen["mkdir", "/tmp/x", "errno"], "ENOSYS", "mkdir")
    t.equal(seen["process", "seccomp"], 2, "seccomp mode")
}

private func sameNoNewPrivileges(_ t: Trial) {
    for (index, value) in [true, false].enumerated() {
        let box = t.running("c\(index)", []) { $0["process", "noNewPrivileges"] = .bool(value) }
        t.equal(box.seen(["caps"])["caps", "noNewPrivs"], value ? 1 : 0, "no-new-privileges")
    }
}

private func sameScore(_ t: Trial) {
    let box = t.running { $0["process", "oomScoreAdj"] = 321 }
    t.equal(box.exec(["/bin/cat", "/proc/self/oom_score_adj"]).stdout, "321\n", "score")
}

private func sameScheduling(_ t: Trial) {
    let box = t.running { config in
        config["process", "scheduler"] = ["policy": "SCHED_BATCH", "nice": 5]
        config["process", "ioPriority"] = ["class": "IOPRIO_CLASS_BE", "priority": 6]
        config["linux", "personality"] = ["domain": "LINUX32"]
    }
    let seen = box.seen(["sched", "+", "process"])
    t.equal(seen["sched", "policy"], 3, "policy")
    t.equal(seen["sched", "nice"], 5, "nice value")
    t.equal(seen["sched", "ioPriority"], 6, "I/O priority")
    t.equal(seen["process", "personality"], 8, "personality")
}

private func sameUmask(_ t: Trial) {
    let box = t.running { $0["process", "user", "umask"] = 0o027 }
    t.equal(box.seen(["process"])["process", "umask"], 0o027, "umask")
}

/// The processors that a process may run on.
private func processors(_ pid: Int32) -> String? { Proc.status(pid, "Cpus_allowed_list") }

private func finalAffinity(_ t: Trial) {
    guard processors(t.ownPid) != "0" else { t.skip("there is one processor only") }
    let box = t.running { $0["process", "execCPUAffinity"] = ["final": "0"] }
    t.differs(processors(box.pid), "0", "processors of the container's own program")
    t.equal(processors(box.execDetached(["/probe", "pause"])), "0", "processors")
    box.endPrograms()
}

private func initialAffinity(_ t: Trial) {
    guard processors(t.ownPid) == "0-1" else { t.skip("the processors here are not 0 and 1") }
    let box = t.running { $0["process", "execCPUAffinity"] = ["initial": "0", "final": "1"] }
    let command = box.execCommand([], ["/probe", "pause"])
    let running = command.spawn()
    guard case .file(let out) = command.output else { return }
    t.eventually("the program is ready") { (File.text(out) ?? "").contains("ready") }
    let runtime = t.processOfRuntime(running)
    t.equal(processors(runtime), "0", "processors of the runtime")
    let child = t.require(Proc.descendants(of: runtime).first, "a child of the runtime")
    t.equal(processors(child), "1", "processors of the program")
    Proc.sendSignal(running.pid, SIGTERM)
    t.note(running.wait())
}

private func noFinalAffinity(_ t: Trial) {
    guard processors(t.ownPid) != "0" else { t.skip("there is one processor only") }
    let box = t.running { $0["process", "execCPUAffinity"] = ["initial": "0"] }
    let found = processors(box.execDetached(["/probe", "pause"]))
    // A cgroup of version 2 that has the cpuset controller makes it what the cgroup may use.
    t.expect(found == "0" || found == processors(box.pid), "processors: \(found ?? "none")")
    box.endPrograms()
}

private func sameDevices(_ t: Trial) {
    let box = t.running { config in
        config.capabilities(["CAP_MKNOD"])
        config["root", "readonly"] = false
        config["linux", "resources", "devices"] = [["allow": false, "access": "rwm"]]
    }
    let seen = box.seen(["mknod", "/kmsg", "c", "1", "11", "+", "open", "/kmsg", "r", "+", "open", "/dev/null", "rw"])
    t.equal(seen["mknod", "/kmsg", "errno"], .null, "the making of a device")
    t.equal(seen["open", "/kmsg", "errno"], "EPERM", "a device that is not allowed")
    t.equal(seen["open", "/dev/null", "errno"], .null, "a device that is")
}

private func keyring(_ t: Trial) {
    _ = cl_keyctl_join_session("the caller's")
    let maker = Command(
        program: t.template + "/probe", arguments: ["setkey", "secret"], output: .file(t.directory + "/said/key.out"),
        error: .file(t.directory + "/said/key.err"))
    if Container.merged(t.run(maker).stdout)["setkey", "errno"] != .null { t.skip("a key cannot be made here") }
    t.equal(t.running("own").seen(["findkey", "secret"])["findkey", "errno"], "ENOKEY", "search for the caller's key")
    let box = t.container()
    t.requireSuccess(box.create(["--no-new-keyring"]))
    t.equal(box.seen(["findkey", "secret"])["findkey", "errno"], .null, "the same with --no-new-keyring at create")
}

private func home(_ t: Trial) {
    let box = t.container()
    File.write("root:x:0:0::/root:/bin/sh\nme:x:1000:1000::/home/me:/bin/sh\n", to: box.rootfs + "/etc/passwd")
    t.requireSuccess(box.create())
    t.equal(box.exec(["--user", "1000"], ["/bin/sh", "-c", "echo $HOME"]).stdout, "/home/me\n", "HOME of 1000")
    t.equal(box.exec(["--user", "1001"], ["/bin/sh", "-c", "echo $HOME"]).stdout, "/\n", "HOME of nobody known")
}

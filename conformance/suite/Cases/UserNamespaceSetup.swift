import CLinux
import Glibc

extension Group {
    /// What is made another way than on the host; of the group "user namespaces".
    static var setupInUserNamespace: [Case] {
        [
            Case("devices are the host's nodes", "mknod(2): not in a user namespace", devices),
            Case("a device that the host lacks is refused", "config-linux.md, Devices", missingDevice),
            Case("sysfs without a network namespace", "the host's is bound, read-only as a whole", boundSysfs),
            Case("devpts without the group of terminals", "devpts: gid must be mapped", unmappedTerminalGroup),
            Case("the terminal belongs to the user", "config.md, terminal", terminalOwner),
            Case("standard streams belong to the user", "/dev/stdout can be opened", streamsOwner),
            Case("the cgroup belongs to the mapped root", "config-linux.md, Cgroup ownership", cgroupOwner),
            Case("a root file system that only host root reaches", "rights of the host, not of the root", farRoot),
            Case("a source that only host root reaches", "rights of the host, not of the root", farSource),
            Case("bind of a directory with mounts below", "mount_namespaces(7): locked together", bindOverMounts),
            Case("limits, OOM score and parameters", "config.md, Linux Process; sysctl user.*", limits),
            Case("exec: limits above the caller's", "podman exec, with its default limits", limitsOfExec),
        ]
    }
}

private func devices(_ t: Trial) {
    let box = t.running(
        ["stat", "/dev/null", "/dev/tty", "+", "write", "/dev/null", "+", "mknod", "/dev/mine", "+", "mounts"]
    ) { config in
        config.userNamespace()
        config.capabilities(["CAP_MKNOD"])
    }
    t.equal(box.facts["stat", "/dev/null", "kind"], "character", "/dev/null")
    t.equal(box.facts["stat", "/dev/null", "major"], 1, "major number of /dev/null")
    t.equal(box.facts["stat", "/dev/null", "minor"], 3, "minor number of /dev/null")
    t.equal(box.facts["stat", "/dev/tty", "major"], 5, "major number of /dev/tty")
    t.equal(box.facts["write", "/dev/null", "result"], 1, "writing to /dev/null")
    t.equal(box.facts["mknod", "/dev/mine", "errno"], "EPERM", "making a node")
    let options = t.mount(at: "/dev/null", in: box.facts).options
    for option in ["nosuid", "noexec"] { t.expect(options.contains(option), "\(option) of the mount on /dev/null") }
}

private func missingDevice(_ t: Trial) {
    t.refused(saying: ["/dev/mine", "/linux/devices/0"]) { config in
        config.userNamespace()
        config["linux", "devices"] = [["type": "c", "path": "/dev/mine", "major": 1, "minor": 3]]
    }
    // The name is there, the device is another.
    t.refused(saying: ["/dev/zero", "/linux/devices/0"]) { config in
        config.userNamespace()
        config["linux", "devices"] = [["type": "c", "path": "/dev/zero", "major": 1, "minor": 3]]
    }
}

private func boundSysfs(_ t: Trial) {
    let tree = t.cgroup2 ?? "/sys/fs/cgroup"
    let box = t.running(["mounts", "+", "mkdir", tree + "/" + t.tag + "inside", "+", "list", "/sys"]) { config in
        config.userNamespace()
        config.inheritNamespace("network")
        config.unmount("/sys/fs/cgroup")
    }
    t.equal(t.mount(at: "/sys", in: box.facts).type, "sysfs", "type of /sys")
    for mount in t.mounts(in: box.facts) where mount.point == "/sys" || mount.point.hasPrefix("/sys/") {
        t.expect(mount.options.contains("ro"), "\(mount.point) is read-only")
    }
    t.equal(box.facts["mkdir", .key(tree + "/" + t.tag + "inside"), "errno"], "EROFS", "making a cgroup of the host's")
    t.expect(!(box.facts["list", "/sys", "names"]?.strings ?? []).isEmpty, "/sys has entries")
}

private func unmappedTerminalGroup(_ t: Trial) {
    let box = t.running(["mounts"]) { $0.userNamespace(size: 1) }
    let options = t.mount(at: "/dev/pts", in: box.facts).superOptions
    t.expect(!options.contains { $0.hasPrefix("gid=") }, "no group in the options of devpts: \(options)")
    let mapped = t.running("c2", ["mounts"]) { $0.userNamespace() }
    t.expect(
        t.mount(at: "/dev/pts", in: mapped.facts).superOptions.contains("gid=100005"), "the group where it is mapped")
}

private func terminalOwner(_ t: Trial) {
    let socket = ConsoleSocket(t)
    let box = t.container(program: ["/probe", "tty", "+", "pause"]) { config in
        config.userNamespace()
        config["process", "terminal"] = true
        config["process", "user"] = ["uid": 33, "gid": 44]
    }
    t.requireSuccess(box.create(["--console-socket", socket.path]))
    let received = t.require(socket.receive(), "nobody connected to the console socket")
    t.requireSuccess(box.start())
    let said = Terminal.read(received.descriptors[0], until: "{\"ready\"")
    t.contains(said, "\"controlling\":\"yes\"", "what the program says on its terminal")
    t.equal(File.facts("/proc/\(box.pid)/fd/0", follow: true)?.uid, 100_033, "owner of the terminal")
}

private func streamsOwner(_ t: Trial) {
    let box = t.running(["open", "/dev/stdout", "w", "+", "open", "/dev/stderr", "w"]) { config in
        config.userNamespace()
        config["process", "user"] = ["uid": 33, "gid": 44]
    }
    t.equal(File.facts(box.output)?.uid, 100_033, "owner of standard output outside")
    for path in ["/dev/stdout", "/dev/stderr"] {
        t.equal(box.facts["open", .key(path), "errno"], .null, "opening \(path)")
    }
}

private func cgroupOwner(_ t: Trial) {
    guard let tree = t.cgroup2 else { t.skip("no cgroup2 is mounted") }
    let name = t.tag + "own"
    let box = t.running(["mkdir", "/sys/fs/cgroup/inside", "+", "create", "/sys/fs/cgroup/file"]) { config in
        config.userNamespace()
        if !t.systemd { config["linux", "cgroupsPath"] = .text("/" + name) }
        config.unmount("/sys/fs/cgroup")
        config.mount("/sys/fs/cgroup", "cgroup", "cgroup", ["nosuid", "noexec", "nodev"])
    }
    if Proc.isInOldCgroup(box.pid, named: name) { t.skip("of cgroups of version 1 nothing is given away") }
    let place = tree + (t.systemd ? Proc.cgroup(box.pid) ?? "" : "/" + name)
    t.equal(File.facts(place)?.uid, 100_000, "owner of the cgroup")
    t.equal(File.facts(place + "/cgroup.procs")?.uid, 100_000, "owner of cgroup.procs")
    t.equal(box.facts["mkdir", "/sys/fs/cgroup/inside", "errno"], .null, "making a cgroup inside")
    t.differs(File.facts(tree)?.uid, 100_000, "owner of the top")
}

/// A directory that nobody but host root enters.
private func closedDirectory(_ t: Trial) -> String {
    let path = t.directory + "/closed"
    File.makeDirectory(path, mode: 0o700)
    return path
}

private func farRoot(_ t: Trial) {
    let closed = closedDirectory(t)
    let box = t.container(program: ["/probe", "stat", "/", "+", "list", "/..", "+", "pause"]) { $0.userNamespace() }
    let inode = File.facts(box.rootfs).map { Int($0.inode) }
    let moved = closed + "/rootfs"
    t.require(cl_renameat(AT_FDCWD, box.rootfs, AT_FDCWD, moved) == 0, "cannot move the root file system")
    box.edit { $0["root", "path"] = .text(moved) }
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    t.equal(box.facts["stat", "/", "ino"]?.int, inode, "root directory")
    t.expect(box.facts["list", "/..", "names"]?.strings?.contains("probe") == true, "there is nothing above the root")
    t.expect(
        !Proc.mounts(box.pid).contains { $0.type == "devtmpfs" && $0.point == "/dev" }, "the host's mounts are gone")
}

private func farSource(_ t: Trial) {
    let source = closedDirectory(t) + "/source"
    File.makeDirectory(source)
    File.write("text", to: source + "/file")
    let box = t.running(["read", "/mnt/file", "/etc/hostname", "+", "create", "/mnt/new"]) { config in
        config.userNamespace()
        config.mount("/mnt", "none", source, ["rbind", "ro"])
        config.mount("/etc/hostname", "none", source + "/file", ["bind"])
        config["root", "readonly"] = false
    }
    t.equal(box.facts["read", "/mnt/file", "text"], "text", "a directory")
    t.equal(box.facts["read", "/etc/hostname", "text"], "text", "a file")
    t.equal(box.facts["create", "/mnt/new", "errno"], "EROFS", "its options")
}

private func bindOverMounts(_ t: Trial) {
    t.ownMounts()
    let source = t.directory + "/source"
    File.makeDirectory(source + "")
    File.makeDirectory(source + "/below")
    File.write("under", to: source + "/below/file")
    t.mountTmpfs(source + "/below")
    let box = t.running(["list", "/mnt/below"]) { config in
        config.userNamespace()
        config.mount("/mnt", "none", source, ["bind"])
    }
    t.expect(box.facts["list", "/mnt/below", "names"]?.strings?.contains("file") == true, "what the mount covers")
}

private func limits(_ t: Trial) {
    let box = t.running(["rlimits", "+", "read", "/proc/sys/user/max_ipc_namespaces"]) { config in
        config.userNamespace()
        config["process", "rlimits"] = [["type": "RLIMIT_NOFILE", "soft": 100, "hard": 200]]
        config["process", "oomScoreAdj"] = 77
        config["linux", "sysctl"] = ["user.max_ipc_namespaces": "5"]
    }
    t.contains(
        File.text("/proc/\(box.pid)/limits") ?? "", "Max open files            100                  200", "limits")
    t.equal(File.text("/proc/\(box.pid)/oom_score_adj"), "77\n", "OOM score adjustment")
    t.equal(box.facts["read", "/proc/sys/user/max_ipc_namespaces", "text"], "5\n", "parameter of the namespace")
}

private func limitsOfExec(_ t: Trial) {
    let held = Proc.status(t.ownPid, "CapEff").flatMap { UInt64($0, radix: 16) } ?? 0
    // CAP_SYS_RESOURCE
    if held & 1 << 24 == 0 { t.skip("root may not raise limits here") }
    let box = t.running { config in
        config.userNamespace()
        config["process", "rlimits"] = [["type": "RLIMIT_NPROC", "soft": 4_194_303, "hard": 4_194_304]]
    }
    let outcome = box.exec([], ["/bin/sh", "-c", "grep processes /proc/self/limits"])
    t.requireSuccess(outcome)
    t.contains(outcome.stdout, "4194303              4194304", "limits of the program")
}

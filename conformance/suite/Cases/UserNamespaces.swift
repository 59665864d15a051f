import CLinux
import Glibc

extension Group {
    static var ofUserNamespaces: Group {
        Group("user namespaces", ids + joins + setupInUserNamespace + refusals + guards + locksInUserNamespace)
    }

    private static var ids: [Case] {
        [
            Case("the maps are those of the configuration", "config-linux.md, User namespace mappings", maps),
            Case("root inside is the mapped id outside", "config-linux.md, User namespace mappings", rootIsMapped),
            Case("another user and groups", "config.md, User; the ids are the container's", userIsMapped),
            Case("root need not be mapped", "config-linux.md: the document says which ids there are", rootUnmapped),
            Case("all capabilities are there to be had", "user_namespaces(7)", capabilitiesInside),
            Case("owners of files stay", "config-linux.md: SHOULD NOT modify the ownership", ownersStay),
            Case("exec enters it", "exec: all the container's namespaces", execInside),
        ]
    }

    private static var joins: [Case] {
        [
            Case("joined by path", "config-linux.md, Namespaces: path", joinedByPath),
            Case("joined by path with all others", "config-linux.md, Namespaces: path", joinedAll),
            Case("joined by path with its own maps", "engines repeat the maps", joinedWithMaps),
            Case(
                "joined by path, with a cgroup of the own", "docker --network container:, userns-remap",
                joinedWithCgroup),
            Case("a network namespace of the host joined by a new one", "joined before rights are lost", hostNetwork),
            Case(
                "a cgroup namespace of the host joined by a new one", "cgroup-v2.rst, Delegation: nsdelegate",
                hostCgroup),
        ]
    }

    private static var refusals: [Case] {
        [
            Case("a map without a part is refused", "config-linux.md, User namespace mappings", partialMaps),
            Case("wrong maps are refused", "config-linux.md, User namespace mappings", wrongMaps),
            Case("ids that are not mapped are refused", "config.md, User", unmappedUser),
            Case("maps that differ from the joined namespace's are refused", "one of them is wrong", otherMaps),
        ]
    }

    private static var guards: [Case] {
        [
            Case("2014-8989: groups of the caller are gone", "setgroups(2) before anything", groupsAreGone),
            Case("files of host root stay closed", "ids that are not mapped are nobody's", hostFiles),
            Case("init cannot be looked at", "PR_SET_DUMPABLE", initIsHidden),
        ]
    }
}

extension JSON {
    /// A user namespace in which root is `first` of the host.
    mutating func userNamespace(_ first: Int = 100_000, size: Int = 65536) {
        namespace("user")
        for key in ["uidMappings", "gidMappings"] {
            self["linux", .key(key)] = [["containerID": 0, "hostID": JSON(first), "size": JSON(size)]]
        }
    }
}

private func maps(_ t: Trial) {
    let box = t.running { config in
        config.userNamespace()
        config["linux", "uidMappings"] = [
            ["containerID": 0, "hostID": 100_000, "size": 10], ["containerID": 20, "hostID": 5000, "size": 2],
        ]
    }
    func numbers(_ file: String) -> [Int] {
        (File.text("/proc/\(box.pid)/\(file)") ?? "").split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
    }
    t.equal(numbers("uid_map"), [0, 100_000, 10, 20, 5000, 2], "uid_map")
    t.equal(numbers("gid_map"), [0, 100_000, 65536], "gid_map")
    t.differs(Proc.namespace(box.pid, "user"), Proc.namespace(t.ownPid, "user"), "user namespace")
}

private func rootIsMapped(_ t: Trial) {
    let box = t.running(["ids"]) { $0.userNamespace() }
    for id in ["uid", "euid", "suid", "gid", "egid", "sgid"] { t.equal(box.facts["ids", .key(id)], 0, id) }
    t.equal(Proc.status(box.pid, "Uid"), "100000\t100000\t100000\t100000", "ids outside")
    t.equal(Proc.status(box.pid, "Gid"), "100000\t100000\t100000\t100000", "group ids outside")
}

private func userIsMapped(_ t: Trial) {
    let box = t.running(["ids"]) { config in
        config.userNamespace()
        config["process", "user"] = ["uid": 33, "gid": 44, "additionalGids": [5, 6]]
    }
    t.equal(box.facts["ids", "uid"], 33, "user")
    t.equal(box.facts["ids", "groups"], [5, 6], "groups")
    t.equal(Proc.status(box.pid, "Uid"), "100033\t100033\t100033\t100033", "ids outside")
    t.equal(Proc.status(box.pid, "Groups"), "100005 100006", "groups outside")
}

private func rootUnmapped(_ t: Trial) {
    let box = t.container(program: ["/probe", "ids", "+", "pause"]) { config in
        config.userNamespace()
        for key in ["uidMappings", "gidMappings"] {
            config["linux", .key(key)] = [["containerID": 1000, "hostID": 101_000, "size": 10]]
        }
        config["process", "user"] = ["uid": 1000, "gid": 1000]
        // File systems belong to root of the namespace, which is not there.
        for path in ["/dev/shm", "/dev/pts", "/dev/mqueue"] { config.unmount(path) }
        config["mounts"] = [["destination": "/proc", "type": "proc", "source": "proc"]]
        for key in ["maskedPaths", "readonlyPaths"] { config["linux", .key(key)] = nil }
    }
    File.setMode(box.rootfs + "/dev", 0o777)
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    t.equal(box.facts["ids", "uid"], 1000, "user")
    t.equal(Proc.status(box.pid, "Uid"), "101000\t101000\t101000\t101000", "ids outside")
}

private func capabilitiesInside(_ t: Trial) {
    let box = t.running(["sethostname", "inside", "+", "chown", "/tmp", "7", "8", "+", "stat", "/tmp"]) { config in
        config.userNamespace()
        config["root", "readonly"] = false
        config.capabilities(["CAP_SYS_ADMIN", "CAP_CHOWN"])
        config.mount("/tmp", "tmpfs", "tmpfs")
    }
    t.equal(box.facts["sethostname", "inside", "errno"], .null, "setting the host name")
    t.equal(box.facts["stat", "/tmp", "uid"], 7, "owner")
}

private func execInside(_ t: Trial) {
    let box = t.running { $0.userNamespace() }
    let outcome = t.runtime("exec", box.id, "/probe", "ids", "+", "ns")
    t.requireSuccess(outcome)
    let facts = Container.merged(outcome.stdout)
    t.equal(facts["ids", "uid"], 0, "user")
    t.equal(facts["ns", "user"]?.string, Proc.namespace(box.pid, "user") ?? "none", "user namespace")
}

private func ownersStay(_ t: Trial) {
    let source = t.directory + "/source"
    File.makeDirectory(source)
    File.write("text", to: source + "/file")
    File.setOwner(source + "/file", 7, 8)
    let box = t.container { config in
        config.userNamespace()
        config.mount("/mnt", "none", source, ["bind"])
    }
    func owners() -> [String] {
        [box.rootfs, box.rootfs + "/etc", box.rootfs + "/etc/passwd", box.rootfs + "/tmp", source, source + "/file"].map
        {
            path in
            let facts = File.facts(path)
            return "\(path) \(facts?.uid ?? 1):\(facts?.gid ?? 1)"
        }
    }
    let before = owners()
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    t.equal(owners(), before, "owners on the host")
}

// MARK: Joining

private func holder(_ t: Trial) -> Container { t.running("holder") { $0.userNamespace() } }

private func joinedByPath(_ t: Trial) {
    let holder = holder(t)
    let box = t.running("guest", ["ids", "+", "sethostname", "guest"]) { config in
        config.namespace("user", path: "/proc/\(holder.pid)/ns/user")
        config.capabilities(["CAP_SYS_ADMIN"])
    }
    t.equal(Proc.namespace(box.pid, "user"), Proc.namespace(holder.pid, "user"), "user namespace")
    t.equal(box.facts["ids", "uid"], 0, "user")
    t.equal(Proc.status(box.pid, "Uid"), "100000\t100000\t100000\t100000", "ids outside")
    for kind in ["pid", "net", "uts", "mnt"] {
        t.differs(Proc.namespace(box.pid, kind), Proc.namespace(holder.pid, kind), "\(kind) namespace")
    }
    t.equal(box.facts["sethostname", "guest", "errno"], .null, "its uts namespace belongs to the user namespace")
}

private func joinedAll(_ t: Trial) {
    let holder = holder(t)
    let chosen = ["user": "user", "pid": "pid", "network": "net", "ipc": "ipc", "uts": "uts", "cgroup": "cgroup"]
    let box = t.running("guest", ["ids"]) { config in
        for (type, name) in chosen { config.namespace(type, path: "/proc/\(holder.pid)/ns/\(name)") }
        config["hostname"] = nil
    }
    for name in chosen.values {
        t.equal(Proc.namespace(box.pid, name), Proc.namespace(holder.pid, name), "\(name) namespace")
    }
    t.equal(box.facts["ids", "uid"], 0, "user")
    box.stop()
}

private func joinedWithMaps(_ t: Trial) {
    let holder = holder(t)
    let box = t.running("guest", ["ids"]) { config in
        config.userNamespace()
        config.namespace("user", path: "/proc/\(holder.pid)/ns/user")
    }
    t.equal(Proc.namespace(box.pid, "user"), Proc.namespace(holder.pid, "user"), "user namespace")
}

private func joinedWithCgroup(_ t: Trial) {
    guard let tree = t.cgroup2 else { t.skip("no cgroup2 is mounted") }
    let holder = holder(t)
    let name = t.tag + "guest"
    let box = t.running("guest", ["mkdir", "/sys/fs/cgroup/inside"]) { config in
        config.userNamespace()
        config.namespace("user", path: "/proc/\(holder.pid)/ns/user")
        config.namespace("network", path: "/proc/\(holder.pid)/ns/net")
        if !t.systemd { config["linux", "cgroupsPath"] = .text("/" + name) }
        config.unmount("/sys/fs/cgroup")
        config.mount("/sys/fs/cgroup", "cgroup", "cgroup", ["nosuid", "noexec", "nodev"])
    }
    t.equal(Proc.namespace(box.pid, "net"), Proc.namespace(holder.pid, "net"), "network namespace")
    let place = tree + (t.systemd ? Proc.cgroup(box.pid) ?? "" : "/" + name)
    t.equal(File.facts(place + "/cgroup.procs")?.uid, 100_000, "owner of cgroup.procs")
    t.equal(box.facts["mkdir", "/sys/fs/cgroup/inside", "errno"], .null, "making a cgroup inside")
}

private func otherMaps(_ t: Trial) {
    let holder = holder(t)
    t.refused(saying: ["/linux/uidMappings"]) { config in
        config.userNamespace(200_000)
        config.namespace("user", path: "/proc/\(holder.pid)/ns/user")
    }
}

private func hostNetwork(_ t: Trial) {
    let network = t.running("network")
    let box = t.running("guest", ["ids"]) { config in
        config.userNamespace()
        config.namespace("network", path: "/proc/\(network.pid)/ns/net")
    }
    t.equal(Proc.namespace(box.pid, "net"), Proc.namespace(network.pid, "net"), "network namespace")
    t.differs(Proc.namespace(box.pid, "user"), Proc.namespace(t.ownPid, "user"), "user namespace")
    t.equal(Proc.status(box.pid, "Uid"), "100000\t100000\t100000\t100000", "ids outside")
}

/// Who is in a cgroup namespace can put nobody into a cgroup outside of it, where such namespaces bound what is delegated.
private func hostCgroup(_ t: Trial) {
    let other = t.running("other")
    let box = t.running("guest", ["ids"]) { config in
        config.userNamespace()
        config.namespace("cgroup", path: "/proc/\(other.pid)/ns/cgroup")
        config.unmount("/sys/fs/cgroup")
    }
    t.equal(Proc.namespace(box.pid, "cgroup"), Proc.namespace(other.pid, "cgroup"), "cgroup namespace")
    t.equal(Proc.status(box.pid, "Uid"), "100000\t100000\t100000\t100000", "ids outside")
    guard let cgroup = Proc.cgroup(box.pid) else { return }
    t.differs(cgroup, Proc.cgroup(other.pid), "cgroup")
    t.differs(cgroup, Proc.cgroup(t.ownPid), "cgroup")
}

// MARK: Refusals

private func partialMaps(_ t: Trial) {
    for list in ["uidMappings", "gidMappings"] {
        for key in ["containerID", "hostID", "size"] {
            t.refused(saying: ["/linux/\(list)/0", key]) { config in
                config.userNamespace()
                config["linux", .key(list), 0, .key(key)] = nil
            }
        }
    }
}

private func wrongMaps(_ t: Trial) {
    t.refused(saying: ["/linux/uidMappings"]) { config in
        config.userNamespace()
        config["linux", "uidMappings"] = nil
    }
    t.refused(saying: ["/linux/uidMappings"]) { config in
        let all = config["linux", "namespaces"]
        config.userNamespace()
        config["linux", "namespaces"] = all
    }
    t.refused(saying: ["/linux/gidMappings/1/hostID"]) { config in
        config.userNamespace()
        config.append(["containerID": 70000, "hostID": 100_001, "size": 1], at: "linux", "gidMappings")
    }
    t.refused(saying: ["/linux/gidMappings/0/size"]) { config in
        config.userNamespace()
        config["linux", "gidMappings", 0, "size"] = 0
    }
}

private func unmappedUser(_ t: Trial) {
    let users: [(JSON, String)] = [
        (["uid": 65536, "gid": 0], "/process/user/uid"), (["uid": 0, "gid": 65536], "/process/user/gid"),
        (["uid": 0, "gid": 0, "additionalGids": [1, 70000]], "/process/user/additionalGids/1"),
    ]
    for (user, pointer) in users {
        t.refused(saying: [pointer]) { config in
            config.userNamespace()
            config["process", "user"] = user
        }
    }
}

// MARK: Guards

private func groupsAreGone(_ t: Trial) {
    let box = t.container(program: ["/probe", "ids", "+", "pause"]) { $0.userNamespace() }
    t.requireSuccess(box.create { $0.groups = [4242] })
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    t.equal(Proc.status(box.pid, "Groups"), "", "groups outside")
    t.equal(box.facts["ids", "groups"], [], "groups inside")
}

private func hostFiles(_ t: Trial) {
    let source = t.directory + "/host"
    File.makeDirectory(source)
    File.write("secret", to: source + "/closed", mode: 0o600)
    File.write("plain", to: source + "/open", mode: 0o644)
    let commands = [
        "read", "/mnt/closed", "/mnt/open", "+", "chown", "/mnt/open", "0", "0", "+", "chmod", "/mnt/closed", "777",
        "+",
        "create", "/mnt/new", "+", "mknod", "/tmp/node", "c", "1", "1", "+", "fds",
    ]
    let box = t.running(commands) { config in
        config.userNamespace()
        config.capabilities(["CAP_DAC_OVERRIDE", "CAP_CHOWN", "CAP_FOWNER", "CAP_MKNOD", "CAP_SYS_ADMIN"])
        config.mount("/mnt", "none", source, ["bind", "rw"])
        config.mount("/tmp", "tmpfs", "tmpfs")
    }
    t.equal(box.facts["read", "/mnt/closed", "errno"], "EACCES", "reading a file of host root")
    t.equal(box.facts["read", "/mnt/open", "text"], "plain", "a file that everybody may read")
    t.equal(box.facts["chown", "/mnt/open", "errno"], "EPERM", "taking a file of host root")
    t.equal(box.facts["chmod", "/mnt/closed", "errno"], "EPERM", "opening a file of host root")
    t.equal(box.facts["create", "/mnt/new", "errno"], "EACCES", "making a file among those of host root")
    t.equal(box.facts["mknod", "/tmp/node", "errno"], "EPERM", "making a node of the host's memory")
    for member in box.facts["fds"]?.members ?? [] {
        t.expect(["0", "1", "2"].contains(member.key), "fd \(member.key)")
    }
}

private func initIsHidden(_ t: Trial) {
    let box = t.container { $0.userNamespace() }
    t.requireSuccess(box.create())
    t.equal(File.facts("/proc/\(box.pid)/fd")?.uid, 0, "owner of the waiting init's /proc/PID/fd: host root")
    t.requireSuccess(box.start())
    t.eventually("the program belongs to the mapped root") { File.facts("/proc/\(box.pid)/fd")?.uid == 100_000 }
}

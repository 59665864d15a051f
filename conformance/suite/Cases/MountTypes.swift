import CLinux
import Glibc

extension Group {
    /// The file systems that containers are made of; of the group "mounts".
    static var mountTypeCases: [Case] {
        [
            Case("proc", "config-linux.md, Default Filesystems", proc),
            Case("proc: its own options reach it", "proc(5): hidepid, subset", procOptions),
            Case("sysfs", "config-linux.md, Default Filesystems", sysfs),
            Case("sysfs: shows the container's network", "network_namespaces(7)", sysfsNetwork),
            Case("devpts: an instance of the container's own", "config-linux.md, Default Filesystems", devpts),
            Case("devpts: a terminal can be opened", "pts(4)", devptsWorks),
            Case("mqueue", "mq_overview(7)", mqueue),
            Case("tmpfs: /dev/shm with mode 1777", "config-linux.md, Default Filesystems", shm),
            Case("tmpfs: size is a limit", "tmpfs(5)", tmpfsLimit),
            Case("cgroup: shows the container's own cgroup", "cgroup_namespaces(7)", cgroup),
            Case("cgroup: read-only", "cgroups(7)", cgroupReadonly),
            Case("cgroup: mounting leaves the host's mount as it was", "the host's cgroup options stay", cgroupHost),
            Case("an overlay by its own options", "config.md: fs-specific options", overlay),
            Case("an overlay of layers with long paths", "mount(2): a page of options", longOverlay),
        ]
    }
}

private func type(_ t: Trial, _ point: String, _ expected: String, _ words: [String] = []) -> JSON {
    let facts = t.inside(["mounts", "+", "list", point])
    let mount = t.mount(at: point, in: facts)
    t.equal(mount.type, expected, "type of the mount at \(point)")
    for word in words { t.expect(mount.options.contains(word), "\(point): \(word) among \(mount.options)") }
    return facts
}

private func proc(_ t: Trial) {
    let facts = type(t, "/proc", "proc")
    t.expect(facts["list", "/proc", "names"]?.strings?.contains("1") == true, "/proc/1 is there")
}

private func procOptions(_ t: Trial) {
    let facts = t.inside(["list", "/proc", "+", "mounts"]) { config in
        config.unmount("/proc")
        config["linux", "maskedPaths"] = nil
        config["linux", "readonlyPaths"] = nil
        config.mount("/proc", "proc", "proc", ["nosuid", "subset=pid"])
    }
    t.expect(t.mount(at: "/proc", in: facts).superOptions.contains("subset=pid"), "subset=pid is set")
    t.expect(facts["list", "/proc", "names"]?.strings?.contains("meminfo") == false, "/proc/meminfo is hidden")
}

private func sysfs(_ t: Trial) {
    let facts = type(t, "/sys", "sysfs", ["nosuid", "noexec", "nodev", "ro"])
    t.expect(facts["list", "/sys", "names"]?.strings?.contains("class") == true, "/sys/class is there")
}

private func sysfsNetwork(_ t: Trial) {
    let names = t.inside(["list", "/sys/class/net"])["list", "/sys/class/net", "names"]?.strings ?? []
    t.expect(names.contains("lo"), "lo among \(names)")
    for name in File.list("/sys/class/net") ?? [] where File.exists("/sys/class/net/\(name)/device") {
        t.expect(!names.contains(name), "the host's \(name) is not seen: \(names)")
    }
}

private func devpts(_ t: Trial) {
    let facts = type(t, "/dev/pts", "devpts", ["nosuid", "noexec"])
    t.equal(facts["list", "/dev/pts", "names"], ["ptmx"], "what is in /dev/pts")
    let mount = t.mount(at: "/dev/pts", in: facts)
    t.expect(mount.superOptions.contains("gid=5"), "gid=5 among \(mount.superOptions)")
    t.expect(mount.superOptions.contains("ptmxmode=666"), "ptmxmode=666 among \(mount.superOptions)")
    let host = Proc.mounts(t.ownPid).filter { $0.type == "devpts" }.map { $0.device }
    t.expect(!host.contains(mount.device), "it is another instance than the host's")
}

private func devptsWorks(_ t: Trial) {
    let facts = t.inside(["open", "/dev/ptmx", "rw", "+", "open", "/dev/pts/ptmx", "rw"]) { config in
        config["process", "user"] = ["uid": 1000, "gid": 1000]
    }
    t.equal(facts["open", "/dev/ptmx", "errno"], .null, "open /dev/ptmx as an ordinary user")
    t.equal(facts["open", "/dev/pts/ptmx", "errno"], .null, "open /dev/pts/ptmx as an ordinary user")
}

private func mqueue(_ t: Trial) {
    _ = type(t, "/dev/mqueue", "mqueue", ["nosuid", "noexec", "nodev"])
}

private func shm(_ t: Trial) {
    let facts = t.inside(["stat", "/dev/shm", "+", "create", "/dev/shm/new"]) {
        $0["process", "user"] = ["uid": 1000, "gid": 1000]
    }
    t.equal(facts["stat", "/dev/shm", "mode"], JSON(0o1777), "mode of /dev/shm")
    t.equal(facts["create", "/dev/shm/new", "errno"], .null, "create a file as an ordinary user")
}

private func tmpfsLimit(_ t: Trial) {
    let box = t.container(program: ["/bin/dd", "if=/dev/zero", "of=/mnt/file", "bs=4096", "count=64"]) {
        $0.mount("/mnt", "tmpfs", "tmpfs", ["size=64k"])
    }
    let outcome = box.run()
    t.expect(outcome.status > 0, "writing 256 KiB into 64 KiB fails")
    t.contains(outcome.stderr, "No space left", "dd's error")
}

// MARK: cgroup

private func cgroupMounts(_ t: Trial, _ facts: JSON) -> [Proc.Mount] {
    t.mounts(in: facts).filter { $0.point.hasPrefix("/sys/fs/cgroup") && $0.type.hasPrefix("cgroup") }
}

private func cgroup(_ t: Trial) {
    let facts = t.inside(["mounts"])
    let found = cgroupMounts(t, facts)
    t.expect(!found.isEmpty, "there is a cgroup file system at /sys/fs/cgroup")
    for mount in found { t.equal(mount.root, "/", "root of the mount at \(mount.point)") }
}

private func cgroupReadonly(_ t: Trial) {
    let facts = t.inside(["mounts"])
    let found = cgroupMounts(t, facts)
    t.expect(!found.isEmpty, "there is a cgroup file system at /sys/fs/cgroup")
    for mount in found {
        for word in ["ro", "nosuid", "nodev", "noexec", "relatime"] {
            t.expect(mount.options.contains(word), "\(mount.point): \(word) among \(mount.options)")
        }
    }
    for mount in found {
        let path = mount.point + "/new"
        let attempt = t.inside(["mkdir", path])
        t.equal(attempt["mkdir", .key(path), "errno"], "EROFS", "mkdir \(path)")
    }
}

private func cgroupHost(_ t: Trial) {
    func host() -> [String] {
        Proc.mounts(t.ownPid).filter { $0.type.hasPrefix("cgroup") }.map {
            "\($0.point) \($0.options) \($0.superOptions)"
        }
    }
    let before = host()
    t.expect(!cgroupMounts(t, t.inside(["mounts"])).isEmpty, "there is a cgroup file system at /sys/fs/cgroup")
    t.equal(host(), before, "the host's cgroup mounts")
}

/// One option longer than the 255 bytes that fsconfig(2) takes.
private func longOverlay(_ t: Trial) {
    t.ownMounts()
    let path = t.directory + "/layers"
    t.mountTmpfs(path)
    let layers = ["a", "b"].map { path + "/" + String(repeating: $0, count: 200) }
    for layer in layers { File.makeDirectory(layer) }
    File.write("text", to: layers[1] + "/file")
    let facts = t.inside(["read", "/mnt/file", "+", "create", "/mnt/new"]) {
        $0.mount("/mnt", "overlay", "overlay", ["lowerdir=" + layers.joined(separator: ":")])
    }
    t.equal(facts["read", "/mnt/file", "text"], "text", "a file of the lowest layer")
    t.equal(facts["create", "/mnt/new", "errno"], "EROFS", "create a file")
}

private func overlay(_ t: Trial) {
    t.ownMounts()
    let path = t.directory + "/layers"
    t.mountTmpfs(path)
    for name in ["lower", "upper", "work"] { File.makeDirectory(path + "/" + name) }
    File.write("text", to: path + "/lower/file")
    let facts = t.inside(["read", "/mnt/file", "+", "create", "/mnt/new", "written"]) {
        $0.mount(
            "/mnt", "overlay", "overlay",
            ["lowerdir=\(path)/lower", "upperdir=\(path)/upper", "workdir=\(path)/work"])
    }
    t.equal(facts["read", "/mnt/file", "text"], "text", "a file of the lower layer")
    t.equal(facts["create", "/mnt/new", "errno"], .null, "create a file")
    t.equal(File.text(path + "/upper/new"), "written", "the file in the upper layer")
}

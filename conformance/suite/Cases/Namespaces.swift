import CLinux
import Glibc

extension Group {
    static var ofNamespaces: Group {
        var cases: [Case] = []
        for kind in kinds {
            cases.append(
                Case("\(kind.name): new", "config-linux.md, Namespaces: without a path, a new one") {
                    newNamespace($0, kind)
                })
        }
        for kind in kinds where kind.name != "mount" {
            cases.append(
                Case("\(kind.name): inherited", "config-linux.md, Namespaces: a type not listed is the runtime's") {
                    inherited($0, kind)
                })
        }
        for kind in kinds where kind.name != "mount" {
            cases.append(
                Case("\(kind.name): joined by path", "config-linux.md, Namespaces: path", { joined($0, kind) }))
        }
        return Group("namespaces", cases + single)
    }

    private static var single: [Case] {
        [
            Case("mount: joined by path", "config-linux.md, Namespaces: path", joinedMount),
            Case("several joined at once", "config-linux.md, Namespaces: path", joinedSeveral),
            Case("a path of another type is refused", "config-linux.md, Namespaces: error MUST", otherType),
            Case("a path that is no namespace is refused", "config-linux.md, Namespaces: error MUST", noNamespace),
            Case("a path to nothing is refused", "config-linux.md, Namespaces: error MUST", nothing),
            Case("a relative path is refused", "config-linux.md, Namespaces: MUST be absolute", relative),
            Case("the same type twice is refused", "config-linux.md, Namespaces: duplicates", twice),
            Case("new and joined of one type are refused", "config-linux.md, Namespaces: duplicates", newAndJoined),
            Case("an unknown type is refused", "config.md, Valid values", unknownType),
            Case("an entry without a type is refused", "config-linux.md, Namespaces: type is REQUIRED", withoutType),
            Case("mounts without a mount namespace are refused", "the host's mounts are not to be touched", noMount),
        ]
    }
}

/// A namespace type by its names in the configuration and in /proc/PID/ns.
private typealias Kind = Row<String>

private let kinds: [Kind] = [
    Kind("pid", "pid"), Kind("network", "net"), Kind("mount", "mnt"), Kind("ipc", "ipc"), Kind("uts", "uts"),
    Kind("cgroup", "cgroup"), Kind("time", "time"),
]

private func newNamespace(_ t: Trial, _ kind: Kind) {
    let box = t.running(["ns"]) { config in
        // The one kind that the plain container shares with the host.
        if kind.name == "time" { config.append(["type": "time"], at: "linux", "namespaces") }
    }
    let outside = Proc.namespace(box.pid, kind.value)
    t.differs(outside, Proc.namespace(t.ownPid, kind.value), "\(kind.name) namespace of container and host")
    t.equal(box.facts["ns", .key(kind.value)]?.string, outside ?? "", "\(kind.name) namespace seen inside")
}

private func inherited(_ t: Trial, _ kind: Kind) {
    let box = t.running(["ns"]) { config in
        config.inheritNamespace(kind.name)
        // What may only be set in a namespace of the container's own.
        if kind.name == "uts" { config["hostname"] = nil }
        if kind.name == "network" { config.unmount("/sys") }
        if kind.name == "network" { config.unmount("/sys/fs/cgroup") }
        if kind.name == "ipc" { config.unmount("/dev/mqueue") }
    }
    t.equal(Proc.namespace(box.pid, kind.value), Proc.namespace(t.ownPid, kind.value), "\(kind.name) namespace")
}

private func joined(_ t: Trial, _ kind: Kind) {
    let holder = t.running("holder")
    let path = "/proc/\(holder.pid)/ns/\(kind.value)"
    let box = t.running("guest", ["process", "+", "ns"]) { config in
        config.namespace(kind.name, path: path)
        if kind.name == "uts" { config["hostname"] = nil }
    }
    t.equal(Proc.namespace(box.pid, kind.value), File.link(path), "\(kind.name) namespace")
    t.equal(box.facts["ns", .key(kind.value)], .text(File.link(path) ?? "unknown"), "\(kind.name) namespace inside")
    // The time namespace is the one that both containers share with the host.
    for other in kinds where other.name != kind.name && other.name != "time" {
        t.differs(
            Proc.namespace(box.pid, other.value), Proc.namespace(holder.pid, other.value), "\(other.name) namespace")
    }
    if kind.name == "pid" {
        t.expect((box.facts["process", "pid"]?.int ?? 0) > 1, "its pid is not 1 in the namespace of another")
    }
    // The first process of a pid namespace ends after all others, and those after they are waited for.
    box.stop()
}

private func joinedMount(_ t: Trial) {
    t.ownMounts()
    // A copy of the mounts, held by a process that does nothing else.
    let holder = fork()
    if holder == 0 {
        _ = cl_unshare(0x20000)
        while true { pause() }
    }
    t.eventually("a mount namespace of the holder") {
        Proc.namespace(holder, "mnt") != Proc.namespace(t.ownPid, "mnt")
    }
    let before = Proc.mounts(t.ownPid).count
    // Only what is asked of a namespace is changed in it: this one is somebody else's.
    let box = t.running(["stat", "/"]) { config in
        config.namespace("mount", path: "/proc/\(holder)/ns/mnt")
        config["mounts"] = []
        config["root", "readonly"] = false
        for key in ["maskedPaths", "readonlyPaths"] { config["linux", .key(key)] = nil }
    }
    t.equal(Proc.namespace(box.pid, "mnt"), Proc.namespace(holder, "mnt"), "mount namespace")
    t.equal(box.facts["stat", "/", "ino"]?.int, File.facts(box.rootfs).map { Int($0.inode) }, "root directory")
    t.equal(Proc.mounts(t.ownPid).count, before, "mounts of the runtime's namespace")
    box.stop()
    Proc.sendSignal(holder, SIGKILL)
}

private func joinedSeveral(_ t: Trial) {
    let holder = t.running("holder")
    let chosen = ["pid": "pid", "network": "net", "ipc": "ipc", "uts": "uts", "cgroup": "cgroup"]
    let box = t.running("guest", ["ns"]) { config in
        for (type, name) in chosen { config.namespace(type, path: "/proc/\(holder.pid)/ns/\(name)") }
        config["hostname"] = nil
    }
    for name in chosen.values {
        t.equal(Proc.namespace(box.pid, name), Proc.namespace(holder.pid, name), "\(name) namespace")
    }
    box.stop()
}

// MARK: Refusals

private func otherType(_ t: Trial) {
    t.refused { $0.namespace("network", path: "/proc/\(t.ownPid)/ns/uts") }
    t.refused { $0.namespace("uts", path: "/proc/\(t.ownPid)/ns/ipc") }
}

private func noNamespace(_ t: Trial) {
    let file = t.directory + "/file"
    File.write("not a namespace", to: file)
    t.refused { $0.namespace("network", path: file) }
    t.refused { $0.namespace("ipc", path: t.directory) }
}

private func nothing(_ t: Trial) {
    let path = t.directory + "/no-such-namespace"
    t.refused(saying: [path]) { $0.namespace("network", path: path) }
}

private func relative(_ t: Trial) {
    // From where the runtime runs, the path leads to a network namespace.
    let box = t.container { $0.namespace("network", path: "proc/\(t.ownPid)/ns/net") }
    t.refused(box)
}

private func twice(_ t: Trial) {
    t.refused { $0.append(["type": "uts"], at: "linux", "namespaces") }
}

private func newAndJoined(_ t: Trial) {
    let path = "/proc/\(t.ownPid)/ns/net"
    t.refused { $0.append(["type": "network", "path": .text(path)], at: "linux", "namespaces") }
}

private func unknownType(_ t: Trial) {
    t.refused(saying: ["nonsense"]) { $0.append(["type": "nonsense"], at: "linux", "namespaces") }
    t.refused { $0.append(["type": "Network"], at: "linux", "namespaces") }
}

private func withoutType(_ t: Trial) {
    t.refused { $0.append(["path": .text("/proc/\(t.ownPid)/ns/net")], at: "linux", "namespaces") }
}

private func noMount(_ t: Trial) {
    t.ownMounts()
    t.refused { $0.inheritNamespace("mount") }
    t.refused { config in
        config.inheritNamespace("mount")
        config["mounts"] = []
        config["linux", "maskedPaths"] = nil
        config["linux", "readonlyPaths"] = nil
    }
}

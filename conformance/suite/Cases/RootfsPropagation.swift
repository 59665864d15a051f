import CLinux
import Glibc

extension Group {
    /// The cases of linux.rootfsPropagation, which belong to the group "rootfs".
    static var propagationCases: [Case] {
        [
            Case("propagation shared: a peer group of its own", "config-linux.md, Rootfs Mount Propagation", shared),
            Case("propagation shared: mounts inside stay inside", "config-linux.md: not shared with the host") {
                staysInside($0, "shared")
            },
            Case("propagation slave: the host's mounts appear", "config-linux.md, Rootfs Mount Propagation", slave),
            Case("propagation slave: mounts inside stay inside", "config-linux.md: not the other way around") {
                staysInside($0, "slave")
            },
            Case("propagation private: the host's mounts do not appear", "config-linux.md") {
                isolated($0, "private")
            },
            Case("propagation private: mounts inside stay inside", "config-linux.md") { staysInside($0, "private") },
            Case("propagation unbindable: cannot be bound", "config-linux.md, Rootfs Mount Propagation", unbindable),
            Case("propagation unbindable: the host's mounts do not appear", "config-linux.md") {
                isolated($0, "unbindable")
            },
            Case("propagation absent: mounts inside stay inside", "a container does not mount on the host") {
                staysInside($0, nil)
            },
            Case("propagation: an unknown word is refused", "config.md, Valid values", unknownWord),
            Case("propagation private: --no-pivot is refused", "runc: unmounts on the host would be held up", noPivot),
        ]
    }
}

/// A host whose mounts are shared, as systemd leaves them, and a container in it; the bundle is below the shared mount.
private func sharedHost(_ t: Trial, _ word: String?, _ commands: [String] = []) -> Container {
    t.ownMounts()
    let name = "bundle"
    t.mountTmpfs(t.directory + "/" + name)
    t.setPropagation(t.directory + "/" + name, MountFlag.shared)
    return t.running(name, ["mounts"] + (commands.isEmpty ? [] : ["+"] + commands)) { config in
        config["linux", "rootfsPropagation"] = word.map { .text($0) }
        config["root", "readonly"] = false
        config.capabilities(["CAP_SYS_ADMIN"])
    }
}

/// The optional fields of the root mount: "shared:N", "master:N", "unbindable".
private func root(_ t: Trial, _ box: Container) -> [String] { t.mount(at: "/", in: box.facts).propagation }

private func shared(_ t: Trial) {
    let box = sharedHost(t, "shared")
    let tags = root(t, box)
    let group = tags.first { $0.hasPrefix("shared:") }
    t.expect(group != nil, "expected the root mount in a peer group, found \(tags)")
    let host = Proc.mounts(t.ownPid).filter { $0.point.hasPrefix(t.directory) }.flatMap { $0.propagation }
    t.expect(!host.contains(group ?? ""), "the peer group \(group ?? "") must not be one of the host's: \(host)")
}

private func slave(_ t: Trial) {
    let box = sharedHost(t, "slave")
    let tags = root(t, box)
    t.expect(tags.contains { $0.hasPrefix("master:") }, "expected a slave as root mount, found \(tags)")
    t.expect(!tags.contains { $0.hasPrefix("shared:") }, "expected no peer group, found \(tags)")
    t.mountTmpfs(box.rootfs + "/mnt")
    File.write("text", to: box.rootfs + "/mnt/new")
    t.equal(File.text("/proc/\(box.pid)/root/mnt/new"), "text", "a later mount of the host, seen inside")
}

private func isolated(_ t: Trial, _ word: String) {
    let box = sharedHost(t, word)
    t.equal(root(t, box), word == "unbindable" ? ["unbindable"] : [], "propagation of the root mount")
    t.mountTmpfs(box.rootfs + "/mnt")
    File.write("text", to: box.rootfs + "/mnt/new")
    t.expect(!File.exists("/proc/\(box.pid)/root/mnt/new"), "a later mount of the host is seen inside")
}

private func staysInside(_ t: Trial, _ word: String?) {
    let box = sharedHost(
        t, word,
        ["mkdir", "/opt/inside", "+", "mount", "tmpfs", "/opt/inside", "tmpfs", "0", "+", "create", "/opt/inside/new"])
    t.equal(box.facts["mount", "/opt/inside", "errno"], .null, "mount inside")
    t.expect(File.exists("/proc/\(box.pid)/root/opt/inside/new"), "the file in the mount inside")
    t.expect(File.exists(box.rootfs + "/opt/inside"), "the mount point on the host")
    t.expect(!File.exists(box.rootfs + "/opt/inside/new"), "the mount is seen by the host")
}

private func unbindable(_ t: Trial) {
    let bind = String(MountFlag.bind)
    let box = sharedHost(t, "unbindable", ["mkdir", "/mnt/copy", "+", "mount", "/", "/mnt/copy", "none", bind])
    t.equal(root(t, box), ["unbindable"], "propagation of the root mount")
    t.equal(box.facts["mount", "/mnt/copy", "errno"], "EINVAL", "bind the root")
}

private func unknownWord(_ t: Trial) {
    t.refused(saying: ["nonsense"]) { $0["linux", "rootfsPropagation"] = "nonsense" }
    t.refused { $0["linux", "rootfsPropagation"] = "Private" }
}

private func noPivot(_ t: Trial) {
    let box = t.container { $0["linux", "rootfsPropagation"] = "private" }
    t.refused(box, ["--no-pivot"])
}

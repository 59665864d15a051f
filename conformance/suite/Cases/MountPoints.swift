import CLinux
import Glibc

extension Group {
    /// Where mounts land, and what is made for them; of the group "mounts".
    static var mountPointCases: [Case] {
        [
            Case("a missing mount point is made", "config.md, Mounts: engines rely on it", missing),
            Case("a missing mount point several levels deep", "config.md, Mounts", nested),
            Case("a missing mount point of a file is a file", "config.md, Mounts", missingFile),
            Case("a missing mount point of a file, with its directories", "config.md, Mounts", nestedFile),
            Case("mount points are made in a read-only root", "config.md, Root and Mounts", inReadonlyRoot),
            Case("a relative destination is taken from the root", "config.md, Mounts: relative to \"/\"", relative),
            Case("a destination with .. stays inside", "config.md, Mounts: path inside container", dots),
            Case("a destination with doubled and trailing slashes", "config.md, Mounts", slashes),
            Case("through an absolute link stays inside", "the root is the container's", absoluteLink),
            Case("through a link that climbs stays inside", "the root is the container's", climbingLink),
            Case("through a dangling absolute link stays inside", "the root is the container's", danglingLink),
            Case("onto a link: its target inside is covered", "the root is the container's", ontoLink),
            Case("of a file through a dangling link stays inside", "the root is the container's", danglingFile),
            Case("through a link in an earlier mount stays inside", "the root is the container's", linkInMount),
            Case("through a loop of links is refused", "symlink(7): ELOOP", loop),
            Case("that procfs lacks is refused as such", "proc(5); the program is not what is missing", inProc),
            Case("through a file is refused", "path_resolution(7): ENOTDIR", throughFile),
        ]
    }
}

/// Mounts a tmpfs named "here" with these changes of the root file system before, and answers where it landed.
private func land(_ t: Trial, _ destination: String, _ prepare: (Container) -> Void = { _ in }) -> String? {
    let box = t.container("c\(t.containers.count)", program: ["/probe", "mounts"]) {
        $0.mount(destination, "tmpfs", "here")
    }
    prepare(box)
    t.requireSuccess(box.run())
    return t.mounts(in: box.facts).first { $0.source == "here" }?.point
}

/// What is in the host's file system outside of the bundle, beside the case's own files: must stay so.
private func hostSide(_ t: Trial) -> String { t.directory + "/outside" }

private func missing(_ t: Trial) {
    let box = t.container(program: ["/probe", "mounts"]) { $0.mount("/new", "tmpfs", "here") }
    t.requireSuccess(box.run())
    t.equal(t.mounts(in: box.facts).first { $0.source == "here" }?.point, "/new", "the mount's place")
    t.equal(File.facts(box.rootfs + "/new")?.kind, .directory, "kind of the mount point")
    t.equal(File.facts(box.rootfs + "/new")?.mode, 0o755, "mode of the mount point")
}

private func nested(_ t: Trial) { t.equal(land(t, "/new/a/b/c"), "/new/a/b/c", "the mount's place") }

private func missingFile(_ t: Trial) {
    File.write("text", to: t.directory + "/source")
    let box = t.container(program: ["/probe", "read", "/etc/new"]) {
        $0.mount("/etc/new", "none", t.directory + "/source", ["bind"])
    }
    t.requireSuccess(box.run())
    t.equal(box.facts["read", "/etc/new", "text"], "text", "the file")
    t.equal(File.facts(box.rootfs + "/etc/new")?.kind, .file, "kind of the mount point")
    t.equal(File.facts(box.rootfs + "/etc/new")?.size, 0, "size of the mount point")
}

private func nestedFile(_ t: Trial) {
    File.write("text", to: t.directory + "/source")
    let facts = t.inside(["read", "/new/a/b"]) { $0.mount("/new/a/b", "none", t.directory + "/source", ["bind"]) }
    t.equal(facts["read", "/new/a/b", "text"], "text", "the file")
}

private func inReadonlyRoot(_ t: Trial) {
    let facts = t.inside(["mounts", "+", "create", "/other"]) { config in
        config["root", "readonly"] = true
        config.mount("/new/place", "tmpfs", "here")
    }
    t.equal(t.mounts(in: facts).first { $0.source == "here" }?.point, "/new/place", "the mount's place")
    t.equal(facts["create", "/other", "errno"], "EROFS", "create a file in /")
}

private func relative(_ t: Trial) { t.equal(land(t, "new/place"), "/new/place", "the mount's place") }

private func dots(_ t: Trial) {
    t.equal(land(t, "/../../mnt"), "/mnt", "the place of /../../mnt")
    t.equal(land(t, "../../../mnt"), "/mnt", "the place of ../../../mnt")
    t.equal(land(t, "/etc/../../../mnt"), "/mnt", "the place of /etc/../../../mnt")
}

private func slashes(_ t: Trial) { t.equal(land(t, "//mnt///place//"), "/mnt/place", "the mount's place") }

private func absoluteLink(_ t: Trial) {
    File.makeDirectory(hostSide(t))
    // The link's target exists on the host, and would be reached if the link were followed there.
    let place = land(t, "/link/new") { box in
        File.makeLink(box.rootfs + "/link", to: "/etc")
    }
    t.equal(place, "/etc/new", "the mount's place")
    t.expect(!File.exists("/etc/new"), "the host's /etc was touched")
    let second = land(t, "/link/new") { box in File.makeLink(box.rootfs + "/link", to: hostSide(t)) }
    t.equal(second, hostSide(t) + "/new", "the mount's place: the link's target, made inside")
    t.equal(File.list(hostSide(t)), [], "what is in the host's directory")
}

private func climbingLink(_ t: Trial) {
    File.makeDirectory(hostSide(t))
    let place = land(t, "/a/link/new") { box in
        File.makeDirectory(box.rootfs + "/a")
        File.makeLink(box.rootfs + "/a/link", to: "../../../../../../../../../../../mnt")
    }
    t.equal(place, "/mnt/new", "the mount's place")
    let second = land(t, "/link/new") { box in
        File.makeLink(box.rootfs + "/link", to: "../../outside")
    }
    t.equal(second, "/outside/new", "the mount's place")
    t.equal(File.list(hostSide(t)), [], "what is in the host's directory")
}

private func danglingLink(_ t: Trial) {
    let name = "/nowhere-\(t.tag)"
    let place = land(t, "/link/new") { box in File.makeLink(box.rootfs + "/link", to: name) }
    t.equal(place, name + "/new", "the mount's place")
    t.expect(!File.exists(name), "the link's target was made on the host")
}

private func ontoLink(_ t: Trial) {
    let place = land(t, "/link") { box in
        File.makeDirectory(box.rootfs + "/target")
        File.makeLink(box.rootfs + "/link", to: "/target")
    }
    t.equal(place, "/target", "the mount's place")
}

private func danglingFile(_ t: Trial) {
    let name = "/nowhere-\(t.tag)"
    File.write("text", to: t.directory + "/source")
    let box = t.container(program: ["/probe", "read", "/link"]) {
        $0.mount("/link", "none", t.directory + "/source", ["bind"])
    }
    File.makeLink(box.rootfs + "/link", to: name)
    t.requireSuccess(box.run())
    t.equal(box.facts["read", "/link", "text"], "text", "the file")
    t.expect(!File.exists(name), "the link's target was made on the host")
}

private func linkInMount(_ t: Trial) {
    let volume = t.directory + "/volume"
    File.makeDirectory(volume)
    File.makeDirectory(hostSide(t))
    File.makeLink(volume + "/link", to: hostSide(t))
    let box = t.container(program: ["/probe", "mounts"]) { config in
        config.mount("/mnt", "none", volume, ["bind"])
        config.mount("/mnt/link/new", "tmpfs", "here")
    }
    t.requireSuccess(box.run())
    t.equal(
        t.mounts(in: box.facts).first { $0.source == "here" }?.point, hostSide(t) + "/new", "the mount's place")
    t.equal(File.list(hostSide(t)), [], "what is in the host's directory")
}

private func loop(_ t: Trial) {
    let box = t.container { $0.mount("/one/new", "tmpfs", "here") }
    File.makeLink(box.rootfs + "/one", to: "two")
    File.makeLink(box.rootfs + "/two", to: "one")
    t.refused(box)
}

private func throughFile(_ t: Trial) { t.refused { $0.mount("/etc/passwd/new", "tmpfs", "here") } }

/// Engines take "no such file or directory" for the program, and say 127 to their users.
private func inProc(_ t: Trial) {
    t.refusedInProc { $0.mount("/proc/new", "tmpfs", "tmpfs") }
    t.refusedInProc { $0.mount("/proc/new", "none", t.directory, ["bind"]) }
}

extension Trial {
    fileprivate func refusedInProc(_ edit: (inout JSON) -> Void) {
        let outcome = refused(saying: ["/proc/new"], [], edit)
        expect(!outcome.stderr.contains("no such file"), "it is said that a file is missing: \(outcome.stderr)")
    }
}

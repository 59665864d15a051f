import CLinux
import Glibc

extension Group {
    static var ofMounts: Group {
        Group(
            "mounts",
            mountCases + mountPointCases + mountOptionCases + mountBindOptionCases + mountTreeCases + mountTypeCases)
    }

    private static var mountCases: [Case] {
        [
            Case("are made in the listed order", "config.md, Mounts: MUST mount in the listed order", inOrder),
            Case("a later one covers an earlier one", "config.md, Mounts: MUST mount in the listed order", covered),
            Case("two at one place: the later is on top", "config.md, Mounts", twoAtOnePlace),
            Case("bind: a directory", "config.md, Mounts: bind", bindDirectory),
            Case("bind: a file onto a file", "config.md, Mounts: bind", bindFile),
            Case("bind: mounts below the source are left out", "mount(2), MS_BIND", bindIsFlat),
            Case("rbind: mounts below the source come along", "mount(2), MS_REC", rbindIsDeep),
            Case("bind: any type is a dummy", "config.md, Mounts: the type is a dummy", bindType),
            Case("bind: a source relative to the bundle", "config.md, Mounts: relative to the bundle", bindRelative),
            Case("bind: a source that is a symbolic link", "mount(2): the source is followed", bindLink),
            Case("bind: a device node works", "mount(2)", bindDevice),
            Case("bind: a socket", "mount(2)", bindSocket),
            Case("bind: writing goes through to the source", "config.md, Mounts", bindWrites),
            Case("bind: a missing source is refused", "runtime.md, Create: cannot apply a property", bindMissing),
            Case("bind: a directory onto a file is refused", "mount(2), ENOTDIR", bindDirectoryOntoFile),
            Case("bind: a file onto a directory is refused", "mount(2), ENOTDIR", bindFileOntoDirectory),
            Case("bind: an option of a file system is refused", "nothing is accepted and ignored", bindData),
            Case("without a destination is refused", "config.md, Mounts: destination is REQUIRED", noDestination),
            Case("of an unknown type is refused", "config.md, Mounts: type", unknownType),
        ]
    }
}

private func inOrder(_ t: Trial) {
    File.makeDirectory(t.directory + "/source")
    File.write("text", to: t.directory + "/source/file")
    let facts = t.inside(["mounts", "+", "read", "/mnt/a/b/file"]) { config in
        config.mount("/mnt", "tmpfs", "first")
        config.mount("/mnt/a", "tmpfs", "second")
        config.mount("/mnt/a/b", "none", t.directory + "/source", ["bind"])
        config.mount("/opt", "tmpfs", "fourth")
    }
    let points = t.mounts(in: facts).map { $0.point }.filter { $0.hasPrefix("/mnt") || $0 == "/opt" }
    t.equal(points, ["/mnt", "/mnt/a", "/mnt/a/b", "/opt"], "mount points in their order")
    t.equal(facts["read", "/mnt/a/b/file", "text"], "text", "a file three mounts deep")
}

private func covered(_ t: Trial) {
    let facts = t.inside(["mounts", "+", "list", "/mnt"]) { config in
        config.mount("/mnt/a", "tmpfs", "first")
        config.mount("/mnt", "tmpfs", "second")
    }
    t.equal(t.mount(at: "/mnt", in: facts).source, "second", "source of the mount at /mnt")
    t.equal(facts["list", "/mnt", "names"], [], "what is seen in /mnt")
}

private func twoAtOnePlace(_ t: Trial) {
    let facts = t.inside(["mounts", "+", "statfs", "/mnt"]) { config in
        config.mount("/mnt", "tmpfs", "lower", ["size=64k"])
        config.mount("/mnt", "tmpfs", "upper", ["size=128k"])
    }
    let sources = t.mounts(in: facts).filter { $0.point == "/mnt" }.map { $0.source }
    t.equal(sources, ["lower", "upper"], "mounts at /mnt")
    t.equal(facts["statfs", "/mnt", "blocks"], 32, "blocks of the one on top")
}

// MARK: Bind

/// A directory with one file, on the host.
private func source(_ t: Trial) -> String {
    let path = t.directory + "/source"
    File.makeDirectory(path)
    File.write("text", to: path + "/file")
    return path
}

private func bindDirectory(_ t: Trial) {
    let path = source(t)
    let facts = t.inside(["read", "/mnt/file", "+", "mounts"]) { $0.mount("/mnt", "none", path, ["bind"]) }
    t.equal(facts["read", "/mnt/file", "text"], "text", "a file of the source")
    t.expect(t.mount(at: "/mnt", in: facts).root.hasSuffix("/source"), "root of the mount is the source")
}

private func bindFile(_ t: Trial) {
    let path = source(t)
    let facts = t.inside(["read", "/etc/hostname", "+", "mounts"]) {
        $0.mount("/etc/hostname", "none", path + "/file", ["bind"])
    }
    t.equal(facts["read", "/etc/hostname", "text"], "text", "the file")
    t.expect(t.mount(at: "/etc/hostname", in: facts).root.hasSuffix("/source/file"), "root of the mount")
}

private func bindIsFlat(_ t: Trial) {
    t.ownMounts()
    let path = source(t)
    t.mountTmpfs(path + "/below")
    File.write("text", to: path + "/below/deep")
    let facts = t.inside(["list", "/mnt", "/mnt/below"]) { $0.mount("/mnt", "none", path, ["bind"]) }
    t.equal(facts["list", "/mnt/below", "names"], [], "what is in the directory below the bind mount")
}

private func rbindIsDeep(_ t: Trial) {
    t.ownMounts()
    let path = source(t)
    t.mountTmpfs(path + "/below")
    t.mountTmpfs(path + "/below/lower")
    File.write("text", to: path + "/below/lower/deep")
    let facts = t.inside(["read", "/mnt/below/lower/deep", "+", "mounts"]) { $0.mount("/mnt", "none", path, ["rbind"]) }
    t.equal(facts["read", "/mnt/below/lower/deep", "text"], "text", "a file two mounts deep")
    let points = t.mounts(in: facts).map { $0.point }.filter { $0.hasPrefix("/mnt") }
    t.equal(points, ["/mnt", "/mnt/below", "/mnt/below/lower"], "mounts at the place")
}

private func bindType(_ t: Trial) {
    let path = source(t)
    for type in ["bind", "none", "tmpfs", "dummy"] {
        let facts = t.inside(["read", "/mnt/file"]) { $0.mount("/mnt", type, path, ["bind"]) }
        t.equal(facts["read", "/mnt/file", "text"], "text", "a file of the source, with type \(type)")
    }
    let facts = t.inside(["read", "/mnt/file"]) { config in
        config.append(
            ["destination": "/mnt", "source": .text(path), "options": ["rbind"]], at: "mounts")
    }
    t.equal(facts["read", "/mnt/file", "text"], "text", "a file of the source, without a type")
}

private func bindRelative(_ t: Trial) {
    let box = t.container(program: ["/probe", "read", "/mnt/file"]) { $0.mount("/mnt", "none", "data", ["bind"]) }
    File.makeDirectory(box.bundle + "/data")
    File.write("text", to: box.bundle + "/data/file")
    t.requireSuccess(box.run())
    t.equal(box.facts["read", "/mnt/file", "text"], "text", "a file of the source")
}

private func bindLink(_ t: Trial) {
    let path = source(t)
    File.makeLink(t.directory + "/link", to: path)
    let facts = t.inside(["read", "/mnt/file"]) { $0.mount("/mnt", "none", t.directory + "/link", ["bind"]) }
    t.equal(facts["read", "/mnt/file", "text"], "text", "a file of the directory behind the link")
}

private func bindDevice(_ t: Trial) {
    let facts = t.inside(["stat", "/mnt/null", "+", "write", "/mnt/null", "text"]) {
        $0.mount("/mnt/null", "none", "/dev/null", ["bind"])
    }
    t.equal(facts["stat", "/mnt/null", "kind"], "character", "kind of the node")
    t.equal(facts["stat", "/mnt/null", "minor"], 3, "minor number of the node")
    t.equal(facts["write", "/mnt/null", "errno"], .null, "write to it")
}

private func bindSocket(_ t: Trial) {
    let path = t.directory + "/socket"
    // Bound by a short name: a socket's address is at most 107 bytes, wherever the suite works.
    let directory = cl_openat(AT_FDCWD, t.directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    let listener = cl_socket(AF_UNIX, 1)
    t.require(
        cl_unix_address(listener, "/proc/self/fd/\(directory)/socket", 1) == 0, "cannot bind a socket to \(path)")
    let facts = t.inside(["stat", "/run/socket"]) { $0.mount("/run/socket", "none", path, ["bind"]) }
    t.equal(facts["stat", "/run/socket", "kind"], "socket", "kind of what is mounted")
}

private func bindWrites(_ t: Trial) {
    let path = source(t)
    let facts = t.inside(["create", "/mnt/new", "written"]) { $0.mount("/mnt", "none", path, ["rbind", "rw"]) }
    t.equal(facts["create", "/mnt/new", "errno"], .null, "create a file")
    t.equal(File.text(path + "/new"), "written", "the file on the host")
}

private func bindMissing(_ t: Trial) {
    let path = t.directory + "/no-such-source"
    t.refused(saying: [path]) { $0.mount("/etc", "none", path, ["bind"]) }
    t.expect(!File.exists(path), "the source was made")
}

private func bindDirectoryOntoFile(_ t: Trial) {
    let path = source(t)
    t.refused { $0.mount("/etc/hostname", "none", path, ["bind"]) }
}

private func bindFileOntoDirectory(_ t: Trial) {
    let path = source(t)
    t.refused { $0.mount("/etc", "none", path + "/file", ["bind"]) }
}

private func bindData(_ t: Trial) {
    let path = source(t)
    t.refused(saying: ["size=64k"]) { $0.mount("/etc", "none", path, ["bind", "size=64k"]) }
}

// MARK: Refusals

private func noDestination(_ t: Trial) {
    t.refused(saying: ["destination"]) { $0.append(["type": "tmpfs", "source": "tmpfs"], at: "mounts") }
}

private func unknownType(_ t: Trial) {
    t.refused(saying: ["nonsensefs"]) { $0.mount("/etc", "nonsensefs", "none") }
}

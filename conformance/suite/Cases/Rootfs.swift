import CLinux
import Glibc

extension Group {
    static var ofRootfs: Group {
        Group("rootfs", rootCases + propagationCases)
    }

    private static var rootCases: [Case] {
        [
            Case("is the directory of root.path", "config.md, Root: path", isTheDirectory),
            Case("relative path is taken from the bundle", "config.md, Root: relative to the bundle", relativePath),
            Case("absolute path outside the bundle", "config.md, Root: path", absolutePath),
            Case("nothing of the host is mounted beside it", "pivot_root(2): the old root is gone", onlyOwnMounts),
            Case("nothing is above it", "pivot_root(2)", nothingAbove),
            Case("chroot does not lead out of it", "pivot_root(2): no old root to escape to", noEscape),
            Case("is writable by default", "config.md, Root: readonly defaults to false", writable),
            Case("readonly", "config.md, Root: MUST be read-only", readonly),
            Case("readonly keeps the mount's other flags", "mount(2), MS_REMOUNT | MS_BIND", readonlyKeepsFlags),
            Case("readonly leaves the mounts in it writable", "config.md, Root", readonlyMounts),
            Case("readonly leaves the host's directory writable", "config.md, Root", readonlyHost),
            Case("--no-pivot: is the root directory", "runc's command line: MS_MOVE and chroot", noPivot),
            Case("--no-pivot: readonly", "config.md, Root", noPivotReadonly),
            Case("a missing directory is refused", "config.md, Root: a directory MUST exist", missing),
            Case("a file is refused", "config.md, Root: a directory MUST exist", isFile),
            Case("an empty path is refused", "config.md, Root: path is REQUIRED", emptyPath),
            Case("root is required", "config.md, Root: this field is REQUIRED", withoutRoot),
            Case("path is required", "config.md, Root: path is REQUIRED", withoutPath),
        ]
    }
}

// MARK: The directory

private func inode(_ path: String) -> Int? { File.facts(path).map { Int($0.inode) } }

private func isTheDirectory(_ t: Trial) {
    let box = t.running(["stat", "/", "/probe"])
    t.equal(box.facts["stat", "/", "ino"]?.int, inode(box.rootfs), "inode of / inside")
    t.equal(inode("/proc/\(box.pid)/root/."), inode(box.rootfs), "inode of the process's root")
    t.differs(inode("/"), inode(box.rootfs), "inode of the host's root")
}

private func relativePath(_ t: Trial) {
    let box = t.container(program: ["/probe", "stat", "/"])
    _ = cl_renameat(AT_FDCWD, box.rootfs, AT_FDCWD, box.bundle + "/image")
    box.edit { $0["root", "path"] = "./image" }
    t.requireSuccess(box.run())
    t.equal(box.facts["stat", "/", "ino"]?.int, inode(box.bundle + "/image"), "inode of / inside")
}

private func absolutePath(_ t: Trial) {
    let box = t.container(program: ["/probe", "stat", "/"])
    let elsewhere = t.directory + "/elsewhere"
    _ = cl_renameat(AT_FDCWD, box.rootfs, AT_FDCWD, elsewhere)
    box.edit { $0["root", "path"] = .text(elsewhere) }
    t.requireSuccess(box.run())
    t.equal(box.facts["stat", "/", "ino"]?.int, inode(elsewhere), "inode of / inside")
}

private func onlyOwnMounts(_ t: Trial) {
    let facts = t.inside(["mounts"]) { config in
        config["linux", "maskedPaths"] = nil
        config["linux", "readonlyPaths"] = nil
        config["mounts"] = [["destination": "/proc", "type": "proc", "source": "proc"]]
        config.mount("/mnt", "tmpfs", "tmpfs")
    }
    let points = t.mounts(in: facts).map { $0.point }
    t.equal(points, ["/", "/proc", "/mnt"], "mount points inside")
}

private func nothingAbove(_ t: Trial) {
    let facts = t.inside(["stat", "/", "/..", "/../../..", "+", "chdir", "/..", "+", "process"])
    t.equal(facts["stat", "/..", "ino"], facts["stat", "/", "ino"] ?? "none", "inode of /..")
    t.equal(facts["stat", "/../../..", "ino"], facts["stat", "/", "ino"] ?? "none", "inode of /../../..")
    t.equal(facts["process", "cwd"], "/", "directory after chdir /..")
}

/// chroot(2) leaves the working directory outside of the new root: ".." then leads up to the root of the namespace.
private func noEscape(_ t: Trial) {
    let box = t.container(
        program: ["/probe", "chroot", "/mnt", "+", "chdir", "../../../../../..", "+", "stat", "."]
    ) { $0.capabilities(["CAP_SYS_CHROOT"]) }
    t.requireSuccess(box.run())
    t.equal(box.facts["chroot", "/mnt", "errno"], nil as JSON? ?? .null, "chroot")
    t.equal(box.facts["stat", ".", "ino"]?.int, inode(box.rootfs), "inode of the highest directory")
}

// MARK: Read-only

private func writable(_ t: Trial) {
    for value in [nil, false] as [JSON?] {
        let box = t.container("w\(t.containers.count)", program: ["/probe", "create", "/new", "text"]) {
            $0["root", "readonly"] = value
        }
        t.requireSuccess(box.run())
        t.equal(box.facts["create", "/new", "errno"], .null, "create a file in /")
        t.equal(File.text(box.rootfs + "/new"), "text", "the file on the host")
    }
}

private func readonly(_ t: Trial) {
    let box = t.container(
        program: [
            "/probe", "create", "/new", "+", "mkdir", "/etc/new", "+", "write", "/etc/passwd", "+", "unlink",
            "/etc/group",
            "+", "mounts",
        ]
    ) { $0["root", "readonly"] = true }
    t.requireSuccess(box.run())
    let attempts: [(String, String)] = [
        ("create", "/new"), ("mkdir", "/etc/new"), ("write", "/etc/passwd"), ("unlink", "/etc/group"),
    ]
    for (what, path) in attempts {
        t.equal(box.facts[.key(what), .key(path), "errno"], "EROFS", "\(what) \(path)")
    }
    t.expect(t.mount(at: "/", in: box.facts).options.contains("ro"), "the root mount is read-only")
    t.expect(!File.exists(box.rootfs + "/new"), "the host's directory has the file")
}

private func readonlyKeepsFlags(_ t: Trial) {
    t.ownMounts()
    let box = t.container(program: ["/probe", "mounts"]) { $0["root", "readonly"] = true }
    let elsewhere = t.directory + "/elsewhere"
    // Not noexec: the program is in it.
    t.mountTmpfs(elsewhere, MountFlag.noSuid | MountFlag.noDev | MountFlag.noAtime)
    RootFileSystem.make(at: elsewhere + "/image", from: t.template)
    box.edit { $0["root", "path"] = .text(elsewhere + "/image") }
    t.requireSuccess(box.run())
    let options = t.mount(at: "/", in: box.facts).options
    for flag in ["ro", "nosuid", "nodev", "noatime"] {
        t.expect(options.contains(flag), "\(flag) among the root mount's options \(options)")
    }
}

private func readonlyMounts(_ t: Trial) {
    let facts = t.inside(["create", "/mnt/new", "+", "create", "/dev/shm/new", "+", "create", "/new"]) { config in
        config["root", "readonly"] = true
        config.mount("/mnt", "tmpfs", "tmpfs")
    }
    t.equal(facts["create", "/mnt/new", "errno"], .null, "create a file in a tmpfs")
    t.equal(facts["create", "/dev/shm/new", "errno"], .null, "create a file in /dev/shm")
    t.equal(facts["create", "/new", "errno"], "EROFS", "create a file in /")
}

private func readonlyHost(_ t: Trial) {
    let box = t.running { $0["root", "readonly"] = true }
    t.expect(File.write("text", to: box.rootfs + "/new"), "the host writes into the directory")
    t.equal(File.text("/proc/\(box.pid)/root/new"), "text", "the file seen inside")
}

// MARK: Without pivot_root

private func noPivot(_ t: Trial) {
    let box = t.container(program: ["/probe", "stat", "/", "/..", "+", "mounts"])
    t.requireSuccess(box.run(["--no-pivot"]))
    t.equal(box.facts["stat", "/", "ino"]?.int, inode(box.rootfs), "inode of / inside")
    t.equal(box.facts["stat", "/..", "ino"]?.int, inode(box.rootfs), "inode of /.. inside")
    t.expect(t.mounts(in: box.facts).contains { $0.point == "/proc" }, "/proc is mounted")
}

private func noPivotReadonly(_ t: Trial) {
    let box = t.container(program: ["/probe", "create", "/new"]) { $0["root", "readonly"] = true }
    t.requireSuccess(box.run(["--no-pivot"]))
    t.equal(box.facts["create", "/new", "errno"], "EROFS", "create a file in /")
}

// MARK: Refusals

private func missing(_ t: Trial) {
    t.refused(saying: ["no-such-directory"]) { $0["root", "path"] = "no-such-directory" }
}

private func isFile(_ t: Trial) { t.refused { $0["root", "path"] = "config.json" } }
private func emptyPath(_ t: Trial) { t.refused { $0["root", "path"] = "" } }
private func withoutRoot(_ t: Trial) { t.refused(saying: ["root"]) { $0["root"] = nil } }
private func withoutPath(_ t: Trial) { t.refused { $0["root", "path"] = nil } }

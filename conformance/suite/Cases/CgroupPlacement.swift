import CLinux
import Glibc

extension Group {
    static var ofCgroups: Group {
        Group(
            "cgroup placement",
            [
                Case("init is in a cgroup of its own", "config-linux.md, Control groups", ownCgroup),
                Case("no path: the id is in its name", "config-linux.md: MAY define the default", defaultName),
                Case("an empty path is none", "config-linux.md: MAY define the default", emptyPath),
                Case("two containers are in two cgroups", "config-linux.md, Control groups", twoCgroups),
                Case("the runtime's caller stays where it was", "config-linux.md, Control groups", callerStays),
                Case("absolute path", "config-linux.md, Cgroups Path: relative to the mount point", absolute),
                Case("absolute path, several levels", "config-linux.md: created if they don't exist", nested),
                Case("relative path", "config-linux.md, Cgroups Path", relative),
                Case("the same path leads to the same place", "config-linux.md: MUST consistently attach", same),
                Case("a path with doubled slashes and dots", "config-linux.md, Cgroups Path", unclean),
                Case("a path with .. is refused", "a container's cgroup is not elsewhere", climbs),
                Case("the root cgroup is refused", "a container's cgroup is its own", rootCgroup),
                Case("all its processes are in it", "cgroups(7)", children),
                Case("delete removes it", "runtime.md, Delete", removed),
                Case("delete removes the parents that were made", "runtime.md, Delete", parentsRemoved),
                Case("delete leaves a parent that was there", "runtime.md: not created by this container", parentStays),
                Case("delete leaves a parent that others use", "runtime.md, Delete", sharedParent),
                Case("a cgroup that was there survives delete", "runtime.md: not created by this container", survives),
                Case("a cgroup with processes is refused", "config-linux.md: a non-empty cgroup", nonEmpty),
                Case("a frozen cgroup is refused", "config-linux.md: a frozen cgroup", frozen),
                Case("delete removes cgroups made inside", "runtime.md, Delete", subCgroups),
                Case("delete --force ends everything in it", "runc's delete --force", forceEndsAll),
                Case("kill --all ends everything in it", "runc's kill --all", killAll),
                Case("kill --all reaches processes in cgroups below", "runc's kill --all", killAllBelow),
                Case("a failed create leaves no cgroup", "runtime.md, Errors", failedCreate),
                Case("a cgroup removed by someone else does not stop delete", "runtime.md, Delete", removedByOther),
            ])
    }
}

/// The host's cgroup2 tree; the case is skipped where there is none.
private func tree(_ t: Trial) -> String {
    guard let mount = Proc.cgroupTrees.last(where: { $0.type == "cgroup2" && $0.root == "/" }) else {
        t.skip("no cgroup2 is mounted here")
    }
    return mount.point
}

private func path(_ t: Trial, _ box: Container) -> String {
    t.require(Proc.cgroup(box.pid), "the cgroup of process \(box.pid)")
}

private func placed(_ t: Trial, _ cgroup: String, name: String = "c1") -> Container {
    t.requireCgroupPaths()
    return t.running(name, []) { $0["linux", "cgroupsPath"] = .text(cgroup) }
}

private func ownCgroup(_ t: Trial) {
    let top = tree(t)
    let box = t.running()
    t.differs(path(t, box), Proc.cgroup(t.ownPid), "cgroup of container and runtime")
    t.equal(File.text(top + path(t, box) + "/cgroup.procs"), "\(box.pid)\n", "processes in its cgroup")
}

private func defaultName(_ t: Trial) {
    _ = tree(t)
    let box = t.running()
    t.contains(path(t, box), box.id, "cgroup")
}

private func emptyPath(_ t: Trial) {
    _ = tree(t)
    let box = t.running { $0["linux", "cgroupsPath"] = "" }
    t.contains(path(t, box), box.id, "cgroup")
}

private func twoCgroups(_ t: Trial) {
    _ = tree(t)
    t.differs(path(t, t.running("one")), path(t, t.running("two")), "cgroups")
}

private func callerStays(_ t: Trial) {
    let before = File.text("/proc/self/cgroup")
    _ = t.running()
    t.equal(File.text("/proc/self/cgroup"), before, "cgroups of the caller")
}

private func absolute(_ t: Trial) {
    let top = tree(t)
    let box = placed(t, "/\(t.tag)absolute")
    t.equal(path(t, box), "/\(t.tag)absolute", "cgroup")
    t.expect(File.exists(top + "/\(t.tag)absolute"), "the directory in the cgroup tree")
}

private func nested(_ t: Trial) {
    _ = tree(t)
    let box = placed(t, "/\(t.tag)a/b/c")
    t.equal(path(t, box), "/\(t.tag)a/b/c", "cgroup")
}

private func relative(_ t: Trial) {
    _ = tree(t)
    let box = placed(t, "\(t.tag)relative")
    t.expect(path(t, box).hasSuffix("/\(t.tag)relative"), "cgroup: \(path(t, box))")
}

private func same(_ t: Trial) {
    _ = tree(t)
    for name in ["\(t.tag)same", "/\(t.tag)same"] {
        let box = placed(t, name, name: "one")
        let first = path(t, box)
        box.stop()
        t.requireSuccess(box.delete())
        let second = t.container("two") { $0["linux", "cgroupsPath"] = .text(name) }
        t.requireSuccess(second.create())
        t.equal(path(t, second), first, "cgroup of the second container")
        t.requireSuccess(second.delete(["--force"]))
    }
}

private func unclean(_ t: Trial) {
    _ = tree(t)
    let box = placed(t, "//\(t.tag)a/.//b/")
    t.equal(path(t, box), "/\(t.tag)a/b", "cgroup")
}

private func climbs(_ t: Trial) {
    t.requireCgroupPaths()
    for path in ["/../\(t.tag)x", "../\(t.tag)x", "/\(t.tag)a/../../\(t.tag)x", "/\(t.tag)a/../b", ".."] {
        t.refused { $0["linux", "cgroupsPath"] = .text(path) }
    }
}

private func rootCgroup(_ t: Trial) {
    t.requireCgroupPaths()
    for path in ["/", "//", "/."] { t.refused { $0["linux", "cgroupsPath"] = .text(path) } }
}

private func children(_ t: Trial) {
    let top = tree(t)
    let box = t.running(["children", "3"])
    let inside = (File.text(top + path(t, box) + "/cgroup.procs") ?? "").split(separator: "\n")
    t.equal(inside.count, 4, "processes in its cgroup")
}

// MARK: Removal

private func removed(_ t: Trial) {
    let top = tree(t)
    let box = t.running()
    let directory = top + path(t, box)
    box.stop()
    t.requireSuccess(box.delete())
    t.expect(!File.exists(directory), "\(directory) is still there")
}

private func parentsRemoved(_ t: Trial) {
    let top = tree(t)
    let box = placed(t, "/\(t.tag)a/b/c")
    box.stop()
    t.requireSuccess(box.delete())
    t.expect(!File.exists(top + "/\(t.tag)a"), "the parent that was made is still there")
}

private func makeCgroup(_ t: Trial, _ path: String) {
    t.requireCgroupPaths()
    t.require(File.makeDirectory(tree(t) + path), "cannot make the cgroup \(path)")
}

private func parentStays(_ t: Trial) {
    let top = tree(t)
    makeCgroup(t, "/\(t.tag)a")
    let box = placed(t, "/\(t.tag)a/b/c")
    box.stop()
    t.requireSuccess(box.delete())
    t.expect(File.exists(top + "/\(t.tag)a"), "the parent that was there is gone")
    t.expect(!File.exists(top + "/\(t.tag)a/b"), "the parent that was made is still there")
    File.remove(top + "/\(t.tag)a")
    _ = cl_unlinkat(AT_FDCWD, top + "/\(t.tag)a", AT_REMOVEDIR)
}

private func sharedParent(_ t: Trial) {
    let top = tree(t)
    let one = placed(t, "/\(t.tag)a/one", name: "one")
    let two = placed(t, "/\(t.tag)a/two", name: "two")
    one.stop()
    t.requireSuccess(one.delete())
    t.equal(path(t, two), "/\(t.tag)a/two", "cgroup of the other")
    t.expect(!File.exists(top + "/\(t.tag)a/one"), "the cgroup of the first is still there")
    two.stop()
    t.requireSuccess(two.delete())
    t.expect(!File.exists(top + "/\(t.tag)a/two"), "the cgroup of the second is still there")
    _ = cl_unlinkat(AT_FDCWD, top + "/\(t.tag)a", AT_REMOVEDIR)
}

private func survives(_ t: Trial) {
    let top = tree(t)
    let name = "/\(t.tag)there"
    makeCgroup(t, name)
    let box = placed(t, name)
    t.equal(path(t, box), name, "cgroup")
    box.stop()
    t.requireSuccess(box.delete())
    t.expect(File.exists(top + name), "the cgroup that was there is gone")
    _ = cl_unlinkat(AT_FDCWD, top + name, AT_REMOVEDIR)
}

// MARK: Refusals

private func nonEmpty(_ t: Trial) {
    let top = tree(t)
    let first = placed(t, "/\(t.tag)used", name: "first")
    let second = t.container("second") { $0["linux", "cgroupsPath"] = .text("/\(t.tag)used") }
    t.refused(second)
    t.expect(Proc.isAlive(first.pid), "the process that was there is alive")
    t.equal(File.text(top + "/\(t.tag)used/cgroup.procs"), "\(first.pid)\n", "processes in the cgroup")
}

private func frozen(_ t: Trial) {
    let top = tree(t)
    makeCgroup(t, "/\(t.tag)frozen")
    t.require(File.write("1", to: top + "/\(t.tag)frozen/cgroup.freeze"), "cannot freeze a cgroup")
    let box = t.container { $0["linux", "cgroupsPath"] = .text("/\(t.tag)frozen") }
    t.refused(box)
    _ = cl_unlinkat(AT_FDCWD, top + "/\(t.tag)frozen", AT_REMOVEDIR)
}

// MARK: What is inside

private func subCgroups(_ t: Trial) {
    let top = tree(t)
    let box = t.running()
    let directory = top + path(t, box)
    File.makeDirectory(directory + "/inner")
    File.makeDirectory(directory + "/inner/deeper")
    box.stop()
    t.requireSuccess(box.delete())
    t.expect(!File.exists(directory), "\(directory) is still there")
}

/// A container that shares the host's pid namespace: its children do not end with init.
private func sharing(_ t: Trial) -> (box: Container, pids: [Int32]) {
    let box = t.running(["children", "3"]) { $0.inheritNamespace("pid") }
    let pids = (box.facts["children"]?.elements ?? []).compactMap { $0.int.map { Int32($0) } }
    t.equal(pids.count, 3, "children of the program")
    return (box, pids)
}

private func forceEndsAll(_ t: Trial) {
    _ = tree(t)
    let (box, pids) = sharing(t)
    t.requireSuccess(box.delete(["--force"]))
    t.eventually("its processes end") { !pids.contains { Proc.isAlive($0) } }
}

private func killAll(_ t: Trial) {
    _ = tree(t)
    let (box, pids) = sharing(t)
    t.requireSuccess(box.kill("KILL", ["--all"]))
    t.eventually("its processes end") { !(pids + [box.pid]).contains { Proc.isAlive($0) } }
    box.awaitExit()
}

private func killAllBelow(_ t: Trial) {
    let top = tree(t)
    let (box, pids) = sharing(t)
    let inner = top + path(t, box) + "/inner"
    File.makeDirectory(inner)
    t.require(File.write(String(pids[0]), to: inner + "/cgroup.procs"), "cannot move a process")
    t.requireSuccess(box.kill("KILL", ["--all"]))
    t.eventually("its processes end") { !(pids + [box.pid]).contains { Proc.isAlive($0) } }
    box.awaitExit()
}

private func failedCreate(_ t: Trial) {
    t.requireCgroupPaths()
    _ = tree(t)
    // Fails late: the program is looked for when everything else is made.
    t.refused { config in
        config["linux", "cgroupsPath"] = .text("/\(t.tag)a/b")
        config["process", "args"] = ["/no/such/program"]
    }
    t.refused { config in
        config["linux", "cgroupsPath"] = .text("/\(t.tag)a/b")
        config["hooks"] = ["createRuntime": [["path": "/bin/busybox", "args": ["false"]]]]
    }
}

private func removedByOther(_ t: Trial) {
    let top = tree(t)
    let box = t.running()
    let directory = top + path(t, box)
    box.stop()
    // systemd removes it by itself once it is empty.
    t.eventually("the cgroup can be removed") {
        cl_unlinkat(AT_FDCWD, directory, AT_REMOVEDIR) == 0 || !File.exists(directory)
    }
    t.requireSuccess(box.delete())
}

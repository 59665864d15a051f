import CLinux
import Glibc

/// Where the runtime finds cgroups, in mounts and namespaces that differ from the host's.
var cgroupDiscoveryCases: [Case] {
    [
        Case("discovery: a tree that is read-only", "cgroups(7), mounting v2", readOnly),
        Case("discovery: no tree at all", "cgroups(7), mounting v2", none),
        Case("discovery: a cgroup namespace of the caller's", "cgroup_namespaces(7)", privateNamespace),
        Case("manager: disabled makes no cgroup", "crun(1): --cgroup-manager", disabled),
        Case("manager: cgroupfs and systemd, by their names", "crun(1): --cgroup-manager", byName),
        Case("manager: another name is refused", "crun(1): --cgroup-manager", otherName),
    ]
}

private func expectRunning(_ t: Trial, _ name: String) {
    let box = t.running(name)
    t.equal(box.status, "running", "status")
    t.requireSuccess(box.delete(["--force"]))
}

private func readOnly(_ t: Trial) {
    t.requireCgroupPaths()
    let tree = t.tree(with: "pids")
    let remount: UInt = 32
    t.ownMounts()
    t.require(
        cl_mount("none", tree, nil, remount | MountFlag.bind | MountFlag.readOnly, nil) == 0,
        "cannot make \(tree) read-only")
    expectRunning(t, "unlimited")
    t.refused(saying: ["/linux/resources/pids/limit"]) { $0.limit(["pids": ["limit": 5]]) }
}

private func none(_ t: Trial) {
    t.requireCgroupPaths()
    let tree = t.tree(with: "pids")
    t.ownMounts()
    t.require(cl_umount2(tree, CL_MNT_DETACH) == 0, "cannot unmount \(tree)")
    expectRunning(t, "unlimited")
    t.refused(saying: ["/linux/resources/pids/limit"]) { $0.limit(["pids": ["limit": 5]]) }
}

/// As in a container: the caller's cgroup is the top of what it sees, and not the top of the tree.
private func privateNamespace(_ t: Trial) {
    t.requireCgroupPaths()
    let tree = t.tree(with: "pids")
    let newNamespace: Int32 = 0x200_0000
    let place = tree + "/" + t.tag + "caller"
    let top = cl_openat(AT_FDCWD, tree, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    let home = cl_openat(AT_FDCWD, tree + (Proc.cgroup(t.ownPid) ?? "") + "/cgroup.procs", O_WRONLY | O_CLOEXEC, 0)
    t.require(File.makeDirectory(place), "cannot make the cgroup \(place)")
    t.require(File.write("0", to: place + "/cgroup.procs"), "cannot enter the cgroup \(place)")
    t.ownMounts()
    guard cl_unshare(newNamespace) == 0 else { t.skip("a cgroup namespace cannot be made here") }
    // The kernel mounts no file system over itself.
    t.require(cl_umount2(tree, CL_MNT_DETACH) == 0, "cannot unmount \(tree)")
    t.require(cl_mount("cgroup2", tree, "cgroup2", 0, nil) == 0, "cannot mount cgroup2")
    expectRunning(t, "unlimited")
    // What makes limits impossible is told, and when it is gone they are possible.
    t.refused(saying: ["/linux/resources/pids/limit"]) { $0.limit(["pids": ["limit": 5]]) }
    File.makeDirectory(tree + "/caller")
    t.require(File.write("0", to: tree + "/caller/cgroup.procs"), "cannot enter the cgroup \(tree)/caller")
    let box = t.container("limited") { $0.limit(["pids": ["limit": 5]]) }
    t.expectSuccess(box.create())
    t.equal(t.setting("pids.max", of: box), "5", "pids.max")
    t.expectSuccess(box.delete(["--force"]))
    File.write(Array("0".utf8), descriptor: home)
    _ = cl_unlinkat(AT_FDCWD, tree + "/caller", AT_REMOVEDIR)
    _ = cl_unlinkat(top, t.tag + "caller", AT_REMOVEDIR)
}

// MARK: Who makes the cgroup

private func create(_ box: Container, by manager: String) -> Outcome {
    box.create { $0.arguments.insert(contentsOf: ["--cgroup-manager", manager], at: 0) }
}

private func disabled(_ t: Trial) {
    t.requireCgroupPaths()
    guard t.cgroup2 != nil else { t.skip("no cgroup2 is mounted") }
    let box = t.container()
    t.requireSuccess(create(box, by: "disabled"))
    t.equal(Proc.cgroup(box.pid), Proc.cgroup(t.ownPid) ?? "none", "cgroup of the container")
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    box.stop()
    t.requireSuccess(box.delete())
    let limited = t.container("limited") { $0.limit(["pids": ["limit": 5]]) }
    t.unchanged("a failed create") {
        t.expectFailure(create(limited, by: "disabled"), saying: "/linux/resources/pids/limit")
    }
}

private func byName(_ t: Trial) {
    t.requireCgroupPaths()
    guard t.cgroup2 != nil else { t.skip("no cgroup2 is mounted") }
    let plain = t.container("plain") { $0["linux", "cgroupsPath"] = .text("/\(t.tag)by-name") }
    t.requireSuccess(create(plain, by: "cgroupfs"))
    t.equal(Proc.cgroup(plain.pid), "/\(t.tag)by-name", "cgroup that the runtime made")
    t.needsSystemd()
    let scoped = t.container("scoped")
    t.requireSuccess(create(scoped, by: "systemd"))
    t.contains(scoped.scope, scoped.id, "scope that systemd made")
}

private func otherName(_ t: Trial) {
    t.requireWorking()
    let box = t.container()
    t.unchanged("a failed create") { t.expectFailure(create(box, by: "initd"), saying: "cgroup-manager") }
}

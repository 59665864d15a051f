import CLinux
import Glibc

var cgroupControllerCases: [Case] {
    [
        Case("controllers: a limit whose controller is missing is refused", "config-linux.md, Control groups", missing),
        Case("controllers: no limit needs none", "config-linux.md: OPTIONAL", noLimit),
        Case(
            "controllers: are there for parents that were made", "config-linux.md: created if they don't exist", parents
        ),
        Case("controllers: enabled by several at once", "config-linux.md: created if they don't exist", atOnce),
        Case("controllers: a cgroup that only holds others is refused", "cgroups(7), no internal processes", inner),
        Case("controllers: a parent with processes of its own is told", "cgroups(7), no internal processes", occupied),
        Case("a failed limit leaves nothing", "runtime.md, Errors", failedLimit),
        Case("limits are gone with the container", "runtime.md, Delete", lifecycles),
        Case("the tree is the user's who may write to it", "config-linux.md, Cgroup ownership", ownership),
        Case("a tree that is read-only stays the runtime's", "config-linux.md, Cgroup ownership", noOwnership),
    ]
}

private func tree(_ t: Trial) -> String {
    guard let tree = t.cgroup2 else { t.skip("no cgroup2 is mounted") }
    return tree
}

private func missing(_ t: Trial) {
    let present = t.controllers(of: tree(t))
    let limits: [(controller: String, pointer: String, resources: JSON)] = [
        ("memory", "/linux/resources/memory/limit", ["memory": ["limit": 67_108_864]]),
        ("cpu", "/linux/resources/cpu/quota", ["cpu": ["quota": 50000]]),
        ("cpuset", "/linux/resources/cpu/cpus", ["cpu": ["cpus": "0"]]),
        ("pids", "/linux/resources/pids/limit", ["pids": ["limit": 100]]),
        ("io", "/linux/resources/blockIO/weight", ["blockIO": ["weight": 100]]),
    ]
    let lacking = limits.filter { !present.contains($0.controller) }
    if lacking.isEmpty { t.skip("every controller is there") }
    for limit in lacking {
        t.refused(saying: [limit.pointer, "the \(limit.controller) controller", "cgroup v1"]) {
            $0.limit(limit.resources)
        }
    }
}

private func noLimit(_ t: Trial) {
    let box = t.container { config in
        config.limit(["memory": ["limit": -1, "swap": -1], "cpu": ["shares": 0, "quota": -1], "pids": ["limit": -1]])
    }
    t.expectSuccess(box.create())
}

private func parents(_ t: Trial) {
    t.requireCgroupPaths()
    let tree = t.tree(with: "pids")
    let box = t.container { config in
        config["linux", "cgroupsPath"] = .text("/\(t.tag)a/b/c")
        config.limit(["pids": ["limit": 77]])
    }
    t.requireSuccess(box.create())
    t.equal(t.setting("pids.max", of: box), "77", "pids.max")
    let place = tree + "/\(t.tag)a/b"
    for name in ["cpu", "memory", "io", "pids"] where t.controllers(of: tree).contains(name) {
        t.expect(t.controllers(of: place + "/c").contains(name), "\(name) is a controller of the container's cgroup")
    }
}

private func atOnce(_ t: Trial) {
    t.requireCgroupPaths()
    t.tree(with: "pids")
    for round in 1...6 {
        let parent = "\(t.tag)parent\(round)"
        let path = made(t, parent)
        let boxes = (1...3).map { number in
            t.container("c\(round)-\(number)") { config in
                config["linux", "cgroupsPath"] = .text("/\(parent)/\(number)")
                config.limit(["pids": ["limit": 77]])
            }
        }
        for outcome in t.together(boxes.map { $0.createCommand() }) { t.expectSuccess(outcome) }
        for box in boxes {
            box.claim()
            t.equal(t.setting("pids.max", of: box), "77", "pids.max")
            t.requireSuccess(box.delete(["--force"]))
        }
        _ = cl_unlinkat(AT_FDCWD, path, AT_REMOVEDIR)
    }
}

private func made(_ t: Trial, _ name: String) -> String {
    let path = t.tree(with: "pids") + "/" + name
    t.require(File.makeDirectory(path), "cannot make the cgroup \(path)")
    return path
}

private func inner(_ t: Trial) {
    t.requireCgroupPaths()
    let name = t.tag + "inner"
    let path = made(t, name)
    t.require(File.write("+pids", to: path + "/cgroup.subtree_control"), "cannot enable a controller in \(path)")
    t.refused(t.container { $0["linux", "cgroupsPath"] = .text("/" + name) })
    _ = cl_unlinkat(AT_FDCWD, path, AT_REMOVEDIR)
}

private func occupied(_ t: Trial) {
    t.requireCgroupPaths()
    let name = t.tag + "occupied"
    let path = made(t, name)
    let other = t.running("other") { $0["linux", "cgroupsPath"] = .text("/" + name) }
    let box = t.container("inside") { config in
        config["linux", "cgroupsPath"] = .text("/" + name + "/below")
        config.limit(["pids": ["limit": 10]])
    }
    t.refused(box, saying: ["pids"])
    t.expect(Proc.isAlive(other.pid), "the process that was there is alive")
    other.stop()
    t.requireSuccess(other.delete())
    _ = cl_unlinkat(AT_FDCWD, path, AT_REMOVEDIR)
}

private func failedLimit(_ t: Trial) {
    t.requireCgroupPaths()
    _ = t.tree(with: "cpu")
    t.refused(saying: ["cpu"]) { config in
        config["linux", "cgroupsPath"] = .text("/\(t.tag)a/b")
        config.limit(["pids": ["limit": 10], "cpu": ["quota": 1]])
    }
}

private func lifecycles(_ t: Trial) {
    _ = t.tree(with: "memory")
    for number in 1...10 {
        let box = t.container("c\(number)", program: number % 2 == 0 ? ["/probe", "exit", "0"] : ["/nonesuch"]) {
            $0.limit(["memory": ["limit": 33_554_432], "pids": ["limit": 20], "cpu": ["quota": 50000]])
        }
        let outcome = box.run()
        if number % 2 == 0 { t.expectSuccess(outcome) } else { t.expectFailure(outcome) }
    }
    t.equal(
        Leftovers(directory: t.directory, root: t.root, tag: t.tag, ancestor: t.ownPid, patience: t.patience).cgroups(),
        [],
        "cgroups that are left")
}

private func writable(_ config: inout JSON, _ options: [String]) {
    config["process", "user"] = ["uid": 1000, "gid": 1000]
    config.unmount("/sys/fs/cgroup")
    config.mount("/sys/fs/cgroup", "cgroup", "cgroup", options)
}

private func ownership(_ t: Trial) {
    let tree = tree(t)
    let box = t.running { writable(&$0, ["nosuid", "noexec", "nodev", "rw"]) }
    let place = tree + (Proc.cgroup(box.pid) ?? "")
    for file in ["", "/cgroup.procs", "/cgroup.subtree_control", "/cgroup.threads"] {
        t.equal(File.facts(place + file)?.uid, 1000, "owner of the cgroup's \(file)")
    }
    for file in ["/cgroup.freeze", "/cgroup.kill", "/cgroup.max.depth"] {
        t.equal(File.facts(place + file)?.uid, 0, "owner of the cgroup's \(file)")
    }
}

private func noOwnership(_ t: Trial) {
    let tree = tree(t)
    let box = t.running { writable(&$0, ["nosuid", "noexec", "nodev", "ro"]) }
    t.equal(File.facts(tree + (Proc.cgroup(box.pid) ?? ""))?.uid, 0, "owner of the cgroup")
}

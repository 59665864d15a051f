var cgroupPidsCases: [Case] {
    [
        Case("pids: limit", "config-linux.md, PIDs", limit),
        Case("pids: 0 leaves only the program", "config-linux.md, PIDs: 0 is a valid limit", zero),
        Case("pids: -1 is no limit", "config-linux.md, PIDs", unlimited),
        Case("pids: many processes are stopped", "cgroup-v2.rst, pids.max", bomb),
        Case("pids: a limit that set-up runs into is told", "runtime.md, Errors", told),
        Case("pids: a limit that start runs into is told", "runtime.md, Errors", toldByStart),
    ]
}

private func limit(_ t: Trial) {
    t.tree(with: "pids")
    t.sets(["pids": ["limit": 32]], [("pids.max", "32")])
    // systemd has a limit of its own where none is asked for.
    if !t.systemd { t.sets(["pids": [:]], [("pids.max", "max")]) }
}

private func zero(_ t: Trial) {
    t.tree(with: "pids")
    let box = t.running(["children", "1"]) { $0.limit(["pids": ["limit": -1]]) }
    t.equal(box.facts["children"]?.elements?.count, 1, "children without a limit")
    let alone = t.shell("/bin/busybox true; echo never", ["pids": ["limit": 0]])
    alone.awaitExit()
    t.expect(!(File.text(alone.output) ?? "").contains("never"), "a second process could be made")
}

private func unlimited(_ t: Trial) {
    t.tree(with: "pids")
    t.sets(["pids": ["limit": -1]], [("pids.max", "max")])
}

private func bomb(_ t: Trial) {
    let script = "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do /bin/busybox sleep 100 & done; /bin/busybox sleep 100"
    let tree = t.tree(with: "pids")
    let box = t.shell("(" + script + "); exec /bin/busybox sleep 100", ["pids": ["limit": 6]])
    t.eventually("the limit refuses") { t.count("max", in: "pids.events", of: box) > 0 }
    let inside = File.text(tree + (Proc.cgroup(box.pid) ?? "") + "/cgroup.procs") ?? ""
    t.expect(inside.split(separator: "\n").count <= 6, "processes in the cgroup: expected at most 6, found \(inside)")
}

private func told(_ t: Trial) {
    t.tree(with: "pids")
    let box = t.container { config in
        config.limit(["pids": ["limit": 1]])
        config["hooks"] = ["createContainer": [["path": "/bin/busybox", "args": ["busybox", "true"]]]]
    }
    t.refused(box, saying: ["/linux/resources/pids/limit"])
}

private func toldByStart(_ t: Trial) {
    t.tree(with: "pids")
    let box = t.container { config in
        config.limit(["pids": ["limit": 1]])
        config["hooks"] = ["startContainer": [["path": "/bin/busybox", "args": ["busybox", "true"]]]]
    }
    t.requireSuccess(box.create())
    t.expectFailure(box.start(), saying: "/linux/resources/pids/limit")
}

var cgroupCPUCases: [Case] {
    [
        Case("cpu: shares become a weight", "the formula that all runtimes use", shares),
        Case("cpu: quota and period", "config-linux.md, CPU", bandwidth),
        Case("cpu: burst", "config-linux.md, CPU", burst),
        Case("cpu: idle", "config-linux.md, CPU", idle),
        Case("cpu: a quota slows a busy program down", "cgroup-v2.rst, cpu.max", throttled),
        Case("cpu: real-time limits are refused", "cgroup v2 has none", realTime),
        Case("cpuset: processors", "config-linux.md, CPU: cpus", processors),
        Case("cpuset: memory nodes", "config-linux.md, CPU: mems", nodes),
        Case("cpuset: what is not there is refused", "config.md, Valid values", absent),
    ]
}

private func shares(_ t: Trial) {
    t.tree(with: "cpu")
    for (shares, weight) in [(2, "1"), (100, "17"), (512, "59"), (1024, "100"), (2048, "174"), (262_144, "10000")] {
        t.sets(["cpu": ["shares": JSON(shares)]], [("cpu.weight", weight)])
    }
    t.sets(["cpu": ["shares": 0]], [("cpu.weight", "100")])
}

private func bandwidth(_ t: Trial) {
    t.tree(with: "cpu")
    t.sets(["cpu": ["quota": 50000, "period": 200_000]], [("cpu.max", "50000 200000")])
    t.sets(["cpu": ["quota": 50000]], [("cpu.max", "50000 100000")])
    t.sets(["cpu": ["period": 200_000]], [("cpu.max", "max 200000")])
    t.sets(["cpu": ["quota": -1, "period": 200_000]], [("cpu.max", "max 200000")])
    t.refused(saying: ["cpu"]) { $0.limit(["cpu": ["quota": 1, "period": 100_000]]) }
}

private func burst(_ t: Trial) {
    t.tree(with: "cpu")
    t.sets(
        ["cpu": ["quota": 50000, "period": 100_000, "burst": 20000]],
        [("cpu.max", "50000 100000"), ("cpu.max.burst", "20000")])
    t.refused(saying: ["burst"]) { $0.limit(["cpu": ["quota": 50000, "burst": 60000]]) }
}

private func idle(_ t: Trial) {
    t.tree(with: "cpu")
    t.sets(["cpu": ["idle": 1]], [("cpu.idle", "1")])
    t.sets(["cpu": ["idle": 0, "shares": 2048]], [("cpu.idle", "0"), ("cpu.weight", "174")])
    t.sets(["cpu": ["idle": 1, "shares": 2048]], [("cpu.idle", "1")])
    t.refused { $0.limit(["cpu": ["idle": 2]]) }
}

private func throttled(_ t: Trial) {
    t.tree(with: "cpu")
    let box = t.shell("while :; do :; done", ["cpu": ["quota": 5000, "period": 50000]])
    t.eventually("periods are throttled", within: 5000) { t.count("nr_throttled", in: "cpu.stat", of: box) > 5 }
    t.requireSuccess(box.kill("KILL"))
    box.awaitExit()
}

private func realTime(_ t: Trial) {
    t.refused(saying: ["realtimeRuntime"]) { $0.limit(["cpu": ["realtimeRuntime": 1000, "realtimePeriod": 10000]]) }
    for key in ["realtimeRuntime", "realtimePeriod"] {
        t.refused(saying: [key]) { $0.limit(["cpu": .object([.init(key: key, value: 1000)])]) }
    }
}

private func processors(_ t: Trial) {
    t.tree(with: "cpuset")
    let box = t.container { $0.limit(["cpu": ["cpus": "0"]]) }
    t.requireSuccess(box.create())
    t.equal(t.setting("cpuset.cpus", of: box), "0", "cpuset.cpus")
    t.equal(t.setting("cpuset.cpus.effective", of: box), "0", "cpuset.cpus.effective")
    t.equal(Proc.status(box.pid, "Cpus_allowed_list"), "0", "processors of the program")
}

private func nodes(_ t: Trial) {
    t.tree(with: "cpuset")
    t.sets(["cpu": ["mems": "0"]], [("cpuset.mems", "0")])
}

private func absent(_ t: Trial) {
    t.tree(with: "cpuset")
    t.refused(saying: ["cpus"]) { $0.limit(["cpu": ["cpus": "100000"]]) }
    t.refused(saying: ["mems"]) { $0.limit(["cpu": ["mems": "900"]]) }
    t.refused { $0.limit(["cpu": ["cpus": "all of them"]]) }
}

var cgroupUnifiedCases: [Case] {
    [
        Case("unified: any file", "config-linux.md, Unified", anyFile),
        Case("unified: takes the place of what was translated", "config-linux.md, Unified", overrides),
        Case("unified: a line for each device", "config-linux.md, Unified: the example", lines),
        Case(
            "unified: a controller that is not there is refused", "config-linux.md, Unified: MUST generate",
            noController),
        Case("unified: a file that is not there is refused", "config-linux.md, Unified", noFile),
        Case("unified: what is no name of a file is refused", "config.md, Valid values", wrongNames),
        Case("unified: a value that the kernel refuses is refused", "config.md, Valid values", wrongValue),
    ]
}

private func anyFile(_ t: Trial) {
    t.tree(with: "memory")
    t.sets(
        ["unified": ["memory.high": "50331648", "cgroup.max.depth": "3", "memory.oom.group": "1"]],
        [("memory.high", "50331648"), ("cgroup.max.depth", "3"), ("memory.oom.group", "1")])
    t.sets(["unified": ["memory.high": "2097152"]], [("memory.high", "2097152")])
}

private func overrides(_ t: Trial) {
    t.tree(with: "pids")
    t.sets(["pids": ["limit": 100], "unified": ["pids.max": "200"]], [("pids.max", "200")])
    t.sets(["memory": ["limit": 33_554_432], "unified": ["memory.max": "64M"]], [("memory.max", "67108864")])
}

private func lines(_ t: Trial) {
    t.tree(with: "io")
    guard let text = File.text("/sys/block/vda/dev") else { t.skip("the host has no disk vda") }
    let disk = text.split(separator: "\n")[0]
    t.sets(
        ["unified": ["io.max": .text("\(disk) rbps=1048576\n\(disk) wbps=2097152\n")]],
        [("io.max", "\(disk) rbps=1048576 wbps=2097152 riops=max wiops=max")])
}

private func noController(_ t: Trial) {
    t.refused(saying: ["unified", "nonesuch"]) { $0.limit(["unified": ["nonesuch.max": "1"]]) }
}

private func noFile(_ t: Trial) {
    t.tree(with: "memory")
    t.refused(saying: ["memory.nonesuch"]) { $0.limit(["unified": ["memory.nonesuch": "1"]]) }
}

private func wrongNames(_ t: Trial) {
    for name in ["memory", "../memory.max", "a/b.c"] {
        t.refused(saying: ["unified"]) { $0.limit(["unified": .object([.init(key: name, value: "1")])]) }
    }
}

private func wrongValue(_ t: Trial) {
    t.tree(with: "memory")
    t.refused(saying: ["memory.high"]) { $0.limit(["unified": ["memory.high": "much"]]) }
}

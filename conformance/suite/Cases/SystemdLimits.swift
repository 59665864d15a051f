import CLinux
import Glibc

extension Group {
    static var systemdLimits: Group {
        Group(
            "systemd limits",
            [
                Case(
                    "every limit comes to the same as without systemd", "config-linux.md, Control groups", sameFiles,
                    timeout: 240),
                Case("the unit's properties say the limits", "systemd.resource-control(5)", properties),
                Case("limits survive daemon-reload", "systemctl(1), daemon-reload", reload),
                Case("an update survives daemon-reload", "systemctl(1), daemon-reload", updated),
                Case("a refused update leaves the unit as it was", "runtime.md, Errors", refusedUpdate),
                Case("an update without systemd changes nothing", "runtime.md, Errors", deafUpdate),
                Case("daemon-reload while one is made", "systemctl(1), daemon-reload", reloadMeanwhile, timeout: 120),
                Case("limits survive a change of another one", "systemctl(1), set-property", changed),
                Case("a limit below what the set-up needs", "config-linux.md, Memory", small),
                Case(
                    "the device filter holds before and after daemon-reload", "config-linux.md, Allowed Device list",
                    devices),
                Case("a limit that the kernel refuses is named", "runtime.md, Errors", refusedLimit),
            ])
    }
}

/// A resource, and what the kernel's file must then hold.
private var resources: [(name: String, json: JSON, file: String, text: String)] {
    [
        ("memory limit", ["memory": ["limit": 67_108_864]], "memory.max", "67108864"),
        ("memory reservation", ["memory": ["reservation": 33_554_432]], "memory.low", "33554432"),
        ("swap", ["memory": ["limit": 67_108_864, "swap": 134_217_728]], "memory.swap.max", "67108864"),
        ("pids", ["pids": ["limit": 42]], "pids.max", "42"),
        ("pids, none", ["pids": ["limit": -1]], "pids.max", "max"),
        ("cpu shares", ["cpu": ["shares": 512]], "cpu.weight", "59"),
        ("cpu quota and period", ["cpu": ["quota": 25_000, "period": 50_000]], "cpu.max", "25000 50000"),
        ("cpu quota between hundredths", ["cpu": ["quota": 33_333]], "cpu.max", "33333 100000"),
        ("cpu burst", ["cpu": ["quota": 50_000, "burst": 20_000]], "cpu.max.burst", "20000"),
        ("cpu idle", ["cpu": ["idle": 1]], "cpu.idle", "1"),
        ("cpus", ["cpu": ["cpus": "0"]], "cpuset.cpus", "0"),
        ("mems", ["cpu": ["mems": "0"]], "cpuset.mems", "0"),
        ("huge pages", ["hugepageLimits": [["pageSize": "2MB", "limit": 4_194_304]]], "hugetlb.2MB.max", "4194304"),
        ("memory.high", ["unified": ["memory.high": "50331648"]], "memory.high", "50331648"),
        ("memory.min", ["unified": ["memory.min": "1048576"]], "memory.min", "1048576"),
        ("memory.oom.group", ["unified": ["memory.oom.group": "1"]], "memory.oom.group", "1"),
        ("block I/O weight", ["blockIO": ["weight": 200]], "io.weight", "default 1920"),
    ]
}

/// With the scheduler BFQ there is a file of the old scale beside that of the new, and it is the one that counts.
private func weighed(_ directory: String, _ file: String, _ expected: String) -> (file: String, expected: String) {
    guard file == "io.weight", File.text(directory + "/io.bfq.weight") != nil else { return (file, expected) }
    return ("io.bfq.weight", "default 200")
}

private func text(_ path: String) -> String {
    var text = File.text(path) ?? "(no file)"
    while text.hasSuffix("\n") { text.removeLast() }
    return text
}

private func sameFiles(_ t: Trial) {
    t.needsSystemd()
    for (name, json, asked, value) in resources {
        let plain = t.running("plain") { $0["linux", "resources"] = json }
        let there = "/sys/fs/cgroup" + t.require(Proc.cgroup(plain.pid), "its cgroup")
        let (file, expected) = weighed(there, asked, value)
        let without = text(there + "/" + file)
        t.requireSuccess(plain.delete(["--force"]))
        File.remove(plain.bundle)
        let scoped = t.inScope("scoped") { $0["linux", "resources"] = json }
        let with = text(scoped.scopeDirectory + "/" + file)
        t.requireSuccess(scoped.delete(["--force"]))
        File.remove(scoped.bundle)
        t.equal(without, expected, "\(name): \(file) without systemd")
        t.equal(with, expected, "\(name): \(file) with systemd")
    }
}

private var limited: JSON {
    [
        "memory": ["limit": 67_108_864, "reservation": 33_554_432, "swap": 134_217_728],
        "cpu": ["shares": 512, "quota": 50_000, "period": 100_000, "cpus": "0", "mems": "0"],
        "pids": ["limit": 42], "blockIO": ["weight": 200],
    ]
}

private func properties(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope { $0["linux", "resources"] = limited }
    for (name, value) in [
        ("MemoryMax", "67108864"), ("MemoryLow", "33554432"), ("MemorySwapMax", "67108864"), ("CPUWeight", "59"),
        ("CPUQuotaPerSecUSec", "500ms"), ("CPUQuotaPeriodUSec", "100ms"), ("AllowedCPUs", "0"),
        ("AllowedMemoryNodes", "0"), ("TasksMax", "42"), ("IOWeight", "1920"),
    ] {
        t.equal(t.property(name, of: box.scope), value, name)
    }
}

private let files = [
    "memory.max", "memory.low", "memory.swap.max", "cpu.weight", "cpu.max", "cpuset.cpus", "cpuset.mems", "pids.max",
    "io.weight", "hugetlb.2MB.max", "cpu.max.burst",
]

private func values(_ box: Container) -> String {
    files.map { $0 + " = " + text(box.scopeDirectory + "/" + $0) }.joined(separator: "\n")
}

private func withMore(_ config: inout JSON) {
    config["linux", "resources"] = limited
    config["linux", "resources", "hugepageLimits"] = [["pageSize": "2MB", "limit": 4_194_304]]
    config["linux", "resources", "cpu", "burst"] = 10_000
}

private func reload(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope("c1", [], withMore)
    let before = values(box)
    for line in ["pids.max = 42", "memory.max = 67108864", "cpu.max.burst = 10000"] {
        t.contains(before, line, "limits before daemon-reload")
    }
    t.requireSuccess(t.systemctl("daemon-reload"))
    t.equal(values(box), before, "limits after daemon-reload")
    t.equal(box.status, "running", "status")
}

private func update(_ t: Trial, _ box: Container, _ document: String) -> Outcome {
    var command = t.command(["update", "--resources", "-", box.id])
    command.input = .text(document)
    return t.run(command)
}

private func updated(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope("c1", [], withMore)
    let document = """
        {"pids":{"limit":50},"memory":{"limit":100663296},"cpu":{"shares":1024,"quota":33333,"burst":5000},
        "blockIO":{"weight":500}}
        """
    t.requireSuccess(update(t, box, document))
    let after = values(box)
    for line in ["pids.max = 50", "memory.max = 100663296", "cpu.weight = 100", "cpu.max.burst = 5000"] {
        t.contains(after, line, "limits after the update")
    }
    t.contains(after, "cpu.max = 33333 100000", "limits after the update")
    t.requireSuccess(t.systemctl("daemon-reload"))
    t.requireSuccess(t.systemctl("set-property", "--runtime", box.scope, "TasksMax=51"))
    t.equal(text(box.scopeDirectory + "/memory.max"), "100663296", "memory.max after daemon-reload")
    t.equal(text(box.scopeDirectory + "/cpu.weight"), "100", "cpu.weight after daemon-reload")
    t.equal(t.property("MemoryMax", of: box.scope), "100663296", "MemoryMax")
    t.equal(t.property("MemoryLow", of: box.scope), "33554432", "MemoryLow, which was not named")
}

private func unitLimits(_ t: Trial, _ box: Container) -> String {
    ["TasksMax", "MemoryMax", "MemoryHigh", "CPUWeight", "CPUQuotaPerSecUSec"].map {
        $0 + "=" + t.property($0, of: box.scope)
    }.joined(separator: " ")
}

private func refusedUpdate(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope("c1", [], withMore)
    let before = values(box)
    let unit = unitLimits(t, box)
    for document in [
        // The kernel takes no such depth.
        "{\"pids\":{\"limit\":33},\"unified\":{\"cgroup.max.depth\":\"x\"}}",
        "{\"pids\":{\"limit\":33},\"cpu\":{\"idle\":1},\"unified\":{\"memory.high\":\"much\"}}",
    ] {
        t.expectFailure(update(t, box, document))
        t.equal(values(box), before, "limits after \(document)")
        t.equal(unitLimits(t, box), unit, "the unit after \(document)")
    }
}

private func deafUpdate(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope("c1", [], withMore)
    let before = values(box)
    t.ownMounts()
    // What systemd listens at is out of sight.
    let places = ["/run/dbus", "/run/systemd"]
    for place in places { t.mountTmpfs(place) }
    t.expectFailure(update(t, box, "{\"pids\":{\"limit\":33},\"cpu\":{\"idle\":1,\"burst\":0}}"))
    for place in places { _ = cl_umount2(place, 0) }
    t.equal(values(box), before, "limits after the update")
}

private func reloadMeanwhile(_ t: Trial) {
    t.needsSystemd()
    for number in 1...5 {
        let box = t.container("c\(number)", withMore)
        var command = box.createCommand()
        command.arguments.insert("--systemd-cgroup", at: 0)
        let creating = command.spawn()
        t.requireSuccess(t.systemctl("daemon-reload"))
        t.requireSuccess(t.note(creating.wait()))
        box.claim()
        t.equal(box.status, "created", "status")
        t.equal(text(box.scopeDirectory + "/pids.max"), "42", "pids.max")
        t.requireSuccess(box.delete(["--force"]))
        File.remove(box.bundle)
    }
    t.expectNoUnit("delete")
}

private func changed(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope("c1", [], withMore)
    let before = values(box)
    // What the runtime makes of shares and weights is another case's business.
    let weight = text(box.scopeDirectory + "/cpu.weight")
    let ofDisks = text(box.scopeDirectory + "/io.weight").split { $0 == " " || $0 == "\n" }
    t.require(ofDisks.count > 1, "expected a line in io.weight")
    // systemd writes all that it knows of a controller when a part of it changes.
    t.requireSuccess(
        t.systemctl("set-property", "--runtime", box.scope, "CPUWeight=60", "MemoryLow=32M", "IOWeight=\(ofDisks[1])"))
    t.equal(text(box.scopeDirectory + "/cpu.weight"), "60", "cpu.weight")
    t.requireSuccess(t.systemctl("set-property", "--runtime", box.scope, "CPUWeight=" + weight))
    t.equal(values(box), before, "limits after changes")
}

private func small(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope { $0["linux", "resources"] = ["memory": ["limit": 2_097_152]] }
    t.equal(text(box.scopeDirectory + "/memory.max"), "2097152", "memory.max")
    t.equal(t.property("MemoryMax", of: box.scope), "2097152", "MemoryMax")
}

/// What a shell in the container's cgroup, but in none of its namespaces, is answered.
private func opens(_ t: Trial, _ device: String, in box: Container) -> Bool {
    var command = t.command([])
    command.program = "/bin/busybox"
    command.arguments = [
        "sh", "-c", "echo $$ >\(box.scopeDirectory)/cgroup.procs && exec 3<\(device)",
    ]
    return t.run(command).succeeded
}

private func devices(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope {
        $0["linux", "resources", "devices"] = [["allow": false, "access": "rwm"]]
    }
    for when in ["before", "after"] {
        t.expect(opens(t, "/dev/null", in: box), "/dev/null can be opened \(when) daemon-reload")
        t.expect(!opens(t, "/dev/kmsg", in: box), "/dev/kmsg cannot be opened \(when) daemon-reload")
        t.requireSuccess(t.systemctl("daemon-reload"))
    }
}

private func refusedLimit(_ t: Trial) {
    t.needsSystemd()
    let box = t.container { $0["linux", "resources"] = ["cpu": ["cpus": "4000"]] }
    t.unchanged("a failed create") { t.expectFailure(box.createScope(), saying: "cpus") }
}

import CLinux
import Glibc

extension Group {
    static var update: Group {
        Group(
            "update",
            [
                Case("memory, in bytes and with units", "runc's update: 64M", memorySizes),
                Case("memory and swap together", "config-linux.md, Memory: swap is memory+Swap", swap),
                Case("memory reservation", "config-linux.md, Memory: reservation", reservation),
                Case("a quota leaves the period, a period the quota", "runc's update", bandwidth),
                Case("cpu shares", "config-linux.md, CPU: shares", shares),
                Case("cpu burst and idle", "config-linux.md, CPU", burstAndIdle),
                Case("cpuset", "config-linux.md, CPU: cpus, mems", cpuset),
                Case("pids", "config-linux.md, PIDs", pids),
                Case("weight of block devices", "config-linux.md, Block IO", blockWeight),
                Case("what is not named stays", "engines: a part is sent", untouched),
                Case("--resources from a file and from standard input", "engines: update --resources", fromDocument),
                Case("--resources: huge pages", "config-linux.md, Huge page limits", hugePages),
                Case("--resources: unified", "config-linux.md, Unified", unified),
                Case("--resources: one refused value leaves all as it was", "runtime.md, Errors", atomic),
                Case("of a created and of a paused container", "runc's update", createdAndPaused),
                Case("a limit below what is used is refused when asked", "config-linux.md: checkBeforeUpdate", check),
                Case("checkBeforeUpdate of config.json holds", "config-linux.md: checkBeforeUpdate", checkAlways),
                Case("a missing controller is named", "config-linux.md, Control groups", missingController),
                Case("wrong values fail, without effect", "runc's update", wrongValues),
                Case("wrong documents fail, without effect", "runc's update", wrongDocuments),
                Case("real-time limits are refused", "cgroup v2 has none", realTime),
                Case("kernel memory is warned about, or refused", "cgroup v2 has no limit of it", kernelMemory),
                Case("of a stopped container fails", "runc: “container not running”", ofStopped),
                Case("of an unknown container fails", "engines: “does not exist”", unknown),
                Case("wrong use fails", "runc's command line", wrongUse),
                Case("four at once: all hold, none hangs", "engines", fourAtOnce),
            ] + updateOfDevices)
    }
}

extension Trial {
    /// `update --resources - ID` with the document on standard input.
    func send(_ box: Container, _ document: String) -> Outcome {
        var command = command(["update", "--resources", "-", box.id])
        command.input = .text(document)
        return run(command)
    }

    /// Skips the case where cgroup v2 does not have the controller.
    func needVersion2(_ controller: String) {
        guard let mount = Proc.cgroupTrees.last(where: { $0.type == "cgroup2" }) else {
            skip("no cgroup2 is mounted here")
        }
        let controllers = (File.text(mount.point + "/cgroup.controllers") ?? "").split { $0 == " " || $0 == "\n" }
        guard controllers.contains(Substring(controller)) else {
            skip("cgroup v2 has no controller \(controller) here")
        }
    }
}

private func update(_ t: Trial, _ box: Container, _ words: [String]) {
    t.requireSuccess(t.run(t.command(["update"] + words + [box.id])))
}

private func text(_ t: Trial, _ box: Container, _ file: String) -> String? {
    var text = File.text(t.directoryOfCgroup(box) + "/" + file)
    while text?.last == "\n" { text?.removeLast() }
    return text
}

private func expect(_ t: Trial, _ box: Container, _ file: String, _ value: String) {
    t.equal(text(t, box, file), value, file)
}

private func memorySizes(_ t: Trial) {
    t.needVersion2("memory")
    let box = t.running()
    for (words, value) in [
        ("67108864", "67108864"), ("32M", "33554432"), ("64MiB", "67108864"), ("0.5g", "536870912"), ("-1", "max"),
        ("65536kB", "67108864"), ("33554432b", "33554432"),
    ] {
        update(t, box, ["--memory", words])
        expect(t, box, "memory.max", value)
    }
    t.equal(box.status, "running", "status")
}

private func swap(_ t: Trial) {
    t.needVersion2("memory")
    let box = t.running([]) { $0["linux", "resources", "memory"] = ["limit": 134_217_728] }
    guard text(t, box, "memory.swap.max") != nil else { t.skip("the kernel does not count swap here") }
    update(t, box, ["--memory", "64M", "--memory-swap", "128M"])
    expect(t, box, "memory.swap.max", "67108864")
    update(t, box, ["--memory-swap", "64M"])
    expect(t, box, "memory.swap.max", "0")
    update(t, box, ["--memory", "32M"])
    expect(t, box, "memory.max", "33554432")
    expect(t, box, "memory.swap.max", "33554432")
    t.expectFailure(t.runtime("update", "--memory", "128M", "--memory-swap", "100M", box.id))
    expect(t, box, "memory.max", "33554432")
    update(t, box, ["--memory-swap", "-1"])
    expect(t, box, "memory.swap.max", "max")
    update(t, box, ["--memory", "-1"])
    expect(t, box, "memory.max", "max")
}

private func reservation(_ t: Trial) {
    t.needVersion2("memory")
    let box = t.running()
    update(t, box, ["--memory-reservation", "16M"])
    expect(t, box, "memory.low", "16777216")
}

private func bandwidth(_ t: Trial) {
    t.needVersion2("cpu")
    let box = t.running()
    for (words, value) in [
        (["--cpu-quota", "50000"], "50000 100000"), (["--cpu-period", "200000"], "50000 200000"),
        (["--cpu-quota", "150000", "--cpu-period", "50000"], "150000 50000"), (["--cpu-quota", "-1"], "max 50000"),
        (["--cpu-quota", "20000"], "20000 50000"),
    ] {
        update(t, box, words)
        expect(t, box, "cpu.max", value)
    }
}

private func shares(_ t: Trial) {
    t.needVersion2("cpu")
    let box = t.running()
    for (shares, weight) in [("512", "59"), ("1024", "100"), ("2", "1"), ("262144", "10000")] {
        update(t, box, ["--cpu-share", shares])
        expect(t, box, "cpu.weight", weight)
    }
}

private func burstAndIdle(_ t: Trial) {
    t.needVersion2("cpu")
    let box = t.running()
    update(t, box, ["--cpu-quota", "50000", "--cpu-burst", "10000"])
    expect(t, box, "cpu.max.burst", "10000")
    expect(t, box, "cpu.max", "50000 100000")
    update(t, box, ["--cpu-idle", "1"])
    expect(t, box, "cpu.idle", "1")
    update(t, box, ["--cpu-idle", "0"])
    expect(t, box, "cpu.idle", "0")
}

private func cpuset(_ t: Trial) {
    t.needVersion2("cpuset")
    let box = t.running()
    update(t, box, ["--cpuset-cpus", "0", "--cpuset-mems", "0"])
    expect(t, box, "cpuset.cpus", "0")
    expect(t, box, "cpuset.mems", "0")
    t.contains(Proc.status(box.pid, "Cpus_allowed_list") ?? "", "0", "processors of the program")
}

private func pids(_ t: Trial) {
    t.needVersion2("pids")
    let box = t.running()
    for (limit, value) in [("100", "100"), ("-1", "max"), ("7", "7")] {
        update(t, box, ["--pids-limit", limit])
        expect(t, box, "pids.max", value)
    }
}

private func blockWeight(_ t: Trial) {
    t.needVersion2("io")
    let box = t.running()
    let file = ["io.bfq.weight", "io.weight"].first { text(t, box, $0) != nil }
    guard let file else { t.skip("the kernel has no weight of block devices here") }
    update(t, box, ["--blkio-weight", "500"])
    expect(t, box, file, file == "io.weight" ? "default 4950" : "default 500")
}

private func untouched(_ t: Trial) {
    t.needVersion2("memory")
    t.needVersion2("pids")
    t.needVersion2("cpu")
    let box = t.running([]) {
        $0["linux", "resources", "memory"] = ["limit": 67_108_864]
        $0["linux", "resources", "pids"] = ["limit": 40]
        $0["linux", "resources", "cpu"] = ["quota": 50_000, "period": 100_000]
    }
    update(t, box, ["--cpu-share", "512"])
    update(t, box, ["--memory-reservation", "8M"])
    t.requireSuccess(t.send(box, "{\"blockIO\":{}}"))
    t.requireSuccess(t.send(box, "{}"))
    expect(t, box, "memory.max", "67108864")
    expect(t, box, "pids.max", "40")
    expect(t, box, "cpu.max", "50000 100000")
}

private func fromDocument(_ t: Trial) {
    t.needVersion2("pids")
    let box = t.running()
    t.requireSuccess(t.send(box, "{\"pids\":{\"limit\":77}}"))
    expect(t, box, "pids.max", "77")
    let file = t.directory + "/resources.json"
    File.write("{\"pids\":{\"limit\":66}}\n", to: file)
    update(t, box, ["-r", file])
    expect(t, box, "pids.max", "66")
}

/// The smallest size of huge pages that cgroup v2 limits here, maybe not yet in a container's cgroup.
private func pageSize(_ t: Trial) -> String {
    t.needVersion2("hugetlb")
    let sizes = [("64kB", "64KB"), ("1024kB", "1MB"), ("2048kB", "2MB"), ("32768kB", "32MB")]
    for (kernel, size) in sizes where File.exists("/sys/kernel/mm/hugepages/hugepages-" + kernel) { return size }
    t.skip("the host has no huge pages of a size that is known here")
}

private func hugePages(_ t: Trial) {
    let box = t.running()
    let size = pageSize(t)
    t.requireSuccess(t.send(box, "{\"hugepageLimits\":[{\"pageSize\":\"\(size)\",\"limit\":67108864}]}"))
    expect(t, box, "hugetlb.\(size).max", "67108864")
}

private func unified(_ t: Trial) {
    let box = t.running()
    _ = t.directoryOfCgroup(box)
    t.requireSuccess(t.send(box, "{\"unified\":{\"cgroup.max.descendants\":\"7\"}}"))
    expect(t, box, "cgroup.max.descendants", "7")
}

private func atomic(_ t: Trial) {
    let box = t.running()
    let size = pageSize(t)
    let limits = "{\"pageSize\":\"\(size)\",\"limit\":67108864},{\"pageSize\":\"9MB\",\"limit\":9437184}"
    let unified = "\"unified\":{\"cgroup.max.descendants\":\"7\",\"cgroup.max.depth\":\"x\"}"
    for document in ["{\"hugepageLimits\":[\(limits)]}", "{\(unified)}"] {
        t.unchanged("a failed update") { t.expectFailure(t.send(box, document)) }
        let pages = text(t, box, "hugetlb.\(size).max")
        t.expect(pages == nil || pages == "max", "hugetlb.\(size).max: expected max, found \(pages ?? "nothing")")
        expect(t, box, "cgroup.max.descendants", "max")
    }
}

// MARK: States and errors

private func createdAndPaused(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    _ = t.directoryOfCgroup(box)
    t.requireSuccess(t.send(box, "{\"unified\":{\"cgroup.max.descendants\":\"5\"}}"))
    expect(t, box, "cgroup.max.descendants", "5")
    t.equal(box.status, "created", "status")
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    t.requireSuccess(t.runtime("pause", box.id))
    t.requireSuccess(t.send(box, "{\"unified\":{\"cgroup.max.descendants\":\"6\"}}"))
    expect(t, box, "cgroup.max.descendants", "6")
    t.equal(box.status, "paused", "status")
}

private func check(_ t: Trial) {
    t.needVersion2("memory")
    let box = t.running()
    t.expectFailure(t.send(box, "{\"memory\":{\"limit\":4096,\"checkBeforeUpdate\":true}}"))
    expect(t, box, "memory.max", "max")
    t.equal(box.status, "running", "status")
}

private func checkAlways(_ t: Trial) {
    t.needVersion2("memory")
    let box = t.running { $0["linux", "resources", "memory"] = ["checkBeforeUpdate": true] }
    t.expectFailure(t.send(box, "{\"memory\":{\"limit\":4096}}"))
    expect(t, box, "memory.max", "max")
}

private func missingController(_ t: Trial) {
    let box = t.running()
    let controllers = File.text(t.directoryOfCgroup(box) + "/cgroup.controllers") ?? ""
    if controllers.contains("memory") { t.skip("cgroup v2 has the memory controller here") }
    t.unchanged("update of what cannot be limited") {
        let outcome = t.runtime("update", "--memory", "64M", box.id)
        t.expectFailure(outcome, saying: "memory")
    }
}

private func wrongValues(_ t: Trial) {
    let box = t.running()
    for words in [
        ["--memory", "lots"], ["--memory", "64X"], ["--memory", "-2"], ["--memory-swap", "1.2.3"],
        ["--cpu-quota", "x"], ["--cpu-period", "-1"], ["--cpu-share", "1.5"], ["--cpu-idle", "maybe"],
        ["--pids-limit", "many"], ["--blkio-weight", "x"], ["--memory", "99999999999999999999"],
    ] {
        t.unchanged("update \(words)") { t.expectFailure(t.run(t.command(["update"] + words + [box.id]))) }
    }
    t.equal(box.status, "running", "status")
}

private func wrongDocuments(_ t: Trial) {
    let box = t.running()
    for document in ["", "not json", "{\"pids\":{\"limit\":\"5\"}}", "{\"memory\":[]}", "{} {}", "[]"] {
        t.unchanged("update with “\(document)”") { t.expectFailure(t.send(box, document)) }
    }
    t.unchanged("update with no file") { t.expectFailure(t.runtime("update", "-r", t.directory + "/none", box.id)) }
}

private func realTime(_ t: Trial) {
    let box = t.running()
    for flag in ["--cpu-rt-period", "--cpu-rt-runtime"] {
        t.unchanged("update \(flag)") { t.expectFailure(t.runtime("update", flag, "10000", box.id)) }
    }
}

private func kernelMemory(_ t: Trial) {
    let box = t.running()
    t.unchanged("update of kernel memory") {
        let outcome = t.runtime("update", "--kernel-memory", "67108864", box.id)
        t.expect(outcome.status >= 0, "end: \(outcome.exit)")
        t.says(outcome.stderr.split(separator: "-").joined(separator: " "), "kernel memory", "what is said")
    }
}

private func ofStopped(_ t: Trial) {
    let box = t.running()
    box.stop()
    t.unchanged("update of a stopped container") {
        t.expectFailure(t.runtime("update", "--pids-limit", "5", box.id), saying: "not running")
    }
}

private func unknown(_ t: Trial) {
    t.requireWorking()
    t.unchanged("update of an unknown container") {
        t.expectFailure(t.runtime("update", "--pids-limit", "5", t.tag + "none"), saying: "does not exist")
    }
}

private func wrongUse(_ t: Trial) {
    let box = t.running()
    for words in [
        ["--pids-limit", "5"], ["--no-such-limit", "5", box.id], [box.id, "--pids-limit"],
        ["--pids-limit", "5", box.id, box.id],
    ] {
        t.unchanged("update \(words)") { t.expectFailure(t.run(t.command(["update"] + words))) }
    }
}

private func fourAtOnce(_ t: Trial) {
    let box = t.running()
    _ = t.directoryOfCgroup(box)
    let files = ["cgroup.max.descendants", "cgroup.max.depth"]
    var commands: [Command] = []
    for number in 11...14 {
        var command = t.command(["update", "--resources", "-", box.id])
        command.input = .text("{\"unified\":{\"\(files[0])\":\"\(number)\",\"\(files[1])\":\"\(number)\"}}")
        commands.append(command)
    }
    for outcome in t.together(commands) { t.expectSuccess(outcome) }
    // One after the other: both are of the same.
    t.equal(text(t, box, files[0]), text(t, box, files[1]) ?? "nothing", "the two limits of the last")
    t.differs(text(t, box, files[0]), "max", "the limit")
}

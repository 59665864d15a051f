import CLinux
import Glibc

extension Group {
    static var events: Group {
        Group(
            "events",
            [
                Case("--stats: one line of JSON", "go-runc: type, id, data", oneLine),
                Case("--stats: processor time as the kernel counts it", "cgroups(7), cpu.stat", processorTime),
                Case("--stats: number of processes", "runc's events", processes),
                Case("--stats: memory as the kernel counts it", "cgroups(7), memory.current", memory),
                Case("--stats: limits", "runc's events: 18446744073709551615 is none", limits),
                Case("--stats: pressure", "runc's events: psi", pressure),
                Case("--stats: huge pages by size", "runc's events", hugePages),
                Case("--stats: a quota's effect", "runc's events: throttling", throttling),
                Case("--stats of a created and of a paused container", "runc's events", createdAndPaused),
                Case("a line each interval, until the container stops", "runc's events", stream),
                Case("the first line comes after one interval", "runc's events", firstLine),
                Case("intervals in every form", "runc's events: Go's durations", intervals),
                Case("ends when the container is deleted", "runc's events", endsAtDelete),
                Case("ends at TERM and INT, with whole lines", "engines: containerd ends it", endsAtSignals),
                Case("ends when its reader goes away", "pipe(7)", readerGoes),
                Case("ends at TERM though nobody reads", "pipe(7)", nobodyReads),
                Case("two streams of one container", "runc's events", twoStreams),
                Case("tells of a process killed for want of memory", "runc's events: oom", outOfMemory),
                Case("of a stopped container fails", "runc's events: “not running”", stopped),
                Case("of an unknown container fails", "engines: “does not exist”", unknown),
                Case("wrong use fails", "runc's command line", wrongUse),
            ])
    }
}

private func stats(_ t: Trial, _ box: Container) -> JSON {
    let outcome = t.runtime("events", "--stats", box.id)
    t.requireSuccess(outcome)
    let event = t.require(outcome.json, "events: expected JSON, found “\(outcome.stdout)”")
    return t.require(event["data"], "events: no data in \(event.compact)")
}

private func oneLine(_ t: Trial) {
    let box = t.running()
    let outcome = t.runtime("events", "--stats", box.id)
    t.requireSuccess(outcome)
    t.equal(outcome.stdout.filter { $0 == "\n" }.count, 1, "line ends")
    t.equal(outcome.stderr, "", "standard error")
    let event = t.require(outcome.json, "expected JSON, found “\(outcome.stdout)”")
    t.equal(event["type"], "stats", "type")
    t.equal(event["id"], .text(box.id), "id")
    for key in ["cpu", "memory", "pids", "blkio", "hugetlb"] {
        t.expect(event["data", .key(key)]?.members != nil, "an object \(key) in data")
    }
}

/// A number of a file `KEY NUMBER` of the container's cgroup.
private func counted(_ t: Trial, _ directory: String, _ file: String, _ key: String) -> Int {
    let text = t.require(File.text(directory + "/" + file), "cannot read \(directory)/\(file)")
    for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        if words.count == 2, words[0] == key { return t.require(Int(words[1]), "\(line) in \(file)") }
    }
    t.fail("no \(key) in \(file)")
}

private func processorTime(_ t: Trial) {
    let box = t.running()
    let directory = t.directoryOfCgroup(box)
    let before = counted(t, directory, "cpu.stat", "usage_usec") * 1000
    let found = t.require(stats(t, box)["cpu", "usage", "total"]?.int, "cpu.usage.total")
    let after = counted(t, directory, "cpu.stat", "usage_usec") * 1000
    t.expect(found >= before && found <= after, "cpu.usage.total: \(found) is not between \(before) and \(after)")
    t.expect(found > 0, "cpu.usage.total is 0")
}

private func processes(_ t: Trial) {
    t.equal(stats(t, t.running(["children", "3"]))["pids", "current"]?.int, 4, "pids.current")
}

private func memory(_ t: Trial) {
    t.needVersion2("memory")
    let box = t.running([]) { $0["linux", "resources", "memory"] = ["limit": 67_108_864] }
    let directory = t.directoryOfCgroup(box)
    let found = stats(t, box)
    t.expect(found["memory", "usage", "usage"]?.int ?? 0 > 0, "memory.usage.usage")
    t.equal(found["memory", "raw", "file"]?.int, counted(t, directory, "memory.stat", "file"), "memory.raw.file")
    t.equal(found["memory", "cache"]?.int, found["memory", "raw", "file"]?.int ?? -1, "memory.cache")
    if let peak = File.text(directory + "/memory.peak") {
        t.equal(found["memory", "usage", "max"]?.int, Int(peak.dropLast()) ?? -1, "memory.usage.max")
    }
}

private func limits(_ t: Trial) {
    t.needVersion2("memory")
    t.needVersion2("pids")
    let free = t.running("free") { $0["linux", "resources", "memory"] = ["reservation": 4_194_304] }
    t.equal(stats(t, free)["memory", "usage", "limit"]?.unsigned, UInt64.max, "limit where there is none")
    let box = t.running("held", []) {
        $0["linux", "resources", "memory"] = ["limit": 67_108_864]
        $0["linux", "resources", "pids"] = ["limit": 40]
    }
    let found = stats(t, box)
    t.equal(found["memory", "usage", "limit"]?.int, 67_108_864, "memory.usage.limit")
    t.equal(found["pids", "limit"]?.int, 40, "pids.limit")
}

private func pressure(_ t: Trial) {
    let box = t.running()
    if (File.text(t.directoryOfCgroup(box) + "/cpu.pressure") ?? "").isEmpty {
        t.skip("the kernel measures no pressure here")
    }
    let found = stats(t, box)
    for resource in ["cpu", "memory", "blkio"] {
        for kind in ["some", "full"] {
            for key in ["avg10", "avg60", "avg300", "total"] {
                guard case .number = found[.key(resource), "psi", .key(kind), .key(key)] else {
                    t.expect(false, "no number \(resource).psi.\(kind).\(key)")
                    continue
                }
            }
        }
    }
}

private func hugePages(_ t: Trial) {
    let box = t.running()
    let directory = t.directoryOfCgroup(box)
    var sizes: [String] = []
    for name in File.list(directory) ?? [] where name.hasPrefix("hugetlb.") && name.hasSuffix(".current") {
        let size = name.dropFirst(8).dropLast(8)
        if !size.hasSuffix(".rsvd") { sizes.append(String(size)) }
    }
    if sizes.isEmpty { t.skip("cgroup v2 counts no huge pages here") }
    t.equal(stats(t, box)["hugetlb"]?.members?.map(\.key).sorted(), sizes.sorted(), "sizes")
}

private func throttling(_ t: Trial) {
    t.needVersion2("cpu")
    let box = t.container(program: ["/bin/sh", "-c", "while :; do :; done"]) {
        $0["linux", "resources", "cpu"] = ["quota": 10_000, "period": 100_000]
    }
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    t.eventually("throttling is counted", within: 10_000) {
        stats(t, box)["cpu", "throttling", "throttledPeriods"]?.int ?? 0 > 0
    }
    t.expect(stats(t, box)["cpu", "throttling", "throttledTime"]?.int ?? 0 > 0, "cpu.throttling.throttledTime")
}

private func createdAndPaused(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    t.expect(stats(t, box)["pids", "current"]?.int ?? 0 > 0, "pids.current of a created container")
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    t.requireSuccess(t.runtime("pause", box.id))
    t.equal(stats(t, box)["pids", "current"]?.int, 1, "pids.current of a paused container")
    t.equal(box.status, "paused", "status")
}

// MARK: Streams

/// `events --interval INTERVAL ID`, started.
private func startStream(_ t: Trial, _ box: Container, _ interval: String) -> Running {
    t.command(["events", "--interval", interval, box.id]).spawn()
}

private func written(_ running: Running) -> [JSON] {
    guard case .file(let path) = running.command.output else { return [] }
    return (File.text(path) ?? "").split(separator: "\n").compactMap { JSONReader.value(String($0)) }
}

private func awaitLines(_ t: Trial, _ running: Running, _ count: Int) {
    t.eventually("\(count) lines of events") { written(running).count >= count }
}

/// Whole lines, each an event of the container.
private func expectWhole(_ t: Trial, _ box: Container, _ outcome: Outcome) {
    t.expect(outcome.stdout.isEmpty || outcome.stdout.hasSuffix("\n"), "the last line is cut off")
    for line in outcome.stdout.split(separator: "\n") {
        t.equal(JSONReader.value(String(line))?["id"], .text(box.id), "id in “\(line.prefix(40))”")
    }
}

private func stream(_ t: Trial) {
    let box = t.running()
    let running = startStream(t, box, "50ms")
    awaitLines(t, running, 3)
    box.stop()
    let outcome = t.note(running.wait())
    t.expectSuccess(outcome)
    expectWhole(t, box, outcome)
}

private func firstLine(_ t: Trial) {
    let box = t.running()
    let began = cl_monotonic_ns()
    // Longer than the slowest machine takes for a line.
    let interval = 400 * t.patience
    let running = startStream(t, box, "\(interval)ms")
    awaitLines(t, running, 1)
    let milliseconds = (cl_monotonic_ns() - began) / 1_000_000
    t.expect(milliseconds >= interval, "the first line came after \(milliseconds) ms")
    box.stop()
    t.expectSuccess(t.note(running.wait()))
}

/// Waits until a stream that has nothing to say has begun: it sleeps, and goes on sleeping.
private func awaitWaiting(_ t: Trial, _ running: Running) {
    var looks = 0
    t.eventually("the stream waits for events") {
        let sleeps = (Proc.status(running.pid, "State") ?? "").hasPrefix("S")
        looks = sleeps ? looks + 1 : 0
        return looks == 10 * t.patience
    }
}

private func intervals(_ t: Trial) {
    let box = t.running()
    var streams: [Running] = []
    for interval in ["0.02s", "20ms", "20000us", "0h0m0.02s", "+20ms", "20000000ns"] {
        let running = startStream(t, box, interval)
        awaitLines(t, running, 2)
        streams.append(running)
    }
    let slow = startStream(t, box, "1h1m1s")
    awaitWaiting(t, slow)
    box.stop()
    for running in streams { t.expectSuccess(t.note(running.wait())) }
    let outcome = t.note(slow.wait())
    t.expectSuccess(outcome)
    t.equal(outcome.stdout, "", "events of a stream that was to write each hour")
}

private func endsAtDelete(_ t: Trial) {
    let box = t.running()
    let running = startStream(t, box, "50ms")
    awaitLines(t, running, 1)
    t.requireSuccess(box.delete(["--force"]))
    let outcome = t.note(running.wait())
    t.expectSuccess(outcome)
    expectWhole(t, box, outcome)
}

private func endsAtSignals(_ t: Trial) {
    let box = t.running()
    for signal in [SIGTERM, SIGINT] {
        for interval in ["20ms", "1h"] {
            let running = startStream(t, box, interval)
            if interval == "1h" { cl_sleep_ms(100) } else { awaitLines(t, running, 2) }
            Proc.sendSignal(running.pid, signal)
            let outcome = t.note(running.wait())
            t.expect(
                outcome.exit == .status(0) || outcome.exit == .signal(Int(signal)), "signal \(signal): \(outcome.exit)")
            t.equal(outcome.stderr, "", "standard error")
            expectWhole(t, box, outcome)
        }
    }
    t.equal(box.status, "running", "status")
}

/// A pipe: its ends.
private func pipe(_ t: Trial) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    t.require(cl_pipe(&ends, O_CLOEXEC) == 0, "cannot make a pipe")
    return (ends[0], ends[1])
}

private func readerGoes(_ t: Trial) {
    let box = t.running()
    for interval in ["20ms", "1h"] {
        let ends = pipe(t)
        var command = t.command(["events", "--interval", interval, box.id])
        command.output = .descriptor(ends.writing)
        let running = command.spawn()
        _ = cl_close(ends.writing)
        cl_sleep_ms(100)
        _ = cl_close(ends.reading)
        let outcome = t.note(running.wait())
        t.expect(outcome.exit == .status(0) || outcome.exit == .signal(Int(SIGPIPE)), "end: \(outcome.exit)")
    }
}

private func nobodyReads(_ t: Trial) {
    let box = t.running()
    let ends = pipe(t)
    var command = t.command(["events", "--interval", "1ms", box.id])
    command.output = .descriptor(ends.writing)
    let running = command.spawn()
    _ = cl_close(ends.writing)
    cl_sleep_ms(1500)
    Proc.sendSignal(running.pid, SIGTERM)
    let outcome = t.note(running.wait())
    t.expect(outcome.exit == .status(0) || outcome.exit == .signal(Int(SIGTERM)), "end: \(outcome.exit)")
    _ = cl_close(ends.reading)
}

private func twoStreams(_ t: Trial) {
    let box = t.running()
    let streams = [startStream(t, box, "30ms"), startStream(t, box, "40ms")]
    for running in streams { awaitLines(t, running, 2) }
    box.stop()
    for running in streams { t.expectSuccess(t.note(running.wait())) }
}

private func outOfMemory(_ t: Trial) {
    t.needVersion2("memory")
    let hog = "/probe wait-for /tmp/go; tail /dev/zero; exec /probe pause"
    let box = t.container(program: ["/bin/sh", "-c", hog]) {
        $0["linux", "resources", "memory"] = ["limit": 33_554_432, "swap": 33_554_432]
        $0["root", "readonly"] = false
    }
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    let running = startStream(t, box, "1h")
    awaitWaiting(t, running)
    t.require(File.makeDirectory(box.rootfs + "/tmp"), "cannot make /tmp")
    t.require(File.write("", to: box.rootfs + "/tmp/go"), "cannot let the program go on")
    box.awaitFact("ready", within: 20_000)
    let event: JSON = ["type": "oom", "id": .text(box.id)]
    t.eventually("an event") { !written(running).isEmpty }
    t.equal(written(running).first, event, "event")
    box.stop()
    t.expectSuccess(t.note(running.wait()))
}

// MARK: Errors

private func stopped(_ t: Trial) {
    let box = t.running()
    box.stop()
    for words in [["--stats"], []] {
        t.unchanged("events of a stopped container") {
            t.expectFailure(t.run(t.command(["events"] + words + [box.id])), saying: "not running")
        }
    }
}

private func unknown(_ t: Trial) {
    t.requireWorking()
    for words in [["--stats"], []] {
        t.unchanged("events of an unknown container") {
            t.expectFailure(t.run(t.command(["events"] + words + [t.tag + "none"])), saying: "does not exist")
        }
    }
}

private func wrongUse(_ t: Trial) {
    let box = t.running()
    for interval in ["0", "-1s", "5", "s", "1.s.", "5 s", "1x", "99999999999h"] {
        t.expectFailure(t.runtime("events", "--interval=" + interval, box.id), saying: "interval")
    }
    for words in [["events"], ["events", "--stats=maybe", box.id], ["events", box.id, box.id]] {
        t.expectFailure(t.run(t.command(words)))
    }
}

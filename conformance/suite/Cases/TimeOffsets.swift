import CLinux
import Glibc

extension Group {
    static var ofTime: Group {
        Group(
            "time",
            [
                Case("offsets of both clocks", "config-linux.md, Offset for Time Namespace", bothClocks),
                Case("the program's boot time is off", "time_namespaces(7)", bootTime),
                Case("a clock may go back", "time_namespaces(7)", backwards),
                Case("nanoseconds alone", "config-linux.md, Offset for Time Namespace", nanoseconds),
                Case("without offsets nothing is off", "config-linux.md: OPTIONAL", none),
                Case("a joined namespace has its offsets", "config-linux.md, Namespaces: path", joined),
                Case("a program put into the container has them", "exec joins every namespace", ofExec),
                Case("in a user namespace", "time_namespaces(7): owned by the user namespace", inUserNamespace),
                Case("in a joined user namespace", "time_namespaces(7)", inJoinedUserNamespace),
                Case("offsets without a time namespace are refused", "never accepted and ignored", noNamespace),
                Case("offsets of a joined namespace are refused", "they are set by who made it", joinedOffsets),
                Case("a clock of another name is refused", "config.md, Valid values", otherClock),
                Case("a second of nanoseconds is refused", "config.md, Valid values", tooMany),
                Case("a time before the boot is refused", "time_namespaces(7): ERANGE", beforeBoot),
            ])
    }
}

private func withTime(_ config: inout JSON, _ offsets: JSON?, path: String? = nil) {
    var entry: JSON = ["type": "time"]
    if let path { entry["path"] = .text(path) }
    config.append(entry, at: "linux", "namespaces")
    config["linux", "timeOffsets"] = offsets
}

/// Seconds since the boot as the clock of a process shows them.
private func seconds(_ text: String?) -> Double {
    Double((text ?? "").split(separator: " ").first.map(String.init) ?? "") ?? -1
}

private func offsets(_ box: Container) -> [String] {
    (File.text("/proc/\(box.pid)/timens_offsets") ?? "").split(separator: "\n").map { line in
        line.split(separator: " ").joined(separator: " ")
    }
}

private func bothClocks(_ t: Trial) {
    let box = t.running { config in
        withTime(
            &config,
            ["monotonic": ["secs": 172_800, "nanosecs": 5], "boottime": ["secs": 604_800, "nanosecs": 999_999_999]])
    }
    t.equal(offsets(box), ["monotonic 172800 5", "boottime 604800 999999999"], "offsets of the program's namespace")
    t.equal(
        Proc.namespace(box.pid, "time"), Proc.namespace(box.pid, "time_for_children") ?? "",
        "namespace of the program and of its children")
}

/// `cat /proc/uptime` in a container, beside the same on the host.
private func difference(_ t: Trial, _ edit: (inout JSON) -> Void) -> Double {
    let box = t.container("c\(t.containers.count + 1)", program: ["/bin/cat", "/proc/uptime"], edit)
    t.requireSuccess(box.run())
    return seconds(File.text(box.output)) - seconds(File.text("/proc/uptime"))
}

private func bootTime(_ t: Trial) {
    let difference = difference(t) { withTime(&$0, ["boottime": ["secs": 100_000]]) }
    t.expect(abs(difference - 100_000) < 30, "boot time inside is ahead by \(difference) s, expected 100000")
}

private func backwards(_ t: Trial) {
    let difference = difference(t) { withTime(&$0, ["boottime": ["secs": -40]]) }
    t.expect(difference < -30 && difference > -60, "boot time inside is ahead by \(difference) s, expected -40")
}

private func nanoseconds(_ t: Trial) {
    let box = t.running { withTime(&$0, ["monotonic": ["nanosecs": 123]]) }
    t.equal(offsets(box), ["monotonic 0 123", "boottime 0 0"], "offsets of the program's namespace")
}

private func none(_ t: Trial) {
    let box = t.running { withTime(&$0, nil) }
    t.differs(Proc.namespace(box.pid, "time"), Proc.namespace(t.ownPid, "time"), "time namespace")
    t.equal(offsets(box), ["monotonic 0 0", "boottime 0 0"], "offsets of the program's namespace")
}

private func joined(_ t: Trial) {
    let first = t.running("c1") { withTime(&$0, ["boottime": ["secs": 100_000]]) }
    let difference = difference(t) { withTime(&$0, nil, path: "/proc/\(first.pid)/ns/time") }
    t.expect(abs(difference - 100_000) < 30, "boot time inside is ahead by \(difference) s, expected 100000")
}

private func ofExec(_ t: Trial) {
    let box = t.running { withTime(&$0, ["boottime": ["secs": 100_000]]) }
    let outcome = t.runtime("exec", box.id, "/bin/cat", "/proc/uptime")
    t.requireSuccess(outcome)
    let difference = seconds(outcome.stdout) - seconds(File.text("/proc/uptime"))
    t.expect(abs(difference - 100_000) < 30, "boot time inside is ahead by \(difference) s, expected 100000")
}

private func noNamespace(_ t: Trial) {
    t.refused(saying: ["timeOffsets"]) { $0["linux", "timeOffsets"] = ["monotonic": ["secs": 1]] }
}

private func joinedOffsets(_ t: Trial) {
    let first = t.running("first") { withTime(&$0, nil) }
    t.refused(saying: ["timeOffsets"]) {
        withTime(&$0, ["monotonic": ["secs": 1]], path: "/proc/\(first.pid)/ns/time")
    }
}

private func otherClock(_ t: Trial) {
    t.refused(saying: ["timeOffsets", "realtime"]) { withTime(&$0, ["realtime": ["secs": 1]]) }
}

private func tooMany(_ t: Trial) {
    t.refused(saying: ["timeOffsets", "nanosecs"]) { withTime(&$0, ["monotonic": ["nanosecs": 1_000_000_000]]) }
}

private func beforeBoot(_ t: Trial) {
    t.refused(saying: ["timeOffsets"]) { withTime(&$0, ["boottime": ["secs": -4_000_000_000]]) }
}

private func inUserNamespace(_ t: Trial) {
    for (name, wanted) in [("with", ["monotonic 172800 0", "boottime 604800 5"]), ("without", [])] {
        let box = t.running(name, ["ids"]) { config in
            config.userNamespace()
            let clocks: JSON = ["monotonic": ["secs": 172_800], "boottime": ["secs": 604_800, "nanosecs": 5]]
            withTime(&config, wanted.isEmpty ? nil : clocks)
        }
        t.equal(offsets(box), wanted.isEmpty ? ["monotonic 0 0", "boottime 0 0"] : wanted, "offsets")
        t.equal(Proc.status(box.pid, "Uid"), "100000\t100000\t100000\t100000", "ids outside")
        t.differs(Proc.namespace(box.pid, "time"), Proc.namespace(t.ownPid, "time"), "time namespace")
        t.equal(
            Proc.namespace(box.pid, "time"), Proc.namespace(box.pid, "time_for_children") ?? "",
            "namespace of the program and of its children")
    }
    t.refused(saying: ["/linux/timeOffsets"]) { config in
        config.userNamespace()
        withTime(&config, ["boottime": ["secs": -1_000_000_000]])
    }
}

private func inJoinedUserNamespace(_ t: Trial) {
    let holder = t.running("holder") { $0.userNamespace() }
    let box = t.running("guest", ["ids"]) { config in
        config.namespace("user", path: "/proc/\(holder.pid)/ns/user")
        withTime(&config, ["boottime": ["secs": 604_800]])
    }
    t.equal(offsets(box), ["monotonic 0 0", "boottime 604800 0"], "offsets")
}

import CLinux
import Glibc

extension Group {
    /// Limits, scheduling and such; of the group "process".
    static var attributeCases: [Case] { limitCases + scoreCases + schedulingCases }

    private static var limitCases: [Case] {
        [
            Case("rlimits: each type", "config.md, rlimits: rlim_cur and rlim_max MUST match", everyLimit),
            Case("rlimits: soft below hard", "config.md, rlimits", softLimit),
            Case("rlimits: 2^64-1 is no limit", "getrlimit(2): RLIM_INFINITY", infinity),
            Case("rlimits: the host sees the same", "config.md, rlimits", limitOutside),
            Case("rlimits: not set, they are the caller's", "getrlimit(2): inherited", limitUnset),
            Case("rlimits: the same type twice is refused", "config.md, rlimits: duplicated entries", limitTwice),
            Case("rlimits: an unknown type is refused", "config.md, rlimits: error MUST", limitUnknown),
            Case("rlimits: soft above hard is refused", "setrlimit(2), EINVAL", limitOrder),
            Case("rlimits: a missing value is refused", "config.md, rlimits: REQUIRED", limitMissing),
        ]
    }

    private static var scoreCases: [Case] {
        [
            Case("oomScoreAdj", "config.md, oomScoreAdj: MUST set", score),
            Case("oomScoreAdj: not set, it is the caller's", "config.md, oomScoreAdj: MUST NOT change", scoreUnset),
            Case("oomScoreAdj: beyond 1000 is refused", "proc(5)", scoreRange),
            Case("noNewPrivileges true", "config.md, noNewPrivileges") { privileges($0, true) },
            Case("noNewPrivileges false", "config.md, noNewPrivileges") { privileges($0, false) },
            Case("noNewPrivileges absent", "config.md, noNewPrivileges: OPTIONAL") { privileges($0, nil) },
            Case("noNewPrivileges stops a set-user-id program", "prctl(2), PR_SET_NO_NEW_PRIVS", setUserID),
            Case("personality LINUX32", "config-linux.md, Personality", linux32),
            Case("personality LINUX", "config-linux.md, Personality", linux),
            Case("personality: an unknown domain is refused", "config-linux.md, Personality", unknownDomain),
            Case("personality: a flag is refused", "config-linux.md: no flag values are supported", personalityFlag),
        ]
    }

    private static var schedulingCases: [Case] {
        [
            Case("scheduler SCHED_OTHER with a nice value", "config.md, scheduler") {
                policy($0, "SCHED_OTHER", 0, nice: 7)
            },
            Case("scheduler SCHED_BATCH with a nice value", "config.md, scheduler") {
                policy($0, "SCHED_BATCH", 3, nice: 5)
            },
            Case("scheduler SCHED_IDLE", "config.md, scheduler") { policy($0, "SCHED_IDLE", 5) },
            Case("scheduler SCHED_FIFO", "config.md, scheduler") { policy($0, "SCHED_FIFO", 1, priority: 3) },
            Case("scheduler SCHED_RR", "config.md, scheduler") { policy($0, "SCHED_RR", 2, priority: 4) },
            Case("scheduler SCHED_DEADLINE", "config.md, scheduler", deadline),
            Case("scheduler: flag RESET_ON_FORK", "config.md, scheduler.flags", resetOnFork),
            Case("scheduler: absent, it is the caller's", "config.md, scheduler: OPTIONAL", schedulerAbsent),
            Case("scheduler: an unknown policy is refused", "config.md, scheduler", unknownPolicy),
            Case("scheduler: an unknown flag is refused", "config.md, scheduler.flags", unknownFlag),
            Case("scheduler: a priority of SCHED_OTHER is refused", "sched_setattr(2), EINVAL", wrongPriority),
            Case("scheduler: without a policy is refused", "config.md, scheduler: policy is REQUIRED", noPolicy),
            Case("ioPriority of class BE", "config.md, ioPriority") { io($0, "IOPRIO_CLASS_BE", 2, 6) },
            Case("ioPriority of class IDLE", "config.md, ioPriority") { io($0, "IOPRIO_CLASS_IDLE", 3, 0) },
            Case("ioPriority of class RT", "config.md, ioPriority") { io($0, "IOPRIO_CLASS_RT", 1, 2) },
            Case("ioPriority: an unknown class is refused", "config.md, ioPriority", ioUnknown),
            Case("ioPriority: beyond 7 is refused", "config.md, ioPriority: 0 to 7", ioRange),
            Case("ioPriority: without a priority is refused", "config.md, ioPriority: REQUIRED", ioMissing),
            Case("consoleSize without height or width is refused", "config.md, consoleSize: REQUIRED", sizeMissing),
        ]
    }
}

// MARK: Limits

private let limits = [
    "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC",
    "RLIMIT_NOFILE", "RLIMIT_MEMLOCK", "RLIMIT_AS", "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE",
    "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_RTTIME",
]

/// The caller's hard limit, by the number that getrlimit(2) has for it: the position in the list.
private func hardLimit(_ name: String) -> UInt64 {
    var soft: UInt64 = 0
    var hard: UInt64 = 0
    _ = cl_getrlimit(Int32(limits.firstIndex(of: name) ?? 0), &soft, &hard)
    return hard
}

private func limit(_ type: String, _ soft: String, _ hard: String) -> JSON {
    ["type": .text(type), "soft": .number(soft), "hard": .number(hard)]
}

private func everyLimit(_ t: Trial) {
    // Below the hard limit of the caller, which may not be allowed to raise it, and large enough for the probe.
    var wanted: [(String, UInt64)] = []
    for name in limits {
        let value: UInt64 = ["RLIMIT_NICE", "RLIMIT_RTPRIO"].contains(name) ? 0 : 1 << 33
        wanted.append((name, min(value, hardLimit(name))))
    }
    let facts = t.inside(["rlimits"]) { config in
        config["process", "rlimits"] = .array(wanted.map { limit($0.0, String($0.1), String($0.1)) })
    }
    for (name, value) in wanted {
        t.equal(facts["rlimits", .key(name), "soft"]?.unsigned, value, "soft \(name)")
        t.equal(facts["rlimits", .key(name), "hard"]?.unsigned, value, "hard \(name)")
    }
}

private func softLimit(_ t: Trial) {
    let facts = t.inside(["rlimits"]) { $0["process", "rlimits"] = [limit("RLIMIT_NOFILE", "123", "456")] }
    t.equal(facts["rlimits", "RLIMIT_NOFILE", "soft"], 123, "soft limit")
    t.equal(facts["rlimits", "RLIMIT_NOFILE", "hard"], 456, "hard limit")
}

private func infinity(_ t: Trial) {
    let name = limits.first { hardLimit($0) == UInt64.max && $0 != "RLIMIT_STACK" }
    guard let name else { t.skip("the caller has a limit of every kind") }
    // First a limit of the caller's own, so that inheriting is not enough.
    let number = Int32(limits.firstIndex(of: name) ?? 0)
    _ = cl_setrlimit(number, 1 << 33, UInt64.max)
    let text = "18446744073709551615"
    let facts = t.inside(["rlimits"]) { $0["process", "rlimits"] = [limit(name, text, text)] }
    t.equal(facts["rlimits", .key(name), "soft"], .number(text), "soft \(name)")
    t.equal(facts["rlimits", .key(name), "hard"], .number(text), "hard \(name)")
}

private func limitOutside(_ t: Trial) {
    let box = t.running { $0["process", "rlimits"] = [limit("RLIMIT_NOFILE", "123", "456")] }
    let line = (File.text("/proc/\(box.pid)/limits") ?? "").split(separator: "\n").first {
        $0.hasPrefix("Max open files")
    }
    let words = (line ?? "").split(separator: " ").map { String($0) }
    t.equal(Array(words.dropFirst(3).prefix(2)), ["123", "456"], "open files in /proc/PID/limits")
}

private func limitUnset(_ t: Trial) {
    let hard = min(hardLimit("RLIMIT_NOFILE"), 4096)
    _ = cl_setrlimit(7, 777, hard)
    _ = cl_setrlimit(4, 0, hardLimit("RLIMIT_CORE"))
    let facts = t.inside(["rlimits"]) { $0["process", "rlimits"] = nil }
    t.equal(facts["rlimits", "RLIMIT_NOFILE", "soft"], 777, "soft RLIMIT_NOFILE")
    t.equal(facts["rlimits", "RLIMIT_NOFILE", "hard"]?.unsigned, hard, "hard RLIMIT_NOFILE")
    t.equal(facts["rlimits", "RLIMIT_CORE", "soft"], 0, "soft RLIMIT_CORE")
}

private func limitTwice(_ t: Trial) {
    t.refused {
        $0["process", "rlimits"] = [limit("RLIMIT_NOFILE", "64", "64"), limit("RLIMIT_NOFILE", "64", "64")]
    }
}

private func limitUnknown(_ t: Trial) {
    t.refused(saying: ["RLIMIT_NONSENSE"]) { $0["process", "rlimits"] = [limit("RLIMIT_NONSENSE", "1", "1")] }
    t.refused { $0["process", "rlimits"] = [limit("NOFILE", "1", "1")] }
}

private func limitOrder(_ t: Trial) { t.refused { $0["process", "rlimits"] = [limit("RLIMIT_NOFILE", "65", "64")] } }

private func limitMissing(_ t: Trial) {
    t.refused { $0["process", "rlimits"] = [["type": "RLIMIT_NOFILE", "soft": 1024]] }
    t.refused { $0["process", "rlimits"] = [["type": "RLIMIT_NOFILE", "hard": 1024]] }
    t.refused { $0["process", "rlimits"] = [["soft": 1024, "hard": 1024]] }
}

// MARK: Score, privileges, personality

private func score(_ t: Trial) {
    let box = t.running(["read", "/proc/self/oom_score_adj"]) { $0["process", "oomScoreAdj"] = 321 }
    t.equal(box.facts["read", "/proc/self/oom_score_adj", "text"], "321\n", "oom_score_adj inside")
    t.equal(File.text("/proc/\(box.pid)/oom_score_adj"), "321\n", "oom_score_adj on the host")
}

private func scoreUnset(_ t: Trial) {
    File.write("123", to: "/proc/self/oom_score_adj")
    let facts = t.inside(["read", "/proc/self/oom_score_adj"])
    t.equal(facts["read", "/proc/self/oom_score_adj", "text"], "123\n", "oom_score_adj inside")
}

private func scoreRange(_ t: Trial) {
    t.refused { $0["process", "oomScoreAdj"] = 1001 }
    t.refused { $0["process", "oomScoreAdj"] = -1001 }
}

private func privileges(_ t: Trial, _ value: Bool?) {
    let box = t.running(["caps"]) { $0["process", "noNewPrivileges"] = value.map { .bool($0) } }
    let expected = value == true ? 1 : 0
    t.equal(box.facts["caps", "noNewPrivs"], JSON(expected), "no_new_privs inside")
    t.equal(Proc.status(box.pid, "NoNewPrivs"), String(expected), "NoNewPrivs on the host")
}

private func setUserID(_ t: Trial) {
    for (value, expected) in [(true, 1000), (false, 0)] {
        let box = t.container("c\(expected)", program: ["/probe", "execute", "/suid", "ids"]) { config in
            config["process", "noNewPrivileges"] = .bool(value)
            config["process", "user"] = ["uid": 1000, "gid": 1000]
        }
        File.copy(box.rootfs + "/probe", to: box.rootfs + "/suid")
        File.setMode(box.rootfs + "/suid", 0o4755)
        t.requireSuccess(box.run())
        t.equal(box.facts["ids", "euid"], JSON(expected), "effective user id with noNewPrivileges \(value)")
    }
}

private func linux32(_ t: Trial) {
    let facts = t.inside(["process", "+", "uts"]) { $0["linux", "personality"] = ["domain": "LINUX32"] }
    t.equal(facts["process", "personality"], 8, "personality")
    t.expect(facts["uts", "machine"]?.string?.hasSuffix("64") == false, "the machine is of 32 bits")
}

private func linux(_ t: Trial) {
    // The caller's own personality is another.
    _ = cl_personality(8)
    let facts = t.inside(["process"]) { $0["linux", "personality"] = ["domain": "LINUX"] }
    t.equal(facts["process", "personality"], 0, "personality")
}

private func unknownDomain(_ t: Trial) {
    t.refused(saying: ["NONSENSE"]) { $0["linux", "personality"] = ["domain": "NONSENSE"] }
    t.refused { $0["linux", "personality"] = [:] }
}

private func personalityFlag(_ t: Trial) {
    t.refused { $0["linux", "personality"] = ["domain": "LINUX", "flags": ["ADDR_NO_RANDOMIZE"]] }
}

// MARK: Scheduling

private func policy(_ t: Trial, _ name: String, _ number: Int, nice: Int? = nil, priority: Int? = nil) {
    let facts = t.inside(["sched"]) { config in
        config["process", "scheduler"] = ["policy": .text(name)]
        if let nice { config["process", "scheduler", "nice"] = JSON(nice) }
        if let priority { config["process", "scheduler", "priority"] = JSON(priority) }
    }
    t.equal(facts["sched", "policy"], JSON(number), "policy")
    if let nice { t.equal(facts["sched", "nice"], JSON(nice), "nice value") }
    if let priority { t.equal(facts["sched", "priority"], JSON(priority), "priority") }
}

private func deadline(_ t: Trial) {
    // The program is left running: a deadline task may not fork, and the kernel admits it only with all CPUs allowed.
    let facts = t.inside(["sched"]) {
        $0["process", "scheduler"] = [
            "policy": "SCHED_DEADLINE", "runtime": 10_000_000, "deadline": 30_000_000, "period": 50_000_000,
        ]
    }
    t.equal(facts["sched", "policy"], 6, "policy")
    t.equal(facts["sched", "runtime"], 10_000_000, "run time")
    t.equal(facts["sched", "deadline"], 30_000_000, "deadline")
    t.equal(facts["sched", "period"], 50_000_000, "period")
}

private func resetOnFork(_ t: Trial) {
    let facts = t.inside(["sched"]) {
        $0["process", "scheduler"] = [
            "policy": "SCHED_BATCH", "nice": 3, "flags": ["SCHED_FLAG_RESET_ON_FORK"],
        ]
    }
    t.equal(facts["sched", "policy"], 3, "policy")
    t.equal(facts["sched", "flags"], 1, "flags")
}

private func schedulerAbsent(_ t: Trial) {
    errno = 0
    _ = nice(4)
    let facts = t.inside(["sched"])
    t.equal(facts["sched", "policy"], 0, "policy")
    t.equal(facts["sched", "nice"], 4, "nice value")
}

private func scheduler(_ t: Trial, _ value: JSON) { t.refused { $0["process", "scheduler"] = value } }
private func unknownPolicy(_ t: Trial) { scheduler(t, ["policy": "SCHED_NONSENSE"]) }
private func unknownFlag(_ t: Trial) { scheduler(t, ["policy": "SCHED_OTHER", "flags": ["SCHED_FLAG_NONSENSE"]]) }
private func wrongPriority(_ t: Trial) { scheduler(t, ["policy": "SCHED_OTHER", "priority": 3]) }
private func noPolicy(_ t: Trial) { scheduler(t, ["nice": 3]) }

private func io(_ t: Trial, _ name: String, _ number: Int, _ priority: Int) {
    let facts = t.inside(["sched"]) {
        $0["process", "ioPriority"] = ["class": .text(name), "priority": JSON(priority)]
    }
    t.equal(facts["sched", "ioClass"], JSON(number), "class")
    t.equal(facts["sched", "ioPriority"], JSON(priority), "priority")
}

private func ioUnknown(_ t: Trial) {
    t.refused { $0["process", "ioPriority"] = ["class": "IOPRIO_CLASS_NONSENSE", "priority": 1] }
    t.refused { $0["process", "ioPriority"] = ["priority": 1] }
}

private func ioMissing(_ t: Trial) { t.refused { $0["process", "ioPriority"] = ["class": "IOPRIO_CLASS_BE"] } }

private func sizeMissing(_ t: Trial) {
    t.refused { $0["process", "consoleSize"] = ["height": 24] }
    t.refused { $0["process", "consoleSize"] = ["width": 80] }
}

private func ioRange(_ t: Trial) {
    t.refused { $0["process", "ioPriority"] = ["class": "IOPRIO_CLASS_BE", "priority": 8] }
    t.refused { $0["process", "ioPriority"] = ["class": "IOPRIO_CLASS_BE", "priority": -1] }
}

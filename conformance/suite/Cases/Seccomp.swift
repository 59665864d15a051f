import CLinux
import Glibc

extension Group {
    static var ofSeccomp: Group { Group("seccomp", actionCases + operatorCases + ruleCases + profileCases) }

    private static var actionCases: [Case] {
        [
            Case("ERRNO: EPERM unless said", "config-linux.md, Seccomp: the default is EPERM", errnoDefault),
            Case("ERRNO with errnoRet", "config-linux.md, Seccomp: errnoRet", errnoGiven),
            Case("ERRNO with errnoRet 0", "seccomp(2): success without the call", errnoZero),
            Case("ALLOW", "config-linux.md, Seccomp", allow),
            Case("LOG lets the call through", "seccomp(2), SECCOMP_RET_LOG", logAction),
            Case("KILL", "seccomp(2), SECCOMP_RET_KILL_THREAD") { kills($0, "SCMP_ACT_KILL") },
            Case("KILL_THREAD", "seccomp(2), SECCOMP_RET_KILL_THREAD") { kills($0, "SCMP_ACT_KILL_THREAD") },
            Case("KILL_PROCESS", "seccomp(2), SECCOMP_RET_KILL_PROCESS") { kills($0, "SCMP_ACT_KILL_PROCESS") },
            Case("TRAP", "seccomp(2), SECCOMP_RET_TRAP") { kills($0, "SCMP_ACT_TRAP") },
            Case("TRACE without a tracer", "seccomp(2), SECCOMP_RET_TRACE: ENOSYS", trace),
            Case("defaultAction ERRNO with defaultErrnoRet", "config-linux.md, Seccomp", defaultErrno),
            Case("defaultAction ALLOW and nothing else", "config-linux.md, Seccomp", allowAll),
            Case("errnoRet of an action without one is refused", "config-linux.md: MUST fail", errnoMisplaced),
            Case("defaultErrnoRet of an action without one is refused", "config-linux.md", defaultErrnoMisplaced),
        ]
    }

    private static var operatorCases: [Case] {
        var cases: [Case] = []
        for row in operators {
            cases.append(
                Case("operator \(row.name)", "config-linux.md, Seccomp: op") { compares($0, row.name, row.value) })
        }
        return cases + [
            Case("several conditions must all hold", "config-linux.md, Seccomp: args", conditions),
            Case("several conditions on one argument", "features: separate rules", sameArgument),
            Case("a condition of 64 bits", "config-linux.md, Seccomp: uint64", wideArgument),
            Case("an argument index beyond 5 is refused", "seccomp(2): six arguments", argumentIndex),
        ]
    }
}

/// The numbers of harmless calls, by the machine's table.
#if arch(x86_64)
    enum Call {
        static let getppid = "110"
        static let getuid = "102"
        static let getpriority = "140"
        static let personality = "135"
    }
#else
    enum Call {
        static let getppid = "173"
        static let getuid = "174"
        static let getpriority = "141"
        static let personality = "92"
    }
#endif

extension Trial {
    /// The probe's facts under this filter.
    func filtered(_ commands: [String], uid: Int = 0, noNewPrivileges: Bool = true, _ filter: JSON) -> JSON {
        inside(commands) { config in
            config["linux", "seccomp"] = filter
            config["process", "noNewPrivileges"] = .bool(noNewPrivileges)
            config["process", "user"] = ["uid": JSON(uid), "gid": JSON(uid)]
        }
    }
}

extension JSON {
    /// A filter that allows everything but these rules.
    fileprivate static func filter(_ rules: JSON...) -> JSON {
        ["defaultAction": "SCMP_ACT_ALLOW", "syscalls": .array(rules)]
    }

    fileprivate static func rule(
        _ names: [String], _ action: String, errno: Int? = nil, _ arguments: [(Int, String, UInt64, UInt64?)] = []
    ) -> JSON {
        var rule: JSON = ["names": JSON(names), "action": .text(action)]
        if let errno { rule["errnoRet"] = JSON(errno) }
        for (index, operation, value, second) in arguments {
            var argument: JSON = ["index": JSON(index), "op": .text(operation), "value": .number(String(value))]
            if let second { argument["valueTwo"] = .number(String(second)) }
            rule.append(argument, at: "args")
        }
        return rule
    }
}

// MARK: Actions

private func answer(_ facts: JSON, _ call: String) -> JSON? { facts["call", .key(call)] }

private func errnoDefault(_ t: Trial) {
    let facts = t.filtered(["call", Call.getppid], .filter(.rule(["getppid"], "SCMP_ACT_ERRNO")))
    t.equal(answer(facts, Call.getppid)?["errno"], "EPERM", "getppid")
}

private func errnoGiven(_ t: Trial) {
    let facts = t.filtered(
        ["call", Call.getppid, "+", "call", Call.getuid],
        .filter(.rule(["getppid"], "SCMP_ACT_ERRNO", errno: 38), .rule(["getuid"], "SCMP_ACT_ERRNO", errno: 123)))
    t.equal(answer(facts, Call.getppid)?["errno"], "ENOSYS", "getppid")
    t.equal(answer(facts, Call.getuid)?["number"], 123, "getuid")
}

private func errnoZero(_ t: Trial) {
    let facts = t.filtered(["call", Call.getppid], .filter(.rule(["getppid"], "SCMP_ACT_ERRNO", errno: 0)))
    t.equal(answer(facts, Call.getppid)?["errno"], .null, "getppid")
    t.equal(answer(facts, Call.getppid)?["result"], 0, "result of getppid")
}

private func allow(_ t: Trial) {
    let facts = t.filtered(
        ["call", Call.getppid, "+", "process"],
        .filter(.rule(["getppid"], "SCMP_ACT_ALLOW"), .rule(["getuid"], "SCMP_ACT_ERRNO")))
    t.equal(answer(facts, Call.getppid)?["errno"], .null, "getppid")
    t.equal(facts["process", "seccomp"], 2, "seccomp mode")
}

private func logAction(_ t: Trial) {
    let facts = t.filtered(["call", Call.getppid], .filter(.rule(["getppid"], "SCMP_ACT_LOG")))
    t.equal(answer(facts, Call.getppid)?["errno"], .null, "getppid")
    t.equal(answer(facts, Call.getppid)?["signal"], 0, "signal")
}

private func kills(_ t: Trial, _ action: String) {
    let facts = t.filtered(["call", Call.getppid], .filter(.rule(["getppid"], action)))
    t.equal(answer(facts, Call.getppid)?["signal"], 31, "signal of a call of getppid: SIGSYS")
}

private func trace(_ t: Trial) {
    let facts = t.filtered(["call", Call.getppid], .filter(.rule(["getppid"], "SCMP_ACT_TRACE", errno: 7)))
    t.equal(answer(facts, Call.getppid)?["errno"], "ENOSYS", "getppid")
}

/// What a static program and the runtime need between the filter and the program's end.
private let needed = [
    "execve", "execveat", "exit", "exit_group", "write", "writev", "read", "brk", "mmap", "munmap", "mprotect",
    "arch_prctl", "set_tid_address", "set_robust_list", "rseq", "prlimit64", "readlink", "readlinkat", "getrandom",
    "fstat", "newfstatat", "clone", "clone3", "wait4", "waitid", "pipe2", "close", "close_range", "dup", "dup3",
    "fcntl",
    "futex", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "getpid", "gettid", "sched_yield", "openat", "openat2",
    "lseek", "ioctl", "statx", "sendto", "recvfrom", "sendmsg", "recvmsg", "poll", "ppoll", "accept4", "getdents64",
    "setgroups", "setresgid", "setresuid", "setgid", "setuid", "capset", "capget", "prctl", "chdir", "fchdir", "getcwd",
    "fstatfs", "statfs", "access", "faccessat", "faccessat2", "stat", "lstat", "umask", "epoll_ctl", "epoll_pwait",
    "epoll_create1", "nanosleep", "clock_nanosleep", "tgkill", "sigaltstack", "madvise", "getuid", "getgid", "geteuid",
    "getegid", "setsid", "fchown", "keyctl", "open", "sched_getaffinity", "sched_setaffinity", "sysinfo", "uname",
    "getsockopt", "socket", "connect", "shutdown", "eventfd2", "setitimer", "timer_create", "timer_settime",
    "timer_delete", "unlinkat", "unlink", "mkdirat", "pread64", "fchmod", "fchownat", "seccomp",
    "landlock_restrict_self",
]

private func defaultErrno(_ t: Trial) {
    let facts = t.filtered(
        ["call", Call.getppid, "+", "call", Call.getuid],
        [
            "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38,
            "syscalls": [.rule(needed, "SCMP_ACT_ALLOW")],
        ])
    t.equal(answer(facts, Call.getppid)?["errno"], "ENOSYS", "getppid, which is not listed")
    t.equal(answer(facts, Call.getuid)?["errno"], .null, "getuid, which is listed")
}

private func allowAll(_ t: Trial) {
    let facts = t.filtered(["call", Call.getppid, "+", "process"], ["defaultAction": "SCMP_ACT_ALLOW"])
    t.equal(answer(facts, Call.getppid)?["errno"], .null, "getppid")
}

private func errnoMisplaced(_ t: Trial) {
    for action in ["SCMP_ACT_ALLOW", "SCMP_ACT_KILL", "SCMP_ACT_LOG", "SCMP_ACT_TRAP"] {
        t.refused { $0["linux", "seccomp"] = .filter(.rule(["getppid"], action, errno: 5)) }
    }
}

private func defaultErrnoMisplaced(_ t: Trial) {
    t.refused { $0["linux", "seccomp"] = ["defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 5] }
}

// MARK: Operators

/// How a rule compares, with the arguments for which it must hold and must not.
private struct Comparison: Sendable {
    var value: UInt64
    var second: UInt64?
    var holds: [Int]
    var holdsNot: [Int]
}

private let operators: [Row<Comparison>] = [
    Row("SCMP_CMP_NE", Comparison(value: 5, holds: [4, 6, 0], holdsNot: [5])),
    Row("SCMP_CMP_LT", Comparison(value: 5, holds: [4, 0], holdsNot: [5, 6])),
    Row("SCMP_CMP_LE", Comparison(value: 5, holds: [4, 5], holdsNot: [6, 100])),
    Row("SCMP_CMP_EQ", Comparison(value: 5, holds: [5], holdsNot: [4, 6, 0])),
    Row("SCMP_CMP_GE", Comparison(value: 5, holds: [5, 6, 100], holdsNot: [4, 0])),
    Row("SCMP_CMP_GT", Comparison(value: 5, holds: [6, 100], holdsNot: [5, 4])),
    // value is the mask, valueTwo what must be left.
    Row("SCMP_CMP_MASKED_EQ", Comparison(value: 0b1100, second: 0b0100, holds: [4, 5, 7], holdsNot: [8, 12, 0])),
]

/// getpriority with a "which" of 3 and more answers EINVAL by itself: what the filter says is another number.
private func compares(_ t: Trial, _ operation: String, _ row: Comparison) {
    let all = row.holds + row.holdsNot
    for argument in all {
        let facts = t.filtered(
            ["call", Call.getpriority, "0", String(argument)],
            .filter(
                .rule(
                    ["getpriority"], "SCMP_ACT_ERRNO", errno: 77, [(1, operation, row.value, row.second)])))
        let hit = answer(facts, Call.getpriority)?["number"] == 77
        t.equal(hit, row.holds.contains(argument), "\(operation) \(row.value) holds for \(argument)")
    }
}

private func conditions(_ t: Trial) {
    for (first, second, expected) in [(1, 2, true), (1, 3, false), (0, 2, false)] {
        let facts = t.filtered(
            ["call", Call.getpriority, String(first), String(second)],
            .filter(
                .rule(
                    ["getpriority"], "SCMP_ACT_ERRNO", errno: 77,
                    [(0, "SCMP_CMP_EQ", 1, nil), (1, "SCMP_CMP_EQ", 2, nil)])))
        t.equal(answer(facts, Call.getpriority)?["number"] == 77, expected, "the rule holds for \(first), \(second)")
    }
}

private func sameArgument(_ t: Trial) {
    for (value, expected) in [(3, true), (4, true), (5, false)] {
        let facts = t.filtered(
            ["call", Call.getpriority, "0", String(value)],
            .filter(
                .rule(
                    ["getpriority"], "SCMP_ACT_ERRNO", errno: 77,
                    [(1, "SCMP_CMP_EQ", 3, nil), (1, "SCMP_CMP_EQ", 4, nil)])))
        t.equal(answer(facts, Call.getpriority)?["number"] == 77, expected, "one of the conditions holds for \(value)")
    }
}

private func wideArgument(_ t: Trial) {
    let large: UInt64 = 0xffff_ffff_0000_0005
    let filter: JSON = .filter(
        .rule(["getpriority"], "SCMP_ACT_ERRNO", errno: 77, [(1, "SCMP_CMP_EQ", large, nil)]))
    let hit = t.filtered(["call", Call.getpriority, "0", String(large)], filter)
    t.equal(answer(hit, Call.getpriority)?["number"], 77, "all 64 bits are equal")
    let miss = t.filtered(["call", Call.getpriority, "0", "5"], filter)
    t.expect(answer(miss, Call.getpriority)?["number"] != 77, "only the lower half is equal")
}

private func argumentIndex(_ t: Trial) {
    t.refused {
        $0["linux", "seccomp"] = .filter(
            .rule(["getpriority"], "SCMP_ACT_ERRNO", [(6, "SCMP_CMP_EQ", 1, nil)]))
    }
}

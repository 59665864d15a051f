import CLinux
import Glibc

extension Group {
    /// Architectures, flags, order of steps, refusals; of the group "seccomp".
    static var ruleCases: [Case] {
        [
            Case("with noNewPrivileges", "config-linux.md, Seccomp") { loaded($0, 0, true) },
            Case("without noNewPrivileges", "config-linux.md, Seccomp: loaded while privileged") {
                loaded($0, 0, false)
            },
            Case("as an ordinary user, with noNewPrivileges", "config-linux.md, Seccomp") { loaded($0, 1000, true) },
            Case("as an ordinary user, without it", "config-linux.md, Seccomp") { loaded($0, 1000, false) },
            Case("does not stop the runtime's own steps", "set before or after the user, as it must", ownSteps),
            Case("holds for children and programs started later", "seccomp(2)", inherited),
            Case("the host sees the filter", "proc(5), Seccomp", outside),
            Case("one filter, not more", "proc(5), Seccomp_filters", oneFilter),
            Case("absent: no filter", "config-linux.md, Seccomp: OPTIONAL", absent),
            Case("a foreign architecture's call is killed when not listed", "seccomp(2)", foreignKilled),
            Case("a listed second architecture is allowed and filtered", "config-linux.md: architectures", second),
            Case("each known flag is taken", "config-linux.md, Seccomp: flags", flags),
            Case("an unknown flag is refused", "config.md, Valid values", unknownFlag),
            Case("an unknown call is a warning", "design: libseccomp is older than profiles", unknownCall),
            Case("an unknown action is refused", "config.md, Valid values", unknownAction),
            Case("an unknown default action is refused", "config.md, Valid values", unknownDefault),
            Case("an unknown operator is refused", "config.md, Valid values", unknownOperator),
            Case("an unknown architecture is refused", "config.md, Valid values", unknownArchitecture),
            Case("without a default action is refused", "config-linux.md: REQUIRED", noDefault),
            Case("without names is refused", "config-linux.md: names MUST contain at least one entry", noNames),
            Case("a rule without a part that is required is refused", "config-linux.md: REQUIRED", noPart),
            Case("listenerMetadata without listenerPath is refused", "config-linux.md: MUST NOT be set", metadata),
            Case("NOTIFY without listenerPath is refused", "config-linux.md, Seccomp", notify),
            Case("a filter is the same when it is used again", "a cache must not change it", again),
            Case("two containers with different filters", "a cache must not mix them up", twoFilters),
        ]
    }

    static var profileCases: [Case] {
        [
            Case("a profile of the size of Docker's: the program runs", "engines: Docker's default profile", profile),
            Case("a profile of the size of Docker's: it holds", "engines: Docker's default profile", profileHolds),
        ]
    }
}

#if arch(x86_64)
    private let getpriority = "140"
    private let native = "SCMP_ARCH_X86_64"
#else
    private let getpriority = "141"
    private let native = "SCMP_ARCH_AARCH64"
#endif

private func refusing(_ names: [String], errno: Int? = nil) -> JSON {
    var rule: JSON = ["names": JSON(names), "action": "SCMP_ACT_ERRNO"]
    if let errno { rule["errnoRet"] = JSON(errno) }
    return ["defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule]]
}

private func loaded(_ t: Trial, _ uid: Int, _ noNewPrivileges: Bool) {
    let facts = t.filtered(
        ["call", getpriority, "+", "caps", "+", "ids"], uid: uid, noNewPrivileges: noNewPrivileges,
        refusing(["getpriority"], errno: 77))
    t.equal(facts["call", .key(getpriority), "number"], 77, "getpriority")
    t.equal(facts["caps", "noNewPrivs"], JSON(noNewPrivileges ? 1 : 0), "no_new_privs")
    t.equal(facts["ids", "uid"], JSON(uid), "user id")
}

/// With noNewPrivileges the filter comes last: what only the runtime does may then be forbidden.
private func ownSteps(_ t: Trial) {
    let names = ["setgroups", "setresuid", "setresgid", "setuid", "setgid", "capset", "chdir", "fchdir", "mount"]
    let facts = t.filtered(["ids", "+", "caps"], uid: 1000, refusing(names, errno: 77))
    t.equal(facts["ids", "uid"], 1000, "user id")
    t.equal(facts["ids", "groups"], [], "groups")
}

private func inherited(_ t: Trial) {
    let facts = t.filtered(["execute", "/probe", "call", getpriority], refusing(["getpriority"], errno: 77))
    t.equal(facts["call", .key(getpriority), "number"], 77, "getpriority in a program started by the program")
}

private func outside(_ t: Trial) {
    let box = t.running { $0["linux", "seccomp"] = refusing(["getpriority"]) }
    t.equal(Proc.status(box.pid, "Seccomp"), "2", "Seccomp in /proc/PID/status")
}

private func oneFilter(_ t: Trial) {
    let own = Int(Proc.status(t.ownPid, "Seccomp_filters") ?? "0") ?? 0
    let box = t.running { $0["linux", "seccomp"] = refusing(["getpriority"]) }
    t.equal(Proc.status(box.pid, "Seccomp_filters"), String(own + 1), "Seccomp_filters in /proc/PID/status")
}

private func absent(_ t: Trial) {
    let own = Proc.status(t.ownPid, "Seccomp_filters")
    let box = t.running()
    t.equal(Proc.status(box.pid, "Seccomp_filters"), own, "Seccomp_filters in /proc/PID/status")
}

// MARK: Architectures and flags

private func foreignKilled(_ t: Trial) {
    #if arch(x86_64)
        if !worksPlain(t) { t.skip("the kernel has no 32-bit system calls") }
        var filter = refusing(["getpriority"])
        filter["architectures"] = [.text(native)]
        let facts = t.filtered(["call32", "20"], filter)
        t.equal(facts["call32", "signal"], 31, "signal of a 32-bit call: SIGSYS")
    #else
        t.skip("the foreign call is of x86")
    #endif
}

private func worksPlain(_ t: Trial) -> Bool { t.inside(["call32", "20"])["call32", "signal"] == 0 }

private func second(_ t: Trial) {
    #if arch(x86_64)
        if !worksPlain(t) { t.skip("the kernel has no 32-bit system calls") }
        var filter = refusing(["getpriority"], errno: 77)
        filter["architectures"] = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]
        // 20 is getpid, 96 getpriority in the table of 32 bits.
        let facts = t.filtered(["call32", "20"], filter)
        t.equal(facts["call32", "signal"], 0, "signal of a 32-bit call that is allowed")
        let refused = t.filtered(["call32", "96"], filter)
        t.equal(refused["call32", "status"], 77, "errno of a 32-bit call that is refused")
    #else
        t.skip("the second architecture is of x86")
    #endif
}

private func flags(_ t: Trial) {
    for flag in ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"] {
        var filter = refusing(["getpriority"], errno: 77)
        filter["flags"] = [.text(flag)]
        let facts = t.filtered(["call", getpriority], filter)
        t.equal(facts["call", .key(getpriority), "number"], 77, "getpriority, with \(flag)")
    }
    var filter = refusing(["getpriority"], errno: 77)
    filter["flags"] = ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"]
    t.equal(
        t.filtered(["call", getpriority], filter)["call", .key(getpriority), "number"], 77,
        "getpriority, with two flags")
}

private func unknownFlag(_ t: Trial) {
    t.refused(saying: ["SECCOMP_FILTER_FLAG_NONSENSE"]) { config in
        config["linux", "seccomp"] = refusing(["getpriority"])
        config["linux", "seccomp", "flags"] = ["SECCOMP_FILTER_FLAG_NONSENSE"]
    }
}

// MARK: Unknown words

private func unknownCall(_ t: Trial) {
    let said = t.warned { $0["linux", "seccomp"] = refusing(["no_such_call", "getpriority"]) }
    t.contains(said, "no_such_call", "warning")
    let facts = t.filtered(["call", getpriority], refusing(["no_such_call", "getpriority"], errno: 77))
    t.equal(facts["call", .key(getpriority), "number"], 77, "getpriority, listed beside an unknown one")
}

private func unknownAction(_ t: Trial) {
    t.refused(saying: ["SCMP_ACT_NONSENSE"]) {
        $0["linux", "seccomp"] = [
            "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [["names": ["getpriority"], "action": "SCMP_ACT_NONSENSE"]],
        ]
    }
}

private func unknownDefault(_ t: Trial) {
    t.refused(saying: ["SCMP_ACT_NONSENSE"]) { $0["linux", "seccomp"] = ["defaultAction": "SCMP_ACT_NONSENSE"] }
}

private func unknownOperator(_ t: Trial) {
    t.refused(saying: ["SCMP_CMP_NONSENSE"]) { config in
        config["linux", "seccomp"] = refusing(["getpriority"])
        config["linux", "seccomp", "syscalls", 0, "args"] = [["index": 0, "value": 1, "op": "SCMP_CMP_NONSENSE"]]
    }
}

private func unknownArchitecture(_ t: Trial) {
    t.refused(saying: ["SCMP_ARCH_NONSENSE"]) { config in
        config["linux", "seccomp"] = refusing(["getpriority"])
        config["linux", "seccomp", "architectures"] = ["SCMP_ARCH_NONSENSE"]
    }
}

private func noDefault(_ t: Trial) {
    t.refused {
        $0["linux", "seccomp"] = ["syscalls": [["names": ["getpriority"], "action": "SCMP_ACT_ERRNO"]]]
    }
}

private func noPart(_ t: Trial) {
    let whole: JSON = [
        "names": ["getpriority"], "action": "SCMP_ACT_ERRNO",
        "args": [["index": 0, "value": 1, "op": "SCMP_CMP_EQ"]],
    ]
    for part in ["names", "action", "index", "value", "op"] {
        var rule = whole
        rule[.key(part)] = nil
        if rule == whole { rule["args", 0, .key(part)] = nil }
        t.note("without \(part)")
        t.refused { $0["linux", "seccomp"] = ["defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule]] }
    }
}

private func noNames(_ t: Trial) {
    t.refused { $0["linux", "seccomp"] = refusing([]) }
    t.refused {
        $0["linux", "seccomp"] = ["defaultAction": "SCMP_ACT_ALLOW", "syscalls": [["action": "SCMP_ACT_ERRNO"]]]
    }
}

private func metadata(_ t: Trial) {
    t.refused { config in
        config["linux", "seccomp"] = refusing(["getpriority"])
        config["linux", "seccomp", "listenerMetadata"] = "text"
    }
}

private func notify(_ t: Trial) {
    t.refused {
        $0["linux", "seccomp"] = [
            "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [["names": ["getpriority"], "action": "SCMP_ACT_NOTIFY"]],
        ]
    }
}

// MARK: Caches

private func again(_ t: Trial) {
    for _ in 1...3 {
        let facts = t.filtered(["call", getpriority], refusing(["getpriority"], errno: 77))
        t.equal(facts["call", .key(getpriority), "number"], 77, "getpriority")
    }
}

private func twoFilters(_ t: Trial) {
    for number in [71, 72, 71, 72] {
        let facts = t.filtered(["call", getpriority], refusing(["getpriority"], errno: number))
        t.equal(facts["call", .key(getpriority), "number"], JSON(number), "getpriority")
    }
}

// MARK: A large profile

/// An allow list in the shape of Docker's: three architectures, ERRNO for what is not listed, conditions on clone.
private func dockerLike() -> JSON {
    let sys = SeccompNames.allowed
    return [
        "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1,
        "architectures": JSON([native] + (native == "SCMP_ARCH_X86_64" ? ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] : [])),
        "syscalls": [
            ["names": JSON(sys), "action": "SCMP_ACT_ALLOW"],
            [
                "names": ["personality"], "action": "SCMP_ACT_ALLOW",
                "args": [["index": 0, "value": .number("4294967295"), "op": "SCMP_CMP_EQ"]],
            ],
            [
                "names": ["clone"], "action": "SCMP_ACT_ALLOW",
                "args": [["index": 0, "value": 2_114_060_288, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"]],
            ],
            ["names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38],
        ],
    ]
}

private func profile(_ t: Trial) {
    for uid in [0, 1000] {
        let facts = t.filtered(
            ["ids", "+", "caps", "+", "process", "+", "execute", "/probe", "exit", "3"], uid: uid, dockerLike())
        t.equal(facts["ids", "uid"], JSON(uid), "user id")
        t.equal(facts["execute", "/probe", "result"], 3, "exit status of a program started by the program")
    }
}

private func profileHolds(_ t: Trial) {
    let facts = t.filtered(["mount", "none", "/mnt", "tmpfs", "0", "+", "unshare", "0x10000000"], dockerLike())
    t.equal(facts["mount", "/mnt", "errno"], "EPERM", "mount")
    t.equal(facts["unshare", "0x10000000", "errno"], "EPERM", "unshare")
}

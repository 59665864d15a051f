import CLinux
import Glibc

extension Group {
    static var ofCapabilities: Group {
        var cases: [Case] = []
        for name in sets {
            cases.append(
                Case("the \(name) set", "config.md, capabilities: \(name)") { oneSet($0, name) })
        }
        return Group(
            "capabilities",
            cases + [
                Case("each set differs from the others", "config.md, capabilities", different),
                Case("the host sees the same sets", "config.md, capabilities", outside),
                Case("as an ordinary user: permitted and effective stay", "config.md, capabilities", userKeeps),
                Case("as an ordinary user: ambient is effective after exec", "capabilities(7)", userAmbient),
                Case("as an ordinary user: none without ambient after exec", "capabilities(7)", userExec),
                Case("inheritable is empty when it is not listed", "never filled on its own", inheritableEmpty),
                Case("ambient is empty when it is not listed", "never filled on its own", ambientEmpty),
                Case("absent: none, and none can be had", "config.md: capabilities that are kept", absent),
                Case("an empty object: none", "config.md: capabilities that are kept", empty),
                Case("every capability that the caller has", "config.md, capabilities", everything),
                Case("what is not effective is refused by the kernel", "capabilities(7)", effect),
                Case("one that is effective works", "capabilities(7)", works),
                Case("the bounding set holds for set-user-id programs", "capabilities(7)", boundingHolds),
                Case("an unknown name is a warning", "config.md: MUST be logged as a warning", unknown),
                Case("one that the caller lacks is a warning", "config.md: cannot be granted", ungrantable),
                Case("an ambient one that is not permitted does not fail", "capabilities(7)", ambientAlone),
                Case("secure bits are as usual", "capabilities(7), SECBIT_KEEP_CAPS", secureBits),
                Case("names in the order of the kernel's last ones", "capabilities(7)", last),
            ])
    }
}

private let sets = ["effective", "permitted", "inheritable", "bounding", "ambient"]
private let numbers: [(String, Int)] = [
    ("CAP_CHOWN", 0), ("CAP_DAC_OVERRIDE", 1), ("CAP_FOWNER", 3), ("CAP_KILL", 5), ("CAP_SETGID", 6),
    ("CAP_SETUID", 7), ("CAP_NET_BIND_SERVICE", 10), ("CAP_SYS_CHROOT", 18), ("CAP_MKNOD", 27),
    ("CAP_AUDIT_WRITE", 29),
]

/// The sixteen digits in which the probe and /proc show a set.
private func hex(_ names: [String]) -> String {
    var mask: UInt64 = 0
    for (name, number) in numbers where names.contains(name) { mask |= 1 << UInt64(number) }
    let digits = String(mask, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
}

/// The sets of a program that has these, with nothing else about it changed.
private func facts(_ t: Trial, uid: Int = 0, _ given: [String: [String]], _ commands: [String] = ["caps"]) -> JSON {
    t.inside(commands) { config in
        config["process", "capabilities"] = [:]
        for name in sets where given[name] != nil {
            config["process", "capabilities", .key(name)] = JSON(given[name] ?? [])
        }
        config["process", "user"] = ["uid": JSON(uid), "gid": JSON(uid)]
    }
}

private func check(_ t: Trial, _ facts: JSON, _ wanted: [String: [String]]) {
    for name in sets where wanted[name] != nil {
        t.equal(facts["caps", .key(name)]?.string, hex(wanted[name] ?? []), "the \(name) set")
    }
}

private let usual = ["CAP_CHOWN", "CAP_KILL", "CAP_NET_BIND_SERVICE"]

private func oneSet(_ t: Trial, _ name: String) {
    // What the kernel asks of the others: a capability can only be effective or ambient that is permitted, ...
    let full = usual + ["CAP_MKNOD"]
    var given: [String: [String]] = [:]
    for other in sets { given[other] = full }
    given[name] = usual
    if name == "bounding" { given["inheritable"] = usual }
    if name == "bounding" || name == "inheritable" { given["ambient"] = usual }
    if name == "permitted" { given["ambient"] = usual }
    if name == "permitted" { given["effective"] = usual }
    // A program of root's has its bounding and inheritable sets permitted anew by execve; an ordinary user's does not.
    let seen = facts(t, uid: 1000, given)
    if name != "permitted" && name != "effective" { check(t, seen, [name: usual]) }
    let root = facts(t, ["bounding": usual, "permitted": usual, "effective": usual])
    if name == "permitted" || name == "effective" || name == "bounding" { check(t, root, [name: usual]) }
}

private func different(_ t: Trial) {
    let given: [String: [String]] = [
        "bounding": ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_KILL", "CAP_SETUID", "CAP_SETGID"],
        "permitted": ["CAP_CHOWN", "CAP_KILL", "CAP_SETUID"], "inheritable": ["CAP_CHOWN", "CAP_KILL"],
        "effective": ["CAP_CHOWN"], "ambient": ["CAP_KILL"],
    ]
    let seen = facts(t, uid: 1000, given)
    check(
        t, seen,
        [
            "bounding": given["bounding"] ?? [], "inheritable": ["CAP_CHOWN", "CAP_KILL"], "ambient": ["CAP_KILL"],
            // execve leaves an ordinary user the ambient ones.
            "permitted": ["CAP_KILL"], "effective": ["CAP_KILL"],
        ])
}

private func outside(_ t: Trial) {
    let box = t.running { config in
        config["process", "capabilities"] = nil
        config.capabilities(usual, in: ["bounding", "permitted", "effective", "inheritable", "ambient"])
        config["process", "user"] = ["uid": 1000, "gid": 1000]
    }
    for name in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
        t.equal(Proc.status(box.pid, name), hex(usual), name)
    }
}

private func userKeeps(_ t: Trial) {
    let seen = facts(
        t, uid: 1000,
        [
            "bounding": usual, "permitted": usual, "effective": usual, "inheritable": usual,
            "ambient": usual,
        ], ["caps", "+", "ids"])
    check(t, seen, ["permitted": usual, "effective": usual])
    t.equal(seen["ids", "uid"], 1000, "user id")
}

private func userAmbient(_ t: Trial) {
    let chosen = ["CAP_NET_BIND_SERVICE"]
    let seen = facts(t, uid: 1000, ["bounding": usual, "permitted": usual, "inheritable": chosen, "ambient": chosen])
    check(t, seen, ["permitted": chosen, "effective": chosen, "ambient": chosen])
}

private func userExec(_ t: Trial) {
    let seen = facts(t, uid: 1000, ["bounding": usual, "permitted": usual, "effective": usual])
    check(t, seen, ["permitted": [], "effective": [], "bounding": usual])
}

private func inheritableEmpty(_ t: Trial) {
    check(
        t, facts(t, ["bounding": usual, "permitted": usual, "effective": usual]), ["inheritable": [], "ambient": []])
}

private func ambientEmpty(_ t: Trial) {
    let seen = facts(t, ["bounding": usual, "permitted": usual, "effective": usual, "inheritable": usual])
    check(t, seen, ["inheritable": usual, "ambient": []])
}

private func absent(_ t: Trial) {
    let seen = t.inside(["caps"]) { $0["process", "capabilities"] = nil }
    check(t, seen, ["bounding": [], "permitted": [], "effective": [], "inheritable": [], "ambient": []])
}

private func empty(_ t: Trial) {
    check(t, facts(t, [:]), ["bounding": [], "permitted": [], "effective": [], "inheritable": [], "ambient": []])
}

private func everything(_ t: Trial) {
    let own = t.require(Proc.status(t.ownPid, "CapPrm").flatMap { UInt64($0, radix: 16) }, "own capabilities")
    var names: [String] = []
    for (name, number) in everyName.enumerated().map({ ($0.element, $0.offset) }) where own >> UInt64(number) & 1 == 1 {
        names.append(name)
    }
    let seen = facts(t, ["bounding": names, "permitted": names, "effective": names])
    let digits = String(own & (1 << UInt64(everyName.count) - 1), radix: 16)
    let wanted = String(repeating: "0", count: 16 - digits.utf8.count) + digits
    for name in ["bounding", "permitted", "effective"] {
        t.equal(seen["caps", .key(name)]?.string, wanted, "the \(name) set")
    }
}

private let everyName = [
    "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
    "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
    "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
    "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
    "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
    "CHECKPOINT_RESTORE",
].map { "CAP_" + $0 }

// MARK: Effect

private func effect(_ t: Trial) {
    let seen = facts(
        t, ["bounding": usual, "permitted": usual, "effective": usual],
        ["mknod", "/dev/shm/new", "c", "1", "3", "+", "chroot", "/mnt", "+", "sethostname", "x"])
    t.equal(seen["mknod", "/dev/shm/new", "errno"], "EPERM", "mknod without CAP_MKNOD")
    t.equal(seen["chroot", "/mnt", "errno"], "EPERM", "chroot without CAP_SYS_CHROOT")
    t.equal(seen["sethostname", "x", "errno"], "EPERM", "sethostname without CAP_SYS_ADMIN")
}

private func works(_ t: Trial) {
    let chosen = ["CAP_SYS_CHROOT", "CAP_CHOWN"]
    let seen = facts(
        t, ["bounding": chosen, "permitted": chosen, "effective": chosen],
        ["chown", "/dev/shm", "7", "8", "+", "chroot", "/mnt"])
    t.equal(seen["chown", "/dev/shm", "errno"], .null, "chown with CAP_CHOWN")
    t.equal(seen["chroot", "/mnt", "errno"], .null, "chroot with CAP_SYS_CHROOT")
}

private func boundingHolds(_ t: Trial) {
    var facts = statvfs()
    if statvfs(t.directory, &facts) == 0, facts.f_flag & UInt(ST_NOSUID) != 0 {
        t.skip("\(t.directory) is on a nosuid mount: choose another --scratch")
    }
    let box = t.container(program: ["/probe", "execute", "/suid", "caps", "+", "exit", "0"]) { config in
        config["process", "capabilities"] = ["bounding": ["CAP_KILL"]]
        config["process", "noNewPrivileges"] = false
        config["process", "user"] = ["uid": 1000, "gid": 1000]
    }
    File.copy(box.rootfs + "/probe", to: box.rootfs + "/suid")
    File.setMode(box.rootfs + "/suid", 0o4755)
    t.requireSuccess(box.run())
    check(t, box.facts, ["permitted": ["CAP_KILL"], "effective": ["CAP_KILL"]])
}

// MARK: What cannot be granted

private func unknown(_ t: Trial) {
    let said = t.warned { $0.capabilities(usual + ["CAP_NONSENSE"]) }
    t.contains(said, "CAP_NONSENSE", "warning")
    let seen = facts(t, ["bounding": usual + ["CAP_NONSENSE"], "permitted": usual, "effective": usual])
    check(t, seen, ["bounding": usual, "permitted": usual, "effective": usual])
}

private func ungrantable(_ t: Trial) {
    // The caller gives up one for good; root's bounding set is what execve grants it from.
    let syslog: UInt = 34
    t.require(cl_prctl(24, syslog, 0, 0, 0) == 0, "cannot drop a capability")
    let given = usual + ["CAP_SYSLOG"]
    let seen = facts(t, ["bounding": given, "permitted": given, "effective": given])
    check(t, seen, ["bounding": usual, "permitted": usual, "effective": usual])
    t.contains(t.warned { $0.capabilities(given) }, "CAP_SYSLOG", "warning")
}

private func ambientAlone(_ t: Trial) {
    let seen = facts(t, uid: 1000, ["bounding": usual, "permitted": usual, "ambient": ["CAP_KILL", "CAP_MKNOD"]])
    t.expect(seen["caps"] != nil, "the program runs")
    t.equal(seen["caps", "ambient"]?.string, hex([]), "the ambient set: nothing is inheritable")
}

private func secureBits(_ t: Trial) {
    t.equal(facts(t, ["bounding": usual])["caps", "securebits"], 0, "secure bits")
    t.equal(facts(t, uid: 1000, ["bounding": usual])["caps", "securebits"], 0, "secure bits of an ordinary user")
}

private func last(_ t: Trial) {
    let names = ["CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE"]
    let seen = facts(t, ["bounding": names, "permitted": names, "effective": names])
    t.equal(seen["caps", "bounding"]?.string, "000001c000000000", "the bounding set")
}

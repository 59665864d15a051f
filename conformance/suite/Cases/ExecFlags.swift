import CLinux
import Glibc

extension Group {
    /// The flags of `exec`; of the group "exec".
    static var execFlags: [Case] {
        [
            Case("--user UID keeps the group", "runc's exec", userOnly),
            Case("--user UID:GID", "runc's exec; CVE-2026-30892", userAndGroup),
            Case("--user: what is no number of 32 bits is refused", "CVE-2026-46680", userRefused),
            Case("--additional-gids adds, once or more often", "runc's exec", groups),
            Case("--additional-gids: several in one word", "engines: docker exec --user", groupsInOneWord),
            Case("--cwd", "runc's exec", cwd),
            Case("--env adds and replaces; the last counts", "runc's exec", env),
            Case("--env without = is refused", "runc's exec", envRefused),
            Case("--cap adds to three sets", "runc's exec; CVE-2022-29162", cap),
            Case("--cap for an ordinary user", "capabilities(7)", capOfUser),
            Case("--cap: an unknown name is refused", "crun's exec", capRefused),
            Case("--no-new-privs", "runc's exec", noNewPrivileges),
            Case("--preserve-fds", "runc's exec", preserve),
            Case("--preserve-fds: one that is not open is refused", "runc's exec", preserveRefused),
            Case("--pid-file: digits, and the program's", "engines: Atoi", pidFileOfProgram),
            Case("--pid-file is whole when exec returns and gone when it fails", "engines", pidFileFailure),
            Case("--process", "engines: containerd, CRI-O, buildkit", process),
            Case("--process from standard input", "an engine need write no file", processFromInput),
            Case("--process: capabilities that it leaves out", "runc's and crun's exec", processCapabilities),
            Case("--process: limits and score that it leaves out", "as without --process", processDefaults),
            Case("--process with flags: the flags count", "nothing is accepted and ignored", processAndFlags),
            Case("--process: broken ones are refused", "config.md", processRefused),
            Case("--process and a program are refused", "nothing is accepted and ignored", processAndProgram),
            Case("--cgroup", "runc's exec", cgroup),
            Case("--cgroup: what is not below is refused", "crun 1.29: no escape", cgroupRefused),
            Case("--ignore-paused: the program starts at resume", "runc's exec", ignorePaused, timeout: 60),
            Case("--apparmor and --process-label: applied or refused", "nothing is ignored", labels),
            Case("single dashes and letters", "runc's exec", letters),
        ]
    }
}

private func userOnly(_ t: Trial) {
    let box = t.running { $0["process", "user"] = ["uid": 5, "gid": 6, "additionalGids": [7]] }
    let seen = box.seen(["--user", "1"], ["ids"])["ids"]
    t.equal(seen?["uid"], 1, "user")
    t.equal(seen?["gid"], 6, "group")
    t.equal(seen?["groups"], [7], "groups")
}

private func userAndGroup(_ t: Trial) {
    let seen = t.running().seen(["--user", "1:2"], ["ids"])["ids"]
    for name in ["uid", "euid", "suid"] { t.equal(seen?[.key(name)], 1, name) }
    for name in ["gid", "egid", "sgid"] { t.equal(seen?[.key(name)], 2, name) }
}

private func userRefused(_ t: Trial) {
    let box = t.running()
    for user in [
        "root", "4294967296", "4294967295", "-1", "", "1:", ":1", "1:2:3", " 1", "0x1", "18446744073709551616",
    ] {
        let outcome = box.exec(["--user", user], ["/probe", "ids"])
        t.expect(outcome.status == 255 || outcome.status == 1, "--user “\(user)”: \(outcome.exit)")
        t.equal(outcome.stdout, "", "output of a program that must not run, with --user “\(user)”")
    }
}

private func groups(_ t: Trial) {
    let box = t.running { $0["process", "user", "additionalGids"] = [3] }
    let seen = box.seen(["--additional-gids", "5", "--additional-gids", "6"], ["ids"])
    t.equal(seen["ids", "groups"], [3, 5, 6], "groups")
}

private func groupsInOneWord(_ t: Trial) {
    t.equal(t.running().seen(["--additional-gids", "6,7"], ["ids"])["ids", "groups"], [6, 7], "groups")
}

private func cwd(_ t: Trial) {
    t.equal(t.running().seen(["--cwd", "/tmp"], ["process"])["process", "cwd"], "/tmp", "directory")
}

private func env(_ t: Trial) {
    let box = t.running { $0.environment("A=config") }
    let outcome = box.exec(
        ["--env", "A=flag", "--env", "B=1", "--env", "B=2", "--env", "C=x=y"],
        ["/bin/sh", "-c", "echo $A $B $C $TERM"])
    t.equal(outcome.stdout, "flag 2 x=y xterm\n", "variables")
}

private func envRefused(_ t: Trial) {
    let box = t.running()
    for entry in ["NAME", "=value", ""] {
        t.expectFailure(box.exec(["--env", entry], ["/probe", "exit", "0"]))
    }
}

private func cap(_ t: Trial) {
    let box = t.running { $0.capabilities(["CAP_CHOWN"]) }
    let seen = box.seen(["--cap", "CAP_NET_RAW", "--cap", "CAP_KILL"], ["caps"])["caps"]
    for set in ["bounding", "effective", "permitted"] { t.equal(seen?[.key(set)], "0000000000002021", "\(set) set") }
    for set in ["inheritable", "ambient"] { t.equal(seen?[.key(set)], "0000000000000000", "\(set) set") }
    t.equal(box.seen(["caps"])["caps", "bounding"], "0000000000000001", "bounding set of the next one")
}

private func capOfUser(_ t: Trial) {
    let box = t.running { $0.capabilities(["CAP_CHOWN"]) }
    let seen = box.seen(["--cap", "CAP_NET_RAW", "--user", "1000"], ["caps"])["caps"]
    t.equal(seen?["bounding"], "0000000000002001", "bounding set")
    for set in ["effective", "permitted", "inheritable", "ambient"] {
        t.equal(seen?[.key(set)], "0000000000000000", "\(set) set")
    }
}

private func capRefused(_ t: Trial) {
    let box = t.running()
    let outcome = box.exec(["--cap", "CAP_BANANA"], ["/probe", "exit", "0"])
    // Others only warn; what may not be is silence.
    t.expect(!outcome.succeeded || outcome.stderr.contains("CAP_BANANA"), "a word about CAP_BANANA")
}

private func noNewPrivileges(_ t: Trial) {
    let box = t.running { $0["process", "noNewPrivileges"] = false }
    t.equal(box.seen(["--no-new-privs"], ["caps"])["caps", "noNewPrivs"], 1, "with the flag")
    t.equal(box.seen(["caps"])["caps", "noNewPrivs"], 0, "without it")
}

private func preserve(_ t: Trial) {
    let file = cl_memfd_create("passed", 1)
    let box = t.running()
    let outcome = box.exec(["--preserve-fds", "2"], ["/probe", "fds"]) {
        $0.descriptors = [(number: 3, ours: file), (number: 4, ours: file), (number: 5, ours: file)]
    }
    t.requireSuccess(outcome)
    t.equal(
        Container.merged(outcome.stdout)["fds"]?.members?.map(\.key).sorted(), ["0", "1", "2", "3", "4"],
        "open descriptors")
}

private func preserveRefused(_ t: Trial) {
    t.expectFailure(t.running().exec(["--preserve-fds", "3"], ["/probe", "exit", "0"]))
}

private func pidFileOfProgram(_ t: Trial) {
    let box = t.running()
    let pid = box.execDetached(["/probe", "pause"])
    t.equal(Proc.arguments(pid), ["/probe", "pause"], "the program of that number")
    t.equal(Proc.namespace(pid, "pid"), Proc.namespace(box.pid, "pid"), "its pid namespace")
    box.endPrograms()
}

private func pidFileFailure(_ t: Trial) {
    let box = t.running()
    let file = t.directory + "/said/none.pid"
    t.expectFailure(box.exec(["--detach", "--pid-file", file], ["/no/such"]))
    t.expect(!File.exists(file), "a pid file of a program that did not start")
    let outcome = box.exec(["--detach", "--pid-file", "/no/such/directory/pid"], ["/probe", "pause"])
    t.expectFailure(outcome)
    t.eventually("no program is left") {
        !Proc.descendants(of: t.ownPid).contains { Proc.arguments($0) == ["/probe", "pause"] && $0 != box.pid }
    }
}

// MARK: --process

private func file(_ t: Trial, _ process: JSON) -> String {
    let path = t.directory + "/said/process.json"
    File.write(process.pretty, to: path)
    t.note("process.json: \(process.compact)")
    return path
}

private func process(_ t: Trial) {
    let box = t.running { $0.environment("MINE=config") }
    let path = file(
        t,
        [
            "args": ["/probe", "ids", "+", "process", "+", "env", "+", "caps"], "cwd": "/tmp", "env": ["Q=1"],
            "user": ["uid": 3, "gid": 4, "additionalGids": [9], "umask": 7], "noNewPrivileges": false,
            "capabilities": ["bounding": ["CAP_CHOWN"]],
        ])
    let outcome = box.exec(["--process", path], [])
    t.requireSuccess(outcome)
    let seen = Container.merged(outcome.stdout)
    t.equal(seen["ids", "uid"], 3, "user")
    t.equal(seen["ids", "gid"], 4, "group")
    t.equal(seen["ids", "groups"], [9], "groups")
    t.equal(seen["process", "cwd"], "/tmp", "directory")
    t.equal(seen["process", "umask"], 7, "umask")
    t.equal(seen["caps", "bounding"], "0000000000000001", "bounding set")
    t.equal(seen["caps", "noNewPrivs"], 0, "no-new-privileges")
    let env = seen["env"]?.compact ?? ""
    t.expect(env.contains("Q=1") && !env.contains("MINE"), "environment: \(env)")
}

private func processFromInput(_ t: Trial) {
    let text: JSON = ["args": ["/probe", "echo", "read"], "cwd": "/"]
    let outcome = t.running().exec(["--process", "-"], []) { $0.input = .text(text.compact) }
    t.equal(outcome.stdout, "read\n", "output")
}

private func processDefaults(_ t: Trial) {
    let box = t.running { config in
        config["process", "rlimits"] = [["type": "RLIMIT_NOFILE", "hard": 321, "soft": 123]]
        config["process", "oomScoreAdj"] = 77
    }
    let path = file(t, ["args": ["/bin/sh", "-c", "ulimit -n; cat /proc/self/oom_score_adj"], "cwd": "/"])
    t.equal(box.exec(["-p", path], []).stdout, "123\n77\n", "limit and score")
}

private func processCapabilities(_ t: Trial) {
    let box = t.running { $0.capabilities(["CAP_CHOWN"]) }
    let outcome = box.exec(["-p", file(t, ["args": ["/probe", "caps"], "cwd": "/"])], [])
    t.equal(Container.merged(outcome.stdout)["caps", "bounding"], "0000000000000001", "bounding set")
}

private func processAndFlags(_ t: Trial) {
    let box = t.running()
    let path = file(t, ["args": ["/probe", "ids", "+", "process"], "cwd": "/", "user": ["uid": 3, "gid": 4]])
    let outcome = box.exec(["--process", path, "--user", "8", "--cwd", "/tmp"], [])
    // runc takes no notice of them, silently.
    t.requireSuccess(outcome)
    t.equal(Container.merged(outcome.stdout)["ids", "uid"], 8, "user")
    t.equal(Container.merged(outcome.stdout)["process", "cwd"], "/tmp", "directory")
}

private func processRefused(_ t: Trial) {
    let box = t.running()
    let good: JSON = ["args": ["/probe", "exit", "0"], "cwd": "/"]
    t.requireSuccess(box.exec(["--process", file(t, good)], []))
    let broken: [(String, JSON)] = [
        ("no cwd", ["args": ["/probe", "exit", "0"]]), ("no args", ["cwd": "/"]),
        ("relative cwd", ["args": ["/probe", "exit", "0"], "cwd": "tmp"]),
        ("args is a text", ["args": "/probe", "cwd": "/"]),
        (
            "a user of 33 bits",
            ["args": ["/probe", "exit", "0"], "cwd": "/", "user": ["uid": 4_294_967_296, "gid": 0]]
        ),
        ("env without =", ["args": ["/probe", "exit", "0"], "cwd": "/", "env": ["X"]]),
    ]
    for (what, process) in broken {
        t.note(what)
        t.expectFailure(box.exec(["--process", file(t, process)], []))
    }
    t.expectFailure(box.exec(["--process", "/no/such.json"], []), saying: "no such file")
    let path = t.directory + "/said/process.json"
    File.write("{\"args\": [", to: path)
    t.expectFailure(box.exec(["--process", path], []))
}

private func processAndProgram(_ t: Trial) {
    let path = file(t, ["args": ["/probe", "exit", "0"], "cwd": "/"])
    t.expectFailure(t.running().exec(["--process", path], ["/probe", "echo", "argv"]))
}

// MARK: The rest

private func cgroup(_ t: Trial) {
    let box = t.running()
    let path = t.directoryOfCgroup(box)
    let home = t.require(Proc.cgroup(box.pid), "the container's cgroup")
    t.require(cl_mkdirat(AT_FDCWD, path + "/sub", 0o755) == 0, "cannot make \(path)/sub")
    for name in ["sub", "/sub", "./sub/"] {
        let pid = box.execDetached(["--cgroup", name], ["/probe", "pause"])
        t.equal(Proc.cgroup(pid), home + "/sub", "cgroup with --cgroup \(name)")
    }
    t.equal(Proc.cgroup(box.execDetached(["--cgroup", "/"], ["/probe", "pause"])), home, "with --cgroup /")
    box.endPrograms()
}

private func cgroupRefused(_ t: Trial) {
    let box = t.running()
    _ = t.directoryOfCgroup(box)
    for name in ["..", "../..", "x/../../y", "no-such-one"] {
        t.expectFailure(box.exec(["--cgroup", name], ["/probe", "exit", "0"]))
    }
}

private func ignorePaused(_ t: Trial) {
    let box = t.running()
    _ = t.directoryOfCgroup(box)
    t.requireSuccess(t.runtime("pause", box.id))
    let refused = box.exec(["/probe", "exit", "0"])
    t.expectFailure(refused, saying: "cannot exec in a paused container")
    let running = box.execCommand(["--ignore-paused"], ["/probe", "echo", "late"]).spawn()
    guard case .file(let out) = running.command.output else { return }
    cl_sleep_ms(200)
    t.equal(File.text(out), "", "output while paused")
    t.requireSuccess(t.runtime("resume", box.id))
    let outcome = t.note(running.wait())
    t.equal(outcome.exit, .status(0), "exit of exec")
    t.equal(outcome.stdout, "late\n", "output")
}

private func labels(_ t: Trial) {
    let box = t.running()
    for (flag, there) in [
        ("--apparmor", "/sys/kernel/security/apparmor"), ("--process-label", "/sys/fs/selinux/enforce"),
    ] {
        if File.exists(there) { continue }
        t.expectFailure(box.exec([flag, "no-such-label"], ["/probe", "exit", "0"]))
        // Engines write an absent one as an empty one.
        t.expectSuccess(box.exec([flag, ""], ["/probe", "exit", "0"]))
    }
}

private func letters(_ t: Trial) {
    let box = t.running()
    let outcome = box.exec(
        ["-u", "1:2", "-e", "A=1", "-e", "B=2", "-cwd", "/tmp", "-g=9", "-c", "CAP_CHOWN"],
        ["/bin/sh", "-c", "echo $A $B; pwd; id; grep CapBnd /proc/self/status"])
    t.requireSuccess(outcome)
    t.expect(outcome.stdout.hasPrefix("1 2\n/tmp\nuid=1 gid=2"), "output: \(outcome.stdout)")
    for part in ["groups=9", "421\n"] { t.contains(outcome.stdout, part, "groups and bounding set") }
}

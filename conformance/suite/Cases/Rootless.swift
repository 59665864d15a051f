import CLinux
import Glibc

extension Group {
    static var ofRootless: Group { Group("rootless", lifeOfUsers + refusalsOfUsers) }

    private static var lifeOfUsers: [Case] {
        [
            Case("spec --rootless runs", "an ordinary user's bundle, from spec to run", specRuns),
            Case("create, start, exec, kill, delete", "runtime.md, Lifecycle, as an ordinary user", lifecycle),
            Case("state is kept below XDG_RUNTIME_DIR", "engines: the state root of users", stateRoot),
            Case("--rootless true, false and auto", "engines pass it; runc(8)", flag),
            Case("2014-8989: setgroups is denied", "user_namespaces(7)", setgroupsDenied),
            Case("newuidmap and newgidmap map more ids", "newuidmap(1)", moreIDs, timeout: 40),
            Case("a cgroup in a delegated tree", "cgroups(7), Delegation", delegated),
            Case("exec has the capabilities and the OOM score of the configuration", "config.md, Process", execLikeIt),
            Case("2019-5736: a runtime that its user may write is copied", "/proc/PID/exe", ownBinary),
        ]
    }

    private static var refusalsOfUsers: [Case] {
        [
            Case("without a user namespace it is refused", "the error says what is missing", withoutNamespace),
            Case("limits without a cgroup are refused by name", "nothing is ignored", limitsRefused),
            Case("other ids without newuidmap are refused", "the error says what is missing", withoutProgram),
            Case("ids that are not the user's are refused", "newuidmap(1): /etc/subuid", foreignIDs),
            Case("additional groups are refused", "setgroups(2) is denied", groupsRefused),
            Case("a lower OOM score is refused", "CAP_SYS_RESOURCE", lowerScore),
            Case("exec before start is refused", "the error says why", execBeforeStart),
            Case("kill --all without a cgroup fails or warns", "never accepted and ignored", killAll),
            Case("delete --force says what it leaves", "never accepted and ignored", damaged),
        ]
    }
}

/// The ordinary user: the suite's own, or one that root stands in for.
private let user: UInt32 = geteuid() == 0 ? 1000 : geteuid()
private let isRoot = geteuid() == 0

extension Trial {
    /// Makes the bundle and the state root those of the ordinary user.
    fileprivate func give(_ box: Container) {
        for path in [root, directory + "/said", directory + "/run"] {
            File.makeDirectory(path, mode: 0o700)
            if isRoot { File.setOwner(path, user, user) }
        }
        if isRoot { giveDirectories(box.bundle) }
        // The runtime under test may lie where the user cannot reach it.
        if !File.exists(directory + "/runtime") { File.setMode(copyOfRuntime().file, 0o755) }
    }

    /// Files stay: those of the image are shared with other cases.
    private func giveDirectories(_ path: String) {
        guard File.facts(path)?.kind == .directory else { return }
        File.setOwner(path, user, user)
        for name in File.list(path) ?? [] { giveDirectories(path + "/" + name) }
    }

    /// The command as the ordinary user calls it.
    fileprivate func asUser(_ command: Command) -> Command {
        var command = command
        command.program = Impostor.copy(in: directory)
        if isRoot { command.user = user }
        command.environment.removeAll { $0.hasPrefix("XDG_RUNTIME_DIR=") }
        command.environment.append("XDG_RUNTIME_DIR=" + directory + "/run")
        return command
    }

    fileprivate func userRuns(_ words: String...) -> Outcome { run(asUser(command(words))) }

    /// `create` as the ordinary user fails, and says this.
    fileprivate func userRefused(
        saying phrases: [String], _ edit: (inout JSON) -> Void, calling change: (inout Command) -> Void = { _ in }
    ) {
        let box = container("c\(containers.count + 1)") { config in
            config.ofUser()
            edit(&config)
        }
        give(box)
        var command = asUser(box.createCommand())
        change(&command)
        let outcome = run(command)
        if outcome.succeeded { box.claim() }
        expectFailure(outcome)
        for phrase in phrases { contains(outcome.stderr, phrase, "error message") }
        expect((File.list(root) ?? []).allSatisfy { $0.hasPrefix(".") }, "no state is left")
    }

    /// A container that the ordinary user has made and started.
    fileprivate func runningOfUser(
        _ commands: [String], _ edit: (inout JSON) -> Void = { _ in },
        calling change: (inout Command) -> Void = { _ in }
    ) -> Container {
        let box = container(program: ["/probe"] + commands + ["+", "pause"]) { config in
            config.ofUser()
            edit(&config)
        }
        give(box)
        var command = asUser(box.createCommand())
        change(&command)
        let outcome = run(command)
        if outcome.succeeded { box.claim() }
        requireSuccess(outcome)
        equal(outcome.stderr, "", "warnings")
        requireSuccess(userRuns("start", box.id))
        box.awaitFact("ready")
        return box
    }
}

extension JSON {
    /// A configuration for the ordinary user: nothing but the own id is mapped.
    fileprivate mutating func ofUser() {
        ofUser(user, isRoot ? user : getegid())
    }

    /// Likewise, for any user.
    mutating func ofUser(_ user: UInt32, _ group: UInt32) {
        userNamespace(Int(user), size: 1)
        self["linux", "gidMappings"] = [["containerID": 0, "hostID": JSON(Int(group)), "size": 1]]
        self["linux", "resources"] = nil
        // The group of terminals is not mapped: `spec --rootless` leaves it out too.
        each("mounts") { $0.keep("options") { $0 != "gid=5" } }
    }
}

private func specRuns(_ t: Trial) {
    let box = t.container()
    t.give(box)
    File.remove(box.bundle + "/config.json")
    t.requireSuccess(t.userRuns("spec", "--rootless", "--bundle", box.bundle))
    var config = t.require(JSONReader.value(File.text(box.bundle + "/config.json") ?? ""), "config.json is JSON")
    config["process", "terminal"] = false
    config["process", "args"] = ["/probe", "ids", "+", "mounts", "+", "write", "/dev/null"]
    File.write(config.pretty, to: box.bundle + "/config.json")
    let outcome = t.run(t.asUser(box.runCommand()))
    t.requireSuccess(outcome)
    t.equal(box.facts["ids", "uid"], 0, "user inside")
    t.equal(box.facts["write", "/dev/null", "result"], 1, "writing to /dev/null")
    t.expect(t.mount(at: "/sys", in: box.facts).options.contains("ro"), "/sys is read-only")
}

private func lifecycle(_ t: Trial) {
    let box = t.runningOfUser(["ids"])
    t.equal(Proc.status(box.pid, "Uid"), "\(user)\t\(user)\t\(user)\t\(user)", "ids outside")
    t.equal(box.facts["ids", "uid"], 0, "user inside")
    let state = t.userRuns("state", box.id)
    t.equal(state.json?["status"], "running", "status")
    let exec = t.userRuns("exec", box.id, "/probe", "ids")
    t.requireSuccess(exec)
    t.equal(Container.merged(exec.stdout)["ids", "uid"], 0, "user of exec")
    t.requireSuccess(t.userRuns("kill", box.id, "KILL"))
    box.awaitExit()
    t.equal(t.userRuns("state", box.id).json?["status"], "stopped", "status")
    t.requireSuccess(t.userRuns("delete", box.id))
    t.expectFailure(t.userRuns("state", box.id), saying: "does not exist")
}

private func stateRoot(_ t: Trial) {
    let box = t.container { $0.ofUser() }
    t.give(box)
    func words(_ words: [String]) -> Command {
        var command = t.asUser(t.command(words))
        command.arguments = words
        return command
    }
    t.requireSuccess(t.run(words(["create", "--bundle", box.bundle, "--pid-file", box.pidFile, box.id])))
    /// Each runtime has a directory of its own name there.
    func isKept() -> Bool {
        (File.list(t.directory + "/run") ?? []).contains { File.exists(t.directory + "/run/\($0)/" + box.id) }
    }
    t.expect(isKept(), "the state lies in a directory of $XDG_RUNTIME_DIR")
    t.equal(t.run(words(["state", box.id])).json?["status"], "created", "status")
    t.requireSuccess(t.run(words(["delete", "--force", box.id])))
    t.expect(!isKept(), "it is gone with the container")
}

private func flag(_ t: Trial) {
    for value in ["true", "auto", "false", "perhaps"] {
        let box = t.container("c-" + value, program: ["/probe", "ids"]) { $0.ofUser() }
        t.give(box)
        var command = t.asUser(box.runCommand())
        command.arguments.insert("--rootless=" + value, at: 0)
        let outcome = t.run(command)
        if value == "perhaps" {
            t.expectFailure(outcome)
        } else if value == "false", !outcome.succeeded {
            // It may insist on cgroups, which such a user cannot make.
            t.expectFailure(outcome)
        } else {
            t.requireSuccess(outcome)
            t.equal(box.facts["ids", "uid"], 0, "user with --rootless=\(value)")
        }
    }
}

private func setgroupsDenied(_ t: Trial) {
    let setgroups = "116"
    let box = t.runningOfUser(["call", setgroups, "0", "0"]) {
        $0.capabilities(["CAP_SETGID"])
    } calling: {
        if isRoot { $0.groups = [4242] }
    }
    t.equal(File.text("/proc/\(box.pid)/setgroups"), "deny\n", "setgroups")
    let groups = isRoot ? "4242" : Proc.status(t.ownPid, "Groups")
    t.equal(Proc.status(box.pid, "Groups"), groups, "groups that may be denied something stay")
    #if arch(x86_64)
        t.equal(box.facts["call", .key(setgroups), "errno"], "EPERM", "leaving all groups")
    #endif
}

/// Lets the user map ids for the rest of the case: a file of the case's own lies over /etc/subuid and /etc/subgid.
private func allow(_ t: Trial, _ line: String) {
    guard File.program("newuidmap") != nil, File.program("newgidmap") != nil else {
        t.skip("newuidmap is not installed (Debian: apt-get install uidmap)")
    }
    t.ownMounts()
    let file = t.directory + "/subids"
    File.write(line, to: file)
    for name in ["/etc/subuid", "/etc/subgid"] {
        guard File.exists(name), cl_mount(file, name, nil, MountFlag.bind, nil) == 0 else {
            t.skip("\(name) is not there")
        }
    }
}

private var manyIDs: JSON {
    [
        ["containerID": 0, "hostID": JSON(Int(user)), "size": 1], ["containerID": 1, "hostID": 200_000, "size": 100],
    ]
}

private func moreIDs(_ t: Trial) {
    allow(t, "\(user):200000:100\n")
    let box = t.runningOfUser(["ids"]) { config in
        for key in ["uidMappings", "gidMappings"] { config["linux", .key(key)] = manyIDs }
        config["process", "user"] = ["uid": 7, "gid": 8, "additionalGids": [9]]
    }
    t.equal(Proc.status(box.pid, "Uid"), "200006\t200006\t200006\t200006", "ids outside")
    t.equal(Proc.status(box.pid, "Groups"), "200008", "groups outside")
    t.equal(box.facts["ids", "uid"], 7, "user inside")
    t.requireSuccess(t.userRuns("kill", box.id, "KILL"))
    box.awaitExit()
    t.requireSuccess(t.userRuns("delete", box.id))
}

private func foreignIDs(_ t: Trial) {
    allow(t, "\(user):300000:100\n")
    t.userRefused(saying: ["/linux/uidMappings", "/etc/subuid"]) { config in
        for key in ["uidMappings", "gidMappings"] { config["linux", .key(key)] = manyIDs }
    }
}

private func withoutProgram(_ t: Trial) {
    t.userRefused(saying: ["newuidmap", "/linux/uidMappings"]) { config in
        for key in ["uidMappings", "gidMappings"] { config["linux", .key(key)] = manyIDs }
    } calling: {
        $0.environment = ["PATH=/nowhere"]
    }
}

private func delegated(_ t: Trial) {
    guard let tree = t.cgroup2 else { t.skip("no cgroup2 is mounted") }
    if !isRoot { return ownTree(t, tree) }
    let own = tree + "/" + t.tag + "user"
    for path in [own, own + "/session"] {
        t.require(File.makeDirectory(path), "cannot make the cgroup \(path)")
        for name in ["", "/cgroup.procs", "/cgroup.subtree_control", "/cgroup.threads"] {
            File.setOwner(path + name, user, user)
        }
    }
    t.require(File.write("\(t.ownPid)", to: own + "/session/cgroup.procs"), "cannot enter the cgroup")
    let box = t.runningOfUser(["ids"]) { $0["linux", "cgroupsPath"] = .text(t.tag + "box") }
    let place = Proc.cgroup(box.pid) ?? ""
    t.expect(place.hasSuffix("/" + t.tag + "user/" + t.tag + "box"), "the container's cgroup: \(place)")
    t.requireSuccess(t.userRuns("pause", box.id))
    t.equal(t.userRuns("state", box.id).json?["status"], "paused", "status")
    t.requireSuccess(t.userRuns("resume", box.id))
    t.requireSuccess(t.userRuns("kill", box.id, "KILL"))
    box.awaitExit()
    t.requireSuccess(t.userRuns("delete", box.id))
    t.expect(!File.exists(own + "/" + t.tag + "box"), "the cgroup is gone")
    File.write("\(t.ownPid)", to: tree + "/cgroup.procs")
    for path in [own + "/session", own] { _ = cl_unlinkat(AT_FDCWD, path, AT_REMOVEDIR) }
}

/// In the part of the tree that the user has, if there is one.
private func ownTree(_ t: Trial, _ tree: String) {
    let own = Proc.cgroup(t.ownPid) ?? "/"
    guard own != "/", cl_faccessat(AT_FDCWD, tree + own, W_OK, 0) == 0 else { t.skip("no cgroup is the user's") }
    let box = t.runningOfUser(["ids"]) { $0["linux", "resources"] = ["pids": ["limit": 20]] }
    let place = t.require(Proc.cgroup(box.pid), "the container's cgroup")
    t.differs(place, own, "the container's cgroup and the caller's")
    t.equal(File.text(tree + place + "/pids.max"), "20\n", "pids.max")
    t.requireSuccess(t.userRuns("pause", box.id))
    t.equal(t.userRuns("state", box.id).json?["status"], "paused", "status")
    t.requireSuccess(t.userRuns("resume", box.id))
    t.requireSuccess(t.userRuns("delete", "--force", box.id))
    t.expect(!File.exists(tree + place), "the cgroup is gone")
}

private func ownBinary(_ t: Trial) {
    let box = t.container { $0.ofUser() }
    t.give(box)
    if isRoot { File.setOwner(t.directory + "/runtime", user, user) }
    let outcome = t.run(t.asUser(box.createCommand()))
    if outcome.succeeded { box.claim() }
    t.requireSuccess(outcome)
    let program = File.link("/proc/\(box.pid)/exe") ?? ""
    t.expect(program.hasPrefix("/memfd:"), "what the waiting init runs: \(program)")
    t.requireSuccess(t.userRuns("delete", "--force", box.id))
}

private func withoutNamespace(_ t: Trial) {
    t.userRefused(saying: ["user namespace", "/linux/namespaces"]) { config in
        config.inheritNamespace("user")
        for key in ["uidMappings", "gidMappings"] { config["linux", .key(key)] = nil }
    }
}

private func limitsRefused(_ t: Trial) {
    if geteuid() != 0, OrdinaryUser.hasCgroup { t.skip("the user has a part of the cgroup tree") }
    t.userRefused(saying: ["/linux/resources/pids"]) {
        $0["linux", "resources"] = ["pids": ["limit": 20]]
    }
}

private func groupsRefused(_ t: Trial) {
    t.userRefused(saying: ["/process/user/additionalGids"]) {
        $0["process", "user", "additionalGids"] = [0]
    }
}

private func lowerScore(_ t: Trial) {
    t.userRefused(saying: ["/process/oomScoreAdj"]) { $0["process", "oomScoreAdj"] = -900 }
}

private func execLikeIt(_ t: Trial) {
    let box = t.runningOfUser(["ids"]) { config in
        config.capabilities(["CAP_CHOWN", "CAP_KILL"])
        config["process", "oomScoreAdj"] = 321
    }
    let outcome = t.userRuns("exec", box.id, "/probe", "caps", "+", "read", "/proc/self/oom_score_adj")
    t.requireSuccess(outcome)
    let facts = Container.merged(outcome.stdout)
    for set in ["bounding", "permitted", "effective"] {
        t.equal(facts["caps", .key(set)], "0000000000000021", "\(set) capabilities")
    }
    t.equal(facts["read", "/proc/self/oom_score_adj", "text"], "321\n", "OOM score adjustment")
}

private func execBeforeStart(_ t: Trial) {
    let box = t.container { $0.ofUser() }
    t.give(box)
    let outcome = t.run(t.asUser(box.createCommand()))
    if outcome.succeeded { box.claim() }
    t.requireSuccess(outcome)
    t.expectFailure(t.userRuns("exec", box.id, "/bin/true"), saying: "before the container is started")
    t.requireSuccess(t.userRuns("start", box.id))
    box.awaitFact("ready")
    t.requireSuccess(t.userRuns("exec", box.id, "/bin/true"))
}

private func killAll(_ t: Trial) {
    let box = t.runningOfUser(["ids"])
    if Proc.cgroup(box.pid) != Proc.cgroup(t.ownPid) { t.skip("the user has a part of the cgroup tree") }
    let outcome = t.userRuns("kill", "--all", box.id, "TERM")
    t.says(outcome.stderr, "cgroup", "a word about what is missing")
    if !outcome.succeeded { return t.expectFailure(outcome) }
    box.awaitExit()
    t.equal(t.userRuns("kill", "--all", box.id, "KILL").stderr, "", "nothing to warn of")
}

private func damaged(_ t: Trial) {
    let box = t.runningOfUser(["ids"])
    if Proc.cgroup(box.pid) != Proc.cgroup(t.ownPid) { t.skip("the user has a part of the cgroup tree") }
    damage(t, box)
    let outcome = t.userRuns("delete", "--force", box.id)
    t.requireSuccess(outcome)
    if !Proc.isAlive(box.pid) { return }
    t.says(outcome.stderr, "record is damaged", "a word about why it is left")
    t.says(outcome.stderr, "process", "a word about what is left")
    Proc.sendSignal(box.pid, SIGKILL)
    box.awaitExit()
}

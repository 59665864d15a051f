import CLinux
import Glibc

extension Group {
    static var ofHooks: Group { Group("hooks", hookOrderCases + hookCases + hookFailureCases) }

    private static var hookCases: [Case] {
        [
            Case("in the runtime's namespaces: prestart", "config.md, Prestart", { inHost($0, "prestart") }),
            Case("in the runtime's namespaces: createRuntime", "config.md", { inHost($0, "createRuntime") }),
            Case("in the runtime's namespaces: poststart", "config.md, Poststart", { inHost($0, "poststart") }),
            Case("in the runtime's namespaces: poststop", "config.md, Poststop", { inHost($0, "poststop") }),
            Case("in the container's namespaces: createContainer", "config.md") { inContainer($0, "createContainer") },
            Case("in the container's namespaces: startContainer", "config.md") { inContainer($0, "startContainer") },
            Case("path of createContainer is the runtime's", "config.md: MUST resolve in the runtime ns", hostPath),
            Case("path of startContainer is the container's", "config.md: in the container ns", containerPath),
            Case("createContainer: its mounts are the container's", "config.md: before pivot_root", mountsInHook),
            Case("createContainer: before the root is read-only", "config.md: before pivot_root", writesInHook),
            Case("createRuntime: the mounts are made", "config.md, CreateRuntime Hooks", mountsMade),
            Case("createRuntime: the network can be set up by /proc/PID", "engines: libnetwork-setkey", network),
            Case("poststart: the program has begun", "config.md: after the user-specified process", begun),
            Case("startContainer: the program has not begun", "config.md: before it is executed", notBegun),
            Case("poststop: the container is gone", "config.md: after the container is deleted", gone),
            Case("state on stdin: prestart", "runtime.md, State") { stateGiven($0, "prestart", "creating") },
            Case("state on stdin: createRuntime", "runtime.md, State") { stateGiven($0, "createRuntime", "creating") },
            Case("state on stdin: createContainer", "runtime.md, State") {
                stateGiven($0, "createContainer", "creating")
            },
            Case("state on stdin: startContainer", "runtime.md, State") { stateGiven($0, "startContainer", "created") },
            Case("state on stdin: poststart", "runtime.md, State") { stateGiven($0, "poststart", "running") },
            Case("state on stdin: poststop", "runtime.md, State") { stateGiven($0, "poststop", "stopped") },
            Case("args: args[0] is argv[0], not the path", "config.md, hooks: execv's argv", firstArgument),
            Case("args absent: argv[0] is the path", "config.md, hooks: args are OPTIONAL", argumentsAbsent),
            Case("env is what the entry says", "config.md, hooks: env", environment),
            Case("no descriptors but the standard streams", "the runtime's descriptors are its own", descriptors),
            Case("no blocked or ignored signals", "a program begins with defaults", signals),
            Case("a large state on stdin that is not read", "EPIPE is no error", notRead),
            Case("what a hook prints is not the verb's output", "engines: stdout of create", quiet),
        ]
    }
}

/// The kinds of hooks, and whether they run in the container.
let hookKinds: [(name: String, inside: Bool)] = [
    ("prestart", false), ("createRuntime", false), ("createContainer", false), ("startContainer", true),
    ("poststart", false), ("poststop", false),
]

/// The directory in which hooks leave what they saw; inside the container it is /log.
func hookLog(_ t: Trial) -> String { t.directory + "/log" }

extension Trial {
    /// What the hooks left, a line for each, in the order in which they ran.
    var hooksSeen: [JSON] {
        (File.text(hookLog(self) + "/hooks") ?? "").split(separator: "\n").compactMap { JSONReader.value(String($0)) }
    }

    /// The first line of this name; the case is over without it.
    func hook(_ name: String) -> JSON {
        require(hooksSeen.first { $0["name"]?.string == name }, "the hook \(name) did not run")
    }

    /// A container in which /log is the hooks' directory.
    func hooked(_ program: [String] = ["/probe", "pause"], _ edit: (inout JSON) -> Void) -> Container {
        File.makeDirectory(hookLog(self), mode: 0o777)
        let box = container("c\(containers.count + 1)", program: program) { config in
            config.mount("/log", "none", hookLog(self), ["bind"])
            edit(&config)
        }
        // There before, so that a failed verb has made nothing in the image.
        File.makeDirectory(box.rootfs + "/log")
        return box
    }

    /// An entry that runs the probe, which writes a line about it.
    func probeHook(_ kind: String, _ name: String, _ more: [String] = []) -> JSON {
        let inside = kind == "startContainer"
        let log = (inside ? "/log" : hookLog(self)) + "/hooks"
        return [
            "path": .text(inside ? "/probe" : template + "/probe"), "args": JSON(["probe", "hook", log, name] + more),
        ]
    }

    /// An entry that runs a script of the host's shell.
    func scriptHook(_ script: String) -> JSON {
        ["path": "/bin/busybox", "args": JSON(["sh", "-c", script]), "env": ["PATH=/bin:/usr/bin:/sbin:/usr/sbin"]]
    }

    /// Through the whole life: create, start, kill, delete.
    func live(_ box: Container) {
        requireSuccess(box.create())
        requireSuccess(box.start())
        box.awaitFact("ready")
        box.stop()
        requireSuccess(box.delete())
    }
}

// MARK: Namespaces and paths

private let namespaces = ["mnt", "net", "pid", "ipc", "uts", "cgroup"]

private func one(_ t: Trial, _ kind: String, _ hook: JSON? = nil) -> Container {
    let box = t.hooked { config in
        config["hooks"] = .object([.init(key: kind, value: .array([hook ?? t.probeHook(kind, kind)]))])
    }
    return box
}

private func inHost(_ t: Trial, _ kind: String) {
    t.live(one(t, kind))
    let seen = t.hook(kind)
    for name in namespaces {
        t.equal(seen["ns", .key(name)]?.string, Proc.namespace(t.ownPid, name), "\(name) namespace of the hook")
    }
    t.equal(seen["rootIno"]?.int, File.facts("/").map { Int($0.inode) }, "root directory of the hook")
    t.equal(seen["uid"], 0, "user of the hook")
}

private func inContainer(_ t: Trial, _ kind: String) {
    let box = one(t, kind)
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    let seen = t.hook(kind)
    // Before pivot_root /proc may be the host's, which does not know the container's processes.
    for name in namespaces where seen["ns", .key(name)]?.string != nil {
        t.equal(seen["ns", .key(name)]?.string, Proc.namespace(box.pid, name), "\(name) namespace of the hook")
    }
    if kind == "startContainer" {
        t.expect(seen["ns", "mnt"]?.string != nil, "the hook sees its namespaces in /proc")
        t.equal(seen["rootIno"]?.int, File.facts(box.rootfs).map { Int($0.inode) }, "root directory of the hook")
    }
    t.expect((seen["pid"]?.int ?? 0) < 100, "the hook has a pid of the container: \(seen["pid"]?.int ?? 0)")
}

private func hostPath(_ t: Trial) {
    let program = t.directory + "/only-on-the-host"
    File.copy(t.template + "/probe", to: program)
    var hook = t.probeHook("createContainer", "createContainer")
    hook["path"] = .text(program)
    t.live(one(t, "createContainer", hook))
    _ = t.hook("createContainer")
}

private func containerPath(_ t: Trial) {
    var hook = t.probeHook("startContainer", "startContainer")
    hook["path"] = "/opt/only-in-the-container"
    let box = one(t, "startContainer", hook)
    File.linkOrCopy(box.rootfs + "/probe", to: box.rootfs + "/opt/only-in-the-container")
    t.live(box)
    _ = t.hook("startContainer")
}

// MARK: The moment

private func mountsInHook(_ t: Trial) {
    let box = t.hooked(["/probe", "mounts", "+", "pause"]) { _ in }
    box.edit { $0["hooks"] = ["createContainer": [t.scriptHook("mount -t tmpfs hook \(box.rootfs)/srv")]] }
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    t.equal(t.mount(at: "/srv", in: box.facts).source, "hook", "what is mounted at /srv")
    t.expect(!Proc.mounts(t.ownPid).contains { $0.source == "hook" }, "the mount is seen by the host")
}

private func writesInHook(_ t: Trial) {
    let box = t.hooked(["/probe", "read", "/srv/new", "+", "pause"]) { $0["root", "readonly"] = true }
    box.edit { $0["hooks"] = ["createContainer": [t.scriptHook("echo text > \(box.rootfs)/srv/new")]] }
    t.requireSuccess(box.create())
    t.equal(File.text(box.rootfs + "/srv/new"), "text\n", "the file that the hook made, before start")
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    t.equal(box.facts["read", "/srv/new", "text"], "text\n", "the file that the hook made")
}

/// A script's way to the process id in the state on its standard input.
private let findPid = "pid=$(sed 's/.*\"pid\": *\\([0-9]*\\).*/\\1/'); "

private func mountsMade(_ t: Trial) {
    let log = hookLog(t)
    let box = one(t, "createRuntime", t.scriptHook(findPid + "cat /proc/$pid/mountinfo > \(log)/mounts"))
    t.requireSuccess(box.create())
    let text = File.text(log + "/mounts") ?? ""
    for part in ["/proc ", "/dev/pts ", "/log "] { t.contains(text, part, "mounts at the time of the hook") }
}

private func network(_ t: Trial) {
    let log = hookLog(t)
    let script =
        findPid + "readlink /proc/$pid/ns/net > \(log)/net; nsenter --net=/proc/$pid/ns/net ip link set lo mtu 1234"
    let box = one(t, "createRuntime", t.scriptHook(script))
    t.requireSuccess(box.create())
    t.equal(File.text(log + "/net"), (Proc.namespace(box.pid, "net") ?? "") + "\n", "network namespace")
    t.requireSuccess(box.start())
}

private func begun(_ t: Trial) {
    let log = hookLog(t)
    let box = one(t, "poststart", t.scriptHook(findPid + "tr '\\0' ' ' < /proc/$pid/cmdline > \(log)/program"))
    t.requireSuccess(box.create())
    t.expect(!File.exists(log + "/program"), "poststart ran in create")
    t.requireSuccess(box.start())
    t.equal(File.text(log + "/program"), "/probe pause ", "program at the time of the hook")
}

private func notBegun(_ t: Trial) {
    let box = t.hooked(["/bin/sh", "-c", "echo program >> /log/order; exec /probe pause"]) { config in
        config["hooks"] = [
            "startContainer": [
                ["path": "/bin/sh", "args": ["sh", "-c", "sleep 0.2; echo hook >> /log/order"]]
            ]
        ]
    }
    t.requireSuccess(box.create())
    t.expect(!File.exists(hookLog(t) + "/order"), "startContainer ran in create")
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    t.equal(File.text(hookLog(t) + "/order"), "hook\nprogram\n", "what ran, in its order")
}

private func gone(_ t: Trial) {
    let log = hookLog(t)
    let script = "find /sys/fs/cgroup -name '*\(t.tag)*' > \(log)/cgroups 2>/dev/null; cat > \(log)/state"
    let box = one(t, "poststop", t.scriptHook(script))
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    let pid = box.pid
    t.requireSuccess(box.delete(["--force"]))
    t.expect(File.exists(log + "/state"), "the hook ran")
    t.equal(File.text(log + "/cgroups"), "", "cgroups of the container at the time of the hook")
    t.expect(!Proc.isAlive(pid), "the container's process is gone")
}

// MARK: State

private func stateGiven(_ t: Trial, _ kind: String, _ status: String) {
    let box = one(t, kind)
    box.edit { $0["annotations"] = ["org.example.key": "a \"quoted\" / value", "other": ""] }
    t.requireSuccess(box.create())
    let pid = Int(box.pid)
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    box.stop()
    t.requireSuccess(box.delete())
    let text = t.hook(kind)["stdin"]?.string ?? ""
    let state = t.require(JSONReader.value(text), "state on stdin: expected JSON, found “\(text)”")
    t.equal(state["id"], .text(box.id), "id")
    t.equal(state["status"], .text(status), "status")
    t.equal(state["bundle"], .text(box.bundle), "bundle")
    t.expect(
        Version.parts(state["ociVersion"]?.string)?.first == 1, "ociVersion: \(state["ociVersion"]?.compact ?? "")")
    t.equal(state["annotations", "org.example.key"], "a \"quoted\" / value", "annotation")
    switch kind {
    case "createContainer", "startContainer": t.equal(state["pid"], 1, "pid, as seen by the container")
    case "poststop":
        t.expect([nil, 0].contains(state["pid"]?.int), "pid of what is gone: \(state["pid"]?.compact ?? "")")
    default: t.equal(state["pid"]?.int, pid, "pid, as seen by the runtime")
    }
    t.expect(!text.contains("\\/"), "slashes need no escape")
    t.expect(text.split(separator: "\n").count == 1, "the state is on one line")
}

// MARK: Arguments and environment

private func firstArgument(_ t: Trial) {
    let log = hookLog(t)
    let box = one(
        t, "createRuntime",
        [
            "path": "/bin/busybox",
            "args": JSON(["sh", "-c", "echo \"$0|$1|$2\" > \(log)/args", "name", "two words", ""]),
        ])
    t.requireSuccess(box.create())
    t.equal(File.text(log + "/args"), "name|two words|\n", "arguments")
}

private func argumentsAbsent(_ t: Trial) {
    let log = hookLog(t) + "/name"
    let program = t.template + "/probe"
    let box = one(t, "createRuntime", ["path": .text(program), "env": [.text("NAME_LOG=" + log)]])
    t.requireSuccess(box.create())
    t.equal(File.text(log), program, "argv[0]")
}

private func environment(_ t: Trial) {
    for kind in ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"] {
        var hook = t.probeHook(kind, kind)
        hook["env"] = ["ONE=1", "TWO=two words"]
        t.live(one(t, kind, hook))
        t.equal(t.hook(kind)["env"]?.strings, ["ONE=1", "TWO=two words"], "environment of \(kind)")
    }
}

private func descriptors(_ t: Trial) {
    for kind in hookKinds {
        t.live(one(t, kind.name))
        // The probe's own is the file into which it writes.
        let seen = (t.hook(kind.name)["fds"]?.members ?? []).filter {
            $0.value["target"]?.string?.hasSuffix("/hooks") != true
        }
        t.equal(seen.map { $0.key }, ["0", "1", "2"], "descriptors of \(kind.name)")
    }
}

private func signals(_ t: Trial) {
    let log = hookLog(t)
    let box = one(t, "createRuntime", t.scriptHook("cat /proc/$$/status > \(log)/status"))
    t.requireSuccess(
        box.create {
            $0.ignored = [SIGPIPE, SIGINT, SIGCHLD]
            $0.blocked = 1 << UInt64(SIGTERM - 1) | 1 << UInt64(SIGUSR1 - 1)
        })
    let text = File.text(log + "/status") ?? ""
    // The shell itself ignores SIGQUIT.
    for (name, own) in [("SigBlk", 0), ("SigIgn", 1 << UInt64(SIGQUIT - 1))] as [(String, UInt64)] {
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        let mask = line.flatMap { UInt64($0.dropFirst(name.utf8.count + 2), radix: 16) }
        t.equal(mask.map { $0 & ~own }, 0, "\(name) of the hook")
    }
}

private func notRead(_ t: Trial) {
    let box = one(t, "createRuntime", t.probeHook("createRuntime", "createRuntime", ["noread"]))
    box.edit { $0["annotations"] = ["long": .text(String(repeating: "x", count: 300_000))] }
    t.live(box)
    _ = t.hook("createRuntime")
}

private func quiet(_ t: Trial) {
    let box = one(t, "createRuntime", t.scriptHook("echo a word; echo another >&2"))
    let outcome = box.create()
    t.requireSuccess(outcome)
    t.equal(outcome.stdout, "", "stdout of create")
}

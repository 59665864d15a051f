import CLinux
import Glibc

extension Group {
    static var ofSeccompAgent: Group {
        Group(
            "seccomp agent",
            [
                Case("answers a call of the program", "seccomp(2), SECCOMP_RET_USER_NOTIF", answers),
                Case("refuses a call with an error", "seccomp(2), SECCOMP_RET_USER_NOTIF", refuses),
                Case("is told the process and the container", "config-linux.md, Container Process State", told),
                Case("gets one state on a connection that ends", "config-linux.md, Seccomp: listenerPath", oneState),
                Case("without metadata", "config-linux.md, Container Process State: OPTIONAL", noMetadata),
                Case("of a container that is run at once", "config-linux.md, Seccomp: listenerPath", ofRun),
                Case("of a program that is put into the container", "config-linux.md, Seccomp: listenerPath", ofExec),
                Case("each container has a connection of its own", "config-linux.md: MUST NOT be reused", ofTwo),
                Case("may be asked about every call", "seccomp_unotify(2): any call", everyCall),
                Case("may be asked about startContainer hooks", "they run under the filter", hooks),
                Case("with the flags of a listener", "config-linux.md, Seccomp: flags", flags),
                Case("that is not there is refused", "config-linux.md: If sending fails, an error", missing),
                Case("that is no socket is refused", "config-linux.md: MUST use AF_UNIX", notSocket),
                Case("that has gone fails start", "config-linux.md: If sending fails, an error", gone),
                Case("is needed by SCMP_ACT_NOTIFY", "config-linux.md, Seccomp: listenerPath", noPath),
                Case("must have an absolute path", "a path means the same to every verb", relativePath),
                Case("without SCMP_ACT_NOTIFY is not asked for", "config-linux.md: this value is ignored", ignored),
                Case("WAIT_KILLABLE_RECV without an agent is refused", "seccomp(2): EINVAL", killableAlone),
            ])
    }
}

#if arch(x86_64)
    private let getppid = 110
    private let write = 1
#else
    private let getppid = 173
    private let write = 64
#endif

private let answer: Int64 = 4242

/// A filter that asks an agent about these calls.
private func filter(_ socket: ConsoleSocket?, _ names: [String] = ["getppid"], metadata: String? = "for the agent")
    -> JSON
{
    var filter: JSON = [
        "defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [["names": JSON(names), "action": "SCMP_ACT_NOTIFY"]],
    ]
    if let socket { filter["listenerPath"] = .text(socket.path) }
    if let metadata { filter["listenerMetadata"] = .text(metadata) }
    return filter
}

/// What the agent got: the state, and the filter's listener.
private struct Delivery {
    let listener: Int32
    let descriptors: Int
    let bytesBefore: Int?
    let state: JSON
    let ended: Bool

    init(_ t: Trial, _ socket: ConsoleSocket) {
        let got = t.require(socket.receive(), "the runtime did not come to the agent's socket")
        descriptors = got.descriptors.count
        bytesBefore = got.bytesBefore
        listener = t.require(got.descriptors.first, "no descriptor came with the state")
        let text = String(decoding: got.bytes, as: UTF8.self)
        state = t.require(JSONReader.value(text), "the container process state: expected JSON, found “\(text)”")
        ended = got.ended
    }

    /// Answers calls until nobody is left to ask: getppid with the answer or the error, others may pass. Says how many.
    @discardableResult
    func serve(error: Int32 = 0) -> [Int32] {
        var numbers: [Int32] = []
        while true {
            var wait = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            guard cl_poll(&wait, 1, 10_000) > 0, wait.revents & Int16(POLLIN) != 0 else { break }
            var id: UInt64 = 0
            var pid: UInt32 = 0
            var number: Int32 = 0
            guard cl_seccomp_receive(listener, &id, &pid, &number) == 0 else { break }
            numbers.append(number)
            _ = cl_seccomp_answer(listener, id, error == 0 ? answer : 0, error, Int(number) == getppid ? 0 : 1)
        }
        _ = cl_close(listener)
        return numbers
    }
}

/// A created container whose program calls getppid, and its agent's socket.
private func created(_ t: Trial, _ edit: (inout JSON) -> Void = { _ in }) -> (box: Container, socket: ConsoleSocket) {
    let socket = ConsoleSocket(t, name: "agent")
    let box = t.container(program: ["/probe", "call", "\(getppid)"]) { config in
        config["linux", "seccomp"] = filter(socket)
        edit(&config)
    }
    t.requireSuccess(box.create())
    return (box, socket)
}

/// Starts it and serves its calls to its end; answers the numbers of the calls.
@discardableResult
private func serve(_ t: Trial, _ box: Container, _ socket: ConsoleSocket, error: Int32 = 0) -> [Int] {
    let starting = t.command(["start", box.id]).spawn()
    let numbers = Delivery(t, socket).serve(error: error)
    t.requireSuccess(t.note(starting.wait()))
    box.awaitExit()
    return numbers.map { Int($0) }
}

/// The same; answers what the call gave.
private func served(_ t: Trial, _ box: Container, _ socket: ConsoleSocket, error: Int32 = 0) -> JSON? {
    serve(t, box, socket, error: error)
    return box.facts["call", .key("\(getppid)")]
}

private func answers(_ t: Trial) {
    let (box, socket) = created(t)
    t.equal(served(t, box, socket)?["result"], JSON(Int(answer)), "getppid, answered by the agent")
}

private func refuses(_ t: Trial) {
    let (box, socket) = created(t)
    t.equal(served(t, box, socket, error: 77)?["number"], 77, "errno of getppid, given by the agent")
}

private func told(_ t: Trial) {
    let (box, socket) = created(t) { $0["annotations"] = ["org.example.key": "value"] }
    t.requireSuccess(box.start())
    let delivery = Delivery(t, socket)
    // The version is the runtime's, which need not be that of config.json.
    t.expect(Version.parts(delivery.state["ociVersion"]?.string) != nil, "ociVersion: expected a version")
    t.equal(delivery.state["fds"], ["seccompFd"], "fds")
    t.equal(delivery.state["pid"], JSON(Int(box.pid)), "pid")
    t.equal(delivery.state["metadata"], "for the agent", "metadata")
    t.expect(
        Version.parts(delivery.state["state", "ociVersion"]?.string) != nil,
        "ociVersion of the state: expected a version")
    t.equal(delivery.state["state", "id"], .text(box.id), "id of the state")
    t.equal(delivery.state["state", "pid"], JSON(Int(box.pid)), "pid of the state")
    t.equal(delivery.state["state", "bundle"], .text(box.bundle), "bundle of the state")
    t.equal(delivery.state["state", "annotations", "org.example.key"], "value", "annotation of the state")
    let status = delivery.state["state", "status"]?.string ?? ""
    t.expect(["creating", "created"].contains(status), "status of the state: found “\(status)”")
    delivery.serve()
    box.awaitExit()
}

private func oneState(_ t: Trial) {
    let (box, socket) = created(t)
    t.requireSuccess(box.start())
    let delivery = Delivery(t, socket)
    t.equal(delivery.descriptors, 1, "descriptors on the connection")
    t.equal(delivery.bytesBefore, 0, "bytes before the descriptor")
    t.expect(delivery.ended, "the connection must end after the state")
    t.expect(socket.isQuiet(for: 100), "nobody comes to the agent a second time")
    delivery.serve()
    box.awaitExit()
}

private func noMetadata(_ t: Trial) {
    let socket = ConsoleSocket(t, name: "agent")
    let box = t.container(program: ["/probe", "call", "\(getppid)"]) { config in
        config["linux", "seccomp"] = filter(socket, metadata: nil)
    }
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    let delivery = Delivery(t, socket)
    t.expect((delivery.state["metadata"]?.string ?? "").isEmpty, "metadata: expected none")
    delivery.serve()
    box.awaitExit()
}

private func ofRun(_ t: Trial) {
    let socket = ConsoleSocket(t, name: "agent")
    let box = t.container(program: ["/probe", "call", "\(getppid)"]) { config in
        config["linux", "seccomp"] = filter(socket)
    }
    let running = box.runCommand().spawn()
    Delivery(t, socket).serve()
    t.requireSuccess(t.note(running.wait()))
    t.equal(box.facts["call", .key("\(getppid)"), "result"], JSON(Int(answer)), "getppid, answered by the agent")
}

private func ofExec(_ t: Trial) {
    let socket = ConsoleSocket(t, name: "agent")
    let box = t.container { $0["linux", "seccomp"] = filter(socket) }
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    let first = Delivery(t, socket)
    let joining = t.command(["exec", box.id, "/probe", "call", "\(getppid)"]).spawn()
    let delivery = Delivery(t, socket)
    t.equal(delivery.state["state", "status"], "running", "status of the container")
    t.equal(delivery.state["state", "pid"], JSON(Int(box.pid)), "pid of the container")
    t.differs(delivery.state["pid"], JSON(Int(box.pid)), "pid of the new process")
    delivery.serve()
    let outcome = t.note(joining.wait())
    t.requireSuccess(outcome)
    t.equal(
        Container.merged(outcome.stdout)["call", .key("\(getppid)"), "result"], JSON(Int(answer)),
        "getppid, answered by the agent")
    _ = cl_close(first.listener)
}

private func ofTwo(_ t: Trial) {
    let socket = ConsoleSocket(t, name: "agent")
    var ids: [String] = []
    for name in ["c1", "c2"] {
        let box = t.container(name, program: ["/probe", "call", "\(getppid)"]) { config in
            config["linux", "seccomp"] = filter(socket)
        }
        t.requireSuccess(box.create())
        t.requireSuccess(box.start())
        let delivery = Delivery(t, socket)
        ids.append(delivery.state["state", "id"]?.string ?? "")
        t.expect(delivery.ended, "the connection must end after the state")
        delivery.serve()
        box.awaitExit()
    }
    t.equal(ids, t.containers.suffix(2).map(\.id), "ids of the states")
}

/// Calls that the runtime itself makes until it is the program, above all those that hand the listener over.
private func everyCall(_ t: Trial) {
    let socket = ConsoleSocket(t, name: "agent")
    let names = [
        "getppid", "execve", "close", "close_range", "write", "sendmsg", "recvmsg", "capset", "exit_group", "brk",
        "mmap",
    ]
    let box = t.container(program: ["/probe", "call", "\(getppid)"]) { config in
        config["linux", "seccomp"] = filter(socket, names)
    }
    t.requireSuccess(box.create())
    let numbers = serve(t, box, socket)
    t.equal(box.facts["call", .key("\(getppid)"), "result"], JSON(Int(answer)), "getppid, answered by the agent")
    t.expect(numbers.contains(write), "the agent is asked about the program's write(2)")
}

private func hooks(_ t: Trial) {
    let (box, socket) = created(t) { config in
        config["hooks", "startContainer"] = [["path": "/probe", "args": ["/probe", "call", .text("\(getppid)")]]]
    }
    t.equal(serve(t, box, socket), [getppid, getppid], "calls of the hook and of the program")
    t.equal(box.facts["call", .key("\(getppid)"), "result"], JSON(Int(answer)), "getppid, answered by the agent")
}

private func flags(_ t: Trial) {
    let (box, socket) = created(t) { config in
        config["linux", "seccomp", "flags"] = [
            "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", "SECCOMP_FILTER_FLAG_LOG",
        ]
    }
    t.equal(served(t, box, socket)?["result"], JSON(Int(answer)), "getppid, answered by the agent")
}

private func missing(_ t: Trial) {
    t.refused(saying: ["listenerPath"]) { config in
        var value = filter(nil)
        value["listenerPath"] = .text(t.directory + "/nobody")
        config["linux", "seccomp"] = value
    }
}

private func notSocket(_ t: Trial) {
    t.refused(saying: ["listenerPath"]) { config in
        var value = filter(nil)
        value["listenerPath"] = "/etc/passwd"
        config["linux", "seccomp"] = value
    }
}

private func gone(_ t: Trial) {
    let (box, socket) = created(t)
    _ = cl_close(socket.listener)
    t.expectFailure(box.start(), saying: "listenerPath")
    t.eventually("the container has stopped") { box.status == "stopped" }
    t.equal(File.text(box.output) ?? "", "", "what the program said")
}

private func noPath(_ t: Trial) {
    t.refused(saying: ["listenerPath"]) { $0["linux", "seccomp"] = filter(nil, metadata: nil) }
}

private func relativePath(_ t: Trial) {
    t.refused(saying: ["listenerPath"]) { config in
        var value = filter(nil)
        value["listenerPath"] = "agent"
        config["linux", "seccomp"] = value
    }
}

private func ignored(_ t: Trial) {
    let facts = t.inside(["call", "\(getppid)"]) { config in
        config["linux", "seccomp"] = [
            "defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/no/such/agent", "listenerMetadata": "nothing",
            "syscalls": [["names": ["getppid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 77]],
        ]
    }
    t.equal(facts["call", .key("\(getppid)"), "number"], 77, "errno of getppid")
}

private func killableAlone(_ t: Trial) {
    t.refused(saying: ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]) { config in
        config["linux", "seccomp"] = [
            "defaultAction": "SCMP_ACT_ALLOW", "flags": ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"],
            "syscalls": [["names": ["getppid"], "action": "SCMP_ACT_ERRNO"]],
        ]
    }
}

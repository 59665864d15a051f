import CLinux
import Glibc

extension Mutant {
    /// Mutants of what an agent of seccomp's notifications gets.
    static var agents: [Mutant] { deliveries + states(of: "linux.process-state") + refusals }

    private static var deliveries: [Mutant] {
        [
            .relaying("linux.seccomp.must-3", what: "the state comes twice on a connection") { message, agent in
                let connection = agent.connect()
                for _ in 0..<2 { agent.send(message.bytes, on: connection, with: message.descriptor) }
                _ = cl_close(connection)
            },
            .relaying("linux.seccomp.must-4", what: "the second state comes on the first one's connection") {
                message, agent in
                let connection = agent.open.first ?? agent.connect()
                agent.open = [connection]
                agent.send(message.bytes, on: connection, with: message.descriptor)
            },
            .relaying("linux.seccomp.must-5", what: "the connection stays open") { message, agent in
                let connection = agent.connect()
                agent.open.append(connection)
                agent.send(message.bytes, on: connection, with: message.descriptor)
            },
            .relaying("linux.process-state.must-1", what: "the state comes with its length before it") {
                message, agent in
                let length = UInt32(message.bytes.count)
                agent.deliver([UInt8(length >> 8 & 0xff), UInt8(length & 0xff)] + message.bytes, message.descriptor)
            },
            .relaying("linux.process-state.must-2", what: "no descriptor comes with the state") { message, agent in
                agent.deliver(message.bytes, -1)
            },
            .relaying("linux.process-state.must-3", what: "the descriptor comes with a later part") { message, agent in
                let connection = agent.connect()
                agent.send(Array(message.bytes.prefix(1)), on: connection, with: -1)
                agent.send(Array(message.bytes.dropFirst()), on: connection, with: message.descriptor)
                _ = cl_close(connection)
            },
        ]
    }

    private static func states(of section: String) -> [Mutant] {
        let changes: [(String, String, (inout JSON) -> Void)] = [
            ("linux.seccomp.required-2", "the descriptor has no name", { $0["fds"] = [] }),
            (section + ".required-1", "the process state has no ociVersion", { $0["ociVersion"] = nil }),
            (section + ".required-2", "the process state has no pid", { $0["pid"] = nil }),
            (section + ".required-3", "the process state has no state", { $0["state"] = nil }),
        ]
        return changes.map { sentence, what, change in
            .relaying(sentence, what: what) { message, agent in
                guard var state = JSONReader.value(String(decoding: message.bytes, as: UTF8.self)) else { return }
                change(&state)
                agent.deliver(Array(state.compact.utf8), message.descriptor)
            }
        }
    }

    private static var refusals: [Mutant] {
        [
            .config("linux.seccomp.must-2", what: "an agent that is no socket is done without") { config in
                guard let path = config["linux", "seccomp", "listenerPath"]?.string, let file = File.facts(path) else {
                    return
                }
                if file.kind != .socket { config["linux", "seccomp"] = nil }
            },
            Mutant(["linux.seccomp.must-6"], "an agent that does not listen is done without") { call in
                if call.creates, var config = call.config,
                    let path = config["linux", "seccomp", "listenerPath"]?.string, !File.exists(path)
                {
                    config["linux", "seccomp"] = nil
                    return call.real(with: config)
                }
                let status = call.real()
                return call.verb == "start" ? 0 : status
            },
        ]
    }

    /// The state goes through a process of the mutant's, which hands it on in its own way.
    fileprivate static func relaying(
        _ sentence: String, what: String, _ forward: @escaping (Agent.Message, Agent) -> Void
    ) -> Mutant {
        .config([sentence], what: what) { config, call in
            guard let path = config["linux", "seccomp", "listenerPath"]?.string,
                File.facts(path)?.kind == .socket, let own = Agent(path).relay(at: call.note("agent"), forward)
            else { return }
            config["linux", "seccomp", "listenerPath"] = .text(own)
        }
    }
}

extension Promise {
    /// Promises of agents that no sentence says.
    static var ofAgents: [Promise] {
        [
            Promise(
                "agents.nothing", "the agent gets no descriptor to answer calls with",
                [
                    "seccomp agent: refuses a call with an error", "seccomp agent: of a container that is run at once",
                    "seccomp agent: with the flags of a listener",
                ],
                answer: Mutant.relaying("agents.nothing", what: "") { message, agent in
                    agent.deliver(message.bytes, -1)
                }.answer),
            .config(
                "agents.one-call", "the agent is asked about the first call of a rule",
                ["seccomp agent: may be asked about every call"]
            ) { config in
                config.each("linux", "seccomp", "syscalls") { rule in
                    if let first = rule["names"]?.elements?.first { rule["names"] = [first] }
                }
            },
            .config(
                "agents.hooks", "startContainer hooks are not run",
                ["seccomp agent: may be asked about startContainer hooks"]
            ) { config in config["hooks", "startContainer"] = nil },
            .config(
                "agents.ignored", "a filter whose agent is not needed is passed over",
                ["seccomp agent: without SCMP_ACT_NOTIFY is not asked for"]
            ) { config in
                let actions = (config["linux", "seccomp", "syscalls"]?.elements ?? []).map { $0["action"]?.string }
                if config["linux", "seccomp", "listenerPath"] != nil, !actions.contains("SCMP_ACT_NOTIFY") {
                    config["linux", "seccomp"] = nil
                }
            },
            .config(
                "agents.refusals", "a filter that needs an agent and has none is passed over",
                [
                    "seccomp agent: is needed by SCMP_ACT_NOTIFY", "seccomp agent: must have an absolute path",
                    "seccomp agent: WAIT_KILLABLE_RECV without an agent is refused",
                ]
            ) { config in
                let agent = config["linux", "seccomp", "listenerPath"]?.string ?? ""
                if !agent.hasPrefix("/") { config["linux", "seccomp"] = nil }
            },
        ]
    }
}

/// The agent that the configuration names, as a relay reaches it.
private final class Agent {
    /// What the runtime sent on one connection.
    struct Message {
        var bytes: [UInt8] = []
        var descriptor: Int32 = -1
    }

    private let path: String
    /// Connections that are kept.
    var open: [Int32] = []

    init(_ path: String) { self.path = path }

    func connect() -> Int32 {
        let connection = cl_socket(AF_UNIX, 1)
        _ = cl_unix_address(connection, path, 0)
        return connection
    }

    func send(_ bytes: [UInt8], on connection: Int32, with descriptor: Int32) {
        _ = cl_send(connection, bytes, bytes.count, descriptor)
    }

    /// One message on a connection of its own.
    func deliver(_ bytes: [UInt8], _ descriptor: Int32) {
        let connection = connect()
        send(bytes, on: connection, with: descriptor)
        _ = cl_close(connection)
    }

    /// Leaves a process behind that listens at `place` and hands on what comes, until the case ends.
    func relay(at place: String, _ forward: (Message, Agent) -> Void) -> String? {
        let listener = cl_socket(AF_UNIX, 1)
        defer { _ = cl_close(listener) }
        File.remove(place)
        guard cl_unix_address(listener, place, 1) == 0, cl_listen(listener, 4) == 0 else { return nil }
        let parent = cl_getpid()
        let child = fork()
        guard child == 0 else { return child > 0 ? place : nil }
        var isAdopted = false
        while true {
            // Whoever adopts the relay is the case: it ends with it, and so leaves nothing behind.
            if !isAdopted, getppid() != parent {
                isAdopted = true
                _ = cl_prctl(PR_SET_PDEATHSIG, UInt(SIGKILL), 0, 0, 0)
            }
            var wait = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            guard cl_poll(&wait, 1, 20) > 0 else { continue }
            let connection = cl_accept(listener)
            if connection >= 0 { forward(Agent.received(connection), self) }
        }
    }

    private static func received(_ connection: Int32) -> Message {
        defer { _ = cl_close(connection) }
        _ = cl_set_receive_timeout(connection, 2000)
        var message = Message()
        var part = [UInt8](repeating: 0, count: 4096)
        while true {
            var passed: Int32 = -1
            let count = cl_receive(connection, &part, part.count, &passed)
            if passed >= 0 { message.descriptor = passed }
            if count <= 0 { return message }
            message.bytes += part[0..<count]
        }
    }
}

import Kernel
import SeccompFilter

/// What apus and the container's init say to each other.
///
///     apus (create, run)                      init
///       |        <-------- clocksDue          only with a user namespace and clocks to set: the time namespace is there
///       |        clocksSet ------->
///       |        mapped ---------->           only with a new user namespace: its id maps are written
///       |        placed ---------->           only with systemd: the cgroup is there and the process in it
///       |        <-------- linksDue           only with network interfaces to move: the namespace is there
///       |        linksMoved ------>
///       |        <-------- treeDue            only with a user namespace or an id mapping: a mount that init cannot make
///       |        tree + fd ------->           any number of times
///       |        <-------- hooksDue           mounts are done, the root is still the host's
///     prestart, createRuntime hooks
///       |        goOn ------------>           createContainer hooks, pivot_root
///       |        <-------- terminal + fd      only in the foreground
///       |        <-------- ready              everything but the program is applied
///     record, pid file
///       |        commit ---------->           only `create`: may outlive apus from here on
///       |        start ----------->           only `run` and `exec`; after `create` it comes through the StartGate
///       |        <-------- listener + fd      only with a seccomp agent, when the filter is loaded: before or after executing
///       |        delivered ------->
///       |        <-------- executing          startContainer hooks are done; or executingFiltered, when a filter of
///       |                                     system calls has its say in what comes next
///       |        <-------- (end)              execve(2) closed the socket
///
/// Instead of any of its messages init may send `failed`, and then ends.
enum SyncMessage: Equatable {
    case clocksDue
    case clocksSet
    case mapped
    case placed
    case linksDue
    case linksMoved
    /// The number of the entry of /mounts, or `rootfs`.
    case treeDue(UInt32)
    case tree
    case hooksDue
    case goOn
    case terminal
    case ready
    case commit
    case start
    case executing
    case executingFiltered
    case listener
    case delivered
    case failed(RuntimeError)
}

extension SyncMessage {
    /// No message is longer than this many bytes; longer error texts are cut.
    static let limit = 16384

    /// Stands for the root file system where mounts have their numbers.
    static let rootfs = UInt32.max

    private var code: UInt8 {
        switch self {
        case .hooksDue: 1
        case .goOn: 2
        case .terminal: 3
        case .ready: 4
        case .commit: 5
        case .start: 6
        case .executing: 7
        case .failed: 8
        case .executingFiltered: 9
        case .placed: 10
        case .listener: 11
        case .delivered: 12
        case .linksDue: 13
        case .linksMoved: 14
        case .mapped: 15
        case .treeDue: 16
        case .tree: 17
        case .clocksDue: 18
        case .clocksSet: 19
        }
    }

    var bytes: [UInt8] {
        var bytes = [code]
        if case .failed(let error) = self {
            bytes.append(error.kind.rawValue)
            bytes.append(contentsOf: error.message.utf8.prefix(Self.limit - 2))
        }
        if case .treeDue(let number) = self {
            for shift in [UInt32(0), 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
        }
        return bytes
    }

    /// Nil when the bytes are no message.
    init?(_ bytes: [UInt8]) {
        guard let code = bytes.first else { return nil }
        if code == 8 {
            guard bytes.count >= 2, let kind = RuntimeError.Kind(rawValue: bytes[1]) else { return nil }
            self = .failed(RuntimeError(kind, String(decoding: bytes.dropFirst(2), as: UTF8.self)))
            return
        }
        if code == 16 {
            guard bytes.count == 5 else { return nil }
            var number: UInt32 = 0
            for byte in bytes.dropFirst().reversed() { number = number << 8 | UInt32(byte) }
            self = .treeDue(number)
            return
        }
        guard bytes.count == 1, let message = Self.plain(code) else { return nil }
        self = message
    }

    /// The message that is nothing but its code; nil when the code is none of theirs.
    private static func plain(_ code: UInt8) -> SyncMessage? {
        switch code {
        case 1: .hooksDue
        case 2: .goOn
        case 3: .terminal
        case 4: .ready
        case 5: .commit
        case 6: .start
        case 7: .executing
        case 9: .executingFiltered
        case 10: .placed
        case 11: .listener
        case 12: .delivered
        case 13: .linksDue
        case 14: .linksMoved
        case 15: .mapped
        case 17: .tree
        case 18: .clocksDue
        case 19: .clocksSet
        default: nil
        }
    }
}

/// The order in which messages may come. A value, so that it can be tried without processes.
struct SyncOrder: Equatable {
    /// How far the conversation is: each stage names the message that led to it.
    enum Stage: UInt8 {
        case born, clocksDue, mapped, placed, linksDue, linksMoved, treeDue, hooksDue, goOn, terminal, ready, commit,
            start, executing, failed
    }
    private(set) var stage: Stage
    /// How far the handing over of a filter's listener is, which comes once, on either side of `executing`.
    private enum Handover: UInt8 { case none, begun, ended }
    private var handover = Handover.none

    /// A conversation from its beginning.
    init() { stage = .born }

    /// One about a container that is made: all that is left to say is `start`.
    init(committed: ()) { stage = .commit }

    private var isEarly: Bool { stage == .born || stage == .mapped || stage == .placed || stage == .linksMoved }

    /// False when `message` may not come now; the conversation is over then.
    mutating func accept(_ message: SyncMessage) -> Bool {
        let next: Stage
        var legal: Bool
        switch message {
        case .clocksDue: (next, legal) = (.clocksDue, stage == .born)
        // What may follow is what may come first.
        case .clocksSet: (next, legal) = (.born, stage == .clocksDue)
        case .mapped: (next, legal) = (.mapped, stage == .born)
        case .placed: (next, legal) = (.placed, stage == .born || stage == .mapped)
        case .linksDue: (next, legal) = (.linksDue, stage == .born || stage == .mapped || stage == .placed)
        case .linksMoved: (next, legal) = (.linksMoved, stage == .linksDue)
        case .treeDue: (next, legal) = (.treeDue, isEarly)
        // What may follow is what may follow on `linksMoved`.
        case .tree: (next, legal) = (.linksMoved, stage == .treeDue)
        case .hooksDue: (next, legal) = (.hooksDue, isEarly)
        case .goOn: (next, legal) = (.goOn, stage == .hooksDue)
        case .terminal: (next, legal) = (.terminal, isEarly || stage == .goOn)
        case .ready:
            (next, legal) = (.ready, isEarly || stage == .goOn || stage == .terminal)
        case .commit: (next, legal) = (.commit, stage == .ready)
        // For `run` it says `commit` too.
        case .start: (next, legal) = (.start, stage == .commit || stage == .ready)
        case .executing, .executingFiltered: (next, legal) = (.executing, stage == .start)
        case .listener:
            (next, legal) = (stage, (stage == .start || stage == .executing) && handover == .none)
            handover = .begun
        case .delivered:
            (next, legal) = (stage, handover == .begun)
            handover = .ended
        case .failed: (next, legal) = (.failed, stage != .failed)
        }
        if handover == .begun {
            switch message {
            case .listener, .failed: break
            default: legal = false
            }
        }
        stage = legal ? next : .failed
        return legal
    }
}

/// One end of the socket that the messages go through.
struct Channel: ~Copyable {
    private let socket: Descriptor
    private var order: SyncOrder

    init(_ socket: consuming Descriptor, order: SyncOrder = SyncOrder()) {
        self.socket = socket
        self.order = order
    }

    var raw: Int32 { socket.raw }

    mutating func send(_ message: SyncMessage, passing descriptor: Int32? = nil) throws(RuntimeError) {
        guard order.accept(message) else { throw Self.outOfOrder }
        let socket = socket.raw
        try attempt("speak to the other half of apus") { () throws(Errno) in
            try Socket.send(message.bytes, passing: descriptor, on: socket)
        }
    }

    /// Loads a filter that has a listener, hands that over and waits until the agent has it.
    mutating func load(_ filter: FilterProgram) throws(RuntimeError) {
        guard order.accept(.listener) else { throw Self.outOfOrder }
        let socket = socket.raw
        let reply = try attempt("load the seccomp filter", at: "/linux/seccomp") { () throws(Errno) in
            try filter.load(sendingListenerOver: socket, with: SyncMessage.listener.bytes, limit: SyncMessage.limit)
        }
        guard SyncMessage(reply) == .delivered, order.accept(.delivered) else {
            throw RuntimeError(.failed, "the seccomp agent did not get the filter's listener")
        }
    }

    /// Says what can be said to somebody who may be gone.
    mutating func sendIfPossible(_ message: SyncMessage) {
        do throws(RuntimeError) {
            try send(message)
        } catch {
            return
        }
    }

    /// The next message; nil when the other end is closed.
    mutating func receive(descriptor: inout Descriptor?) throws(RuntimeError) -> SyncMessage? {
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try Socket.receive(on: socket.raw, limit: SyncMessage.limit, descriptor: &descriptor)
        } catch {
            if error == .connectionReset { return nil }
            throw RuntimeError("listen to the other half of apus", error)
        }
        if bytes.isEmpty { return nil }
        guard let message = SyncMessage(bytes), order.accept(message) else { throw Self.outOfOrder }
        return message
    }

    mutating func receive() throws(RuntimeError) -> SyncMessage? {
        var descriptor: Descriptor?
        return try receive(descriptor: &descriptor)
    }

    private static var outOfOrder: RuntimeError {
        RuntimeError(.failed, "apus and the container's init disagree about whose turn it is")
    }
}

import Kernel

/// Where the container's init waits for `start`.
///
/// A listening socket in the container's state directory, held by init and closed by execve(2). `start` connects and
/// says so; init answers with `executing` and then, since execve(2) closes its end, with nothing more, or with the
/// error. So `start` knows what became of the program, exactly one `start` wins, and one that dies before it has
/// spoken changes nothing.
enum StartGate {
    /// Binds the socket. It takes connections only once init listens.
    static func make(in directory: borrowing ContainerDirectory) throws(RuntimeError) -> Descriptor {
        let path = directory.gatePath
        return try attempt("make the socket \(directory.path)/\(ContainerDirectory.gateName)") { () throws(Errno) in
            try Socket.bind(path)
        }
    }

    /// Waits, in init, until somebody says `start`; answers the connection it came through.
    static func wait(_ gate: borrowing Descriptor) throws(RuntimeError) -> Channel {
        let raw = gate.raw
        while true {
            let connection = try attempt("wait for start") { () throws(Errno) in try Socket.accept(raw) }
            var channel = Channel(connection, order: SyncOrder(committed: ()))
            do throws(RuntimeError) {
                if try channel.receive() == .start { return channel }
            } catch {
                continue  // Whoever that was did not speak our language; the next one may.
            }
        }
    }

    /// How the program's start went.
    enum Outcome: Equatable {
        case executed
        /// Likewise, unless the filter of system calls has ended init: the connection's end does not tell.
        case executedFiltered
        case failed(RuntimeError)
        /// Init died before it came to execve(2).
        case died
        /// Nobody listens: the program was started before.
        case closed
    }

    /// What to say of a program that its own filter did not let begin.
    static var filteredAway: RuntimeError {
        RuntimeError(
            .failed,
            "execute the program: the seccomp filter ended the process (/linux/seccomp); it must allow execve")
    }

    /// Tells init to go on and waits for what comes of it.
    static func open(
        _ directory: borrowing ContainerDirectory, _ delivery: SeccompDelivery?
    ) throws(RuntimeError) -> Outcome {
        let path = directory.gatePath
        let connection: Descriptor
        do throws(Errno) {
            connection = try Socket.connect(path)
        } catch {
            if error == .connectionRefused || error == .noSuchFile { return .closed }
            throw RuntimeError("knock at the container's start gate", error)
        }
        var channel = Channel(connection, order: SyncOrder(committed: ()))
        do throws(RuntimeError) {
            try channel.send(.start)
        } catch {
            return .closed
        }
        return try outcome(of: &channel, delivery)
    }

    /// Reads what init says after `start`, and passes the filter's listener on to the agent.
    static func outcome(of channel: inout Channel, _ delivery: SeccompDelivery?) throws(RuntimeError) -> Outcome {
        var executes: Outcome?
        while true {
            var listener: Descriptor?
            switch try channel.receive(descriptor: &listener) {
            case .failed(let error): return .failed(error)
            case .executing: executes = .executed
            case .executingFiltered: executes = .executedFiltered
            case .listener:
                do throws(RuntimeError) {
                    guard let delivery else { throw RuntimeError(.failed, "no seccomp agent is known") }
                    guard let listener = listener.take() else {
                        throw RuntimeError(.failed, "the container's init sent no listener")
                    }
                    try delivery.agent.deliver(listener, pid: delivery.pid, state: delivery.state)
                    try channel.send(.delivered)
                } catch {
                    return .failed(error)
                }
            default: return executes ?? .died
            }
        }
    }
}

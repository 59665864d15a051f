import Kernel
import OCI
import SeccompFilter

/// Who is asked about system calls of the container: the agent that listens at /linux/seccomp/listenerPath.
struct SeccompAgent: Equatable {
    /// Absolute host path of its socket.
    let path: String
    let metadata: String?

    init(path: String, metadata: String?) {
        self.path = path
        self.metadata = metadata
    }

    /// Nil when the filter asks nobody.
    init?(_ seccomp: Spec.Linux.Seccomp?) {
        guard let seccomp, SeccompCompiler.notifies(seccomp), let path = seccomp.listenerPath else { return nil }
        self.init(path: path, metadata: seccomp.listenerMetadata)
    }

    private static var pointer: String { "/linux/seccomp/listenerPath" }

    /// Refuses an agent that is not there, before anything is made.
    func check() throws(RuntimeError) {
        let kind = try attempt("find the seccomp agent's socket \(path)", at: Self.pointer) { () throws(Errno) in
            try File.status(of: path, follow: true).kind
        }
        guard kind == .socket else {
            throw RuntimeError(.configuration, "the seccomp agent's socket \(path): not a socket (\(Self.pointer))")
        }
    }

    /// Gives the listener of a filter to the agent, on a connection of its own.
    ///
    /// `pid` is the process under the filter as the host sees it.
    func deliver(_ listener: borrowing Descriptor, pid: Int32, state: State) throws(RuntimeError) {
        let message = ContainerProcessState(listenerOf: pid, metadata: metadata, state: state).json
        let raw = listener.raw
        try attempt("give the seccomp agent at \(path) the filter's listener", at: Self.pointer) {
            () throws(Errno) in
            let connection = try Socket.connectStream(path, milliseconds: 10_000)
            try Socket.send(message, passing: raw, on: connection.raw)
        }
    }
}

/// A delivery to come: the agent, and what it is told about the process.
final class SeccompDelivery {
    let agent: SeccompAgent
    let pid: Int32
    let state: State

    /// Nil when there is no agent or no process.
    init?(_ agent: SeccompAgent?, pid: Int32?, state: State) {
        guard let agent, let pid else { return nil }
        self.agent = agent
        self.pid = pid
        self.state = state
    }
}

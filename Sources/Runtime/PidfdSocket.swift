import Kernel

/// The socket on which an engine waits for a pidfd of the program, which means one process for good.
final class PidfdSocket {
    private var connection: Descriptor?

    /// Connects before anything is made: an engine that is not there is told of at once.
    init(_ path: String) throws(RuntimeError) {
        let made = try attempt("connect to the pidfd socket \(path)") { () throws(Errno) in
            try Socket.connectStream(path, milliseconds: 10_000)
        }
        connection = consume made
    }

    /// Sends the pidfd, as the one descriptor on the connection, and ends that.
    func send(_ process: Int32) throws(RuntimeError) {
        guard let connection = connection.take() else { return }
        let raw = connection.raw
        try attempt("send the program's pidfd") { () throws(Errno) in
            try Socket.send(Array("pidfd".utf8), passing: process, on: raw)
        }
    }
}

import CLinux
import Glibc

/// A way to the system's bus on which nobody hears that a job of systemd's has ended.
struct ForgetfulBus {
    /// What DBUS_SYSTEM_BUS_ADDRESS must hold to come here.
    let address: String
    private let keeper: Int32

    private static let forgotten = Array("JobRemoved".utf8)
    private static let instead = Array("JobForgot_".utf8)

    init(_ t: Trial) {
        let socket = ConsoleSocket(t, name: "bus")
        address = "unix:path=" + socket.path
        keeper = fork()
        if keeper == 0 {
            _ = cl_prctl(PR_SET_PDEATHSIG, UInt(SIGKILL), 0, 0, 0)
            ForgetfulBus.carry(from: socket.listener)
        }
        _ = cl_close(socket.listener)
    }

    func end() {
        Proc.sendSignal(keeper, SIGKILL)
        _ = Exit.reaped(keeper)
    }

    /// One end of a connection, what came from there last, and the end where it goes.
    private struct Way {
        let from: Int32
        let to: Int32
        let forgets: Bool
        /// What may be the beginning of what is to be forgotten.
        var held: [UInt8] = []

        /// Passes on what has come; false when nothing comes any more.
        mutating func pass() -> Bool {
            var bytes = [UInt8](repeating: 0, count: 65536)
            let count = cl_receive(from, &bytes, bytes.count, nil)
            guard count > 0 else { return false }
            var text = held + bytes[0..<count]
            held = []
            if forgets { hold(&text) }
            var sent = 0
            while sent < text.count {
                let part = Array(text[sent...])
                let count = cl_send(to, part, part.count, -1)
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }

        private mutating func hold(_ text: inout [UInt8]) {
            let word = ForgetfulBus.forgotten
            for start in text.indices where text[start] == word[0] {
                let part = text[start...].prefix(word.count)
                guard part.elementsEqual(word.prefix(part.count)) else { continue }
                if part.count == word.count {
                    text.replaceSubrange(start..<start + word.count, with: ForgetfulBus.instead)
                } else {
                    held = Array(part)
                }
            }
            text.removeLast(held.count)
        }
    }

    private static func carry(from listener: Int32) -> Never {
        var ways: [Way] = []
        while true {
            var waits = ways.map { pollfd(fd: $0.from, events: Int16(POLLIN), revents: 0) }
            waits.append(pollfd(fd: listener, events: Int16(POLLIN), revents: 0))
            _ = cl_poll(&waits, waits.count, -1)
            for index in ways.indices.reversed() where waits[index].revents != 0 && !ways[index].pass() {
                let ended = ways[index]
                ways.removeAll { $0.from == ended.from || $0.from == ended.to }
                _ = cl_close(ended.from)
                _ = cl_close(ended.to)
                break
            }
            if waits[waits.count - 1].revents != 0 {
                let caller = cl_accept(listener)
                let bus = cl_socket(AF_UNIX, 1)
                _ = cl_unix_address(bus, "/run/dbus/system_bus_socket", 0)
                ways.append(Way(from: caller, to: bus, forgets: false))
                ways.append(Way(from: bus, to: caller, forgets: true))
            }
        }
    }
}

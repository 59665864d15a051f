import CLinux
import Glibc

/// A way to the system's bus on which is written down what callers say, and maybe nobody hears that a job of systemd's
/// has ended.
struct WatchedBus {
    /// What DBUS_SYSTEM_BUS_ADDRESS must hold to come here.
    let address: String
    /// Where everything that callers say is written before it is passed on.
    private let record: String
    private let keeper: Int32
    /// How much of the record has been looked at.
    private var asked = 0

    private static let forgotten = Array("JobRemoved".utf8)
    private static let instead = Array("JobForgot_".utf8)

    init(_ t: Trial, forgetful: Bool = false) {
        record = t.directory + "/said/bus"
        let socket = ConsoleSocket(t, name: "bus")
        address = "unix:path=" + socket.path
        keeper = fork()
        if keeper == 0 {
            _ = cl_prctl(PR_SET_PDEATHSIG, UInt(SIGKILL), 0, 0, 0)
            WatchedBus.carry(from: socket.listener, record: record, forgetful: forgetful)
        }
        _ = cl_close(socket.listener)
    }

    func end() {
        Proc.sendSignal(keeper, SIGKILL)
        _ = Exit.reaped(keeper)
    }

    /// How often a method was called since the last time that somebody asked: its name is once in the head of each call.
    /// D-Bus Specification, Message Format
    mutating func calls(_ methods: String...) -> [Int] {
        let said = (File.bytes(record) ?? [])[asked...]
        asked += said.count
        return methods.map { method in
            let name = [UInt8(method.utf8.count), 0, 0, 0] + Array(method.utf8) + [0]
            return said.indices.count { said[$0] == name[0] && said[$0...].starts(with: name) }
        }
    }

    /// One end of a connection, what came from there last, and the end where it goes.
    private struct Way {
        let from: Int32
        let to: Int32
        /// Where what passes is written down.
        var record: Int32?
        var forgets = false
        /// What may be the beginning of what is to be forgotten.
        var held: [UInt8] = []

        /// Passes on what has come; false when nothing comes any more.
        mutating func pass() -> Bool {
            var bytes = [UInt8](repeating: 0, count: 65536)
            let count = cl_receive(from, &bytes, bytes.count, nil)
            guard count > 0 else { return false }
            var text = held + bytes[0..<count]
            held = []
            if let record { File.write(text, descriptor: record) }
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
            let word = WatchedBus.forgotten
            for start in text.indices where text[start] == word[0] {
                let part = text[start...].prefix(word.count)
                guard part.elementsEqual(word.prefix(part.count)) else { continue }
                if part.count == word.count {
                    text.replaceSubrange(start..<start + word.count, with: WatchedBus.instead)
                } else {
                    held = Array(part)
                }
            }
            text.removeLast(held.count)
        }
    }

    private static func carry(from listener: Int32, record: String, forgetful: Bool) -> Never {
        let record = cl_openat(AT_FDCWD, record, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
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
                ways.append(Way(from: caller, to: bus, record: record))
                ways.append(Way(from: bus, to: caller, forgets: forgetful))
            }
        }
    }
}

import CLinux
import Glibc

/// A pseudoterminal of the case's: the master is its side, the slave what a program is given.
struct Terminal {
    let master: Int32
    let slave: Int32

    /// A new pair, with a size that is nobody's default; the case is skipped where there are none.
    static func open(_ t: Trial, rows: UInt16 = 31, columns: UInt16 = 97) -> Terminal {
        let master = cl_openat(AT_FDCWD, "/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC, 0)
        guard master >= 0, cl_pty_unlock(master) == 0 else { t.skip("there is no pseudoterminal on this host") }
        let slave = cl_pty_peer(master)
        t.require(slave >= 0, "cannot open the terminal's other side")
        _ = cl_set_window_size(master, rows, columns)
        return Terminal(master: master, slave: slave)
    }

    /// Whether the terminal is in the mode in which people type: echo, lines, signals.
    var isCooked: Bool {
        var settings = termios()
        guard cl_tcgetattr(slave, &settings) == 0 else { return false }
        return settings.c_lflag & UInt32(ECHO) != 0 && settings.c_lflag & UInt32(ICANON) != 0
            && settings.c_lflag & UInt32(ISIG) != 0
    }

    func resize(rows: UInt16, columns: UInt16) { _ = cl_set_window_size(master, rows, columns) }
    func type(_ text: String) { File.write(Array(text.utf8), descriptor: master) }

    func close() {
        _ = cl_close(slave)
        _ = cl_close(master)
    }

    /// The probe's facts in what a terminal showed: its lines end with a carriage return too.
    static func facts(_ text: String) -> JSON {
        Container.merged(String(decoding: text.utf8.filter { $0 != 0x0d }, as: UTF8.self))
    }

    /// What arrives at a descriptor until it holds this text, or until the time is over.
    static func read(_ fd: Int32, until text: String, within milliseconds: Int = 5000) -> String {
        let deadline = cl_monotonic_ns() + Int64(milliseconds) * 1_000_000
        var seen = ""
        var part = [UInt8](repeating: 0, count: 4096)
        while !seen.contains(text) {
            let left = (deadline - cl_monotonic_ns()) / 1_000_000
            var wait = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
            guard left > 0, cl_poll(&wait, 1, Int32(left)) > 0 else { break }
            let count = cl_read(fd, &part, part.count)
            if count <= 0 { break }
            seen += String(decoding: part[0..<count], as: UTF8.self)
        }
        return seen
    }
}

/// The socket on which an engine waits for a container's terminal.
struct ConsoleSocket {
    let path: String
    let listener: Int32

    init(_ t: Trial, name: String = "console") {
        path = t.directory + "/" + name
        listener = cl_socket(AF_UNIX, 1)
        t.require(cl_unix_address(listener, path, 1) == 0 && cl_listen(listener, 4) == 0, "cannot listen at \(path)")
    }

    /// Everything that arrives on one connection.
    struct Delivery {
        var descriptors: [Int32] = []
        /// The bytes beside them.
        var bytes: [UInt8] = []
        /// How many bytes had come before the first descriptor.
        var bytesBefore: Int?
        var ended = false
    }

    func receive(within milliseconds: Int = 5000) -> Delivery? {
        guard ready(listener, milliseconds) else { return nil }
        let connection = cl_accept(listener)
        guard connection >= 0 else { return nil }
        defer { _ = cl_close(connection) }
        var delivery = Delivery()
        var part = [UInt8](repeating: 0, count: 4096)
        while ready(connection, milliseconds) {
            var passed: Int32 = -1
            // The kernel joins messages: only a read of the first byte tells whether the descriptor came with it.
            let count = cl_receive(connection, &part, delivery.bytes.isEmpty ? 1 : part.count, &passed)
            if passed >= 0 {
                delivery.descriptors.append(passed)
                delivery.bytesBefore = delivery.bytesBefore ?? delivery.bytes.count
            }
            if count <= 0 {
                delivery.ended = count == 0
                return delivery
            }
            delivery.bytes += part[0..<count]
        }
        return delivery
    }

    /// Whether nobody else comes.
    func isQuiet(for milliseconds: Int) -> Bool { !ready(listener, milliseconds) }

    private func ready(_ fd: Int32, _ milliseconds: Int) -> Bool {
        var wait = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
        return cl_poll(&wait, 1, Int32(milliseconds)) > 0
    }
}

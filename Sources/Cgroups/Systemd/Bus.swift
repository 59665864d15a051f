internal import CDBus
internal import CDBusStubs
internal import Kernel

/// A private connection to a message bus, or straight to a service manager's own socket.
///
/// Every wait has an end. A message of the other side that nobody waits for is dropped, but for the signals that
/// `receiveSignal` can still be asked for.
struct Bus: ~Copyable {
    private let connection: OpaquePointer
    private var signals: [Signal] = []

    /// A signal with its arguments.
    struct Signal: Equatable, Sendable {
        var member: String
        var arguments: [BusValue]
    }

    /// How long a call may take; systemd answers in milliseconds, even when much is going on in tens of them.
    static let patience: Int32 = 30_000

    private init(owning connection: OpaquePointer) { self.connection = connection }

    /// Connects as the user `uid`, and introduces itself where there is a bus between the two ends.
    static func connect(_ address: BusAddress, as uid: UInt32) throws(BusError) -> Bus {
        // libdbus would set the disposition of SIGPIPE, which the container's program inherits.
        dbus_connection_set_change_sigpipe(0)
        cdbus_claim_user(Int(uid))
        defer { cdbus_claim_user(-1) }
        var bus = Bus(owning: try open(address))
        try bus.authenticate()
        if address.isDirect { return bus }
        _ = try bus.call(
            "Hello", of: "org.freedesktop.DBus", at: "/org/freedesktop/DBus", destination: "org.freedesktop.DBus", [])
        return bus
    }

    /// Waits until the other end has taken the caller for who it is.
    private func authenticate() throws(BusError) {
        let deadline = Clock.monotonic + Int64(Self.patience) * 1_000_000
        while dbus_connection_get_is_authenticated(connection) == 0 {
            let left = (deadline - Clock.monotonic) / 1_000_000
            guard left > 0 else { throw .late("no welcome", milliseconds: Self.patience) }
            guard dbus_connection_read_write(connection, Int32(left)) != 0 else {
                throw BusError(name: BusError.disconnected, text: "the caller was not let in")
            }
        }
    }

    private static func open(_ address: BusAddress) throws(BusError) -> OpaquePointer {
        var error = DBusError()
        dbus_error_init(&error)
        guard let connection = dbus_connection_open_private(address.text, &error) else {
            defer { dbus_error_free(&error) }
            throw refusal(error)
        }
        // libdbus would otherwise call exit(3).
        dbus_connection_set_exit_on_disconnect(connection, 0)
        return connection
    }

    deinit {
        dbus_connection_close(connection)
        dbus_connection_unref(connection)
    }

    private static func refusal(_ error: DBusError) -> BusError {
        guard let name = error.name, let text = error.message else {
            return BusError(name: BusError.noMemory, text: "")
        }
        return BusError(name: String(cString: name), text: String(cString: text))
    }

    /// Calls a method and waits for what it answers.
    mutating func call(
        _ method: String, of interface: String, at path: String, destination: String, _ arguments: [BusValue]
    ) throws(BusError) -> [BusValue] {
        let message = try BusMessage.call(
            method, of: interface, at: path, destination: destination, arguments)
        var serial: UInt32 = 0
        guard dbus_connection_send(connection, message.pointer, &serial) != 0 else {
            throw BusError(name: BusError.noMemory, text: "")
        }
        let deadline = Clock.monotonic + Int64(Self.patience) * 1_000_000
        while true {
            guard let received = try next(before: deadline) else {
                throw .late("no answer to \(method)", milliseconds: Self.patience)
            }
            switch received.kind {
            case .signal: keep(received)
            case .error where received.answers == serial: throw received.error
            case .reply where received.answers == serial: return received.arguments
            default: continue
            }
        }
    }

    /// Sends a call whose answer nobody needs: it comes to the other end before whatever is sent later.
    mutating func tell(
        _ method: String, of interface: String, at path: String, destination: String, _ arguments: [BusValue]
    ) throws(BusError) {
        let message = try BusMessage.call(
            method, of: interface, at: path, destination: destination, arguments, wantsReply: false)
        guard dbus_connection_send(connection, message.pointer, nil) != 0 else {
            throw BusError(name: BusError.noMemory, text: "")
        }
    }

    /// The next signal, one that came while an answer was waited for first; nil when none came before the deadline.
    mutating func receiveSignal(before deadline: Int64) throws(BusError) -> Signal? {
        while signals.isEmpty {
            guard let received = try next(before: deadline) else { return nil }
            if received.kind == .signal { keep(received) }
        }
        return signals.removeFirst()
    }

    /// Only what the one service manager at the other end says of jobs is ever asked for.
    private mutating func keep(_ message: borrowing BusMessage) {
        guard message.isSignal("JobRemoved", of: ServiceManager.interface) else { return }
        signals.append(Signal(member: "JobRemoved", arguments: message.arguments))
    }

    private func next(before deadline: Int64) throws(BusError) -> BusMessage? {
        while true {
            if let received = dbus_connection_pop_message(connection) { return BusMessage(owning: received) }
            let left = (deadline - Clock.monotonic) / 1_000_000
            guard left > 0 else { return nil }
            guard dbus_connection_read_write(connection, Int32(left)) != 0 else {
                throw BusError(name: BusError.disconnected, text: "the connection was closed")
            }
        }
    }
}

/// Where a service manager can be spoken to. (D-Bus specification, "Server Addresses")
package struct BusAddress: Equatable, Sendable {
    /// `unix:path=/run/dbus/system_bus_socket`
    package var text: String
    /// Whether the service manager itself is at the other end, with no bus between.
    package var isDirect: Bool

    init(_ text: String, isDirect: Bool = false) {
        self.text = text
        self.isDirect = isDirect
    }

    /// The address of a socket in the file system.
    init(path: String, isDirect: Bool = false) {
        self.init("unix:path=" + Self.escaped(path), isDirect: isDirect)
    }

    /// The places to try, best first.
    ///
    /// The bus is the documented way. Without one, as on a small system or early at boot, root may speak to the system's
    /// manager itself, and a user to the user's own.
    package static func candidates(
        user: Bool, uid: UInt32, environment: [String]
    ) throws(BusError) -> [BusAddress] {
        let variable = user ? "DBUS_SESSION_BUS_ADDRESS" : "DBUS_SYSTEM_BUS_ADDRESS"
        var places: [BusAddress] = []
        if let named = value(of: variable, in: environment) {
            try check(named, variable)
            places.append(BusAddress(named))
        } else if !user {
            places.append(BusAddress(path: "/run/dbus/system_bus_socket"))
        }
        if user {
            let directory = value(of: "XDG_RUNTIME_DIR", in: environment) ?? "/run/user/\(uid)"
            if places.isEmpty { places.append(BusAddress(path: directory + "/bus")) }
            places.append(BusAddress(path: directory + "/systemd/private", isDirect: true))
        } else if uid == 0 {
            places.append(BusAddress(path: "/run/systemd/private", isDirect: true))
        }
        return places
    }

    /// Other transports start programs or ask for names of hosts, which a static program cannot.
    private static func check(_ address: String, _ variable: String) throws(BusError) {
        for entry in address.utf8.split(separator: UInt8(ascii: ";")) where !entry.starts(with: "unix:".utf8) {
            throw BusError(
                name: "org.freedesktop.DBus.Error.BadAddress", text: "\(variable) must hold unix: addresses")
        }
    }

    private static func value(of name: String, in environment: [String]) -> String? {
        let prefix = name + "="
        for entry in environment where entry.utf8.starts(with: prefix.utf8) {
            let value = String(entry.utf8.dropFirst(prefix.utf8.count)) ?? ""
            return value.isEmpty ? nil : value
        }
        return nil
    }

    private static func escaped(_ path: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var bytes: [UInt8] = []
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "-")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "\\"), UInt8(ascii: "*"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

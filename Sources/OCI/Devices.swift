import JSON

extension Spec.Linux {
    /// A device node to make (config-linux.md, "Devices").
    package struct Device: Equatable, Sendable {
        package var type: String
        package var path: String
        package var major: Int64?
        package var minor: Int64?
        package var fileMode: UInt32?
        package var uid: UInt32?
        package var gid: UInt32?
    }

    /// A network interface to move into the container (config-linux.md, "Network Devices").
    package struct NetDevice: Equatable, Sendable {
        /// The name inside; that of the host when it is absent.
        package var name: String?
    }
}

extension Spec.Linux.Device {
    init(_ object: JSONObject) {
        self.init(
            type: object.requiredString("type"),
            path: object.requiredString("path"),
            major: object.int64("major"),
            minor: object.int64("minor"),
            fileMode: object.uint32("fileMode"),
            uid: object.uint32("uid"),
            gid: object.uint32("gid"))
    }
}

extension Spec.Linux.NetDevice {
    init(_ object: JSONObject) {
        self.init(
            name: object.string("name"))
    }
}

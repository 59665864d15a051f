import JSON

extension Spec {
    /// One of `mounts` (config.md, "Mounts").
    package struct Mount: Equatable, Sendable {
        package var destination: String
        package var source: String?
        package var type: String?
        package var options: [String] = []
        package var uidMappings: [IDMapping] = []
        package var gidMappings: [IDMapping] = []
    }

    /// A range of user or group ids (config-linux.md, "User namespace mappings").
    package struct IDMapping: Equatable, Sendable {
        package var containerID: UInt32
        package var hostID: UInt32
        package var size: UInt32
    }
}

extension Spec.Mount {
    init(_ object: JSONObject) {
        self.init(
            destination: object.requiredString("destination"),
            source: object.string("source"),
            type: object.string("type"),
            options: object.strings("options"),
            uidMappings: object.objects("uidMappings").map(Spec.IDMapping.init),
            gidMappings: object.objects("gidMappings").map(Spec.IDMapping.init))
    }
}

extension Spec.IDMapping {
    init(_ object: JSONObject) {
        self.init(
            containerID: object.requiredUInt32("containerID"),
            hostID: object.requiredUInt32("hostID"),
            size: object.requiredUInt32("size"))
    }
}

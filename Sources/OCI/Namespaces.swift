import JSON

extension Spec.Linux {
    /// A namespace: a new one, or with a path the one of that file (config-linux.md, "Namespaces").
    package struct Namespace: Equatable, Sendable {
        package var type: String
        package var path: String?
    }

    /// How far a clock of a time namespace is off (config-linux.md, "Offset for Time Namespace").
    package struct TimeOffset: Equatable, Sendable {
        package var secs: Int64 = 0
        package var nanosecs: UInt32 = 0
    }
}

extension Spec.Linux.Namespace {
    init(_ object: JSONObject) {
        self.init(
            type: object.requiredString("type"),
            path: object.string("path"))
    }
}

extension Spec.Linux.TimeOffset {
    init(_ object: JSONObject) {
        self.init(
            secs: object.int64("secs") ?? 0,
            nanosecs: object.uint32("nanosecs") ?? 0)
    }
}

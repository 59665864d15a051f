import JSON

extension Spec {
    /// What is particular to Linux (config-linux.md).
    package struct Linux: Equatable, Sendable {
        package var namespaces: [Namespace] = []
        package var uidMappings: [IDMapping] = []
        package var gidMappings: [IDMapping] = []
        package var timeOffsets: [Entry<TimeOffset>] = []
        package var devices: [Device] = []
        package var netDevices: [Entry<NetDevice>] = []
        package var cgroupsPath: String?
        package var resources: Resources?
        package var intelRdt: IntelRdt?
        package var memoryPolicy: MemoryPolicy?
        package var sysctl: [Entry<String>] = []
        package var seccomp: Seccomp?
        package var rootfsPropagation: String?
        package var maskedPaths: [String] = []
        package var readonlyPaths: [String] = []
        package var mountLabel: String?
        package var personality: Personality?

        /// What a document without /linux asks for.
        package static var empty: Linux { Linux() }
    }
}

extension Spec.Linux {
    /// Limits of cache and memory bandwidth (config-linux.md, "IntelRdt").
    package struct IntelRdt: Equatable, Sendable {
        package var closID: String?
        package var schemata: [String] = []
        package var l3CacheSchema: String?
        package var memBwSchema: String?
        package var enableMonitoring = false

        /// What asks for nothing, to be filled in by those who have no document.
        package static var empty: Self { Self() }
    }

    /// The NUMA memory policy (config-linux.md, "Memory policy"; set_mempolicy(2)).
    package struct MemoryPolicy: Equatable, Sendable {
        package var mode: String
        package var nodes: String?
        package var flags: [String] = []
    }

    /// The execution domain (config-linux.md, "Personality"; personality(2)).
    package struct Personality: Equatable, Sendable {
        package var domain: String
        package var flags: [String] = []
    }
}

extension Spec.Linux {
    init(_ object: JSONObject) {
        self.init(
            namespaces: object.objects("namespaces").map(Namespace.init),
            uidMappings: object.objects("uidMappings").map(Spec.IDMapping.init),
            gidMappings: object.objects("gidMappings").map(Spec.IDMapping.init),
            timeOffsets: object.entries("timeOffsets", TimeOffset.init),
            devices: object.objects("devices").map(Device.init),
            netDevices: object.entries("netDevices", NetDevice.init),
            cgroupsPath: object.string("cgroupsPath"),
            resources: object.object("resources").map(Resources.init),
            intelRdt: object.object("intelRdt").map(IntelRdt.init),
            memoryPolicy: object.object("memoryPolicy").map(MemoryPolicy.init),
            sysctl: object.stringEntries("sysctl"),
            seccomp: object.object("seccomp").map(Seccomp.init),
            rootfsPropagation: object.string("rootfsPropagation"),
            maskedPaths: object.strings("maskedPaths"),
            readonlyPaths: object.strings("readonlyPaths"),
            mountLabel: object.string("mountLabel"),
            personality: object.object("personality").map(Personality.init))
    }
}

extension Spec.Linux.IntelRdt {
    init(_ object: JSONObject) {
        self.init(
            closID: object.string("closID"),
            schemata: object.strings("schemata"),
            l3CacheSchema: object.string("l3CacheSchema"),
            memBwSchema: object.string("memBwSchema"),
            enableMonitoring: object.bool("enableMonitoring") ?? false)
    }
}

extension Spec.Linux.MemoryPolicy {
    init(_ object: JSONObject) {
        self.init(
            mode: object.requiredString("mode"),
            nodes: object.string("nodes"),
            flags: object.strings("flags"))
    }
}

extension Spec.Linux.Personality {
    init(_ object: JSONObject) {
        self.init(
            domain: object.requiredString("domain"),
            flags: object.strings("flags"))
    }
}

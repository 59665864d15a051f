import JSON

/// What a runtime can do, whatever the host offers (features.md, features-linux.md).
///
/// Everything begins as absent or off, so that only what is filled in is claimed.
package struct Features: Equatable, Sendable {
    package var ociVersionMin = SpecVersion.minimum
    package var ociVersionMax = SpecVersion.current
    package var hooks: [String] = []
    package var mountOptions: [String] = []
    package var linux = Linux()
    package var annotations: [Spec.Entry<String>] = []
    /// Annotations of a config.json that change what the runtime does; one that ends in `.` is a prefix.
    package var potentiallyUnsafeConfigAnnotations: [String] = []

    /// Nothing but the versions.
    package init() {}

    /// What is particular to Linux.
    package struct Linux: Equatable, Sendable {
        package var namespaces: [String] = []
        package var capabilities: [String] = []
        package var cgroup = Cgroup()
        package var seccomp = Seccomp()
        /// `apparmor.enabled`.
        package var apparmor = false
        /// `selinux.enabled`.
        package var selinux = false
        package var intelRdt = IntelRdt()
        package var memoryPolicy = MemoryPolicy()
        /// `mountExtensions.idmap.enabled`.
        package var idmap = false
        /// `netDevices.enabled`.
        package var netDevices = false
    }

    /// The kinds of cgroup that are managed.
    package struct Cgroup: Equatable, Sendable {
        package var v1 = false
        package var v2 = false
        package var systemd = false
        package var systemdUser = false
        package var rdma = false
    }

    /// The words of a seccomp section that are known.
    package struct Seccomp: Equatable, Sendable {
        package var enabled = false
        package var actions: [String] = []
        package var operators: [String] = []
        package var archs: [String] = []
        package var knownFlags: [String] = []
        package var supportedFlags: [String] = []
    }

    /// What of resctrl is applied.
    package struct IntelRdt: Equatable, Sendable {
        package var enabled = false
        package var schemata = false
        package var monitoring = false
    }

    /// The words of a memory policy that are known.
    package struct MemoryPolicy: Equatable, Sendable {
        package var modes: [String] = []
        package var flags: [String] = []
    }
}

extension Features {
    /// The features as an indented document with a line end.
    package func json() -> [UInt8] {
        var writer = JSONWriter(pretty: true)
        writer.beginObject()
        writer.member("ociVersionMin", ociVersionMin)
        writer.member("ociVersionMax", ociVersionMax)
        writer.member("hooks", hooks)
        writer.member("mountOptions", mountOptions)
        writer.key("linux")
        linux.write(to: &writer)
        writer.member("annotations", annotations)
        writer.member("potentiallyUnsafeConfigAnnotations", potentiallyUnsafeConfigAnnotations)
        writer.endObject()
        writer.newline()
        return writer.bytes
    }
}

extension Features.Linux {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("namespaces", namespaces)
        writer.member("capabilities", capabilities)
        writer.key("cgroup")
        cgroup.write(to: &writer)
        writer.key("seccomp")
        seccomp.write(to: &writer)
        writer.enabled("apparmor", apparmor)
        writer.enabled("selinux", selinux)
        writer.key("intelRdt")
        intelRdt.write(to: &writer)
        writer.key("memoryPolicy")
        memoryPolicy.write(to: &writer)
        writer.key("mountExtensions")
        writer.beginObject()
        writer.enabled("idmap", idmap)
        writer.endObject()
        writer.enabled("netDevices", netDevices)
        writer.endObject()
    }
}

extension Features.Cgroup {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("v1", v1)
        writer.member("v2", v2)
        writer.member("systemd", systemd)
        writer.member("systemdUser", systemdUser)
        writer.member("rdma", rdma)
        writer.endObject()
    }
}

extension Features.Seccomp {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("enabled", enabled)
        writer.member("actions", actions)
        writer.member("operators", operators)
        writer.member("archs", archs)
        writer.member("knownFlags", knownFlags)
        writer.member("supportedFlags", supportedFlags)
        writer.endObject()
    }
}

extension Features.IntelRdt {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("enabled", enabled)
        writer.member("schemata", schemata)
        writer.member("monitoring", monitoring)
        writer.endObject()
    }
}

extension Features.MemoryPolicy {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("modes", modes)
        writer.member("flags", flags)
        writer.endObject()
    }
}

extension JSONWriter {
    /// Writes a member that says only whether something is supported.
    fileprivate mutating func enabled(_ name: String, _ value: Bool) {
        key(name)
        beginObject()
        member("enabled", value)
        endObject()
    }
}

import JSON

/// The config.json that `spec` writes: a shell with few rights on a read-only root file system.
package enum DefaultSpec {
    /// The user who will run a rootless container, and becomes root inside it.
    package struct Owner: Equatable, Sendable {
        package var uid: UInt32
        package var gid: UInt32

        /// The owner with these ids on the host.
        package init(uid: UInt32, gid: UInt32) {
            self.uid = uid
            self.gid = gid
        }
    }

    /// The document, indented and with a line end; with `rootless` in the form that this ordinary user can run.
    package static func json(rootless: Owner? = nil) -> [UInt8] {
        var writer = JSONWriter(pretty: true)
        writer.beginObject()
        writer.member("ociVersion", SpecVersion.current)
        writer.key("process")
        writeProcess(to: &writer)
        writer.key("root")
        writer.beginObject()
        writer.member("path", "rootfs")
        writer.member("readonly", true)
        writer.endObject()
        writer.member("hostname", "apus")
        writer.key("mounts")
        writer.beginArray()
        for mount in rootless == nil ? mounts : rootlessMounts { write(mount, to: &writer) }
        writer.endArray()
        writer.key("linux")
        writeLinux(rootless, to: &writer)
        writer.endObject()
        writer.newline()
        return writer.bytes
    }

    private static func writeProcess(to writer: inout JSONWriter) {
        let capabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]
        writer.beginObject()
        writer.member("terminal", true)
        writer.key("user")
        writer.beginObject()
        writer.member("uid", UInt64(0))
        writer.member("gid", UInt64(0))
        writer.endObject()
        writer.member("args", ["sh"])
        writer.member(
            "env", ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"])
        writer.member("cwd", "/")
        writer.key("capabilities")
        writer.beginObject()
        writer.member("bounding", capabilities)
        writer.member("effective", capabilities)
        writer.member("permitted", capabilities)
        writer.endObject()
        writer.key("rlimits")
        writer.beginArray()
        writer.beginObject()
        writer.member("type", "RLIMIT_NOFILE")
        writer.member("hard", UInt64(1024))
        writer.member("soft", UInt64(1024))
        writer.endObject()
        writer.endArray()
        writer.member("noNewPrivileges", true)
        writer.endObject()
    }

    private static func writeLinux(_ rootless: Owner?, to writer: inout JSONWriter) {
        writer.beginObject()
        if let rootless {
            writeMapping("uidMappings", rootless.uid, to: &writer)
            writeMapping("gidMappings", rootless.gid, to: &writer)
        } else {
            writer.key("resources")
            writer.beginObject()
            writer.key("devices")
            writer.beginArray()
            writer.beginObject()
            writer.member("allow", false)
            writer.member("access", "rwm")
            writer.endObject()
            writer.endArray()
            writer.endObject()
        }
        writer.key("namespaces")
        writer.beginArray()
        for type in rootless == nil ? namespaces : rootlessNamespaces {
            writer.beginObject()
            writer.member("type", type)
            writer.endObject()
        }
        writer.endArray()
        writer.member("maskedPaths", maskedPaths)
        writer.member("readonlyPaths", readonlyPaths)
        writer.endObject()
    }

    private static func writeMapping(_ name: String, _ hostID: UInt32, to writer: inout JSONWriter) {
        writer.key(name)
        writer.beginArray()
        writer.beginObject()
        writer.member("containerID", UInt64(0))
        writer.member("hostID", UInt64(hostID))
        writer.member("size", UInt64(1))
        writer.endObject()
        writer.endArray()
    }

    private static func write(_ mount: Spec.Mount, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("destination", mount.destination)
        writer.member("type", mount.type)
        writer.member("source", mount.source)
        if !mount.options.isEmpty { writer.member("options", mount.options) }
        writer.endObject()
    }
}

extension DefaultSpec {
    private static let namespaces = ["pid", "network", "ipc", "uts", "mount", "cgroup"]
    /// A network namespace of its own would have no interface that a user can set up.
    private static let rootlessNamespaces = ["pid", "ipc", "uts", "mount", "cgroup", "user"]

    private static let maskedPaths = [
        "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
        "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi",
    ]
    private static let readonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]

    private static let sys = Spec.Mount(
        destination: "/sys", source: "sysfs", type: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"])
    private static let cgroup = Spec.Mount(
        destination: "/sys/fs/cgroup", source: "cgroup", type: "cgroup",
        options: ["nosuid", "noexec", "nodev", "relatime", "ro"])
    /// sysfs can be mounted only by who owns the network namespace: the host's is shown instead.
    private static let boundSys = Spec.Mount(
        destination: "/sys", source: "/sys", type: "none", options: ["rbind", "nosuid", "noexec", "nodev", "ro"])

    private static let mounts = firstMounts(ptsGroup: ["gid=5"]) + [sys, cgroup]
    /// The group of terminals (5) is not mapped into a rootless container.
    private static let rootlessMounts = firstMounts(ptsGroup: []) + [boundSys, cgroup]

    private static func firstMounts(ptsGroup: [String]) -> [Spec.Mount] {
        [
            Spec.Mount(destination: "/proc", source: "proc", type: "proc"),
            Spec.Mount(
                destination: "/dev", source: "tmpfs", type: "tmpfs",
                options: ["nosuid", "strictatime", "mode=755", "size=65536k"]),
            Spec.Mount(
                destination: "/dev/pts", source: "devpts", type: "devpts",
                options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"] + ptsGroup),
            Spec.Mount(
                destination: "/dev/shm", source: "shm", type: "tmpfs",
                options: ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]),
            Spec.Mount(
                destination: "/dev/mqueue", source: "mqueue", type: "mqueue",
                options: ["nosuid", "noexec", "nodev"]),
        ]
    }
}

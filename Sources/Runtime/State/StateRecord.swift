import JSON
import OCI

/// What apus remembers of a container between two verbs: `<root>/<id>/state.json`.
///
/// It is written before each thing that it must later undo, and never partly: to another name first, then renamed.
struct StateRecord: Equatable {
    /// Raised when a reader of the old shape could misunderstand the new one.
    static let version: Int64 = 1

    struct CgroupPlace: Equatable {
        /// Absolute host path.
        var path: String
        /// How many of its last directories apus made, and so removes.
        var levels: Int
        /// The kernel's number of the device filter. It goes with the cgroup; off one that stays it must be taken.
        var deviceFilter: UInt32?
        /// The scope that the cgroup belongs to; nil when apus made it itself.
        var unit: Unit?
        /// The inode number of the scope's directory; another says that the name has gone to somebody else's scope.
        var inode: UInt64?
        /// The name of the cgroup below it that the container's process was moved to.
        var subgroup: String?

        /// The cgroup that the container's process is in: the top of what the container sees.
        var home: String { subgroup.map { path + "/" + $0 } ?? path }
    }

    /// A unit of systemd's.
    struct Unit: Equatable {
        var name: String
        /// Whether it is of the user's own service manager, not the system's.
        var isOfUser: Bool
    }

    struct Process: Equatable {
        var pid: Int32
        /// Clock ticks since boot: with the pid it names one process.
        var startTime: UInt64
    }

    var id: String
    var bundle: String
    var rootfs: String
    var ociVersion: String
    /// RFC 3339, UTC.
    var created: String
    /// Numeric user id of who made it.
    var owner: UInt32
    /// The machine's run in which the container was made: after a reboot nothing of it runs.
    var bootID: String
    var cgroup: CgroupPlace?
    var process: Process?
    var annotations: [Spec.Entry<String>]
    /// Whether the program sees the processes of another pid namespace, so that its own outlive it.
    var sharesPID: Bool
    /// Whether its processes keep the session keyring of who starts them.
    var keepsKeyring = false
    /// What there is to undo in the resctrl file system.
    var resctrl: Resctrl.Place?
    /// Who is given the listener of the system call filter at `start`.
    var seccompAgent: SeccompAgent?
    /// What criu calls the files that the container has from its caller as standard streams; empty names for none.
    var streams: [String] = []
    /// Whether a checkpoint has stopped it, so that a restore may take its id.
    var isCheckpointed = false
    /// The hooks that verbs after `create` run: poststart and poststop.
    var hooks: Spec.Hooks
}

extension StateRecord {
    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("version", Self.version)
        writer.member("id", id)
        writer.member("bundle", bundle)
        writer.member("rootfs", rootfs)
        writer.member("ociVersion", ociVersion)
        writer.member("created", created)
        writer.member("owner", UInt64(owner))
        writer.member("bootID", bootID)
        if let cgroup {
            writer.key("cgroup")
            writer.beginObject()
            writer.member("path", cgroup.path)
            writer.member("levels", Int64(cgroup.levels))
            if let id = cgroup.deviceFilter { writer.member("deviceFilter", UInt64(id)) }
            if let unit = cgroup.unit {
                writer.member("unit", unit.name)
                writer.member("unitIsOfUser", unit.isOfUser)
            }
            if let inode = cgroup.inode { writer.member("inode", inode) }
            if let name = cgroup.subgroup { writer.member("subgroup", name) }
            writer.endObject()
        }
        if let process {
            writer.key("process")
            writer.beginObject()
            writer.member("pid", Int64(process.pid))
            writer.member("startTime", process.startTime)
            writer.endObject()
        }
        if !annotations.isEmpty {
            writer.key("annotations")
            writer.beginObject()
            for entry in annotations { writer.member(entry.key, entry.value) }
            writer.endObject()
        }
        writer.member("sharesPID", sharesPID)
        if keepsKeyring { writer.member("keepsKeyring", true) }
        if let resctrl {
            writer.key("resctrl")
            writer.beginObject()
            writer.member("group", resctrl.group)
            writer.member("ownsGroup", resctrl.ownsGroup)
            writer.member("monitor", resctrl.monitor)
            writer.endObject()
        }
        if let seccompAgent {
            writer.key("seccompAgent")
            writer.beginObject()
            writer.member("path", seccompAgent.path)
            writer.member("metadata", seccompAgent.metadata)
            writer.endObject()
        }
        if !streams.isEmpty { writer.member("streams", streams) }
        if isCheckpointed { writer.member("checkpointed", true) }
        writer.key("hooks")
        hooks.write(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    /// Nil when the bytes are no record of this version.
    init?(_ bytes: [UInt8]) {
        let findings = JSONFindings()
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONReader.parse(bytes)
        } catch {
            return nil
        }
        let object = JSONObject(document, findings: findings)
        guard object.requiredInt64("version") == Self.version else { return nil }
        id = object.requiredString("id")
        bundle = object.requiredString("bundle")
        rootfs = object.requiredString("rootfs")
        ociVersion = object.requiredString("ociVersion")
        created = object.requiredString("created")
        owner = object.requiredUInt32("owner")
        bootID = object.requiredString("bootID")
        cgroup = object.object("cgroup").map { (object) in
            let isOfUser = object.bool("unitIsOfUser") ?? false
            return CgroupPlace(
                path: object.requiredString("path"), levels: Int(object.requiredInt64("levels")),
                deviceFilter: object.uint32("deviceFilter"),
                unit: object.string("unit").map { Unit(name: $0, isOfUser: isOfUser) },
                inode: object.uint64("inode"), subgroup: object.string("subgroup"))
        }
        process = object.object("process").map {
            Process(pid: $0.requiredInt32("pid"), startTime: $0.requiredUInt64("startTime"))
        }
        annotations = object.stringEntries("annotations").map { Spec.Entry(key: $0.key, value: $0.value) }
        sharesPID = object.requiredBool("sharesPID")
        keepsKeyring = object.bool("keepsKeyring") ?? false
        resctrl = object.object("resctrl").map {
            Resctrl.Place(
                group: $0.requiredString("group"), ownsGroup: $0.requiredBool("ownsGroup"),
                monitor: $0.string("monitor"))
        }
        seccompAgent = object.object("seccompAgent").map {
            SeccompAgent(path: $0.requiredString("path"), metadata: $0.string("metadata"))
        }
        streams = object.strings("streams")
        isCheckpointed = object.bool("checkpointed") ?? false
        hooks = object.object("hooks").map(Spec.Hooks.init) ?? Spec.Hooks()
        guard findings.problems.isEmpty else { return nil }
    }
}

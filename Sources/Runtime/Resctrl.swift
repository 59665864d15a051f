import Kernel

/// The resctrl file system, through which the kernel shares out caches and memory bandwidth.
///
/// A group is a directory: its `schemata` say what it gets, its `tasks` who is in it. `mon_groups` below it count what
/// some of its tasks use.
struct Resctrl {
    /// What was done for a container and is to be undone.
    struct Place: Equatable {
        /// Absolute path of the group that its processes are in.
        var group: String
        /// Whether the group goes with the container.
        var ownsGroup: Bool
        /// Absolute path of the container's monitoring group.
        var monitor: String?
    }

    /// Where it is mounted.
    let root: String
    /// Whether it is a tree of plain files, in which nobody but this type makes any: how it is tried without hardware.
    let isPlain: Bool

    static var pointer: String { "/linux/intelRdt" }

    init(root: String, isPlain: Bool = false) {
        self.root = root
        self.isPlain = isPlain
    }

    /// The one that is mounted in the calling process's mount namespace.
    init(_ proc: borrowing HostProc) throws(RuntimeError) {
        let mounts = try attempt("read the mounts of apus", at: Self.pointer) { () throws(Errno) in
            try proc.read("self/mountinfo")
        }
        guard let root = Self.mountPoint(mounts) else {
            throw RuntimeError(
                .configuration,
                "no resctrl file system is mounted: the kernel or the processor has none, or"
                    + " `mount -t resctrl resctrl /sys/fs/resctrl` is missing (\(Self.pointer))")
        }
        self.init(root: root)
    }

    /// Where /proc/PID/mountinfo has a resctrl mounted. proc_pid_mountinfo(5)
    static func mountPoint(_ mounts: [UInt8]) -> String? {
        for line in mounts.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: " "))
            guard let dash = fields.firstIndex(where: { $0.elementsEqual("-".utf8) }), fields.count > dash + 1,
                fields[dash + 1].elementsEqual("resctrl".utf8), fields.count > 4
            else { continue }
            return String(decoding: fields[4], as: UTF8.self)
        }
        return nil
    }

    // MARK: A container's place

    /// What will be made for a container, looked up before anything is.
    func place(_ plan: IntelRdtPlan, id: String) throws(RuntimeError) -> Place {
        let group = plan.closID == "/" ? root : root + "/" + (plan.closID ?? id)
        let exists = Self.isDirectory(group)
        if let closID = plan.closID, !exists, plan.schemata.isEmpty {
            throw RuntimeError(
                .configuration,
                "the class of service \(closID) does not exist, and no schemata are given to make it with"
                    + " (\(Self.pointer)/closID)")
        }
        if exists, plan.closID != nil, !plan.compared.isEmpty { try compare(plan.compared, group) }
        return Place(
            group: group, ownsGroup: plan.closID == nil && !exists,
            monitor: plan.monitoring ? group + "/mon_groups/" + id : nil)
    }

    /// Makes the groups and fills them; the process comes in by `add`.
    func make(_ place: Place, _ plan: IntelRdtPlan) throws(RuntimeError) {
        if !Self.isDirectory(place.group) { try makeDirectory(place.group) }
        try write(plan.schemata, to: place.group)
        if let monitor = place.monitor { try makeDirectory(monitor) }
    }

    /// Writes lines to a group's schemata, one after the other.
    func write(_ lines: [String], to group: String) throws(RuntimeError) {
        for line in lines {
            do throws(Errno) {
                try write(line + "\n", to: group + "/schemata")
            } catch {
                throw RuntimeError(
                    "write \(Findings.quoted(line)) to \(group)/schemata\(lastStatus)", error, at: Self.pointer)
            }
        }
    }

    /// A group's schemata as the kernel shows them.
    func schemata(of group: String) throws(RuntimeError) -> String {
        try attempt("read \(group)/schemata", at: Self.pointer) { () throws(Errno) in
            String(decoding: try File.read(group + "/schemata", limit: 1 << 16), as: UTF8.self)
        }
    }

    /// Puts a process into its groups; what it makes later is in them too.
    func add(_ pid: Int32, to place: Place) throws(RuntimeError) {
        for group in [place.group, place.monitor] {
            guard let group else { continue }
            try attempt("put process \(pid) into \(group)", at: Self.pointer) { () throws(Errno) in
                try write("\(pid)\n", to: group + "/tasks")
            }
        }
    }

    /// Takes away what was made for the container. The kernel moves what is still in it to the group above.
    func remove(_ place: Place) throws(RuntimeError) {
        for (path, isOwn) in [(place.monitor, true), (place.group, place.ownsGroup)] {
            guard let path, isOwn else { continue }
            do throws(Errno) {
                if isPlain { try empty(path) }
                try File.remove(path, directory: true)
            } catch {
                guard error == .noSuchFile else { throw RuntimeError("remove \(path)", error, at: Self.pointer) }
            }
        }
    }

    private func makeDirectory(_ path: String) throws(RuntimeError) {
        do throws(Errno) {
            if isPlain, path.utf8.count > root.utf8.count { try makePlainParent(path) }
            try File.makeDirectory(path, mode: 0o755)
        } catch {
            throw RuntimeError(
                "make the group \(path)\(lastStatus)", error, at: Self.pointer,
                hint: error == .noSpace ? "the processor has no more of them" : nil)
        }
    }

    private func write(_ text: String, to path: String) throws(Errno) {
        let flags: File.Flags = isPlain ? [.writeOnly, .create, .append] : [.writeOnly]
        let file = try File.open(path, flags, mode: 0o644)
        try File.write(text, to: file.raw)
    }

    /// What the kernel says of the last failure.
    private var lastStatus: String {
        do throws(Errno) {
            let text = try File.read(root + "/info/last_cmd_status", limit: 4096)
            let line = String(decoding: text.map { $0 < 0x20 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
            return line.isEmpty || line == "ok " ? "" : " (" + line + ")"
        } catch {
            return ""
        }
    }

    private static func isDirectory(_ path: String) -> Bool {
        do throws(Errno) {
            return try File.status(of: path, follow: false).kind == .directory
        } catch {
            return false
        }
    }

    // MARK: Plain trees

    /// The kernel has a `mon_groups` in every group.
    private func makePlainParent(_ path: String) throws(Errno) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return }
        let parent = String(decoding: path.utf8[..<slash], as: UTF8.self)
        if !Self.isDirectory(parent) { try File.makeDirectory(parent, mode: 0o755) }
    }

    private func empty(_ path: String) throws(Errno) {
        let directory = try File.open(path, [.readOnly, .directory])
        for name in try File.names(in: directory.raw) {
            let isDirectory = try File.status(of: name, at: directory.raw, follow: false).kind == .directory
            try File.remove(name, at: directory.raw, directory: isDirectory)
        }
    }
}

extension Creation {
    /// Puts init into the groups that the plan asks for, after noting what is to be undone.
    mutating func enterResctrl() throws(RuntimeError) {
        guard let plan = prepared.plan.intelRdt else { return }
        guard let pid = child.pid else { throw child.silentDeath() }
        let resctrl = try Resctrl(prepared.proc)
        let place = try resctrl.place(plan, id: record.id)
        record.resctrl = place
        try directory.write(record)
        try resctrl.make(place, plan)
        try resctrl.add(pid, to: place)
    }
}

extension Resctrl.Place {
    /// Takes away what `create` made.
    func cleanUp() throws(RuntimeError) {
        // Paths are absolute: where it is mounted matters to what is to be made only.
        try Resctrl(root: group).remove(self)
    }

    /// Puts a process that joins the container where the container's are.
    func add(_ pid: Int32) throws(RuntimeError) { try Resctrl(root: group).add(pid, to: self) }
}

// MARK: Schemata

extension Resctrl {
    /// Refuses lines that a group which is there already does not have.
    private func compare(_ lines: [String], _ group: String) throws(RuntimeError) {
        let text = try schemata(of: group)
        for line in lines where !Schema.list(text).contains(where: { $0.includes(Schema(line)) }) {
            throw RuntimeError(
                .configuration,
                "\(Findings.quoted(line)) is not what the class of service has: \(Findings.quoted(text))"
                    + " (\(Self.pointer))")
        }
    }

    /// One line of a schemata file: `L3:0=7f0;1=1f`.
    struct Schema: Equatable {
        /// What is shared out: `L3`, `MB`.
        var resource: String
        /// The share in each domain, without leading zeros.
        var shares: [String: String]

        init(_ line: some StringProtocol) {
            resource = ""
            shares = [:]
            let line = line.utf8.filter { $0 > 0x20 }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
            resource = String(decoding: line[..<colon], as: UTF8.self)
            for part in line[(colon + 1)...].split(separator: UInt8(ascii: ";")) {
                let sides = part.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
                guard sides.count == 2 else { continue }
                let zero = UInt8(ascii: "0")
                let value = String(decoding: sides[1].drop { $0 == zero }, as: UTF8.self).lowercased()
                shares[String(decoding: sides[0], as: UTF8.self)] = value
            }
        }

        static func list(_ text: String) -> [Schema] { text.split(separator: "\n").map { Schema($0) } }

        /// Whether the other asks for nothing else than what this one has.
        func includes(_ other: Schema) -> Bool {
            resource == other.resource && other.shares.allSatisfy { shares[$0.key] == $0.value }
        }
    }
}

import Cgroups
import Kernel

/// The container's cgroup when systemd makes it.
///
/// systemd refuses a scope without a process, so the order is another one: the container's process is made first, and
/// waits; systemd makes the scope around it; then the process goes on.
extension Creation {
    /// Opens the way to systemd, and notes the unit that there will be to end. Nothing is changed before that.
    mutating func prepareScope(_ scope: ScopePlan) throws(RuntimeError) {
        guard let tree = CgroupTree.discover() else {
            throw RuntimeError(
                .failed,
                "cgroups by systemd need cgroup v2, which this host has not mounted; use --cgroup-manager cgroupfs")
        }
        let top: String
        do throws(BusError) {
            var manager = try ServiceManager.connect(user: scope.unit.isOfUser, environment: Process.environment)
            top = scope.unit.isOfUser ? try manager.topCgroup() : ""
            self.manager = consume manager
        } catch {
            throw Self.noManager(error)
        }
        let cgroup = Cgroup(path: tree.mountPoint + top + scope.unit.path)
        guard cgroup.missingLevels() > 0 else { throw Self.taken(scope.unit.name) }
        record.cgroup = StateRecord.CgroupPlace(
            path: cgroup.path, levels: 1, unit: .init(name: scope.unit.name, isOfUser: scope.unit.isOfUser))
        hitsAbove = record.cgroup?.hitsAbove
        try directory.write(record)
    }

    /// Has systemd make the scope around the container's process, gives it what systemd has no property for, and lets the
    /// process go on.
    mutating func enterScope(_ scope: ScopePlan) throws(RuntimeError) {
        guard let pid = child.pid, let tree = CgroupTree.discover() else { throw child.silentDeath() }
        try startUnit(scope, pid)
        let cgroup = Cgroup(path: tree.mountPoint + (try cgroupPath(of: pid, in: scope.unit)))
        record.cgroup?.path = cgroup.path
        record.cgroup?.inode = try attempt("look at the cgroup \(cgroup.path)") { () throws(Errno) in
            try File.status(of: cgroup.path).inode
        }
        try limit(cgroup, of: tree)
        if let subgroup = scope.subgroup {
            try enter(subgroup, of: cgroup, pid)
            record.cgroup?.subgroup = subgroup
        }
        try giveCgroup()
        try child.tell(.placed)
    }

    private mutating func startUnit(_ scope: ScopePlan, _ pid: Int32) throws(RuntimeError) {
        let properties =
            UnitProperty.scope(scope.unit, process: pid, description: "apus container \(record.id)")
            + UnitProperty.list(prepared.plan.limits.list) + scope.properties
        // Whatever becomes of the call, the unit may be there from here on.
        unitMayExist = true
        do throws(BusError) {
            try manager?.start(scope.unit, properties)
        } catch {
            guard !error.isUnitExists else {
                unitMayExist = false
                throw Self.taken(scope.unit.name)
            }
            throw RuntimeError(.failed, "start the unit \(scope.unit.name): " + error.message)
        }
        // Not needed again; open, it would be told of every unit on the host.
        manager = nil
    }

    /// Where systemd has put the process; `/proc/PID/cgroup` says it for the host's tree. cgroups(7)
    private mutating func cgroupPath(of pid: Int32, in unit: SystemdUnit) throws(RuntimeError) -> String {
        let text = try attempt("read the cgroup of process \(pid)") { () throws(Errno) in
            try prepared.proc.read("\(pid)/cgroup")
        }
        for line in text.split(separator: UInt8(ascii: "\n")) where line.starts(with: "0::".utf8) {
            let path = String(decoding: line.dropFirst(3), as: UTF8.self)
            // A name that could be mistaken for one of the kernel's files gets a `_` in front.
            if path.hasSuffix("/" + unit.name) || path.hasSuffix("/_" + unit.name) { return path }
            throw RuntimeError(.failed, "systemd left the container's process in \(path), not in \(unit.name)")
        }
        throw child.silentDeath()
    }

    /// Gives the scope's cgroup its limits, as the cgroup file system driver does: what systemd has written already
    /// again, the rest for the first time.
    private mutating func limit(_ cgroup: Cgroup, of tree: CgroupTree) throws(RuntimeError) {
        let limits = prepared.plan.limits
        if !limits.isEmpty {
            // Controllers that systemd does not know, such as hugetlb, are apus's to enable.
            if !tree.missing(limits, of: cgroup).isEmpty { tree.enableControllers(for: limits, of: cgroup) }
            let missing = tree.missing(limits, of: cgroup)
            guard missing.isEmpty else { throw Self.refusal(missing) }
            try setLimits(limits.beforeBirth, on: cgroup)
        }
        let opened = try attempt("open the cgroup \(cgroup.path)") { () throws(Errno) in
            SharedDescriptor(try cgroup.open())
        }
        try restrictDevices(opened)
    }

    /// Moves the process into a cgroup in the scope's, which then has the controllers that the scope's has.
    private func enter(_ name: String, of scope: Cgroup, _ pid: Int32) throws(RuntimeError) {
        let inner = Cgroup(path: scope.path + "/" + name)
        try attempt(
            "move the container to the cgroup \(inner.path)", at: "/annotations/" + ScopePlan.subgroupAnnotation
        ) { () throws(Errno) in
            try File.makeDirectory(inner.path, mode: 0o755)
            try inner.add(pid)
            try scope.enableAllControllers()
        }
    }

    private static func taken(_ name: String) -> RuntimeError {
        RuntimeError(
            .failed, "the unit \(name) is there already: another container or service uses it (/linux/cgroupsPath)")
    }

    private static func noManager(_ error: BusError) -> RuntimeError {
        RuntimeError(
            .failed, "speak to systemd: " + error.message + "; is it running? --cgroup-manager cgroupfs does without")
    }
}

extension StateRecord.CgroupPlace {
    /// Whether what has the name now is another container's: a scope goes when all in it has ended, and its name is free.
    var isTakenOver: Bool {
        guard unit != nil, let inode else { return false }
        do throws(Errno) {
            return try File.status(of: path).inode != inode
        } catch {
            return false
        }
    }

    /// Ends the scope, which ends what is left in it. That there is none any more, or no systemd, is no error.
    func endUnit(_ warnings: Warnings) throws(RuntimeError) {
        guard let unit else { return }
        do throws(BusError) {
            var manager = try ServiceManager.connect(user: unit.isOfUser, environment: Process.environment)
            try manager.stop(unit.name)
        } catch {
            let problem = "stop the unit \(unit.name): " + error.message
            guard Cgroup(path: path).missingLevels() > 0 else { throw RuntimeError(.failed, problem) }
            warnings.add(problem)
        }
    }
}

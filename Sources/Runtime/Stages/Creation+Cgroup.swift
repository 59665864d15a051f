import Cgroups
import JSON
import Kernel

extension Creation {
    /// Makes the cgroup with its limits, and notes first what there is to remove. Nil when the container has none.
    mutating func makeCgroup() throws(RuntimeError) -> SharedDescriptor? {
        if let scope = prepared.scope {
            try prepareScope(scope)
            return nil
        }
        let plan = prepared.plan
        if prepared.options.cgroupDriver == .disabled {
            return try goWithoutCgroup("needs a cgroup, which --cgroup-manager disabled does not allow")
        }
        guard let tree = CgroupTree.discover() else {
            return try goWithoutCgroup("needs cgroup v2, which this host has not mounted")
        }
        let cgroup = tree.cgroup(at: plan.cgroup.path, relative: plan.cgroup.isRelative, containerID: record.id)
        record.cgroup = StateRecord.CgroupPlace(path: cgroup.path, levels: cgroup.missingLevels())
        try directory.write(record)
        guard let made = try make(cgroup) else {
            // An ordinary user without a part of the tree has nothing else to expect.
            if !DeviceFilter.isForbidden {
                warnings.add("the container has no cgroup of its own: \(cgroup.path) cannot be made here")
            }
            return try goWithoutCgroup(
                DeviceFilter.isForbidden
                    ? "needs a cgroup, and no part of the cgroup tree is delegated to the user" : "needs a cgroup")
        }
        // Somebody else may have made a part of it in between.
        record.cgroup?.levels = made
        if made == 0 { try checkExisting(cgroup) }
        let opened = try attempt("open the cgroup \(cgroup.path)") { () throws(Errno) in
            SharedDescriptor(try cgroup.open())
        }
        tree.enableControllers(for: plan.limits, of: cgroup)
        let missing = tree.missing(plan.limits, of: cgroup)
        guard missing.isEmpty else { throw Self.refusal(missing) }
        try setLimits(plan.limits.beforeBirth, on: cgroup)
        try restrictDevices(opened)
        return opened
    }

    /// Whether the process that makes the container's is in a cgroup namespace that is joined. Where such namespaces bound
    /// what was delegated (`nsdelegate`, with systemd always), it can put nobody into a cgroup outside of it.
    var isBornOutside: Bool {
        prepared.joined.joins(.cgroup) && prepared.joined.areEnteredFirst(with: prepared.plan.namespaces.new)
    }

    /// Moves the container's process, which waits for it, into its cgroup.
    mutating func enterCgroup() throws(RuntimeError) {
        guard let home = record.cgroup?.home, let pid = child.pid else { return }
        try attempt("move the container's process into the cgroup \(home)") { () throws(Errno) in
            try Cgroup(path: home).add(pid)
        }
        try child.tell(.placed)
    }

    /// Gives the container's cgroup to the user who is to make others in it.
    ///
    /// The container's process is in it by then: who has joined a user namespace cannot be born into another user's.
    func giveCgroup() throws(RuntimeError) {
        guard let owner = prepared.plan.cgroup.owner, let home = record.cgroup?.home else { return }
        try attempt("give the cgroup \(home) to user \(owner)", at: "/process/user/uid") { () throws(Errno) in
            try Cgroup(path: home).delegate(to: owner)
        }
    }

    /// How many directories were made; nil when none can be here, and the container does not need one.
    private func make(_ cgroup: Cgroup) throws(RuntimeError) -> Int? {
        do throws(Errno) {
            return try cgroup.make()
        } catch {
            let isForbidden =
                error == .readOnlyFileSystem || error == .permissionDenied || error == .notPermitted
            if isForbidden, DeviceFilter.isForbidden || !prepared.plan.limits.needsCgroup { return nil }
            let hint: String? =
                switch error {
                case .readOnlyFileSystem: "limits need a cgroup file system that can be written to"
                case .permissionDenied, .notPermitted: "this part of the tree is not delegated to the user"
                default: nil
                }
            // Without a limit it would have been done without.
            let limit = isForbidden ? prepared.plan.limits.list.first { !$0.isOptional }?.pointer : nil
            throw RuntimeError(
                "make the cgroup \(cgroup.path)", error,
                at: limit ?? (prepared.plan.cgroup.path == nil ? nil : "/linux/cgroupsPath"), hint: hint)
        }
    }

    /// Leaves the container in the caller's cgroup, which nothing is done to; a limit is refused with the reason.
    private mutating func goWithoutCgroup(_ reason: String) throws(RuntimeError) -> SharedDescriptor? {
        record.cgroup = nil
        try directory.write(record)
        var findings: [CgroupFinding] = []
        for setting in prepared.plan.limits.list where !setting.isOptional && findings.last?.pointer != setting.pointer
        {
            findings.append(CgroupFinding(setting.pointer, reason))
        }
        guard findings.isEmpty else { throw Self.refusal(findings) }
        warnOfUnrestrictedDevices()
        return nil
    }

    static func refusal(_ findings: [CgroupFinding]) -> RuntimeError {
        RuntimeError(findings.map { Problem(pointer: $0.pointer, message: $0.message) })
    }

    /// Refuses a cgroup that was there before and is somebody's: what is done to one would be done to the other.
    private mutating func checkExisting(_ cgroup: Cgroup) throws(RuntimeError) {
        let (populated, frozen, inner) = try attempt("look at the cgroup \(cgroup.path)") { () throws(Errno) in
            (try cgroup.isPopulated(), try cgroup.isFrozen(), try cgroup.isInner())
        }
        hitsBefore = LimitHits(of: cgroup)
        guard populated || frozen || inner else { return }
        let place = prepared.plan.cgroup.path == nil ? "" : " (/linux/cgroupsPath)"
        var why = "has controllers enabled for cgroups below, so that no process may be in it"
        if frozen { why = "is frozen" }
        if populated { why = "already has processes" }
        throw RuntimeError(.failed, "the cgroup \(cgroup.path) " + why + place)
    }

    func setLimits(_ settings: [CgroupSetting], on cgroup: Cgroup) throws(RuntimeError) {
        do throws(CgroupRefusal) {
            try cgroup.write(settings)
        } catch {
            throw RuntimeError(error)
        }
    }

    /// Gives the cgroup the limits of memory that the set-up would not have fitted in.
    mutating func limitMemory() throws(RuntimeError) {
        let settings = prepared.plan.limits.afterSetup
        guard !settings.isEmpty, let place = record.cgroup else { return }
        let cgroup = Cgroup(path: place.path)
        do throws(CgroupRefusal) {
            do throws(CgroupRefusal) {
                try cgroup.check(settings)
            } catch {
                // What was read from files can be given back, and what is only kept in stock.
                if let limit = settings.last(where: { $0.file == "memory.max" })?.bytes { cgroup.squeeze(to: limit) }
                try cgroup.check(settings)
            }
            try cgroup.write(settings)
        } catch {
            throw RuntimeError(error)
        }
        if LimitHits(of: cgroup).memoryKills > hitsBefore.memoryKills { throw child.silentDeath() }
    }
}

extension RuntimeError {
    /// What the kernel refused, with the field that asks for it.
    init(_ refusal: CgroupRefusal) {
        self.init(.failed, refusal.message + " (" + refusal.pointer + ")" + (refusal.hint.map { "; " + $0 } ?? ""))
    }

    /// The same error with its cause behind it; as it is when there is none.
    func explained(by cause: String?) -> RuntimeError {
        guard let cause else { return self }
        return RuntimeError(kind, message + ": " + cause)
    }
}

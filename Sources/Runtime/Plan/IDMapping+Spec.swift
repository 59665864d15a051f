internal import Kernel
internal import OCI

extension IDMapping {
    /// Decides on /linux/uidMappings and /linux/gidMappings (config-linux.md, "User namespace mappings").
    ///
    /// Nil without a user namespace of the container's own. Of one that is joined it is what the document expects.
    init?(_ linux: Spec.Linux?, _ namespaces: NamespacePlan, _ findings: inout Findings) {
        let users = linux?.uidMappings ?? []
        let groups = linux?.gidMappings ?? []
        guard namespaces.isPrivate(.user) else {
            if !users.isEmpty { findings.needs(.user, "/linux/uidMappings") }
            if !groups.isEmpty { findings.needs(.user, "/linux/gidMappings") }
            return nil
        }
        if namespaces.new.contains(.user) {
            for (list, pointer) in [(users, "/linux/uidMappings"), (groups, "/linux/gidMappings")] where list.isEmpty {
                findings.refuse(pointer, "must have an entry: in a new user namespace no id means anything without")
            }
        } else {
            if users.isEmpty, groups.isEmpty { return nil }
            IDMapping.checkPair(users, groups, "/linux", &findings)
        }
        self.init(
            users: IDMap(users, at: "/linux/uidMappings", &findings),
            groups: IDMap(groups, at: "/linux/gidMappings", &findings))
    }

    /// Notes when one of two mappings stands without the other.
    static func checkPair(
        _ users: [Spec.IDMapping], _ groups: [Spec.IDMapping], _ pointer: String, _ findings: inout Findings
    ) {
        if users.isEmpty, !groups.isEmpty {
            findings.refuse(pointer + "/uidMappings", "is required beside gidMappings")
        } else if groups.isEmpty, !users.isEmpty {
            findings.refuse(pointer + "/gidMappings", "is required beside uidMappings")
        }
    }
}

extension IDMap {
    /// Decides on one list of ranges, as the kernel takes them. user_namespaces(7)
    init(_ list: [Spec.IDMapping], at pointer: String, _ findings: inout Findings) {
        self.init(list.map { Range(inside: $0.containerID, outside: $0.hostID, size: $0.size) })
        if list.count > IDMap.mostRanges {
            findings.refuse(
                pointer, "must have at most " + String(IDMap.mostRanges) + " entries, has " + String(list.count))
            return
        }
        for (index, entry) in list.enumerated() {
            let place = pointer + "/" + String(index)
            if entry.size == 0 {
                findings.refuse(place + "/size", "must be at least 1, is 0")
                continue
            }
            for (name, first) in [("/containerID", entry.containerID), ("/hostID", entry.hostID)]
            where UInt64(first) + UInt64(entry.size) > UInt64(UInt32.max) {
                findings.refuse(place + name, "must leave room for the size below 4294967295, is " + String(first))
            }
            for (other, earlier) in list[..<index].enumerated() {
                let what = pointer + "/" + String(other)
                if IDMap.overlap(entry.containerID, entry.size, earlier.containerID, earlier.size) {
                    findings.refuse(place + "/containerID", "must not overlap the range of " + what)
                }
                if IDMap.overlap(entry.hostID, entry.size, earlier.hostID, earlier.size) {
                    findings.refuse(place + "/hostID", "must not overlap the range of " + what)
                }
            }
        }
    }

    private static func overlap(_ one: UInt32, _ size: UInt32, _ other: UInt32, _ otherSize: UInt32) -> Bool {
        UInt64(one) < UInt64(other) + UInt64(otherSize) && UInt64(other) < UInt64(one) + UInt64(size)
    }
}

extension IDMapPlan {
    /// Decides on the id mapping of a mount (config.md, "Mounts": uidMappings, gidMappings, idmap and ridmap).
    init?(
        _ mount: Spec.Mount, _ options: MountOptions, _ pointer: String, _ namespaces: NamespacePlan,
        _ findings: inout Findings
    ) {
        let isGiven = !mount.uidMappings.isEmpty || !mount.gidMappings.isEmpty
        guard options.idMap || isGiven else { return nil }
        let place = options.idMapIndex.map { MountOptions.pointer(pointer, $0) } ?? pointer + "/uidMappings"
        if !options.bind || options.remount {
            findings.refuse(place, "is for bind mounts only: an id mapping shows the files of another mount")
        }
        recursive = options.recursiveIDMap
        mapping = nil
        if isGiven {
            IDMapping.checkPair(mount.uidMappings, mount.gidMappings, pointer, &findings)
            mapping = IDMapping(
                users: IDMap(mount.uidMappings, at: pointer + "/uidMappings", &findings),
                groups: IDMap(mount.gidMappings, at: pointer + "/gidMappings", &findings))
        } else if !namespaces.isPrivate(.user) {
            findings.refuse(
                place, "needs uidMappings and gidMappings of the mount, or a user namespace of the container's own")
        }
    }
}

extension Plan {
    /// Judges the plan by the mapping of the container's user namespace, and fits to it what is to be said in ids of the
    /// host, or can be said only of ids that are mapped.
    mutating func apply(_ mapping: IDMapping, _ findings: inout Findings) {
        self.mapping = mapping
        if let process {
            if !mapping.users.contains(process.uid) { Plan.unmapped("/process/user/uid", process.uid, &findings) }
            if !mapping.groups.contains(process.gid) { Plan.unmapped("/process/user/gid", process.gid, &findings) }
            for (index, group) in process.additionalGids.enumerated() where !mapping.groups.contains(group) {
                Plan.unmapped("/process/user/additionalGids/" + String(index), group, &findings)
            }
        }
        cgroup.owner = cgroup.owner.flatMap { mapping.users.outside(of: $0) }
        dropUnmappedTerminalGroup(mapping.groups)
        for device in devices where device.kind == .fifo {
            guard let pointer = device.pointer else { continue }
            if !mapping.users.contains(device.uid) { Plan.unmapped(pointer + "/uid", device.uid, &findings) }
            if !mapping.groups.contains(device.gid) { Plan.unmapped(pointer + "/gid", device.gid, &findings) }
        }
    }

    /// The group that engines give terminals is left out where it does not exist: devpts would not be mounted at all.
    mutating func dropUnmappedTerminalGroup(_ groups: IDMap) {
        if groups.contains(5) { return }
        for index in mounts.indices {
            guard case .fileSystem("devpts", let source, let data) = mounts[index].action else { continue }
            mounts[index].action = .fileSystem(
                type: "devpts", source: source, data: data.filter { $0 != "gid=5" })
        }
    }

    private static func unmapped(_ pointer: String, _ id: UInt32, _ findings: inout Findings) {
        findings.refuse(pointer, String(id) + " is not mapped into the container's user namespace")
    }

    /// Whether the container's processes live in another user namespace than apus.
    package var entersUserNamespace: Bool { namespaces.isPrivate(.user) }
}

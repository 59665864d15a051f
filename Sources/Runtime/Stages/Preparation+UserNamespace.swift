import Kernel

extension Preparation {
    /// Settles what depends on the user namespace that the container will be in: a joined one is looked at, and for a new
    /// one it is found out how its ids get mapped. Nil when there is nothing to map.
    static func settleUserNamespace(
        _ plan: inout Plan, _ joined: inout JoinedNamespaces, _ proc: borrowing HostProc
    ) throws(RuntimeError) -> IDMapWriter? {
        if try joined.isOwn(.user) {
            // It is in there already, and the kernel enters nobody a second time.
            joined.drop(.user)
            plan.namespaces.joined.removeAll { $0.kind == .user }
            plan.mapping = nil
        }
        if let namespace = joined.file(.user) { try look(at: namespace, &plan, proc) }
        if plan.namespaces.new.contains(.user), let mapping = plan.mapping {
            let writer = try IDMapWriter(mapping, at: "/linux")
            if writer.deniesGroups, plan.process?.additionalGids.isEmpty == false {
                throw RuntimeError(
                    .configuration,
                    "additional groups cannot be set where an ordinary user maps only the own group"
                        + " (/process/user/additionalGids)")
            }
            return writer
        }
        if plan.entersUserNamespace { return nil }
        try checkPrivileges()
        // Engines of ordinary users call apus as root of a user namespace of their own.
        let groups = try attempt("read apus's own id map") { () throws(Errno) in
            try Namespace.startedInFirstUserNamespace() ? nil : IDMap(file: proc.read("self/gid_map"))
        }
        if let groups { plan.dropUnmappedTerminalGroup(groups) }
        return nil
    }

    /// Learns the mapping of the user namespace to be joined, and judges the plan by it.
    private static func look(
        at namespace: SharedDescriptor, _ plan: inout Plan, _ proc: borrowing HostProc
    ) throws(RuntimeError) {
        let pointer = plan.namespaces.joined.first { $0.kind == .user }?.pointer ?? "/linux/namespaces"
        let found = try attempt("look into the user namespace to be joined", at: pointer) { () throws(Errno) in
            let holder = try UserNamespaceHolder(joining: namespace.raw)
            return try holder.mapping(proc)
        }
        guard let mapping = found else {
            throw RuntimeError(.failed, "the maps of the user namespace to be joined cannot be read (\(pointer))")
        }
        if let expected = plan.mapping, !expected.isEquivalent(to: mapping) {
            throw RuntimeError(
                .configuration,
                "uidMappings and gidMappings differ from the maps of the user namespace to be joined"
                    + " (/linux/uidMappings)")
        }
        var findings = Findings()
        plan.apply(mapping, &findings)
        guard findings.problems.isEmpty else { throw RuntimeError(findings.problems) }
    }

    /// Without a user namespace of its own a container takes the rights that only root has.
    private static func checkPrivileges() throws(RuntimeError) {
        if Session.effectiveUser == 0 { return }
        let held = try attempt("read apus's own capabilities") { () throws(Errno) in
            try Capability.held(bounding: .init())
        }
        if held.effective.contains(.systemAdministration) { return }
        throw RuntimeError(
            .configuration,
            "a container of an ordinary user needs its own user namespace: {\"type\": \"user\"}, with uidMappings and"
                + " gidMappings (/linux/namespaces); `apus spec --rootless` writes such a config.json")
    }
}

internal import Kernel
internal import OCI

extension CgroupPlan {
    /// Decides where the container's cgroup is (config-linux.md, "Cgroups Path") and whose it will be.
    init(_ spec: Spec, _ namespaces: NamespacePlan, _ findings: inout Findings) {
        owner = CgroupPlan.owner(spec, namespaces)
        path = nil
        isRelative = false
        guard let written = spec.linux?.cgroupsPath, !written.isEmpty else { return }
        let pointer = "/linux/cgroupsPath"
        if ContainerPath.climbs(written) {
            findings.refuse(pointer, "must not contain \"..\", is " + Findings.quoted(written))
            return
        }
        let clean = ContainerPath.clean(written)
        if clean == "/" {
            findings.refuse(pointer, "must name a cgroup below the top one, is " + Findings.quoted(written))
        } else {
            path = clean
            isRelative = !ContainerPath.isAbsolute(written)
        }
    }

    /// The user who gets the cgroup: the program's, if the container sees only its own part of the tree, and can write
    /// there (config-linux.md, "Cgroup ownership"). Nil when it stays the caller's. The number is the container's.
    private static func owner(_ spec: Spec, _ namespaces: NamespacePlan) -> UInt32? {
        guard namespaces.new.contains(.cgroup), let user = spec.process?.user.uid else { return nil }
        if user == 0, !namespaces.isPrivate(.user) { return nil }
        for mount in spec.mounts where mount.source == "cgroup" && mount.destination == "/sys/fs/cgroup" {
            if !mount.options.contains("ro") { return user }
        }
        return nil
    }
}

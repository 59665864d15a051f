internal import Cgroups
internal import Kernel
package import OCI

extension Plan {
    /// Turns a document into what will be done, without asking or changing the system.
    ///
    /// `bundle` is the absolute path of the bundle's directory. Throws all that is wrong with the document at once.
    package static func make(_ spec: Spec, bundle: String, noPivot: Bool) throws(RuntimeError) -> Plan {
        var findings = Findings()
        Validation.checkVersion(spec, &findings)
        Validation.checkPlatform(spec, &findings)
        // Taken out once: each look through the optional would copy it.
        let linux = spec.linux ?? .empty
        let namespaces = NamespacePlan(linux.namespaces, &findings)
        let mapping = IDMapping(spec.linux, namespaces, &findings)
        Validation.run(spec, namespaces, &findings)
        let rootfs = RootfsPlan(spec, bundle: bundle, noPivot: noPivot, namespaces, &findings)
        var mounts = MountPlan.list(spec.mounts, bundle: bundle, namespaces, &findings)
        let mountLabel = MountLabel.add(linux.mountLabel, to: &mounts, &findings)
        let devices = DevicePlan.list(linux.devices, mounts, namespaces, &findings)
        let masked = PathPlan.list(
            linux.maskedPaths, at: "/linux/maskedPaths", namespaces, &findings)
        let readonly = PathPlan.list(
            linux.readonlyPaths, at: "/linux/readonlyPaths", namespaces, &findings)
        let netDevices = NetDevicePlan.list(linux.netDevices, namespaces, &findings)
        let sysctls = SysctlPlan.list(spec, namespaces, &findings)
        let cgroup = CgroupPlan(spec, namespaces, &findings)
        let limits = CgroupSettings(linux.resources, &findings)
        let deviceRules = DeviceRule.list(
            linux.resources?.devices ?? [], nodes: linux.devices, &findings)
        let intelRdt = linux.intelRdt.map { IntelRdtPlan($0, &findings) }
        let personality = linux.personality.flatMap { Personality($0, &findings) }
        let memoryPolicy = linux.memoryPolicy.flatMap { MemoryPolicy($0, &findings) }
        var process = spec.process.map { ProcessPlan($0, personality, &findings) }
        process?.memoryPolicy = memoryPolicy
        let annotated = AnnotationPlan(spec.annotations, bundle: bundle, &findings)
        process?.keepGroups(annotated, &findings)
        let timeOffsets = ClockOffset.list(linux.timeOffsets, namespaces, &findings)
        var plan = Plan(
            bundle: bundle, ociVersion: spec.ociVersion, rootfs: rootfs, namespaces: namespaces,
            timeOffsets: timeOffsets, mapping: mapping, hostname: name(spec.hostname),
            domainname: name(spec.domainname), mounts: mounts,
            devices: devices,
            mountLabel: mountLabel, intelRdt: intelRdt,
            maskedPaths: masked, readonlyPaths: readonly, netDevices: netDevices, sysctls: sysctls, cgroup: cgroup,
            limits: limits,
            deviceRules: deviceRules, process: process,
            seccomp: linux.seccomp.flatMap { Validation.filtersNothing($0) ? nil : $0 },
            hooks: spec.hooks ?? Spec.Hooks(), annotations: spec.annotations, annotated: annotated,
            warnings: [])
        if let mapping, namespaces.new.contains(.user), !mapping.users.ranges.isEmpty, !mapping.groups.ranges.isEmpty {
            plan.apply(mapping, &findings)
        }
        guard findings.problems.isEmpty else { throw RuntimeError(findings.problems) }
        plan.warnings = findings.warnings
        return plan
    }

    /// Engines write an absent name as an empty one.
    private static func name(_ written: String?) -> String? { Validation.isSet(written) ? written : nil }
}

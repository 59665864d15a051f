internal import Cgroups
internal import Kernel
package import OCI
internal import SeccompFilter

extension Verb {
    /// What apus can do, whatever the host offers (features.md).
    package static func features() -> Features {
        var features = Features()
        features.hooks = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]
        features.mountOptions = MountOption.supportedNames
        features.linux.namespaces = ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"]
        features.linux.capabilities = Capability.names(of: .init(rawValue: (1 << UInt64(Capability.count)) - 1))
        features.linux.cgroup.v2 = true
        features.linux.cgroup.systemd = true
        features.linux.cgroup.systemdUser = true
        features.linux.idmap = true
        fill(&features.linux.seccomp)
        features.potentiallyUnsafeConfigAnnotations = [
            UnitProperty.annotation, ScopePlan.subgroupAnnotation, Criu.annotation, AnnotationPlan.groups,
            AnnotationPlan.output, AnnotationPlan.errors, AnnotationPlan.pidfd,
        ]
        features.linux.apparmor = true
        features.linux.selinux = true
        features.linux.intelRdt.enabled = true
        features.linux.intelRdt.schemata = true
        features.linux.intelRdt.monitoring = true
        features.linux.netDevices = true
        features.linux.memoryPolicy.modes = words(MemoryPolicy.Mode.allCases.map(\.name))
        features.linux.memoryPolicy.flags = words(MemoryPolicy.Flags.names.map(\.name))
        features.annotations = [
            Spec.Entry(key: "io.github.seccomp.libseccomp.version", value: libseccompVersion),
            Spec.Entry(key: "org.opencontainers.runc.checkpoint.enabled", value: "true"),
        ]
        return features
    }

    /// The version of the library that compiles filters: `2.5.4`.
    package static var libseccompVersion: String { SeccompNames.libraryVersion }

    private static func fill(_ seccomp: inout Features.Seccomp) {
        seccomp.enabled = true
        seccomp.actions = words(SeccompNames.actions)
        seccomp.operators = words(SeccompNames.operators)
        seccomp.archs = words(SeccompNames.knownArchitectures)
        seccomp.knownFlags = words(SeccompNames.flags)
        seccomp.supportedFlags = words(SeccompNames.flags)
    }

    private static func words(_ names: [StaticString]) -> [String] { names.map(\.description) }
}

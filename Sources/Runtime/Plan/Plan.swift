package import Cgroups
package import Kernel
package import OCI

/// What will be done to make the container: a validated, resolved `Spec`.
///
/// Names have become numbers, flags bit masks, relative paths absolute. Every part keeps the JSON pointer of the
/// field it comes from, so that what fails later can still say where it was asked for.
package struct Plan: Sendable {
    package var bundle: String
    package var ociVersion: String
    package var rootfs: RootfsPlan
    package var namespaces: NamespacePlan
    /// Of the new time namespace.
    package var timeOffsets: [ClockOffset]
    /// How the ids of the container's user namespace correspond to those of apus's; nil without such a namespace.
    /// Of one that is joined, what the document expects, until it has been looked at.
    package var mapping: IDMapping?
    package var hostname: String?
    package var domainname: String?
    /// In the order in which they are mounted.
    package var mounts: [MountPlan]
    /// The default devices first, then those of /linux/devices. Empty when /dev is bound from the host.
    package var devices: [DevicePlan]
    /// The SELinux label of what is mounted, which is among the options of the mounts.
    package var mountLabel: String?
    /// Nil when no resctrl file system is to be touched.
    package var intelRdt: IntelRdtPlan?
    /// Absolute container paths, without duplicates.
    package var maskedPaths: [PathPlan]
    package var readonlyPaths: [PathPlan]
    /// Network interfaces of the host that the container gets.
    package var netDevices: [NetDevicePlan]
    package var sysctls: [SysctlPlan]
    package var cgroup: CgroupPlan
    /// What the cgroup is given, in order.
    package var limits: CgroupSettings
    /// What may be done to which devices, in the order in which rules take the place of earlier ones.
    package var deviceRules: [DeviceRule]
    /// Nil when /process is absent: such a container can be created but not started.
    package var process: ProcessPlan?
    /// As written; compiled by SeccompFilter. Nil when there is nothing to filter.
    package var seccomp: Spec.Linux.Seccomp?
    package var hooks: Spec.Hooks
    package var annotations: [Spec.Entry<String>]
    /// What is done for them.
    package var annotated: AnnotationPlan
    /// What the specification wants said without failing. Printed only when the verb succeeds.
    package var warnings: [String]
}

/// A path of the configuration with the place it was written.
package struct PathPlan: Equatable, Sendable {
    package var path: String
    package var pointer: String
}

/// The root file system.
package struct RootfsPlan: Equatable, Sendable {
    /// Absolute host path.
    package var path: String
    package var readonly: Bool
    /// Propagation of the root mount, as written in /linux/rootfsPropagation; nil leaves it a slave of the host's.
    package var propagation: Mount.Propagation?
    package var pivot: Bool
}

/// Which namespaces the container gets.
package struct NamespacePlan: Equatable, Sendable {
    package struct Join: Equatable, Sendable {
        package var kind: Namespace
        package var path: String
        package var pointer: String
    }
    /// Made new by clone3(2).
    package var new: Namespace.Set
    /// Entered by setns(2), in the order that works.
    package var joined: [Join]

    /// Whether the container does not share this namespace with apus by inheritance.
    package func isPrivate(_ kind: Namespace) -> Bool { new.contains(kind) || joined.contains { $0.kind == kind } }
}

/// One entry of /mounts.
package struct MountPlan: Equatable, Sendable {
    package enum Action: Equatable, Sendable {
        /// A bind mount of an absolute host path; `recursive` for rbind.
        case bind(source: String, recursive: Bool)
        /// A new instance of a file system. `data` are its own options, one `key` or `key=value` each.
        case fileSystem(type: String, source: String, data: [String])
        /// mount(2) MS_REMOUNT of what is already there; with `bind`, of the mount's own flags only.
        case remount(bind: Bool, data: [String])
    }
    package var action: Action
    /// Container path, absolute and clean (no `.`/`..`/double slashes left; `..` resolved lexically inside the root).
    package var destination: String
    package var flags: Mount.Flags
    /// In the order written: each is applied by a call of its own after the mount is in place.
    package var propagation: [Mount.Propagation]
    /// Attributes of the `r…` options, for the whole tree (mount_setattr AT_RECURSIVE).
    package var recursive: Mount.Attributes
    package var copyUp: Bool
    /// Which ids the files of the mount show; nil shows them as they are.
    package var idMap: IDMapPlan?
    /// `/mounts/3`
    package var pointer: String
}

/// The id mapping of a mount.
package struct IDMapPlan: Equatable, Sendable {
    /// Nil for that of the container.
    package var mapping: IDMapping?
    /// Whether the mounts below have it too.
    package var recursive: Bool
}

/// One device node.
package struct DevicePlan: Equatable, Sendable {
    package enum Kind: Equatable, Sendable { case character, block, fifo }
    package var kind: Kind
    /// Absolute container path.
    package var path: String
    package var major: UInt32
    package var minor: UInt32
    /// Permission bits.
    package var mode: UInt32
    package var uid: UInt32
    package var gid: UInt32
    /// Nil for a default device.
    package var pointer: String?
}

/// One kernel parameter.
package struct SysctlPlan: Equatable, Sendable {
    /// Path under /proc/sys, with slashes.
    package var path: String
    package var value: String
    package var pointer: String
}

/// Where the container's cgroup is.
package struct CgroupPlan: Equatable, Sendable {
    /// Clean path with a leading slash, as asked for; nil lets apus choose.
    package var path: String?
    /// Whether the path starts where apus puts its cgroups, not at the cgroup2 mount point.
    package var isRelative = false
    /// The user whom the cgroup is given to; nil leaves it the caller's.
    package var owner: UInt32?
}

/// The container's program and everything applied to its process.
package struct ProcessPlan: Equatable, Sendable {
    package struct Rlimit: Equatable, Sendable {
        package var resource: Kernel.Rlimit
        package var soft: UInt64
        package var hard: UInt64
        package var pointer: String
    }
    package struct Capabilities: Equatable, Sendable {
        package var bounding: Capability.Set
        package var effective: Capability.Set
        package var permitted: Capability.Set
        package var inheritable: Capability.Set
        package var ambient: Capability.Set
    }
    package struct ConsoleSize: Equatable, Sendable {
        package var rows: UInt16
        package var columns: UInt16
    }
    package var args: [String]
    /// Without duplicates: the last of a name wins.
    package var env: [String]
    package var cwd: String
    package var uid: UInt32
    package var gid: UInt32
    package var additionalGids: [UInt32]
    /// Whether the caller's groups stay instead.
    package var keepsGroups = false
    /// Nil leaves the caller's umask.
    package var umask: UInt32?
    package var terminal: Bool
    package var consoleSize: ConsoleSize?
    package var rlimits: [Rlimit]
    /// All empty when /process/capabilities is absent.
    package var capabilities: Capabilities
    package var noNewPrivileges: Bool
    package var oomScoreAdj: Int32?
    package var scheduler: Scheduler.Attributes?
    package var ioPriority: IOPriority?
    package var personality: Personality?
    package var memoryPolicy: MemoryPolicy?
    package var labels: SecurityLabels
    /// Where programs begin and end up that `exec` starts later; for the container's own it means nothing.
    package var execAffinity: ExecAffinity?
}

/// The processors that `exec` has a program run on; nil is no word about it.
package struct ExecAffinity: Equatable, Sendable {
    /// Before it is in the container's cgroup.
    package var initial: CPUSet?
    /// From then on.
    package var final: CPUSet?
}

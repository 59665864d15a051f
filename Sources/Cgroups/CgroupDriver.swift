/// Who makes a container's cgroup.
package enum CgroupDriver: UInt8, CaseIterable, Sendable {
    /// apus itself, in the cgroup file system.
    case cgroupfs
    /// systemd, asked over D-Bus.
    case systemd
    /// Nobody: the container stays in the cgroup of its creator.
    case disabled

    /// Without the standard library's generic code for what has a raw value.
    package static func == (one: CgroupDriver, other: CgroupDriver) -> Bool { one.rawValue == other.rawValue }

    /// Its name as `--cgroup-manager` has it.
    package var name: StaticString {
        switch self {
        case .cgroupfs: "cgroupfs"
        case .systemd: "systemd"
        case .disabled: "disabled"
        }
    }
}

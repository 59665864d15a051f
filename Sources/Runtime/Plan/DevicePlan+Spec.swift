internal import Kernel
internal import OCI

extension DevicePlan {
    /// What every container has (config-linux.md, "Default Devices").
    static let defaults: [DevicePlan] = [
        DevicePlan(defaultAt: "/dev/null", 1, 3), DevicePlan(defaultAt: "/dev/zero", 1, 5),
        DevicePlan(defaultAt: "/dev/full", 1, 7), DevicePlan(defaultAt: "/dev/random", 1, 8),
        DevicePlan(defaultAt: "/dev/urandom", 1, 9), DevicePlan(defaultAt: "/dev/tty", 5, 0),
    ]

    private init(defaultAt path: String, _ major: UInt32, _ minor: UInt32) {
        self.init(
            kind: .character, path: path, major: major, minor: minor, mode: 0o666, uid: 0, gid: 0, pointer: nil)
    }

    /// The default devices and those of /linux/devices, which take the place of a default one of the same path.
    static func list(
        _ devices: [Spec.Linux.Device], _ mounts: [MountPlan], _ namespaces: NamespacePlan, _ findings: inout Findings
    ) -> [DevicePlan] {
        guard namespaces.new.contains(.mount) else {
            // The nodes would stay behind in what is then a directory of the host's.
            if !devices.isEmpty { findings.needs(.mount, "/linux/devices") }
            return []
        }
        let boundBy = bindOfDev(mounts)
        var plans = boundBy == nil ? defaults : []
        var places = SeenTexts()
        for plan in plans { _ = places.place(of: plan.path) }
        var skipped = 0
        for (index, device) in devices.enumerated() {
            guard let plan = DevicePlan(device, "/linux/devices/" + String(index), &findings) else { continue }
            if boundBy != nil, ContainerPath.isInside(plan.path, "/dev") {
                skipped += 1
            } else if let place = places.place(of: plan.path) {
                checkSame(plan, plans[place], &findings)
                plans[place] = plan
            } else {
                plans.append(plan)
            }
        }
        if skipped > 0, let boundBy {
            findings.warn(
                "/linux/devices", String(skipped) + " below /dev are not made: " + boundBy + " binds /dev from the host"
            )
        }
        return plans
    }

    /// The pointer of the mount that shows a directory of the host's as /dev.
    private static func bindOfDev(_ mounts: [MountPlan]) -> String? {
        var pointer: String?
        for mount in mounts where mount.destination == "/dev" {
            switch mount.action {
            case .bind: pointer = mount.pointer
            case .fileSystem: pointer = nil
            case .remount: break
            }
        }
        return pointer
    }

    /// The same device may be listed twice, and the later says who owns it; two at one path cannot be.
    private static func checkSame(_ plan: DevicePlan, _ earlier: DevicePlan, _ findings: inout Findings) {
        guard let pointer = plan.pointer, let earlierPointer = earlier.pointer else { return }
        if plan.kind != earlier.kind || plan.major != earlier.major || plan.minor != earlier.minor {
            findings.refuse(
                pointer + "/path",
                "must not be that of another device, " + earlierPointer + ", is " + Findings.quoted(plan.path))
        }
    }
}

extension DevicePlan {
    /// Decides on the device at `pointer` (config-linux.md, "Devices"); nil when it has a problem.
    init?(_ device: Spec.Linux.Device, _ pointer: String, _ findings: inout Findings) {
        let before = findings.problems.count
        var kind = Kind.character
        switch device.type {
        case "c", "u": break
        case "b": kind = .block
        case "p": kind = .fifo
        default:
            findings.refuse(pointer + "/type", "must be one of c, b, u and p, is " + Findings.quoted(device.type))
        }
        let path = ContainerPath.clean(device.path)
        if !ContainerPath.isAbsolute(device.path) || path == "/" {
            findings.refuse(pointer + "/path", "must be an absolute path of a file, is " + Findings.quoted(device.path))
        }
        let isFifo = kind == .fifo
        self.init(
            kind: kind, path: path,
            major: DevicePlan.number(device.major, 0xFFF, isFifo, pointer + "/major", &findings),
            minor: DevicePlan.number(device.minor, 0xF_FFFF, isFifo, pointer + "/minor", &findings),
            mode: DevicePlan.mode(device.fileMode, pointer, &findings),
            uid: UserID.check(device.uid ?? 0, pointer + "/uid", &findings),
            gid: UserID.check(device.gid ?? 0, pointer + "/gid", &findings), pointer: pointer)
        if findings.problems.count > before { return nil }
    }

    /// `limit` is the largest number the kernel's dev_t holds.
    private static func number(
        _ value: Int64?, _ limit: Int64, _ isFifo: Bool, _ pointer: String, _ findings: inout Findings
    ) -> UInt32 {
        guard let value else {
            if !isFifo { findings.refuse(pointer, "is required for a device of this type") }
            return 0
        }
        if isFifo, value != 0 {
            findings.refuse(pointer, "must be absent for a fifo, is " + String(value))
        } else if value < 0 || value > limit {
            findings.refuse(pointer, "must be from 0 to " + String(limit) + ", is " + String(value))
        }
        return UInt32(truncatingIfNeeded: value)
    }

    /// Engines that take the mode from stat(2) leave the bits of the file's type in it: they say nothing new.
    private static func mode(_ value: UInt32?, _ pointer: String, _ findings: inout Findings) -> UInt32 {
        let mode = value ?? 0o666
        if mode > 0o177777 {
            findings.refuse(
                pointer + "/fileMode", "must be permission bits, at most 4095 (octal 7777), is " + String(mode))
        }
        return mode & 0o7777
    }
}

/// User and group ids as the document has them.
enum UserID {
    /// Notes the one number that is no id: chown(2), setresuid(2) and setresgid(2) read it as "leave unchanged".
    static func check(_ id: UInt32, _ pointer: @autoclosure () -> String, _ findings: inout Findings) -> UInt32 {
        if id == UInt32.max { findings.refuse(pointer(), "must be from 0 to 4294967294, is 4294967295") }
        return id
    }
}

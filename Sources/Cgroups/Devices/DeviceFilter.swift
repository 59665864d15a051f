package import Kernel

/// A device program that the kernel has taken. Attached to a cgroup it stays until the cgroup goes.
package struct DeviceFilter: ~Copyable {
    private let descriptor: Descriptor
    /// What the program is found by later.
    package let id: UInt32

    /// Loads the program. `EPERM` for a caller who may not, `EINVAL` when the kernel has no device programs.
    package init(_ program: DeviceProgram) throws(Errno) {
        let loaded = try BPF.loadDeviceProgram(program.instructions, name: "apus_devices")
        id = try BPF.id(of: loaded.raw)
        descriptor = loaded
    }

    /// Lets the program decide on all access to devices from the cgroup behind `cgroup`, and from all below it.
    ///
    /// Programs of the cgroups above stay effective: what one of them refuses is refused.
    package func attach(to cgroup: Int32) throws(Errno) {
        try BPF.attachDeviceProgram(descriptor.raw, to: cgroup)
    }

    /// Takes the place of the program with the number `old`, without a moment in which neither of them decides.
    ///
    /// `ENOENT` when the cgroup does not have that one.
    package func replace(_ old: UInt32, in cgroup: Int32) throws(Errno) {
        let program = try BPF.openProgram(id: old)
        try BPF.replaceDeviceProgram(program.raw, with: descriptor.raw, in: cgroup)
    }

    /// Whether a caller who was refused with `EPERM` lacks nothing: only root of the first user namespace may load
    /// programs, and in any other no device can be made.
    package static var isForbidden: Bool {
        if Session.effectiveUser != 0 { return true }
        do throws(Errno) {
            return try !Namespace.startedInFirstUserNamespace()
        } catch {
            return false
        }
    }
}

extension Cgroup {
    /// Takes the device program with the number off the cgroup. To find it, or the cgroup, gone is no error.
    package func detachDeviceFilter(_ id: UInt32) throws(Errno) {
        do throws(Errno) {
            let cgroup = try open()
            let program = try BPF.openProgram(id: id)
            try BPF.detachDeviceProgram(program.raw, from: cgroup.raw)
        } catch {
            guard error == .noSuchFile else { throw error }
        }
    }
}

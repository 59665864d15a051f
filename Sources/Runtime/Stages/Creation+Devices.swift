import Cgroups
import Kernel

extension Creation {
    private static var pointer: String { "/linux/resources/devices" }

    /// Restricts the cgroup to the devices that the plan allows, before the container's first process is in it.
    mutating func restrictDevices(_ cgroup: SharedDescriptor) throws(RuntimeError) {
        let program = DeviceProgram(prepared.plan.deviceRules)
        if program.allowsEverything { return }
        guard let filter = try Self.load(program) else { return }
        record.cgroup?.deviceFilter = filter.id
        // Nothing but the record leads back to the filter when the cgroup stays.
        if record.cgroup?.levels == 0 { try directory.write(record) }
        try attempt("attach the device filter to the cgroup", at: Self.pointer) { () throws(Errno) in
            try filter.attach(to: cgroup.raw)
        }
    }

    /// Nil when nobody in apus's place may load a filter.
    private static func load(_ program: DeviceProgram) throws(RuntimeError) -> DeviceFilter? {
        do throws(Errno) {
            return try DeviceFilter(program)
        } catch {
            if error == .notPermitted, DeviceFilter.isForbidden { return nil }
            throw RuntimeError("load the device filter", error, at: pointer, hint: hint(error))
        }
    }

    private static func hint(_ error: Errno) -> String? {
        switch error {
        case .notPermitted: "apus needs CAP_SYS_ADMIN, or CAP_BPF with CAP_NET_ADMIN"
        case .invalidArgument, .notImplemented: "the kernel must be built with CONFIG_CGROUP_BPF"
        default: nil
        }
    }

    /// Says of a container without a cgroup that its rules have no effect.
    func warnOfUnrestrictedDevices() {
        if DeviceProgram(prepared.plan.deviceRules).allowsEverything || DeviceFilter.isForbidden { return }
        warnings.add(Self.pointer + ": device access is not restricted by a device filter")
    }
}

extension StateRecord.CgroupPlace {
    /// Removes what apus made of the cgroup; from one that was there before, only the device filter.
    func cleanUp(_ warnings: Warnings) throws(RuntimeError) {
        try endUnit(warnings)
        let cgroup = Cgroup(path: path)
        try attempt("remove the cgroup \(path)") { () throws(Errno) in
            if levels == 0, let deviceFilter { try cgroup.detachDeviceFilter(deviceFilter) }
            try cgroup.remove(levels: levels, milliseconds: 10_000)
        }
    }

    /// Kills every process in the cgroup. That it is gone is no error.
    func kill() throws(RuntimeError) {
        do throws(Errno) {
            try Cgroup(path: path).kill()
        } catch {
            guard error == .noSuchFile else { throw RuntimeError("kill the processes in \(path)", error) }
        }
    }
}

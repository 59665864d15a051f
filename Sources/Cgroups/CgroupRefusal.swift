internal import Kernel

/// Why a cgroup could not be given what was asked for.
package struct CgroupRefusal: Error, Equatable, Sendable {
    /// What was being done, to what, and why it failed.
    package var message: String
    /// JSON pointer of the field that asks for it.
    package var pointer: String
    package var hint: String?

    package init(_ message: String, at pointer: String, hint: String? = nil) {
        self.message = message
        self.pointer = pointer
        self.hint = hint
    }

    /// A write that the kernel refused.
    init(_ setting: CgroupSetting, _ file: String, _ value: String, in cgroup: Cgroup, _ error: Errno) {
        let shown = value == "\n" ? "nothing" : value
        self.init(
            "write " + shown + " to " + cgroup.path + "/" + file + ": " + error.message, at: setting.pointer,
            hint: Self.hint(file, error))
    }

    private static func hint(_ file: String, _ error: Errno) -> String? {
        switch (file, error) {
        case (_, .noSuchFile): "this kernel has no such limit"
        case ("cpu.max", .invalidArgument), ("cpu.max.burst", .invalidArgument):
            "quota and period are from 1000 to 1000000 microseconds, a burst is at most the quota"
        case ("cpu.weight", .invalidArgument): "a cgroup with cpu.idle 1 has no weight"
        case ("cpuset.cpus", _), ("cpuset.mems", _): "this host has no such number"
        case ("io.max", .noSuchDevice), ("io.weight", .noSuchDevice), ("io.bfq.weight", .noSuchDevice),
            ("rdma.max", .noSuchDevice):
            "this host has no such device"
        default: nil
        }
    }
}

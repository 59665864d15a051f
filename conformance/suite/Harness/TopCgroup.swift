import CLinux
import Glibc

/// The top of the cgroup2 tree, where some runtimes put a container that asks for it: what is done to it is done to
/// everything.
enum TopCgroup {
    /// The device filters that it has; systemd and engines give it none.
    static var filters: [UInt32] {
        open { cgroup in
            var ids = [UInt32](repeating: 0, count: 64)
            var count = UInt32(ids.count)
            return cl_bpf_device_programs(cgroup, &ids, &count) == 0 ? Array(ids.prefix(Int(count))) : []
        } ?? []
    }

    /// Takes the filters from it that were not there before: they forbid devices to every other case.
    static func remove(filtersBeside before: [UInt32]) {
        for id in filters where !before.contains(id) {
            let program = cl_bpf_open_program(id)
            guard program >= 0 else { continue }
            _ = open { cl_bpf_detach_device_program(program, $0) }
            _ = cl_close(program)
        }
    }

    private static func open<Result>(_ body: (Int32) -> Result) -> Result? {
        guard geteuid() == 0, let tree = Proc.cgroup2 else { return nil }
        let cgroup = cl_openat(AT_FDCWD, tree, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard cgroup >= 0 else { return nil }
        defer { _ = cl_close(cgroup) }
        return body(cgroup)
    }
}

extension Container {
    /// Whether it is in the top cgroup, of a host where that is a matter of choice.
    ///
    /// Its runtime may then end all that is there when it is to delete the container.
    var isInTopCgroup: Bool {
        guard Proc.cgroup2 == "/sys/fs/cgroup", let pid = Int32(File.text(pidFile) ?? "") else { return false }
        return Proc.cgroup(pid) == "/"
    }
}

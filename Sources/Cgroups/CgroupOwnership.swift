package import Kernel

/// Handing a cgroup to the user who runs in it (config-linux.md, "Cgroup ownership"; cgroups(7), "Delegation").
extension Cgroup {
    /// Gives the directory and the files that may be delegated to the user; files that a cgroup lacks are passed over.
    package func delegate(to uid: UInt32) throws(Errno) {
        let directory = try open()
        let unchanged = UInt32.max
        try File.changeOwner(of: directory.raw, uid: uid, gid: unchanged)
        for name in Self.delegatedFiles {
            do throws(Errno) {
                try File.changeOwner(of: name, at: directory.raw, uid: uid, gid: unchanged)
            } catch {
                guard error == .noSuchFile else { throw error }
            }
        }
    }

    /// The names in /sys/kernel/cgroup/delegate.
    private static var delegatedFiles: [String] {
        do throws(Errno) {
            let bytes = try File.read("/sys/kernel/cgroup/delegate", limit: 1 << 16)
            var names: [String] = []
            for line in bytes.split(separator: UInt8(ascii: "\n")) where !line.contains(UInt8(ascii: "/")) {
                names.append(String(decoding: line, as: UTF8.self))
            }
            return names
        } catch {
            return ["cgroup.procs", "cgroup.subtree_control", "cgroup.threads"]
        }
    }
}

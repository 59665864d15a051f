internal import Kernel

/// The cgroup v2 tree of this host. cgroups(7)
///
/// apus uses cgroup v2 only. On a pure host it is mounted at /sys/fs/cgroup, on a hybrid one, whose controllers are
/// bound to v1, at /sys/fs/cgroup/unified.
package struct CgroupTree: Equatable, Sendable {
    package enum Layout: Equatable, Sendable { case pure, hybrid }

    package var mountPoint: String
    package var layout: Layout

    /// Nil when no cgroup2 file system is mounted at the usual places.
    package static func discover() -> CgroupTree? {
        for (path, layout) in [("/sys/fs/cgroup", Layout.pure), ("/sys/fs/cgroup/unified", Layout.hybrid)] {
            do throws(Errno) {
                if try File.fileSystem(ofPath: path).type == FileSystemStatus.cgroup2 {
                    return CgroupTree(mountPoint: path, layout: layout)
                }
            } catch {
                continue
            }
        }
        return nil
    }

    /// The container's cgroup: at `path`, an absolute one from the top of the tree, a relative one from `base`.
    ///
    /// Without a path apus chooses a name.
    package func cgroup(at path: String?, relative: Bool, containerID: String) -> Cgroup {
        guard let path else { return Cgroup(path: mountPoint + base + "/apus-" + containerID) }
        return Cgroup(path: mountPoint + (relative ? base : "") + path)
    }

    /// Where cgroups of apus's own choice are, below the mount point: the top, if it belongs to the caller.
    ///
    /// A part of the tree that was delegated to the caller is not the top: there they are beside the caller's own
    /// cgroup, so that controllers can be enabled for them, and if what holds that one is not the caller's, in it.
    package var base: String {
        if Self.isOwn(mountPoint) { return "" }
        guard let own, own != "/" else { return "" }
        let above = Cgroup(path: mountPoint + own).parent?.path ?? mountPoint
        if above.utf8.count > mountPoint.utf8.count, Self.isOwn(above) {
            return String(above.dropFirst(mountPoint.count))
        }
        return Self.isOwn(mountPoint + own) ? own : ""
    }

    /// The caller's own cgroup, below the mount point. proc_pid_cgroup(5)
    private var own: String? {
        do throws(Errno) {
            let proc = try HostProc()
            for line in try proc.read("self/cgroup").split(separator: UInt8(ascii: "\n")) {
                // Only version 2 has hierarchy 0 and names no controllers. Outside of the namespace there is no path.
                guard line.starts(with: "0::/".utf8), !line.starts(with: "0::/..".utf8) else { continue }
                return String(decoding: line.dropFirst(3), as: UTF8.self)
            }
        } catch {
            return nil
        }
        return nil
    }

    private static func isOwn(_ path: String) -> Bool {
        do throws(Errno) {
            return try File.status(of: path).uid == Session.effectiveUser
        } catch {
            return false
        }
    }
}

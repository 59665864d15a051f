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

    /// Where a container's cgroup lies when its configuration does not say.
    package static func defaultPath(containerID: String) -> String { "/apus-" + containerID }
}

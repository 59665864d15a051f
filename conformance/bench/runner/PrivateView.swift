import CLinux
import Glibc

/// A mount namespace in which the cgroup v2 tree of a host with both versions is hidden, for crun.
///
/// The host's own mounts are not touched.
enum PrivateView {
    private static let unified = "/sys/fs/cgroup/unified"

    /// MS_REC | MS_PRIVATE of mount(2), which two headers define differently.
    private static let recursivelyPrivate: UInt = 1 << 14 | 1 << 18

    /// Whether this host has cgroup v1 and v2 together.
    static var isNeeded: Bool {
        !Files.isFileSystem("/sys/fs/cgroup", magic: Files.cgroup2Magic)
            && Files.isFileSystem(unified, magic: Files.cgroup2Magic)
    }

    static func enter() throws(BenchError) {
        let before = try namespace()
        let unshared = cl_unshare(CLONE_NEWNS)
        guard unshared == 0 else { throw BenchError("making a mount namespace", errno: Int(unshared)) }
        // Whatever went wrong above, the host's tree must not be covered.
        guard try namespace() != before else { throw BenchError("the mount namespace is still the host's") }
        let cut = cl_mount(nil, "/", nil, recursivelyPrivate, nil)
        guard cut == 0 else { throw BenchError("making the private view's mounts private", errno: Int(cut)) }
        let hidden = cl_mount("none", unified, "tmpfs", 0, nil)
        guard hidden == 0 else { throw BenchError("hiding \(unified) in the private view", errno: Int(hidden)) }
    }

    /// The identity of this process's mount namespace.
    private static func namespace() throws(BenchError) -> UInt {
        var found = stat()
        let status = cl_fstatat(AT_FDCWD, "/proc/self/ns/mnt", &found, 0)
        guard status == 0 else { throw BenchError("reading /proc/self/ns/mnt", errno: Int(status)) }
        return found.st_ino
    }
}

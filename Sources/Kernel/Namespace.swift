internal import CLinux

/// A kind of namespace. namespaces(7)
package enum Namespace: UInt8, CaseIterable, Sendable {
    case user, mount, pid, network, ipc, uts, cgroup, time

    /// The word of runtime-spec's /linux/namespaces/type.
    package var name: StaticString {
        switch self {
        case .user: "user"
        case .mount: "mount"
        case .pid: "pid"
        case .network: "network"
        case .ipc: "ipc"
        case .uts: "uts"
        case .cgroup: "cgroup"
        case .time: "time"
        }
    }

    /// The name of its file in /proc/PID/ns.
    package var fileName: StaticString {
        switch self {
        case .mount: "mnt"
        case .network: "net"
        default: name
        }
    }

    /// The CLONE_NEW* bit.
    package var cloneFlag: UInt64 {
        switch self {
        case .user: UInt64(CLONE_NEWUSER)
        case .mount: UInt64(CLONE_NEWNS)
        case .pid: UInt64(CLONE_NEWPID)
        case .network: UInt64(CLONE_NEWNET)
        case .ipc: UInt64(CLONE_NEWIPC)
        case .uts: UInt64(CLONE_NEWUTS)
        case .cgroup: UInt64(CLONE_NEWCGROUP)
        case .time: UInt64(CLONE_NEWTIME)
        }
    }

    /// The kind that runtime-spec calls `name`.
    package init?(name: String) {
        for kind in Namespace.allCases where name == kind.name.description {
            self = kind
            return
        }
        return nil
    }

    /// The kind of the namespace that an open namespace file stands for; nil when the file is none. ioctl_ns(2)
    package init?(descriptor: Int32) {
        let flag = cl_ns_type(descriptor)
        guard flag > 0 else { return nil }
        for kind in Namespace.allCases where kind.cloneFlag == UInt64(flag) {
            self = kind
            return
        }
        return nil
    }

    /// Moves the calling process into the namespace behind `descriptor`. setns(2)
    package func enter(_ descriptor: Int32) throws(Errno) { try check(cl_setns(descriptor, Int32(cloneFlag))) }

    /// Moves the calling process into a new namespace of this kind. unshare(2)
    package func unshare() throws(Errno) { try check(cl_unshare(Int32(cloneFlag))) }

    /// Moves the calling process into those namespaces of another process, all at once or none; the process is given as a
    /// pidfd, and later children only are moved into its pid namespace. `ESRCH` when it has ended. setns(2)
    package static func enter(_ set: Set, of process: Int32) throws(Errno) {
        try check(cl_setns(process, Int32(set.cloneFlags)))
    }

    /// Whether apus was started in the first user namespace, the only one whose root may do everything.
    ///
    /// It is looked up once; a copy of apus that enters another one knows that it does.
    package static func startedInFirstUserNamespace() throws(Errno) -> Bool { try startedInFirst.get() }

    private static let startedInFirst: Result<Bool, Errno> = {
        do throws(Errno) {
            // PROC_USER_INIT_INO of the kernel.
            return .success(try File.status(of: "/proc/self/ns/user", follow: true).inode == 0xEFFF_FFFD)
        } catch {
            return .failure(error)
        }
    }()

    /// A set of kinds.
    package struct Set: Equatable, Sendable {
        package private(set) var cloneFlags: UInt64 = 0
        package init() {}
        package init(_ kinds: [Namespace]) { for kind in kinds { insert(kind) } }
        package func contains(_ kind: Namespace) -> Bool { cloneFlags & kind.cloneFlag != 0 }
        package mutating func insert(_ kind: Namespace) { cloneFlags |= kind.cloneFlag }
        package mutating func remove(_ kind: Namespace) { cloneFlags &= ~kind.cloneFlag }
        package var isEmpty: Bool { cloneFlags == 0 }
    }
}

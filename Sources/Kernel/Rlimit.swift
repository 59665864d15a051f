internal import CLinux

/// A resource that setrlimit(2) limits; the number is the kernel's.
package enum Rlimit: Int32, CaseIterable, Sendable {
    case cpu = 0
    case fileSize = 1
    case data = 2
    case stack = 3
    case core = 4
    case residentSet = 5
    case processes = 6
    case openFiles = 7
    case lockedMemory = 8
    case addressSpace = 9
    case locks = 10
    case pendingSignals = 11
    case messageQueues = 12
    case nice = 13
    case realtimePriority = 14
    case realtimeTime = 15

    /// The value that stands for no limit. RLIM_INFINITY
    package static let infinity = UInt64.max

    /// The name in getrlimit(2).
    package var name: StaticString {
        switch self {
        case .cpu: "RLIMIT_CPU"
        case .fileSize: "RLIMIT_FSIZE"
        case .data: "RLIMIT_DATA"
        case .stack: "RLIMIT_STACK"
        case .core: "RLIMIT_CORE"
        case .residentSet: "RLIMIT_RSS"
        case .processes: "RLIMIT_NPROC"
        case .openFiles: "RLIMIT_NOFILE"
        case .lockedMemory: "RLIMIT_MEMLOCK"
        case .addressSpace: "RLIMIT_AS"
        case .locks: "RLIMIT_LOCKS"
        case .pendingSignals: "RLIMIT_SIGPENDING"
        case .messageQueues: "RLIMIT_MSGQUEUE"
        case .nice: "RLIMIT_NICE"
        case .realtimePriority: "RLIMIT_RTPRIO"
        case .realtimeTime: "RLIMIT_RTTIME"
        }
    }

    /// The resource called `name`, such as `RLIMIT_NOFILE`.
    package init?(name: String) {
        for resource in Rlimit.allCases where resource.name.names(name) {
            self = resource
            return
        }
        return nil
    }

    /// A soft and a hard limit, in the resource's own unit.
    package struct Limits: Equatable, Sendable {
        /// What the kernel enforces.
        package var soft: UInt64
        /// What the soft limit can be raised to.
        package var hard: UInt64
        /// A pair of limits.
        package init(soft: UInt64, hard: UInt64) {
            self.soft = soft
            self.hard = hard
        }
    }

    /// The limits of the calling process. prlimit(2)
    package func get() throws(Errno) -> Limits {
        var soft: UInt64 = 0
        var hard: UInt64 = 0
        try check(cl_getrlimit(rawValue, &soft, &hard))
        return Limits(soft: soft, hard: hard)
    }

    /// Limits the calling process; raising the hard limit needs CAP_SYS_RESOURCE. prlimit(2)
    package func set(soft: UInt64, hard: UInt64) throws(Errno) { try check(cl_setrlimit(rawValue, soft, hard)) }

    /// Limits another process, a child that is not reaped yet. prlimit(2)
    package func set(soft: UInt64, hard: UInt64, of pid: Int32) throws(Errno) {
        try check(cl_set_rlimit_of(pid, rawValue, soft, hard))
    }
}

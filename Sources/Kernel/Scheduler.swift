internal import CLinux

/// How the kernel shares out processor time. sched(7)
package enum Scheduler {
    /// A scheduling policy; the number is the kernel's.
    package enum Policy: UInt32, CaseIterable, Sendable {
        case other = 0
        case fifo = 1
        case roundRobin = 2
        case batch = 3
        /// Reserved by Linux, which answers EINVAL; some patched kernels have it.
        case isochronous = 4
        case idle = 5
        case deadline = 6

        /// The name in sched(7).
        package var name: StaticString {
            switch self {
            case .other: "SCHED_OTHER"
            case .fifo: "SCHED_FIFO"
            case .roundRobin: "SCHED_RR"
            case .batch: "SCHED_BATCH"
            case .isochronous: "SCHED_ISO"
            case .idle: "SCHED_IDLE"
            case .deadline: "SCHED_DEADLINE"
            }
        }

        /// The policy called `name`, such as `SCHED_FIFO`.
        package init?(name: String) {
            for policy in Policy.allCases where policy.name.names(name) {
                self = policy
                return
            }
            return nil
        }
    }

    /// SCHED_FLAG_* of sched_setattr(2).
    package struct Flags: OptionSet, Sendable {
        /// The bits.
        package let rawValue: UInt64
        /// The flags with these bits.
        package init(rawValue: UInt64) { self.rawValue = rawValue }
        /// Children do not inherit the policy.
        package static let resetOnFork = Flags(rawValue: 0x01)
        /// A deadline thread takes processor time that others leave.
        package static let reclaim = Flags(rawValue: 0x02)
        /// A deadline thread gets SIGXCPU when it takes longer than it said.
        package static let deadlineOverrun = Flags(rawValue: 0x04)
        /// The policy stays as it is.
        package static let keepPolicy = Flags(rawValue: 0x08)
        /// The parameters stay as they are.
        package static let keepParameters = Flags(rawValue: 0x10)
        /// The lowest utilisation hint is reset.
        package static let clampMinimum = Flags(rawValue: 0x20)
        /// The highest utilisation hint is reset.
        package static let clampMaximum = Flags(rawValue: 0x40)

        /// The names; the index is the number of the bit.
        private static let names: [StaticString] = [
            "SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN", "SCHED_FLAG_KEEP_POLICY",
            "SCHED_FLAG_KEEP_PARAMS", "SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX",
        ]

        /// The flag called `name`, such as `SCHED_FLAG_RECLAIM`.
        package init?(name: String) {
            for (bit, candidate) in Flags.names.enumerated() where candidate.names(name) {
                rawValue = 1 << UInt64(bit)
                return
            }
            return nil
        }
    }

    /// A policy with its parameters; those that the policy does not use are 0.
    package struct Attributes: Equatable, Sendable {
        /// Which thread is chosen.
        package var policy: Policy
        /// -20 (most) to 19 (least), for SCHED_OTHER and SCHED_BATCH.
        package var nice: Int32
        /// 1 to 99 (most), for SCHED_FIFO and SCHED_RR.
        package var priority: UInt32
        /// How the policy is applied.
        package var flags: Flags
        /// Nanoseconds of run time in each period, for SCHED_DEADLINE, as the next two.
        package var runtime: UInt64
        /// Nanoseconds from the start of a period to when the run time must have been had.
        package var deadline: UInt64
        /// Nanoseconds; 0 is the deadline.
        package var period: UInt64

        /// A policy; parameters that it does not use are 0.
        package init(
            policy: Policy, nice: Int32 = 0, priority: UInt32 = 0, flags: Flags = [], runtime: UInt64 = 0,
            deadline: UInt64 = 0, period: UInt64 = 0
        ) {
            self.policy = policy
            self.nice = nice
            self.priority = priority
            self.flags = flags
            self.runtime = runtime
            self.deadline = deadline
            self.period = period
        }

        /// Schedules the calling thread so. sched_setattr(2)
        package func apply() throws(Errno) {
            var attributes = cl_sched_attr()
            attributes.policy = policy.rawValue
            attributes.flags = flags.rawValue
            attributes.nice = nice
            attributes.priority = priority
            attributes.runtime = runtime
            attributes.deadline = deadline
            attributes.period = period
            try check(cl_sched_setattr(attributes))
        }
    }
}

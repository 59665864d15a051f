internal import CLinux

/// From which memory nodes a process is given memory. set_mempolicy(2)
package struct MemoryPolicy: Equatable, Sendable {
    /// How the nodes are chosen; the number is the kernel's MPOL_*.
    package enum Mode: Int32, CaseIterable, Sendable {
        case `default` = 0
        case preferred = 1
        case bind = 2
        case interleave = 3
        case local = 4
        case preferredMany = 5
        case weightedInterleave = 6

        /// The name in set_mempolicy(2).
        package var name: StaticString {
            switch self {
            case .default: "MPOL_DEFAULT"
            case .preferred: "MPOL_PREFERRED"
            case .bind: "MPOL_BIND"
            case .interleave: "MPOL_INTERLEAVE"
            case .local: "MPOL_LOCAL"
            case .preferredMany: "MPOL_PREFERRED_MANY"
            case .weightedInterleave: "MPOL_WEIGHTED_INTERLEAVE"
            }
        }

        /// The mode called `name`.
        package init?(name: String) {
            for mode in Mode.allCases where mode.name.names(name) {
                self = mode
                return
            }
            return nil
        }
    }

    /// MPOL_F_* bits, which the kernel takes together with the mode.
    package struct Flags: OptionSet, Sendable {
        /// The bits.
        package let rawValue: Int32
        /// The flags with these bits.
        package init(rawValue: Int32) { self.rawValue = rawValue }
        /// The nodes are the kernel's numbers whatever the cpuset allows.
        package static let staticNodes = Flags(rawValue: 1 << 15)
        /// The nodes are counted within what the cpuset allows.
        package static let relativeNodes = Flags(rawValue: 1 << 14)
        /// Pages may still be moved to where they are used.
        package static let balancing = Flags(rawValue: 1 << 13)

        /// The names with their flags.
        package static let names: [(name: StaticString, flag: Flags)] = [
            ("MPOL_F_NUMA_BALANCING", .balancing), ("MPOL_F_RELATIVE_NODES", .relativeNodes),
            ("MPOL_F_STATIC_NODES", .staticNodes),
        ]

        /// The flag called `name`.
        package init?(name: String) {
            for known in Flags.names where known.name.names(name) {
                self = known.flag
                return
            }
            return nil
        }
    }

    package var mode: Mode
    package var flags: Flags
    /// Nil for a mode without nodes.
    package var nodes: CPUSet?

    /// A policy with these nodes.
    package init(_ mode: Mode, flags: Flags = [], nodes: CPUSet? = nil) {
        self.mode = mode
        self.flags = flags
        self.nodes = nodes
    }

    /// Sets the policy of the calling thread, which its children and the program it executes inherit.
    ///
    /// `EINVAL` when a node is not there or the kernel does not know the mode. set_mempolicy(2)
    package func apply() throws(Errno) {
        let bytes = nodes?.bytes ?? []
        // The kernel counts one less.
        let bits = UInt(bytes.count) * 8 + 1
        let answer = bytes.withUnsafeBytes { cl_set_mempolicy(mode.rawValue | flags.rawValue, $0.baseAddress, bits) }
        try check(answer)
    }
}

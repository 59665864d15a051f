internal import CLinux

/// One of the pieces that root's power is split into. capabilities(7)
package struct Capability: RawRepresentable, Equatable, Sendable {
    /// The kernel's number.
    package let rawValue: UInt8
    /// The capability with this number.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// CAP_SETGID
    package static let setGroups = Capability(rawValue: 6)

    /// CAP_SETUID
    package static let setUsers = Capability(rawValue: 7)

    /// CAP_SYS_ADMIN
    package static let systemAdministration = Capability(rawValue: 21)

    /// All that <linux/capability.h> names; the index is the number.
    static let names: [StaticString] = [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
        "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST",
        "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO",
        "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE",
        "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE",
        "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ]

    /// How many capabilities have a name here.
    package static var count: Int { names.count }

    /// The capability called `name`, such as `CAP_CHOWN`; small letters count as capitals.
    package init?(name: String) {
        for (number, candidate) in Capability.names.enumerated() where candidate.names(inAnyCase: name) {
            rawValue = UInt8(number)
            return
        }
        return nil
    }

    /// `CAP_CHOWN`, or `CAP_63` for a number without a name.
    package var name: String {
        rawValue < Capability.names.count ? Capability.names[Int(rawValue)].description : "CAP_" + rawValue.description
    }

    /// The names of the members, by number.
    package static func names(of set: Set) -> [String] {
        var names: [String] = []
        for number in UInt8(0)..<64 {
            let capability = Capability(rawValue: number)
            if set.contains(capability) { names.append(capability.name) }
        }
        return names
    }

    /// A set of capabilities; bit n is capability n.
    package struct Set: RawRepresentable, Equatable, Sendable {
        /// The bits.
        package var rawValue: UInt64
        /// The set with these bits.
        package init(rawValue: UInt64) { self.rawValue = rawValue }
        /// The empty set.
        package init() { rawValue = 0 }

        /// Whether there is no member.
        package var isEmpty: Bool { rawValue == 0 }
        /// Whether the capability is a member.
        package func contains(_ capability: Capability) -> Bool {
            capability.rawValue < 64 && rawValue & (1 << UInt64(capability.rawValue)) != 0
        }
        /// Makes the capability a member.
        package mutating func insert(_ capability: Capability) {
            if capability.rawValue < 64 { rawValue |= 1 << UInt64(capability.rawValue) }
        }
        /// The members of either.
        package func union(_ other: Set) -> Set { Set(rawValue: rawValue | other.rawValue) }
        /// The members of both.
        package func intersection(_ other: Set) -> Set { Set(rawValue: rawValue & other.rawValue) }
        /// The members that are not those of `other`.
        package func subtracting(_ other: Set) -> Set { Set(rawValue: rawValue & ~other.rawValue) }
    }
}

extension Capability {
    /// What the calling process holds.
    package struct Held: Equatable, Sendable {
        /// What the kernel checks.
        package var effective: Set
        /// What may be made effective.
        package var permitted: Set
        /// What a program with the same inheritable file capabilities gets.
        package var inheritable: Set
        /// What execve(2) can give at most.
        package var bounding: Set
    }

    /// The highest capability the running kernel knows. prctl(2) PR_CAPBSET_READ
    package static func last() -> Capability {
        var number = UInt8(names.count - 1)
        while number < 63, isKnown(number + 1) { number += 1 }
        while number > 0, !isKnown(number) { number -= 1 }
        return Capability(rawValue: number)
    }

    private static func isKnown(_ number: UInt8) -> Bool { cl_prctl(PR_CAPBSET_READ, UInt(number), 0, 0, 0) >= 0 }

    /// What the calling process holds; of the bounding set, only what is asked for is looked at. capget(2), prctl(2)
    /// PR_CAPBSET_READ
    package static func held(bounding asked: Set = Set(rawValue: .max)) throws(Errno) -> Held {
        var effective: UInt64 = 0
        var permitted: UInt64 = 0
        var inheritable: UInt64 = 0
        try check(cl_capget(&effective, &permitted, &inheritable))
        var bounding = Set()
        for number in UInt8(0)..<64 where asked.contains(Capability(rawValue: number)) {
            let answer = cl_prctl(PR_CAPBSET_READ, UInt(number), 0, 0, 0)
            // The kernel answers EINVAL from its first unknown capability on.
            if answer == -EINVAL { break }
            if try check(answer) > 0 { bounding.insert(Capability(rawValue: number)) }
        }
        return Held(
            effective: Set(rawValue: effective), permitted: Set(rawValue: permitted),
            inheritable: Set(rawValue: inheritable), bounding: bounding)
    }

    /// Takes everything but `keep` out of the bounding set. Needs CAP_SETPCAP when there is something to take out.
    /// prctl(2) PR_CAPBSET_DROP
    package static func dropBounding(_ keep: Set) throws(Errno) {
        for number in UInt8(0)..<64 where !keep.contains(Capability(rawValue: number)) {
            let answer = cl_prctl(PR_CAPBSET_DROP, UInt(number), 0, 0, 0)
            if answer == 0 { continue }
            // The kernel answers EINVAL from its first unknown capability on.
            if answer == -EINVAL { return }
            if cl_prctl(PR_CAPBSET_READ, UInt(number), 0, 0, 0) != 0 { throw Errno(negated: answer) }
        }
    }

    /// Sets the three sets that the calling process holds. capset(2)
    package static func apply(effective: Set, permitted: Set, inheritable: Set) throws(Errno) {
        try check(cl_capset(effective.rawValue, permitted.rawValue, inheritable.rawValue))
    }

    /// Adds to the ambient set what is both permitted and inheritable already. prctl(2) PR_CAP_AMBIENT_RAISE
    package static func raiseAmbient(_ set: Set) throws(Errno) {
        for number in UInt8(0)..<64 where set.contains(Capability(rawValue: number)) {
            try check(cl_prctl(PR_CAP_AMBIENT, UInt(PR_CAP_AMBIENT_RAISE), UInt(number), 0, 0))
        }
    }

    /// Empties the ambient set. prctl(2) PR_CAP_AMBIENT_CLEAR_ALL
    package static func clearAmbient() throws(Errno) {
        try check(cl_prctl(PR_CAP_AMBIENT, UInt(PR_CAP_AMBIENT_CLEAR_ALL), 0, 0, 0))
    }

    /// Whether the permitted set survives a change of user from root to another. prctl(2) PR_SET_KEEPCAPS
    package static func keepCapabilities(_ keep: Bool) throws(Errno) {
        try check(cl_prctl(PR_SET_KEEPCAPS, keep ? 1 : 0, 0, 0, 0))
    }
}

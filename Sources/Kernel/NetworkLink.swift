/// A network interface of some network namespace.
package struct NetworkLink: Equatable, Sendable {
    /// The kernel's number of it in its namespace.
    package var index: Int32
    package var name: String
    package var isUp: Bool

    /// The longest name, in bytes. IFNAMSIZ counts a NUL too.
    package static let longestName = 15
}

/// An address of a network interface, as the kernel describes it. rtnetlink(7)
package struct NetworkAddress: Equatable, Sendable {
    /// AF_INET or AF_INET6.
    package var family: UInt8
    /// How many leading bits are the network's.
    package var prefix: UInt8
    /// RT_SCOPE_*; 0 is the whole world.
    package var scope: UInt8
    /// IFA_F_*
    package var flags: UInt32
    /// IPv4 addresses have one: the interface's name, maybe with `:` and more behind it.
    package var label: String?
    /// The address itself and what belongs to it, as attributes of the kernel's, ready to be sent again.
    package var attributes: [UInt8]

    /// Whether it stays until somebody takes it away. IFA_F_PERMANENT
    package var isPermanent: Bool { flags & 0x80 != 0 }
    /// RT_SCOPE_UNIVERSE
    package var isGlobal: Bool { scope == 0 }

    /// The label that belongs to the address on an interface of another name.
    package func label(from old: String, to new: String) -> String? {
        guard let label else { return nil }
        if label == old { return new }
        guard label.hasPrefix(old + ":") else { return label }
        return String((new + label.dropFirst(old.count)).utf8.prefix(NetworkLink.longestName)) ?? new
    }
}

/// One rule of what may be done to which devices (config-linux.md, "Allowed Device list").
///
/// Of a list, for each kind of access by itself, the last rule that is about the device and the access decides.
package struct DeviceRule: Equatable, Sendable {
    package enum Kind: UInt8, Equatable, Sendable { case all, character, block }

    package struct Access: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let mknod = Access(rawValue: 1)
        package static let read = Access(rawValue: 2)
        package static let write = Access(rawValue: 4)
        package static let all = Access(rawValue: 7)
    }

    package var allow: Bool
    package var kind: Kind
    /// Nil for every number.
    package var major: UInt32?
    /// Nil for every number.
    package var minor: UInt32?
    package var access: Access

    package init(allow: Bool, _ kind: Kind, _ major: UInt32?, _ minor: UInt32?, _ access: Access) {
        self.allow = allow
        self.kind = kind
        self.major = major
        self.minor = minor
        self.access = access
    }

    /// Whether the rule is about every device that the other is about.
    func covers(_ other: DeviceRule) -> Bool {
        (kind == .all || kind == other.kind) && (major == nil || major == other.major)
            && (minor == nil || minor == other.minor)
    }

    /// How many bits the kernel has for minor numbers, of 32 for both. MINORBITS
    static let minorBits: UInt32 = 20

    /// Whether a device can have the numbers.
    var isPossible: Bool {
        (major ?? 0) >> (32 - DeviceRule.minorBits) == 0 && (minor ?? 0) >> DeviceRule.minorBits == 0
    }

    /// Whether the rule is about all devices.
    var isForEveryDevice: Bool { kind == .all && major == nil && minor == nil }
}

extension DeviceRule {
    /// The rules that hold in a container: nothing is allowed, but for what the configuration says, in its order, and then
    /// in any case what no container can do without.
    package static func policy(_ asked: [DeviceRule]) -> [DeviceRule] {
        [DeviceRule(allow: false, .all, nil, nil, .all)] + asked + indispensable
    }

    /// Any node may be made, which opens nothing, and the devices of config-linux.md, "Default Devices", may be used;
    /// beside them the terminal and the network tunnel, which programs expect as they are in every other runtime.
    package static let indispensable: [DeviceRule] = [
        DeviceRule(allow: true, .character, nil, nil, .mknod), DeviceRule(allow: true, .block, nil, nil, .mknod),
        DeviceRule(allow: true, .character, 1, 3, .all),  // null
        DeviceRule(allow: true, .character, 1, 5, .all),  // zero
        DeviceRule(allow: true, .character, 1, 7, .all),  // full
        DeviceRule(allow: true, .character, 1, 8, .all),  // random
        DeviceRule(allow: true, .character, 1, 9, .all),  // urandom
        DeviceRule(allow: true, .character, 5, 0, .all),  // tty
        DeviceRule(allow: true, .character, 5, 1, .all),  // console
        DeviceRule(allow: true, .character, 5, 2, .all),  // ptmx
        DeviceRule(allow: true, .character, 136, nil, .all),  // pts/*
        DeviceRule(allow: true, .character, 10, 200, .all),  // net/tun
    ]
}

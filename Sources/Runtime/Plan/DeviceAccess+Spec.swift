internal import Cgroups
internal import OCI

/// Which devices may be used (config-linux.md, "Allowed Device list").
extension DeviceRule {
    /// The rules of /linux/resources/devices between those that every container has.
    ///
    /// Where there are none, the nodes of /linux/devices are allowed: nothing else says what they are for.
    static func list(
        _ entries: [Spec.Linux.Resources.DeviceRule], nodes: [Spec.Linux.Device], _ findings: inout Findings
    ) -> [DeviceRule] {
        let pointer = "/linux/resources/devices"
        if entries.count > DeviceProgram.mostRules {
            findings.refuse(
                pointer,
                "must have at most " + String(DeviceProgram.mostRules) + " rules, has " + String(entries.count))
            return []
        }
        var rules: [DeviceRule] = []
        for (index, entry) in entries.enumerated() {
            if let rule = DeviceRule(entry, pointer + "/" + String(index), &findings) { rules.append(rule) }
        }
        if entries.isEmpty {
            for node in nodes.prefix(DeviceProgram.mostRules) {
                if let rule = DeviceRule(node) { rules.append(rule) }
            }
        }
        return policy(rules)
    }

    /// Decides on the rule at `pointer`; nil when it has a problem.
    private init?(_ entry: Spec.Linux.Resources.DeviceRule, _ pointer: String, _ findings: inout Findings) {
        let before = findings.problems.count
        var kind = Kind.all
        switch entry.type {
        case nil, "a": break
        case "c", "u": kind = .character
        case "b": kind = .block
        case .some(let type):
            findings.refuse(pointer + "/type", "must be one of a, b, c and u, is " + Findings.quoted(type))
        }
        let major = DeviceRule.number(entry.major, pointer + "/major", &findings)
        let minor = DeviceRule.number(entry.minor, pointer + "/minor", &findings)
        let access = DeviceRule.access(entry.access, pointer + "/access", &findings)
        if findings.problems.count > before { return nil }
        self.init(allow: entry.allow, kind, major, minor, access)
    }

    /// All that can be done with a node of /linux/devices; nil for a fifo, and for what is refused elsewhere.
    private init?(_ node: Spec.Linux.Device) {
        guard node.type != "p", let major = node.major.flatMap({ UInt32(exactly: $0) }),
            let minor = node.minor.flatMap({ UInt32(exactly: $0) })
        else { return nil }
        self.init(allow: true, node.type == "b" ? .block : .character, major, minor, .all)
    }

    /// Engines write -1 for every number.
    private static func number(_ value: Int64?, _ pointer: String, _ findings: inout Findings) -> UInt32? {
        guard let value, value != -1 else { return nil }
        guard let number = UInt32(exactly: value) else {
            findings.refuse(pointer, "must be a device number, or -1 for all, is " + String(value))
            return nil
        }
        return number
    }

    /// All of them when nothing is written.
    private static func access(_ letters: String?, _ pointer: String, _ findings: inout Findings) -> Access {
        guard let letters else { return .all }
        var access = Access()
        var isRight = !letters.isEmpty
        for letter in letters.utf8 {
            switch letter {
            case UInt8(ascii: "r"): access.insert(.read)
            case UInt8(ascii: "w"): access.insert(.write)
            case UInt8(ascii: "m"): access.insert(.mknod)
            default: isRight = false
            }
        }
        if !isRight {
            findings.refuse(pointer, "must be made of the letters r, w and m, is " + Findings.quoted(letters))
        }
        return access
    }
}

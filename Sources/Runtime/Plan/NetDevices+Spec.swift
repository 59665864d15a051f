internal import Kernel
internal import OCI

/// One network interface that is moved into the container.
package struct NetDevicePlan: Equatable, Sendable {
    /// The name on the host.
    package var name: String
    /// The name inside; `%d` at its end is a number that the kernel finds.
    package var inside: String
    package var pointer: String
}

extension NetDevicePlan {
    /// Decides on /linux/netDevices (config-linux.md, "Network Devices").
    static func list(
        _ entries: [Spec.Entry<Spec.Linux.NetDevice>], _ namespaces: NamespacePlan, _ findings: inout Findings
    ) -> [NetDevicePlan] {
        guard !entries.isEmpty else { return [] }
        if !namespaces.isPrivate(.network) { findings.needs(.network, "/linux/netDevices") }
        var plans: [NetDevicePlan] = []
        for entry in entries {
            let pointer = "/linux/netDevices/" + entry.key
            if let problem = problem(entry.key, template: false) {
                findings.refuse(
                    "/linux/netDevices", "names an interface " + Findings.quoted(entry.key) + ": " + problem)
            }
            // Engines write an absent name as an empty one.
            var inside = entry.value.name ?? ""
            if inside.isEmpty { inside = entry.key }
            if inside != entry.key, let problem = problem(inside, template: true) {
                findings.refuse(pointer + "/name", problem + ", is " + Findings.quoted(inside))
            }
            if !inside.hasSuffix("%d"), let other = plans.first(where: { $0.inside == inside }) {
                findings.refuse(
                    pointer + "/name", "is the name that " + other.name + " gets: " + Findings.quoted(inside))
            }
            plans.append(NetDevicePlan(name: entry.key, inside: inside, pointer: pointer))
        }
        return plans
    }

    /// What is wrong with an interface's name. dev_valid_name() of the kernel
    private static func problem(_ name: String, template: Bool) -> String? {
        if name.isEmpty || name == "." || name == ".." { return "must be the name of an interface" }
        if name.utf8.count > NetworkLink.longestName {
            return "must be at most " + String(NetworkLink.longestName) + " bytes long"
        }
        for byte in name.utf8 where byte == UInt8(ascii: "/") || byte == UInt8(ascii: ":") || byte <= 0x20 {
            return "must not have \"/\", \":\" or white space"
        }
        let percents = name.utf8.filter { $0 == UInt8(ascii: "%") }.count
        if percents > 0, !template || percents > 1 || !name.hasSuffix("%d") {
            return "must have \"%\" in \"%d\" at its end only" + (template ? "" : " of a new name")
        }
        return nil
    }
}

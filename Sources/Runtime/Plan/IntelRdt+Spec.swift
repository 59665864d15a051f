internal import OCI

/// Where and how the container shares caches and memory bandwidth.
package struct IntelRdtPlan: Equatable, Sendable {
    /// The name of the group; nil is one for the container alone, `/` the one that everybody begins in.
    package var closID: String?
    /// Lines that must agree with those of a group that is there already.
    package var compared: [String]
    /// All lines for the group's schemata, in the order in which they are written.
    package var schemata: [String]
    package var monitoring: Bool
}

extension IntelRdtPlan {
    private static var pointer: String { "/linux/intelRdt" }

    /// Decides on /linux/intelRdt (config-linux.md, "IntelRdt").
    init(_ rdt: Spec.Linux.IntelRdt, _ findings: inout Findings) {
        let pointer = Self.pointer
        // Engines write an absent string as an empty one.
        closID = (rdt.closID ?? "").isEmpty ? nil : rdt.closID
        if let closID, closID != "/", closID == "." || closID == ".." || closID.utf8.contains(UInt8(ascii: "/")) {
            findings.refuse(
                pointer + "/closID", "must be \"/\" or a name without \"/\", is " + Findings.quoted(closID))
        }
        compared = []
        if let schema = rdt.l3CacheSchema, !schema.isEmpty {
            if !schema.utf8.starts(with: "L3".utf8) {
                findings.warn(pointer + "/l3CacheSchema", "should start with \"L3:\", is " + Findings.quoted(schema))
            }
            Self.checkLine(schema, "/l3CacheSchema", &findings)
            compared.append(schema)
        }
        if let schema = rdt.memBwSchema, !schema.isEmpty {
            if !schema.utf8.starts(with: "MB:".utf8) {
                findings.refuse(pointer + "/memBwSchema", "must start with \"MB:\", is " + Findings.quoted(schema))
            }
            Self.checkLine(schema, "/memBwSchema", &findings)
            compared.append(schema)
        }
        for (index, line) in rdt.schemata.enumerated() {
            Self.checkLine(line, "/schemata/" + String(index), &findings)
        }
        schemata = compared + rdt.schemata
        monitoring = rdt.enableMonitoring
    }

    private static func checkLine(_ line: String, _ place: String, _ findings: inout Findings) {
        if line.isEmpty || line.utf8.contains(UInt8(ascii: "\n")) {
            findings.refuse(pointer + place, "must be one line, is " + Findings.quoted(line))
        }
    }
}

import Cgroups
import OCI
import Testing

@testable import Runtime

/// What systemd is asked for, out of the document.
struct ScopePlanTests {
    private func plan(_ path: String?, _ annotations: [(String, String)] = []) throws -> ScopePlan {
        let members = annotations.map { "\"\($0.0)\":\"\($0.1)\"" }.joined(separator: ",")
        var document = PlanDocument().with("annotations", "{" + members + "}")
        if let path { document = document.with("linux/cgroupsPath", "\"" + path + "\"") }
        return try ScopePlan(try Spec.read(Array(document.json.utf8)), id: "c1", user: false)
    }

    @Test func namesTheUnit() throws {
        #expect(try plan("a.slice:b:c").unit.name == "b-c.scope")
        #expect(try plan(nil) == plan(""))
        #expect(try plan(nil).unit.name == "apus-c1.scope")
        #expect(try plan(nil).subgroup == nil)
        #expect(try plan(nil).properties == [])
    }

    @Test func readsTheAnnotations() throws {
        let plan = try plan(
            nil,
            [
                ("run.oci.systemd.subgroup", "inner"), ("org.systemd.property.TimeoutStopSec", "7"),
                ("something.else", "x"),
            ])
        #expect(plan.subgroup == "inner")
        #expect(plan.properties == [UnitProperty("TimeoutStopUSec", .uint64(7_000_000))])
        #expect(try self.plan(nil, [("run.oci.systemd.subgroup", "")]).subgroup == nil)
    }

    @Test func saysWhereAMistakeIs() {
        #expect(
            throws: RuntimeError(
                .configuration,
                "config.json: /linux/cgroupsPath: must be slice:prefix:name for the systemd cgroup driver, is \"/foo\"")
        ) { try plan("/foo") }
        #expect(
            throws: RuntimeError(
                .configuration,
                "config.json: /annotations/org.systemd.property.Example: must be a value as gvariant has them, such as"
                    + " true, uint64 5 or ['a', 'b']; /annotations/run.oci.systemd.subgroup: must be the name of a cgroup,"
                    + " is \"a/b\"")
        ) { try plan(nil, [("run.oci.systemd.subgroup", "a/b"), ("org.systemd.property.Example", "maybe")]) }
    }
}

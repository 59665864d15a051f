import JSON
import OCI
import Testing

@testable import Runtime

/// Mounts for a container that runs, from a file of their own.
@Suite struct AddedMountsTests {
    private func plans(_ json: String) throws -> (plans: [MountPlan], findings: Findings) {
        let spec = try Spec.read(Array(PlanDocument().json.utf8))
        var findings = Findings()
        let mounts = try Spec.Mount.list(Array(json.utf8))
        return (MountPlan.added(mounts, to: spec, bundle: "/bundle", &findings), findings)
    }

    @Test func areAsThoseOfAConfiguration() throws {
        let (plans, findings) = try plans(
            """
            [{"destination": "/a//b/", "type": "none", "source": "data", "options": ["rbind", "ro"]},
             {"destination": "/t", "type": "tmpfs", "options": ["nosuid", "size=1m"]}]
            """)
        #expect(findings.problems.isEmpty)
        #expect(plans.map { $0.destination } == ["/a/b", "/t"])
        #expect(plans.map { $0.pointer } == ["/0", "/1"])
        #expect(plans.first?.action == .bind(source: "/bundle/data", recursive: true))
        #expect(plans.last?.action == .fileSystem(type: "tmpfs", source: "tmpfs", data: ["size=1m"]))
    }

    @Test(arguments: [
        ("[{\"destination\":\"/a\",\"type\":\"tmpfs\",\"options\":[\"ro\",\"remount\"]}]", "/0/options/1"),
        ("[{\"destination\":\"/a\",\"type\":\"tmpfs\",\"options\":[\"iversion\"]}]", "/0/options/0"),
        ("[{\"destination\":\"/a\",\"type\":\"tmpfs\"},{\"destination\":\"/b\"}]", "/1/type"),
        ("[{\"destination\":\"/\",\"type\":\"tmpfs\"}]", "/0/destination"),
    ])
    func whatIsWrongIsSaidWithItsPlace(_ json: String, _ pointer: String) throws {
        #expect(try plans(json).findings.problems.map { $0.pointer } == [pointer])
    }

    @Test(arguments: [
        ("{}", "must be an array, is an object"), ("[1]", "/0: must be an object, is a number"),
        ("[{\"destination\":\"/a\"},{}]", "/1/destination: is required"),
    ])
    func whatIsNoListIsRefused(_ json: String, _ message: String) {
        #expect {
            _ = try Spec.Mount.list(Array(json.utf8))
        } throws: { error in
            (error as? SpecError)?.message.contains(message) == true
        }
    }
}

import JSON
import Testing

@testable import OCI

/// The text that `write` makes.
func written(pretty: Bool = false, _ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter(pretty: pretty)
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
}

private func object(_ text: String, _ findings: JSONFindings = JSONFindings()) throws -> JSONObject {
    JSONObject(try JSONReader.parse(Array(text.utf8)), findings: findings)
}

@Suite struct SeccompWritingTests {
    @Test func everyFieldSurvives() throws {
        let text = written { FullSpec.seccomp.write(to: &$0) }
        #expect(Spec.Linux.Seccomp(try object(text)) == FullSpec.seccomp)
        #expect(text == written { FullSpec.seccomp.write(to: &$0) })
    }

    @Test func canonicalBytes() {
        let least = Spec.Linux.Seccomp(defaultAction: "SCMP_ACT_ALLOW")
        #expect(
            written { least.write(to: &$0) } == #"{"defaultAction":"SCMP_ACT_ALLOW","architectures":[],"syscalls":[]}"#)
    }

    /// The bytes are a key: two sections that differ anywhere must not share them.
    @Test func differentSectionsHaveDifferentBytes() {
        var sections = [FullSpec.seccomp]
        func add(_ change: (inout Spec.Linux.Seccomp) -> Void) {
            var section = FullSpec.seccomp
            change(&section)
            sections.append(section)
        }
        add { $0.defaultAction = "SCMP_ACT_KILL" }
        add { $0.defaultErrnoRet = nil }
        add { $0.defaultErrnoRet = 0 }
        add { $0.architectures = [] }
        add { $0.architectures = ["SCMP_ARCH_X86_64,SCMP_ARCH_X32"] }
        add { $0.flags = nil }
        add { $0.flags = [] }
        add { $0.listenerPath = nil }
        add { $0.listenerPath = "" }
        add { $0.listenerMetadata = nil }
        add { $0.listenerMetadata = "opaque\",\"syscalls\":[" }
        add { $0.syscalls = [] }
        add { $0.syscalls.swapAt(0, 1) }
        add { $0.syscalls[0].names = ["getcwd"] }
        add { $0.syscalls[0].action = "SCMP_ACT_LOG" }
        add { $0.syscalls[0].errnoRet = nil }
        add { $0.syscalls[0].args = [] }
        add { $0.syscalls[0].args.swapAt(0, 1) }
        add { $0.syscalls[0].args[0].index = 2 }
        add { $0.syscalls[0].args[0].value = 0 }
        add { $0.syscalls[0].args[0].valueTwo = nil }
        add { $0.syscalls[0].args[0].valueTwo = 0 }
        add { $0.syscalls[0].args[0].op = "SCMP_CMP_EQ" }
        let texts = Set(sections.map { section in written { section.write(to: &$0) } })
        #expect(texts.count == sections.count)
    }
}

@Suite struct HooksWritingTests {
    @Test func everyFieldSurvives() throws {
        let text = written { FullSpec.hooks.write(to: &$0) }
        #expect(Spec.Hooks(try object(text)) == FullSpec.hooks)
    }

    @Test func absentAndEmptyEnvironments() {
        let hooks = Spec.Hooks(poststop: [Spec.Hook(path: "/a", env: []), Spec.Hook(path: "/b", timeout: 0)])
        let expected = #"{"poststop":[{"path":"/a","env":[]},{"path":"/b","timeout":0}]}"#
        #expect(written { hooks.write(to: &$0) } == expected)
        #expect(written { Spec.Hooks().write(to: &$0) } == "{}")
    }

    @Test func mapsOfStrings() throws {
        let entries = [Spec.Entry(key: "z", value: "1"), Spec.Entry(key: "a\"", value: "")]
        let text = written { writer in
            writer.beginObject()
            writer.member("m", entries)
            writer.member("none", [Spec.Entry<String>]())
            writer.endObject()
        }
        #expect(text == #"{"m":{"z":"1","a\"":""}}"#)
        #expect(try object(text).stringEntries("m") == entries)
        #expect(try object(text).stringEntries("none") == [])
        let findings = JSONFindings()
        _ = try object(#"{"m":{"a":"x","b":2}}"#, findings).stringEntries("m")
        #expect(findings.problems == [Problem(pointer: "/m/b", message: "must be a string, is a number")])
    }
}

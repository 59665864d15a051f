import JSON
import Testing

@testable import OCI

/// The configuration of a text, or what is wrong with it.
func read(_ text: String) -> Result<Spec, SpecError> {
    do throws(SpecError) {
        return .success(try Spec.read(Array(text.utf8)))
    } catch {
        return .failure(error)
    }
}

/// What is wrong with a text, nil when nothing is.
func complaint(_ text: String) -> String? {
    if case .failure(let error) = read(text) { return error.message }
    return nil
}

@Suite struct SpecTests {
    @Test func everyField() {
        #expect(read(FullDocument.text) == .success(FullSpec.value))
    }

    @Test func almostNothing() {
        #expect(read(#"{"ociVersion":"1.0.0"}"#) == .success(Spec(ociVersion: "1.0.0")))
        let text =
            #"{"ociVersion":"1.0.0","process":{"cwd":"/"},"linux":{"resources":{}},"hooks":{},"root":{"path":"r"}}"#
        let expected = Spec(
            ociVersion: "1.0.0", root: Spec.Root(path: "r"), process: Spec.Process(cwd: "/"), hooks: Spec.Hooks(),
            linux: Spec.Linux(resources: Spec.Linux.Resources()))
        #expect(read(text) == .success(expected))
    }

    @Test func nullIsAbsent() {
        let names = ["root", "mounts", "process", "hostname", "domainname", "hooks", "annotations", "linux", "windows"]
        let nulls = names.map { ",\"\($0)\":null" }.joined()
        #expect(read("{\"ociVersion\":\"1.0.0\"\(nulls)}") == .success(Spec(ociVersion: "1.0.0")))
        let process = #"{"ociVersion":"1.0.0","process":{"cwd":"/","args":null,"user":null,"capabilities":null}}"#
        #expect(read(process) == .success(Spec(ociVersion: "1.0.0", process: Spec.Process(cwd: "/"))))
    }

    @Test func unknownKeysAreIgnored() {
        let text = #"{"ociVersion":"1.0.0","x":{"y":[1]},"process":{"cwd":"/","new":{}}}"#
        #expect(read(text) == .success(Spec(ociVersion: "1.0.0", process: Spec.Process(cwd: "/"))))
    }

    @Test func otherPlatforms() {
        let text = #"{"ociVersion":"1.0.0","windows":{},"freebsd":{},"solaris":null,"zos":{"a":1},"vm":{}}"#
        let expected = Spec(ociVersion: "1.0.0", foreignPlatforms: ["windows", "vm", "zos", "freebsd"])
        #expect(read(text) == .success(expected))
    }

    @Test func absentAndEmptyAreTwoThings() throws {
        func seccomp(_ fields: String) throws -> Spec.Linux.Seccomp? {
            try read("{\"ociVersion\":\"1.0.0\",\"linux\":{\"seccomp\":{\"defaultAction\":\"A\"\(fields)}}}").get()
                .linux?.seccomp
        }
        #expect(try seccomp("") == Spec.Linux.Seccomp(defaultAction: "A", flags: nil))
        #expect(try seccomp(",\"flags\":[]") == Spec.Linux.Seccomp(defaultAction: "A", flags: []))
    }

    @Test(arguments: [
        ("{}", "/ociVersion: is required"),
        ("[]", "the document must be an object, is an array"),
        ("", "the document is empty"),
        ("{\n \"ociVersion\": 1.0.0}", "line 2, column 19: expected ',' or '}' after the member, found '.'"),
        (#"{"ociVersion":1}"#, "/ociVersion: must be a string, is a number"),
        (#"{"ociVersion":"1.0.0","ociVersion":"1.0.0"}"#, "line 1, column 23: duplicate key \"ociVersion\""),
        (#"{"ociVersion":"1.0.0","hostname":"a\u0000b"}"#, "line 1, column 36: a NUL character (\\u0000)"),
        (
            #"{"process":{"args":"sh","user":{"uid":"0"}},"linux":{"resources":{"memory":{"limit":"1G"}}}}"#,
            "/ociVersion: is required; /process/cwd: is required; /process/args: must be an array, is a string; "
                + "/process/user/uid: must be an integer, is a string; /process/user/gid: is required; "
                + "/linux/resources/memory/limit: must be an integer, is a string"
        ),
    ])
    func problems(_ text: String, _ expected: String) {
        #expect(complaint(text) == expected)
    }

    @Test func manyProblems() {
        let mounts = Array(repeating: "{}", count: 30).joined(separator: ",")
        let text = "{\"ociVersion\":\"1.0.0\",\"mounts\":[\(mounts)]}"
        let shown = (0..<20).map { "/mounts/\($0)/destination: is required" }.joined(separator: "; ")
        #expect(complaint(text) == shown + "; and 10 more")
    }

    @Test func aMillionProblems() {
        let mounts = Array(repeating: "1", count: 1_000_000).joined(separator: ",")
        let text = "{\"ociVersion\":\"1.0.0\",\"mounts\":[\(mounts)]}"
        guard case .failure(.problems(let problems)) = read(text) else {
            Issue.record("no problems")
            return
        }
        #expect(problems.count == JSONFindings.most)
        #expect(complaint(text)?.hasSuffix("/mounts/19: must be an object, is a number; and many more") == true)
    }
}

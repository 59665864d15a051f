import Testing

@testable import JSON

@Suite struct ObjectTests {
    /// What `read` gives for a text, and what it noted.
    private func read<Value>(_ text: String, _ read: (JSONObject) -> Value) throws -> (Value, [String]) {
        let findings = JSONFindings()
        let value = read(JSONObject(try JSONReader.parse(Array(text.utf8)), findings: findings))
        return (value, findings.problems.map { $0.description })
    }

    /// What is noted while `read` reads a text, and whether its value is the expected one.
    private func expect<Value: Equatable>(
        _ text: String, _ expected: Value, _ problems: [String] = [], _ read: (JSONObject) -> Value,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let (value, noted) = try self.read(text, read)
        #expect(value == expected, sourceLocation: sourceLocation)
        #expect(noted == problems, sourceLocation: sourceLocation)
    }

    @Test func strings() throws {
        let text = #"{"a":"x","b":null,"c":1}"#
        try expect(text, "x") { $0.string("a") }
        try expect(text, nil) { $0.string("b") }
        try expect(text, nil) { $0.string("z") }
        try expect(text, nil, ["/c: must be a string, is a number"]) { $0.string("c") }
        try expect(text, "x") { $0.requiredString("a") }
        try expect(text, "", ["/b: is required"]) { $0.requiredString("b") }
        try expect(text, "", ["/z: is required"]) { $0.requiredString("z") }
        try expect(text, "", ["/c: must be a string, is a number"]) { $0.requiredString("c") }
    }

    @Test func arraysOfStrings() throws {
        let text = #"{"l":["x","y"],"b":null,"m":["x",2,null],"n":"x","e":[]}"#
        try expect(text, ["x", "y"]) { $0.strings("l") }
        try expect(text, []) { $0.strings("b") }
        try expect(text, []) { $0.strings("z") }
        try expect(text, nil) { $0.optionalStrings("b") }
        try expect(text, []) { $0.optionalStrings("e") }
        try expect(text, []) { $0.requiredStrings("e") }
        try expect(text, [], ["/z: is required"]) { $0.requiredStrings("z") }
        try expect(text, [], ["/n: must be an array, is a string"]) { $0.strings("n") }
        let problems = ["/m/1: must be a string, is a number", "/m/2: must be a string, is null"]
        try expect(text, ["x"], problems) { $0.strings("m") }
    }

    @Test func booleans() throws {
        let text = #"{"t":true,"f":false,"n":null,"s":"true"}"#
        try expect(text, true) { $0.bool("t") }
        try expect(text, false) { $0.bool("f") }
        try expect(text, nil) { $0.bool("n") }
        try expect(text, nil, ["/s: must be a boolean, is a string"]) { $0.bool("s") }
        try expect(text, true) { $0.requiredBool("t") }
        try expect(text, false, ["/n: is required"]) { $0.requiredBool("n") }
    }

    @Test func integers() throws {
        let signed = "/n: must be an integer from -9223372036854775808 to 9223372036854775807, is "
        let unsigned = "/n: must be an integer from 0 to 18446744073709551615, is "
        try expect(#"{"n":18446744073709551615}"#, .max) { $0.uint64("n") }
        try expect(#"{"n":18446744073709551616}"#, nil, [unsigned + "18446744073709551616"]) { $0.uint64("n") }
        try expect(#"{"n":-1}"#, nil, [unsigned + "-1"]) { $0.uint64("n") }
        try expect(#"{"n":-9223372036854775808}"#, .min) { $0.int64("n") }
        try expect(#"{"n":9223372036854775808}"#, nil, [signed + "9223372036854775808"]) { $0.int64("n") }
        try expect(#"{"n":1.0}"#, nil, [signed + "1.0"]) { $0.int64("n") }
        try expect(#"{"n":1e3}"#, nil, [signed + "1e3"]) { $0.int64("n") }
        try expect(#"{"n":"1"}"#, nil, ["/n: must be an integer, is a string"]) { $0.int64("n") }
        try expect(#"{"n":null}"#, nil) { $0.int64("n") }
    }

    @Test func smallerIntegers() throws {
        let uint32 = "/n: must be an integer from 0 to 4294967295, is "
        let int32 = "/n: must be an integer from -2147483648 to 2147483647, is "
        try expect(#"{"n":4294967295}"#, .max) { $0.uint32("n") }
        try expect(#"{"n":4294967296}"#, nil, [uint32 + "4294967296"]) { $0.uint32("n") }
        try expect(#"{"n":-1}"#, nil, [uint32 + "-1"]) { $0.uint32("n") }
        try expect(#"{"n":65535}"#, .max) { $0.uint16("n") }
        try expect(#"{"n":65536}"#, nil, ["/n: must be an integer from 0 to 65535, is 65536"]) { $0.uint16("n") }
        try expect(#"{"n":-2147483648}"#, .min) { $0.int32("n") }
        try expect(#"{"n":2147483648}"#, nil, [int32 + "2147483648"]) { $0.int32("n") }
    }

    @Test func requiredIntegers() throws {
        try expect(#"{"n":5}"#, 5) { $0.requiredInt64("n") }
        try expect(#"{"n":5}"#, 5) { $0.requiredInt32("n") }
        try expect(#"{"n":5}"#, 5) { $0.requiredUInt64("n") }
        try expect(#"{"n":5}"#, 5) { $0.requiredUInt32("n") }
        for text in ["{}", #"{"n":null}"#] {
            try expect(text, 0, ["/n: is required"]) { $0.requiredInt64("n") }
            try expect(text, 0, ["/n: is required"]) { $0.requiredInt32("n") }
            try expect(text, 0, ["/n: is required"]) { $0.requiredUInt64("n") }
            try expect(text, 0, ["/n: is required"]) { $0.requiredUInt32("n") }
        }
    }

    @Test func longNumbersAreCutInTheMessage() throws {
        let digits = String(repeating: "9", count: 1000)
        let message = "/n: must be an integer from 0 to 4294967295, is " + String(repeating: "9", count: 128) + "..."
        try expect("{\"n\":\(digits)}", nil, [message]) { $0.uint32("n") }
    }

    @Test func arraysOfIntegers() throws {
        let text = #"{"a":[0,4294967295],"b":[1,"2",-3,4]}"#
        try expect(text, [0, .max]) { $0.uint32s("a") }
        try expect(text, []) { $0.uint32s("z") }
        let problems = [
            "/b/1: must be an integer, is a string", "/b/2: must be an integer from 0 to 4294967295, is -3",
        ]
        try expect(text, [1, 4], problems) { $0.uint32s("b") }
    }

    @Test func nestedPlaces() throws {
        let text = #"{"o":{"p":{"q":1}},"a":[{"x":1},2,{"x":"s","y":[{"z":true}]}],"m":{"a/b~c":{"d":1},"k":5}}"#
        let (_, problems) = try read(text) { root in
            _ = root.object("o")?.object("p")?.string("q")
            let elements = root.objects("a")
            #expect(elements.count == 3)
            for index in 0..<elements.count {
                let element = elements[index]
                _ = element.string("x")
                let inner = element.objects("y")
                if inner.count > 0 { _ = inner[0].string("z") }
            }
            for member in root.object("m")?.members ?? [] { _ = root.object("m")?.object(of: member).string("d") }
            for member in root.object("m")?.members ?? [] { _ = root.object("m")?.string(of: member) }
        }
        let expected = [
            "/o/p/q: must be a string, is a number", "/a/0/x: must be a string, is a number",
            "/a/1: must be an object, is a number", "/a/2/y/0/z: must be a string, is a boolean",
            "/m/a~1b~0c/d: must be a string, is a number", "/m/k: must be an object, is a number",
            "/m/a~1b~0c: must be a string, is an object", "/m/k: must be a string, is a number",
        ]
        #expect(problems == expected)
    }

    @Test func theDocumentItself() throws {
        try expect("[1]", nil, ["the document must be an object, is an array"]) { $0.string("a") }
        try expect("[1]", "", ["the document must be an object, is an array"]) { $0.requiredString("a") }
        try expect(#"{"o":1}"#, "", ["/o: must be an object, is a number"]) { $0.object("o")?.requiredString("a") }
    }

    @Test func namesThatBreakTheLine() throws {
        let (_, problems) = try read(#"{"m":{"a\nb\u0085\u2028":1}}"#) { root in
            for member in root.object("m")?.members ?? [] { _ = root.object("m")?.string(of: member) }
        }
        #expect(problems == ["/m/a\\nb\\u0085\\u2028: must be a string, is a number"])
    }

    @Test func notes() throws {
        try expect(#"{"o":{}}"#, true, ["/o/x: is odd"]) { root in
            root.object("o")?.note("x", "is odd")
            return true
        }
    }
}

@Suite struct ProblemTests {
    @Test func line() {
        #expect(Problem.line([Problem(pointer: "/a", message: "is bad")]) == "/a: is bad")
        let many = (1...23).map { Problem(pointer: "/\($0)", message: "m") }
        let shown = (1...20).map { "/\($0): m" }.joined(separator: "; ")
        #expect(Problem.line(Array(many[..<20])) == shown)
        #expect(Problem.line(many) == shown + "; and 3 more")
    }
}

import Testing

@testable import JSON

@Suite struct DuplicateKeyTests {
    @Test(arguments: [
        ("{\"a\":1,\"a\":1}", "line 1, column 8: duplicate key \"a\""),
        ("{\"a\":1,\n \"b\":{\"c\":1,\n  \"c\" : 2}}", "line 3, column 3: duplicate key \"c\""),
        ("{\"a\":1,\"\\u0061\":1}", "line 1, column 8: duplicate key \"a\""),
        ("{\"x\\\"\":1,\"x\\\"\":1}", "line 1, column 10: duplicate key \"x\"\""),
        ("{\"\\\\\":1,\"\\\\\":1}", "line 1, column 9: duplicate key \"\\\""),
        ("{\"\":1,\"\":1}", "line 1, column 7: duplicate key \"\""),
        ("{\"a\\nb\":1,\"a\\nb\":1}", "line 1, column 11: duplicate key \"a\\nb\""),
    ])
    func small(_ text: String, _ expected: String) {
        #expect(complaint(text) == expected)
    }

    @Test func sameKeyInDifferentObjects() {
        #expect(complaint("{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":2}]}") == nil)
    }

    @Test func keysAreComparedByBytes() {
        #expect("\u{e9}" == "e\u{301}")
        #expect(complaint("{\"\u{e9}\":1,\"e\u{301}\":1}") == nil)
        #expect(complaint("{\"\u{e9}\":1,\"\u{e9}\":1}") == "line 1, column 8: duplicate key \"\u{e9}\"")
    }

    /// Around the size where looking through all keys gives way to a table.
    @Test func everyPositionOfEverySize() {
        for count in 1...70 {
            let members = (0..<count).map { "\"k\($0)\":{\"k\($0)\":0}" }
            #expect(complaint("{" + members.joined(separator: ",") + "}") == nil)
            for repeated in 0..<count {
                let text = "{" + members.joined(separator: ",") + ",\n\"k\(repeated)\":1}"
                #expect(complaint(text) == "line 2, column 1: duplicate key \"k\(repeated)\"")
            }
        }
    }

    @Test func largeObjectsInEachOther() {
        func object(_ inner: String) -> String {
            let members = (0..<40).map { "\"k\($0)\":\($0 == 20 ? inner : "0")" }
            return "{" + members.joined(separator: ",") + "}"
        }
        #expect(complaint(object(object(object("0")))) == nil)
        let broken = object("{\"x\":0}").dropLast() + ",\"k39\":0}"
        #expect(complaint(String(broken))?.hasSuffix("duplicate key \"k39\"") == true)
    }

    @Test func aHundredThousandKeys() {
        let members = (0..<100_000).map { "\"key-number-\($0)\":\($0)" }
        let text = "{" + members.joined(separator: ",")
        #expect(complaint(text + "}") == nil)
        #expect(
            complaint(text + ",\n\"key-number-77777\":0}") == "line 2, column 1: duplicate key \"key-number-77777\"")
    }

    @Test func longKeysAreCutInTheMessage() {
        let key = String(repeating: "é", count: 5000)
        let expected = "line 1, column 5007: duplicate key \"" + String(repeating: "é", count: 128) + "...\""
        #expect(complaint("{\"\(key)\":1,\"\(key)\":1}") == expected)
    }
}

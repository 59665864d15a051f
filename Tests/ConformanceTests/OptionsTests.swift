import Testing

@testable import apus_conformance

/// The suite's command line.
@Suite struct OptionsTests {
    @Test("groups are whole names, filters are parts, and both must hold") func choosing() throws {
        let options = try #require(try Options(["--group", "kill", "--filter", "Signal", "--skip", "unknown"]))
        #expect(options.selects("kill: sends the named signal", of: "kill"))
        #expect(!options.selects("kill: sends the named signal", of: "kill all"))
        #expect(!options.selects("kill: ends a created container", of: "kill"))
        #expect(!options.selects("kill: fails for an unknown signal", of: "kill"))
    }

    @Test("values may be attached, and must make sense") func values() throws {
        #expect(try Options(["--jobs=3", "--slowest", "7"])?.jobs == 3)
        #expect(throws: Options.Misuse.self) { try Options(["--jobs", "0"]) }
        #expect(throws: Options.Misuse.self) { try Options(["--slowest"]) }
        #expect(throws: Options.Misuse.self) { try Options(["--tap", "15"]) }
        #expect(throws: Options.Misuse.self) { try Options(["--no-such-option"]) }
        #expect(try Options(["--help"]) == nil)
    }
}

/// What a report shows of a configuration.
@Suite struct JSONDifferenceTests {
    @Test("changed, new and lost members are named by their places") func members() {
        let before: JSON = ["a": 1, "b": ["c": true], "d": 2]
        let after: JSON = ["a": 1, "b": ["c": false, "e": [1]], "f": "new"]
        #expect(before.differences(to: after) == ["/b/c: false", "/b/e: [1]", "/f: \"new\"", "/d: gone"])
        #expect(before.differences(to: before).isEmpty)
    }

    @Test("lists tell what was added and taken away") func lists() {
        let before: JSON = ["a": [["b": 1], ["b": 2]]]
        #expect(before.differences(to: ["a": [["b": 1], ["b": 2], ["b": 3]]]) == ["/a/2: {\"b\":3}"])
        #expect(before.differences(to: ["a": [["b": 2], ["b": 4]]]) == ["/a: without {\"b\":1}", "/a/1: {\"b\":4}"])
        #expect(before.differences(to: ["a": 5]) == ["/a: 5"])
        let words: JSON = ["a": ["x", "y"]]
        #expect(words.differences(to: ["a": ["x", "z"]]) == ["/a: [\"x\",\"z\"]"])
    }

    @Test("long texts and lists are cut") func long() {
        #expect(JSON.text(String(repeating: "a", count: 2000)).abbreviated.string?.utf8.count == 2000)
        let cut = JSON.text(String(repeating: "a", count: 2001)).abbreviated.string
        #expect(cut == String(repeating: "a", count: 100) + "... (2001 bytes)")
        let list = JSON.array(Array(repeating: 7, count: 201)).abbreviated.elements
        #expect(list?.count == 11)
        #expect(list?.last == "... (201 elements)")
    }
}

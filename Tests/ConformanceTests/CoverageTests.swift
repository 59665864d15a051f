import Testing

@testable import apus_conformance

/// The index of the specification's sentences, against the cases.
@Suite struct CoverageTests {
    @Test("the index agrees with the cases") func agrees() {
        #expect(Coverage().problems == [])
    }

    @Test("no two cases have one name") func names() {
        var seen: Set<String> = []
        #expect(Coverage.titles.filter { !seen.insert($0).inserted } == [])
    }

    @Test("an entry is read whole") func reads() {
        let coverage = Coverage(
            texts: [
                "# runtime.md, Kill\n\nkill.must-2  MUST send\n    It is\n    sent.\n    = kill: a\n    = kill: b\n"
            ],
            titles: ["kill: a", "kill: b"])
        #expect(coverage.problems == [])
        #expect(coverage.sentences.count == 1)
        let sentence = coverage.sentences.first
        #expect(sentence?.id == "kill.must-2")
        #expect(sentence?.level == .must)
        #expect(sentence?.section == "runtime.md, Kill")
        #expect(sentence?.words == "MUST send")
        #expect(sentence?.says == "It is sent.")
        #expect(sentence?.cases == ["kill: a", "kill: b"])
        #expect(coverage.sentences(of: "kill: b").map { $0.id } == ["kill.must-2"])
    }

    @Test(
        "what is wrong with an index is said",
        arguments: [
            ("a.must-1  x\n    says\n", "neither a case nor a reason"),
            ("a.must-1  x\n    says\n    = g: none\n", "there is no case"),
            ("a.must-1  x\n    says\n    = g: one\n    - authors\n", "cases and a reason"),
            ("a.must-1  x\n    - authors\na.must-1  y\n    - authors\n", "twice"),
            ("a.must-1  x\n    - because\n", "no such reason"),
            ("a.must-1  x\n    - authors\n    - heading\n", "second reason"),
            ("a.must-1  x\n    = g: one\n", "is not said"),
            ("a.must-1  x\n    says\n    = g: one\n    = g: one\n", "a case twice"),
            ("a.musty-1  x\n    - authors\n", "no level"),
            ("a.must  x\n    - authors\n", "no level"),
            ("a.must-1\n    - authors\n", "no words"),
            ("    - authors\n", "before the first"),
        ]) func disagreements(text: String, problem: String)
    {
        let coverage = Coverage(texts: ["# d, s\n" + text], titles: ["g: one"])
        #expect(coverage.problems.joined(separator: "\n").contains(problem))
    }

    @Test("conformance/README.md has the table as it is") func table() throws {
        let document = try DocumentationTests.text("conformance/README.md")
        let rows = Coverage().summary.split(separator: "\n").dropFirst().prefix { !$0.hasPrefix("authors   a") }
        #expect(rows.count == Sentence.Reason.allCases.count + 4)
        for row in rows { #expect(document.contains("\n    \(row)\n")) }
    }

    @Test("the share counts every sentence") func share() {
        let coverage = Coverage(
            texts: ["# d, s\na.must-1  x\n    says\n    = g: one\na.must-2  y\n    - authors\n"], titles: ["g: one"])
        #expect(coverage.summary.contains("share           50 %"))
    }
}

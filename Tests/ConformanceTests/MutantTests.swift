import Testing

@testable import apus_conformance

/// The mutants, against the index.
@Suite struct MutantTests {
    @Test("every sentence with cases has one mutant") func complete() {
        var named: [String: Int] = [:]
        for mutant in Mutant.all {
            for sentence in mutant.sentences { named[sentence, default: 0] += 1 }
        }
        let checked = Coverage().sentences.filter { !$0.cases.isEmpty }.map { $0.id }
        #expect(checked.filter { named[$0] == nil } == [])
        #expect(named.filter { $0.value > 1 }.map { $0.key } == [])
    }

    @Test("every mutant names sentences of the index") func known() {
        let ids = Set(Coverage().sentences.map { $0.id })
        for mutant in Mutant.all {
            #expect(mutant.sentences.filter { !ids.contains($0) } == [])
            #expect(!mutant.sentences.isEmpty)
        }
    }

    @Test("an impostor understands its words") func words() {
        let call = Invocation(
            runtime: "/bin/true", memory: "/tmp",
            arguments: ["--root", "/r", "--log=/l", "create", "--bundle", "/b", "--no-pivot", "c1"])
        #expect(call.verb == "create")
        #expect(call.creates)
        #expect(call.root == "/r")
        #expect(call.log == "/l")
        #expect(call.bundle == "/b")
        #expect(call.id == "c1")
        #expect(call.has("--no-pivot"))
        let kill = Invocation(runtime: "/bin/true", memory: "/tmp", arguments: ["kill", "--", "-c1", "TERM"])
        #expect(kill.operands == ["-c1", "TERM"])
        #expect(Invocation(runtime: "/bin/true", memory: "/tmp", arguments: ["--version"]).verb.isEmpty)
    }

    @Test("options and their values are taken out of a call, and no word of the program") func withoutOptions() {
        let call = Invocation(
            runtime: "/bin/true", memory: "/tmp",
            arguments: ["--root", "/r", "exec", "--user", "1", "--cwd=/tmp", "-d", "-u=2", "c1", "--user", "3"])
        #expect(call.words(without: ["--user", "-u"]) == ["--cwd=/tmp", "-d", "c1", "--user", "3"])
        #expect(call.words(without: ["--cwd", "-d"]) == ["--user", "1", "-u=2", "c1", "--user", "3"])
    }

    @Test("elements at a place are kept and changed") func editing() {
        var config: JSON = ["a": ["b": [1, 2, 3]]]
        config.keep("a", "b") { $0 != 2 }
        #expect(config == ["a": ["b": [1, 3]]])
        config.each("a", "b") { $0 = [$0] }
        #expect(config == ["a": ["b": [[1], [3]]]])
        config.keep("none") { _ in false }
        #expect(config == ["a": ["b": [[1], [3]]]])
    }
}

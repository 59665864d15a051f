import Testing

@testable import apus_conformance

/// The promises beside the specification's sentences.
@Suite struct PromiseTests {
    @Test("every promise has a name of its own, and cases that there are") func known() {
        let titles = Set(Coverage.titles)
        let ids = Promise.all.map { $0.id }
        #expect(Set(ids).count == ids.count)
        #expect(Set(ids).isDisjoint(with: Coverage().sentences.map { $0.id }))
        for promise in Promise.all {
            #expect(promise.cases.filter { !titles.contains($0) } == [], "\(promise.id)")
            #expect(!promise.cases.isEmpty, "\(promise.id)")
            #expect(Set(promise.cases).count == promise.cases.count, "\(promise.id)")
        }
    }

    @Test("a promise's mutant is found by its name") func found() {
        #expect(Promise.all.filter { Mutant.of($0.id)?.what != $0.breach }.map { $0.id } == [])
    }

    @Test("every case must fail with a mutant, or it is said why nothing can break it") func complete() {
        var claimed = Set(Coverage().sentences.flatMap { $0.cases } + Fields().sentences.flatMap { $0.cases })
        claimed.formUnion(Promise.all.flatMap { $0.cases })
        #expect(Promise.unbreakable.keys.filter { claimed.contains($0) || !Coverage.titles.contains($0) } == [])
        let unproven = Coverage.titles.filter { title in
            !claimed.contains(title)
                && Promise.unbreakable[title] == nil
        }
        #expect(unproven == [])
    }

    @Test("words without an option and its value") func words() {
        let call = Invocation(
            runtime: "/bin/true", memory: "/tmp",
            arguments: ["update", "--memory", "5", "--memory-swap=7", "--pids-limit", "3", "c1"])
        #expect(call.id == "c1")
        #expect(call.words(without: ["--memory"]) == ["--memory-swap=7", "--pids-limit", "3", "c1"])
        #expect(call.words(without: ["--memory-swap"]) == ["--memory", "5", "--pids-limit", "3", "c1"])
    }
}

/// What a run says of the specification, sentence by sentence.
struct Standing {
    private var results: [String: Verdict.Result] = [:]

    /// Keeps the result of a case.
    mutating func add(_ title: String, _ result: Verdict.Result) { results[title] = result }

    /// The sentences of which a case failed, in the order of the index.
    func broken(_ coverage: Coverage) -> [Sentence] {
        coverage.sentences.filter { sentence in sentence.cases.contains { results[$0] == .failed } }
    }

    /// How many sentences hold: of each at least one case passed, and none failed.
    func holding(_ coverage: Coverage) -> Int {
        coverage.sentences.filter { sentence in
            sentence.cases.contains { results[$0] == .passed } && !sentence.cases.contains { results[$0] == .failed }
        }.count
    }

    /// In words: nil when no case that ran checks a sentence.
    func text(_ coverage: Coverage) -> String? {
        let broken = broken(coverage)
        let holding = holding(coverage)
        if broken.isEmpty, holding == 0 { return nil }
        var text = "Of the specification \(Coverage.version) \(holding) sentences hold, \(broken.count) do not"
        text += broken.isEmpty ? "\n" : ":\n"
        for sentence in broken {
            text += "  \(sentence.id) (\(sentence.section)): \(sentence.says)\n"
        }
        return text
    }
}

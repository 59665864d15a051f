/// Which sentences of the specification the cases check, and why the others are not checked.
struct Coverage {
    /// The version of the specification that the index follows.
    static let version = "1.3.0"

    let sentences: [Sentence]
    /// What is wrong with the index itself.
    let problems: [String]

    /// The index as it is, against the cases as they are.
    init() {
        self.init(texts: Coverage.texts, titles: Coverage.titles)
    }

    init(texts: [String], titles: [String]) {
        var sentences: [Sentence] = []
        var problems: [String] = []
        for text in texts {
            let reader = IndexReader(text)
            sentences += reader.sentences
            problems += reader.problems
        }
        self.sentences = sentences
        self.problems = problems + Coverage.disagreements(sentences, Set(titles))
    }

    /// The full name of every case.
    static var titles: [String] {
        var titles: [String] = []
        for group in Group.all {
            for item in group.cases { titles.append("\(group.name): \(item.name)") }
        }
        return titles
    }

    private static func disagreements(_ sentences: [Sentence], _ titles: Set<String>) -> [String] {
        var problems: [String] = []
        var seen: Set<String> = []
        for sentence in sentences {
            if !seen.insert(sentence.id).inserted { problems.append("\(sentence.id): twice") }
            if sentence.cases.isEmpty, sentence.reason == nil {
                problems.append("\(sentence.id): neither a case nor a reason")
            }
            if !sentence.cases.isEmpty, sentence.reason != nil {
                problems.append("\(sentence.id): cases and a reason")
            }
            if !sentence.cases.isEmpty, sentence.says.isEmpty {
                problems.append("\(sentence.id): what it demands is not said")
            }
            if Set(sentence.cases).count != sentence.cases.count { problems.append("\(sentence.id): a case twice") }
            for name in sentence.cases where !titles.contains(name) {
                problems.append("\(sentence.id): there is no case “\(name)”")
            }
        }
        return problems
    }

    /// The sentences that a case checks.
    func sentences(of title: String) -> [Sentence] {
        sentences.filter { $0.cases.contains(title) }
    }

    // MARK: Text

    /// What `--coverage` prints.
    var summary: String {
        var text = "OCI runtime specification \(Coverage.version): \(sentences.count) normative sentences\n\n"
        text += Coverage.row("", ["MUST", "REQUIRED", "SHOULD", "MAY"])
        text += Coverage.row("checked", counts { !$0.cases.isEmpty })
        for reason in Sentence.Reason.allCases { text += Coverage.row(reason.rawValue, counts { $0.reason == reason }) }
        text += Coverage.row("all", counts { _ in true })
        text += Coverage.row(
            "share",
            Sentence.Level.allCases.map { level in
                let all = sentences.filter { $0.level == level }
                return all.isEmpty ? "-" : "\(all.filter { !$0.cases.isEmpty }.count * 100 / all.count) %"
            })
        text += "\n"
        for reason in Sentence.Reason.allCases { text += Coverage.padded(reason.rawValue, 10) + reason.meaning + "\n" }
        let open = sentences.filter { $0.reason == .open }
        if !open.isEmpty { text += "\nOpen:\n" }
        for sentence in open { text += "  \(sentence.id)  \(sentence.says) [\(sentence.section)]\n" }
        return text
    }

    private func counts(_ holds: (Sentence) -> Bool) -> [String] {
        Sentence.Level.allCases.map { level in
            String(sentences.filter { $0.level == level && holds($0) }.count)
        }
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        var text = padded(name, 10)
        for cell in cells { text += String(repeating: " ", count: max(0, 10 - cell.count)) + cell }
        return text + "\n"
    }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}

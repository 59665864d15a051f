/// Reads the index of sentences, which is text for people:
///
///     # runtime.md, Create
///
///     runtime.create.must-3  a new container MUST NOT be created
///         A taken or wrong id makes no container.
///         = create: fails when the id is taken, without effect
///
/// A line in the first column is an id and the sentence's own words; then come, indented, what it demands, and either
/// the cases that check it, each behind "=", or behind "-" the one reason why there is none.
struct IndexReader {
    private(set) var sentences: [Sentence] = []
    /// What is wrong with the text, with its lines.
    private(set) var problems: [String] = []
    private var section = ""

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# ") {
                section = String(line.dropFirst(2))
            } else if line.hasPrefix("    = ") {
                change(line) { $0.cases.append(String(line.dropFirst(6))) }
            } else if line.hasPrefix("    - ") {
                excuse(line)
            } else if line.hasPrefix("    ") {
                change(line) { $0.says += ($0.says.isEmpty ? "" : " ") + line.dropFirst(4) }
            } else {
                begin(line)
            }
        }
    }

    private mutating func begin(_ line: Substring) {
        guard let gap = line.firstIndex(of: " ") else { return problems.append("no words: \(line)") }
        let id = String(line[..<gap])
        let words = line[gap...].drop { $0 == " " }
        guard let level = IndexReader.level(of: id), !section.isEmpty, !words.isEmpty else {
            return problems.append("no level, section or words: \(line)")
        }
        sentences.append(Sentence(id: id, level: level, section: section, words: String(words)))
    }

    /// "must" of "runtime.create.must-3".
    private static func level(of id: String) -> Sentence.Level? {
        guard let last = id.split(separator: ".").last, let dash = last.lastIndex(of: "-"),
            Int(last[last.index(after: dash)...]) != nil
        else { return nil }
        return Sentence.Level(rawValue: String(last[..<dash]))
    }

    private mutating func excuse(_ line: Substring) {
        guard let reason = Sentence.Reason(rawValue: String(line.dropFirst(6))) else {
            return problems.append("no such reason: \(line)")
        }
        change(line) { sentence in
            if sentence.reason != nil { sentence.cases.append("a second reason") }
            sentence.reason = reason
        }
    }

    private mutating func change(_ line: Substring, _ edit: (inout Sentence) -> Void) {
        guard !sentences.isEmpty else { return problems.append("before the first sentence: \(line)") }
        edit(&sentences[sentences.count - 1])
    }
}

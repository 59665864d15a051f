/// Which cases fail when a runtime passes a field of the configuration over, and why there is none for the others.
struct Fields {
    /// Why no case fails. The list is closed.
    enum Reason: String, CaseIterable {
        case foreign, hardware, first, replaced

        var meaning: String {
            switch self {
            case .foreign: "of another platform"
            case .hardware: "needs a processor with resctrl"
            case .first: "has an effect in cgroup v1 only"
            case .replaced: "execve(2) reckons it anew from the others"
            }
        }
    }

    struct Field {
        /// Its place in the document; `*` stands for any element or key.
        let pointer: String
        /// The full names of the cases.
        var cases: [String] = []
        var reason: Reason?
    }

    let fields: [Field]
    /// What is wrong with the index itself.
    let problems: [String]

    /// The index as it is, against the cases as they are.
    init() { self.init(Coverage.fieldsText, titles: Coverage.titles) }

    /// Reads an index: a line in the first column is a field; then come, indented, the cases, each behind "=", or behind
    /// "-" the one reason why there is none.
    init(_ text: String, titles: [String]) {
        var fields: [Field] = []
        var problems: [String] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("/") {
                fields.append(Field(pointer: String(line)))
            } else if line.hasPrefix("    = "), !fields.isEmpty {
                fields[fields.count - 1].cases.append(String(line.dropFirst(6)))
            } else if line.hasPrefix("    - "), !fields.isEmpty, fields[fields.count - 1].reason == nil,
                let reason = Reason(rawValue: String(line.dropFirst(6)))
            {
                fields[fields.count - 1].reason = reason
            } else {
                problems.append("no field, case or reason: \(line)")
            }
        }
        self.fields = fields
        self.problems = problems + Fields.disagreements(fields, Set(titles))
    }

    private static func disagreements(_ fields: [Field], _ titles: Set<String>) -> [String] {
        var problems: [String] = []
        var seen: Set<String> = []
        for field in fields {
            if !seen.insert(field.pointer).inserted { problems.append("\(field.pointer): twice") }
            if field.cases.isEmpty == (field.reason == nil) {
                problems.append("\(field.pointer): must have either cases or a reason")
            }
            for name in field.cases where !titles.contains(name) {
                problems.append("\(field.pointer): there is no case “\(name)”")
            }
        }
        return problems
    }

    /// What `--prove` shows: each field with cases as a sentence of its own.
    var sentences: [Sentence] {
        fields.filter { !$0.cases.isEmpty }.map { field in
            Sentence(
                id: field.pointer, level: .required, section: "the fields of config.json", words: field.pointer,
                says: "The field is applied.", cases: field.cases)
        }
    }

    /// What `--coverage` prints.
    var summary: String {
        var text = "\nFields of a Linux configuration: \(fields.count)\n"
        text += Coverage.padded("checked", 10) + "\(fields.filter { !$0.cases.isEmpty }.count)\n"
        for reason in Reason.allCases {
            let count = fields.filter { $0.reason == reason }.count
            text += Coverage.padded(reason.rawValue, 10) + Coverage.padded("\(count)", 5) + reason.meaning + "\n"
        }
        return text
    }
}

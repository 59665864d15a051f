import JSON
import Kernel

/// What is found wrong with a document, or worth saying of it, while it becomes a plan.
struct Findings {
    private(set) var problems: [Problem] = []
    /// Each with its JSON pointer in front, as problems are shown.
    private(set) var warnings: [String] = []

    /// Notes that the field at `pointer` is wrong; the message says what would be right. Of very many, the first.
    mutating func refuse(_ pointer: String, _ message: String) {
        guard problems.count < JSONFindings.most else { return }
        problems.append(Problem(pointer: pointer, message: message))
    }

    /// Notes that the document asks for something apus does not do.
    mutating func unsupported(_ pointer: String, _ word: String? = nil) {
        refuse(pointer, (word.map { Findings.quoted($0) + " " } ?? "") + "is not supported by apus")
    }

    /// Notes that the field at `pointer` needs a namespace of the container's own.
    mutating func needs(_ namespace: Namespace, _ pointer: String) {
        let name = namespace.name.description
        // Whoever is asked for a mount namespace and joins one has the type in the list already.
        let what = namespace == .mount ? "\"} without a path in /linux/namespaces" : "\"} in /linux/namespaces"
        refuse(pointer, "needs its own " + name + " namespace: {\"type\": \"" + name + what)
    }

    /// Notes what does not stop the container from being made.
    mutating func warn(_ pointer: String, _ message: String) { warn(pointer + ": " + message) }

    /// Notes a whole warning, its pointer included. Of very many, the first.
    mutating func warn(_ warning: String) {
        guard warnings.count <= Findings.mostWarnings else { return }
        warnings.append(warnings.count < Findings.mostWarnings ? warning : "more warnings are left out")
    }

    private static let mostWarnings = 100

    /// Throws the problems of a document other than config.json, or passes its warnings on.
    func judge(_ name: String, _ warnings: Warnings) throws(RuntimeError) {
        guard problems.isEmpty else { throw RuntimeError(.configuration, name + ": " + Problem.line(problems)) }
        for warning in self.warnings { warnings.add(warning) }
    }

    /// A word of the document as it may stand in a message.
    static func quoted(_ text: String) -> String { "\"" + JSONText.excerpt(text) + "\"" }
}

/// Remembers texts and tells whether one came before: by comparing while there are few, by hashing when there are many.
///
/// Texts are equal when their bytes are; for `String`, two Unicode spellings of one text would be equal.
struct SeenTexts {
    private struct Key: Hashable {
        let text: String
        static func == (one: Key, other: Key) -> Bool {
            one.text == other.text && one.text.utf8.elementsEqual(other.text.utf8)
        }
        func hash(into hasher: inout Hasher) { for byte in text.utf8 { hasher.combine(byte) } }
    }

    private static let few = 48
    private var texts: [String] = []
    private var table: [Key: Int] = [:]

    /// How many texts were remembered before `text` was; nil when it is new, and remembered from now on.
    mutating func place(of text: String) -> Int? {
        let key = Key(text: text)
        if texts.count < SeenTexts.few {
            for (place, known) in texts.enumerated() where Key(text: known) == key { return place }
        } else {
            if table.isEmpty { for (place, known) in texts.enumerated() { table[Key(text: known)] = place } }
            if let known = table[key] { return known }
            table[key] = texts.count
        }
        texts.append(text)
        return nil
    }
}

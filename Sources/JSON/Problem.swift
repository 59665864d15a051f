/// One thing wrong with a document: where, and what.
package struct Problem: Equatable, Sendable {
    /// The place as a JSON pointer (RFC 6901), such as `/linux/resources/memory/limit`; empty for the whole document.
    package var pointer: String
    /// What is wrong there, and what would be right: `must be an integer, is a string`.
    package var message: String

    /// A problem at `pointer`.
    package init(pointer: String, message: String) {
        self.pointer = pointer
        self.message = message
    }

    /// The place and the message, in one line.
    package var description: String {
        pointer.isEmpty ? "the document " + message : pointer + ": " + message
    }

    /// All of `problems` in one line: the first 20 descriptions joined by `; `, then how many more there are.
    package static func line(_ problems: [Problem]) -> String {
        let shown = 20
        var line = ""
        for (index, problem) in problems.enumerated() {
            if index == shown {
                let rest = problems.count - shown
                return line + "; and " + (problems.count < JSONFindings.most ? String(rest) : "many") + " more"
            }
            if index > 0 { line += "; " }
            line += problem.description
        }
        return line
    }
}

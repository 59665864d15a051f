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
                return line + "; and " + String(problems.count - shown) + " more"
            }
            if index > 0 { line += "; " }
            line += problem.description
        }
        return line
    }
}

/// Why bytes are not a JSON document.
package struct JSONError: Error, Equatable, Sendable {
    /// What is wrong, in one line.
    package var message: String
    /// The line, from 1; 0 when the document as a whole is meant.
    package var line: Int
    /// The character within the line, from 1, counted in Unicode scalars; 0 when the document as a whole is meant.
    package var column: Int

    /// An error at a place, or of the whole document.
    package init(message: String, line: Int = 0, column: Int = 0) {
        self.message = message
        self.line = line
        self.column = column
    }

    /// Place and message in one line: `line 3, column 14: trailing garbage`.
    package var description: String {
        if line == 0 { return message }
        return "line " + String(line) + ", column " + String(column) + ": " + message
    }
}

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

    /// Place and message in one line: `line 3, column 14: expected a value, found ']'`.
    package var description: String {
        if line == 0 { return message }
        return "line " + String(line) + ", column " + String(column) + ": " + message
    }
}

/// Where errors lie: a byte offset becomes line and column.
extension JSONError {
    /// An error at the byte `offset` of `bytes`; past the last byte for the end of the document.
    init(_ message: String, at offset: Int, of bytes: UnsafeRawBufferPointer) {
        var line = 1
        var column = 1
        for byte in bytes[..<min(offset, bytes.count)] {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.init(message: message, line: line, column: column)
    }

    /// The error of the token that ends right before the byte `end`.
    init(_ refusal: TreeBuilder.Refusal, before end: Int, of bytes: UnsafeRawBufferPointer) {
        switch refusal {
        case .tooDeep:
            let depth = String(TreeBuilder.maximumDepth)
            self.init("nested more than " + depth + " levels deep", at: end - 1, of: bytes)
        case .duplicate(let key):
            let message = "duplicate key \"" + JSONText.excerpt(key) + "\""
            self.init(message, at: JSONError.openingQuote(before: end - 1, in: bytes), of: bytes)
        }
    }

    /// Where the string begins whose closing quote is at `end`.
    private static func openingQuote(before end: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        var index = end
        while index > 0 {
            index -= 1
            guard bytes[index] == UInt8(ascii: "\"") else { continue }
            var backslashes = 0
            while backslashes < index, bytes[index - 1 - backslashes] == UInt8(ascii: "\\") { backslashes += 1 }
            if backslashes % 2 == 0 { return index }
        }
        return index
    }
}

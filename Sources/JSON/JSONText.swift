/// Pieces of a document as they may stand in a message: in one line, and not too long.
package enum JSONText {
    /// The most Unicode scalars of a document that a message repeats at once.
    static let excerptLength = 128

    /// `text` with control characters written as JSON writes them (`\n`).
    package static func printable(_ text: String) -> String {
        var printable = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A: printable += "\\n"
            case 0x0D: printable += "\\r"
            case 0x09: printable += "\\t"
            case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029:
                let hex = String(scalar.value, radix: 16)
                printable += "\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex
            default: printable.unicodeScalars.append(scalar)
            }
        }
        return printable
    }

    /// The beginning of `text` in printable form, with `...` where it was cut.
    package static func excerpt(_ text: String) -> String {
        var end = text.startIndex
        guard text.unicodeScalars.formIndex(&end, offsetBy: excerptLength, limitedBy: text.endIndex),
            end < text.endIndex
        else { return printable(text) }
        return printable(String(text[..<end])) + "..."
    }
}

extension JSON {
    /// The value on one line.
    var compact: String {
        var text = ""
        write(to: &text, indent: nil)
        return text
    }

    /// The value over several lines, for people.
    var pretty: String {
        var text = ""
        write(to: &text, indent: 0)
        return text
    }

    private func write(to text: inout String, indent: Int?) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let digits): text += digits
        case .text(let string): Self.quote(string, to: &text)
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += "," }
                Self.newLine(indent.map { $0 + 1 }, to: &text)
                element.write(to: &text, indent: indent.map { $0 + 1 })
            }
            if !elements.isEmpty { Self.newLine(indent, to: &text) }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                Self.newLine(indent.map { $0 + 1 }, to: &text)
                Self.quote(member.key, to: &text)
                text += indent == nil ? ":" : ": "
                member.value.write(to: &text, indent: indent.map { $0 + 1 })
            }
            if !members.isEmpty { Self.newLine(indent, to: &text) }
            text += "}"
        }
    }

    /// The value for a report: long texts and lists are cut.
    var abbreviated: JSON {
        switch self {
        case .text(let text) where text.utf8.count > 2000:
            return .text("\(text.prefix(100))... (\(text.utf8.count) bytes)")
        case .array(let elements) where elements.count > 200:
            return .array(elements.prefix(10).map { $0.abbreviated } + [.text("... (\(elements.count) elements)")])
        case .array(let elements): return .array(elements.map { $0.abbreviated })
        case .object(let members) where members.count > 200:
            let last = Member(key: "...", value: .text("(\(members.count) members)"))
            return .object(members.prefix(10).map { Member(key: $0.key, value: $0.value.abbreviated) } + [last])
        case .object(let members):
            return .object(members.map { Member(key: $0.key, value: $0.value.abbreviated) })
        default: return self
        }
    }

    private static func newLine(_ indent: Int?, to text: inout String) {
        guard let indent else { return }
        text += "\n"
        for _ in 0..<indent { text += "  " }
    }

    private static func quote(_ string: String, to text: inout String) {
        text += "\""
        defer { text += "\"" }
        if !string.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
            text += string
            return
        }
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
    }
}

/// Reads values in GVariant's text form, as far as properties of units have them: `true`, `uint32 5`, `1.5`, `'text'`,
/// `['a', "b"]`, `[('/dev/sda', uint64 5)]`, `@as []`. (GLib, "GVariant Text Format")
struct VariantText {
    private var rest: ArraySlice<UInt8>

    /// Nil when the text is no such value.
    static func parse(_ text: String) -> BusValue? {
        var reader = VariantText(rest: ArraySlice(text.utf8))
        guard let value = reader.value(as: nil, depth: 0) else { return nil }
        reader.skipSpace()
        return reader.rest.isEmpty ? value : nil
    }

    private static let words: [(String, String)] = [
        ("boolean", "b"), ("byte", "y"), ("int16", "n"), ("uint16", "q"), ("int32", "i"), ("uint32", "u"),
        ("int64", "x"), ("uint64", "t"), ("double", "d"), ("string", "s"), ("objectpath", "o"), ("signature", "g"),
    ]

    /// The next value, of the type with this signature when one is known.
    private mutating func value(as type: String?, depth: Int) -> BusValue? {
        guard depth < 16 else { return nil }
        skipSpace()
        guard let first = rest.first else { return nil }
        switch first {
        case UInt8(ascii: "@"): return annotated(as: type, depth: depth)
        case UInt8(ascii: "["): return array(as: type, depth: depth)
        case UInt8(ascii: "("): return structure(as: type, depth: depth)
        case UInt8(ascii: "<"): return variant(as: type, depth: depth)
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return string(quote: first, as: type)
        case UInt8(ascii: "a")...UInt8(ascii: "z"): return word(as: type, depth: depth)
        default: return number(as: type)
        }
    }

    private mutating func skipSpace() { rest = rest.drop { $0 == 0x20 || $0 >= 0x09 && $0 <= 0x0D } }

    /// Passes over a character that must come next.
    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func token(while belongs: (UInt8) -> Bool) -> String {
        let token = rest.prefix(while: belongs)
        rest = rest.dropFirst(token.count)
        return String(decoding: token, as: UTF8.self)
    }

    /// `@TYPE value`
    private mutating func annotated(as type: String?, depth: Int) -> BusValue? {
        rest.removeFirst()
        let written = token { $0 > 0x20 }
        guard type == nil || type == written, Self.typeLength(Array(written.utf8)[...]) == written.utf8.count else {
            return nil
        }
        return value(as: written, depth: depth + 1)
    }

    /// `true`, `false`, or the name of a type with a value.
    private mutating func word(as type: String?, depth: Int) -> BusValue? {
        let word = token { $0 >= 0x61 && $0 <= 0x7A || $0 >= 0x30 && $0 <= 0x39 }
        if word == "true" || word == "false" {
            return type == nil || type == "b" ? .boolean(word == "true") : nil
        }
        for (name, signature) in Self.words where name == word {
            guard type == nil || type == signature else { return nil }
            return value(as: signature, depth: depth + 1)
        }
        return nil
    }

    private mutating func array(as type: String?, depth: Int) -> BusValue? {
        rest.removeFirst()
        var element: String?
        if let type {
            guard type.utf8.first == UInt8(ascii: "a") else { return nil }
            element = String(decoding: type.utf8.dropFirst(), as: UTF8.self)
        }
        var members: [BusValue] = []
        while !take("]") {
            if !members.isEmpty, !take(",") { return nil }
            guard let member = value(as: element, depth: depth + 1) else { return nil }
            element = member.signature
            members.append(member)
        }
        return element.map { .array(of: $0, members) }
    }

    private mutating func structure(as type: String?, depth: Int) -> BusValue? {
        rest.removeFirst()
        var left: ArraySlice<UInt8>?
        if let type {
            guard type.utf8.first == UInt8(ascii: "("), type.utf8.last == UInt8(ascii: ")") else { return nil }
            left = Array(type.utf8)[...].dropFirst().dropLast()
        }
        var members: [BusValue] = []
        while !take(")") {
            // `(1,)` is the way to write a structure of one.
            if !members.isEmpty {
                guard take(",") else { return nil }
                if take(")") { break }
            }
            var expected: String?
            if let remaining = left {
                guard let length = Self.typeLength(remaining) else { return nil }
                expected = String(decoding: remaining.prefix(length), as: UTF8.self)
                left = remaining.dropFirst(length)
            }
            guard let member = value(as: expected, depth: depth + 1) else { return nil }
            members.append(member)
        }
        return members.isEmpty || left?.isEmpty == false ? nil : .structure(members)
    }

    private mutating func variant(as type: String?, depth: Int) -> BusValue? {
        rest.removeFirst()
        guard type == nil || type == "v", let inner = value(as: nil, depth: depth + 1), take(">") else { return nil }
        return .variant(inner)
    }

    private mutating func string(quote: UInt8, as type: String?) -> BusValue? {
        rest.removeFirst()
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == quote { return Self.text(bytes, as: type) }
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "u"), UInt8(ascii: "U"), nil: return nil
            case .some(let other): bytes.append(other)
            }
        }
        return nil
    }

    private static func text(_ bytes: [UInt8], as type: String?) -> BusValue? {
        guard !bytes.contains(0) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        switch type {
        case nil, "s": return .string(text)
        case "o": return isPath(bytes) ? .objectPath(text) : nil
        case "g":
            var rest = bytes[...]
            while !rest.isEmpty {
                guard let length = typeLength(rest) else { return nil }
                rest = rest.dropFirst(length)
            }
            return .signature(text)
        default: return nil
        }
    }

    private static func isPath(_ bytes: [UInt8]) -> Bool {
        if bytes == [UInt8(ascii: "/")] { return true }
        guard bytes.first == UInt8(ascii: "/") else { return false }
        for part in bytes.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard !part.isEmpty, part.allSatisfy(isOfName) else { return false }
        }
        return true
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte >= 0x30 && byte <= 0x39 || byte == UInt8(ascii: "_")
    }

    private mutating func number(as type: String?) -> BusValue? {
        let token = token { Self.isOfName($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") || $0 == 0x2E }
        let isHexadecimal = token.hasPrefix("0x") || token.hasPrefix("-0x")
        let isReal = !isHexadecimal && token.utf8.contains { $0 == 0x2E || $0 | 0x20 == 0x65 }
        guard let first = token.utf8.first(where: { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }),
            first >= 0x30 && first <= 0x39 || first == 0x2E
        else { return nil }
        if isReal || type == "d" {
            return type == nil || type == "d" ? Double(token).map { .double($0) } : nil
        }
        return Self.integer(token, isHexadecimal: isHexadecimal, as: type ?? "i")
    }

    private static func integer(_ token: String, isHexadecimal: Bool, as type: String) -> BusValue? {
        var digits = token
        if isHexadecimal {
            let isNegative = token.hasPrefix("-")
            digits = (isNegative ? "-" : "") + String(decoding: token.utf8.dropFirst(isNegative ? 3 : 2), as: UTF8.self)
        }
        let radix = isHexadecimal ? 16 : 10
        switch type {
        case "y": return UInt8(digits, radix: radix).map { .byte($0) }
        case "n": return Int16(digits, radix: radix).map { .int16($0) }
        case "q": return UInt16(digits, radix: radix).map { .uint16($0) }
        case "i": return Int32(digits, radix: radix).map { .int32($0) }
        case "u": return UInt32(digits, radix: radix).map { .uint32($0) }
        case "x": return Int64(digits, radix: radix).map { .int64($0) }
        case "t": return UInt64(digits, radix: radix).map { .uint64($0) }
        default: return nil
        }
    }

    /// How long the first complete type of a signature is; nil when there is none. Dictionaries are not among them.
    private static func typeLength(_ signature: ArraySlice<UInt8>, depth: Int = 0) -> Int? {
        guard let first = signature.first, depth < 16 else { return nil }
        switch first {
        case UInt8(ascii: "a"): return typeLength(signature.dropFirst(), depth: depth + 1).map { $0 + 1 }
        case UInt8(ascii: "("):
            var rest = signature.dropFirst()
            while rest.first != UInt8(ascii: ")") {
                guard let length = typeLength(rest, depth: depth + 1) else { return nil }
                rest = rest.dropFirst(length)
            }
            let length = signature.count - rest.count + 1
            return length > 2 ? length : nil
        default: return "bynqiuxtdsogv".utf8.contains(first) ? 1 : nil
        }
    }
}

/// A JSON document or a part of it, as it was written: nothing is rounded, reordered or dropped.
package enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    /// The members in document order; the reader refuses two of one name.
    case object([JSONMember])

    /// What the value is, with its article, for a message: `a string`.
    package var kind: String {
        switch self {
        case .null: return "null"
        case .bool: return "a boolean"
        case .number: return "a number"
        case .string: return "a string"
        case .array: return "an array"
        case .object: return "an object"
        }
    }
}

/// One name and value of an object.
package struct JSONMember: Equatable, Sendable {
    package var name: String
    package var value: JSONValue

    /// A member called `name`.
    package init(name: String, value: JSONValue) {
        self.name = name
        self.value = value
    }
}

/// A number as the document spells it; a binary floating point number would lose the large integers.
package struct JSONNumber: Equatable, Sendable {
    /// The digits, as written.
    package var text: String

    /// The number that `text` spells; `text` must follow the JSON grammar.
    package init(text: String) {
        self.text = text
    }

    /// The value, if it is written as an integer (no `.`, no exponent) and fits.
    package var int64: Int64? {
        guard let (negative, magnitude) = integer else { return nil }
        if negative { return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
        return Int64(exactly: magnitude)
    }

    /// The value, if it is written as an integer without a sign (no `.`, no exponent) and fits.
    package var uint64: UInt64? {
        guard let (negative, magnitude) = integer, !negative else { return nil }
        return magnitude
    }

    /// Whether the text has the form of an integer, whatever its size.
    package var isInteger: Bool {
        for byte in text.utf8 where byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e") { return false }
        return true
    }

    private var integer: (negative: Bool, magnitude: UInt64)? {
        var magnitude: UInt64 = 0
        var negative = false
        var digits = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "-"), digits == 0, !negative {
                negative = true
                continue
            }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (tens, tooLarge) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, stillTooLarge) = tens.addingReportingOverflow(UInt64(byte &- UInt8(ascii: "0")))
            if tooLarge || stillTooLarge { return nil }
            magnitude = sum
            digits += 1
        }
        return digits > 0 ? (negative, magnitude) : nil
    }
}

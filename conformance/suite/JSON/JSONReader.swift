/// A strict JSON reader: one value, nothing behind it, no comments, no duplicate member names.
struct JSONReader {
    private let bytes: [UInt8]
    private var place = 0

    struct Failure: Error {
        let message: String
    }

    /// The value in `text`, or nil with no reason given.
    static func value(_ text: String) -> JSON? {
        var reader = JSONReader(bytes: Array(text.utf8))
        do throws(Failure) { return try reader.document() } catch { return nil }
    }

    /// The value in `text`, or why there is none.
    static func parse(_ text: String) throws(Failure) -> JSON {
        var reader = JSONReader(bytes: Array(text.utf8))
        return try reader.document()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func document() throws(Failure) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        if place < bytes.count { throw failure("something follows the value") }
        return value
    }

    private func failure(_ message: String) -> Failure { Failure(message: "byte \(place): \(message)") }

    private mutating func skipSpace() {
        while place < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[place]) { place += 1 }
    }

    private func peek() throws(Failure) -> UInt8 {
        guard place < bytes.count else { throw failure("the text ends early") }
        return bytes[place]
    }

    private mutating func value(depth: Int) throws(Failure) -> JSON {
        skipSpace()
        if depth > 200 { throw failure("nested too deeply") }
        switch try peek() {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ text: String, _ value: JSON) throws(Failure) -> JSON {
        let wanted = Array(text.utf8)
        guard bytes[place...].starts(with: wanted) else { throw failure("\(text) expected") }
        place += wanted.count
        return value
    }

    private mutating func number() throws(Failure) -> JSON {
        let start = place
        if try peek() == UInt8(ascii: "-") { place += 1 }
        let digits = place
        skipDigits()
        guard place > digits, bytes[digits] != UInt8(ascii: "0") || place == digits + 1 else {
            throw failure("not a JSON value")
        }
        if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
            place += 1
            skipDigits()
        }
        if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
            place += 1
            if place < bytes.count, bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-") {
                place += 1
            }
            skipDigits()
        }
        return .number(String(decoding: bytes[start..<place], as: UTF8.self))
    }

    private mutating func skipDigits() {
        while place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) { place += 1 }
    }

    private mutating func array(depth: Int) throws(Failure) -> JSON {
        place += 1
        var elements: [JSON] = []
        skipSpace()
        if try peek() == UInt8(ascii: "]") {
            place += 1
            return .array(elements)
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            let next = try peek()
            place += 1
            if next == UInt8(ascii: "]") { return .array(elements) }
            if next != UInt8(ascii: ",") { throw failure(", or ] expected") }
        }
    }

    private mutating func object(depth: Int) throws(Failure) -> JSON {
        place += 1
        var members: [JSON.Member] = []
        skipSpace()
        if try peek() == UInt8(ascii: "}") {
            place += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard try peek() == UInt8(ascii: "\"") else { throw failure("a member name expected") }
            let key = try string()
            if members.contains(where: { $0.key == key }) { throw failure("\(key) twice in one object") }
            skipSpace()
            guard try peek() == UInt8(ascii: ":") else { throw failure(": expected") }
            place += 1
            members.append(JSON.Member(key: key, value: try value(depth: depth + 1)))
            skipSpace()
            let next = try peek()
            place += 1
            if next == UInt8(ascii: "}") { return .object(members) }
            if next != UInt8(ascii: ",") { throw failure(", or } expected") }
        }
    }

    private mutating func string() throws(Failure) -> String {
        place += 1
        var text: [UInt8] = []
        while true {
            let byte = try peek()
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += try escape()
            case 0..<0x20: throw failure("a control character in a string")
            default: text.append(byte)
            }
        }
    }

    private mutating func escape() throws(Failure) -> [UInt8] {
        let byte = try peek()
        place += 1
        switch byte {
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "u"):
            var code = try hex()
            if (0xd800..<0xdc00).contains(code), bytes[place...].starts(with: [0x5c, 0x75]) {
                place += 2
                code = 0x10000 + (code - 0xd800) << 10 + (try hex() &- 0xdc00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw failure("half a surrogate pair") }
            return Array(String(Character(scalar)).utf8)
        default: throw failure("unknown escape")
        }
    }

    private mutating func hex() throws(Failure) -> UInt32 {
        guard place + 4 <= bytes.count,
            let code = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
        else { throw failure("four hexadecimal digits expected") }
        place += 4
        return code
    }
}

/// Says what is wrong with the grammar of a document that the parser has refused.
///
/// libyajl's own offsets lie before, in or after what is wrong, depending on the error. The bytes must have passed
/// `ByteCheck`.
struct SyntaxDiagnosis {
    /// What may come next.
    private enum Expectation {
        case value
        /// A value or the end of an array that has none yet.
        case elementOrEnd
        /// A key or the end of an object that has none yet.
        case keyOrEnd
        case key
        case colon
        case commaOrEnd
        case end
    }

    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    /// For each open array or object whether it is an object.
    private var open: [Bool] = []

    /// The first fault of `bytes`, nil if their grammar is right.
    static func fault(in bytes: UnsafeRawBufferPointer) -> ByteCheck.Fault? {
        var diagnosis = SyntaxDiagnosis(bytes: bytes)
        do throws(ByteCheck.Fault) {
            try diagnosis.run()
            return nil
        } catch {
            return error
        }
    }

    private init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    private mutating func run() throws(ByteCheck.Fault) {
        var expectation = Expectation.value
        while true {
            while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { offset += 1 }
            guard let byte = next else {
                if case .end = expectation { return }
                throw fault("the document ends too early")
            }
            expectation = try step(expectation, byte)
        }
    }

    /// Passes one token, which begins with `byte`.
    private mutating func step(_ expectation: Expectation, _ byte: UInt8) throws(ByteCheck.Fault) -> Expectation {
        switch (expectation, byte) {
        case (.elementOrEnd, UInt8(ascii: "]")), (.keyOrEnd, UInt8(ascii: "}")): return close()
        case (.value, _), (.elementOrEnd, _): return try value(byte)
        case (.key, UInt8(ascii: "\"")), (.keyOrEnd, UInt8(ascii: "\"")):
            try string()
            return .colon
        case (.key, _), (.keyOrEnd, _): throw unexpected("expected a key in double quotes")
        case (.colon, UInt8(ascii: ":")):
            offset += 1
            return .value
        case (.colon, _): throw unexpected("expected ':' after the key")
        case (.commaOrEnd, _): return try separator(byte)
        case (.end, _): throw unexpected("expected nothing more")
        }
    }

    private mutating func value(_ byte: UInt8) throws(ByteCheck.Fault) -> Expectation {
        switch byte {
        case UInt8(ascii: "{"):
            open.append(true)
            offset += 1
            return .keyOrEnd
        case UInt8(ascii: "["):
            open.append(false)
            offset += 1
            return .elementOrEnd
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        default:
            let word = SyntaxDiagnosis.word(in: bytes, at: offset)
            guard word == "true" || word == "false" || word == "null" else { throw unexpected("expected a value") }
            offset += word.utf8.count
        }
        return open.isEmpty ? .end : .commaOrEnd
    }

    private mutating func separator(_ byte: UInt8) throws(ByteCheck.Fault) -> Expectation {
        let inObject = open.last == true
        if byte == UInt8(ascii: ",") {
            offset += 1
            return inObject ? .key : .value
        }
        if byte == (inObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) { return close() }
        throw unexpected(inObject ? "expected ',' or '}' after the member" : "expected ',' or ']' after the element")
    }

    private mutating func close() -> Expectation {
        offset += 1
        open.removeLast()
        return open.isEmpty ? .end : .commaOrEnd
    }

    private mutating func string() throws(ByteCheck.Fault) {
        let start = offset
        offset += 1
        while let byte = next {
            if byte == UInt8(ascii: "\"") {
                offset += 1
                return
            }
            if byte < 0x20 { throw fault("a control character in a string must be written as an escape") }
            if byte == UInt8(ascii: "\\") {
                guard offset + 1 < bytes.count else { break }
                switch bytes[offset + 1] {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
                    UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "u"):
                    offset += 2
                default: throw fault("a backslash in a string must be written as \\\\")
                }
            } else {
                offset += 1
            }
        }
        offset = start
        throw fault("a string that does not end")
    }

    private mutating func number() throws(ByteCheck.Fault) {
        if next == UInt8(ascii: "-") { offset += 1 }
        if next == UInt8(ascii: "0") {
            offset += 1
            if let byte = next, SyntaxDiagnosis.isDigit(byte) {
                offset -= 1
                throw fault("a number must not begin with 0")
            }
        } else {
            try digits(after: "the minus sign")
        }
        if next == UInt8(ascii: ".") {
            offset += 1
            try digits(after: "the decimal point")
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            offset += 1
            if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") { offset += 1 }
            try digits(after: "the exponent")
        }
    }

    private mutating func digits(after place: String) throws(ByteCheck.Fault) {
        guard let byte = next, SyntaxDiagnosis.isDigit(byte) else {
            throw unexpected("expected a digit after " + place)
        }
        while let byte = next, SyntaxDiagnosis.isDigit(byte) { offset += 1 }
    }

    private var next: UInt8? {
        offset < bytes.count ? bytes[offset] : nil
    }

    private func fault(_ message: String) -> ByteCheck.Fault {
        ByteCheck.Fault(offset: offset, message: message)
    }

    private func unexpected(_ expected: String) -> ByteCheck.Fault {
        if offset >= bytes.count { return fault("the document ends too early") }
        let found = JSONText.excerpt(SyntaxDiagnosis.word(in: bytes, at: offset))
        let hint = found == "/" ? " (comments are not allowed)" : ""
        return fault(expected + ", found '" + found + "'" + hint)
    }

    /// The letters and digits at `start`, or the one character there if it is neither.
    private static func word(in bytes: UnsafeRawBufferPointer, at start: Int) -> String {
        var end = start
        while end < bytes.count, isDigit(bytes[end]) || isLetter(bytes[end]) { end += 1 }
        if end == start {
            end += 1
            while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        }
        return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
    }
}

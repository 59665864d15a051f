/// What must be right about the bytes of a document before its grammar is looked at: strict UTF-8 (RFC 3629), no NUL, and
/// `\u` escapes that name a character.
///
/// libyajl accepts overlong forms, surrogates and NULs, replaces half a surrogate pair with `?`, and takes vertical tabs
/// and form feeds for white space.
struct ByteCheck {
    /// What is wrong and at which byte.
    struct Fault: Error {
        var offset: Int
        var message: String
    }

    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    /// The first fault of `bytes`, nil when there is none.
    static func firstFault(in bytes: UnsafeRawBufferPointer) -> Fault? {
        var check = ByteCheck(bytes: bytes)
        return check.run()
    }

    private init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    private mutating func run() -> Fault? {
        while true {
            skipPlainWords()
            guard offset < bytes.count else { return nil }
            let byte = bytes[offset]
            if byte == 0 {
                return Fault(offset: offset, message: "a NUL byte")
            } else if byte == 0x0B || byte == 0x0C {
                return Fault(offset: offset, message: "a control character that is not white space")
            } else if byte == UInt8(ascii: "\\") {
                if let fault = passEscape() { return fault }
            } else if byte >= 0x80 {
                guard passMultibyte(byte) else { return Fault(offset: offset, message: "not valid UTF-8") }
            } else {
                offset += 1
            }
        }
    }

    /// Skips groups of eight bytes that are plain: ASCII and nothing of what `run` looks for.
    private mutating func skipPlainWords() {
        while offset &+ 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let odd =
                word & ByteCheck.each(0x80) | ByteCheck.matches(word, 0) | ByteCheck.matches(word, 0x0B)
                | ByteCheck.matches(word, 0x0C) | ByteCheck.matches(word, UInt8(ascii: "\\"))
            if odd != 0 {
                // The lowest match is exact; those above it may come from a borrow.
                offset &+= odd.trailingZeroBitCount / 8
                return
            }
            offset &+= 8
        }
    }

    /// Eight times the same byte.
    @inline(__always)
    private static func each(_ byte: UInt8) -> UInt64 {
        UInt64(byte) &* 0x0101_0101_0101_0101
    }

    /// The top bits of the bytes of `word` that equal `byte`: only a zero borrows when one is taken away.
    @inline(__always)
    private static func matches(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let difference = word ^ each(byte)
        return (difference &- each(0x01)) & ~difference & each(0x80)
    }

    /// Passes one character of two to four bytes; false when it is none (RFC 3629, section 4).
    private mutating func passMultibyte(_ first: UInt8) -> Bool {
        var second: ClosedRange<UInt8> = 0x80...0xBF
        let length: Int
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if first == 0xE0 { second = 0xA0...0xBF }
            if first == 0xED { second = 0x80...0x9F }
        case 0xF0...0xF4:
            length = 4
            if first == 0xF0 { second = 0x90...0xBF }
            if first == 0xF4 { second = 0x80...0x8F }
        default: return false
        }
        guard offset + length <= bytes.count, second.contains(bytes[offset + 1]) else { return false }
        for index in offset + 2..<max(offset + 2, offset + length) where bytes[index] & 0xC0 != 0x80 { return false }
        offset += length
        return true
    }

    /// Passes a backslash and what belongs to it.
    ///
    /// Bad escapes other than `\u` are left to the grammar.
    private mutating func passEscape() -> Fault? {
        let start = offset
        guard offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: "u") else {
            offset = min(offset + 2, bytes.count)
            return nil
        }
        guard let unit = escapedUnit(at: start) else {
            return Fault(offset: start, message: "\\u is not followed by four hexadecimal digits")
        }
        offset += 6
        switch unit {
        case 0: return Fault(offset: start, message: "a NUL character (\\u0000)")
        case 0xDC00...0xDFFF: return Fault(offset: start, message: "half a surrogate pair")
        case 0xD800...0xDBFF:
            guard let low = escapedUnit(at: offset), (0xDC00...0xDFFF).contains(low) else {
                return Fault(offset: start, message: "half a surrogate pair")
            }
            offset += 6
        default: break
        }
        return nil
    }

    /// The value of the `\uXXXX` at `start`, nil when there is none.
    private func escapedUnit(at start: Int) -> UInt16? {
        guard start + 6 <= bytes.count, bytes[start] == UInt8(ascii: "\\"), bytes[start + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var unit: UInt16 = 0
        for index in start + 2..<start + 6 {
            let digit: UInt8
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[index] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[index] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[index] - UInt8(ascii: "A") + 10
            default: return nil
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }
}

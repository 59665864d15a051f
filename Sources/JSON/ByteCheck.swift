/// What must be right about the bytes of a document before its grammar is looked at: strict UTF-8 (RFC 3629), no NUL, and
/// `\u` escapes that name a character.
///
/// libyajl accepts overlong forms, surrogates and NULs, and replaces half a surrogate pair with `?`.
struct ByteCheck {
    /// What is wrong and at which byte.
    struct Fault {
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
            } else if byte == UInt8(ascii: "\\") {
                if let fault = passEscape() { return fault }
            } else if byte >= 0x80 {
                guard passMultibyte(byte) else { return Fault(offset: offset, message: "not valid UTF-8") }
            } else {
                offset += 1
            }
        }
    }

    /// Skips groups of eight bytes in which there is no NUL, no backslash and nothing but ASCII.
    private mutating func skipPlainWords() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let backslashes = ones &* UInt64(UInt8(ascii: "\\"))
        while offset &+ 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let other = word ^ backslashes
            // Subtracting one from each byte carries into the top bit of those that are zero.
            let odd = (word | ((word &- ones) & ~word) | ((other &- ones) & ~other)) & tops
            if odd != 0 {
                offset &+= odd.trailingZeroBitCount / 8
                return
            }
            offset &+= 8
        }
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

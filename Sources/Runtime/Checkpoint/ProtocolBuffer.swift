/// Writes the wire format of protocol buffers: numbers, texts and messages, each with the number of its field.
struct ProtocolBufferWriter {
    private(set) var bytes: [UInt8] = []

    /// A number that is not negative; nil is left out, as is every optional field.
    mutating func number(_ field: UInt64, _ value: UInt64?) {
        guard let value else { return }
        variable(field << 3)
        variable(value)
    }

    mutating func number(_ field: UInt64, _ value: Int32?) {
        guard let value else { return }
        // A negative one is written with all of its 64 bits.
        number(field, UInt64(bitPattern: Int64(value)))
    }

    /// Only what is true is written: every switch of the protocol is off by itself.
    mutating func flag(_ field: UInt64, _ value: Bool) {
        if value { number(field, UInt64(1)) }
    }

    mutating func text(_ field: UInt64, _ value: String?) {
        guard let value else { return }
        content(field, Array(value.utf8))
    }

    mutating func message(_ field: UInt64, _ value: ProtocolBufferWriter) { content(field, value.bytes) }

    private mutating func content(_ field: UInt64, _ value: [UInt8]) {
        variable(field << 3 | 2)
        variable(UInt64(value.count))
        bytes += value
    }

    private mutating func variable(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// Reads the same, field after field.
struct ProtocolBufferReader {
    enum Value: Equatable {
        case number(UInt64)
        case bytes([UInt8])
    }

    private var rest: ArraySlice<UInt8>
    /// Whether the bytes were no message, or end in the middle of one.
    private(set) var isBroken = false

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// The next field with its number; nil at the end.
    mutating func next() -> (field: UInt64, value: Value)? {
        guard !rest.isEmpty else { return nil }
        guard let tag = variable() else { return fail() }
        switch tag & 7 {
        case 0:
            guard let number = variable() else { return fail() }
            return (tag >> 3, .number(number))
        case 1: return content(8).map { (tag >> 3, .bytes($0)) } ?? fail()
        case 2:
            guard let count = variable() else { return fail() }
            return content(count).map { (tag >> 3, .bytes($0)) } ?? fail()
        case 5: return content(4).map { (tag >> 3, .bytes($0)) } ?? fail()
        default: return fail()
        }
    }

    private mutating func fail() -> (field: UInt64, value: Value)? {
        isBroken = true
        rest = []
        return nil
    }

    private mutating func content(_ count: UInt64) -> [UInt8]? {
        guard count <= UInt64(rest.count) else { return nil }
        let bytes = Array(rest.prefix(Int(count)))
        rest = rest.dropFirst(Int(count))
        return bytes
    }

    private mutating func variable() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = rest.popFirst() {
            guard shift < 64 else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }
}

/// Writes one JSON document into bytes.
///
/// Strings are taken as they are: `/`, `<` and non-ASCII text are not escaped. The caller opens and closes what it
/// writes in the right order; a value inside an object follows `key`.
package struct JSONWriter: ~Copyable {
    /// The document so far.
    package private(set) var bytes: [UInt8] = []
    private let pretty: Bool
    private var depth = 0
    private var hasSibling = false
    private var afterKey = false

    /// A writer of one line, or with `pretty` of one line for each value, indented by four spaces a level.
    package init(pretty: Bool = false) {
        self.pretty = pretty
        bytes.reserveCapacity(1024)
    }

    /// Opens an object.
    package mutating func beginObject() {
        begin(UInt8(ascii: "{"))
    }

    /// Closes the object opened last.
    package mutating func endObject() {
        end(UInt8(ascii: "}"))
    }

    /// Opens an array.
    package mutating func beginArray() {
        begin(UInt8(ascii: "["))
    }

    /// Closes the array opened last.
    package mutating func endArray() {
        end(UInt8(ascii: "]"))
    }

    /// Writes the name of the member whose value comes next.
    package mutating func key(_ name: String) {
        beginItem()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        if pretty { bytes.append(UInt8(ascii: " ")) }
        afterKey = true
    }

    /// Writes `null`.
    package mutating func null() {
        beginItem()
        append("null")
    }

    /// Writes `true` or `false`.
    package mutating func bool(_ value: Bool) {
        beginItem()
        append(value ? "true" : "false")
    }

    /// Writes a string, with quotes, backslashes and control characters escaped.
    package mutating func string(_ value: String) {
        beginItem()
        quote(value)
    }

    /// Writes a signed integer.
    package mutating func integer(_ value: Int64) {
        beginItem()
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        digits(value.magnitude)
    }

    /// Writes an unsigned integer.
    package mutating func unsigned(_ value: UInt64) {
        beginItem()
        digits(value)
    }

    /// Writes a number as it was read.
    package mutating func number(_ value: JSONNumber) {
        beginItem()
        append(value.text)
    }

    /// Writes a value and all that is in it.
    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .number(let value): number(value)
        case .string(let text): string(text)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                key(member.name)
                self.value(member.value)
            }
            endObject()
        }
    }

    /// Ends the line, after a whole document.
    package mutating func newline() {
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func begin(_ bracket: UInt8) {
        beginItem()
        bytes.append(bracket)
        depth += 1
        hasSibling = false
    }

    private mutating func end(_ bracket: UInt8) {
        depth -= 1
        if pretty, hasSibling { indent() }
        bytes.append(bracket)
        hasSibling = true
    }

    /// What goes before a key, or before a value that has none.
    private mutating func beginItem() {
        if afterKey {
            afterKey = false
            return
        }
        if hasSibling { bytes.append(UInt8(ascii: ",")) }
        if pretty, depth > 0 { indent() }
        hasSibling = true
    }

    private mutating func indent() {
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<depth * 4 { bytes.append(UInt8(ascii: " ")) }
    }

    private mutating func digits(_ value: UInt64) {
        var power: UInt64 = 1
        while value / power >= 10 { power *= 10 }
        while power > 0 {
            bytes.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value / power % 10))
            power /= 10
        }
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let done: Void? = text.utf8.withContiguousStorageIfAvailable { quoteBytes($0) }
        if done == nil { Array(text.utf8).withUnsafeBufferPointer { quoteBytes($0) } }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends `text` in pieces that need no escape, with the escapes in between.
    private mutating func quoteBytes(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in 0..<text.count {
            let byte = text[index]
            if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { continue }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
            escape(byte)
            start = index + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
        default:
            append(byte < 0x10 ? "u000" : "u001")
            let low = byte & 0xF
            bytes.append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
        }
    }
}

/// Members of an object, name and value in one call. An absent optional value writes nothing.
extension JSONWriter {
    /// Writes a member that is a string.
    package mutating func member(_ name: String, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
    }

    /// Writes a member that is true or false.
    package mutating func member(_ name: String, _ value: Bool?) {
        guard let value else { return }
        key(name)
        bool(value)
    }

    /// Writes a member that is a signed integer.
    package mutating func member(_ name: String, _ value: Int64?) {
        guard let value else { return }
        key(name)
        integer(value)
    }

    /// Writes a member that is an unsigned integer.
    package mutating func member(_ name: String, _ value: UInt64?) {
        guard let value else { return }
        key(name)
        unsigned(value)
    }

    /// Writes a member that is an array of strings; an empty one is written as `[]`.
    package mutating func member(_ name: String, _ value: [String]?) {
        guard let value else { return }
        key(name)
        strings(value)
    }

    /// Writes an array of strings.
    package mutating func strings(_ values: [String]) {
        beginArray()
        for value in values { string(value) }
        endArray()
    }
}

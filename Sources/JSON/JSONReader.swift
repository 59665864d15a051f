/// Reads JSON (RFC 8259) strictly: only UTF-8, no NUL, no comments, no trailing bytes, no key twice in an object, at
/// most 128 levels.
///
/// Time and memory grow in proportion to the document.
package enum JSONReader {
    /// The largest document that is read, in bytes (16 MiB).
    package static let maximumBytes = 16 << 20

    /// The value that `bytes` spell.
    ///
    /// Throws when there are more than `limit` bytes or they are not one JSON value.
    package static func parse(_ bytes: [UInt8], limit: Int = maximumBytes) throws(JSONError) -> JSONValue {
        let result: Result<JSONValue, JSONError> = bytes.withUnsafeBytes { buffer in
            do throws(JSONError) {
                return .success(try parse(buffer, limit: limit))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The value that `bytes` spell.
    ///
    /// Throws when there are more than `limit` bytes or they are not one JSON value.
    package static func parse(_ bytes: UnsafeRawBufferPointer, limit: Int = maximumBytes) throws(JSONError) -> JSONValue
    {
        guard bytes.count <= limit else {
            throw JSONError(
                message: "the document has " + String(bytes.count) + " bytes, more than " + String(limit)
                    + " are not read")
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw JSONError(message: "the document begins with a byte order mark", line: 1, column: 1)
        }
        if let fault = ByteCheck.firstFault(in: bytes) {
            throw JSONError(fault.message, at: fault.offset, of: bytes)
        }
        let text = bytes.bindMemory(to: UInt8.self)
        if isBlank(text[...]) { throw JSONError(message: "the document is empty") }
        return try YajlParser.parse(text)
    }

    /// Whether there is nothing but white space.
    static func isBlank(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        for byte in bytes where byte != 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D { return false }
        return true
    }
}

import CYajl

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
        guard let start = bytes.bindMemory(to: UInt8.self).baseAddress, !isBlank(bytes) else {
            throw JSONError(message: "the document is empty")
        }
        var builder = TreeBuilder()
        if let error = run(start, bytes, &builder) { throw error }
        guard let root = builder.root else { throw JSONError(message: "the document is empty") }
        return root
    }

    private static func isBlank(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for byte in bytes {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: continue
            default: return false
            }
        }
        return true
    }

    /// Lets libyajl read the whole document, which it tells to `builder` event by event.
    private static func run(
        _ start: UnsafePointer<UInt8>, _ bytes: UnsafeRawBufferPointer, _ builder: inout TreeBuilder
    ) -> JSONError? {
        var callbacks = yajlEvents
        return withUnsafeMutablePointer(to: &builder) { context in
            guard let handle = yajl_alloc(&callbacks, nil, context) else {
                return JSONError(message: "there is no memory for a parser")
            }
            defer { yajl_free(handle) }
            var status = yajl_parse(handle, start, bytes.count)
            let consumed = Int(yajl_get_bytes_consumed(handle))
            if status == yajl_status_ok {
                status = yajl_complete_parse(handle)
                guard status != yajl_status_ok else { return nil }
                return JSONError("the document ends too early", at: bytes.count, of: bytes)
            }
            if let refusal = context.pointee.refusal {
                return JSONError(refusal, before: consumed, of: bytes)
            }
            return JSONError(message(handle), at: consumed, of: bytes)
        }
    }

    /// libyajl's own words for what is wrong, without its prefix and full stop.
    private static func message(_ handle: yajl_handle) -> String {
        guard let text = yajl_get_error(handle, 0, nil, 0) else { return "not JSON" }
        defer { yajl_free_error(handle, text) }
        return String(cString: text)
    }
}

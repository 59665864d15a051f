import CYajl

/// Lets libyajl read a document and tell it, event by event, to a `TreeBuilder`.
struct YajlParser: ~Copyable {
    private var builder = TreeBuilder()
    private var handle: yajl_handle?
    /// How far the parser has come when the document's value is complete.
    private var end = 0

    /// Builds the value of a document that is not blank and has passed `ByteCheck`.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) -> JSONValue {
        var parser = YajlParser()
        let accepted = parser.run(bytes)
        if accepted, let root = parser.builder.root { return root }
        let document = UnsafeRawBufferPointer(bytes)
        if let refusal = parser.builder.refusal {
            throw JSONError(refusal, before: parser.end, of: document)
        }
        guard let fault = SyntaxDiagnosis.fault(in: document) else { throw JSONError(message: "not JSON") }
        throw JSONError(fault.message, at: fault.offset, of: document)
    }

    /// Whether the whole document was accepted.
    private mutating func run(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        // libyajl keeps the pointers to the events and to their context until it is freed.
        withUnsafeMutablePointer(to: &self) { context in
            withUnsafePointer(to: yajlEvents) { events in
                guard let handle = yajl_alloc(events, nil, context) else { return false }
                defer { yajl_free(handle) }
                context.pointee.handle = handle
                guard yajl_parse(handle, bytes.baseAddress, bytes.count) == yajl_status_ok else { return false }
                if context.pointee.builder.root == nil {
                    // A number is complete only when the document is.
                    return yajl_complete_parse(handle) == yajl_status_ok
                }
                // libyajl does not see an unfinished string or word after the end.
                return JSONReader.isBlank(bytes[context.pointee.end...])
            }
        }
    }

    /// Passes an event on; the result tells libyajl whether to go on.
    fileprivate mutating func pass(_ event: (inout TreeBuilder) -> Bool) -> Int32 {
        let accepted = event(&builder)
        if !accepted || builder.isComplete { end = Int(yajl_get_bytes_consumed(handle)) }
        return accepted ? 1 : 0
    }
}

private let yajlEvents = yajl_callbacks(
    yajl_null: { parser($0).pointee.pass { $0.add(.null) } },
    yajl_boolean: { context, flag in parser(context).pointee.pass { $0.add(.bool(flag != 0)) } },
    yajl_integer: nil,
    yajl_double: nil,
    yajl_number: { context, start, length in
        let text = String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
        return parser(context).pointee.pass { $0.add(.number(JSONNumber(text: text))) }
    },
    yajl_string: { context, start, length in
        let text = String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
        return parser(context).pointee.pass { $0.add(.string(text)) }
    },
    yajl_start_map: { parser($0).pointee.pass { $0.beginObject() } },
    yajl_map_key: { context, start, length in
        let name = String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
        return parser(context).pointee.pass { $0.key(name) }
    },
    yajl_end_map: { parser($0).pointee.pass { $0.endObject() } },
    yajl_start_array: { parser($0).pointee.pass { $0.beginArray() } },
    yajl_end_array: { parser($0).pointee.pass { $0.endArray() } }
)

private func parser(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<YajlParser> {
    guard let context else { fatalError("libyajl called without a context") }
    return context.assumingMemoryBound(to: YajlParser.self)
}

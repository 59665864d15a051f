import CYajl

/// libyajl's events, passed on to the `TreeBuilder` that its context points to.
///
/// Zero stops the parser.
let yajlEvents = yajl_callbacks(
    yajl_null: { builder($0).pointee.add(.null) ? 1 : 0 },
    yajl_boolean: { builder($0).pointee.add(.bool($1 != 0)) ? 1 : 0 },
    yajl_integer: nil,
    yajl_double: nil,
    yajl_number: { context, start, length in
        guard let start else { return 0 }
        let text = UnsafeRawBufferPointer(start: start, count: length)
        return builder(context).pointee.add(.number(JSONNumber(text: String(decoding: text, as: UTF8.self)))) ? 1 : 0
    },
    yajl_string: { context, start, length in
        let text = UnsafeBufferPointer(start: start, count: length)
        return builder(context).pointee.add(.string(String(decoding: text, as: UTF8.self))) ? 1 : 0
    },
    yajl_start_map: { builder($0).pointee.beginObject() ? 1 : 0 },
    yajl_map_key: { builder($0).pointee.key(UnsafeBufferPointer(start: $1, count: $2)) ? 1 : 0 },
    yajl_end_map: { builder($0).pointee.endObject() ? 1 : 0 },
    yajl_start_array: { builder($0).pointee.beginArray() ? 1 : 0 },
    yajl_end_array: { builder($0).pointee.endArray() ? 1 : 0 }
)

private func builder(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<TreeBuilder> {
    guard let context else { fatalError("libyajl called without a context") }
    return context.assumingMemoryBound(to: TreeBuilder.self)
}

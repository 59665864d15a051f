@testable import JSON

/// The value of a text, or what is wrong with it.
func parse(_ text: String) -> Result<JSONValue, JSONError> {
    parse(Array(text.utf8))
}

/// The value of bytes, or what is wrong with them.
func parse(_ bytes: [UInt8]) -> Result<JSONValue, JSONError> {
    do throws(JSONError) {
        return .success(try JSONReader.parse(bytes))
    } catch {
        return .failure(error)
    }
}

/// The description of what is wrong with a text, nil when nothing is.
func complaint(_ text: String) -> String? {
    complaint(Array(text.utf8))
}

/// The description of what is wrong with bytes, nil when nothing is.
func complaint(_ bytes: [UInt8]) -> String? {
    if case .failure(let error) = parse(bytes) { return error.description }
    return nil
}

/// What a writer makes of a value.
func written(_ value: JSONValue, pretty: Bool = false) -> String {
    var writer = JSONWriter(pretty: pretty)
    writer.value(value)
    return String(decoding: writer.bytes, as: UTF8.self)
}

func number(_ text: String) -> JSONValue {
    .number(JSONNumber(text: text))
}

func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(members.map { JSONMember(name: $0.key, value: $0.value) })
}

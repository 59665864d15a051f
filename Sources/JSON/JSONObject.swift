/// An object being read field by field, which knows where in the document it stands.
///
/// Nothing here throws: what is wrong is noted, with its JSON pointer, in the `JSONFindings` that the reading began with, and
/// an optional field counts as absent, a required one as empty or zero. So one pass tells all that is wrong with a
/// document. `null` is the same as an absent field. Fields that nobody asks for are ignored.
package struct JSONObject {
    /// The members, in document order.
    package let members: [JSONMember]
    private let parent: JSONPlace
    /// The way from the parent.
    private let step: JSONStep
    /// False for something else, which has been noted: that its fields are missing is no news then.
    private let isObject: Bool

    /// Reads the whole document `document`, which must be an object; anything else is noted and read as an empty one.
    package init(_ document: JSONValue, findings: JSONFindings) {
        self.init(document, in: JSONPlace(findings: findings), at: .none)
    }

    init(_ value: JSONValue, in parent: JSONPlace, at step: JSONStep) {
        self.parent = parent
        self.step = step
        if case .object(let members) = value {
            self.members = members
            isObject = true
        } else {
            members = []
            isObject = false
            parent.note(JSONObject.mismatch("an object", value), at: step)
        }
    }

    /// The value of a field, nil when it is absent or `null`.
    package func value(_ name: String) -> JSONValue? {
        for member in members where member.name == name {
            if case .null = member.value { return nil }
            return member.value
        }
        return nil
    }

    /// Whether the field is there and not `null`.
    package func has(_ name: String) -> Bool {
        value(name) != nil
    }

    /// Notes that something is wrong with a field.
    package func note(_ name: String, _ message: String) {
        note(JSONStep(name: name), message)
    }

    private func note(_ step: JSONStep, _ message: String) {
        place.note(message, at: step)
    }

    /// Where this object stands. It is made only for what is inside, and for problems.
    private var place: JSONPlace {
        step.isNone ? parent : JSONPlace(parent: parent, step: step)
    }

    private func noteMissing(_ name: String) {
        if isObject { note(name, "is required") }
    }

    fileprivate static func mismatch(_ kind: String, _ value: JSONValue) -> String {
        "must be " + kind + ", is " + value.kind
    }
}

/// Strings and booleans.
extension JSONObject {
    /// An optional string.
    package func string(_ name: String) -> String? {
        guard let value = value(name) else { return nil }
        if case .string(let text) = value { return text }
        note(name, JSONObject.mismatch("a string", value))
        return nil
    }

    /// A string that must be there.
    package func requiredString(_ name: String) -> String {
        guard has(name) else {
            noteMissing(name)
            return ""
        }
        return string(name) ?? ""
    }

    /// An optional boolean.
    package func bool(_ name: String) -> Bool? {
        guard let value = value(name) else { return nil }
        if case .bool(let flag) = value { return flag }
        note(name, JSONObject.mismatch("a boolean", value))
        return nil
    }

    /// A boolean that must be there.
    package func requiredBool(_ name: String) -> Bool {
        guard has(name) else {
            noteMissing(name)
            return false
        }
        return bool(name) ?? false
    }

    /// An optional array of strings, nil when it is absent.
    package func optionalStrings(_ name: String) -> [String]? {
        guard let elements = elements(name) else { return nil }
        var strings: [String] = []
        strings.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            if case .string(let text) = element {
                strings.append(text)
            } else {
                note(JSONStep(name: name, index: index), JSONObject.mismatch("a string", element))
            }
        }
        return strings
    }

    /// An array of strings, empty when it is absent.
    package func strings(_ name: String) -> [String] {
        optionalStrings(name) ?? []
    }

    /// An array of strings that must be there.
    package func requiredStrings(_ name: String) -> [String] {
        guard has(name) else {
            noteMissing(name)
            return []
        }
        return strings(name)
    }

    /// The elements of an optional array.
    func elements(_ name: String) -> [JSONValue]? {
        guard let value = value(name) else { return nil }
        if case .array(let elements) = value { return elements }
        note(name, JSONObject.mismatch("an array", value))
        return nil
    }
}

/// Integers. They are exact: `1.0`, `1e3` and what does not fit are problems.
extension JSONObject {
    /// An optional integer of 64 bits.
    package func int64(_ name: String) -> Int64? {
        guard let number = number(name) else { return nil }
        if let integer = number.int64 { return integer }
        noteRange(JSONStep(name: name), "-9223372036854775808", "9223372036854775807", number)
        return nil
    }

    /// An optional unsigned integer of 64 bits.
    package func uint64(_ name: String) -> UInt64? {
        guard let number = number(name) else { return nil }
        if let integer = number.uint64 { return integer }
        noteRange(JSONStep(name: name), "0", "18446744073709551615", number)
        return nil
    }

    /// An optional integer of 32 bits.
    package func int32(_ name: String) -> Int32? {
        guard let number = number(name) else { return nil }
        if let integer = number.int64, let exact = Int32(exactly: integer) { return exact }
        noteRange(JSONStep(name: name), "-2147483648", "2147483647", number)
        return nil
    }

    /// An optional unsigned integer of 32 bits.
    package func uint32(_ name: String) -> UInt32? {
        guard let number = number(name) else { return nil }
        if let integer = number.uint64, let exact = UInt32(exactly: integer) { return exact }
        noteRange(JSONStep(name: name), "0", "4294967295", number)
        return nil
    }

    /// An optional unsigned integer of 16 bits.
    package func uint16(_ name: String) -> UInt16? {
        guard let number = number(name) else { return nil }
        if let integer = number.uint64, let exact = UInt16(exactly: integer) { return exact }
        noteRange(JSONStep(name: name), "0", "65535", number)
        return nil
    }

    /// An integer of 64 bits that must be there.
    package func requiredInt64(_ name: String) -> Int64 {
        guard has(name) else {
            noteMissing(name)
            return 0
        }
        return int64(name) ?? 0
    }

    /// An integer of 32 bits that must be there.
    package func requiredInt32(_ name: String) -> Int32 {
        guard has(name) else {
            noteMissing(name)
            return 0
        }
        return int32(name) ?? 0
    }

    /// An unsigned integer of 64 bits that must be there.
    package func requiredUInt64(_ name: String) -> UInt64 {
        guard has(name) else {
            noteMissing(name)
            return 0
        }
        return uint64(name) ?? 0
    }

    /// An unsigned integer of 32 bits that must be there.
    package func requiredUInt32(_ name: String) -> UInt32 {
        guard has(name) else {
            noteMissing(name)
            return 0
        }
        return uint32(name) ?? 0
    }

    /// An array of unsigned integers of 32 bits, empty when it is absent.
    package func uint32s(_ name: String) -> [UInt32] {
        guard let elements = elements(name) else { return [] }
        var integers: [UInt32] = []
        integers.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            if case .number(let number) = element {
                if let integer = number.uint64, let exact = UInt32(exactly: integer) {
                    integers.append(exact)
                } else {
                    noteRange(JSONStep(name: name, index: index), "0", "4294967295", number)
                }
            } else {
                note(JSONStep(name: name, index: index), JSONObject.mismatch("an integer", element))
            }
        }
        return integers
    }

    private func noteRange(_ step: JSONStep, _ least: String, _ most: String, _ number: JSONNumber) {
        note(step, "must be an integer from " + least + " to " + most + ", is " + JSONText.excerpt(number.text))
    }

    private func number(_ name: String) -> JSONNumber? {
        guard let value = value(name) else { return nil }
        if case .number(let number) = value { return number }
        note(name, JSONObject.mismatch("an integer", value))
        return nil
    }
}

/// Objects inside the object.
extension JSONObject {
    /// An optional object.
    package func object(_ name: String) -> JSONObject? {
        guard let value = value(name) else { return nil }
        return JSONObject(value, in: place, at: JSONStep(name: name))
    }

    /// An array of objects, empty when it is absent.
    package func objects(_ name: String) -> JSONObjects {
        let elements = elements(name) ?? []
        return JSONObjects(elements: elements, parent: elements.isEmpty ? parent : place, name: name)
    }

    /// The value of one of the `members`, which must be a string; nil when it is not.
    package func string(of member: JSONMember) -> String? {
        if case .string(let text) = member.value { return text }
        note(member.name, JSONObject.mismatch("a string", member.value))
        return nil
    }

    /// The value of one of the `members`, which must be an object.
    package func object(of member: JSONMember) -> JSONObject {
        JSONObject(member.value, in: place, at: JSONStep(name: member.name))
    }
}

/// An array whose elements must be objects.
package struct JSONObjects {
    let elements: [JSONValue]
    let parent: JSONPlace
    let name: String
    /// Whether it is the whole document, and no member of an object.
    let isDocument: Bool

    init(elements: [JSONValue], parent: JSONPlace, name: String) {
        self.elements = elements
        self.parent = parent
        self.name = name
        isDocument = false
    }

    /// Reads the whole document `document`, which must be an array; anything else is noted and read as an empty one.
    package init(_ document: JSONValue, findings: JSONFindings) {
        parent = JSONPlace(findings: findings)
        name = ""
        isDocument = true
        if case .array(let elements) = document {
            self.elements = elements
        } else {
            elements = []
            parent.note(JSONObject.mismatch("an array", document), at: .none)
        }
    }

    /// How many there are.
    package var count: Int {
        elements.count
    }

    /// The element at `index`, which must be less than `count`.
    package subscript(index: Int) -> JSONObject {
        let step = isDocument ? JSONStep(name: String(index)) : JSONStep(name: name, index: index)
        return JSONObject(elements[index], in: parent, at: step)
    }
}

/// An object being read field by field, which knows where in the document it stands.
///
/// Nothing here throws: what is wrong is noted, with its JSON pointer, in the `Findings` that the reading began with, and
/// an optional field counts as absent, a required one as empty or zero. So one pass tells all that is wrong with a
/// document. `null` is the same as an absent field. Fields that nobody asks for are ignored.
package struct JSONObject {
    /// The members, in document order.
    package let members: [JSONMember]
    /// Where the object stands; problems are noted here.
    package let place: JSONPlace

    /// Reads the whole document `document`, which must be an object; anything else is noted and read as an empty one.
    package init(_ document: JSONValue, findings: JSONFindings) {
        self.init(document, at: JSONPlace(findings: findings))
    }

    private init(_ value: JSONValue, at place: JSONPlace) {
        self.place = place
        if case .object(let members) = value {
            self.members = members
        } else {
            self.members = []
            place.expected("an object", value)
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

    /// Notes a problem of a field.
    package func note(_ name: String, _ message: String) {
        place.member(name).note(message)
    }

    func missing(_ name: String) {
        note(name, "is required")
    }
}

/// Strings and booleans.
extension JSONObject {
    /// An optional string.
    package func string(_ name: String) -> String? {
        guard let value = value(name) else { return nil }
        if case .string(let text) = value { return text }
        place.member(name).expected("a string", value)
        return nil
    }

    /// A string that must be there.
    package func requiredString(_ name: String) -> String {
        guard has(name) else {
            missing(name)
            return ""
        }
        return string(name) ?? ""
    }

    /// An optional boolean.
    package func bool(_ name: String) -> Bool? {
        guard let value = value(name) else { return nil }
        if case .bool(let flag) = value { return flag }
        place.member(name).expected("a boolean", value)
        return nil
    }

    /// A boolean that must be there.
    package func requiredBool(_ name: String) -> Bool {
        guard has(name) else {
            missing(name)
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
                place.member(name).element(index).expected("a string", element)
            }
        }
        return strings
    }

    /// An array of strings, empty when it is absent.
    package func strings(_ name: String) -> [String] {
        optionalStrings(name) ?? []
    }

    /// The elements of an optional array.
    func elements(_ name: String) -> [JSONValue]? {
        guard let value = value(name) else { return nil }
        if case .array(let elements) = value { return elements }
        place.member(name).expected("an array", value)
        return nil
    }
}

/// Integers. They are exact: `1.0`, `1e3` and what does not fit are problems.
extension JSONObject {
    /// An optional integer of 64 bits.
    package func int64(_ name: String) -> Int64? {
        guard let number = number(name) else { return nil }
        if let integer = number.int64 { return integer }
        place.member(name).expectedInteger("-9223372036854775808", "9223372036854775807", number)
        return nil
    }

    /// An optional unsigned integer of 64 bits.
    package func uint64(_ name: String) -> UInt64? {
        guard let number = number(name) else { return nil }
        if let integer = number.uint64 { return integer }
        place.member(name).expectedInteger("0", "18446744073709551615", number)
        return nil
    }

    /// An optional integer of 32 bits.
    package func int32(_ name: String) -> Int32? {
        guard let number = number(name) else { return nil }
        if let integer = number.int64, let exact = Int32(exactly: integer) { return exact }
        place.member(name).expectedInteger("-2147483648", "2147483647", number)
        return nil
    }

    /// An optional unsigned integer of 32 bits.
    package func uint32(_ name: String) -> UInt32? {
        guard let number = number(name) else { return nil }
        if let integer = number.uint64, let exact = UInt32(exactly: integer) { return exact }
        place.member(name).expectedInteger("0", "4294967295", number)
        return nil
    }

    /// An optional unsigned integer of 16 bits.
    package func uint16(_ name: String) -> UInt16? {
        guard let number = number(name) else { return nil }
        if let integer = number.uint64, let exact = UInt16(exactly: integer) { return exact }
        place.member(name).expectedInteger("0", "65535", number)
        return nil
    }

    /// An integer of 64 bits that must be there.
    package func requiredInt64(_ name: String) -> Int64 {
        guard has(name) else {
            missing(name)
            return 0
        }
        return int64(name) ?? 0
    }

    /// An integer of 32 bits that must be there.
    package func requiredInt32(_ name: String) -> Int32 {
        guard has(name) else {
            missing(name)
            return 0
        }
        return int32(name) ?? 0
    }

    /// An unsigned integer of 64 bits that must be there.
    package func requiredUInt64(_ name: String) -> UInt64 {
        guard has(name) else {
            missing(name)
            return 0
        }
        return uint64(name) ?? 0
    }

    /// An unsigned integer of 32 bits that must be there.
    package func requiredUInt32(_ name: String) -> UInt32 {
        guard has(name) else {
            missing(name)
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
                    place.member(name).element(index).expectedInteger("0", "4294967295", number)
                }
            } else {
                place.member(name).element(index).expected("an integer", element)
            }
        }
        return integers
    }

    private func number(_ name: String) -> JSONNumber? {
        guard let value = value(name) else { return nil }
        if case .number(let number) = value { return number }
        place.member(name).expected("an integer", value)
        return nil
    }
}

/// Objects inside the object.
extension JSONObject {
    /// An optional object.
    package func object(_ name: String) -> JSONObject? {
        guard let value = value(name) else { return nil }
        return JSONObject(value, at: place.member(name))
    }

    /// The elements of an array of objects, none when it is absent.
    package func objects(_ name: String) -> [JSONObject] {
        guard let elements = elements(name), !elements.isEmpty else { return [] }
        let place = place.member(name)
        var objects: [JSONObject] = []
        objects.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            objects.append(JSONObject(element, at: place.element(index)))
        }
        return objects
    }

    /// The entries of an object that is a map of objects, in document order; none when it is absent.
    package func objectEntries(_ name: String) -> [(key: String, value: JSONObject)] {
        guard let map = object(name) else { return [] }
        var entries: [(key: String, value: JSONObject)] = []
        entries.reserveCapacity(map.members.count)
        for member in map.members {
            entries.append((member.name, JSONObject(member.value, at: map.place.member(member.name))))
        }
        return entries
    }

    /// The entries of an object that is a map of strings, in document order; none when it is absent.
    package func stringEntries(_ name: String) -> [(key: String, value: String)] {
        guard let map = object(name) else { return [] }
        var entries: [(key: String, value: String)] = []
        entries.reserveCapacity(map.members.count)
        for member in map.members {
            if case .string(let text) = member.value {
                entries.append((member.name, text))
            } else {
                map.place.member(member.name).expected("a string", member.value)
            }
        }
        return entries
    }
}

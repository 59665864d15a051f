/// A JSON value of the suite's own: it must not judge apus by apus's reader.
///
/// Numbers keep their text, so that nothing is lost; object members keep their order.
enum JSON: Equatable {
    case null
    case bool(Bool)
    case number(String)
    case text(String)
    case array([JSON])
    case object([Member])

    struct Member: Equatable {
        var key: String
        var value: JSON
    }

    /// One step into a value: a member's name or an element's index.
    enum Step: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
        case key(String)
        case index(Int)

        init(stringLiteral value: String) { self = .key(value) }
        init(integerLiteral value: Int) { self = .index(value) }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .number(String(value)) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(nilLiteral: ()) { self = .null }
    init(arrayLiteral elements: JSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSON)...) {
        var members: [Member] = []
        for (key, value) in elements { members.append(Member(key: key, value: value)) }
        self = .object(members)
    }
    init(_ texts: [String]) {
        var elements: [JSON] = []
        for text in texts { elements.append(.text(text)) }
        self = .array(elements)
    }
    init(_ value: Int) { self = .number(String(value)) }
}

extension JSON {
    var string: String? { if case .text(let text) = self { text } else { nil } }
    var int: Int? { if case .number(let text) = self { Int(text) } else { nil } }
    var unsigned: UInt64? { if case .number(let text) = self { UInt64(text) } else { nil } }
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }
    var members: [Member]? { if case .object(let members) = self { members } else { nil } }
    var isNull: Bool { if case .null = self { true } else { false } }

    /// The texts of an array of strings; nil when it is not one.
    var strings: [String]? {
        guard case .array(let elements) = self else { return nil }
        var texts: [String] = []
        for element in elements {
            guard case .text(let text) = element else { return nil }
            texts.append(text)
        }
        return texts
    }

    /// The value at a place, such as `config["process", "user", "uid"]`: nil when there is none.
    ///
    /// Setting makes the objects on the way; an index equal to the array's count appends; setting nil removes.
    subscript(_ steps: Step...) -> JSON? {
        get { at(steps[...]) }
        set { put(newValue, steps[...]) }
    }

    func at(_ steps: ArraySlice<Step>) -> JSON? {
        guard let step = steps.first else { return self }
        switch (step, self) {
        case (.key(let key), .object(let members)):
            for member in members where member.key == key { return member.value.at(steps.dropFirst()) }
            return nil
        case (.index(let index), .array(let elements)):
            return elements.indices.contains(index) ? elements[index].at(steps.dropFirst()) : nil
        default:
            return nil
        }
    }

    /// Sets what is at a place, as the subscript does.
    mutating func put(_ value: JSON?, _ steps: ArraySlice<Step>) {
        guard let step = steps.first else {
            self = value ?? .null
            return
        }
        let rest = steps.dropFirst()
        switch step {
        case .key(let key):
            var members = self.members ?? []
            let index = members.firstIndex { $0.key == key }
            if rest.isEmpty, value == nil {
                if let index { members.remove(at: index) }
            } else if let index {
                members[index].value.put(value, rest)
            } else {
                var fresh = JSON.object([])
                fresh.put(value, rest)
                members.append(Member(key: key, value: fresh))
            }
            self = .object(members)
        case .index(let index):
            var elements = self.elements ?? []
            if rest.isEmpty, value == nil {
                if elements.indices.contains(index) { elements.remove(at: index) }
            } else if elements.indices.contains(index) {
                elements[index].put(value, rest)
            } else {
                var fresh = JSON.object([])
                fresh.put(value, rest)
                elements.append(fresh)
            }
            self = .array(elements)
        }
    }

    /// Adds an element to the array at a place, making the array when there is none.
    mutating func append(_ value: JSON, at steps: Step...) {
        var elements = at(steps[...])?.elements ?? []
        elements.append(value)
        put(.array(elements), steps[...])
    }
}

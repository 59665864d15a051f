/// A value as D-Bus messages carry it. (D-Bus specification, "Type System")
package indirect enum BusValue: Equatable, Sendable {
    case boolean(Bool)
    case byte(UInt8)
    case int16(Int16)
    case uint16(UInt16)
    case int32(Int32)
    case uint32(UInt32)
    case int64(Int64)
    case uint64(UInt64)
    case double(Double)
    case string(String)
    case objectPath(String)
    case signature(String)
    /// `of` is the signature of the elements, which an empty array must have too.
    case array(of: String, [BusValue])
    case structure([BusValue])
    case variant(BusValue)

    /// The type in the letters of the specification: `a(ss)`.
    package var signature: String {
        switch self {
        case .boolean: "b"
        case .byte: "y"
        case .int16: "n"
        case .uint16: "q"
        case .int32: "i"
        case .uint32: "u"
        case .int64: "x"
        case .uint64: "t"
        case .double: "d"
        case .string: "s"
        case .objectPath: "o"
        case .signature: "g"
        case .array(let element, _): "a" + element
        case .structure(let members): "(" + members.map(\.signature).joined() + ")"
        case .variant: "v"
        }
    }

    /// An array of bytes, as systemd wants its sets of numbers.
    package static func bytes(_ bytes: [UInt8]) -> BusValue { .array(of: "y", bytes.map { .byte($0) }) }
}

/// What a bus, or a program behind it, says when a call fails.
package struct BusError: Error, Equatable, Sendable {
    /// `org.freedesktop.systemd1.UnitExists`
    package var name: String
    package var text: String

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// One line: the name, then the text when there is one.
    package var message: String {
        // What comes from elsewhere must not break the line.
        let line = String(decoding: text.utf8.map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
        return line.isEmpty ? name : name + ": " + line
    }

    /// Whether a unit of the name is there already.
    package var isUnitExists: Bool { name == Self.unitExists }

    static let timedOut = "org.freedesktop.DBus.Error.NoReply"
    static let disconnected = "org.freedesktop.DBus.Error.Disconnected"
    static let noSuchObject = "org.freedesktop.DBus.Error.UnknownObject"
    static let noSuchUnit = "org.freedesktop.systemd1.NoSuchUnit"
    static let unitExists = "org.freedesktop.systemd1.UnitExists"
    static let noMemory = "org.freedesktop.DBus.Error.NoMemory"

    static func late(_ what: String, milliseconds: Int32) -> BusError {
        BusError(name: timedOut, text: "\(what) for \(milliseconds / 1000) s")
    }
}

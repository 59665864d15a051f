internal import CDBus

/// A message of libdbus, to be written, or received and read once from its beginning to its end.
struct BusMessage: ~Copyable {
    let pointer: OpaquePointer

    /// Takes ownership of a message.
    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { dbus_message_unref(pointer) }

    /// A method call with its arguments.
    static func call(
        _ method: String, of interface: String, at path: String, destination: String, _ arguments: [BusValue],
        wantsReply: Bool = true
    ) throws(BusError) -> BusMessage {
        guard let pointer = dbus_message_new_method_call(destination, path, interface, method) else {
            throw BusError(name: BusError.noMemory, text: "")
        }
        let message = BusMessage(owning: pointer)
        dbus_message_set_no_reply(pointer, wantsReply ? 0 : 1)
        var iterator = DBusMessageIter()
        dbus_message_iter_init_append(pointer, &iterator)
        for argument in arguments {
            guard append(argument, to: &iterator) else {
                throw BusError(name: BusError.noMemory, text: "an argument of \(method) could not be written")
            }
        }
        return message
    }

    /// False when there is no memory, or a text is none that a message can carry (NUL, not UTF-8).
    private static func append(_ value: BusValue, to iterator: inout DBusMessageIter) -> Bool {
        switch value {
        case .boolean(let value): return basic(dbus_bool_t(value ? 1 : 0), code("b"), &iterator)
        case .byte(let value): return basic(value, code("y"), &iterator)
        case .int16(let value): return basic(value, code("n"), &iterator)
        case .uint16(let value): return basic(value, code("q"), &iterator)
        case .int32(let value): return basic(value, code("i"), &iterator)
        case .uint32(let value): return basic(value, code("u"), &iterator)
        case .int64(let value): return basic(value, code("x"), &iterator)
        case .uint64(let value): return basic(value, code("t"), &iterator)
        case .double(let value): return basic(value, code("d"), &iterator)
        case .string(let text): return string(text, code("s"), &iterator)
        case .objectPath(let text): return string(text, code("o"), &iterator)
        case .signature(let text): return string(text, code("g"), &iterator)
        case .array(let element, let members):
            return container(code("a"), element, members, &iterator)
        case .structure(let members): return container(code("r"), nil, members, &iterator)
        case .variant(let inner): return container(code("v"), inner.signature, [inner], &iterator)
        }
    }

    /// DBUS_TYPE_*: the letter of a signature, `r` for a structure.
    private static func code(_ letter: Unicode.Scalar) -> Int32 { Int32(letter.value) }

    private static func basic<Value>(_ value: Value, _ type: Int32, _ iterator: inout DBusMessageIter) -> Bool {
        withUnsafePointer(to: value) { dbus_message_iter_append_basic(&iterator, type, $0) != 0 }
    }

    private static func string(_ text: String, _ type: Int32, _ iterator: inout DBusMessageIter) -> Bool {
        if text.utf8.contains(0) { return false }
        return text.withCString { characters in
            withUnsafePointer(to: characters) { dbus_message_iter_append_basic(&iterator, type, $0) != 0 }
        }
    }

    private static func container(
        _ type: Int32, _ contents: String?, _ members: [BusValue], _ iterator: inout DBusMessageIter
    ) -> Bool {
        var inner = DBusMessageIter()
        let opened =
            if let contents {
                dbus_message_iter_open_container(&iterator, type, contents, &inner)
            } else {
                dbus_message_iter_open_container(&iterator, type, nil, &inner)
            }
        guard opened != 0 else { return false }
        for member in members {
            guard append(member, to: &inner) else {
                dbus_message_iter_abandon_container(&iterator, &inner)
                return false
            }
        }
        return dbus_message_iter_close_container(&iterator, &inner) != 0
    }
}

extension BusMessage {
    enum Kind: Equatable { case reply, error, signal, other }

    var kind: Kind {
        switch dbus_message_get_type(pointer) {
        case DBUS_MESSAGE_TYPE_METHOD_RETURN: .reply
        case DBUS_MESSAGE_TYPE_ERROR: .error
        case DBUS_MESSAGE_TYPE_SIGNAL: .signal
        default: .other
        }
    }

    /// The number of the call that this answers.
    var answers: UInt32 { dbus_message_get_reply_serial(pointer) }

    func isSignal(_ member: String, of interface: String) -> Bool {
        dbus_message_is_signal(pointer, interface, member) != 0
    }

    /// The error that this message is.
    var error: BusError {
        let name = dbus_message_get_error_name(pointer).map { String(cString: $0) } ?? "an error without a name"
        guard case .some(.string(let text)) = arguments.first else { return BusError(name: name, text: "") }
        return BusError(name: name, text: text)
    }

    /// The arguments, as far as they are texts, numbers or variants of them; arrays and structures are passed over.
    var arguments: [BusValue] {
        var iterator = DBusMessageIter()
        guard dbus_message_iter_init(pointer, &iterator) != 0 else { return [] }
        var values: [BusValue] = []
        repeat {
            if let value = Self.read(&iterator) { values.append(value) }
        } while dbus_message_iter_next(&iterator) != 0
        return values
    }

    private static func read(_ iterator: inout DBusMessageIter) -> BusValue? {
        let type = dbus_message_iter_get_arg_type(&iterator)
        switch type {
        case Self.code("s"): return text(&iterator).map { .string($0) }
        case Self.code("o"): return text(&iterator).map { .objectPath($0) }
        case Self.code("u"): return .uint32(number(&iterator, UInt32(0)))
        case Self.code("t"): return .uint64(number(&iterator, UInt64(0)))
        case Self.code("i"): return .int32(number(&iterator, Int32(0)))
        case Self.code("b"): return .boolean(number(&iterator, dbus_bool_t(0)) != 0)
        case Self.code("v"):
            var inner = DBusMessageIter()
            dbus_message_iter_recurse(&iterator, &inner)
            return read(&inner).map { .variant($0) }
        default: return nil
        }
    }

    private static func text(_ iterator: inout DBusMessageIter) -> String? {
        var characters: UnsafePointer<CChar>?
        withUnsafeMutablePointer(to: &characters) { dbus_message_iter_get_basic(&iterator, $0) }
        return characters.map { String(cString: $0) }
    }

    private static func number<Value>(_ iterator: inout DBusMessageIter, _ zero: Value) -> Value {
        var value = zero
        withUnsafeMutablePointer(to: &value) { dbus_message_iter_get_basic(&iterator, $0) }
        return value
    }
}

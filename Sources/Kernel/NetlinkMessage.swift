/// Messages of rtnetlink(7): built as bytes, and taken apart without trusting their lengths.
struct NetlinkMessage: Equatable {
    /// Types of messages that are used. RTM_*
    enum Kind {
        static let error: UInt16 = 2
        static let done: UInt16 = 3
        static let newLink: UInt16 = 16
        static let getLink: UInt16 = 18
        static let setLink: UInt16 = 19
        static let newAddress: UInt16 = 20
        static let getAddress: UInt16 = 22
    }

    /// NLM_F_* bits.
    enum Flags {
        static let request: UInt16 = 0x1
        static let acknowledge: UInt16 = 0x4
        static let dump: UInt16 = 0x300
        static let create: UInt16 = 0x400
        static let exclusive: UInt16 = 0x200
    }

    /// Numbers of attributes. IFLA_*, IFA_*
    enum Attribute {
        static let linkName: UInt16 = 3
        static let linkNamespace: UInt16 = 28
        static let addressLabel: UInt16 = 3
        static let addressFlags: UInt16 = 8
        /// Address, local and broadcast address, route priority and protocol; not the life time.
        static let addressKept: [UInt16] = [1, 2, 4, 5, 9, 11]
    }

    var kind: UInt16
    /// What follows the header.
    var body: [UInt8]

    private static let headerSize = 16

    /// The message as it is sent. struct nlmsghdr
    func bytes(flags: UInt16, sequence: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(native: UInt32(Self.headerSize + body.count))
        bytes.append(native: kind)
        bytes.append(native: flags)
        bytes.append(native: sequence)
        bytes.append(native: UInt32(0))
        return bytes + body
    }

    /// The messages of one datagram that answer the request `sequence`.
    static func list(_ bytes: [UInt8], sequence: UInt32) -> [NetlinkMessage] {
        var messages: [NetlinkMessage] = []
        var start = 0
        while bytes.count - start >= headerSize {
            let length = Int(bytes.native32(at: start))
            guard length >= headerSize, length <= bytes.count - start else { break }
            if bytes.native32(at: start + 8) == sequence {
                messages.append(
                    NetlinkMessage(
                        kind: bytes.native16(at: start + 4), body: Array(bytes[(start + headerSize)..<(start + length)])
                    ))
            }
            start += (length + 3) & ~3
        }
        return messages
    }

    /// The error number of an answer, 0 for success; nil when the message is no such answer.
    var error: Int32? {
        guard kind == Kind.error, body.count >= 4 else { return nil }
        return Int32(bitPattern: body.native32(at: 0))
    }

    /// The attributes behind a fixed part of `size` bytes.
    func attributes(after size: Int) -> [(number: UInt16, value: ArraySlice<UInt8>)] {
        var attributes: [(number: UInt16, value: ArraySlice<UInt8>)] = []
        var start = size
        while body.count - start >= 4 {
            let length = Int(body.native16(at: start))
            guard length >= 4, length <= body.count - start else { break }
            // NLA_F_NESTED and NLA_F_NET_BYTEORDER are no part of the number.
            attributes.append((body.native16(at: start + 2) & 0x3fff, body[(start + 4)..<(start + length)]))
            start += (length + 3) & ~3
        }
        return attributes
    }
}

// MARK: Links and addresses

extension NetlinkMessage {
    private static let linkSize = 16
    private static let addressSize = 8
    private static let up: UInt32 = 1

    /// A message about an interface; index 0 when it is named by an attribute. struct ifinfomsg
    static func link(_ kind: UInt16, index: Int32, up isUp: Bool = false) -> NetlinkMessage {
        var body: [UInt8] = [0, 0, 0, 0]
        body.append(native: UInt32(bitPattern: index))
        body.append(native: isUp ? up : 0)
        body.append(native: isUp ? up : 0)
        return NetlinkMessage(kind: kind, body: body)
    }

    /// A message about an address. struct ifaddrmsg
    static func address(_ kind: UInt16, _ address: NetworkAddress, index: Int32) -> NetlinkMessage {
        var body: [UInt8] = [address.family, address.prefix, UInt8(truncatingIfNeeded: address.flags), address.scope]
        body.append(native: UInt32(bitPattern: index))
        return NetlinkMessage(kind: kind, body: body + address.attributes)
    }

    /// A request for all addresses of all interfaces.
    static var allAddresses: NetlinkMessage {
        NetlinkMessage(kind: Kind.getAddress, body: [0, 0, 0, 0, 0, 0, 0, 0])
    }

    mutating func append(_ number: UInt16, _ value: [UInt8]) {
        body.append(native: UInt16(4 + value.count))
        body.append(native: number)
        body += value
        while body.count % 4 != 0 { body.append(0) }
    }

    mutating func append(_ number: UInt16, name: String) { append(number, Array(name.utf8) + [0]) }

    mutating func append(_ number: UInt16, _ value: UInt32) {
        var bytes: [UInt8] = []
        bytes.append(native: value)
        append(number, bytes)
    }

    /// The interface that the message describes.
    var link: NetworkLink? {
        guard kind == Kind.newLink, body.count >= Self.linkSize else { return nil }
        for (number, value) in attributes(after: Self.linkSize) where number == Attribute.linkName {
            return NetworkLink(
                index: Int32(bitPattern: body.native32(at: 4)), name: Self.text(value),
                isUp: body.native32(at: 8) & Self.up != 0)
        }
        return nil
    }

    /// The address that the message describes, with the number of its interface.
    var address: (index: Int32, address: NetworkAddress)? {
        guard kind == Kind.newAddress, body.count >= Self.addressSize else { return nil }
        var address = NetworkAddress(
            family: body[0], prefix: body[1], scope: body[3], flags: UInt32(body[2]), label: nil, attributes: [])
        var kept = NetlinkMessage(kind: 0, body: [])
        for (number, value) in attributes(after: Self.addressSize) {
            if number == Attribute.addressLabel {
                address.label = Self.text(value)
            } else if number == Attribute.addressFlags, value.count == 4 {
                address.flags = Array(value).native32(at: 0)
            } else if Attribute.addressKept.contains(number) {
                kept.append(number, Array(value))
            }
        }
        address.attributes = kept.body
        return (Int32(bitPattern: body.native32(at: 4)), address)
    }

    private static func text(_ value: ArraySlice<UInt8>) -> String {
        String(decoding: value.prefix { $0 != 0 }, as: UTF8.self)
    }
}

extension [UInt8] {
    fileprivate mutating func append(native value: UInt16) {
        Swift.withUnsafeBytes(of: value) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(native value: UInt32) {
        Swift.withUnsafeBytes(of: value) { append(contentsOf: $0) }
    }

    fileprivate func native16(at index: Int) -> UInt16 {
        withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index, as: UInt16.self) }
    }

    fileprivate func native32(at index: Int) -> UInt32 {
        withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index, as: UInt32.self) }
    }
}

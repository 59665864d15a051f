import Testing

@testable import Kernel

/// Messages of rtnetlink as bytes, on a machine whose lowest byte comes first.
@Suite struct NetlinkTests {
    @Test func aRequestIsAHeaderAFixedPartAndAttributes() {
        var message = NetlinkMessage.link(NetlinkMessage.Kind.getLink, index: 0)
        message.append(NetlinkMessage.Attribute.linkName, name: "eth0")
        #expect(
            message.bytes(flags: 5, sequence: 9) == [
                44, 0, 0, 0, 18, 0, 5, 0, 9, 0, 0, 0, 0, 0, 0, 0,
                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                9, 0, 3, 0, 0x65, 0x74, 0x68, 0x30, 0, 0, 0, 0,
            ])
    }

    @Test func onlyAnswersToTheRequestCount() {
        let one = NetlinkMessage(kind: 16, body: [1, 2, 3, 4]).bytes(flags: 0, sequence: 7)
        let other = NetlinkMessage(kind: 16, body: [5, 6, 7, 8]).bytes(flags: 0, sequence: 8)
        #expect(NetlinkMessage.list(other + one, sequence: 7).map(\.body) == [[1, 2, 3, 4]])
        for length in 0..<one.count { #expect(NetlinkMessage.list(Array(one.prefix(length)), sequence: 7).isEmpty) }
    }

    @Test func errorsAndSuccess() {
        #expect(NetlinkMessage(kind: 2, body: [0, 0, 0, 0]).error == 0)
        #expect(NetlinkMessage(kind: 2, body: [0xed, 0xff, 0xff, 0xff]).error == -19)
        #expect(NetlinkMessage(kind: 2, body: [0]).error == nil)
        #expect(NetlinkMessage(kind: 3, body: [0, 0, 0, 0]).error == nil)
    }

    @Test func aLinkIsRead() {
        var message = NetlinkMessage.link(NetlinkMessage.Kind.newLink, index: 12, up: true)
        message.append(1, [9])
        message.append(NetlinkMessage.Attribute.linkName, name: "veth7")
        #expect(message.link == NetworkLink(index: 12, name: "veth7", isUp: true))
        message.kind = NetlinkMessage.Kind.setLink
        #expect(message.link == nil)
    }

    @Test func anAddressIsReadAndWrittenAgain() throws {
        let address = NetworkAddress(family: 2, prefix: 24, scope: 0, flags: 0x80, label: nil, attributes: [])
        var message = NetlinkMessage.address(NetlinkMessage.Kind.newAddress, address, index: 5)
        message.append(2, [10, 9, 8, 7])
        message.append(NetlinkMessage.Attribute.addressLabel, name: "eth0:a")
        message.append(NetlinkMessage.Attribute.addressFlags, UInt32(0x280))
        message.append(6, [1, 2, 3, 4])
        let found = try #require(message.address)
        #expect(found.index == 5)
        #expect(
            found.address
                == NetworkAddress(
                    family: 2, prefix: 24, scope: 0, flags: 0x280, label: "eth0:a",
                    attributes: [8, 0, 2, 0, 10, 9, 8, 7]))
        #expect(found.address.isPermanent && found.address.isGlobal)
    }

    @Test func aLabelFollowsItsInterface() {
        func label(_ text: String?) -> String? {
            NetworkAddress(family: 2, prefix: 8, scope: 0, flags: 0, label: text, attributes: [])
                .label(from: "eth0", to: "net1")
        }
        #expect(label(nil) == nil)
        #expect(label("eth0") == "net1")
        #expect(label("eth0:x") == "net1:x")
        #expect(label("eth01") == "eth01")
    }
}

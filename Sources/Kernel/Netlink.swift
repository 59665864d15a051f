internal import CLinux

/// A way to the network interfaces of one network namespace: the one the caller was in when it was opened. rtnetlink(7)
package struct Netlink: ~Copyable {
    private let socket: Descriptor
    private var sequence: UInt32 = 0

    /// For the interfaces of the calling process's namespace.
    package init() throws(Errno) {
        let socket = try Netlink.open()
        self.socket = socket
    }

    /// For the interfaces of another namespace, given as an open namespace file; the caller is in it for a moment.
    package init(in namespace: Int32) throws(Errno) {
        let own = try File.open("/proc/self/ns/net", [.readOnly])
        try Namespace.network.enter(namespace)
        let socket: Descriptor
        do throws(Errno) {
            socket = try Netlink.open()
        } catch {
            try Namespace.network.enter(own.raw)
            throw error
        }
        try Namespace.network.enter(own.raw)
        self.socket = socket
    }

    private static func open() throws(Errno) -> Descriptor {
        let socket = Descriptor(owning: try check(cl_socket(AF_NETLINK, Int32(SOCK_RAW.rawValue))))
        // What the kernel does not answer at once it does not answer at all.
        try check(cl_set_receive_timeout(socket.raw, 10_000))
        return socket
    }

    /// The interface of that name. `ENODEV` when there is none.
    package mutating func link(named name: String) throws(Errno) -> NetworkLink {
        var request = NetlinkMessage.link(NetlinkMessage.Kind.getLink, index: 0)
        request.append(NetlinkMessage.Attribute.linkName, name: name)
        for message in try ask(request, NetlinkMessage.Flags.acknowledge) {
            if let link = message.link { return link }
        }
        throw .noSuchDevice
    }

    /// All interfaces.
    package mutating func links() throws(Errno) -> [NetworkLink] {
        let request = NetlinkMessage.link(NetlinkMessage.Kind.getLink, index: 0)
        return try ask(request, NetlinkMessage.Flags.dump).compactMap(\.link)
    }

    /// All addresses of an interface.
    package mutating func addresses(of link: NetworkLink) throws(Errno) -> [NetworkAddress] {
        var addresses: [NetworkAddress] = []
        for message in try ask(.allAddresses, NetlinkMessage.Flags.dump) {
            if let found = message.address, found.index == link.index { addresses.append(found.address) }
        }
        return addresses
    }

    /// Moves an interface to the namespace of an open namespace file, under another name, which may end in `%d`.
    ///
    /// It is down afterwards and has no addresses. `EEXIST` when the name is taken there, `EINVAL` for an interface
    /// that cannot leave its namespace.
    package mutating func move(_ link: NetworkLink, to namespace: Int32, as name: String) throws(Errno) {
        var request = NetlinkMessage.link(NetlinkMessage.Kind.setLink, index: link.index)
        request.append(NetlinkMessage.Attribute.linkNamespace, UInt32(bitPattern: namespace))
        request.append(NetlinkMessage.Attribute.linkName, name: name)
        _ = try ask(request, NetlinkMessage.Flags.acknowledge)
    }

    /// Gives an interface an address.
    package mutating func add(_ address: NetworkAddress, to link: NetworkLink) throws(Errno) {
        // The others tell what became of the address where it was. IFA_F_NODAD and five more
        let chosen: UInt32 = 0x02 | 0x10 | 0x100 | 0x200 | 0x400
        var address = address
        address.flags &= chosen
        var request = NetlinkMessage.address(NetlinkMessage.Kind.newAddress, address, index: link.index)
        request.append(NetlinkMessage.Attribute.addressFlags, address.flags)
        if let label = address.label { request.append(NetlinkMessage.Attribute.addressLabel, name: label) }
        _ = try ask(
            request,
            NetlinkMessage.Flags.acknowledge | NetlinkMessage.Flags.create | NetlinkMessage.Flags.exclusive)
    }

    /// Has an interface send and receive.
    package mutating func setUp(_ link: NetworkLink) throws(Errno) {
        let request = NetlinkMessage.link(NetlinkMessage.Kind.setLink, index: link.index, up: true)
        _ = try ask(request, NetlinkMessage.Flags.acknowledge)
    }

    /// Sends a request and collects what is answered, until its end or an error.
    private mutating func ask(_ request: NetlinkMessage, _ flags: UInt16) throws(Errno) -> [NetlinkMessage] {
        sequence += 1
        try Socket.send(request.bytes(flags: flags | NetlinkMessage.Flags.request, sequence: sequence), on: socket.raw)
        var answers: [NetlinkMessage] = []
        while true {
            var none: Descriptor?
            // The kernel's datagrams are not longer.
            let bytes = try Socket.receive(on: socket.raw, limit: 65536, descriptor: &none)
            for message in NetlinkMessage.list(bytes, sequence: sequence) {
                if message.kind == NetlinkMessage.Kind.done { return answers }
                if let number = message.error {
                    guard number == 0 else { throw Errno(rawValue: -number) }
                    return answers
                }
                answers.append(message)
            }
        }
    }
}

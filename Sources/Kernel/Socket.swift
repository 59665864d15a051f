internal import CLinux

/// Unix sockets that carry whole messages, and descriptors with them.
package enum Socket {
    /// A connected pair that keeps message boundaries. socketpair(2) SOCK_SEQPACKET
    package static func pair() throws(Errno) -> Descriptor.Pair {
        var ends: [Int32] = [-1, -1]
        try check(cl_socketpair(Int32(SOCK_SEQPACKET.rawValue), &ends))
        return Descriptor.Pair(first: Descriptor(owning: ends[0]), second: Descriptor(owning: ends[1]))
    }

    /// A socket bound at `path` that does not listen yet. bind(2) SOCK_SEQPACKET
    package static func bind(_ path: String) throws(Errno) -> Descriptor {
        let socket = Descriptor(owning: try check(cl_socket(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue))))
        try check(cl_unix_address(socket.raw, path, 1))
        return socket
    }

    package static func listen(_ socket: Int32) throws(Errno) { try check(cl_listen(socket, 8)) }

    /// The next connection. accept4(2)
    package static func accept(_ socket: Int32) throws(Errno) -> Descriptor {
        Descriptor(owning: try check(cl_accept(socket)))
    }

    /// A connection to the message socket at `path`. connect(2) SOCK_SEQPACKET
    package static func connect(_ path: String) throws(Errno) -> Descriptor {
        try connect(path, type: Int32(SOCK_SEQPACKET.rawValue))
    }

    /// A connection to the stream socket at `path`. connect(2) SOCK_STREAM
    ///
    /// `ETIMEDOUT` when as many are waiting there as may, and none of them is taken for so long. What is sent on the
    /// connection waits no longer either.
    package static func connectStream(_ path: String, milliseconds: Int32) throws(Errno) -> Descriptor {
        try connect(path, type: Int32(SOCK_STREAM.rawValue), milliseconds: milliseconds)
    }

    /// A connection to the datagram socket at `path`, or with `@` in front to the one of that abstract name; what is sent
    /// on it waits no longer than so long. connect(2) SOCK_DGRAM, unix(7)
    package static func connectDatagram(_ path: String, milliseconds: Int32) throws(Errno) -> Descriptor {
        try connect(path, type: Int32(SOCK_DGRAM.rawValue), milliseconds: milliseconds)
    }

    /// A datagram socket bound at `path`, which everybody may send to who can reach it, and from which nothing is waited
    /// for. bind(2) SOCK_DGRAM
    package static func bindDatagram(_ path: String) throws(Errno) -> Descriptor {
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let socket = Descriptor(owning: try check(cl_socket(AF_UNIX, type)))
        let umask = Session.setUmask(0)
        defer { Session.setUmask(umask) }
        try check(cl_unix_address(socket.raw, path, 1))
        return socket
    }

    private static func connect(_ path: String, type: Int32, milliseconds: Int32 = 0) throws(Errno) -> Descriptor {
        let socket = Descriptor(owning: try check(cl_socket(AF_UNIX, type)))
        if milliseconds > 0 { try check(cl_set_send_timeout(socket.raw, milliseconds)) }
        let answer = cl_unix_address(socket.raw, path, 0)
        if answer == -EAGAIN { throw .timedOut }
        try check(answer)
        return socket
    }

    /// Sends one message, with a descriptor when given. sendmsg(2)
    package static func send(_ bytes: [UInt8], passing descriptor: Int32? = nil, on socket: Int32) throws(Errno) {
        let sent = bytes.withUnsafeBytes { cl_send(socket, $0.baseAddress, $0.count, descriptor ?? -1) }
        guard sent >= 0 else { throw Errno(rawValue: Int32(-sent)) }
    }

    /// Receives one message of at most `limit` bytes; empty at the end. `EMSGSIZE` when it was longer. recvmsg(2)
    package static func receive(
        on socket: Int32, limit: Int, descriptor: inout Descriptor?
    ) throws(Errno) -> [UInt8] {
        var passed: Int32 = -1
        defer { if passed >= 0 { descriptor = Descriptor(owning: passed) } }
        return try [UInt8](unsafeUninitializedCapacity: limit) { (buffer, filled) throws(Errno) in
            filled = try check(cl_receive(socket, buffer.baseAddress, limit, &passed))
        }
    }

    /// Brings the loopback interface of the calling network namespace up. netdevice(7)
    package static func bringLoopbackUp() throws(Errno) { try check(cl_interface_up("lo")) }
}

/// What criu is asked to do, as `criu swrk` takes it. criu's images/rpc.proto
struct CriuRequest {
    /// The values are the protocol's.
    enum Kind: UInt64 {
        case dump = 1
        case restore = 2
        case preDump = 4
        case notification = 6
    }

    /// Something outside the container, under the name that the image knows it by.
    struct Named: Equatable {
        var key: String
        var value: String
    }

    /// A descriptor of criu's that takes the place of one in the image.
    struct Inherited: Equatable {
        var key: String
        var number: Int32
    }

    var kind: Kind
    var pid: Int32?
    var options = CriuOptions()
    var logFile: String
    var configFile: String?
    var root: String?
    var parentImage: String?
    var leaveRunning = false
    var isSibling = false
    /// In the form of criu's --external.
    var external: [String] = []
    var inherited: [Inherited] = []
    /// The kind of namespace and the file of one that is to be joined.
    var joined: [Named] = []
    var cgroupRoot: String?
    var cgroupsMode: CriuOptions.CgroupsMode?
    var freezer: String?
    var lsmProfile: String?
    var lsmMountContext: String?

    init(_ kind: Kind, logFile: String) {
        self.kind = kind
        self.logFile = logFile
    }

    /// The answer to a notification.
    static func acknowledgement(_ success: Bool) -> [UInt8] {
        var writer = ProtocolBufferWriter()
        writer.number(1, Kind.notification.rawValue)
        writer.number(3, UInt64(success ? 1 : 0))
        return writer.bytes
    }

    var bytes: [UInt8] {
        var writer = ProtocolBufferWriter()
        writer.number(1, kind.rawValue)
        writer.message(2, settings)
        return writer.bytes
    }

    private var settings: ProtocolBufferWriter {
        var writer = ProtocolBufferWriter()
        writer.number(1, Criu.imagesNumber)
        writer.number(2, pid)
        writer.flag(3, leaveRunning)
        writer.flag(4, options.externalUnixSockets)
        writer.flag(5, options.tcpEstablished)
        writer.flag(6, kind == .restore)  // A device that is known by another name now is the same device.
        writer.flag(7, options.shellJob)
        writer.flag(8, options.fileLocks)
        writer.number(9, UInt64(4))
        writer.text(10, logFile)
        if let server = options.pageServer {
            var message = ProtocolBufferWriter()
            message.text(1, server.address)
            message.number(2, server.port)
            writer.message(11, message)
        }
        writer.flag(12, true)
        writer.text(13, root)
        writer.text(14, parentImage)
        writer.flag(15, kind == .preDump || parentImage != nil)
        writer.flag(16, options.autoDedup)
        writer.number(17, Criu.workNumber)
        writer.flag(18, options.linkRemap)
        writeCgroups(&writer)
        writer.flag(26, isSibling)
        for entry in inherited {
            var message = ProtocolBufferWriter()
            message.text(1, entry.key)
            message.number(2, entry.number)
            writer.message(27, message)
        }
        for entry in external { writer.text(37, entry) }
        writer.number(38, options.emptyNetwork ? Self.networkNamespace : nil)
        writeJoined(&writer)
        writer.text(44, freezer)
        writer.flag(46, options.tcpSkipInFlight)
        writer.flag(48, options.lazyPages)
        writer.flag(50, true)
        writer.text(51, configFile)
        writer.flag(52, options.tcpClose)
        writer.text(53, lsmProfile)
        writer.text(63, lsmMountContext)
        writer.number(64, options.networkLock?.rawValue)
        return writer
    }

    private func writeCgroups(_ writer: inout ProtocolBufferWriter) {
        writer.flag(24, true)
        if let cgroupRoot {
            var message = ProtocolBufferWriter()
            // The empty name is that of the one tree of version 2.
            message.text(1, "")
            message.text(2, cgroupRoot)
            writer.message(25, message)
        }
        writer.number(34, cgroupsMode?.rawValue)
    }

    private func writeJoined(_ writer: inout ProtocolBufferWriter) {
        for entry in joined {
            var message = ProtocolBufferWriter()
            message.text(1, entry.key)
            message.text(2, entry.value)
            writer.message(39, message)
        }
    }

    /// CLONE_NEWNET
    private static let networkNamespace: UInt64 = 0x4000_0000
}

/// What criu says: that it is done, that it failed, or that it has come to a point of its work.
struct CriuAnswer: Equatable {
    /// The protocol's number of what is answered.
    private(set) var kind: UInt64 = 0
    private(set) var succeeded = false
    /// The point that a notification is about: `post-restore`.
    private(set) var point = ""
    /// The process that a notification or the end of a restore is about, as the host numbers it.
    private(set) var pid: Int32 = 0
    /// criu's own first word on what went wrong.
    private(set) var complaint: String?
    private(set) var errno: Int32 = 0

    var isNotification: Bool { kind == CriuRequest.Kind.notification.rawValue }

    /// Nil when the bytes are no answer.
    init?(_ bytes: [UInt8]) {
        var reader = ProtocolBufferReader(bytes)
        while let (field, value) = reader.next() {
            switch (field, value) {
            case (1, .number(let number)): kind = number
            case (2, .number(let number)): succeeded = number != 0
            case (4, .bytes(let bytes)): readRestored(bytes)
            case (5, .bytes(let bytes)): readNotification(bytes)
            case (7, .number(let number)): errno = Int32(truncatingIfNeeded: number)
            case (9, .bytes(let bytes)): complaint = String(decoding: bytes, as: UTF8.self)
            default: continue
            }
        }
        if reader.isBroken || kind == 0 { return nil }
    }

    private mutating func readRestored(_ bytes: [UInt8]) {
        var reader = ProtocolBufferReader(bytes)
        while let (field, value) = reader.next() {
            if field == 1, case .number(let number) = value { pid = Int32(truncatingIfNeeded: number) }
        }
    }

    private mutating func readNotification(_ bytes: [UInt8]) {
        var reader = ProtocolBufferReader(bytes)
        while let (field, value) = reader.next() {
            switch (field, value) {
            case (1, .bytes(let bytes)): point = String(decoding: bytes, as: UTF8.self)
            case (2, .number(let number)): pid = Int32(truncatingIfNeeded: number)
            default: continue
            }
        }
    }
}

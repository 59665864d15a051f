/// What criu is told for a checkpoint and for a restore alike.
package struct CriuOptions: Sendable {
    /// What criu does about the cgroups of an image; the values are its protocol's.
    package enum CgroupsMode: UInt64, CaseIterable, Sendable {
        case ignore = 0
        case soft = 3
        case full = 4
        case strict = 5

        /// As it is written on a command line.
        package var name: StaticString {
            switch self {
            case .ignore: "ignore"
            case .soft: "soft"
            case .full: "full"
            case .strict: "strict"
            }
        }
    }

    /// How criu keeps packets away while connections are frozen; the values are its protocol's.
    package enum NetworkLock: UInt64, CaseIterable, Sendable {
        case iptables = 1
        case nftables = 2
        case skip = 3

        /// As it is written on a command line.
        package var name: StaticString {
            switch self {
            case .iptables: "iptables"
            case .nftables: "nftables"
            case .skip: "skip"
            }
        }
    }

    /// Where the pages of memory are sent.
    package struct PageServer: Equatable, Sendable {
        package var address: String
        package var port: Int32

        package init(address: String, port: Int32) {
            self.address = address
            self.port = port
        }
    }

    /// Where the image is, as given; relative to the caller's directory.
    package var imagePath = "checkpoint"
    /// Where criu keeps its log; nil is where the image is.
    package var workPath: String?
    package var tcpEstablished = false
    package var tcpClose = false
    package var tcpSkipInFlight = false
    package var externalUnixSockets = false
    package var shellJob = false
    package var fileLocks = false
    package var linkRemap = false
    package var autoDedup = false
    package var lazyPages = false
    /// Whether a network namespace is made without what was in it.
    package var emptyNetwork = false
    package var pageServer: PageServer?
    package var cgroupsMode: CgroupsMode?
    package var networkLock: NetworkLock?

    package init() {}
}

/// How a checkpoint is made.
package struct CheckpointOptions: Sendable {
    package var id: String
    package var criu = CriuOptions()
    package var leaveRunning = false
    /// Whether only the memory is written, for a checkpoint that follows.
    package var preDump = false
    /// The image that this one is the difference to; relative to this one.
    package var parentPath: String?
    /// The descriptor that is told when the server of lazy pages is ready.
    package var statusDescriptor: Int32?

    package init(id: String) { self.id = id }
}

/// How a container is made from a checkpoint.
package struct RestoreOptions: Sendable {
    package var create: CreateOptions
    package var criu = CriuOptions()
    package var detach = false
    package var noSubreaper = false
    /// `apparmor:NAME` or `selinux:LABEL`
    package var lsmProfile: String?
    package var lsmMountContext: String?

    package init(create: CreateOptions) { self.create = create }
}

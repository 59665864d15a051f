/// The flags of `checkpoint` and `restore`.
extension Flag {
    /// Whether a verb takes it; false for a flag of other verbs.
    func belongsToCriu(_ command: Command?) -> Bool {
        switch self {
        case .imagePath, .workPath, .tcpEstablished, .tcpClose, .externalUnixSockets, .shellJob, .fileLocks,
            .lazyPages, .manageCgroupsMode, .emptyNamespace, .autoDedup, .networkLock:
            command == .checkpoint || command == .restore
        case .parentPath, .leaveRunning, .tcpSkipInFlight, .statusFD, .pageServer, .preDump, .linkRemap:
            command == .checkpoint
        case .lsmProfile, .lsmMountContext: command == .restore
        default: false
        }
    }

    /// The long name, without dashes; empty for a flag of other verbs.
    var criuName: StaticString {
        switch self {
        case .imagePath: "image-path"
        case .workPath: "work-path"
        case .parentPath: "parent-path"
        case .leaveRunning: "leave-running"
        case .tcpEstablished: "tcp-established"
        case .tcpClose: "tcp-close"
        case .tcpSkipInFlight: "tcp-skip-in-flight"
        case .externalUnixSockets: "ext-unix-sk"
        case .shellJob: "shell-job"
        case .fileLocks: "file-locks"
        case .linkRemap: "link-remap"
        case .lazyPages: "lazy-pages"
        case .statusFD: "status-fd"
        case .pageServer: "page-server"
        case .preDump: "pre-dump"
        case .manageCgroupsMode: "manage-cgroups-mode"
        case .emptyNamespace: "empty-ns"
        case .autoDedup: "auto-dedup"
        case .networkLock: "network-lock"
        case .lsmProfile: "lsm-profile"
        case .lsmMountContext: "lsm-mount-context"
        default: ""
        }
    }

    /// What the value is, as the help shows it; nil for a flag that is on or off.
    var criuValue: StaticString? {
        switch self {
        case .imagePath, .workPath, .parentPath: "DIR"
        case .statusFD: "N"
        case .pageServer: "ADDRESS:PORT"
        case .manageCgroupsMode: "soft|full|strict|ignore"
        case .emptyNamespace: "network"
        case .networkLock: "iptables|nftables|skip"
        case .lsmProfile: "TYPE:NAME"
        case .lsmMountContext: "CONTEXT"
        default: nil
        }
    }

    /// What it is for, in one line; empty for a flag of other verbs.
    var criuHelp: StaticString {
        switch self {
        case .imagePath: "the directory of the image; checkpoint"
        case .workPath: "the directory of criu's log; that of the image"
        case .parentPath: "the image of an earlier pre-dump, by its path from this one"
        case .leaveRunning: "let the container run on"
        case .tcpEstablished: "allow open TCP connections"
        case .tcpClose: "close TCP connections"
        case .tcpSkipInFlight: "leave out TCP connections that are being made"
        case .externalUnixSockets: "allow connections to unix sockets outside the container"
        case .shellJob: "allow a terminal and a session that are the caller's"
        case .fileLocks: "allow file locks"
        case .linkRemap: "give open files without a name one, where that is possible"
        case .lazyPages: "pass memory on when it is needed: to, or from, criu lazy-pages"
        case .statusFD: "write a zero byte to descriptor N when the server of lazy pages is ready"
        case .pageServer: "send memory to a page server of criu's"
        case .preDump: "write only memory, and let the container run on"
        case .manageCgroupsMode: "what to do about cgroups inside the container; soft"
        case .emptyNamespace: "leave out what is in the network namespace"
        case .autoDedup: "keep each page of memory in one image only"
        case .networkLock: "how packets are kept away from connections; iptables"
        case .lsmProfile: "the apparmor profile or selinux label to run under"
        case .lsmMountContext: "the SELinux context of mounts"
        default: ""
        }
    }
}

internal import Kernel
internal import Runtime

/// `apus checkpoint`
enum CheckpointCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        try Verb.checkpoint(try options(invocation), try invocation.context())
        return 0
    }

    private static func options(_ invocation: Invocation) throws(RuntimeError) -> CheckpointOptions {
        let arguments = invocation.arguments
        var options = CheckpointOptions(id: invocation.id)
        options.criu = try criu(arguments)
        options.criu.tcpSkipInFlight = arguments.has(.tcpSkipInFlight)
        options.criu.linkRemap = arguments.has(.linkRemap)
        options.criu.pageServer = try pageServer(arguments)
        options.leaveRunning = arguments.has(.leaveRunning)
        options.preDump = arguments.has(.preDump)
        options.parentPath = try parentPath(arguments)
        options.statusDescriptor = try statusDescriptor(invocation)
        if options.preDump, options.criu.lazyPages {
            throw RuntimeError(.usage, "--pre-dump and --lazy-pages contradict each other")
        }
        return options
    }

    /// What `checkpoint` and `restore` have in common.
    static func criu(_ arguments: Arguments) throws(RuntimeError) -> CriuOptions {
        var options = CriuOptions()
        if let path = arguments.value(.imagePath) {
            guard !path.isEmpty else { throw RuntimeError(.usage, "--image-path must not be empty") }
            options.imagePath = path
        }
        if let path = arguments.value(.workPath), !path.isEmpty { options.workPath = path }
        options.tcpEstablished = arguments.has(.tcpEstablished)
        options.tcpClose = arguments.has(.tcpClose)
        options.externalUnixSockets = arguments.has(.externalUnixSockets)
        options.shellJob = arguments.has(.shellJob)
        options.fileLocks = arguments.has(.fileLocks)
        options.lazyPages = arguments.has(.lazyPages)
        options.autoDedup = arguments.has(.autoDedup)
        for name in arguments.values(.emptyNamespace) {
            guard name == "network" else {
                throw Flag.emptyNamespace.mustBe("network", not: name)
            }
            options.emptyNetwork = true
        }
        options.cgroupsMode = try cgroupsMode(arguments)
        options.networkLock = try networkLock(arguments)
        return options
    }

    private static func cgroupsMode(_ arguments: Arguments) throws(RuntimeError) -> CriuOptions.CgroupsMode? {
        guard let name = arguments.value(.manageCgroupsMode) else { return nil }
        for mode in CriuOptions.CgroupsMode.allCases where mode.name.names(name) { return mode }
        throw Flag.manageCgroupsMode.mustBe("soft, full, strict or ignore", not: name)
    }

    private static func networkLock(_ arguments: Arguments) throws(RuntimeError) -> CriuOptions.NetworkLock? {
        guard let name = arguments.value(.networkLock) else { return nil }
        for lock in CriuOptions.NetworkLock.allCases where lock.name.names(name) { return lock }
        throw Flag.networkLock.mustBe("iptables, nftables or skip", not: name)
    }

    private static func parentPath(_ arguments: Arguments) throws(RuntimeError) -> String? {
        guard let path = arguments.value(.parentPath), !path.isEmpty else { return nil }
        guard !path.hasPrefix("/") else {
            throw Flag.parentPath.mustBe("relative to the image", not: path)
        }
        return path
    }

    private static func pageServer(_ arguments: Arguments) throws(RuntimeError) -> CriuOptions.PageServer? {
        guard let text = arguments.value(.pageServer) else { return nil }
        let wrong = Flag.pageServer.mustBe("ADDRESS:PORT", not: text)
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { throw wrong }
        var address = String(decoding: text.utf8[..<colon], as: UTF8.self)
        // As a host is written in front of a port: [::1]:4711
        if address.hasPrefix("["), address.hasSuffix("]") { address = String(address.dropFirst().dropLast()) }
        var port: Int32 = 0
        for byte in text.utf8[text.utf8.index(after: colon)...] {
            guard byte >= 0x30, byte <= 0x39, port <= 65535 else { throw wrong }
            port = port * 10 + Int32(byte - 0x30)
        }
        guard !address.isEmpty, port > 0, port <= 65535 else { throw wrong }
        return CriuOptions.PageServer(address: address, port: port)
    }

    private static func statusDescriptor(_ invocation: Invocation) throws(RuntimeError) -> Int32? {
        guard let number = try invocation.arguments.number(.statusFD, most: 1_000_000) else { return nil }
        let descriptor = Int32(number)
        guard invocation.arguments.has(.lazyPages) else {
            throw RuntimeError(.usage, "--status-fd is about lazy pages; it needs --lazy-pages")
        }
        guard Descriptor.isOpen(descriptor), descriptor != invocation.logDescriptor else {
            throw RuntimeError(.usage, "--status-fd \(number): the descriptor is not open")
        }
        return descriptor
    }
}

internal import OCI
internal import Runtime

/// `apus update`
enum UpdateCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        let arguments = invocation.arguments
        let rdt = schemas(arguments)
        let resources: Spec.Linux.Resources?
        if let source = arguments.value(.resources) {
            for flag in limits where arguments.value(flag) != nil {
                throw RuntimeError(.usage, "--\(flag.name.description) cannot be combined with --resources")
            }
            let file = InputFile(source)
            resources = try Verb.resources(try file.read("resources"), from: file.name)
        } else if rdt != nil, !hasLimits(arguments) {
            resources = nil
        } else {
            resources = try self.resources(arguments)
        }
        try Verb.update(invocation.id, resources, rdt, try invocation.context())
        for flag in [Flag.kernelMemory, .kernelMemoryTCP] where arguments.value(flag) != nil {
            invocation.warnings.add("--\(flag.name.description) has no effect: it is of cgroup v1")
        }
        return 0
    }

    /// The flags that say a limit.
    private static let limits: [Flag] = [
        .memory, .memoryReservation, .memorySwap, .cpuShare, .cpuQuota, .cpuPeriod, .cpuBurst, .cpuRTPeriod,
        .cpuRTRuntime, .cpuIdle, .cpusetCPUs, .cpusetMems, .pidsLimit, .blkioWeight, .kernelMemory, .kernelMemoryTCP,
    ]

    private static func hasLimits(_ arguments: Arguments) -> Bool {
        for flag in limits where arguments.value(flag) != nil { return true }
        return false
    }

    /// What is asked of resctrl; nil when nothing is.
    private static func schemas(_ arguments: Arguments) -> Spec.Linux.IntelRdt? {
        guard arguments.value(.l3CacheSchema) != nil || arguments.value(.memBWSchema) != nil else { return nil }
        var rdt = Spec.Linux.IntelRdt.empty
        rdt.l3CacheSchema = arguments.value(.l3CacheSchema)
        rdt.memBwSchema = arguments.value(.memBWSchema)
        return rdt
    }

    /// What the flags ask for.
    static func resources(_ arguments: Arguments) throws(RuntimeError) -> Spec.Linux.Resources {
        guard hasLimits(arguments) else {
            throw RuntimeError(.usage, "update: no limit given; `apus update --help` shows them")
        }
        var memory = Spec.Linux.Resources.Memory.empty
        memory.limit = try size(.memory, arguments)
        memory.reservation = try size(.memoryReservation, arguments)
        memory.swap = try size(.memorySwap, arguments)
        var cpu = Spec.Linux.Resources.CPU.empty
        cpu.shares = try unsigned(.cpuShare, arguments)
        cpu.quota = try signed(.cpuQuota, arguments)
        cpu.period = try unsigned(.cpuPeriod, arguments)
        cpu.burst = try unsigned(.cpuBurst, arguments)
        cpu.realtimePeriod = try unsigned(.cpuRTPeriod, arguments)
        cpu.realtimeRuntime = try signed(.cpuRTRuntime, arguments)
        cpu.idle = try signed(.cpuIdle, arguments)
        cpu.cpus = try list(.cpusetCPUs, arguments)
        cpu.mems = try list(.cpusetMems, arguments)
        var resources = Spec.Linux.Resources.empty
        if memory != .empty { resources.memory = memory }
        if cpu != .empty { resources.cpu = cpu }
        if let limit = try signed(.pidsLimit, arguments) {
            resources.pids = .empty
            resources.pids?.limit = limit
        }
        if let weight = try arguments.number(.blkioWeight, most: 65_535) {
            resources.blockIO = .empty
            resources.blockIO?.weight = UInt16(weight)
        }
        return resources
    }

    private static func size(_ flag: Flag, _ arguments: Arguments) throws(RuntimeError) -> Int64? {
        guard let text = arguments.value(flag) else { return nil }
        if text == "-1" { return -1 }
        guard let bytes = Size.bytes(text) else {
            throw flag.mustBe("a number of bytes such as 67108864, 64M or 1.5GiB, or -1 for no limit", not: text)
        }
        return bytes
    }

    private static func signed(_ flag: Flag, _ arguments: Arguments) throws(RuntimeError) -> Int64? {
        guard let text = arguments.value(flag) else { return nil }
        guard let number = Int64(text) else { throw flag.mustBe("a number", not: text) }
        return number
    }

    private static func unsigned(_ flag: Flag, _ arguments: Arguments) throws(RuntimeError) -> UInt64? {
        guard let text = arguments.value(flag) else { return nil }
        guard let number = UInt64(text) else { throw flag.mustBe("a number that is not negative", not: text) }
        return number
    }

    private static func list(_ flag: Flag, _ arguments: Arguments) throws(RuntimeError) -> String? {
        guard let text = arguments.value(flag) else { return nil }
        guard !text.isEmpty else { throw flag.mustBe("a list such as 0-3,7", not: text) }
        return text
    }
}

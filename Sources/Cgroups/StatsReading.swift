package import Kernel

extension Cgroup {
    /// What the cgroup, with those below it, uses now.
    ///
    /// - Throws: `ENOENT` or `ENODEV` when it is gone.
    package func stats() throws(Errno) -> CgroupStats {
        let directory = try open()
        let files = CgroupFiles(directory: directory.raw)
        var stats = CgroupStats()
        stats.cpu = .init(try File.read("cpu.stat", at: directory.raw, limit: 1 << 20))
        stats.memory = try files.memory()
        stats.io = try files.bytes("io.stat").map(CgroupStats.IO.init)
        stats.hugetlb = try files.hugetlb()
        stats.pressure.cpu = try files.bytes("cpu.pressure").map(Pressure.init)
        stats.pressure.memory = try files.bytes("memory.pressure").map(Pressure.init)
        stats.pressure.io = try files.bytes("io.pressure").map(Pressure.init)
        if let current = try files.number("pids.current") {
            stats.pids = .init(current: current, limit: try files.number("pids.max"))
        } else {
            stats.pids = .init(current: UInt64(try processes().count))
        }
        return stats
    }
}

/// The files of one cgroup, of which any may be missing.
private struct CgroupFiles {
    let directory: Int32

    /// Nil when there is no such file, or it is switched off.
    func bytes(_ name: String) throws(Errno) -> [UInt8]? {
        do throws(Errno) {
            return try File.read(name, at: directory, limit: 1 << 20)
        } catch {
            // A cgroup that is gone has no files either: cpu.stat, which every one has, was read before.
            guard error == .noSuchFile || error == .notSupported else { throw error }
            return nil
        }
    }

    /// Nil also for `max`.
    func number(_ name: String) throws(Errno) -> UInt64? {
        guard let bytes = try bytes(name) else { return nil }
        return UInt64(digits: bytes.prefix { $0 != UInt8(ascii: "\n") })
    }

    /// The number behind a key of a file; 0 when either is missing.
    func count(_ key: StaticString, in name: String) throws(Errno) -> UInt64 {
        for (found, value) in FlatKeyed(try bytes(name) ?? []) where found.elementsEqual(key.description.utf8) {
            return value
        }
        return 0
    }

    func memory() throws(Errno) -> CgroupStats.Memory? {
        guard let usage = try number("memory.current") else { return nil }
        var memory = CgroupStats.Memory(usage: usage, limit: try number("memory.max"))
        memory.peak = try number("memory.peak")
        memory.failures = try count("max", in: "memory.events")
        if let swapped = try number("memory.swap.current") {
            memory.swap = .init(
                usage: swapped, limit: try number("memory.swap.max"),
                failures: try count("max", in: "memory.swap.events"))
        }
        for (key, value) in FlatKeyed(try bytes("memory.stat") ?? []) {
            memory.raw.append((String(decoding: key, as: UTF8.self), value))
        }
        return memory
    }

    func hugetlb() throws(Errno) -> [(size: String, usage: CgroupStats.Hugetlb)] {
        var found: [(size: String, usage: CgroupStats.Hugetlb)] = []
        let listing = try File.open(".", [.readOnly, .directory], at: directory)
        for name in try File.names(in: listing.raw) where name.hasPrefix("hugetlb.") && name.hasSuffix(".current") {
            let size = name.dropFirst("hugetlb.".utf8.count).dropLast(".current".utf8.count)
            // Reservations are counted beside use: `hugetlb.2MB.rsvd.current`.
            guard !size.hasSuffix(".rsvd"), let usage = try number(name) else { continue }
            let failures = try count("max", in: "hugetlb." + size + ".events")
            found.append((String(size), .init(usage: usage, failures: failures)))
        }
        return found.sorted { $0.size < $1.size }
    }
}

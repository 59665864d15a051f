import Cgroups
import JSON

/// Something that `events` tells of a container, in the form that runc gives it and engines read.
enum Event {
    /// What the container uses.
    case stats(CgroupStats)
    /// A process of the container was killed for want of memory.
    case outOfMemory

    /// One line of JSON.
    func line(of id: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        switch self {
        case .stats(let stats):
            writer.member("type", "stats")
            writer.member("id", id)
            writer.key("data")
            stats.write(to: &writer)
        case .outOfMemory:
            writer.member("type", "oom")
            writer.member("id", id)
        }
        writer.endObject()
        writer.newline()
        return writer.bytes
    }
}

extension CgroupStats {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("cpu")
        writeCPU(to: &writer)
        writer.key("cpuset")
        writeCPUSet(to: &writer)
        writer.key("memory")
        writeMemory(to: &writer)
        writer.key("pids")
        writer.beginObject()
        writer.member("current", pids.current)
        writer.member("limit", pids.limit)
        writer.endObject()
        writer.key("blkio")
        writeIO(to: &writer)
        writer.key("hugetlb")
        writer.beginObject()
        for (size, usage) in hugetlb {
            writer.key(size)
            writer.beginObject()
            writer.member("usage", usage.usage)
            writer.member("failcnt", usage.failures)
            writer.endObject()
        }
        writer.endObject()
        writer.key("intel_rdt")
        writer.beginObject()
        writer.endObject()
        writer.key("network_interfaces")
        writer.null()
        writer.endObject()
    }

    private func writeCPU(to writer: inout JSONWriter) {
        writer.beginObject()
        if let cpu {
            writer.key("usage")
            writer.beginObject()
            writer.member("total", cpu.total)
            writer.member("kernel", cpu.kernel)
            writer.member("user", cpu.user)
            writer.endObject()
            if let throttling = cpu.throttling {
                writer.key("throttling")
                writer.beginObject()
                writer.member("periods", throttling.periods)
                writer.member("throttledPeriods", throttling.throttledPeriods)
                writer.member("throttledTime", throttling.throttledTime)
                writer.endObject()
            }
        }
        Self.write(pressure.cpu, to: &writer)
        writer.endObject()
    }

    /// All are files of cgroup v1: version 2 has no such settings, and readers expect a number.
    private func writeCPUSet(to writer: inout JSONWriter) {
        let names: [StaticString] = [
            "cpu_exclusive", "mem_hardwall", "mem_exclusive", "memory_migrate", "memory_spread_page",
            "memory_spread_slab", "memory_pressure", "sched_load_balance", "sched_relax_domain_level",
        ]
        writer.beginObject()
        for name in names { writer.member(name.description, UInt64(0)) }
        writer.endObject()
    }

    private func writeMemory(to writer: inout JSONWriter) {
        writer.beginObject()
        if let memory {
            writer.member("cache", memory.raw.first { $0.name == "file" }?.value)
            writer.key("usage")
            Self.write(
                limit: memory.limit, usage: memory.usage, most: memory.peak, failures: memory.failures, to: &writer)
            if let swap = memory.swap {
                // Readers expect the sum of memory and swap, which is what cgroup v1 counted.
                var limit: UInt64?
                if let ofMemory = memory.limit, let ofSwap = swap.limit { limit = ofMemory &+ ofSwap }
                writer.key("swap")
                Self.write(
                    limit: limit, usage: memory.usage &+ swap.usage, most: nil, failures: swap.failures, to: &writer)
            }
            writer.key("raw")
            writer.beginObject()
            for (name, value) in memory.raw { writer.member(name, value) }
            writer.endObject()
        }
        Self.write(pressure.memory, to: &writer)
        writer.endObject()
    }

    private static func write(
        limit: UInt64?, usage: UInt64, most: UInt64?, failures: UInt64, to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("limit", limit ?? UInt64.max)
        writer.member("usage", usage)
        writer.member("max", most)
        writer.member("failcnt", failures)
        writer.endObject()
    }

    private func writeIO(to writer: inout JSONWriter) {
        writer.beginObject()
        if let io {
            Self.write("ioServiceBytesRecursive", io.bytes, to: &writer)
            Self.write("ioServicedRecursive", io.operations, to: &writer)
        }
        Self.write(pressure.io, to: &writer)
        writer.endObject()
    }

    private static func write(_ name: String, _ entries: [IOEntry], to writer: inout JSONWriter) {
        if entries.isEmpty { return }
        writer.key(name)
        writer.beginArray()
        for entry in entries {
            writer.beginObject()
            writer.member("major", entry.major)
            writer.member("minor", entry.minor)
            switch entry.direction {
            case .read: writer.member("op", "Read")
            case .write: writer.member("op", "Write")
            case .discard: writer.member("op", "Discard")
            }
            writer.member("value", entry.value)
            writer.endObject()
        }
        writer.endArray()
    }

    private static func write(_ pressure: Pressure?, to writer: inout JSONWriter) {
        guard let pressure else { return }
        writer.key("psi")
        writer.beginObject()
        for (name, shares) in [("some", pressure.some), ("full", pressure.full)] {
            writer.key(name)
            writer.beginObject()
            for (name, value) in [
                ("avg10", shares.average10), ("avg60", shares.average60), ("avg300", shares.average300),
            ] {
                writer.key(name)
                writer.number(JSONNumber(text: decimal(value)))
            }
            writer.member("total", shares.total)
            writer.endObject()
        }
        writer.endObject()
    }

    /// Hundredths as a decimal fraction without needless zeros.
    private static func decimal(_ hundredths: UInt64) -> String {
        let whole = String(hundredths / 100)
        let rest = hundredths % 100
        if rest == 0 { return whole }
        if rest % 10 == 0 { return whole + "." + String(rest / 10) }
        return whole + (rest < 10 ? ".0" : ".") + String(rest)
    }
}

import Foundation
import Testing

@testable import Cgroups
@testable import Runtime

/// The lines of `events`, in the form that runc gives them.
struct EventTests {
    private func text(_ event: Event) -> String { String(decoding: event.line(of: "c1"), as: UTF8.self) }

    @Test func outOfMemoryHasNoData() {
        #expect(text(.outOfMemory) == "{\"type\":\"oom\",\"id\":\"c1\"}\n")
    }

    /// On a host whose controllers are bound to cgroup v1.
    @Test func whatIsNotKnownIsLeftOut() {
        var stats = CgroupStats()
        stats.pids.current = 3
        let zeros = [
            "cpu_exclusive", "mem_hardwall", "mem_exclusive", "memory_migrate", "memory_spread_page",
            "memory_spread_slab", "memory_pressure", "sched_load_balance", "sched_relax_domain_level",
        ].map { "\"\($0)\":0" }.joined(separator: ",")
        #expect(
            text(.stats(stats))
                == "{\"type\":\"stats\",\"id\":\"c1\",\"data\":{\"cpu\":{},\"cpuset\":{\(zeros)},\"memory\":{},"
                + "\"pids\":{\"current\":3},\"blkio\":{},\"hugetlb\":{},\"intel_rdt\":{},\"network_interfaces\":null}}\n"
        )
    }

    private func data(_ stats: CgroupStats) throws -> [String: Any] {
        let line = Data(Event.stats(stats).line(of: "c1"))
        let event = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
        return try #require(event["data"] as? [String: Any])
    }

    @Test func everything() throws {
        var stats = CgroupStats()
        var cpu = CgroupStats.CPU()
        (cpu.total, cpu.kernel, cpu.user) = (282_367_000, 80_676_000, 201_690_000)
        var throttling = CgroupStats.Throttling()
        (throttling.periods, throttling.throttledPeriods, throttling.throttledTime) = (5, 1, 14_975_000)
        cpu.throttling = throttling
        stats.cpu = cpu
        stats.pids.current = 1
        stats.pids.limit = 42
        var pressure = Pressure()
        pressure.some.average10 = 36
        pressure.some.average60 = 1206
        pressure.some.average300 = 1
        pressure.full.average10 = 110
        pressure.full.average60 = 10_000
        pressure.full.total = 26_841
        stats.pressure.cpu = pressure
        let found = try data(stats)
        let expected: [String: Any] = [
            "usage": ["total": 282_367_000, "kernel": 80_676_000, "user": 201_690_000],
            "throttling": ["periods": 5, "throttledPeriods": 1, "throttledTime": 14_975_000],
            "psi": [
                "some": ["avg10": 0.36, "avg60": 12.06, "avg300": 0.01, "total": 0],
                "full": ["avg10": 1.1, "avg60": 100, "avg300": 0, "total": 26_841],
            ],
        ]
        #expect(found["cpu"] as? NSDictionary == expected as NSDictionary)
        #expect(found["pids"] as? NSDictionary == ["current": 1, "limit": 42])
    }

    @Test func memoryAndSwapTogether() throws {
        var stats = CgroupStats()
        var memory = CgroupStats.Memory()
        (memory.usage, memory.limit, memory.peak, memory.failures) = (294_912, 67_108_864, 5_599_232, 3)
        memory.raw = [("anon", 53_248), ("file", 8192)]
        var swap = CgroupStats.Swap()
        (swap.usage, swap.limit) = (1000, 0)
        memory.swap = swap
        stats.memory = memory
        let found = try data(stats)["memory"] as? NSDictionary
        let expected: [String: Any] = [
            "cache": 8192, "usage": ["limit": 67_108_864, "usage": 294_912, "max": 5_599_232, "failcnt": 3],
            "swap": ["limit": 67_108_864, "usage": 295_912, "failcnt": 0],
            "raw": ["anon": 53_248, "file": 8192],
        ]
        #expect(found == expected as NSDictionary)
    }

    @Test(arguments: [(nil, 5), (5, nil), (nil, nil)] as [(UInt64?, UInt64?)])
    func noLimitIsTheLargestNumber(_ memoryLimit: UInt64?, _ swapLimit: UInt64?) throws {
        var stats = CgroupStats()
        var memory = CgroupStats.Memory()
        memory.limit = memoryLimit
        var swap = CgroupStats.Swap()
        swap.limit = swapLimit
        memory.swap = swap
        stats.memory = memory
        let found = try #require(try data(stats)["memory"] as? [String: [String: NSNumber]])
        #expect(found["swap"]?["limit"]?.uint64Value == UInt64.max)
        #expect(found["usage"]?["limit"]?.uint64Value == memoryLimit ?? UInt64.max)
    }

    @Test func blockDevicesAndHugePages() {
        var stats = CgroupStats()
        var io = CgroupStats.IO()
        io.bytes = [.init(major: 8, minor: 0, direction: .read, value: 512)]
        io.operations = [
            .init(major: 8, minor: 0, direction: .write, value: 2),
            .init(major: 8, minor: 0, direction: .discard, value: 1),
        ]
        stats.io = io
        stats.hugetlb = [("2MB", .init(usage: 4_194_304, failures: 1))]
        let line = text(.stats(stats))
        #expect(
            line.contains(
                "\"blkio\":{\"ioServiceBytesRecursive\":[{\"major\":8,\"minor\":0,\"op\":\"Read\",\"value\":512}],"
                    + "\"ioServicedRecursive\":[{\"major\":8,\"minor\":0,\"op\":\"Write\",\"value\":2},"
                    + "{\"major\":8,\"minor\":0,\"op\":\"Discard\",\"value\":1}]}"))
        #expect(line.contains("\"hugetlb\":{\"2MB\":{\"usage\":4194304,\"failcnt\":1}}"))
    }
}

import Glibc
import Testing

@testable import Cgroups
@testable import OCI

private typealias Resources = Spec.Linux.Resources

extension CgroupSettings {
    /// Every write as `file=value`.
    fileprivate var written: [String] { list.map { $0.file + "=" + $0.value } }
    fileprivate var refused: [String] { problems.map { $0.pointer + ": " + $0.message } }
}

@Suite struct MemorySettingsTests {
    private func settings(
        _ limit: Int64? = nil, swap: Int64? = nil, reservation: Int64? = nil, over current: CgroupLimits? = nil
    ) -> CgroupSettings {
        CgroupSettings(Resources(memory: .init(limit: limit, reservation: reservation, swap: swap)), over: current)
    }

    @Test func limitsAreBytes() {
        let made = settings(4096, reservation: 2048)
        #expect(made.written == ["memory.low=2048", "memory.max=4096"])
        #expect(made.list.map(\.pointer) == ["/linux/resources/memory/reservation", "/linux/resources/memory/limit"])
        #expect(made.list.map(\.controller) == ["memory", "memory"])
    }

    @Test func swapIsWithoutMemory() {
        #expect(settings(4096, swap: 10_000).written == ["memory.swap.max=5904", "memory.max=4096"])
        #expect(settings(4096, swap: 4096).written == ["memory.swap.max=0", "memory.max=4096"])
        #expect(settings(4096, swap: -1).written == ["memory.swap.max=max", "memory.max=4096"])
        #expect(settings(swap: -1).written == ["memory.swap.max=max"])
        #expect(settings(4096).written == ["memory.max=4096"])
    }

    @Test func noLimitOfMemoryIsNoneOfSwap() {
        #expect(settings(-1).written == ["memory.swap.max=max", "memory.max=max"])
        #expect(!settings(-1, swap: -1, reservation: -1).needsCgroup)
        #expect(settings(4096, swap: 4096).list.map(\.isOptional) == [true, false])
    }

    @Test func zeroIsAnAbsentLimit() { #expect(settings(0, swap: 0, reservation: 0).isEmpty) }

    @Test func wrongAmountsAreRefused() {
        let place = "/linux/resources/memory"
        #expect(
            settings(4096, swap: 4095).refused == [
                place + "/swap: must be at least the memory limit of 4096, is 4095: it is of memory and swap together"
            ])
        let alone = [
            place + "/swap: must not stand without a memory limit: it is of memory and swap together"
        ]
        #expect(settings(swap: 4096).refused == alone)
        #expect(settings(-1, swap: 4096).refused == alone)
        #expect(settings(-2).refused == [place + "/limit: must be a number of bytes, or -1 for no limit, is -2"])
    }

    @Test func anUpdateKeepsTheSumOfMemoryAndSwap() {
        let now = CgroupLimits(memory: 1000, swap: 500)
        #expect(settings(1200, over: now).written == ["memory.swap.max=300", "memory.max=1200"])
        #expect(settings(1500, over: now).written == ["memory.swap.max=0", "memory.max=1500"])
        #expect(
            settings(1501, over: now).refused == [
                "/linux/resources/memory/limit: must be at most the limit of memory and swap together, 1500, is 1501;"
                    + " raise that too"
            ])
        #expect(settings(swap: 2000, over: now).written == ["memory.swap.max=1000"])
        #expect(settings(1501, over: CgroupLimits(memory: 1000)).written == ["memory.max=1501"])
        #expect(settings(swap: 2000, over: CgroupLimits(swap: 5)).problems.count == 1)
    }

    @Test func whatOnlyVersion1HasIsAWarning() {
        let made = CgroupSettings(Resources(memory: .init(kernel: 1, swappiness: 10)))
        #expect(made.list.isEmpty && made.problems.isEmpty)
        #expect(
            made.warnings == [
                CgroupFinding("/linux/resources/memory/kernel", "has no effect: it is of cgroup v1"),
                CgroupFinding("/linux/resources/memory/swappiness", "has no effect: it is of cgroup v1"),
            ])
    }
}

@Suite struct CPUSettingsTests {
    private func settings(_ cpu: Resources.CPU, over current: CgroupLimits? = nil) -> CgroupSettings {
        CgroupSettings(Resources(cpu: cpu), over: current)
    }

    @Test(
        arguments: [
            (1, 1), (2, 1), (3, 2), (100, 17), (512, 59), (1000, 99), (1024, 100), (2048, 174), (262_143, 10_000),
            (262_144, 10_000), (UInt64.max, 10_000),
        ] as [(UInt64, UInt64)])
    func sharesBecomeAWeight(_ shares: UInt64, _ weight: UInt64) {
        #expect(CgroupSettings.weight(ofShares: shares) == weight)
        #expect(settings(.init(shares: shares)).written == ["cpu.weight=\(weight)"])
    }

    @Test func weightsRiseWithShares() {
        var last: UInt64 = 1
        for shares in stride(from: UInt64(2), through: 262_144, by: 37) {
            let weight = CgroupSettings.weight(ofShares: shares)
            #expect(weight >= last && weight <= 10_000)
            last = weight
        }
    }

    @Test func bandwidth() {
        #expect(settings(.init(quota: 50_000)).written == ["cpu.max=50000 100000"])
        #expect(settings(.init(quota: 50_000, period: 200_000)).written == ["cpu.max=50000 200000"])
        #expect(settings(.init(period: 200_000)).written == ["cpu.max=max 200000"])
        #expect(settings(.init(quota: -1)).written == ["cpu.max=max 100000"])
        #expect(settings(.init(shares: 0, quota: 0, period: 0)).isEmpty)
        #expect(!settings(.init(quota: -1, period: 5000, idle: 0)).needsCgroup)
    }

    @Test func anUpdateKeepsTheOtherHalf() {
        let now = CgroupLimits(quota: 3000, period: 20_000)
        #expect(settings(.init(quota: 5000), over: now).written == ["cpu.max=5000 20000"])
        #expect(settings(.init(period: 10_000), over: now).written == ["cpu.max=3000 10000"])
        #expect(settings(.init(quota: -1), over: now).written == ["cpu.max=max 20000"])
    }

    @Test func burst() {
        #expect(
            settings(.init(quota: 50_000, burst: 1000)).written == ["cpu.max=50000 100000", "cpu.max.burst=1000"])
        #expect(settings(.init(quota: 50_000, burst: 0)).written == ["cpu.max.burst=0", "cpu.max=50000 100000"])
        #expect(
            settings(.init(quota: 1000, burst: 1001)).refused == [
                "/linux/resources/cpu/burst: must be at most the quota of 1000, is 1001"
            ])
    }

    @Test func anIdleGroupHasNoWeight() {
        #expect(settings(.init(shares: 1024, idle: 1)).written == ["cpu.idle=1"])
        #expect(settings(.init(shares: 1024, idle: 0)).written == ["cpu.idle=0", "cpu.weight=100"])
        #expect(settings(.init(idle: 2)).refused == ["/linux/resources/cpu/idle: must be 0 or 1, is 2"])
    }

    @Test func realTimeIsRefused() {
        #expect(
            settings(.init(realtimeRuntime: 1, realtimePeriod: 2)).problems.map(\.pointer) == [
                "/linux/resources/cpu/realtimeRuntime", "/linux/resources/cpu/realtimePeriod",
            ])
    }

    @Test func processorsAndNodes() {
        let made = settings(.init(cpus: "0-3,7", mems: "0"))
        #expect(made.written == ["cpuset.cpus=0-3,7", "cpuset.mems=0"])
        #expect(made.list.map(\.controller) == ["cpuset", "cpuset"])
    }

    @Test(arguments: ["a", "1-", "-1", "3-1", "0,,1", "0 1", "1-2-3", "99999999999", "0\n"])
    func whatIsNoListIsRefused(_ text: String) {
        #expect(settings(.init(cpus: text)).problems.map(\.pointer) == ["/linux/resources/cpu/cpus"])
        #expect(settings(.init(mems: text)).problems.map(\.pointer) == ["/linux/resources/cpu/mems"])
    }
}

@Suite struct IOSettingsTests {
    private func settings(_ blockIO: Resources.BlockIO) -> CgroupSettings {
        CgroupSettings(Resources(blockIO: blockIO))
    }

    @Test(arguments: [(10, 1), (100, 910), (500, 4950), (1000, 10_000)] as [(UInt16, Int)])
    func weights(_ weight: UInt16, _ scaled: Int) {
        #expect(
            settings(.init(weight: weight)).list == [
                CgroupSetting(
                    "io.bfq.weight", "\(weight)", at: "/linux/resources/blockIO/weight",
                    alternative: .init("io.weight", "\(scaled)"))
            ])
        #expect(
            settings(.init(weightDevice: [.init(major: 8, minor: 16, weight: weight)])).list == [
                CgroupSetting(
                    "io.bfq.weight", "8:16 \(weight)", at: "/linux/resources/blockIO/weightDevice/0/weight",
                    alternative: .init("io.weight", "8:16 \(scaled)"))
            ])
    }

    @Test func throttles() {
        let device = { (rate: UInt64) in [Resources.ThrottleDevice(major: 8, minor: 0, rate: rate)] }
        let made = settings(
            .init(
                throttleReadBpsDevice: device(1), throttleWriteBpsDevice: device(2), throttleReadIOPSDevice: device(3),
                throttleWriteIOPSDevice: device(0)))
        #expect(
            made.written == ["io.max=8:0 rbps=1", "io.max=8:0 wbps=2", "io.max=8:0 riops=3", "io.max=8:0 wiops=max"])
    }

    @Test func wrongOnesAreRefused() {
        let made = settings(
            .init(
                weight: 9, leafWeight: 10,
                weightDevice: [
                    .init(major: 8, minor: 0), .init(major: 8, minor: 0, weight: 1001),
                    .init(major: -1, minor: 0, weight: 10), .init(major: 8, minor: 0, leafWeight: 10),
                ],
                throttleReadBpsDevice: [.init(major: 8, minor: -1, rate: 1)]))
        #expect(made.list.isEmpty)
        #expect(
            made.problems.map { String($0.pointer.dropFirst("/linux/resources/blockIO/".count)) } == [
                "leafWeight", "weight", "weightDevice/0", "weightDevice/1/weight", "weightDevice/2/major",
                "weightDevice/3/leafWeight", "throttleReadBpsDevice/0/minor",
            ])
    }
}

@Suite struct OtherSettingsTests {
    @Test(arguments: [(-1, "max"), (-7, "max"), (0, "1"), (1, "1"), (32_771, "32771")] as [(Int64, String)])
    func pids(_ limit: Int64, _ value: String) {
        let made = CgroupSettings(Resources(pids: .init(limit: limit)))
        #expect(made.written == ["pids.max=" + value])
        #expect(made.needsCgroup == (limit >= 0))
    }

    @Test func pidsWithoutLimit() { #expect(CgroupSettings(Resources(pids: .init(limit: nil))).isEmpty) }

    @Test func hugePages() {
        let made = CgroupSettings(Resources(hugepageLimits: [.init(pageSize: "2MB", limit: 4_194_304)]))
        #expect(made.written == ["hugetlb.2MB.rsvd.max=4194304", "hugetlb.2MB.max=4194304"])
        #expect(made.list.map(\.isOptional) == [true, false])
    }

    @Test(arguments: ["", "MB", "2", "2M", "2TB", "../2MB", "2mB"])
    func wrongPageSizes(_ size: String) {
        let made = CgroupSettings(Resources(hugepageLimits: [.init(pageSize: size, limit: 1)]))
        #expect(made.problems.map(\.pointer) == ["/linux/resources/hugepageLimits/0/pageSize"])
    }

    @Test func rdma() {
        let made = CgroupSettings(
            Resources(rdma: [
                .init(key: "rxe0", value: .init(hcaHandles: 3, hcaObjects: 10)),
                .init(key: "rxe1", value: .init(hcaObjects: 0)), .init(key: "rxe2", value: .init()),
                .init(key: "a b", value: .init(hcaHandles: 1)),
            ]))
        #expect(made.written == ["rdma.max=rxe0 hca_handle=3 hca_object=10", "rdma.max=rxe1 hca_object=0"])
        #expect(made.problems.map(\.pointer) == ["/linux/resources/rdma/rxe2", "/linux/resources/rdma/"])
    }

    @Test func network() {
        let made = CgroupSettings(
            Resources(network: .init(classID: 1, priorities: [.init(name: "eth0", priority: 1)])))
        #expect(made.problems.count == 2)
        #expect(CgroupSettings(Resources(network: .init(classID: 0))).isEmpty)
    }
}

@Suite struct UnifiedSettingsTests {
    private func settings(_ entries: [(String, String)], memory: Int64? = nil) -> CgroupSettings {
        CgroupSettings(
            Resources(
                memory: .init(limit: memory),
                unified: entries.map { Spec.Entry(key: $0.0, value: $0.1) }))
    }

    @Test func comesInThePlaceOfWhatWasTranslated() {
        #expect(settings([("memory.max", "2097152")], memory: 4096).written == ["memory.max=2097152"])
        #expect(
            settings([("memory.high", " 1000\n")], memory: 4096).written == ["memory.max=4096", "memory.high=1000"])
    }

    @Test func aLineIsAWriteOfItsOwn() {
        #expect(
            settings([("io.max", "259:0 rbps=1\n253:0 rbps=2\n")]).written == [
                "io.max=259:0 rbps=1", "io.max=253:0 rbps=2",
            ])
    }

    @Test func unknownFilesAreWritten() {
        #expect(
            settings([("new.thing", "1"), ("cgroup.max.depth", "3")]).written == [
                "new.thing=1", "cgroup.max.depth=3",
            ])
        #expect(settings([("new.thing", "1")]).list.map(\.controller) == ["new"])
        #expect(settings([("cgroup.max.depth", "3")]).list.map(\.controller) == [nil])
        #expect(settings([("cpuset.cpus", "")]).written == ["cpuset.cpus=\n"])
    }

    @Test(arguments: [
        "memory", "", ".x", "a/b.c", "../x.y", "memory max.x", "cgroup.procs", "cgroup.freeze", "cgroup.kill",
        "cgroup.subtree_control",
    ])
    func whatIsNoSettingIsRefused(_ name: String) {
        #expect(settings([(name, "1")]).problems.map(\.pointer) == ["/linux/resources/unified/" + name])
    }
}

import OCI
import Testing

@testable import Cgroups

@Suite("Limits as properties of a unit")
struct SystemdPropertyTests {
    private func properties(_ files: [(String, String)]) -> [UnitProperty] {
        UnitProperty.list(files.map { CgroupSetting($0.0, $0.1, at: "/x") })
    }

    @Test(
        "Amounts",
        arguments: [
            ("memory.max", "MemoryMax"), ("memory.high", "MemoryHigh"), ("memory.low", "MemoryLow"),
            ("memory.min", "MemoryMin"), ("memory.swap.max", "MemorySwapMax"), ("pids.max", "TasksMax"),
        ])
    func amounts(_ file: String, _ name: String) {
        #expect(properties([(file, "67108864")]) == [UnitProperty(name, .uint64(67_108_864))])
        #expect(properties([(file, "max")]) == [UnitProperty(name, .uint64(.max))])
        #expect(properties([(file, "64M")]) == [])
    }

    @Test(
        "Processor time; hundredths of a processor, rounded up",
        arguments: [
            ("50000 100000", 500_000, 100_000), ("33333 100000", 340_000, 100_000), ("1000 1000000", 10_000, 1_000_000),
            ("400000 100000", 4_000_000, 100_000), ("max 50000", .max, 50_000), ("20000", 200_000, 100_000),
        ] as [(String, UInt64, UInt64)])
    func bandwidth(_ value: String, _ perSecond: UInt64, _ period: UInt64) {
        #expect(
            properties([("cpu.max", value)]) == [
                UnitProperty("CPUQuotaPerSecUSec", .uint64(perSecond)),
                UnitProperty("CPUQuotaPeriodUSec", .uint64(period), since: 242),
            ])
    }

    @Test("Weight and idleness")
    func weight() {
        #expect(properties([("cpu.weight", "59")]) == [UnitProperty("CPUWeight", .uint64(59))])
        let idle = UnitProperty("CPUWeight", .uint64(0), since: 252)
        #expect(properties([("cpu.weight", "59"), ("cpu.idle", "1")]) == [idle])
        #expect(properties([("cpu.idle", "0")]) == [UnitProperty("CPUWeight", .uint64(.max))])
        #expect(properties([("cpu.idle", "0"), ("cpu.weight", "59")]) == [UnitProperty("CPUWeight", .uint64(59))])
    }

    @Test(
        "Sets of numbers",
        arguments: [
            ("0", [1]), ("0-1", [3]), ("1,3", [10]), ("7-8", [0x80, 1]), ("16", [0, 0, 1]), ("\n", []),
        ] as [(String, [UInt8])])
    func numbers(_ value: String, _ bytes: [UInt8]) {
        #expect(
            properties([("cpuset.cpus", value), ("cpuset.mems", value)]) == [
                UnitProperty("AllowedCPUs", .bytes(bytes), since: 244),
                UnitProperty("AllowedMemoryNodes", .bytes(bytes), since: 244),
            ])
    }

    @Test("Numbers that no machine has are left to the kernel", arguments: ["0-4294967295", "3-1", "x"])
    func oddNumbers(_ value: String) { #expect(properties([("cpuset.cpus", value)]) == []) }

    @Test("Block devices, one entry each")
    func blockDevices() {
        func entry(_ device: String, _ value: UInt64) -> BusValue {
            .structure([.string("/dev/block/" + device), .uint64(value)])
        }
        let throttled = properties([
            ("io.max", "8:0 rbps=1024"), ("io.max", "8:16 rbps=2048 wbps=max"), ("io.max", "8:0 riops=5"),
            ("io.max", "8:0 wiops=6"),
        ])
        #expect(throttled.count == 4)
        #expect(
            throttled.contains(
                UnitProperty("IOReadBandwidthMax", .array(of: "(st)", [entry("8:0", 1024), entry("8:16", 2048)]))))
        #expect(throttled.contains(UnitProperty("IOWriteBandwidthMax", .array(of: "(st)", [entry("8:16", .max)]))))
        #expect(throttled.contains(UnitProperty("IOReadIOPSMax", .array(of: "(st)", [entry("8:0", 5)]))))
        #expect(throttled.contains(UnitProperty("IOWriteIOPSMax", .array(of: "(st)", [entry("8:0", 6)]))))
        let weights = [
            CgroupSetting("io.bfq.weight", "200", at: "/x", alternative: .init("io.weight", "1920")),
            CgroupSetting("io.bfq.weight", "8:0 100", at: "/x", alternative: .init("io.weight", "8:0 910")),
        ]
        #expect(
            UnitProperty.list(weights) == [
                UnitProperty("IOWeight", .uint64(1920)),
                UnitProperty("IODeviceWeight", .array(of: "(st)", [entry("8:0", 910)])),
            ])
        #expect(properties([("io.weight", "default 50")]) == [UnitProperty("IOWeight", .uint64(50))])
    }

    @Test("The later of two is meant, and what systemd does not know is not said")
    func others() {
        #expect(
            properties([("memory.max", "1"), ("hugetlb.2MB.max", "0"), ("cpu.max.burst", "5"), ("memory.max", "2")])
                == [UnitProperty("MemoryMax", .uint64(2))])
        #expect(
            properties([("memory.oom.group", "1")]) == [UnitProperty("OOMPolicy", .string("kill"), since: 253)])
    }

    @Test("The scope itself")
    func scope() throws {
        let unit = try SystemdUnit("a.slice:b:c", containerID: "c1", user: false)
        let list = UnitProperty.scope(unit, process: 42, description: "container c1")
        #expect(list.contains(UnitProperty("PIDs", .array(of: "u", [.uint32(42)]))))
        #expect(list.contains(UnitProperty("Slice", .string("a.slice"))))
        #expect(list.contains(UnitProperty("Description", .string("container c1"))))
        #expect(list.contains(UnitProperty("Delegate", .boolean(true))))
        #expect(UnitProperty.list(list).signature == "a(sv)")
    }
}

@Suite("Properties from annotations")
struct SystemdAnnotationTests {
    private func list(_ key: String, _ value: String) throws -> [UnitProperty] {
        try UnitProperty.list([
            Spec.Entry(key: "other", value: "x"), Spec.Entry(key: "org.systemd.property." + key, value: value),
        ])
    }

    @Test(
        "Values in GVariant's form",
        arguments: [
            ("true", .boolean(true)), ("false", .boolean(false)), ("'a b'", .string("a b")),
            ("\"a'b\"", .string("a'b")),
            (#"'a\'\\\n'"#, .string("a'\\\n")), ("5", .int32(5)), ("-5", .int32(-5)), ("0x10", .int32(16)),
            ("uint64 5", .uint64(5)), ("uint32 7", .uint32(7)), ("byte 0xff", .byte(255)), ("int16 -1", .int16(-1)),
            ("1.5", .double(1.5)), ("double 2", .double(2)), (" true ", .boolean(true)),
            ("<'a'>", .variant(.string("a"))),
            ("['a', \"b\"]", .array(of: "s", [.string("a"), .string("b")])),
            ("[uint64 1, 2]", .array(of: "t", [.uint64(1), .uint64(2)])), ("@as []", .array(of: "s", [])),
            ("@t 3", .uint64(3)), ("objectpath '/a/b'", .objectPath("/a/b")),
            ("signature 'a(ss)'", .signature("a(ss)")),
            (
                "[('/dev/null', uint64 5), ('x', 6)]",
                .array(
                    of: "(st)",
                    [.structure([.string("/dev/null"), .uint64(5)]), .structure([.string("x"), .uint64(6)])])
            ),
            ("@a(ss) [('a', 'b')]", .array(of: "(ss)", [.structure([.string("a"), .string("b")])])),
            ("(1,)", .structure([.int32(1)])),
        ] as [(String, BusValue)])
    func values(_ text: String, _ value: BusValue) throws {
        #expect(try list("Example", text) == [UnitProperty("Example", value)])
    }

    @Test(
        "What is no value",
        arguments: [
            "", "yes", "'a", "[1, 'a']", "[]", "()", "byte 256", "uint32 -1", "5 6", "true,", "@as [1]", "[1 2]", "0x",
            "-", "objectpath 'a'", "@z 1", "int32", "9999999999", "nan", "'\\u0041'", "signature 'a'",
            "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]",
        ])
    func refused(_ text: String) {
        #expect(throws: UnitProperty.Mistake.self) { try list("Example", text) }
    }

    @Test(
        "Seconds become microseconds",
        arguments: [
            ("TimeoutStopSec", "5", "TimeoutStopUSec", 5_000_000),
            ("TimeoutStopSec", "uint64 5", "TimeoutStopUSec", 5_000_000),
            ("RuntimeMaxSec", "1.5", "RuntimeMaxUSec", 1_500_000),
            ("TimeoutStopUSec", "uint64 5", "TimeoutStopUSec", 5),
        ] as [(String, String, String, UInt64)])
    func seconds(_ key: String, _ text: String, _ name: String, _ value: UInt64) throws {
        #expect(try list(key, text) == [UnitProperty(name, .uint64(value))])
    }

    @Test(
        "Names and times that cannot be meant",
        arguments: [
            ("Ab", "true"), ("", "true"), ("Memory-Max", "true"), ("PIDs", "[uint32 1]"), ("Slice", "'a.slice'"),
            ("Delegate", "false"), ("TimeoutStopSec", "-1"), ("TimeoutStopSec", "'5'"),
            ("TimeoutStopSec", "uint64 18446744073709551615"),
        ])
    func refusedNames(_ key: String, _ value: String) {
        #expect(throws: UnitProperty.Mistake.self) { try list(key, value) }
    }
}

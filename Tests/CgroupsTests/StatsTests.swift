import Testing

@testable import Cgroups

/// What the files of a cgroup say it uses.
struct StatsTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func processorTimeInNanoseconds() {
        let text = """
            usage_usec 282367
            user_usec 201690
            system_usec 80676
            nr_periods 5
            nr_throttled 1
            throttled_usec 14975
            nr_bursts 0
            burst_usec 0

            """
        let cpu = CgroupStats.CPU(bytes(text))
        #expect((cpu.total, cpu.user, cpu.kernel) == (282_367_000, 201_690_000, 80_676_000))
        #expect(cpu.throttling == .init(periods: 5, throttledPeriods: 1, throttledTime: 14_975_000))
    }

    @Test func withoutTheControllerNothingIsThrottled() {
        #expect(CgroupStats.CPU(bytes("usage_usec 7\nuser_usec 4\nsystem_usec 3\n")).throttling == nil)
    }

    @Test func blockDevices() {
        let text = """
            254:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6
            8:16 rbytes=18446744073709551615 wbytes=0 cost.usage=9 rios=x
            7:0
            nonsense rbytes=1
            """
        let io = CgroupStats.IO(bytes(text))
        #expect(
            io.bytes == [
                .init(major: 254, minor: 0, direction: .read, value: 1),
                .init(major: 254, minor: 0, direction: .write, value: 2),
                .init(major: 254, minor: 0, direction: .discard, value: 5),
                .init(major: 8, minor: 16, direction: .read, value: UInt64.max),
                .init(major: 8, minor: 16, direction: .write, value: 0),
            ])
        #expect(
            io.operations == [
                .init(major: 254, minor: 0, direction: .read, value: 3),
                .init(major: 254, minor: 0, direction: .write, value: 4),
                .init(major: 254, minor: 0, direction: .discard, value: 6),
            ])
    }

    @Test func pressure() {
        let text = """
            some avg10=0.36 avg60=12.06 avg300=100.00 total=43185
            full avg10=0.10 avg60=0.00 avg300=0.01 total=26841

            """
        let pressure = Pressure(bytes(text))
        #expect(pressure.some == .init(average10: 36, average60: 1206, average300: 10_000, total: 43_185))
        #expect(pressure.full == .init(average10: 10, average60: 0, average300: 1, total: 26_841))
    }

    @Test func pressureOfOlderKernelsHasOneLine() {
        let pressure = Pressure(bytes("some avg10=0.01 avg60=0.00 avg300=0.00 total=1\n"))
        #expect(pressure.some.average10 == 1)
        #expect(pressure.full == .init())
    }
}

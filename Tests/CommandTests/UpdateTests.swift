import Kernel
import OCI
import Testing

@testable import apus

/// Limits on the command line, and what they come to.
struct UpdateTests {
    @Test(
        arguments: [
            ("0", 0), ("67108864", 67_108_864), ("64b", 64), ("64M", 67_108_864), ("64m", 67_108_864),
            ("64 MB", 67_108_864), ("64MiB", 67_108_864), ("1k", 1024), ("1.5g", 1_610_612_736), ("0.1k", 102),
            ("2T", 2_199_023_255_552), ("1P", 1_125_899_906_842_624), ("1.0000000001", 1), ("0.999999999999k", 1023),
            ("9223372036854775807", Int64.max), ("8191P", 9_222_246_136_947_933_184),
        ] as [(String, Int64)])
    func sizes(_ text: String, _ bytes: Int64) {
        #expect(Size.bytes(text) == bytes)
    }

    @Test(arguments: [
        "", "M", "lots", "-1", "-64M", "+5", "1.2.3", ".5", "1.", "64X", "64ib", "64Mi", "64MBB", "64M ", " 64M",
        "64  M", "9223372036854775808", "8192P", "0x10", "1e3", "6 4",
    ])
    func noSizes(_ text: String) {
        #expect(Size.bytes(text) == nil)
    }

    private func resources(_ words: [String]) throws -> Spec.Linux.Resources {
        var all = Kernel.Program.Words()
        all.texts = words
        var arguments = Arguments()
        try arguments.read(all, from: 0, of: .update)
        return try UpdateCommand.resources(arguments)
    }

    @Test func everyFlagHasItsField() throws {
        let found = try resources([
            "--memory", "64M", "--memory-reservation=32M", "--memory-swap", "-1", "--cpu-share", "512", "--cpu-quota",
            "-1", "--cpu-period", "200000", "--cpu-burst", "10", "--cpu-rt-period", "11", "--cpu-rt-runtime", "12",
            "--cpu-idle", "1", "--cpuset-cpus", "0-1", "--cpuset-mems", "0", "--pids-limit", "-1", "--blkio-weight",
            "500", "c",
        ])
        var expected = Spec.Linux.Resources.empty
        expected.memory = .empty
        expected.memory?.limit = 67_108_864
        expected.memory?.reservation = 33_554_432
        expected.memory?.swap = -1
        expected.cpu = .empty
        expected.cpu?.shares = 512
        expected.cpu?.quota = -1
        expected.cpu?.period = 200_000
        expected.cpu?.burst = 10
        expected.cpu?.realtimePeriod = 11
        expected.cpu?.realtimeRuntime = 12
        expected.cpu?.idle = 1
        expected.cpu?.cpus = "0-1"
        expected.cpu?.mems = "0"
        expected.pids = .empty
        expected.pids?.limit = -1
        expected.blockIO = .empty
        expected.blockIO?.weight = 500
        #expect(found == expected)
    }

    @Test func whatIsNotGivenIsNotAskedFor() throws {
        var pids = Spec.Linux.Resources.empty
        pids.pids = .empty
        pids.pids?.limit = 0
        #expect(try resources(["c", "--pids-limit", "0"]) == pids)
        #expect(try resources(["c", "--kernel-memory", "5"]) == .empty)
    }
}

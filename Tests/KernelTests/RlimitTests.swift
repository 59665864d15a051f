import Glibc
import Testing

@testable import Kernel

@Suite struct RlimitTests {
    @Test(arguments: [
        ("RLIMIT_CPU", RLIMIT_CPU), ("RLIMIT_FSIZE", RLIMIT_FSIZE), ("RLIMIT_DATA", RLIMIT_DATA),
        ("RLIMIT_STACK", RLIMIT_STACK), ("RLIMIT_CORE", RLIMIT_CORE), ("RLIMIT_RSS", __RLIMIT_RSS),
        ("RLIMIT_NPROC", __RLIMIT_NPROC), ("RLIMIT_NOFILE", RLIMIT_NOFILE), ("RLIMIT_MEMLOCK", __RLIMIT_MEMLOCK),
        ("RLIMIT_AS", RLIMIT_AS), ("RLIMIT_LOCKS", __RLIMIT_LOCKS), ("RLIMIT_SIGPENDING", __RLIMIT_SIGPENDING),
        ("RLIMIT_MSGQUEUE", __RLIMIT_MSGQUEUE), ("RLIMIT_NICE", __RLIMIT_NICE), ("RLIMIT_RTPRIO", __RLIMIT_RTPRIO),
        ("RLIMIT_RTTIME", __RLIMIT_RTTIME),
    ])
    func namesAndNumbersAreTheSystems(_ name: String, _ number: __rlimit_resource) {
        #expect(Kernel.Rlimit(name: name)?.rawValue == Int32(number.rawValue))
        #expect(Kernel.Rlimit(rawValue: Int32(number.rawValue))?.name.description == name)
    }

    @Test func thereAreSixteen() { #expect(Kernel.Rlimit.allCases.count == Int(__RLIMIT_NLIMITS.rawValue)) }

    @Test(arguments: ["", "NOFILE", "rlimit_nofile", "RLIMIT_NOFIL", "RLIMIT_BANANA"])
    func otherNamesAreNone(_ name: String) { #expect(Kernel.Rlimit(name: name) == nil) }

    @Test func readingAndWritingAgreeWithTheLibrary() throws {
        var raw = rlimit()
        #expect(getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &raw) == 0)
        let limits = try Kernel.Rlimit.core.get()
        #expect(limits == Kernel.Rlimit.Limits(soft: UInt64(raw.rlim_cur), hard: UInt64(raw.rlim_max)))
        try Kernel.Rlimit.core.set(soft: limits.soft, hard: limits.hard)
        #expect(try Kernel.Rlimit.core.get() == limits)
    }

    @Test func aSoftLimitAboveTheHardOneIsRefused() {
        #expect(throws: Errno.invalidArgument) { try Kernel.Rlimit.core.set(soft: 2, hard: 1) }
    }
}

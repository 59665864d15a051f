@testable import OCI
import Testing

@testable import SeccompFilter

/// Calls with numbers above all that a profile names fail with ENOSYS instead of the default error.
@Suite(.enabled(if: isX86))
struct NewerCallsTests {
    private let noSuchCall = failure(38)

    @Test func aboveTheHighestNamedCall() throws {
        let filter = try interpreter(section("SCMP_ACT_ERRNO", [rule(["read", "mkdirat"], "SCMP_ACT_ALLOW")]))
        #expect(try filter.answer(Call(number: 258)) == allow)
        #expect(try filter.answer(Call(number: 257)) == failure(1))
        #expect(try filter.answer(Call(number: 259)) == noSuchCall)
        #expect(try filter.answer(Call(number: 5000)) == noSuchCall)
        #expect(try filter.answer(Call(number: 0x3fff_ffff)) == noSuchCall)
        // What is not of the architecture is the filter's own matter.
        #expect(try filter.answer(Call(number: 0x4000_0000)) == killThread)
        #expect(try filter.answer(Call(number: 5000, architecture: Architecture.x86)) == killThread)
        #expect(try filter.answer(Call(number: 5000, architecture: Architecture.aarch64)) == killThread)
    }

    @Test func eachArchitectureHasItsOwnHighest() throws {
        let filter = try interpreter(
            section(
                "SCMP_ACT_ERRNO", [rule(["mkdirat"], "SCMP_ACT_ALLOW")],
                ["SCMP_ARCH_X32", "SCMP_ARCH_X86", "SCMP_ARCH_ARM", "SCMP_ARCH_AARCH64"]))
        for (architecture, highest) in [
            (Architecture.x86x64, UInt32(258)), (Architecture.x86x64, 0x4000_0102), (Architecture.x86, 296),
            (Architecture.arm, 323), (Architecture.aarch64, 34),
        ] {
            #expect(try filter.answer(Call(number: highest, architecture: architecture)) == allow)
            #expect(try filter.answer(Call(number: highest - 1, architecture: architecture)) == failure(1))
            #expect(try filter.answer(Call(number: highest + 1, architecture: architecture)) == noSuchCall)
        }
        #expect(try filter.answer(Call(number: 0xffff_ffff)) == noSuchCall)
    }

    @Test func rulesBelowAreUntouched() throws {
        let filter = try interpreter(
            section("SCMP_ACT_ERRNO", [rule(["read"], "SCMP_ACT_ALLOW"), rule(["futex_waitv"], "SCMP_ACT_KILL")]))
        #expect(try filter.answer(Call(number: 0)) == allow)
        #expect(try filter.answer(Call(number: 449)) == killThread)
        #expect(try filter.answer(Call(number: 450)) == noSuchCall)
    }

    /// set_tls has number 983045 on ARM, far above the others.
    @Test func callsOfARMAlone() throws {
        let filter = try interpreter(
            section("SCMP_ACT_ERRNO", [rule(["read", "set_tls"], "SCMP_ACT_ALLOW")], ["SCMP_ARCH_ARM"]))
        #expect(try filter.answer(Call(number: 3, architecture: Architecture.arm)) == allow)
        #expect(try filter.answer(Call(number: 500, architecture: Architecture.arm)) == noSuchCall)
        #expect(try filter.answer(Call(number: 983045, architecture: Architecture.arm)) == allow)
        #expect(try filter.answer(Call(number: 983044, architecture: Architecture.arm)) == failure(1))
    }

    /// socket(2) is 102 by way of socketcall(2), and 359, on x86.
    @Test func callsWithTwoNumbers() throws {
        let filter = try interpreter(
            section("SCMP_ACT_ERRNO", [rule(["read", "socket"], "SCMP_ACT_ALLOW")], ["SCMP_ARCH_X86"]))
        #expect(try filter.answer(Call(number: 359, architecture: Architecture.x86)) == allow)
        #expect(try filter.answer(Call(number: 102, architecture: Architecture.x86, arguments: [1])) == allow)
        #expect(try filter.answer(Call(number: 402, architecture: Architecture.x86)) == failure(1))
        #expect(try filter.answer(Call(number: 403, architecture: Architecture.x86)) == noSuchCall)
    }

    @Test(
        arguments: [
            ("SCMP_ACT_KILL", killThread), ("SCMP_ACT_TRAP", 0x0003_0000), ("SCMP_ACT_TRACE", 0x7ff0_0001),
            ("SCMP_ACT_LOG", 0x7ffc_0000),
        ] as [(String, UInt32)])
    func otherDefaultsKeepTheirWord(_ action: String, _ expected: UInt32) throws {
        let filter = try interpreter(section(action, [rule(["read"], "SCMP_ACT_ALLOW")]))
        #expect(try filter.answer(Call(number: 5000)) == expected)
    }

    @Test func nothingNamedNothingNewer() throws {
        let filter = try interpreter(section("SCMP_ACT_ERRNO", [rule(["no_such_call"], "SCMP_ACT_ALLOW")]))
        #expect(try filter.answer(Call(number: 5000)) == failure(1))
    }

    @Test func aProfileThatSaysSoItself() throws {
        var seccomp = section("SCMP_ACT_ERRNO", [rule(["read"], "SCMP_ACT_ALLOW")])
        seccomp.defaultErrnoRet = 38
        let bare = try SeccompCompiler.compile(seccomp)
        seccomp.defaultErrnoRet = 37
        let headed = try SeccompCompiler.compile(seccomp)
        // Load the architecture, compare, load the number, two comparisons, the answer, a jump.
        #expect(headed.instructions.count == bare.instructions.count + 7 * 8)
    }
}

import JSON
import Kernel
@testable import OCI
import Testing

@testable import SeccompFilter

typealias Seccomp = Spec.Linux.Seccomp
typealias Call = BPFInterpreter.Call
typealias Architecture = BPFInterpreter.Architecture

let allow: UInt32 = 0x7fff_0000
let killThread: UInt32 = 0
func failure(_ number: UInt32) -> UInt32 { 0x0005_0000 | number }

/// A rule for some calls.
func rule(_ names: [String], _ action: String, _ number: UInt32? = nil, _ args: [Seccomp.Argument] = [])
    -> Seccomp.Syscall
{ Seccomp.Syscall(names: names, action: action, errnoRet: number, args: args) }

func section(_ defaultAction: String, _ syscalls: [Seccomp.Syscall] = [], _ architectures: [String] = []) -> Seccomp {
    Seccomp(defaultAction: defaultAction, architectures: architectures, syscalls: syscalls)
}

func interpreter(_ seccomp: Seccomp) throws -> BPFInterpreter {
    BPFInterpreter(try SeccompCompiler.compile(seccomp).instructions)
}

/// The numbers here are those of x86_64.
@Suite(.enabled(if: isX86))
struct CompilerTests {
    static let write: UInt32 = 1
    static let mkdir: UInt32 = 83

    @Test(
        arguments: [
            ("SCMP_ACT_KILL", nil, killThread), ("SCMP_ACT_KILL_THREAD", nil, killThread),
            ("SCMP_ACT_KILL_PROCESS", nil, 0x8000_0000), ("SCMP_ACT_TRAP", nil, 0x0003_0000),
            ("SCMP_ACT_ERRNO", nil, failure(1)), ("SCMP_ACT_ERRNO", 0, failure(0)),
            ("SCMP_ACT_ERRNO", 4094, failure(4094)),
            ("SCMP_ACT_TRACE", nil, 0x7ff0_0001), ("SCMP_ACT_TRACE", 65535, 0x7ff0_ffff),
            ("SCMP_ACT_LOG", nil, 0x7ffc_0000),
        ] as [(String, UInt32?, UInt32)])
    func eachActionOfARule(_ name: String, _ number: UInt32?, _ expected: UInt32) throws {
        let filter = try interpreter(section("SCMP_ACT_ALLOW", [rule(["mkdir"], name, number)]))
        #expect(try filter.answer(Call(number: Self.mkdir)) == expected)
        #expect(try filter.answer(Call(number: Self.write)) == allow)
    }

    @Test(
        arguments: [
            ("SCMP_ACT_KILL", nil, killThread), ("SCMP_ACT_KILL_PROCESS", nil, 0x8000_0000),
            ("SCMP_ACT_TRAP", nil, 0x0003_0000), ("SCMP_ACT_ERRNO", nil, failure(1)),
            ("SCMP_ACT_ERRNO", 38, failure(38)),
            ("SCMP_ACT_TRACE", 7, 0x7ff0_0007), ("SCMP_ACT_LOG", nil, 0x7ffc_0000),
        ] as [(String, UInt32?, UInt32)])
    func eachDefaultAction(_ name: String, _ number: UInt32?, _ expected: UInt32) throws {
        var seccomp = section(name, [rule(["write", "mkdirat"], "SCMP_ACT_ALLOW")])
        seccomp.defaultErrnoRet = number
        let filter = try interpreter(seccomp)
        #expect(try filter.answer(Call(number: Self.mkdir)) == expected)
        #expect(try filter.answer(Call(number: Self.write)) == allow)
    }

    @Test(
        arguments: [
            ("SCMP_CMP_EQ", [5], [4, 6, 5 << 32]), ("SCMP_CMP_NE", [4, 6, 5 << 32], [5]),
            ("SCMP_CMP_LT", [4, 0], [5, 6, 5 << 32]), ("SCMP_CMP_LE", [4, 5], [6, 1 << 40]),
            ("SCMP_CMP_GE", [5, 6, 1 << 40], [4]), ("SCMP_CMP_GT", [6, 1 << 40], [5, 4]),
        ] as [(String, [UInt64], [UInt64])])
    func eachOperator(_ name: String, _ matching: [UInt64], _ other: [UInt64]) throws {
        let argument = Seccomp.Argument(index: 3, value: 5, op: name)
        let filter = try interpreter(section("SCMP_ACT_ALLOW", [rule(["mkdir"], "SCMP_ACT_ERRNO", 9, [argument])]))
        for value in matching {
            #expect(try filter.answer(Call(number: Self.mkdir, arguments: [0, 0, 0, value])) == failure(9))
        }
        for value in other {
            #expect(try filter.answer(Call(number: Self.mkdir, arguments: [0, 0, 0, value])) == allow)
        }
    }

    @Test func maskedEqualTakesTheMaskFirst() throws {
        let argument = Seccomp.Argument(index: 0, value: 0xf0, valueTwo: 0x30, op: "SCMP_CMP_MASKED_EQ")
        let filter = try interpreter(section("SCMP_ACT_ALLOW", [rule(["mkdir"], "SCMP_ACT_ERRNO", 9, [argument])]))
        #expect(try filter.answer(Call(number: Self.mkdir, arguments: [0x3f])) == failure(9))
        #expect(try filter.answer(Call(number: Self.mkdir, arguments: [0x130])) == failure(9))
        #expect(try filter.answer(Call(number: Self.mkdir, arguments: [0x70])) == allow)
    }

    @Test func conditionsOnDifferentArgumentsMustAllHold() throws {
        let arguments = [
            Seccomp.Argument(index: 0, value: 1, op: "SCMP_CMP_EQ"),
            Seccomp.Argument(index: 1, value: 2, op: "SCMP_CMP_EQ"),
        ]
        let filter = try interpreter(section("SCMP_ACT_ALLOW", [rule(["mkdir"], "SCMP_ACT_ERRNO", 9, arguments)]))
        #expect(try filter.answer(Call(number: Self.mkdir, arguments: [1, 2])) == failure(9))
        #expect(try filter.answer(Call(number: Self.mkdir, arguments: [1, 3])) == allow)
        #expect(try filter.answer(Call(number: Self.mkdir, arguments: [0, 2])) == allow)
    }

    @Test func conditionsOnOneArgumentAreRulesOfTheirOwn() throws {
        let arguments = [
            Seccomp.Argument(index: 0, value: 1, op: "SCMP_CMP_EQ"),
            Seccomp.Argument(index: 0, value: 2, op: "SCMP_CMP_EQ"),
            Seccomp.Argument(index: 1, value: 7, op: "SCMP_CMP_EQ"),
        ]
        let filter = try interpreter(section("SCMP_ACT_ALLOW", [rule(["mkdir"], "SCMP_ACT_ERRNO", 9, arguments)]))
        #expect(try filter.answer(Call(number: Self.mkdir, arguments: [1, 0])) == failure(9))
        #expect(try filter.answer(Call(number: Self.mkdir, arguments: [2, 0])) == failure(9))
        #expect(try filter.answer(Call(number: Self.mkdir, arguments: [3, 7])) == failure(9))
        #expect(try filter.answer(Call(number: Self.mkdir, arguments: [3, 0])) == allow)
    }

    @Test func aRuleThatSaysTheDefaultIsLeftOut() throws {
        let filter = try interpreter(section("SCMP_ACT_ALLOW", [rule(["mkdir"], "SCMP_ACT_ALLOW")]))
        #expect(try filter.answer(Call(number: Self.mkdir)) == allow)
    }

    @Test func unknownCallsAreSkippedWithOneWarning() throws {
        let seccomp = section(
            "SCMP_ACT_ALLOW",
            [rule(["no_such_call", "mkdir"], "SCMP_ACT_ERRNO", 9), rule(["nor_this"], "SCMP_ACT_KILL")])
        let program = try SeccompCompiler.compile(seccomp)
        #expect(
            program.warnings == [
                "/linux/seccomp: skipped system calls that libseccomp \(SeccompNames.libraryVersion) does not know: "
                    + "no_such_call, nor_this"
            ])
        #expect(try BPFInterpreter(program.instructions).answer(Call(number: Self.mkdir)) == failure(9))
    }

    @Test func aSecondValueWithoutMeaningIsSaid() throws {
        let argument = Seccomp.Argument(index: 0, value: 5, valueTwo: 6, op: "SCMP_CMP_EQ")
        let program = try SeccompCompiler.compile(
            section("SCMP_ACT_ALLOW", [rule(["mkdir"], "SCMP_ACT_ERRNO", 9, [argument])]))
        #expect(
            program.warnings == ["/linux/seccomp/syscalls/0/args/0/valueTwo: has no meaning with SCMP_CMP_EQ"])
    }

    @Test func architecturesBesideTheNativeOne() throws {
        let rules = [rule(["mkdir"], "SCMP_ACT_ERRNO", 9)]
        let native = try interpreter(section("SCMP_ACT_ALLOW", rules))
        #expect(try native.answer(Call(number: 39, architecture: Architecture.x86)) == killThread)
        #expect(try native.answer(Call(number: 0x4000_0000 + Self.mkdir)) == killThread)

        let three = try interpreter(section("SCMP_ACT_ALLOW", rules, ["SCMP_ARCH_X86", "SCMP_ARCH_X32"]))
        #expect(try three.answer(Call(number: 39, architecture: Architecture.x86)) == failure(9))
        #expect(try three.answer(Call(number: 40, architecture: Architecture.x86)) == allow)
        #expect(try three.answer(Call(number: 0x4000_0000 + Self.mkdir)) == failure(9))
        #expect(try three.answer(Call(number: Self.mkdir)) == failure(9))
        #expect(try three.answer(Call(number: 34, architecture: Architecture.aarch64)) == killThread)
    }

    @Test(arguments: [
        "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_RISCV64", "SCMP_ARCH_PPC64LE",
        "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_X86_64",
    ])
    func otherLittleEndianArchitecturesCompile(_ name: String) throws {
        let program = try SeccompCompiler.compile(
            section("SCMP_ACT_ERRNO", [rule(["read"], "SCMP_ACT_ALLOW")], [name, name]))
        #expect(try BPFInterpreter(program.instructions).answer(Call(number: 0)) == allow)
    }

    @Test func theTreeDecidesAsTheListDoes() throws {
        let seccomp = largeProfile()
        let tree = BPFInterpreter(try SeccompCompiler.compile(seccomp, balanced: true).instructions)
        let list = BPFInterpreter(try SeccompCompiler.compile(seccomp, balanced: false).instructions)
        var allowed = 0
        for base in [UInt32(0), 0x4000_0000] {
            for architecture in [Architecture.x86x64, Architecture.x86] {
                for number in base..<base + 600 {
                    for argument in [UInt64(0), 8, 0x7e02_0000] {
                        let call = Call(number: number, architecture: architecture, arguments: [argument])
                        let answer = try tree.answer(call)
                        #expect(try list.answer(call) == answer)
                        if answer == allow { allowed += 1 }
                    }
                }
            }
        }
        #expect(allowed > 2000)
    }

    @Test func flags() throws {
        var seccomp = section("SCMP_ACT_ALLOW")
        #expect(try SeccompCompiler.compile(seccomp).flags == 4)
        seccomp.flags = []
        #expect(try SeccompCompiler.compile(seccomp).flags == 0)
        seccomp.flags = ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG"]
        #expect(try SeccompCompiler.compile(seccomp).flags == 3)
        seccomp.flags = ["SECCOMP_FILTER_FLAG_SPEC_ALLOW"]
        #expect(try SeccompCompiler.compile(seccomp).flags == 4)
    }

    @Test func rulesThatContradictEachOther() throws {
        let condition = [Seccomp.Argument(index: 0, value: 5, op: "SCMP_CMP_EQ")]
        let seccomp = section(
            "SCMP_ACT_ALLOW",
            [rule(["mkdir"], "SCMP_ACT_ERRNO", 1, condition), rule(["mkdir"], "SCMP_ACT_ERRNO", 2, condition)])
        #expect(
            problems(seccomp) == [
                "/linux/seccomp/syscalls/1: libseccomp cannot add the rule for mkdir: it contradicts an earlier rule"
            ])
    }

    @Test func tooLongForTheKernel() throws {
        let values = (0..<5000).map { index in
            rule(["mkdir"], "SCMP_ACT_ERRNO", 9, [Seccomp.Argument(index: 0, value: UInt64(index), op: "SCMP_CMP_EQ")])
        }
        let found = problems(section("SCMP_ACT_ALLOW", values))
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("instructions, the kernel takes at most 4096") == true)
    }
}

/// What cannot be compiled, as lines; empty when it can.
func problems(_ seccomp: Seccomp) -> [String] {
    do throws(SeccompError) {
        _ = try SeccompCompiler.compile(seccomp)
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

#if arch(x86_64)
    let isX86 = true
#else
    let isX86 = false
#endif

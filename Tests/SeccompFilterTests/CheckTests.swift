import JSON
@testable import OCI
import Testing

@testable import SeccompFilter

struct CheckTests {
    private func only(_ seccomp: Seccomp) -> String {
        let found = SeccompCompiler.check(seccomp).map(\.description)
        return found.count == 1 ? found[0] : "not one problem: \(found)"
    }

    @Test func actions() {
        #expect(
            only(section("SCMP_ACT_ALLOW", [rule(["read"], "allow")]))
                == "/linux/seccomp/syscalls/0/action: \"allow\" is no seccomp action; known: SCMP_ACT_ALLOW, "
                + "SCMP_ACT_ERRNO, SCMP_ACT_KILL, SCMP_ACT_KILL_PROCESS, SCMP_ACT_KILL_THREAD, SCMP_ACT_LOG, "
                + "SCMP_ACT_NOTIFY, SCMP_ACT_TRACE, SCMP_ACT_TRAP")
    }

    @Test func errorNumbers() {
        var seccomp = section("SCMP_ACT_KILL")
        seccomp.defaultErrnoRet = 1
        #expect(
            only(seccomp) == "/linux/seccomp/defaultErrnoRet: only SCMP_ACT_ERRNO and SCMP_ACT_TRACE take an error "
                + "number, the action is SCMP_ACT_KILL")
        #expect(
            only(section("SCMP_ACT_ALLOW", [rule(["read"], "SCMP_ACT_ERRNO", 4095)]))
                == "/linux/seccomp/syscalls/0/errnoRet: must be at most 4094, is 4095")
        #expect(
            only(section("SCMP_ACT_ALLOW", [rule(["read"], "SCMP_ACT_TRACE", 65536)]))
                == "/linux/seccomp/syscalls/0/errnoRet: must be at most 65535, is 65536")
    }

    @Test func architectures() {
        #expect(SeccompCompiler.check(section("SCMP_ACT_ALLOW", [], ["SCMP_ARCH_AARCH64"])).isEmpty == !isBigEndian)
        #expect(
            only(section("SCMP_ACT_ALLOW", [], ["SCMP_ARCH_PARISC64"])).hasPrefix(
                "/linux/seccomp/architectures/0: SCMP_ARCH_PARISC64 has another byte order"))
        #expect(
            only(section("SCMP_ACT_ALLOW", [], ["x86_64"])).hasPrefix(
                "/linux/seccomp/architectures/0: \"x86_64\" is no seccomp architecture; known: SCMP_ARCH_AARCH64, "))
    }

    /// Whatever libseccomp is at hand: a name of the specification compiles, or is refused by name.
    @Test func everyArchitectureOfTheSpecificationIsRecognized() {
        #expect(SeccompNames.architectures.count == 23)
        for known in SeccompNames.architectures {
            let name = known.name.description
            for problem in SeccompCompiler.check(section("SCMP_ACT_ALLOW", [], [name])) {
                #expect(problem.message.hasPrefix(name + " "))
            }
        }
    }

    @Test func flags() {
        var seccomp = section("SCMP_ACT_ALLOW")
        seccomp.flags = ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]
        #expect(
            only(seccomp) == "/linux/seccomp/flags/1: SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV has a meaning "
                + "only with SCMP_ACT_NOTIFY")
        seccomp.flags = ["LOG"]
        #expect(
            only(seccomp) == "/linux/seccomp/flags/0: \"LOG\" is no seccomp flag; known: SECCOMP_FILTER_FLAG_TSYNC, "
                + "SECCOMP_FILTER_FLAG_SPEC_ALLOW, SECCOMP_FILTER_FLAG_LOG, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV")
    }

    @Test func listener() {
        var seccomp = section("SCMP_ACT_ALLOW")
        seccomp.listenerMetadata = "x"
        #expect(only(seccomp) == "/linux/seccomp/listenerMetadata: needs a listenerPath")
        seccomp.listenerPath = ""
        #expect(only(seccomp) == "/linux/seccomp/listenerMetadata: needs a listenerPath")
        seccomp.listenerPath = "/run/agent"
        #expect(SeccompCompiler.check(seccomp).isEmpty)
        (seccomp.listenerMetadata, seccomp.listenerPath) = ("", nil)
        #expect(SeccompCompiler.check(seccomp).isEmpty)
    }

    @Test func notifications() throws {
        var seccomp = section("SCMP_ACT_ALLOW", [rule(["read"], "SCMP_ACT_NOTIFY")])
        #expect(
            only(seccomp) == "/linux/seccomp/listenerPath: is missing: SCMP_ACT_NOTIFY needs an agent's socket")
        seccomp.listenerPath = "agent"
        #expect(only(seccomp) == "/linux/seccomp/listenerPath: must be an absolute path, is \"agent\"")
        seccomp.listenerPath = "/run/agent"
        seccomp.flags = ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", "SECCOMP_FILTER_FLAG_TSYNC"]
        #expect(SeccompCompiler.check(seccomp).isEmpty)
        let program = try SeccompCompiler.compile(seccomp)
        #expect(program.hasListener)
        // NEW_LISTENER and WAIT_KILLABLE_RECV; the kernel takes no TSYNC beside them.
        #expect(program.flags == 0x28)
        seccomp.flags = nil
        #expect(try SeccompCompiler.compile(seccomp).flags == 0x0c)
        #expect(try !SeccompCompiler.compile(section("SCMP_ACT_ALLOW")).hasListener)
    }

    @Test func aDefaultMayBeToAsk() {
        #expect(
            only(section("SCMP_ACT_NOTIFY"))
                == "/linux/seccomp/listenerPath: is missing: SCMP_ACT_NOTIFY needs an agent's socket")
    }

    @Test func rules() {
        #expect(
            only(section("SCMP_ACT_ALLOW", [rule([], "SCMP_ACT_ERRNO")]))
                == "/linux/seccomp/syscalls/0/names: must name at least one system call")
        let far = Seccomp.Argument(index: 6, value: 0, op: "SCMP_CMP_EQ")
        #expect(
            only(section("SCMP_ACT_ALLOW", [rule(["read"], "SCMP_ACT_ERRNO", nil, [far])]))
                == "/linux/seccomp/syscalls/0/args/0/index: must be at most 5, is 6")
        let odd = Seccomp.Argument(index: 0, value: 0, op: "==")
        #expect(
            only(section("SCMP_ACT_ALLOW", [rule(["read"], "SCMP_ACT_ERRNO", nil, [odd])])).hasPrefix(
                "/linux/seccomp/syscalls/0/args/0/op: \"==\" is no seccomp operator; known: SCMP_CMP_EQ, "))
    }

    @Test func allProblemsAtOnce() {
        let found = problems(section("A", [rule([], "B")], ["C"])).map { $0.prefix { $0 != ":" } }
        #expect(
            found == [
                "/linux/seccomp/defaultAction", "/linux/seccomp/architectures/0", "/linux/seccomp/syscalls/0/names",
                "/linux/seccomp/syscalls/0/action",
            ])
    }
}

private let isBigEndian = UInt16(bigEndian: 1) == 1

import OCI
import Testing

@testable import Runtime

@Suite struct PlanSeccompTests {
    private func problems(_ seccomp: String) throws -> String? {
        try PlanDocument().with("linux/seccomp", seccomp).problems()
    }

    private func rule(_ members: String) -> String {
        """
        {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"},{\(members)}]}
        """
    }

    private static let actions = [
        "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_TRAP", "SCMP_ACT_ERRNO",
        "SCMP_ACT_TRACE", "SCMP_ACT_ALLOW", "SCMP_ACT_LOG",
    ]

    @Test(arguments: actions) func everyActionIsKnown(_ action: String) throws {
        #expect(try problems("{\"defaultAction\":\"\(action)\"}") == nil)
        #expect(try problems(rule("\"names\":[\"x\"],\"action\":\"\(action)\"")) == nil)
    }

    @Test(arguments: ["NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ"])
    func everyOperatorIsKnown(_ word: String) throws {
        let argument = "{\"index\":5,\"value\":18446744073709551615,\"valueTwo\":1,\"op\":\"SCMP_CMP_\(word)\"}"
        #expect(try problems(rule("\"names\":[\"x\"],\"action\":\"SCMP_ACT_LOG\",\"args\":[\(argument)]")) == nil)
    }

    @Test(arguments: [
        "X86", "X86_64", "X32", "ARM", "AARCH64", "MIPS", "MIPS64", "MIPS64N32", "MIPSEL", "MIPSEL64", "MIPSEL64N32",
        "PPC", "PPC64", "PPC64LE", "S390", "S390X", "PARISC", "PARISC64", "RISCV64", "LOONGARCH64", "M68K", "SH",
        "SHEB",
    ])
    func everyArchitectureIsKnown(_ word: String) throws {
        #expect(
            try problems("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_\(word)\"]}") == nil)
    }

    @Test(arguments: ["TSYNC", "LOG", "SPEC_ALLOW", "WAIT_KILLABLE_RECV"])
    func everyFlagIsKnown(_ word: String) throws {
        #expect(
            try problems("{\"defaultAction\":\"SCMP_ACT_LOG\",\"flags\":[\"SECCOMP_FILTER_FLAG_\(word)\"]}") == nil)
    }

    @Test func theSectionIsPassedOnAsWritten() throws {
        let json = """
            {"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,"architectures":["SCMP_ARCH_X86_64"],"flags":[],
             "syscalls":[{"names":["read","no_such_call"],"action":"SCMP_ACT_TRACE","errnoRet":65535}]}
            """
        let document = PlanDocument().with("linux/seccomp", json)
        let plan = try document.plan()
        #expect(plan.seccomp == (try Spec.read(Array(document.json.utf8))).linux?.seccomp)
        #expect(plan.seccomp?.syscalls.count == 1)
    }

    @Test func whatFiltersNothingIsNone() throws {
        #expect(
            try PlanDocument().with("linux/seccomp", "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}").plan().seccomp == nil)
        for more in ["\"architectures\":[\"SCMP_ARCH_X86\"]", "\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\"]"] {
            let document = PlanDocument().with("linux/seccomp", "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\(more)}")
            #expect(try document.plan().seccomp != nil, "an architecture that is not listed is killed")
        }
    }

    @Test func aListenerWithoutNotifyIsIgnored() throws {
        #expect(
            try problems("{\"defaultAction\":\"SCMP_ACT_LOG\",\"listenerPath\":\"/s\",\"listenerMetadata\":\"m\"}")
                == nil)
    }

    private static let noNumber = "must be absent: only SCMP_ACT_ERRNO and SCMP_ACT_TRACE return a number"

    @Test(arguments: [
        ("{\"defaultAction\":\"BANANA\"}", "defaultAction: must be an action such as SCMP_ACT_ERRNO, is \"BANANA\""),
        ("{\"defaultAction\":\"SCMP_ACT_NOTIFY\"}", "defaultAction: \"SCMP_ACT_NOTIFY\" is not supported by apus"),
        ("{\"defaultAction\":\"SCMP_ACT_KILL\",\"defaultErrnoRet\":1}", "defaultErrnoRet: " + noNumber),
        (
            "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":4096}",
            "defaultErrnoRet: must be from 0 to 4095, is 4096"
        ),
        (
            "{\"defaultAction\":\"SCMP_ACT_TRACE\",\"defaultErrnoRet\":65536}",
            "defaultErrnoRet: must be from 0 to 65535, is 65536"
        ),
        (
            "{\"defaultAction\":\"SCMP_ACT_LOG\",\"architectures\":[\"SCMP_ARCH_X86\",\"amd64\"]}",
            "architectures/1: must be an architecture such as SCMP_ARCH_X86_64, is \"amd64\""
        ),
        (
            "{\"defaultAction\":\"SCMP_ACT_LOG\",\"flags\":[\"BANANA\"]}",
            "flags/0: must be a flag such as SECCOMP_FILTER_FLAG_LOG, is \"BANANA\""
        ),
        (
            "{\"defaultAction\":\"SCMP_ACT_LOG\",\"listenerMetadata\":\"m\"}",
            "listenerMetadata: must not be set without /linux/seccomp/listenerPath"
        ),
    ])
    func wrongSections(_ json: String, _ message: String) throws {
        #expect(try problems(json) == "/linux/seccomp/" + message)
    }

    @Test(arguments: [
        ("\"names\":[],\"action\":\"SCMP_ACT_LOG\"", "names: must have at least one entry"),
        ("\"names\":[\"a\",\"\"],\"action\":\"SCMP_ACT_LOG\"", "names/1: must name a system call, is empty"),
        (
            "\"names\":[\"a\"],\"action\":\"SCMP_ACT_NOTIFY\"", "action: \"SCMP_ACT_NOTIFY\" is not supported by apus"
        ),
        ("\"names\":[\"a\"],\"action\":\"ALLOW\"", "action: must be an action such as SCMP_ACT_ERRNO, is \"ALLOW\""),
        ("\"names\":[\"a\"],\"action\":\"SCMP_ACT_ALLOW\",\"errnoRet\":0", "errnoRet: " + noNumber),
        (
            "\"names\":[\"a\"],\"action\":\"SCMP_ACT_LOG\",\"args\":[{\"index\":6,\"value\":0,\"op\":\"SCMP_CMP_EQ\"}]",
            "args/0/index: must be from 0 to 5, is 6"
        ),
        (
            "\"names\":[\"a\"],\"action\":\"SCMP_ACT_LOG\",\"args\":[{\"index\":0,\"value\":0,\"op\":\"==\"}]",
            "args/0/op: must be an operator such as SCMP_CMP_EQ, is \"==\""
        ),
    ])
    func wrongRules(_ members: String, _ message: String) throws {
        #expect(try problems(rule(members)) == "/linux/seccomp/syscalls/1/" + message)
    }
}

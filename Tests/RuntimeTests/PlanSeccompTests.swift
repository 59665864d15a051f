import OCI
import Testing

@testable import Runtime

@Suite struct PlanSeccompTests {
    private func problems(_ seccomp: String) throws -> String? {
        try PlanDocument().with("linux/seccomp", seccomp).problems()
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

    /// What the compiler refuses is one of the plan's problems, with all others and before anything is made.
    @Test func theCompilersProblemsAreThePlans() throws {
        let json = """
            {"defaultAction":"BANANA","syscalls":[{"names":[],"action":"SCMP_ACT_LOG"}]}
            """
        let found = try #require(try problems(json))
        #expect(found.contains("/linux/seccomp/defaultAction: \"BANANA\" is no seccomp action"))
        #expect(found.contains("/linux/seccomp/syscalls/0/names: must name at least one system call"))
    }
}

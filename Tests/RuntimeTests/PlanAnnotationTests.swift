import Testing

@testable import Runtime

@Suite struct PlanAnnotationTests {
    private func document(_ annotations: String) -> PlanDocument { PlanDocument().with("annotations", annotations) }

    @Test func withoutThemThereIsNothingToDo() throws {
        let plan = try document("{\"org.example\":\"1\",\"run.oci.unknown\":\"1\"}").plan()
        #expect(plan.annotated == AnnotationPlan([], bundle: "/bundle"))
        #expect(plan.process?.keepsGroups == false)
        #expect(plan.warnings == [])
    }

    @Test func pathsStartAtTheBundle() throws {
        let plan = try document(
            """
            {"run.oci.hooks.stdout":"out","run.oci.hooks.stderr":"/var/log/./err","run.oci.pidfd_receiver":"../s"}
            """
        ).plan()
        #expect(plan.annotated.hookOutput == plan.bundle + "/out")
        #expect(plan.annotated.hookErrors == "/var/log/err")
        #expect(plan.annotated.pidfdSocket == plan.bundle + "/../s")
    }

    @Test func groupsThatAreKeptAreTheOnlyOnes() throws {
        let kept = document("{\"run.oci.keep_original_groups\":\"1\"}")
        #expect(try kept.plan().process?.keepsGroups == true)
        #expect(try kept.plan().warnings == [])
        let both = try kept.with("process/user", "{\"uid\":0,\"gid\":0,\"additionalGids\":[5]}").plan()
        #expect(both.process?.additionalGids == [])
        #expect(
            both.warnings == [
                "/process/user/additionalGids: is left out: /annotations/run.oci.keep_original_groups keeps the caller's"
            ])
        let plan = try document("{\"run.oci.keep_original_groups\":\"0\"}").plan()
        #expect(plan.process?.keepsGroups == false)
    }

    @Test func wrongValues() throws {
        #expect(
            try document("{\"run.oci.keep_original_groups\":\"yes\",\"run.oci.hooks.stdout\":\"\"}").problems()
                == """
                /annotations/run.oci.keep_original_groups: must be 1 or 0, is "yes"; \
                /annotations/run.oci.hooks.stdout: must be a path, is empty
                """)
    }

    @Test(arguments: [
        "delegate-cgroup", "handler", "seccomp.receiver", "seccomp.plugins", "seccomp_bpf_data",
        "seccomp_fail_unknown_syscall", "mount_context_type", "systemd.force_cgroup_v1",
    ])
    func whatHasNoEffectIsWarnedOf(_ name: String) throws {
        let warnings = try document("{\"run.oci.\(name)\":\"x\"}").plan().warnings
        #expect(warnings.count == 1)
        #expect(warnings.first?.hasPrefix("/annotations/run.oci.\(name): has no effect: ") == true)
    }
}

import Testing

@testable import Runtime

@Suite struct PlanResourcesTests {
    private func document(_ resources: String) -> PlanDocument { PlanDocument().with("linux/resources", resources) }

    @Test(arguments: [
        ("{\"memory\":{\"limit\":1}}", "memory/limit"), ("{\"memory\":{\"limit\":0}}", "memory/limit"),
        ("{\"memory\":{\"reservation\":4096}}", "memory/reservation"), ("{\"memory\":{\"swap\":4096}}", "memory/swap"),
        ("{\"cpu\":{\"shares\":2}}", "cpu/shares"), ("{\"cpu\":{\"quota\":1000}}", "cpu/quota"),
        ("{\"cpu\":{\"burst\":1}}", "cpu/burst"), ("{\"cpu\":{\"period\":100000}}", "cpu/period"),
        ("{\"cpu\":{\"realtimeRuntime\":1}}", "cpu/realtimeRuntime"),
        ("{\"cpu\":{\"realtimePeriod\":1}}", "cpu/realtimePeriod"), ("{\"cpu\":{\"cpus\":\"0\"}}", "cpu/cpus"),
        ("{\"cpu\":{\"mems\":\"0\"}}", "cpu/mems"), ("{\"cpu\":{\"idle\":1}}", "cpu/idle"),
        ("{\"blockIO\":{\"weight\":10}}", "blockIO/weight"),
        ("{\"blockIO\":{\"leafWeight\":10}}", "blockIO/leafWeight"),
        ("{\"blockIO\":{\"weightDevice\":[{\"major\":8,\"minor\":0,\"weight\":10}]}}", "blockIO/weightDevice"),
        (
            "{\"blockIO\":{\"throttleReadBpsDevice\":[{\"major\":8,\"minor\":0,\"rate\":1}]}}",
            "blockIO/throttleReadBpsDevice"
        ),
        (
            "{\"blockIO\":{\"throttleWriteBpsDevice\":[{\"major\":8,\"minor\":0,\"rate\":1}]}}",
            "blockIO/throttleWriteBpsDevice"
        ),
        (
            "{\"blockIO\":{\"throttleReadIOPSDevice\":[{\"major\":8,\"minor\":0,\"rate\":1}]}}",
            "blockIO/throttleReadIOPSDevice"
        ),
        (
            "{\"blockIO\":{\"throttleWriteIOPSDevice\":[{\"major\":8,\"minor\":0,\"rate\":1}]}}",
            "blockIO/throttleWriteIOPSDevice"
        ),
        ("{\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":0}]}", "hugepageLimits"),
        ("{\"network\":{\"classID\":1}}", "network/classID"),
        ("{\"network\":{\"priorities\":[{\"name\":\"eth0\",\"priority\":1}]}}", "network/priorities"),
        ("{\"pids\":{\"limit\":0}}", "pids/limit"), ("{\"pids\":{\"limit\":5}}", "pids/limit"),
        ("{\"rdma\":{\"mlx5_1\":{\"hcaHandles\":3}}}", "rdma"), ("{\"unified\":{\"memory.high\":\"1\"}}", "unified"),
    ])
    func aLimitIsRefusedByName(_ resources: String, _ field: String) throws {
        #expect(try document(resources).problems() == "/linux/resources/\(field): is not supported by apus")
    }

    @Test func severalLimitsAreAllNamed() throws {
        #expect(
            try document("{\"pids\":{\"limit\":5},\"memory\":{\"limit\":1,\"swap\":2}}").problems() == """
                /linux/resources/memory/limit: is not supported by apus; \
                /linux/resources/memory/swap: is not supported by apus; \
                /linux/resources/pids/limit: is not supported by apus
                """)
    }

    @Test(arguments: [
        "{}", "{\"memory\":{},\"cpu\":{},\"pids\":{},\"blockIO\":{},\"network\":{},\"rdma\":{},\"unified\":{}}",
        "{\"devices\":[],\"hugepageLimits\":[]}",
        """
        {"memory":{"limit":-1,"reservation":-1,"swap":-1,"kernel":-1,"kernelTCP":-1,"disableOOMKiller":false,
         "useHierarchy":true,"checkBeforeUpdate":true}}
        """,
        "{\"cpu\":{\"shares\":0,\"quota\":-1,\"period\":0,\"burst\":0,\"idle\":0,\"cpus\":\"\",\"mems\":\"\"}}",
        "{\"cpu\":{\"realtimeRuntime\":0,\"realtimePeriod\":0,\"quota\":0}}",
        "{\"blockIO\":{\"weight\":0,\"leafWeight\":0,\"weightDevice\":[]},\"pids\":{\"limit\":-1}}",
        "{\"network\":{\"classID\":0,\"priorities\":[]}}",
    ])
    func whatANewCgroupHasAnywayIsNoLimit(_ resources: String) throws {
        #expect(try document(resources).plan().warnings.isEmpty)
    }

    @Test(arguments: [
        ("\"kernel\":1", "kernel"), ("\"kernelTCP\":1", "kernelTCP"), ("\"swappiness\":0", "swappiness"),
        ("\"disableOOMKiller\":true", "disableOOMKiller"), ("\"useHierarchy\":false", "useHierarchy"),
    ])
    func whatOnlyTheFirstVersionHasIsAWarning(_ member: String, _ name: String) throws {
        #expect(
            try document("{\"memory\":{\(member)}}").plan().warnings
                == ["/linux/resources/memory/\(name): has no effect: it is of cgroup v1"])
    }
}

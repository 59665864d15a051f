import Cgroups
import Testing

@testable import Runtime

@Suite struct PlanResourcesTests {
    private func document(_ resources: String) -> PlanDocument { PlanDocument().with("linux/resources", resources) }

    @Test func limitsBecomeWrites() throws {
        let plan = try document(
            """
            {"memory":{"limit":33554432,"swap":33554432},"cpu":{"shares":1024},"pids":{"limit":5},
             "unified":{"memory.high":"30000000"}}
            """
        ).plan()
        #expect(
            plan.limits.list.map { $0.file + "=" + $0.value } == [
                "pids.max=5", "cpu.weight=100", "memory.swap.max=0", "memory.max=33554432", "memory.high=30000000",
            ])
        #expect(plan.limits.list.last?.pointer == "/linux/resources/unified/memory.high")
    }

    @Test func allThatIsWrongIsNamed() throws {
        #expect(
            try document("{\"memory\":{\"limit\":-5,\"swap\":2},\"cpu\":{\"cpus\":\"x\"}}").problems() == """
                /linux/resources/cpu/cpus: must be a list of numbers and ranges such as 0-3,7; \
                /linux/resources/memory/limit: must be a number of bytes, or -1 for no limit, is -5; \
                /linux/resources/memory/swap: must not stand without a memory limit: it is of memory and swap together
                """)
    }

    @Test(arguments: [
        (
            "{\"cpu\":{\"realtimeRuntime\":1}}",
            "cpu/realtimeRuntime: cannot be set: cgroup v2 has no limits of real-time tasks"
        ),
        ("{\"blockIO\":{\"leafWeight\":10}}", "blockIO/leafWeight: cannot be set: cgroup v2 has no weight of leaves"),
        ("{\"network\":{\"classID\":1}}", "network/classID: cannot be set: cgroup v2 has no classes of packets"),
    ])
    func whatOnlyTheFirstVersionHasIsRefused(_ resources: String, _ problem: String) throws {
        #expect(try document(resources).problems() == "/linux/resources/" + problem)
    }

    @Test(arguments: [
        "{}", "{\"memory\":{},\"cpu\":{},\"pids\":{},\"blockIO\":{},\"network\":{},\"rdma\":{},\"unified\":{}}",
        "{\"devices\":[],\"hugepageLimits\":[]}",
        """
        {"memory":{"limit":-1,"reservation":-1,"swap":-1,"kernel":-1,"kernelTCP":-1,"disableOOMKiller":false,
         "useHierarchy":true,"checkBeforeUpdate":true}}
        """,
        "{\"memory\":{\"limit\":0,\"reservation\":0,\"swap\":0}}",
        "{\"cpu\":{\"shares\":0,\"quota\":-1,\"period\":0,\"burst\":0,\"idle\":0,\"cpus\":\"\",\"mems\":\"\"}}",
        "{\"cpu\":{\"realtimeRuntime\":0,\"realtimePeriod\":0,\"quota\":0}}",
        "{\"blockIO\":{\"weight\":0,\"leafWeight\":0,\"weightDevice\":[]},\"pids\":{\"limit\":-1}}",
        "{\"network\":{\"classID\":0,\"priorities\":[]}}",
    ])
    func whatANewCgroupHasAnywayIsNoLimit(_ resources: String) throws {
        let plan = try document(resources).plan()
        #expect(plan.warnings.isEmpty)
        #expect(!plan.limits.needsCgroup)
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

@Suite struct PlanCgroupTests {
    private func plan(_ path: String) throws -> CgroupPlan {
        try PlanDocument().with("linux/cgroupsPath", "\"" + path + "\"").plan().cgroup
    }

    @Test func paths() throws {
        #expect(try plan("/a//b/").path == "/a/b")
        #expect(try !plan("/a").isRelative)
        #expect(try plan("a/./b") == CgroupPlan(path: "/a/b", isRelative: true))
        #expect(try plan("").path == nil)
        #expect(try !plan("").isRelative)
    }

    private func owner(_ options: String, uid: Int, _ document: PlanDocument = PlanDocument()) throws -> UInt32? {
        try document.with("process/user", "{\"uid\":\(uid),\"gid\":0}").mount(
            """
            {"destination":"/sys/fs/cgroup","type":"cgroup","source":"cgroup","options":\(options)}
            """
        ).plan().cgroup.owner
    }

    @Test func aWritableTreeOfItsOwnIsTheUsers() throws {
        #expect(try owner("[\"nosuid\"]", uid: 1000) == 1000)
        #expect(try owner("[\"nosuid\",\"ro\"]", uid: 1000) == nil)
        #expect(try owner("[\"nosuid\"]", uid: 0) == nil)
        let shared = PlanDocument().namespaces("pid", "network", "ipc", "uts", "mount")
        #expect(try owner("[\"nosuid\"]", uid: 1000, shared) == nil)
    }
}

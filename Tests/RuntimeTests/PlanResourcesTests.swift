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

@Suite struct PlanDeviceRuleTests {
    private func document(_ rules: String) -> PlanDocument {
        PlanDocument().with("linux/resources", "{\"devices\":[\(rules)]}")
    }

    private static let denyAll = "{\"allow\":false,\"access\":\"rwm\"}"
    private static let allowAll = "{\"allow\":true,\"access\":\"rwm\"}"
    private static let warning = "/linux/resources/devices: device access is not restricted by a device filter"

    /// What engines write for an ordinary container.
    private static let usual = """
        {"allow":true,"type":"c","access":"m"},{"allow":true,"type":"b","access":"m"},
        {"allow":true,"type":"c","major":1,"minor":3,"access":"rwm"},
        {"allow":true,"type":"c","major":1,"minor":8,"access":"rwm"},
        {"allow":true,"type":"c","major":1,"minor":7,"access":"rwm"},
        {"allow":true,"type":"c","major":5,"minor":0,"access":"rwm"},
        {"allow":true,"type":"c","major":1,"minor":5,"access":"rw"},
        {"allow":true,"type":"c","major":1,"minor":9,"access":"r"},
        {"allow":true,"type":"c","major":5,"minor":1,"access":"rwm"},
        {"allow":true,"type":"c","major":136,"access":"rwm"},
        {"allow":true,"type":"c","major":136,"minor":4,"access":"rwm"},
        {"allow":true,"type":"c","major":5,"minor":2},
        {"allow":true,"type":"b","major":8,"minor":-1,"access":"m"},
        {"allow":true,"type":"c","major":10,"minor":200,"access":"mwr"}
        """

    @Test(arguments: [
        denyAll, "{\"allow\":false}", "{\"allow\":false,\"type\":\"a\",\"major\":-1,\"minor\":-1,\"access\":\"rwm\"}",
        denyAll + "," + usual, usual, allowAll + "," + denyAll,
        denyAll + ",{\"allow\":false,\"type\":\"c\",\"major\":10,\"minor\":229,\"access\":\"rwm\"}",
    ])
    func theUsualPolicyIsTakenWithAWarning(_ rules: String) throws {
        #expect(try document(rules).plan().warnings == [Self.warning])
    }

    @Test(arguments: [allowAll, denyAll + "," + allowAll, denyAll + "," + allowAll + "," + usual])
    func everythingAllowedIsWhatHoldsWithoutAFilter(_ rules: String) throws {
        #expect(try document(rules).plan().warnings.isEmpty)
    }

    @Test func anyNumberTheKernelHasIsOne() throws {
        let rule = "{\"allow\":false,\"type\":\"c\",\"major\":4294967295,\"minor\":0}"
        #expect(try document(rule).problems() == nil)
    }

    @Test func noRulesAreNoWarning() throws { #expect(try document("").plan().warnings.isEmpty) }

    @Test(arguments: [
        "{\"allow\":true,\"type\":\"c\",\"major\":10,\"minor\":229,\"access\":\"rwm\"}",
        "{\"allow\":true,\"type\":\"b\",\"major\":8,\"minor\":0,\"access\":\"r\"}",
        "{\"allow\":true,\"type\":\"c\",\"major\":1,\"access\":\"r\"}",
        "{\"allow\":true,\"type\":\"c\",\"access\":\"rm\"}", "{\"allow\":true,\"type\":\"b\"}",
        "{\"allow\":true,\"access\":\"m\"}",
        "{\"allow\":true,\"type\":\"b\",\"major\":1,\"minor\":3,\"access\":\"rwm\"}",
        "{\"allow\":true,\"major\":1,\"minor\":3,\"access\":\"rwm\"}",
    ])
    func anythingMoreIsRefusedByName(_ rule: String) throws {
        #expect(
            try document(Self.denyAll + "," + rule).problems()
                == "/linux/resources/devices/1: is not supported by apus")
    }

    @Test func takingFromEverythingNeedsAFilter() throws {
        let deny = "{\"allow\":false,\"type\":\"c\",\"major\":1,\"minor\":3,\"access\":\"w\"}"
        #expect(
            try document(Self.allowAll + "," + Self.usual + "," + deny).problems()
                == "/linux/resources/devices/15: is not supported by apus")
        #expect(try document(deny + "," + Self.allowAll).problems() == nil)
    }

    @Test(arguments: [
        ("{\"allow\":false,\"access\":\"banana\"}", "/access: must be made of the letters r, w and m, is \"banana\""),
        ("{\"allow\":false,\"access\":\"\"}", "/access: must be made of the letters r, w and m, is \"\""),
        ("{\"allow\":false,\"type\":\"p\",\"access\":\"r\"}", "/type: must be one of a, b and c, is \"p\""),
        (
            "{\"allow\":true,\"type\":\"c\",\"major\":-2,\"minor\":3}",
            "/major: must be a device number, or -1 for all, is -2"
        ),
        (
            "{\"allow\":true,\"type\":\"c\",\"major\":1,\"minor\":4294967296}",
            "/minor: must be a device number, or -1 for all, is 4294967296"
        ),
    ])
    func wrongRules(_ rule: String, _ message: String) throws {
        #expect(try document(Self.denyAll + "," + rule).problems() == "/linux/resources/devices/1" + message)
    }
}

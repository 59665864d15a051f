import Kernel
import Testing

@testable import Runtime

@Suite struct PlanTimeTests {
    private let time = PlanDocument().namespaces("mount", "time")

    @Test func offsetsOfBothClocks() throws {
        let plan = try time.with(
            "linux/timeOffsets", "{\"monotonic\":{\"secs\":-3},\"boottime\":{\"secs\":7,\"nanosecs\":999999999}}"
        ).plan()
        #expect(
            plan.timeOffsets == [
                ClockOffset(.monotonic, seconds: -3, nanoseconds: 0),
                ClockOffset(.boottime, seconds: 7, nanoseconds: 999_999_999),
            ])
    }

    @Test func wrongOffsets() throws {
        #expect(
            try time.with("linux/timeOffsets", "{\"realtime\":{},\"monotonic\":{\"nanosecs\":1000000000}}").problems()
                == """
                /linux/timeOffsets: must name the clocks monotonic and boottime only, names "realtime"; \
                /linux/timeOffsets/monotonic/nanosecs: must be at most 999999999, is 1000000000
                """)
    }

    private static let needs =
        "/linux/timeOffsets: needs a new time namespace: {\"type\": \"time\"} without a path in /linux/namespaces"

    @Test(arguments: ["[{\"type\":\"mount\"}]", "[{\"type\":\"mount\"},{\"type\":\"time\",\"path\":\"/t\"}]"])
    func offsetsNeedANewNamespace(_ namespaces: String) throws {
        let document = PlanDocument().with("linux/namespaces", namespaces)
        #expect(try document.with("linux/timeOffsets", "{\"boottime\":{\"secs\":1}}").problems() == Self.needs)
    }
}

@Suite struct PlanMemoryPolicyTests {
    private func policy(_ json: String) throws -> MemoryPolicy? {
        try PlanDocument().with("linux/memoryPolicy", json).plan().process?.memoryPolicy
    }

    @Test func modesFlagsAndNodes() throws {
        #expect(
            try policy("{\"mode\":\"MPOL_BIND\",\"nodes\":\"0-1,3\",\"flags\":[\"MPOL_F_NUMA_BALANCING\"]}")
                == MemoryPolicy(.bind, flags: .balancing, nodes: CPUSet("0-1,3")))
        #expect(try policy("{\"mode\":\"MPOL_LOCAL\",\"nodes\":\"\"}") == MemoryPolicy(.local))
        #expect(try PlanDocument().plan().process?.memoryPolicy == nil)
    }

    @Test(arguments: MemoryPolicy.Mode.allCases) func everyModeIsTaken(_ mode: MemoryPolicy.Mode) throws {
        let needsNodes = mode != .default && mode != .local
        let nodes = needsNodes ? ",\"nodes\":\"0\"" : ""
        #expect(try policy("{\"mode\":\"\(mode.name)\"\(nodes)}")?.mode == mode)
    }

    private static let path = "linux/memoryPolicy"

    @Test(arguments: [
        Wrong(
            path, "{\"mode\":\"BANANA\"}",
            "/linux/memoryPolicy/mode: must be a mode of set_mempolicy(2) such as MPOL_BIND, is \"BANANA\""),
        Wrong(
            path, "{\"mode\":\"MPOL_BIND\",\"nodes\":\"0\",\"flags\":[\"F\"]}",
            """
            /linux/memoryPolicy/flags/0: must be one of MPOL_F_NUMA_BALANCING, MPOL_F_RELATIVE_NODES and \
            MPOL_F_STATIC_NODES, is "F"
            """),
        Wrong(
            path, "{\"mode\":\"MPOL_BIND\"}", "/linux/memoryPolicy/nodes: must name at least one node with MPOL_BIND"),
        Wrong(
            path, "{\"mode\":\"MPOL_BIND\",\"nodes\":\"1-\"}",
            "/linux/memoryPolicy/nodes: must be a list of nodes such as 0-3,7, is \"1-\""),
        Wrong(
            path, "{\"mode\":\"MPOL_DEFAULT\",\"nodes\":\"0\"}",
            "/linux/memoryPolicy/nodes: must be empty with MPOL_DEFAULT, is \"0\""),
        Wrong(
            path, "{\"mode\":\"MPOL_LOCAL\",\"flags\":[\"MPOL_F_STATIC_NODES\"]}",
            "/linux/memoryPolicy/flags: must be empty with MPOL_LOCAL"),
        Wrong(
            path, "{\"mode\":\"MPOL_PREFERRED\",\"flags\":[\"MPOL_F_STATIC_NODES\"]}",
            "/linux/memoryPolicy/nodes: must name a node with these flags"),
        Wrong(
            path,
            "{\"mode\":\"MPOL_BIND\",\"nodes\":\"0\",\"flags\":[\"MPOL_F_STATIC_NODES\",\"MPOL_F_RELATIVE_NODES\"]}",
            "/linux/memoryPolicy/flags: must not have MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES both"),
        Wrong(
            path, "{\"mode\":\"MPOL_INTERLEAVE\",\"nodes\":\"0\",\"flags\":[\"MPOL_F_NUMA_BALANCING\"]}",
            "/linux/memoryPolicy/flags: must have MPOL_F_NUMA_BALANCING with MPOL_BIND or MPOL_PREFERRED_MANY only"),
    ])
    func wrongPolicies(_ wrong: Wrong) throws { try wrong.check() }
}

@Suite struct PlanNetDeviceTests {
    @Test func namesInside() throws {
        let plan = try PlanDocument().with(
            "linux/netDevices",
            "{\"a\":{},\"b\":{\"name\":\"\"},\"c\":{\"name\":\"eth0\"},\"d\":{\"name\":\"p%d\"},\"e\":{\"name\":\"p%d\"}}"
        ).plan()
        #expect(plan.netDevices.map(\.name) == ["a", "b", "c", "d", "e"])
        #expect(plan.netDevices.map(\.inside) == ["a", "b", "eth0", "p%d", "p%d"])
        #expect(plan.netDevices[2].pointer == "/linux/netDevices/c")
    }

    private static let path = "linux/netDevices"

    @Test(arguments: [
        Wrong(
            path, "{\"a\":{\"name\":\"sixteen-bytes-xx\"}}",
            "/linux/netDevices/a/name: must be at most 15 bytes long, is \"sixteen-bytes-xx\""),
        Wrong(
            path, "{\"a\":{\"name\":\"b/c\"}}",
            "/linux/netDevices/a/name: must not have \"/\", \":\" or white space, is \"b/c\""),
        Wrong(
            path, "{\"a\":{\"name\":\"%da\"}}",
            "/linux/netDevices/a/name: must have \"%\" in \"%d\" at its end only, is \"%da\""),
        Wrong(
            path, "{\"..\":{}}", "/linux/netDevices: names an interface \"..\": must be the name of an interface"),
        Wrong(
            path, "{\"a\":{\"name\":\"x\"},\"b\":{\"name\":\"x\"}}",
            "/linux/netDevices/b/name: is the name that a gets: \"x\""),
    ])
    func wrongNames(_ wrong: Wrong) throws { try wrong.check() }

    @Test func theHostsNamespaceHasThemAlready() throws {
        let message = try PlanDocument().namespaces("mount").with(Self.path, "{\"a\":{}}").problems()
        #expect(message?.hasPrefix("/linux/netDevices: needs its own network namespace") == true)
    }
}

@Suite struct PlanLabelTests {
    @Test func labelsOfTheProcess() throws {
        let plan = try PlanDocument().with("process/apparmorProfile", "\"docker-default\"")
            .with("process/selinuxLabel", "\"a:b:c:s0:c1,c2\"").plan()
        #expect(plan.process?.labels.apparmor == "docker-default")
        #expect(plan.process?.labels.selinux == "a:b:c:s0:c1,c2")
        #expect(try PlanDocument().plan().process?.labels.isEmpty == true)
    }

    @Test func mountsThatMakeAFileSystemGetTheLabel() throws {
        let plan = try PlanDocument().with("linux/mountLabel", "\"a:b:c\"").with(
            "mounts",
            """
            [{"destination":"/t","type":"tmpfs","options":["size=1k"]},{"destination":"/p","type":"proc"},
             {"destination":"/o","type":"tmpfs","options":["context=x:y:z"]},
             {"destination":"/b","source":"/b","options":["bind"]},{"destination":"/q","type":"mqueue"}]
            """
        ).plan()
        var data: [[String]] = []
        for mount in plan.mounts {
            if case .fileSystem(_, _, let own) = mount.action { data.append(own) } else { data.append(["bind"]) }
        }
        #expect(data == [["size=1k", "context=a:b:c"], [], ["context=x:y:z"], ["bind"], []])
        #expect(plan.mountLabel == "a:b:c")
    }

    @Test(arguments: [
        Wrong(
            "process/apparmorProfile", "\"a\\nb\"",
            "/process/apparmorProfile: must have no control characters, is \"a\\nb\""),
        Wrong(
            "process/selinuxLabel", "\"a\\tb\"", "/process/selinuxLabel: must have no control characters, is \"a\\tb\""),
        Wrong("linux/mountLabel", "\"a\\nb\"", "/linux/mountLabel: must have no control characters, is \"a\\nb\""),
    ])
    func wrongLabels(_ wrong: Wrong) throws { try wrong.check() }
}

@Suite struct SocketActivationTests {
    @Test func socketsForThisProcess() {
        let found = SocketActivation(
            environment: ["A=1", "LISTEN_FDS=2", "LISTEN_PID=7", "LISTEN_FDNAMES=a:b"], pid: 7)
        #expect(found?.count == 2)
        #expect(
            found?.completing(["LISTEN_FDS=9", "B=2"], pid: 1)
                == ["B=2", "LISTEN_FDS=2", "LISTEN_PID=1", "LISTEN_FDNAMES=a:b"])
    }

    @Test(arguments: [
        ["LISTEN_FDS=2"], ["LISTEN_FDS=2", "LISTEN_PID=8"], ["LISTEN_FDS=0", "LISTEN_PID=7"],
        ["LISTEN_FDS=x", "LISTEN_PID=7"], ["LISTEN_PID=7"],
    ])
    func socketsForOthersOrNone(_ environment: [String]) {
        #expect(SocketActivation(environment: environment, pid: 7) == nil)
    }
}

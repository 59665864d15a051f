import JSON
import Kernel
import OCI
import Testing

@testable import Runtime

@Suite struct PlanTests {
    @Test func aSmallDocumentBecomesTheWholePlan() throws {
        let plan = try PlanDocument().plan()
        #expect(plan.bundle == "/bundle")
        #expect(plan.ociVersion == "1.3.0")
        #expect(plan.rootfs == RootfsPlan(path: "/bundle/rootfs", readonly: false, propagation: nil, pivot: true))
        #expect(plan.namespaces.new == Namespace.Set([.pid, .network, .ipc, .uts, .mount, .cgroup]))
        #expect(plan.namespaces.joined.isEmpty)
        #expect(plan.hostname == nil)
        #expect(plan.domainname == nil)
        #expect(plan.mounts.isEmpty)
        #expect(plan.devices == DevicePlan.defaults)
        #expect(plan.maskedPaths.isEmpty)
        #expect(plan.readonlyPaths.isEmpty)
        #expect(plan.sysctls.isEmpty)
        #expect(plan.cgroup == CgroupPlan(path: nil))
        #expect(plan.seccomp == nil)
        #expect(plan.hooks == Spec.Hooks())
        #expect(plan.annotations.isEmpty)
        #expect(plan.warnings.isEmpty)
        let none = Capability.Set()
        #expect(
            plan.process
                == ProcessPlan(
                    args: ["sh"], env: [], cwd: "/", uid: 0, gid: 0, additionalGids: [], umask: nil, terminal: false,
                    consoleSize: nil, rlimits: [],
                    capabilities: .init(
                        bounding: none, effective: none, permitted: none, inheritable: none, ambient: none),
                    noNewPrivileges: false, oomScoreAdj: nil, scheduler: nil, ioPriority: nil, personality: nil,
                    labels: SecurityLabels()))
    }

    @Test func everyProblemIsReportedAtOnce() throws {
        let document = PlanDocument().with("ociVersion", "\"2.0.0\"").with("process/cwd", "\"tmp\"")
            .with("process/args", "[]").with("process/env", "[\"A=1\",\"B\"]")
            .with("linux/namespaces", "[{\"type\":\"mount\"},{\"type\":\"mount\"}]")
            .with("linux/rootfsPropagation", "\"banana\"")
            .mount("{\"destination\":\"/\",\"type\":\"tmpfs\"}")
        #expect(
            try document.problems() == """
                /ociVersion: must be of major version 1, is "2.0.0"; \
                /linux/namespaces/1/type: duplicate of /linux/namespaces/0 (mount); \
                /linux/rootfsPropagation: must be one of shared, slave, private and unbindable, is "banana"; \
                /mounts/0/destination: must be below /, which is the root file system of /root; \
                /process/args: must have at least one entry, the program; \
                /process/env/1: must be NAME=value, is "B"; \
                /process/cwd: must be an absolute path, is "tmp"
                """)
    }

    @Test func ofManyProblemsTwentyAreSpelledOut() throws {
        let names = (0..<25).map { "\"N\($0)\"" }.joined(separator: ",")
        let line = try #require(try PlanDocument().with("process/env", "[" + names + "]").problems())
        #expect(line.hasPrefix("/process/env/0: must be NAME=value, is \"N0\"; /process/env/1: "))
        #expect(line.hasSuffix("/process/env/19: must be NAME=value, is \"N19\"; and 5 more"))
    }

    @Test func ofVeryManyProblemsAndWarningsTheFirstAreKept() throws {
        let names = Array(repeating: "\"N\"", count: 5000).joined(separator: ",")
        let line = try #require(try PlanDocument().with("process/env", "[" + names + "]").problems())
        #expect(line.hasSuffix("; and many more"))
        let warnings = try PlanDocument().with("process/capabilities", "{\"bounding\":[" + names + "]}").plan().warnings
        #expect(warnings.count == 101)
        #expect(warnings[99].hasPrefix("/process/capabilities/bounding/99: "))
        #expect(warnings[100] == "more warnings are left out")
    }

    @Test func whatTheSpecCommandWritesIsAPlan() throws {
        let plan = try Plan.make(try Spec.read(DefaultSpec.json()), bundle: "/bundle", noPivot: false)
        #expect(plan.mounts.count == 7)
        #expect(plan.warnings.isEmpty)
    }

    @Test(arguments: [
        Wrong("ociVersion", "\"banana\"", "/ociVersion: must be a version such as 1.3.0, is \"banana\""),
        Wrong("ociVersion", "\"0.9.0\"", "/ociVersion: must be of major version 1, is \"0.9.0\""),
        Wrong(
            "annotations", "{\"a\":\"b\",\"\":\"c\"}", "/annotations/: must not have an empty key"),
        Wrong("root/path", "\"\"", "/root/path: must name a directory, is empty"),
        Wrong(
            "hostname", "\"" + String(repeating: "h", count: 65) + "\"",
            "/hostname: must be at most 64 bytes long, is 65"),
        Wrong(
            "domainname", "\"" + String(repeating: "d", count: 65) + "\"",
            "/domainname: must be at most 64 bytes long, is 65"),
    ])
    func theDocumentItself(_ wrong: Wrong) throws { try wrong.check() }

    @Test func aNewerMinorVersionIsAWarning() throws {
        #expect(
            try PlanDocument().with("ociVersion", "\"1.99.0\"").plan().warnings == [
                "/ociVersion: \"1.99.0\" is newer than 1.3.0: fields that came later are ignored"
            ])
    }

    @Test func aRootIsRequired() throws {
        #expect(try PlanDocument().without("root").problems() == "/root: is required")
    }

    @Test func anotherSystemsObjectIsIgnoredOnlyBesideLinux() throws {
        let both = PlanDocument().with("windows", "{\"layerFolders\":[]}").with("vm", "{}")
        #expect(try both.problems() == nil)
        #expect(
            try both.without("linux").problems()
                == "/windows: must not stand without /linux: apus runs containers for Linux")
        #expect(try PlanDocument().without("linux").problems() == nil)
    }

    @Test func namesAndAnnotationsArePassedOn() throws {
        let plan = try PlanDocument().with("hostname", "\"h\"").with("domainname", "\"d\"")
            .with("annotations", "{\"z\":\"1\",\"a\":\"\"}").plan()
        #expect(plan.hostname == "h")
        #expect(plan.domainname == "d")
        #expect(plan.annotations == [.init(key: "z", value: "1"), .init(key: "a", value: "")])
    }

    @Test func anEmptyStringIsAnAbsentOne() throws {
        let plan = try PlanDocument().namespaces("mount").with("hostname", "\"\"").with("domainname", "\"\"")
            .with("process/apparmorProfile", "\"\"").with("process/selinuxLabel", "\"\"")
            .with("linux/mountLabel", "\"\"").with("linux/rootfsPropagation", "\"\"")
            .with("linux/cgroupsPath", "\"\"").with("process/execCPUAffinity", "{\"initial\":\"\"}").plan()
        #expect(plan.hostname == nil)
        #expect(plan.domainname == nil)
        #expect(plan.rootfs.propagation == nil)
        #expect(plan.cgroup.path == nil)
    }

    @Test func withoutAProcessThereIsNone() throws {
        #expect(try PlanDocument().without("process").plan().process == nil)
    }

    @Test func emptyListsAskForNothing() throws {
        let document = PlanDocument().with("linux/uidMappings", "[]").with("linux/gidMappings", "[]")
            .with("linux/timeOffsets", "{}").with("linux/netDevices", "{}")
        #expect(try document.problems() == nil)
    }

    @Test func aProblemStaysInOneLine() throws {
        #expect(
            try PlanDocument().with("process/cwd", "\"a\\nb\"").problems()
                == "/process/cwd: must be an absolute path, is \"a\\nb\"")
    }
}

@Suite struct PlanHookTests {
    static let kinds = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]

    @Test(arguments: kinds) func everyKindIsChecked(_ kind: String) throws {
        let hooks = """
            [{"path":"/bin/ok","args":["x"],"env":["A=b"],"timeout":1},
             {"path":"hook"},{"path":"/h","timeout":0},{"path":"/h","timeout":-3},{"path":"/h","env":["A=1","B","=c"]}]
            """
        #expect(
            try PlanDocument().with("hooks/" + kind, hooks).problems() == """
                /hooks/\(kind)/1/path: must be an absolute path, is "hook"; \
                /hooks/\(kind)/2/timeout: must be greater than 0 (seconds), is 0; \
                /hooks/\(kind)/3/timeout: must be greater than 0 (seconds), is -3; \
                /hooks/\(kind)/4/env/1: must be NAME=value, is "B"; \
                /hooks/\(kind)/4/env/2: must have a name before "=", is "=c"
                """)
    }

    @Test func hooksArePassedOnAsWritten() throws {
        let plan = try PlanDocument().with("hooks/poststop", "[{\"path\":\"/b\",\"args\":[],\"env\":[]}]")
            .with("hooks/prestart", "[{\"path\":\"/a\",\"timeout\":7}]").plan()
        var hooks = Spec.Hooks()
        hooks.prestart = [Spec.Hook(path: "/a", timeout: 7)]
        hooks.poststop = [Spec.Hook(path: "/b", env: [])]
        #expect(plan.hooks == hooks)
    }
}

import Kernel
@testable import OCI
import Testing

@testable import Runtime

/// What `exec` makes of the container's process, a file and its options.
@Suite struct ExecTests {
    private var container: Spec.Process {
        var process = Spec.Process(in: "/work")
        process.terminal = true
        process.args = ["init"]
        process.env = ["PATH=/bin", "A=config"]
        process.user = Spec.Process.User(uid: 5, gid: 6, umask: 0o27, additionalGids: [7])
        process.capabilities = Spec.Process.Capabilities(
            effective: ["CAP_CHOWN"], bounding: ["CAP_CHOWN", "CAP_KILL"], inheritable: ["CAP_KILL"],
            permitted: ["CAP_CHOWN"])
        process.rlimits = [.init(type: "RLIMIT_NOFILE", soft: 1, hard: 2)]
        process.noNewPrivileges = true
        process.oomScoreAdj = 3
        process.scheduler = .init(policy: "SCHED_BATCH", nice: 4)
        process.ioPriority = .init(class: "IOPRIO_CLASS_BE", priority: 5)
        process.execCPUAffinity = .init(initial: "0", final: "1")
        return process
    }

    private func options(_ arguments: [String] = ["ls", "-l"], _ change: (inout ExecOptions) -> Void = { _ in })
        -> ExecOptions
    {
        var options = ExecOptions(id: "c")
        options.arguments = arguments
        change(&options)
        return options
    }

    @Test func withoutOptionsItIsTheContainersProcessWithAnotherProgram() throws {
        var expected = container
        expected.args = ["ls", "-l"]
        expected.terminal = false
        #expect(try Spec.Process.toExecute(options(), file: nil, container: container) == expected)
    }

    @Test func withoutAProcessInTheContainerThereIsNextToNothing() throws {
        let process = try Spec.Process.toExecute(options(), file: nil, container: nil)
        #expect(process.cwd == "/")
        #expect(process.capabilities == nil)
        #expect(process.user == Spec.Process.User())
    }

    @Test func optionsChangeIt() throws {
        let process = try Spec.Process.toExecute(
            options {
                $0.cwd = "/tmp"
                $0.user = .init(uid: 1, gid: nil)
                $0.additionalGids = [8, 9]
                $0.env = ["A=flag", "B=1"]
                $0.terminal = true
                $0.noNewPrivileges = false
                $0.apparmorProfile = "p"
                $0.selinuxLabel = "l"
            }, file: nil, container: container)
        #expect(process.cwd == "/tmp")
        #expect(process.user == .init(uid: 1, gid: 6, umask: 0o27, additionalGids: [7, 8, 9]))
        #expect(process.env == ["PATH=/bin", "A=config", "A=flag", "B=1"])
        #expect(process.terminal)
        #expect(!process.noNewPrivileges)
        #expect(process.apparmorProfile == "p")
        #expect(process.selinuxLabel == "l")
    }

    @Test func aGroupIsTakenWhenItIsNamed() throws {
        let process = try Spec.Process.toExecute(
            options { $0.user = .init(uid: 1, gid: 2) }, file: nil, container: container)
        #expect(process.user.gid == 2)
    }

    @Test func aCapabilityIsNeverAddedToTheInheritableSet() throws {
        let process = try Spec.Process.toExecute(
            options { $0.capabilities = ["CAP_SYS_ADMIN", "CAP_KILL"] }, file: nil, container: container)
        let sets = process.capabilities
        #expect(sets?.bounding == ["CAP_CHOWN", "CAP_KILL", "CAP_SYS_ADMIN", "CAP_KILL"])
        #expect(sets?.effective == ["CAP_CHOWN", "CAP_SYS_ADMIN", "CAP_KILL"])
        #expect(sets?.permitted == ["CAP_CHOWN", "CAP_SYS_ADMIN", "CAP_KILL"])
        #expect(sets?.inheritable == ["CAP_KILL"])
        #expect(sets?.ambient == ["CAP_KILL"])
    }

    @Test func aCapabilityIsAddedToNone() throws {
        let process = try Spec.Process.toExecute(
            options { $0.capabilities = ["CAP_KILL"] }, file: nil, container: nil)
        #expect(process.capabilities?.effective == ["CAP_KILL"])
        #expect(process.capabilities?.ambient == [])
    }

    @Test func whatAFileLeavesOutIsTheContainers() throws {
        var file = Spec.Process(in: "/")
        file.args = ["top"]
        let process = try Spec.Process.toExecute(options([]), file: file, container: container)
        #expect(process.args == ["top"])
        #expect(process.cwd == "/")
        #expect(process.env.isEmpty)
        #expect(process.user == .init(uid: 0, gid: 0, umask: 0o27, additionalGids: []))
        #expect(process.capabilities == container.capabilities)
        #expect(process.rlimits == container.rlimits)
        #expect(process.oomScoreAdj == 3)
        #expect(process.scheduler == container.scheduler)
        #expect(process.ioPriority == container.ioPriority)
        #expect(process.execCPUAffinity == container.execCPUAffinity)
        #expect(!process.terminal)
        #expect(!process.noNewPrivileges)
    }

    @Test func whatAFileSaysStays() throws {
        var file = Spec.Process(in: "/")
        file.args = ["top"]
        file.terminal = true
        file.capabilities = Spec.Process.Capabilities.none
        file.rlimits = [.init(type: "RLIMIT_CPU", soft: 3, hard: 4)]
        file.oomScoreAdj = 9
        file.user.umask = 0
        let process = try Spec.Process.toExecute(options([]), file: file, container: container)
        #expect(
            process
                == {
                    var all = file
                    all.scheduler = container.scheduler
                    all.ioPriority = container.ioPriority
                    all.execCPUAffinity = container.execCPUAffinity
                    return all
                }())
    }

    @Test func aProgramIsNamedOnce() throws {
        var file = Spec.Process(in: "/")
        #expect(try Spec.Process.toExecute(options(["a"]), file: file, container: nil).args == ["a"])
        file.args = ["b"]
        #expect(throws: RuntimeError.self) { try Spec.Process.toExecute(options(["a"]), file: file, container: nil) }
        #expect(throws: RuntimeError.self) { try Spec.Process.toExecute(options([]), file: nil, container: container) }
    }

    @Test(
        arguments: [
            ("0", 0, nil), ("1", 1, nil), ("1:2", 1, 2), ("4294967294:0", 4_294_967_294, 0), ("007", 7, nil),
        ] as [(String, UInt32, UInt32?)])
    func users(_ text: String, _ uid: UInt32, _ gid: UInt32?) {
        #expect(ExecOptions.User(text) == ExecOptions.User(uid: uid, gid: gid))
    }

    @Test(arguments: [
        "", ":", "1:", ":1", "1:2:3", "-1", "+1", " 1", "1 ", "0x1", "root", "4294967295", "4294967296", "99999999999",
        "1:4294967295", "١",
    ])
    func whatIsNoUser(_ text: String) { #expect(ExecOptions.User(text) == nil) }

    @Test func groups() {
        #expect(ExecOptions.User.groups("1,22,333") == [1, 22, 333])
        #expect(ExecOptions.User.groups("") == nil)
        #expect(ExecOptions.User.groups("1,") == nil)
        #expect(ExecOptions.User.groups("1,x") == nil)
    }

    @Test(arguments: [
        ("/", "/top/c"), ("sub", "/top/c/sub"), ("/sub", "/top/c/sub"), ("./a//b/", "/top/c/a/b"), (".", "/top/c"),
    ])
    func cgroups(_ path: String, _ expected: String) throws {
        #expect(try JoinCgroup.path(path, below: "/top/c") == expected)
    }

    @Test(arguments: ["..", "../x", "a/../..", "/..", "cpu:sub", "cpu,memory:/sub", ":sub"])
    func whatIsNoCgroupBelow(_ path: String) {
        #expect(throws: RuntimeError.self) { try JoinCgroup.path(path, below: "/top/c") }
    }

    @Test func processorsOfExec() throws {
        let plan = try PlanDocument().with("process/execCPUAffinity", "{\"initial\":\"0-1\",\"final\":\"\"}").plan()
        #expect(plan.process?.execAffinity == ExecAffinity(initial: CPUSet("0,1"), final: nil))
    }

    @Test(arguments: [
        Wrong(
            "process/execCPUAffinity", "{\"initial\":\"x\",\"final\":\"3-1\"}",
            """
            /process/execCPUAffinity/initial: must be a list of processors such as 0-3,7, is "x"; \
            /process/execCPUAffinity/final: must be a list of processors such as 0-3,7, is "3-1"
            """)
    ])
    func wrongProcessors(_ wrong: Wrong) throws { try wrong.check() }
}

import Kernel
import Testing

@testable import Runtime

@Suite struct PlanProcessTests {
    private func process(_ document: PlanDocument) throws -> ProcessPlan { try #require(try document.plan().process) }

    @Test func everythingIsPassedOn() throws {
        let process = try process(
            PlanDocument().with("process/args", "[\"sh\",\"\",\"-c\"]").with("process/cwd", "\"/a/../b\"")
                .with("process/user", "{\"uid\":1,\"gid\":2,\"umask\":18,\"additionalGids\":[5,5,4294967294]}")
                .with("process/env", "[\"A=1\"]").with("process/noNewPrivileges", "true")
                .with("process/oomScoreAdj", "-1000").with("process/terminal", "true")
                .with("process/consoleSize", "{\"height\":65535,\"width\":0}")
                .with("linux/personality", "{\"domain\":\"LINUX32\",\"flags\":[]}")
                .with("process/ioPriority", "{\"class\":\"IOPRIO_CLASS_IDLE\",\"priority\":4}"))
        #expect(process.args == ["sh", "", "-c"])
        #expect(process.cwd == "/a/../b", "the kernel resolves it, in the container")
        #expect(process.uid == 1)
        #expect(process.gid == 2)
        #expect(process.umask == 0o022)
        #expect(process.additionalGids == [5, 5, 4_294_967_294])
        #expect(process.env == ["A=1"])
        #expect(process.noNewPrivileges)
        #expect(process.oomScoreAdj == -1000)
        #expect(process.terminal)
        #expect(process.consoleSize == ProcessPlan.ConsoleSize(rows: 65535, columns: 0))
        #expect(process.personality == .linux32)
        #expect(process.ioPriority == IOPriority(class: .idle, level: 4))
    }

    @Test func consoleSizeIsIgnoredWithoutATerminal() throws {
        let document = PlanDocument().with("process/consoleSize", "{\"height\":70000,\"width\":80}")
        #expect(try process(document).consoleSize == nil)
        #expect(
            try document.with("process/terminal", "true").problems()
                == "/process/consoleSize/height: must be from 0 to 65535, is 70000")
        #expect(
            try document.with("process/terminal", "true").with("process/consoleSize", "{\"height\":1,\"width\":65536}")
                .problems() == "/process/consoleSize/width: must be from 0 to 65535, is 65536")
    }

    @Test func theLastOfAnEnvironmentNameWins() throws {
        let document = PlanDocument().with("process/env", "[\"A=1\",\"B=\",\"A=2\",\"AA=3\",\"B=x=y\"]")
        #expect(try process(document).env == ["A=2", "AA=3", "B=x=y"])
    }

    @Test func namesThatOnlyLookAlikeAreTwo() throws {
        let document = PlanDocument().with("process/env", "[\"\u{E9}=1\",\"e\u{301}=2\"]")
        #expect(try process(document).env.count == 2)
    }

    @Test func aLargeEnvironmentIsSearchedFast() throws {
        let many = (0..<20000).map { "\"N\($0 % 15000)=\($0)\"" }.joined(separator: ",")
        let env = try process(PlanDocument().with("process/env", "[\(many)]")).env
        #expect(env.count == 15000)
        #expect(env.first == "N5000=5000")
        #expect(env.last == "N4999=19999")
    }

    private static let id = "must be from 0 to 4294967294, is 4294967295"

    @Test(arguments: [
        Wrong("process/args", "[]", "/process/args: must have at least one entry, the program"),
        Wrong(
            "process/args", "[\"\",\"a\"]",
            "/process/args/0: must name a program, is empty: executable file not found in $PATH"),
        Wrong("process/cwd", "\"\"", "/process/cwd: must be an absolute path, is \"\""),
        Wrong("process/cwd", "\"a/b\"", "/process/cwd: must be an absolute path, is \"a/b\""),
        Wrong("process/env", "[\"A=b\",\"NOEQUALS\"]", "/process/env/1: must be NAME=value, is \"NOEQUALS\""),
        Wrong("process/env", "[\"\"]", "/process/env/0: must be NAME=value, is \"\""),
        Wrong("process/env", "[\"=x\"]", "/process/env/0: must have a name before \"=\", is \"=x\""),
        Wrong("process/user", "{\"uid\":4294967295,\"gid\":0}", "/process/user/uid: " + id),
        Wrong("process/user", "{\"uid\":0,\"gid\":4294967295}", "/process/user/gid: " + id),
        Wrong(
            "process/user", "{\"uid\":0,\"gid\":0,\"additionalGids\":[1,4294967295]}",
            "/process/user/additionalGids/1: " + id),
        Wrong(
            "process/user", "{\"uid\":0,\"gid\":0,\"umask\":512}",
            "/process/user/umask: must be from 0 to 511 (octal 777), is 512"),
        Wrong("process/oomScoreAdj", "-1001", "/process/oomScoreAdj: must be from -1000 to 1000, is -1001"),
        Wrong("process/oomScoreAdj", "4294967296", "/process/oomScoreAdj: must be from -1000 to 1000, is 4294967296"),
        Wrong(
            "process/ioPriority", "{\"class\":\"IOPRIO_BANANA\",\"priority\":8}",
            """
            /process/ioPriority/priority: must be from 0 to 7, is 8; /process/ioPriority/class: must be one of \
            IOPRIO_CLASS_RT, IOPRIO_CLASS_BE and IOPRIO_CLASS_IDLE, is "IOPRIO_BANANA"
            """),
        Wrong(
            "process/ioPriority", "{\"class\":\"IOPRIO_CLASS_RT\",\"priority\":-1}",
            "/process/ioPriority/priority: must be from 0 to 7, is -1"),
        Wrong(
            "linux/personality", "{\"domain\":\"BANANA\"}",
            "/linux/personality/domain: must be LINUX or LINUX32, is \"BANANA\""),
        Wrong(
            "linux/personality", "{\"domain\":\"LINUX\",\"flags\":[\"ADDR_NO_RANDOMIZE\"]}",
            "/linux/personality/flags/0: \"ADDR_NO_RANDOMIZE\" is not supported by apus"),
    ])
    func wrongFields(_ wrong: Wrong) throws { try wrong.check() }

    @Test func argsMustBeThere() throws {
        #expect(
            try PlanDocument().without("process/args").problems()
                == "/process/args: must have at least one entry, the program")
    }

    @Test(arguments: [-1000, 0, 1000]) func theWholeRangeOfTheOomScoreIsTaken(_ value: Int32) throws {
        #expect(try process(PlanDocument().with("process/oomScoreAdj", "\(value)")).oomScoreAdj == value)
    }

    @Test func groupsAreLimitedAsTheKernelLimitsThem() throws {
        func document(_ count: Int) -> PlanDocument {
            let ids = (0..<count).map { "\($0)" }.joined(separator: ",")
            return PlanDocument().with("process/user", "{\"uid\":0,\"gid\":0,\"additionalGids\":[\(ids)]}")
        }
        #expect(try document(65536).problems() == nil)
        #expect(
            try document(65537).problems()
                == "/process/user/additionalGids: must have at most 65536 entries, has 65537")
    }
}

@Suite struct PlanRlimitTests {
    @Test func limitsAreResolvedInTheirOrder() throws {
        let plan = try PlanDocument().with(
            "process/rlimits",
            """
            [{"type":"RLIMIT_NOFILE","soft":1,"hard":2},{"type":"RLIMIT_CORE","soft":0,"hard":18446744073709551615},
             {"type":"RLIMIT_RTTIME","soft":18446744073709551615,"hard":18446744073709551615}]
            """
        ).plan()
        #expect(
            plan.process?.rlimits == [
                .init(resource: .openFiles, soft: 1, hard: 2, pointer: "/process/rlimits/0"),
                .init(resource: .core, soft: 0, hard: .max, pointer: "/process/rlimits/1"),
                .init(resource: .realtimeTime, soft: .max, hard: .max, pointer: "/process/rlimits/2"),
            ])
    }

    @Test(arguments: [
        Wrong(
            "process/rlimits",
            "[{\"type\":\"RLIMIT_CORE\",\"soft\":1,\"hard\":1},{\"type\":\"RLIMIT_BANANA\",\"soft\":1,\"hard\":1}]",
            """
            /process/rlimits/1/type: must be a resource of getrlimit(2) such as RLIMIT_NOFILE, is "RLIMIT_BANANA"
            """),
        Wrong(
            "process/rlimits",
            "[{\"type\":\"RLIMIT_NOFILE\",\"soft\":1,\"hard\":1},{\"type\":\"RLIMIT_NOFILE\",\"soft\":1,\"hard\":1}]",
            "/process/rlimits/1/type: duplicate of /process/rlimits/0 (RLIMIT_NOFILE)"),
        Wrong(
            "process/rlimits", "[{\"type\":\"RLIMIT_NOFILE\",\"soft\":2000,\"hard\":1000}]",
            "/process/rlimits/0/soft: must not be above hard, which is 1000, is 2000"),
    ])
    func wrongLimits(_ wrong: Wrong) throws { try wrong.check() }
}

@Suite struct PlanCapabilityTests {
    private func bits(_ numbers: UInt64...) -> Capability.Set {
        Capability.Set(rawValue: numbers.reduce(0) { $0 | 1 << $1 })
    }

    @Test func setsAreResolved() throws {
        let plan = try PlanDocument().with(
            "process/capabilities",
            """
            {"bounding":["CAP_CHOWN","CAP_KILL","cap_bpf","CAP_CHOWN"],"effective":["CAP_CHOWN"],
             "permitted":["CAP_CHOWN","CAP_KILL"],"inheritable":["CAP_KILL"],"ambient":["CAP_KILL"]}
            """
        ).plan()
        #expect(
            plan.process?.capabilities
                == .init(
                    bounding: bits(0, 5, 39), effective: bits(0), permitted: bits(0, 5), inheritable: bits(5),
                    ambient: bits(5)))
        #expect(plan.warnings.isEmpty)
    }

    @Test(arguments: ["bounding", "effective", "permitted", "inheritable", "ambient"])
    func unknownNamesAreLeftOutWithAWarning(_ set: String) throws {
        let plan = try PlanDocument().with("process/capabilities", "{\"\(set)\":[\"CAP_BANANA\",\"CHOWN\"]}").plan()
        #expect(plan.process?.capabilities.bounding.isEmpty == true)
        #expect(
            plan.warnings == [
                "/process/capabilities/\(set)/0: \"CAP_BANANA\" is left out: no capability has that name",
                "/process/capabilities/\(set)/1: \"CHOWN\" is left out: no capability has that name",
            ])
    }

    @Test func whatTheKernelWouldRefuseIsLeftOutWithAWarning() throws {
        let plan = try PlanDocument().with(
            "process/capabilities",
            """
            {"bounding":["CAP_CHOWN"],"effective":["CAP_CHOWN","CAP_KILL","CAP_BPF"],"permitted":["CAP_CHOWN"],
             "inheritable":["CAP_CHOWN","CAP_SETUID"],"ambient":["CAP_CHOWN","CAP_SETUID"]}
            """
        ).plan()
        #expect(
            plan.process?.capabilities
                == .init(
                    bounding: bits(0), effective: bits(0), permitted: bits(0), inheritable: bits(0), ambient: bits(0)))
        #expect(
            plan.warnings == [
                "/process/capabilities/effective: CAP_KILL, CAP_BPF left out: not in permitted",
                "/process/capabilities/inheritable: CAP_SETUID left out: not in bounding",
                "/process/capabilities/ambient: CAP_SETUID left out: not in both permitted and inheritable",
            ])
    }
}

@Suite struct PlanSchedulerTests {
    private func attributes(_ json: String) throws -> Scheduler.Attributes? {
        try PlanDocument().with("process/scheduler", json).plan().process?.scheduler
    }

    @Test func everyPolicyWithItsParameters() throws {
        #expect(try attributes("{\"policy\":\"SCHED_OTHER\",\"nice\":-20}") == .init(policy: .other, nice: -20))
        #expect(try attributes("{\"policy\":\"SCHED_BATCH\",\"nice\":19}") == .init(policy: .batch, nice: 19))
        #expect(try attributes("{\"policy\":\"SCHED_IDLE\"}") == .init(policy: .idle))
        #expect(try attributes("{\"policy\":\"SCHED_ISO\"}") == .init(policy: .isochronous))
        #expect(try attributes("{\"policy\":\"SCHED_FIFO\",\"priority\":1}") == .init(policy: .fifo, priority: 1))
        #expect(try attributes("{\"policy\":\"SCHED_RR\",\"priority\":99}") == .init(policy: .roundRobin, priority: 99))
        #expect(
            try attributes(
                """
                {"policy":"SCHED_DEADLINE","runtime":1024,"deadline":1024,"period":2000,
                 "flags":["SCHED_FLAG_RECLAIM","SCHED_FLAG_DL_OVERRUN"]}
                """)
                == .init(
                    policy: .deadline, flags: [.reclaim, .deadlineOverrun], runtime: 1024, deadline: 1024, period: 2000)
        )
        #expect(
            try attributes("{\"policy\":\"SCHED_DEADLINE\",\"runtime\":1024,\"deadline\":2000}")
                == .init(policy: .deadline, runtime: 1024, deadline: 2000))
    }

    private static let order = "must have 1024 <= runtime <= deadline <= period, or no period, with SCHED_DEADLINE"

    @Test(arguments: [
        (
            "{\"policy\":\"SCHED_BANANA\"}",
            "/policy: must be a policy of sched(7) such as SCHED_BATCH, is \"SCHED_BANANA\""
        ),
        ("{\"policy\":\"SCHED_OTHER\",\"nice\":-21}", "/nice: must be from -20 to 19, is -21"),
        ("{\"policy\":\"SCHED_BATCH\",\"nice\":20}", "/nice: must be from -20 to 19, is 20"),
        ("{\"policy\":\"SCHED_IDLE\",\"nice\":1}", "/nice: must be 0 with SCHED_IDLE, is 1"),
        ("{\"policy\":\"SCHED_OTHER\",\"priority\":1}", "/priority: must be 0 with SCHED_OTHER, is 1"),
        ("{\"policy\":\"SCHED_FIFO\"}", "/priority: must be from 1 to 99 with SCHED_FIFO, is 0"),
        ("{\"policy\":\"SCHED_RR\",\"priority\":100}", "/priority: must be from 1 to 99 with SCHED_RR, is 100"),
        ("{\"policy\":\"SCHED_RR\",\"priority\":-1}", "/priority: must be from 1 to 99 with SCHED_RR, is -1"),
        ("{\"policy\":\"SCHED_OTHER\",\"runtime\":1}", "/runtime: must be 0 with SCHED_OTHER, is 1"),
        ("{\"policy\":\"SCHED_OTHER\",\"deadline\":1}", "/deadline: must be 0 with SCHED_OTHER, is 1"),
        ("{\"policy\":\"SCHED_OTHER\",\"period\":1}", "/period: must be 0 with SCHED_OTHER, is 1"),
        ("{\"policy\":\"SCHED_DEADLINE\"}", ": " + order),
        ("{\"policy\":\"SCHED_DEADLINE\",\"runtime\":1023,\"deadline\":2000}", ": " + order),
        ("{\"policy\":\"SCHED_DEADLINE\",\"runtime\":3000,\"deadline\":2000}", ": " + order),
        ("{\"policy\":\"SCHED_DEADLINE\",\"runtime\":1024,\"deadline\":2000,\"period\":1500}", ": " + order),
        ("{\"policy\":\"SCHED_DEADLINE\",\"runtime\":1024,\"deadline\":9223372036854775808}", ": " + order),
        (
            "{\"policy\":\"SCHED_OTHER\",\"flags\":[\"SCHED_FLAG_KEEP_ALL\"]}",
            """
            /flags/0: must be a flag of sched_setattr(2) such as SCHED_FLAG_RESET_ON_FORK, is "SCHED_FLAG_KEEP_ALL"
            """
        ),
        (
            "{\"policy\":\"SCHED_OTHER\",\"flags\":[\"SCHED_FLAG_RECLAIM\"]}",
            "/flags/0: must stand with SCHED_DEADLINE only, is \"SCHED_FLAG_RECLAIM\""
        ),
        (
            "{\"policy\":\"SCHED_FIFO\",\"priority\":1,\"flags\":[\"SCHED_FLAG_RESET_ON_FORK\",\"SCHED_FLAG_DL_OVERRUN\"]}",
            "/flags/1: must stand with SCHED_DEADLINE only, is \"SCHED_FLAG_DL_OVERRUN\""
        ),
    ])
    func wrongOnes(_ json: String, _ message: String) throws {
        #expect(try PlanDocument().with("process/scheduler", json).problems() == "/process/scheduler" + message)
    }
}

import Testing

@testable import Runtime

@Suite struct PlanSysctlTests {
    @Test(arguments: [
        ("net.ipv4.ip_forward", "net/ipv4/ip_forward"), ("net/ipv4/ip_forward", "net/ipv4/ip_forward"),
        ("net.ipv4.conf.eth0/1.forwarding", "net/ipv4/conf/eth0.1/forwarding"),
        ("net/ipv4/conf/eth0.1/forwarding", "net/ipv4/conf/eth0.1/forwarding"),
        ("fs.mqueue.msg_max", "fs/mqueue/msg_max"),
        ("kernel.domainname", "kernel/domainname"), ("kernel.msgmax", "kernel/msgmax"),
        ("kernel/msgmnb", "kernel/msgmnb"),
        ("kernel.msgmni", "kernel/msgmni"), ("kernel.sem", "kernel/sem"), ("kernel.shmall", "kernel/shmall"),
        ("kernel.shmmax", "kernel/shmmax"), ("kernel.shmmni", "kernel/shmmni"),
        ("kernel.shm_rmid_forced", "kernel/shm_rmid_forced"), ("kernel.auto_msgmni", "kernel/auto_msgmni"),
        ("kernel.msg_next_id", "kernel/msg_next_id"), ("kernel.sem_next_id", "kernel/sem_next_id"),
        ("kernel.shm_next_id", "kernel/shm_next_id"),
    ])
    func bothNotationsOfWhatIsAllowed(_ key: String, _ path: String) throws {
        let pointer = "/linux/sysctl/" + key.replacing("/", with: "~1")
        #expect(
            try PlanDocument().with("linux/sysctl", "{\"\(key)\":\"1 2\"}").plan().sysctls == [
                SysctlPlan(path: path, value: "1 2", pointer: pointer)
            ])
    }

    @Test func theyStayInTheirOrder() throws {
        let plan = try PlanDocument().with("linux/sysctl", "{\"net.z\":\"1\",\"kernel.sem\":\"2\",\"net.a\":\"3\"}")
            .plan()
        #expect(plan.sysctls.map(\.path) == ["net/z", "kernel/sem", "net/a"])
        #expect(plan.sysctls.map(\.value) == ["1", "2", "3"])
    }

    @Test(arguments: [
        ("net.a", "network"), ("fs.mqueue.a", "ipc"), ("kernel.sem", "ipc"), ("kernel.domainname", "uts"),
    ])
    func eachNeedsItsNamespace(_ key: String, _ namespace: String) throws {
        let document = PlanDocument().with("linux/sysctl", "{\"\(key)\":\"1\"}")
        #expect(
            try document.namespaces("mount").problems() == """
                /linux/sysctl/\(key): needs its own \(namespace) namespace: \
                {"type": "\(namespace)"} in /linux/namespaces
                """)
        #expect(try document.namespaces(namespace).problems() == nil)
        let joined = document.with("linux/namespaces", "[{\"type\":\"\(namespace)\",\"path\":\"/n\"}]")
        #expect(try joined.problems() == nil)
    }

    private static let hosts = "must belong to a network, ipc, uts or user namespace: this one is the host's"
    private static let noName = "must be a name such as net.ipv4.ip_forward"

    @Test(arguments: [
        ("kernel.panic", "1", hosts), ("vm.swappiness", "1", hosts), ("kernel.shm", "1", hosts), ("kernel", "1", hosts),
        ("network.x", "1", hosts), ("net", "1", hosts), ("fs.mqueuex", "1", hosts), ("kernel.semx", "1", hosts),
        ("kernel.hostname", "h", "must not be set here: /hostname is the field for it"),
        ("user.max_user_namespaces", "1", "needs its own user namespace: {\"type\": \"user\"} in /linux/namespaces"),
        ("net.a", "", "must not be empty: nothing would be written"),
        ("net.a", "1\\n2", "must be one line, is \"1\\n2\""),
        ("", "1", noName), ("net..a", "1", noName), ("net.a.", "1", noName), (".net.a", "1", noName),
        ("net.//.kernel", "1", noName),
    ])
    func wrongOnes(_ key: String, _ value: String, _ message: String) throws {
        #expect(
            try PlanDocument().with("linux/sysctl", "{\"\(key)\":\"\(value)\"}").problems()
                == "/linux/sysctl/" + key.replacing("/", with: "~1") + ": " + message)
    }

    @Test(arguments: ["net/../kernel/panic", "/net/a", "net/./a", "net//a", "net/a/"])
    func pathsDoNotLeaveTheirPlace(_ key: String) throws {
        #expect(
            try PlanDocument().with("linux/sysctl", "{\"\(key)\":\"1\"}").problems()
                == "/linux/sysctl/" + key.replacing("/", with: "~1") + ": " + Self.noName)
    }

    @Test func twoNotationsOfOneAreADuplicate() throws {
        #expect(
            try PlanDocument().with("linux/sysctl", "{\"net.a.b\":\"1\",\"net/a/b\":\"1\"}").problems()
                == "/linux/sysctl/net~1a~1b: duplicate of /linux/sysctl/net.a.b")
    }

    @Test func theDomainNameIsSetOnce() throws {
        #expect(
            try PlanDocument().with("domainname", "\"d\"").with("linux/sysctl", "{\"kernel.domainname\":\"e\"}")
                .problems()
                == "/linux/sysctl/kernel.domainname: must not stand beside /domainname")
    }
}

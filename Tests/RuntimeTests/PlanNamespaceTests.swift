import Kernel
import Testing

@testable import Runtime

@Suite struct PlanNamespaceTests {
    @Test(arguments: [
        ("pid", Namespace.pid), ("network", .network), ("mount", .mount), ("ipc", .ipc), ("uts", .uts),
        ("cgroup", .cgroup), ("time", .time), ("user", .user),
    ])
    func eachKindIsNewOrInherited(_ word: String, _ kind: Namespace) throws {
        let namespaces = try (kind == .user ? PlanDocument().mapped() : PlanDocument()).namespaces(word).plan()
            .namespaces
        #expect(namespaces == NamespacePlan(new: Namespace.Set([kind]), joined: []))
        for other in Namespace.allCases { #expect(namespaces.isPrivate(other) == (other == kind)) }
    }

    @Test func joinedOnesAreInTheOrderThatWorks() throws {
        let document = PlanDocument().with(
            "linux/namespaces",
            """
            [{"type":"mount","path":"/m"},{"type":"uts","path":"/u"},{"type":"pid","path":"/p"},{"type":"ipc"},
             {"type":"user","path":"/us"},{"type":"cgroup","path":"/c"},{"type":"network","path":"/n"}]
            """)
        let namespaces = try document.plan().namespaces
        #expect(namespaces.new == Namespace.Set([.ipc]))
        #expect(
            namespaces.joined == [
                .init(kind: .pid, path: "/p", pointer: "/linux/namespaces/2/path"),
                .init(kind: .network, path: "/n", pointer: "/linux/namespaces/6/path"),
                .init(kind: .uts, path: "/u", pointer: "/linux/namespaces/1/path"),
                .init(kind: .cgroup, path: "/c", pointer: "/linux/namespaces/5/path"),
                .init(kind: .mount, path: "/m", pointer: "/linux/namespaces/0/path"),
                .init(kind: .user, path: "/us", pointer: "/linux/namespaces/4/path"),
            ])
        #expect(namespaces.isPrivate(.uts))
        #expect(namespaces.isPrivate(.ipc))
        #expect(!namespaces.isPrivate(.time))
    }

    @Test func anEmptyPathIsNone() throws {
        let plan = try PlanDocument().with("linux/namespaces", "[{\"type\":\"pid\",\"path\":\"\"}]").plan()
        #expect(plan.namespaces == NamespacePlan(new: Namespace.Set([.pid]), joined: []))
    }

    @Test(arguments: [
        Wrong(
            "linux/namespaces", "[{\"type\":\"pid\"},{\"type\":\"galaxy\"}]",
            """
            /linux/namespaces/1/type: must be one of pid, network, mount, ipc, uts, user, time and cgroup, is "galaxy"
            """),
        Wrong(
            "linux/namespaces", "[{\"type\":\"\"}]",
            "/linux/namespaces/0/type: must be one of pid, network, mount, ipc, uts, user, time and cgroup, is \"\""),
        Wrong(
            "linux/namespaces", "[{\"type\":\"pid\"},{\"type\":\"ipc\"},{\"type\":\"pid\",\"path\":\"/p\"}]",
            "/linux/namespaces/2/type: duplicate of /linux/namespaces/0 (pid)"),
        Wrong(
            "linux/namespaces", "[{\"type\":\"network\",\"path\":\"run/netns/a\"}]",
            "/linux/namespaces/0/path: must be an absolute path, is \"run/netns/a\""),
    ])
    func wrongEntries(_ wrong: Wrong) throws { try wrong.check() }

    private static let needsMount =
        "needs its own mount namespace: {\"type\": \"mount\"} without a path in /linux/namespaces"

    @Test(arguments: [
        ("root/readonly", "true", "/root/readonly"),
        ("mounts", "[{\"destination\":\"/p\",\"type\":\"proc\"}]", "/mounts"),
        ("linux/maskedPaths", "[\"/proc/kcore\"]", "/linux/maskedPaths"),
        ("linux/readonlyPaths", "[\"/proc/sys\"]", "/linux/readonlyPaths"),
        ("linux/rootfsPropagation", "\"slave\"", "/linux/rootfsPropagation"),
        ("linux/devices", "[{\"type\":\"p\",\"path\":\"/f\"}]", "/linux/devices"),
    ])
    func whatNeedsAMountNamespaceSaysSo(_ path: String, _ json: String, _ pointer: String) throws {
        let document = PlanDocument().with(path, json)
        #expect(try document.problems() == nil)
        #expect(try document.namespaces("pid").problems() == pointer + ": " + Self.needsMount)
        let joined = document.with("linux/namespaces", "[{\"type\":\"mount\",\"path\":\"/m\"}]")
        // The mounts of a joined one belong to others, and would stay when the container is gone.
        #expect(try joined.problems() == pointer + ": " + Self.needsMount)
    }

    @Test func emptyListsNeedNoMountNamespace() throws {
        let plan = try PlanDocument().namespaces("pid").with("mounts", "[]").with("linux/maskedPaths", "[]")
            .with("linux/readonlyPaths", "[]").with("linux/devices", "[]").with("root/readonly", "false").plan()
        #expect(plan.devices.isEmpty, "device nodes would stay behind in a directory of the host's")
    }

    @Test(arguments: ["hostname", "domainname"])
    func namesNeedAUtsNamespace(_ field: String) throws {
        let document = PlanDocument().with(field, "\"x\"")
        #expect(
            try document.namespaces("mount").problems()
                == "/\(field): needs its own uts namespace: {\"type\": \"uts\"} in /linux/namespaces")
        #expect(try document.with("linux/namespaces", "[{\"type\":\"uts\",\"path\":\"/u\"}]").problems() == nil)
    }
}

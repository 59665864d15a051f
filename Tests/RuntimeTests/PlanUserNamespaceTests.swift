import Kernel
import Testing

@testable import Runtime

@Suite struct PlanUserNamespaceTests {
    private static let base = PlanDocument().mapped().namespaces("user", "mount", "cgroup")
    private static let hundred = IDMap([.init(inside: 0, outside: 100_000, size: 100)])

    @Test func aNewNamespaceHasItsMapping() throws {
        let plan = try Self.base.plan()
        #expect(plan.mapping == IDMapping(users: Self.hundred, groups: Self.hundred))
        #expect(plan.entersUserNamespace)
        #expect(try PlanDocument().plan().mapping == nil)
        #expect(try PlanDocument().plan().entersUserNamespace == false)
    }

    @Test func theOrderOfTheRangesStays() throws {
        let ranges = """
            [{"containerID":5,"hostID":1,"size":1},{"containerID":0,"hostID":4294967290,"size":5}]
            """
        let expected = IDMap([
            .init(inside: 5, outside: 1, size: 1), .init(inside: 0, outside: 4_294_967_290, size: 5),
        ])
        #expect(try Self.base.mapped(ranges).plan().mapping?.users == expected)
    }

    @Test func aMappingNeedsAUserNamespace() throws {
        let needs = "needs its own user namespace: {\"type\": \"user\"} in /linux/namespaces"
        #expect(
            try PlanDocument().mapped().problems() == "/linux/uidMappings: \(needs); /linux/gidMappings: \(needs)")
    }

    @Test func aNewUserNamespaceNeedsAMapping() throws {
        let must = "must have an entry: in a new user namespace no id means anything without"
        #expect(
            try PlanDocument().namespaces("user").problems()
                == "/linux/uidMappings: \(must); /linux/gidMappings: \(must)")
        #expect(try Self.base.with("linux/gidMappings", "[]").problems() == "/linux/gidMappings: " + must)
    }

    @Test func aJoinedOneMayDoWithout() throws {
        let joined = PlanDocument().with("linux/namespaces", "[{\"type\":\"user\",\"path\":\"/u\"}]")
        #expect(try joined.plan().mapping == nil)
        #expect(try joined.plan().entersUserNamespace)
        #expect(try joined.mapped().plan().mapping?.users == Self.hundred)
        #expect(
            try joined.mapped().with("linux/uidMappings", "[]").problems()
                == "/linux/uidMappings: is required beside gidMappings")
    }

    @Test(arguments: [
        ("[{\"containerID\":0,\"hostID\":1,\"size\":0}]", "/0/size: must be at least 1, is 0"),
        (
            "[{\"containerID\":4294967295,\"hostID\":1,\"size\":1}]",
            "/0/containerID: must leave room for the size below 4294967295, is 4294967295"
        ),
        (
            "[{\"containerID\":0,\"hostID\":4294967200,\"size\":96}]",
            "/0/hostID: must leave room for the size below 4294967295, is 4294967200"
        ),
        (
            "[{\"containerID\":0,\"hostID\":10,\"size\":5},{\"containerID\":4,\"hostID\":20,\"size\":1}]",
            "/1/containerID: must not overlap the range of /linux/uidMappings/0"
        ),
        (
            "[{\"containerID\":0,\"hostID\":10,\"size\":5},{\"containerID\":5,\"hostID\":14,\"size\":1}]",
            "/1/hostID: must not overlap the range of /linux/uidMappings/0"
        ),
    ])
    func wrongRanges(_ ranges: String, _ message: String) throws {
        let document = Self.base.mapped(ranges, "[{\"containerID\":0,\"hostID\":1,\"size\":100}]")
        let problems = try #require(try document.problems())
        #expect(problems.hasPrefix("/linux/uidMappings" + message), "\(problems)")
    }

    @Test func neighboursDoNotOverlap() throws {
        let ranges = """
            [{"containerID":0,"hostID":10,"size":5},{"containerID":5,"hostID":15,"size":5},
             {"containerID":10,"hostID":5,"size":5}]
            """
        #expect(try Self.base.mapped(ranges).problems() == nil)
    }

    @Test func thereAreAsManyRangesAsTheKernelTakes() throws {
        func ranges(_ count: Int) -> String {
            "[" + (0..<count).map { "{\"containerID\":\($0),\"hostID\":\($0),\"size\":1}" }.joined(separator: ",") + "]"
        }
        #expect(try Self.base.mapped(ranges(340)).problems() == nil)
        let message = "must have at most 340 entries, has 341"
        #expect(
            try Self.base.mapped(ranges(341)).problems()
                == "/linux/uidMappings: \(message); /linux/gidMappings: \(message)")
    }

    @Test(arguments: [
        ("{\"uid\":100,\"gid\":0}", "/process/user/uid: 100"), ("{\"uid\":0,\"gid\":100}", "/process/user/gid: 100"),
        ("{\"uid\":0,\"gid\":0,\"additionalGids\":[5,200]}", "/process/user/additionalGids/1: 200"),
    ])
    func idsMustBeMapped(_ user: String, _ start: String) throws {
        let document = Self.base.with("process/user", user)
        #expect(try document.problems() == start + " is not mapped into the container's user namespace")
    }

    @Test func theCgroupGoesToTheHostsIdOfTheUser() throws {
        let mount = "{\"destination\":\"/sys/fs/cgroup\",\"type\":\"cgroup\",\"source\":\"cgroup\"}"
        #expect(try Self.base.mount(mount).plan().cgroup.owner == 100_000)
        let user = Self.base.mount(mount).with("process/user", "{\"uid\":7,\"gid\":0}")
        #expect(try user.plan().cgroup.owner == 100_007)
        #expect(try PlanDocument().mount(mount).plan().cgroup.owner == nil)
    }

    @Test func theGroupOfTerminalsIsLeftOutWhereItIsNotMapped() throws {
        let mount = "{\"destination\":\"/dev/pts\",\"type\":\"devpts\",\"options\":[\"gid=5\",\"mode=620\"]}"
        func data(_ document: PlanDocument) throws -> [String]? {
            guard case .fileSystem(_, _, let data) = try document.mount(mount).plan().mounts[0].action else {
                return nil
            }
            return data
        }
        #expect(try data(Self.base) == ["gid=5", "mode=620"])
        #expect(try data(PlanDocument()) == ["gid=5", "mode=620"])
        let single = Self.base.mapped("[{\"containerID\":0,\"hostID\":1000,\"size\":1}]")
        #expect(try data(single) == ["mode=620"])
    }

    private static func bind(_ rest: String) -> String { "{\"destination\":\"/m\",\"source\":\"/s\"," + rest + "}" }

    @Test func mountsHaveAMappingOfTheirOwnOrTheContainers() throws {
        func idMap(_ rest: String) throws -> IDMapPlan? {
            try Self.base.mount(Self.bind(rest)).plan().mounts[0].idMap
        }
        let lists =
            "\"uidMappings\":[{\"containerID\":0,\"hostID\":7,\"size\":1}],"
            + "\"gidMappings\":[{\"containerID\":0,\"hostID\":8,\"size\":1}]"
        let own = IDMapping(
            users: IDMap([.init(inside: 0, outside: 7, size: 1)]),
            groups: IDMap([.init(inside: 0, outside: 8, size: 1)]))
        #expect(try idMap("\"options\":[\"bind\"]") == nil)
        #expect(try idMap("\"options\":[\"bind\",\"idmap\"]") == IDMapPlan(mapping: nil, recursive: false))
        #expect(try idMap("\"options\":[\"rbind\",\"ridmap\"]") == IDMapPlan(mapping: nil, recursive: true))
        #expect(
            try idMap("\"options\":[\"rbind\",\"ridmap\",\"idmap\"]") == IDMapPlan(mapping: nil, recursive: true))
        #expect(try idMap("\"options\":[\"bind\",\"idmap\"]," + lists) == IDMapPlan(mapping: own, recursive: false))
        #expect(try idMap("\"options\":[\"bind\"]," + lists) == IDMapPlan(mapping: own, recursive: false))
        #expect(try PlanDocument().mount(Self.bind("\"options\":[\"bind\"]," + lists)).problems() == nil)
    }

    @Test(arguments: [
        (
            "\"options\":[\"bind\",\"ridmap\"]",
            "/mounts/0/options/1: needs uidMappings and gidMappings of the mount, or a user namespace of the "
                + "container's own"
        ),
        (
            "\"options\":[\"bind\",\"idmap\"],\"uidMappings\":[{\"containerID\":0,\"hostID\":7,\"size\":1}]",
            "/mounts/0/gidMappings: is required beside uidMappings"
        ),
        (
            "\"options\":[\"bind\",\"idmap\"],\"gidMappings\":[{\"containerID\":0,\"hostID\":7,\"size\":1}]",
            "/mounts/0/uidMappings: is required beside gidMappings"
        ),
        (
            "\"options\":[\"bind\",\"idmap\"],\"uidMappings\":[{\"containerID\":0,\"hostID\":7,\"size\":0}],"
                + "\"gidMappings\":[{\"containerID\":0,\"hostID\":7,\"size\":1}]",
            "/mounts/0/uidMappings/0/size: must be at least 1, is 0"
        ),
    ])
    func wrongMountMappings(_ rest: String, _ message: String) throws {
        #expect(try PlanDocument().mount(Self.bind(rest)).problems() == message)
    }

    @Test func onlyBindMountsAreMapped() throws {
        let message = "/mounts/0/options/0: is for bind mounts only: an id mapping shows the files of another mount"
        let mount = "{\"destination\":\"/m\",\"type\":\"tmpfs\",\"options\":[\"idmap\"]}"
        #expect(try Self.base.mount(mount).problems() == message)
    }

    @Test func parametersOfAUserNamespaceNeedOne() throws {
        let limit = "{\"user.max_user_namespaces\":\"1\"}"
        #expect(try Self.base.with("linux/sysctl", limit).plan().sysctls.map(\.path) == ["user/max_user_namespaces"])
    }
}

import Kernel
import Testing

@testable import Runtime

/// A mount option and all that it changes in the plan of a mount.
struct OptionCase: Sendable, CustomTestStringConvertible {
    var option: String
    var flags = Mount.Flags()
    var propagation: [Mount.Propagation] = []
    var recursive = Mount.Attributes()

    static func set(_ option: String, _ bits: UInt) -> OptionCase {
        OptionCase(option: option, flags: Mount.Flags(set: bits))
    }
    static func clear(_ option: String, _ bits: UInt) -> OptionCase {
        OptionCase(option: option, flags: Mount.Flags(clear: bits))
    }
    static func spread(_ option: String, _ kind: Mount.Propagation.Kind, _ recursive: Bool) -> OptionCase {
        OptionCase(option: option, propagation: [Mount.Propagation(kind, recursive: recursive)])
    }
    static func tree(_ option: String, set: UInt64 = 0, clear: UInt64 = 0) -> OptionCase {
        OptionCase(option: option, recursive: Mount.Attributes(set: set, clear: clear))
    }

    var testDescription: String { option }
}

@Suite struct PlanMountTests {
    /// Every option of config.md's table that does not decide what kind of mount it is, with numbers as the kernel has
    /// them: MS_* of mount(2), MOUNT_ATTR_* of mount_setattr(2).
    static let cases: [OptionCase] = [
        OptionCase(option: "defaults"),
        .clear("async", 16), .set("sync", 16),
        .clear("atime", 1024), .set("noatime", 1024),
        .clear("dev", 4), .set("nodev", 4),
        .clear("diratime", 2048), .set("nodiratime", 2048),
        .set("dirsync", 128),
        .clear("exec", 8), .set("noexec", 8),
        .set("iversion", 1 << 23), .clear("noiversion", 1 << 23),
        .set("lazytime", 1 << 25), .clear("nolazytime", 1 << 25),
        .clear("loud", 32768), .set("silent", 32768),
        .set("mand", 64), .clear("nomand", 64),
        .set("relatime", 1 << 21), .clear("norelatime", 1 << 21),
        .set("strictatime", 1 << 24), .clear("nostrictatime", 1 << 24),
        .clear("suid", 2), .set("nosuid", 2),
        .set("nosymfollow", 256), .clear("symfollow", 256),
        .set("ro", 1), .clear("rw", 1),
        .spread("private", .private, false), .spread("rprivate", .private, true),
        .spread("shared", .shared, false), .spread("rshared", .shared, true),
        .spread("slave", .slave, false), .spread("rslave", .slave, true),
        .spread("unbindable", .unbindable, false), .spread("runbindable", .unbindable, true),
        .tree("rro", set: 1), .tree("rrw", clear: 1),
        .tree("rnosuid", set: 2), .tree("rsuid", clear: 2),
        .tree("rnodev", set: 4), .tree("rdev", clear: 4),
        .tree("rnoexec", set: 8), .tree("rexec", clear: 8),
        .tree("rnoatime", set: 0x10, clear: 0x70), .tree("ratime", clear: 0x70),
        .tree("rstrictatime", set: 0x20, clear: 0x70), .tree("rnostrictatime", clear: 0x70),
        .tree("rrelatime", clear: 0x70), .tree("rnorelatime", clear: 0x70),
        .tree("rnodiratime", set: 0x80), .tree("rdiratime", clear: 0x80),
        .tree("rnosymfollow", set: 0x20_0000), .tree("rsymfollow", clear: 0x20_0000),
    ]

    private func plan(type: String = "tmpfs", source: String? = nil, _ options: String...) throws -> MountPlan {
        try plan(type: type, source: source, options: options)
    }

    private func plan(type: String = "tmpfs", source: String? = nil, options: [String]) throws -> MountPlan {
        let words = options.map { "\"" + $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" }
        let member = source.map { ",\"source\":\"\($0)\"" } ?? ""
        let document = PlanDocument().mount(
            "{\"destination\":\"/m\",\"type\":\"\(type)\"\(member),\"options\":[\(words.joined(separator: ","))]}")
        return try #require(try document.plan().mounts.first)
    }

    @Test(arguments: cases) func eachOptionOfANewFileSystem(_ option: OptionCase) throws {
        #expect(
            try plan(option.option)
                == MountPlan(
                    action: .fileSystem(type: "tmpfs", source: "tmpfs", data: []), destination: "/m",
                    flags: option.flags, propagation: option.propagation, recursive: option.recursive, copyUp: false,
                    pointer: "/mounts/0"))
    }

    @Test(arguments: cases) func eachOptionOfABindMount(_ option: OptionCase) throws {
        #expect(
            try plan(type: "none", source: "/s", "bind", option.option)
                == MountPlan(
                    action: .bind(source: "/s", recursive: false), destination: "/m", flags: option.flags,
                    propagation: option.propagation, recursive: option.recursive, copyUp: false, pointer: "/mounts/0"))
    }

    /// What `features` says must be what is done.
    @Test func theListOfOptionsIsComplete() {
        let names = Self.cases.map(\.option) + ["bind", "rbind", "remount", "tmpcopyup", "idmap", "ridmap"]
        #expect(MountOption.supportedNames == names.sorted())
    }

    @Test func bindIsDecidedByTheOptionsAlone() throws {
        #expect(try plan(type: "bind", source: "/s", "bind").action == .bind(source: "/s", recursive: false))
        #expect(try plan(type: "tmpfs", source: "/s", "rbind").action == .bind(source: "/s", recursive: true))
        #expect(try plan(source: "/s", "rbind", "bind").action == .bind(source: "/s", recursive: true))
        let untyped = PlanDocument().mount("{\"destination\":\"/m\",\"source\":\"/s\",\"options\":[\"bind\"]}")
        #expect(try untyped.plan().mounts[0].action == .bind(source: "/s", recursive: false))
    }

    @Test func remountIsOfWhatIsThere() throws {
        #expect(try plan("remount", "ro", "size=1m").action == .remount(bind: false, data: ["size=1m"]))
        #expect(try plan("remount", "bind", "ro").action == .remount(bind: true, data: []))
        #expect(try plan("bind", "ro", "remount").flags == Mount.Flags(set: Mount.Flags.readOnly))
        let untyped = PlanDocument().mount("{\"destination\":\"/m\",\"options\":[\"remount\",\"ro\"]}")
        #expect(try untyped.plan().mounts[0].action == .remount(bind: false, data: []))
    }

    @Test func copyUpIsForATmpfs() throws {
        #expect(try plan("tmpcopyup").copyUp)
        #expect(try !plan("ro").copyUp)
    }

    @Test func theLaterOfTwoWins() throws {
        #expect(try plan("ro", "rw").flags == Mount.Flags(clear: 1))
        #expect(try plan("rw", "ro").flags == Mount.Flags(set: 1))
        #expect(try plan("rro", "rrw").recursive == Mount.Attributes(clear: 1))
        #expect(try plan("rrw", "rro").recursive == Mount.Attributes(set: 1))
        #expect(try plan("ro", "defaults").flags == Mount.Flags(set: 1))
    }

    @Test func accessTimesExcludeEachOther() throws {
        #expect(try plan("noatime", "relatime").flags == Mount.Flags(set: 1 << 21))
        #expect(try plan("relatime", "strictatime", "noatime").flags == Mount.Flags(set: 1024))
        #expect(try plan("noatime", "nodiratime", "strictatime").flags == Mount.Flags(set: 1 << 24 | 2048))
        #expect(try plan("noatime", "atime").flags == Mount.Flags(clear: 1024))
        #expect(try plan("atime", "noatime").flags == Mount.Flags(set: 1024))
        #expect(try plan("noatime", "norelatime").flags == Mount.Flags(set: 1024, clear: 1 << 21))
        #expect(try plan("rnoatime", "rrelatime").recursive == Mount.Attributes(clear: 0x70))
        #expect(try plan("rnoatime", "rstrictatime").recursive == Mount.Attributes(set: 0x20, clear: 0x70))
        #expect(try plan("rnoatime", "rnostrictatime").recursive == Mount.Attributes(set: 0x10, clear: 0x70))
        #expect(try plan("rro", "rnoatime", "ratime").recursive == Mount.Attributes(set: 1, clear: 0x70))
    }

    @Test func propagationsStayInTheirOrder() throws {
        #expect(
            try plan("slave", "ro", "rshared").propagation == [
                Mount.Propagation(.slave, recursive: false), Mount.Propagation(.shared, recursive: true),
            ])
    }

    @Test func unknownOptionsAreTheFileSystems() throws {
        #expect(
            try plan("mode=755", "nosuid", "size=65536k", "banana").action
                == .fileSystem(type: "tmpfs", source: "tmpfs", data: ["mode=755", "size=65536k", "banana"]))
        #expect(try plan("RO", "rsync").action == .fileSystem(type: "tmpfs", source: "tmpfs", data: ["RO", "rsync"]))
    }

    @Test(arguments: [
        ("a=1,b=2", ["a=1", "b=2"]), (",a,,b,", ["a", "b"]),
        ("context=\"u:r:t:s0:c1,c2\",x", ["context=\"u:r:t:s0:c1,c2\"", "x"]),
        ("lowerdir=/a\\,b,c", ["lowerdir=/a\\,b", "c"]), ("a\\\\,b", ["a\\\\", "b"]), (",", []),
    ])
    func oneOptionWithCommasIsSeveral(_ option: String, _ data: [String]) throws {
        #expect(try plan(options: [option]).action == .fileSystem(type: "tmpfs", source: "tmpfs", data: data))
    }

    @Test func cgroupIsTheSecondVersion() throws {
        #expect(
            try plan(type: "cgroup", source: "cgroup", "ro", "nsdelegate").action
                == .fileSystem(type: "cgroup2", source: "cgroup", data: ["nsdelegate"]))
        #expect(try plan(type: "cgroup").action == .fileSystem(type: "cgroup2", source: "cgroup2", data: []))
    }

    @Test(arguments: [
        ("/a", "/a"), ("/a/", "/a"), ("//a///b", "/a/b"), ("/a/./b/.", "/a/b"), ("/a/../b", "/b"),
        ("/../../etc", "/etc"), ("/a/b/../../../c", "/c"), ("/.a/..b/c..", "/.a/..b/c.."), ("/a\u{301}", "/a\u{301}"),
    ])
    func destinationsAreCleaned(_ written: String, _ clean: String) throws {
        let plan = try PlanDocument().mount("{\"destination\":\"\(written)\",\"type\":\"proc\"}").plan()
        #expect(plan.mounts[0].destination.unicodeScalars.elementsEqual(clean.unicodeScalars))
        #expect(plan.warnings.isEmpty)
    }

    @Test func aRelativeDestinationIsTakenFromTheRootWithAWarning() throws {
        let plan = try PlanDocument().mount("{\"destination\":\"../a/b\",\"type\":\"proc\"}").plan()
        #expect(plan.mounts[0].destination == "/a/b")
        #expect(
            plan.warnings == [
                "/mounts/0/destination: \"../a/b\" is relative, which is deprecated: taken as /a/b"
            ])
    }

    @Test(arguments: [
        ("/s", "/s"), ("s", "/bundle/s"), ("./s/", "/bundle/s"), ("../s", "/bundle/../s"), ("/a//b/./c", "/a/b/c"),
        ("/", "/"),
    ])
    func bindSourcesMayBeRelativeToTheBundle(_ written: String, _ source: String) throws {
        #expect(try plan(type: "none", source: written, "rbind").action == .bind(source: source, recursive: true))
    }

    @Test func mountsStayInTheirOrder() throws {
        let plan = try PlanDocument().with(
            "mounts",
            """
            [{"destination":"/b","type":"proc","source":"x"},{"destination":"/a","type":"sysfs"},
             {"destination":"/b","type":"tmpfs"}]
            """
        ).plan()
        #expect(plan.mounts.map(\.destination) == ["/b", "/a", "/b"])
        #expect(plan.mounts.map(\.pointer) == ["/mounts/0", "/mounts/1", "/mounts/2"])
        #expect(plan.mounts[0].action == .fileSystem(type: "proc", source: "x", data: []))
    }

    @Test func whatABindMountCannotKeepIsAWarning() throws {
        let plan = try PlanDocument().mount(
            "{\"destination\":\"/m\",\"source\":\"/s\",\"options\":[\"rbind\",\"sync\",\"ro\",\"lazytime\",\"silent\"]}"
        ).plan()
        #expect(
            plan.warnings == [
                "/mounts/0/options/1: \"sync\" has no effect on a bind mount",
                "/mounts/0/options/3: \"lazytime\" has no effect on a bind mount",
            ])
    }

    @Test(arguments: [
        ("{\"destination\":\"\",\"type\":\"proc\"}", "/destination: must be an absolute path, is empty"),
        (
            "{\"destination\":\"/a/..\",\"type\":\"proc\"}",
            "/destination: must be below /, which is the root file system of /root"
        ),
        (
            "{\"destination\":\".\",\"type\":\"proc\"}",
            "/destination: must be below /, which is the root file system of /root"
        ),
        ("{\"destination\":\"/m\",\"options\":[\"bind\"]}", "/source: is required for a bind mount"),
        ("{\"destination\":\"/m\",\"source\":\"\",\"options\":[\"rbind\"]}", "/source: is required for a bind mount"),
        (
            "{\"destination\":\"/m\",\"source\":\"/s\"}",
            "/type: is required: the options have neither \"bind\" nor \"rbind\""
        ),
        (
            "{\"destination\":\"/m\",\"source\":\"/s\",\"type\":\"bind\",\"options\":[\"ro\"]}",
            "/type: \"bind\" is no file system: a bind mount has \"bind\" or \"rbind\" in its options"
        ),
        (
            "{\"destination\":\"/m\",\"source\":\"/s\",\"type\":\"none\"}",
            "/type: \"none\" is no file system: a bind mount has \"bind\" or \"rbind\" in its options"
        ),
        (
            "{\"destination\":\"/m\",\"source\":\"/s\",\"options\":[\"rbind\",\"banana\"]}",
            "/options/1: \"banana\" is no mount option that a bind mount can have"
        ),
        (
            "{\"destination\":\"/m\",\"options\":[\"size=1m\",\"remount\",\"bind\"]}",
            "/options/0: \"size=1m\" is no mount option that a bind mount can have"
        ),
        (
            "{\"destination\":\"/m\",\"type\":\"proc\",\"options\":[\"ro\",\"tmpcopyup\"]}",
            "/options/1: \"tmpcopyup\" is for a new tmpfs only"
        ),
        (
            "{\"destination\":\"/m\",\"source\":\"/s\",\"type\":\"tmpfs\",\"options\":[\"bind\",\"tmpcopyup\"]}",
            "/options/1: \"tmpcopyup\" is for a new tmpfs only"
        ),
    ])
    func wrongMounts(_ json: String, _ message: String) throws {
        let document = PlanDocument().with("mounts", "[{\"destination\":\"/p\",\"type\":\"proc\"}," + json + "]")
        #expect(try document.problems() == "/mounts/1" + message)
    }
}

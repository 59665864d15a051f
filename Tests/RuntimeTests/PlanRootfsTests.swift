import Kernel
import Testing

@testable import Runtime

@Suite struct PlanRootfsTests {
    @Test(arguments: [
        ("rootfs", "/bundle/rootfs"), ("/srv/root", "/srv/root"), ("./a//b/", "/bundle/a/b"), ("../r", "/bundle/../r"),
        (".", "/bundle"), ("/", "/"),
    ])
    func thePathMayBeRelativeToTheBundle(_ written: String, _ path: String) throws {
        #expect(try PlanDocument().with("root/path", "\"\(written)\"").plan().rootfs.path == path)
    }

    @Test func readonlyAndPivotArePassedOn() throws {
        #expect(try PlanDocument().with("root/readonly", "true").plan().rootfs.readonly)
        #expect(try !PlanDocument().plan(noPivot: true).rootfs.pivot)
    }

    @Test(arguments: [
        ("shared", Mount.Propagation.Kind.shared), ("slave", .slave), ("private", .private),
        ("unbindable", .unbindable),
    ])
    func propagations(_ word: String, _ kind: Mount.Propagation.Kind) throws {
        let plain = try PlanDocument().with("linux/rootfsPropagation", "\"\(word)\"").plan()
        #expect(plain.rootfs.propagation == Mount.Propagation(kind, recursive: false))
        let recursive = try PlanDocument().with("linux/rootfsPropagation", "\"r\(word)\"").plan()
        #expect(recursive.rootfs.propagation == Mount.Propagation(kind, recursive: true))
    }

    @Test(arguments: ["banana", "Shared", "rr", "rsharedx"])
    func otherWordsAreRefused(_ word: String) throws {
        #expect(
            try PlanDocument().with("linux/rootfsPropagation", "\"\(word)\"").problems()
                == "/linux/rootfsPropagation: must be one of shared, slave, private and unbindable, is \"\(word)\"")
    }

    @Test(arguments: ["private", "rprivate"])
    func withoutPivotItMustNotBePrivate(_ word: String) throws {
        let document = PlanDocument().with("linux/rootfsPropagation", "\"\(word)\"")
        #expect(try document.problems() == nil)
        #expect(
            try document.problems(noPivot: true)
                == "/linux/rootfsPropagation: must not be \(word) together with --no-pivot: use slave or rslave")
        #expect(try PlanDocument().with("linux/rootfsPropagation", "\"rslave\"").problems(noPivot: true) == nil)
    }

    @Test(arguments: ["maskedPaths", "readonlyPaths"])
    func pathsAreCleanedAndListedOnce(_ field: String) throws {
        let plan = try PlanDocument().with(
            "linux/" + field, "[\"/proc/kcore\",\"/a/../b/\",\"/proc//kcore\",\"/b\",\"/c\"]"
        )
        .plan()
        let paths = field == "maskedPaths" ? plan.maskedPaths : plan.readonlyPaths
        #expect(
            paths == [
                PathPlan(path: "/proc/kcore", pointer: "/linux/\(field)/0"),
                PathPlan(path: "/b", pointer: "/linux/\(field)/1"),
                PathPlan(path: "/c", pointer: "/linux/\(field)/4"),
            ])
    }

    @Test(arguments: ["maskedPaths", "readonlyPaths"])
    func wrongPaths(_ field: String) throws {
        #expect(
            try PlanDocument().with("linux/" + field, "[\"/a\",\"proc/kcore\",\"\",\"/..\"]").problems() == """
                /linux/\(field)/1: must be an absolute path, is "proc/kcore"; \
                /linux/\(field)/2: must be an absolute path, is ""; \
                /linux/\(field)/3: must not be the root of the container
                """)
    }

    @Test(arguments: [
        ("/a/b", "/a/b"), ("a/b", "/a/b"), ("system.slice:apus:c1", "/system.slice:apus:c1"), ("//a/./b/", "/a/b"),
        ("/..a/b..", "/..a/b.."),
    ])
    func cgroupsPaths(_ written: String, _ path: String) throws {
        #expect(try PlanDocument().with("linux/cgroupsPath", "\"\(written)\"").plan().cgroup.path == path)
    }

    @Test(arguments: [
        Wrong("linux/cgroupsPath", "\"/../../x\"", "/linux/cgroupsPath: must not contain \"..\", is \"/../../x\""),
        Wrong("linux/cgroupsPath", "\"a/..\"", "/linux/cgroupsPath: must not contain \"..\", is \"a/..\""),
        Wrong("linux/cgroupsPath", "\"/\"", "/linux/cgroupsPath: must name a cgroup below the top one, is \"/\""),
        Wrong("linux/cgroupsPath", "\"./\"", "/linux/cgroupsPath: must name a cgroup below the top one, is \"./\""),
    ])
    func wrongCgroupsPaths(_ wrong: Wrong) throws { try wrong.check() }
}

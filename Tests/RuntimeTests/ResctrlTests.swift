import Foundation
import OCI
import Testing

@testable import Runtime

/// Groups of resctrl in a tree of plain files, which shows what is written where; the kernel's own checks it does not
/// have.
@Suite struct ResctrlTests {
    private let root: String
    private let resctrl: Resctrl

    init() throws {
        root = FileManager.default.temporaryDirectory.path + "/resctrl-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root + "/mon_groups", withIntermediateDirectories: true)
        resctrl = Resctrl(root: root, isPlain: true)
    }

    private func remove() { try? FileManager.default.removeItem(atPath: root) }
    private func text(_ path: String) -> String? { try? String(contentsOfFile: root + "/" + path, encoding: .utf8) }
    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + "/" + path) }

    private func plan(_ json: String) throws -> IntelRdtPlan {
        try #require(try PlanDocument().with("linux/intelRdt", json).plan().intelRdt)
    }

    private func enter(_ json: String) throws -> Resctrl.Place {
        let plan = try plan(json)
        let place = try resctrl.place(plan, id: "web")
        try resctrl.make(place, plan)
        try resctrl.add(42, to: place)
        return place
    }

    @Test func withoutAClassTheContainerHasAGroupOfItsOwn() throws {
        defer { remove() }
        let place = try enter("{}")
        #expect(place == Resctrl.Place(group: root + "/web", ownsGroup: true, monitor: nil))
        #expect(text("web/tasks") == "42\n")
        #expect(!exists("web/schemata"))
        try resctrl.remove(place)
        #expect(!exists("web"))
    }

    @Test func schemataAreWrittenInTheirOrder() throws {
        defer { remove() }
        let place = try enter(
            "{\"closID\":\"gold\",\"schemata\":[\"L2:0=f\"],\"memBwSchema\":\"MB:0=20\",\"l3CacheSchema\":\"L3:0=7f0\"}"
        )
        #expect(text("gold/schemata") == "L3:0=7f0\nMB:0=20\nL2:0=f\n")
        #expect(place.ownsGroup == false)
        try resctrl.remove(place)
        #expect(exists("gold"))
    }

    @Test func theTopGroupIsASlash() throws {
        defer { remove() }
        let place = try enter("{\"closID\":\"/\",\"enableMonitoring\":true}")
        #expect(place == Resctrl.Place(group: root, ownsGroup: false, monitor: root + "/mon_groups/web"))
        #expect(text("tasks") == "42\n")
        #expect(text("mon_groups/web/tasks") == "42\n")
        try resctrl.remove(place)
        #expect(!exists("mon_groups/web"))
        #expect(exists("tasks"))
    }

    @Test func aClassWithoutSchemataMustBeThere() throws {
        defer { remove() }
        #expect(throws: RuntimeError.self) { try enter("{\"closID\":\"gold\"}") }
        #expect(!exists("gold"))
        try FileManager.default.createDirectory(atPath: root + "/gold", withIntermediateDirectories: false)
        #expect(try enter("{\"closID\":\"gold\"}").ownsGroup == false)
        #expect(text("gold/tasks") == "42\n")
    }

    @Test func aClassThatIsThereMustAgree() throws {
        defer { remove() }
        try FileManager.default.createDirectory(atPath: root + "/gold", withIntermediateDirectories: false)
        let written = "    L3:0=007f0;1=1f\n    MB:0= 20;1=100\n"
        try written.write(toFile: root + "/gold/schemata", atomically: false, encoding: .utf8)
        #expect(throws: RuntimeError.self) { try enter("{\"closID\":\"gold\",\"l3CacheSchema\":\"L3:0=7ff\"}") }
        #expect(throws: RuntimeError.self) { try enter("{\"closID\":\"gold\",\"memBwSchema\":\"MB:2=20\"}") }
        #expect(text("gold/schemata") == written)
        _ = try enter("{\"closID\":\"gold\",\"l3CacheSchema\":\"L3:0=7F0\",\"memBwSchema\":\"MB:1=100\"}")
        #expect(text("gold/tasks") == "42\n")
    }

    @Test func aMonitoringGroupThatCannotBeMadeIsAnError() throws {
        defer { remove() }
        try FileManager.default.createDirectory(atPath: root + "/mon_groups/web", withIntermediateDirectories: false)
        #expect(throws: RuntimeError.self) { try enter("{\"closID\":\"/\",\"enableMonitoring\":true}") }
    }

    @Test func theMountPointIsFound() {
        let mounts =
            "25 30 0:23 / /sys rw,relatime shared:7 - sysfs sysfs rw\n"
            + "40 25 0:37 / /sys/fs/resctrl rw,relatime shared:20 - resctrl resctrl rw\n"
        #expect(Resctrl.mountPoint(Array(mounts.utf8)) == "/sys/fs/resctrl")
        #expect(Resctrl.mountPoint(Array("25 30 0:23 / /resctrl rw - sysfs resctrl rw\n".utf8)) == nil)
    }

    @Test(arguments: [
        Wrong(
            "linux/intelRdt", "{\"closID\":\"..\"}",
            "/linux/intelRdt/closID: must be \"/\" or a name without \"/\", is \"..\""),
        Wrong(
            "linux/intelRdt", "{\"closID\":\"a/b\"}",
            "/linux/intelRdt/closID: must be \"/\" or a name without \"/\", is \"a/b\""),
        Wrong(
            "linux/intelRdt", "{\"memBwSchema\":\"0=1\"}",
            "/linux/intelRdt/memBwSchema: must start with \"MB:\", is \"0=1\""),
        Wrong(
            "linux/intelRdt", "{\"schemata\":[\"L3:0=1\",\"a\\nb\"]}",
            "/linux/intelRdt/schemata/1: must be one line, is \"a\\nb\""),
    ])
    func wrongPlans(_ wrong: Wrong) throws { try wrong.check() }

    private func change(_ place: Resctrl.Place, _ lines: [String]) throws -> ResctrlChange {
        try ResctrlChange(lines, in: place, resctrl)
    }

    @Test func anUpdateWritesItsLinesAndTakesThemBack() throws {
        defer { remove() }
        let place = try enter("{\"closID\":\"gold\",\"l3CacheSchema\":\"L3:0=7f0\",\"memBwSchema\":\"MB:0=20\"}")
        let change = try change(place, ["MB:0=70"])
        try change.make()
        #expect(text("gold/schemata") == "L3:0=7f0\nMB:0=20\nMB:0=70\n")
        change.takeBack()
        #expect(text("gold/schemata") == "L3:0=7f0\nMB:0=20\nMB:0=70\nMB:0=20\n")
    }

    @Test func anUpdateOfAGroupThatIsGoneFails() throws {
        defer { remove() }
        let place = Resctrl.Place(group: root + "/gone", ownsGroup: true, monitor: nil)
        #expect(throws: RuntimeError.self) { try change(place, ["MB:0=70"]) }
        #expect(!exists("gone"))
    }

    @Test func aProgramOfExecGetsWhereTheContainerIs() throws {
        defer { remove() }
        let place = try enter("{\"enableMonitoring\":true}")
        try place.add(43)
        #expect(text("web/tasks") == "43\n")
        #expect(text("web/mon_groups/web/tasks") == "43\n")
    }

    @Test(arguments: [
        (Spec.Linux.IntelRdt.lines(l3: nil, bandwidth: "0=70"), "--mem-bw-schema must start with \"MB:\", is \"0=70\""),
        (Spec.Linux.IntelRdt.lines(l3: "L3:0=f\nL3:1=f", bandwidth: nil), "--l3-cache-schema must be one line"),
        (Spec.Linux.IntelRdt.lines(l3: "L3:0=f", bandwidth: nil), "its config.json has no /linux/intelRdt"),
    ])
    func wrongUpdates(_ rdt: Spec.Linux.IntelRdt, _ message: String) {
        #expect {
            _ = try ResctrlChange(rdt, nil, "web", Warnings())
        } throws: { error in
            (error as? RuntimeError)?.message.contains(message) == true
        }
    }
}

extension Spec.Linux.IntelRdt {
    fileprivate static func lines(l3: String?, bandwidth: String?) -> Self {
        var rdt = Self.empty
        rdt.l3CacheSchema = l3
        rdt.memBwSchema = bandwidth
        return rdt
    }
}

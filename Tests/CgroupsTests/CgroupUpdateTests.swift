import Foundation
import Kernel
import Testing

@testable import Cgroups
@testable import OCI

/// A directory of ordinary files in the place of a cgroup: they keep what is written, as long as it is of one length.
@Suite struct CgroupUpdateTests {
    private let path = NSTemporaryDirectory() + "/apus-cgroup-" + UUID().uuidString

    private func cgroup(_ files: [String: String]) throws -> Cgroup {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: path + "/" + name)) }
        return Cgroup(path: path)
    }

    private func text(_ file: String) throws -> String {
        try String(contentsOfFile: path + "/" + file, encoding: .utf8)
    }

    private func remove() { try? FileManager.default.removeItem(atPath: path) }

    @Test func whatFollowsIsToldWhatWasThere() throws {
        defer { remove() }
        let cgroup = try cgroup(["pids.max": "44", "cpu.weight": "59"])
        let settings = CgroupSettings(.init(cpu: .init(shares: 1024), pids: .init(limit: 33)), at: "")
        var before: [CgroupSetting] = []
        // The weight of 1024 shares has three digits: the line's end is overwritten.
        try cgroup.update(settings) { (held) throws(CgroupRefusal) in before = held }
        #expect(
            before == [
                CgroupSetting("pids.max", "44", at: "/pids/limit"), .init("cpu.weight", "59", at: "/cpu/shares"),
            ])
        #expect(try text("pids.max") == "33\n")
        #expect(try text("cpu.weight") == "100")
    }

    @Test func allIsPutBackWhenWhatFollowsFails() throws {
        defer { remove() }
        let cgroup = try cgroup(["pids.max": "44"])
        let settings = CgroupSettings(.init(pids: .init(limit: 33)), at: "")
        let refusal = CgroupRefusal("change the unit", at: "/pids/limit")
        #expect(throws: refusal) {
            try cgroup.update(settings) { (_) throws(CgroupRefusal) in throw refusal }
        }
        #expect(try text("pids.max") == "44\n")
    }

    /// The kernel gives a group another weight whenever it becomes idle, or is not any more.
    @Test func aGroupThatWasToBeIdleHasItsWeightAgain() throws {
        defer { remove() }
        let cgroup = try cgroup(["cpu.idle": "0", "cpu.weight": "59"])
        let weight = URL(fileURLWithPath: path + "/cpu.weight")
        let settings = CgroupSettings(.init(cpu: .init(idle: 1)), at: "")
        let refusal = CgroupRefusal("change the unit", at: "/cpu/idle")
        #expect(throws: refusal) {
            try cgroup.update(settings) { (_) throws(CgroupRefusal) in
                try? Data("00\n".utf8).write(to: weight)
                throw refusal
            }
        }
        #expect(try text("cpu.idle") == "0\n")
        #expect(try text("cpu.weight") == "59\n")
    }

    /// The cgroup above names a controller whose files are not there yet: somebody enables it at this moment.
    @Test func whoeverEnablesTheControllerIsWaitedFor() throws {
        defer { remove() }
        let above = try cgroup(["cgroup.subtree_control": ""])
        let inner = Cgroup(path: path + "/inner")
        try FileManager.default.createDirectory(atPath: inner.path, withIntermediateDirectories: true)
        try Data("memory pids\n".utf8).write(to: URL(fileURLWithPath: inner.path + "/cgroup.controllers"))
        let setting = CgroupSetting("pids.max", "33", at: "/pids/limit")
        #expect(throws: CgroupRefusal(setting, "pids.max", "33", in: inner, .noSuchFile)) { try inner.write([setting]) }
        #expect(try above.text(of: "cgroup.subtree_control") == "+pids")
        // Nobody is waited for where the controller is missing.
        try inner.write([CgroupSetting("cpu.max", "max", at: "/cpu/quota", isOptional: true)])
        #expect(try above.text(of: "cgroup.subtree_control") == "+pids")
    }
}

import Kernel
import OCI
import Testing

@testable import Runtime

struct ContainerIDTests {
    @Test(arguments: ["a", "web-1", "A_b+c.d", "0123456789abcdef", String(repeating: "x", count: 255)])
    func legal(id: String) throws { try ContainerID.check(id) }

    @Test(arguments: [
        "", ".", "..", ".hidden", "-x", "a/b", "a b", "ä", "a\n", "a:b", String(repeating: "x", count: 256),
    ])
    func illegal(id: String) { #expect(throws: RuntimeError.self) { try ContainerID.check(id) } }
}

struct StateRecordTests {
    private var full: StateRecord {
        var hooks = Spec.Hooks()
        hooks.poststart = [Spec.Hook(path: "/bin/a", args: ["a", "b"], env: ["X=1"], timeout: 3)]
        hooks.poststop = [Spec.Hook(path: "/bin/z")]
        return StateRecord(
            id: "web", bundle: "/b", rootfs: "/b/rootfs", ociVersion: "1.3.0", created: "2026-11-23T14:08:18.5Z",
            owner: 7,
            bootID: "c7fd2e3c",
            cgroup: StateRecord.CgroupPlace(path: "/sys/fs/cgroup/a/b", levels: 2, deviceFilter: .max),
            process: StateRecord.Process(pid: 42, startTime: UInt64.max),
            annotations: [Spec.Entry(key: "k\"1", value: "v\n"), Spec.Entry(key: "k2", value: "")], sharesPID: true,
            hooks: hooks)
    }

    @Test func survivesTheDisk() { #expect(StateRecord(full.bytes) == full) }

    @Test func survivesWithoutWhatMayBeAbsent() {
        var record = full
        record.cgroup = nil
        record.process = nil
        record.annotations = []
        record.hooks = Spec.Hooks()
        #expect(StateRecord(record.bytes) == record)
    }

    @Test func keepsTheUnit() {
        var record = full
        record.cgroup = StateRecord.CgroupPlace(
            path: "/sys/fs/cgroup/a.slice/b.scope", levels: 1, unit: .init(name: "b.scope", isOfUser: true),
            inode: 4711, subgroup: "inner")
        #expect(StateRecord(record.bytes) == record)
        #expect(record.cgroup?.home == "/sys/fs/cgroup/a.slice/b.scope/inner")
        #expect(full.cgroup?.home == "/sys/fs/cgroup/a/b")
    }

    @Test func keepsTheAgentAndTheResctrlGroups() {
        var record = full
        record.seccompAgent = SeccompAgent(path: "/run/agent", metadata: "m")
        record.resctrl = Resctrl.Place(group: "/sys/fs/resctrl/web", ownsGroup: true, monitor: "/m")
        #expect(StateRecord(record.bytes) == record)
        record.seccompAgent = SeccompAgent(path: "/run/agent", metadata: nil)
        record.resctrl = Resctrl.Place(group: "/sys/fs/resctrl", ownsGroup: false, monitor: nil)
        #expect(StateRecord(record.bytes) == record)
    }

    @Test func aCutRecordIsNone() {
        let bytes = full.bytes
        for length in 0..<bytes.count { #expect(StateRecord(Array(bytes.prefix(length))) == nil) }
    }

    @Test func anotherVersionIsNone() {
        let text = String(decoding: full.bytes, as: UTF8.self)
        #expect(text.contains("\"version\":1,"))
        let other = text.replacing("\"version\":1,", with: "\"version\":2,")
        #expect(StateRecord(Array(other.utf8)) == nil)
    }
}

struct RuntimeErrorTests {
    @Test func saysWhatWhyAndWhere() {
        let error = RuntimeError("mount proc on /proc", .notPermitted, at: "/mounts/0", hint: "try something else")
        #expect(error.message == "mount proc on /proc: operation not permitted (/mounts/0); try something else")
        #expect(error.inContext("create").message.hasPrefix("create: mount proc"))
        #expect(RuntimeError("open x", .noSuchFile).message == "open x: no such file or directory")
    }
}

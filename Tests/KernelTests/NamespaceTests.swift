import Testing

@testable import Kernel

@Suite struct NamespaceTests {
    @Test(
        arguments: [
            ("user", 0x1000_0000), ("mount", 0x0002_0000), ("pid", 0x2000_0000), ("network", 0x4000_0000),
            ("ipc", 0x0800_0000), ("uts", 0x0400_0000), ("cgroup", 0x0200_0000), ("time", 0x80),
        ] as [(String, UInt64)])
    func namesAndBits(_ name: String, _ flag: UInt64) {
        #expect(Namespace(name: name)?.cloneFlag == flag)
        #expect(Namespace(name: name)?.name.description == name)
    }

    @Test(arguments: ["", "net", "mnt", "PID", "galaxy"])
    func otherNamesAreNone(_ name: String) { #expect(Namespace(name: name) == nil) }

    @Test(arguments: [
        ("mnt", Namespace.mount), ("pid", .pid), ("net", .network), ("ipc", .ipc), ("uts", .uts), ("user", .user),
        ("cgroup", .cgroup), ("time", .time),
    ])
    func theKernelTellsTheKindOfAnOpenFile(_ file: String, _ kind: Namespace) throws {
        let descriptor = try File.open("/proc/self/ns/" + file, .readOnly)
        #expect(Namespace(descriptor: descriptor.raw) == kind)
    }

    @Test func anotherFileIsNoNamespace() throws {
        let descriptor = try File.open("/proc/self/status", .readOnly)
        #expect(Namespace(descriptor: descriptor.raw) == nil)
    }

    @Test func aSetHoldsItsMembers() {
        var set = Namespace.Set([.pid, .mount])
        #expect(set.contains(.pid))
        #expect(!set.contains(.uts))
        set.insert(.uts)
        #expect(set.cloneFlags == 0x2000_0000 | 0x0002_0000 | 0x0400_0000)
        #expect(set == Namespace.Set([.uts, .pid, .mount]))
    }
}

import Testing

@testable import Runtime

@Suite struct PlanDeviceTests {
    private func plan(_ devices: String, mounts: String = "[]") throws -> Plan {
        try PlanDocument().with("linux/devices", devices).with("mounts", mounts).plan()
    }

    private func device(
        _ kind: DevicePlan.Kind, _ path: String, _ major: UInt32, _ minor: UInt32, mode: UInt32 = 0o666,
        uid: UInt32 = 0, gid: UInt32 = 0, _ index: Int
    ) -> DevicePlan {
        DevicePlan(
            kind: kind, path: path, major: major, minor: minor, mode: mode, uid: uid, gid: gid,
            pointer: "/linux/devices/\(index)")
    }

    @Test(
        arguments: [
            ("/dev/null", 1, 3), ("/dev/zero", 1, 5), ("/dev/full", 1, 7), ("/dev/random", 1, 8),
            ("/dev/urandom", 1, 9),
            ("/dev/tty", 5, 0),
        ] as [(String, UInt32, UInt32)])
    func defaultDevices(_ path: String, _ major: UInt32, _ minor: UInt32) {
        #expect(
            DevicePlan.defaults.contains(
                DevicePlan(
                    kind: .character, path: path, major: major, minor: minor, mode: 0o666, uid: 0, gid: 0, pointer: nil)
            ))
        #expect(DevicePlan.defaults.count == 6)
    }

    @Test func everyTypeComesAfterTheDefaults() throws {
        let plan = try plan(
            """
            [{"type":"c","path":"/dev/fuse","major":10,"minor":229,"fileMode":438,"uid":1,"gid":2},
             {"type":"b","path":"/x/sda","major":8,"minor":0,"fileMode":432},
             {"type":"u","path":"/dev/u","major":4095,"minor":1048575},
             {"type":"p","path":"/dev//fifo","fileMode":0},
             {"type":"p","path":"/dev/fifo2","major":0,"minor":0}]
            """)
        #expect(
            plan.devices == DevicePlan.defaults + [
                device(.character, "/dev/fuse", 10, 229, uid: 1, gid: 2, 0),
                device(.block, "/x/sda", 8, 0, mode: 0o660, 1), device(.character, "/dev/u", 4095, 1_048_575, 2),
                device(.fifo, "/dev/fifo", 0, 0, mode: 0, 3), device(.fifo, "/dev/fifo2", 0, 0, 4),
            ])
    }

    @Test func theBitsOfTheFilesTypeAreLeftOut() throws {
        let plan = try plan("[{\"type\":\"c\",\"path\":\"/d\",\"major\":1,\"minor\":1,\"fileMode\":8630}]")
        #expect(plan.devices.last?.mode == 0o666, "8630 is octal 020666, a character device")
        let all = try self.plan("[{\"type\":\"p\",\"path\":\"/d\",\"fileMode\":65535}]")
        #expect(all.devices.last?.mode == 0o7777)
    }

    @Test func aDefaultDeviceMayBeSaidOtherwise() throws {
        let plan = try plan("[{\"type\":\"c\",\"path\":\"/dev/./zero\",\"major\":1,\"minor\":3,\"fileMode\":384}]")
        var expected = DevicePlan.defaults
        expected[1] = device(.character, "/dev/zero", 1, 3, mode: 0o600, 0)
        #expect(plan.devices == expected)
    }

    @Test func theSameDeviceTwiceIsMadeAsTheLaterSays() throws {
        let plan = try plan(
            """
            [{"type":"c","path":"/dev/a","major":1,"minor":2},{"type":"c","path":"/dev/a","major":1,"minor":2,"uid":5}]
            """)
        #expect(plan.devices == DevicePlan.defaults + [device(.character, "/dev/a", 1, 2, uid: 5, 1)])
    }

    private static let bound = "{\"destination\":\"/dev\",\"source\":\"/dev\",\"options\":[\"rbind\"]}"

    @Test func aBoundDevHasTheHostsDevices() throws {
        let plan = try plan(
            """
            [{"type":"c","path":"/dev/fuse","major":10,"minor":229},{"type":"p","path":"/device"},
             {"type":"c","path":"/dev/null","major":1,"minor":3}]
            """, mounts: "[{\"destination\":\"/p\",\"type\":\"proc\"}," + Self.bound + "]")
        #expect(plan.devices == [device(.fifo, "/device", 0, 0, 1)])
        #expect(plan.warnings == ["/linux/devices: 2 below /dev are not made: /mounts/1 binds /dev from the host"])
    }

    @Test func onlyDevItselfBoundLastCounts() throws {
        let tmpfs = "{\"destination\":\"/dev\",\"type\":\"tmpfs\"}"
        let below = "{\"destination\":\"/dev/shm\",\"source\":\"/s\",\"options\":[\"bind\"]}"
        let remount = "{\"destination\":\"/dev\",\"options\":[\"remount\",\"bind\",\"ro\"]}"
        #expect(try plan("[]", mounts: "[\(Self.bound),\(tmpfs)]").devices == DevicePlan.defaults)
        #expect(try plan("[]", mounts: "[\(tmpfs),\(below)]").devices == DevicePlan.defaults)
        #expect(try plan("[]", mounts: "[\(tmpfs),\(Self.bound),\(remount)]").devices.isEmpty)
    }

    @Test(arguments: [
        ("{\"type\":\"x\",\"path\":\"/d\",\"major\":1,\"minor\":1}", "/type: must be one of c, b, u and p, is \"x\""),
        (
            "{\"type\":\"c\",\"path\":\"dev/d\",\"major\":1,\"minor\":1}",
            "/path: must be an absolute path of a file, is \"dev/d\""
        ),
        ("{\"type\":\"p\",\"path\":\"/\"}", "/path: must be an absolute path of a file, is \"/\""),
        ("{\"type\":\"c\",\"path\":\"/d\",\"minor\":1}", "/major: is required for a device of this type"),
        ("{\"type\":\"b\",\"path\":\"/d\",\"major\":1}", "/minor: is required for a device of this type"),
        ("{\"type\":\"c\",\"path\":\"/d\",\"major\":4096,\"minor\":1}", "/major: must be from 0 to 4095, is 4096"),
        (
            "{\"type\":\"c\",\"path\":\"/d\",\"major\":1,\"minor\":1048576}",
            "/minor: must be from 0 to 1048575, is 1048576"
        ),
        ("{\"type\":\"u\",\"path\":\"/d\",\"major\":-1,\"minor\":1}", "/major: must be from 0 to 4095, is -1"),
        ("{\"type\":\"p\",\"path\":\"/d\",\"major\":1}", "/major: must be absent for a fifo, is 1"),
        (
            "{\"type\":\"p\",\"path\":\"/d\",\"fileMode\":65536}",
            "/fileMode: must be permission bits, at most 4095 (octal 7777), is 65536"
        ),
        ("{\"type\":\"p\",\"path\":\"/d\",\"uid\":4294967295}", "/uid: must be from 0 to 4294967294, is 4294967295"),
        ("{\"type\":\"p\",\"path\":\"/d\",\"gid\":4294967295}", "/gid: must be from 0 to 4294967294, is 4294967295"),
        (
            "{\"type\":\"p\",\"path\":\"/../a\"}",
            "/path: must not be that of another device, /linux/devices/0, is \"/a\""
        ),
    ])
    func wrongDevices(_ json: String, _ message: String) throws {
        let devices = "[{\"type\":\"c\",\"path\":\"/a\",\"major\":1,\"minor\":1},\(json)]"
        #expect(
            try PlanDocument().with("linux/devices", devices).problems() == "/linux/devices/1" + message)
    }
}

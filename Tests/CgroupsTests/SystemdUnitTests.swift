import Testing

@testable import Cgroups

@Suite("The name of a container's scope")
struct SystemdUnitTests {
    @Test(
        "What engines write",
        arguments: [
            ("system.slice:docker:4f5e", "docker-4f5e.scope", "system.slice", "/system.slice/docker-4f5e.scope"),
            ("machine.slice:libpod:a", "libpod-a.scope", "machine.slice", "/machine.slice/libpod-a.scope"),
            (
                "kubepods-besteffort-pod1_2.slice:crio:a", "crio-a.scope", "kubepods-besteffort-pod1_2.slice",
                "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1_2.slice/crio-a.scope"
            ),
            (":cri:a", "cri-a.scope", "system.slice", "/system.slice/cri-a.scope"),
            ("a.slice::b", "b.scope", "a.slice", "/a.slice/b.scope"),
            ("-.slice:x:a", "x-a.scope", "-.slice", "/x-a.scope"),
        ])
    func triple(_ written: String, _ name: String, _ slice: String, _ path: String) throws {
        let unit = try SystemdUnit(written, containerID: "c1", user: false)
        #expect(unit.name == name)
        #expect(unit.slice == slice)
        #expect(unit.path == path)
        #expect(!unit.isOfUser)
    }

    @Test("Without a word of the configuration")
    func defaults() throws {
        let unit = try SystemdUnit(nil, containerID: "c1", user: false)
        #expect(unit.name == "apus-c1.scope")
        #expect(unit.slice == "system.slice")
        let own = try SystemdUnit("", containerID: "a+b", user: true)
        #expect(own.name == "apus-a\\x2bb.scope")
        #expect(own.path == "/user.slice/apus-a\\x2bb.scope")
        #expect(own.isOfUser)
    }

    @Test(
        "What cannot be a unit",
        arguments: [
            "/foo/bar", "foo", "gold:c7", "a:b:c:d", "system.slice:docker:", "a/b.slice:gold:c8", "system:x:a",
            ".slice:x:a", "a--b.slice:x:a", "-a.slice:x:a", "a-.slice:x:a", "system.slice:x:a/b", "system.slice:x:a b",
            "system.slice:x:a.slice", "system.slice:x:../a",
        ])
    func refused(_ written: String) {
        #expect(throws: SystemdUnit.Mistake.self) {
            try SystemdUnit(written, containerID: "c1", user: false)
        }
    }

    @Test("Names are as long as systemd's may be")
    func length() throws {
        let fits = String(repeating: "a", count: 255 - "x-.scope".count)
        #expect(try SystemdUnit("a.slice:x:" + fits, containerID: "c1", user: false).name.utf8.count == 255)
        #expect(throws: SystemdUnit.Mistake(text: "must make the name of a unit of less than 256 bytes")) {
            try SystemdUnit("a.slice:x:a" + fits, containerID: "c1", user: false)
        }
    }
}

@Suite("Where systemd is spoken to")
struct BusAddressTests {
    @Test("The system's manager")
    func system() throws {
        let bus = BusAddress("unix:path=/run/dbus/system_bus_socket")
        let manager = BusAddress("unix:path=/run/systemd/private", isDirect: true)
        #expect(try BusAddress.candidates(user: false, uid: 0, environment: ["PATH=/bin"]) == [bus, manager])
        #expect(try BusAddress.candidates(user: false, uid: 1000, environment: []) == [bus])
        let named = ["DBUS_SYSTEM_BUS_ADDRESS=unix:path=/tmp/bus"]
        #expect(
            try BusAddress.candidates(user: false, uid: 0, environment: named)
                == [BusAddress("unix:path=/tmp/bus"), manager])
    }

    @Test("A user's own manager")
    func user() throws {
        let own = [
            BusAddress("unix:path=/run/user/1000/bus"),
            BusAddress("unix:path=/run/user/1000/systemd/private", isDirect: true),
        ]
        #expect(try BusAddress.candidates(user: true, uid: 1000, environment: []) == own)
        #expect(try BusAddress.candidates(user: true, uid: 1000, environment: ["XDG_RUNTIME_DIR="]) == own)
        let environment = ["XDG_RUNTIME_DIR=/run/a,b", "DBUS_SESSION_BUS_ADDRESS=unix:abstract=/x;unix:path=/y"]
        #expect(
            try BusAddress.candidates(user: true, uid: 1000, environment: environment) == [
                BusAddress("unix:abstract=/x;unix:path=/y"),
                BusAddress("unix:path=/run/a%2cb/systemd/private", isDirect: true),
            ])
    }

    @Test(
        "Only sockets of this machine",
        arguments: ["tcp:host=a,port=1", "unix:path=/a;autolaunch:", "unixexec:path=/a"])
    func refused(_ address: String) {
        #expect(throws: BusError.self) {
            try BusAddress.candidates(user: true, uid: 1000, environment: ["DBUS_SESSION_BUS_ADDRESS=" + address])
        }
    }

    @Test(
        "Who the caller is outside of its user namespace",
        arguments: [
            (0, "         0       1000          1\n", 1000), (5, "0 1000 1\n1 100000 65536\n", 100_004),
            (0, "         0          0 4294967295\n", 0), (7, "0 1000 1\n", 7), (3, "", 3),
        ] as [(UInt32, String, UInt32)])
    func outerUser(_ own: UInt32, _ map: String, _ outer: UInt32) {
        #expect(ServiceManager.outerUser(own, map: Array(map.utf8)) == outer)
    }

    @Test("An error is one line")
    func error() {
        #expect(BusError(name: "a.b", text: "no\nwhere").message == "a.b: no where")
        #expect(BusError(name: "a.b", text: "").message == "a.b")
    }

    @Test("The version as systemd writes it", arguments: [("257.9-1~deb13u1", 257), ("v245", 245), ("", 0), ("x", 0)])
    func version(_ text: String, _ number: Int) {
        #expect(ServiceManager.version(from: text) == number)
    }
}

import JSON
import Testing

@testable import OCI

/// A document without the white space between its values.
func squeezed(_ bytes: [UInt8]) -> String {
    var writer = JSONWriter()
    if case .success(let value) = Result(catching: { try JSONReader.parse(bytes) }) { writer.value(value) }
    return String(decoding: writer.bytes, as: UTF8.self)
}

@Suite struct DefaultSpecTests {
    private let process = #"""
        {"ociVersion":"1.3.0","process":{"terminal":true,"user":{"uid":0,"gid":0},"args":["sh"],
        "env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","TERM=xterm"],"cwd":"/",
        "capabilities":{"bounding":["CAP_AUDIT_WRITE","CAP_KILL","CAP_NET_BIND_SERVICE"],
        "effective":["CAP_AUDIT_WRITE","CAP_KILL","CAP_NET_BIND_SERVICE"],
        "permitted":["CAP_AUDIT_WRITE","CAP_KILL","CAP_NET_BIND_SERVICE"]},
        "rlimits":[{"type":"RLIMIT_NOFILE","hard":1024,"soft":1024}],"noNewPrivileges":true},
        "root":{"path":"rootfs","readonly":true},"hostname":"apus","mounts":[
        {"destination":"/proc","type":"proc","source":"proc"},
        {"destination":"/dev","type":"tmpfs","source":"tmpfs",
        "options":["nosuid","strictatime","mode=755","size=65536k"]},
        """#
    private let shmAndQueues = #"""
        {"destination":"/dev/shm","type":"tmpfs","source":"shm",
        "options":["nosuid","noexec","nodev","mode=1777","size=65536k"]},
        {"destination":"/dev/mqueue","type":"mqueue","source":"mqueue","options":["nosuid","noexec","nodev"]},
        """#
    private let cgroup = #"""
        {"destination":"/sys/fs/cgroup","type":"cgroup","source":"cgroup",
        "options":["nosuid","noexec","nodev","relatime","ro"]}],
        """#
    private let paths = #"""
        "maskedPaths":["/proc/acpi","/proc/asound","/proc/kcore","/proc/keys","/proc/latency_stats","/proc/timer_list",
        "/proc/timer_stats","/proc/sched_debug","/sys/firmware","/proc/scsi"],
        "readonlyPaths":["/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger"]}}
        """#

    @Test func forRoot() {
        let pts = #"""
            {"destination":"/dev/pts","type":"devpts","source":"devpts",
            "options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620","gid=5"]},
            """#
        let sys = #"""
            {"destination":"/sys","type":"sysfs","source":"sysfs","options":["nosuid","noexec","nodev","ro"]},
            """#
        let linux = #"""
            "linux":{"resources":{"devices":[{"allow":false,"access":"rwm"}]},"namespaces":[{"type":"pid"},
            {"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"},{"type":"cgroup"}],
            """#
        let expected = process + pts + shmAndQueues + sys + cgroup + linux + paths
        #expect(squeezed(DefaultSpec.json()) == expected.replacing("\n", with: ""))
    }

    @Test func rootless() {
        let pts = #"""
            {"destination":"/dev/pts","type":"devpts","source":"devpts",
            "options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620"]},
            """#
        let sys = #"""
            {"destination":"/sys","type":"none","source":"/sys","options":["rbind","nosuid","noexec","nodev","ro"]},
            """#
        let linux = #"""
            "linux":{"uidMappings":[{"containerID":0,"hostID":1000,"size":1}],
            "gidMappings":[{"containerID":0,"hostID":1001,"size":1}],"namespaces":[{"type":"pid"},
            {"type":"ipc"},{"type":"uts"},{"type":"mount"},{"type":"cgroup"},{"type":"user"}],
            """#
        let expected = process + pts + shmAndQueues + sys + cgroup + linux + paths
        let document = DefaultSpec.json(rootless: DefaultSpec.Owner(uid: 1000, gid: 1001))
        #expect(squeezed(document) == expected.replacing("\n", with: ""))
    }

    @Test func bothCanBeRead() throws {
        let spec = try Spec.read(DefaultSpec.json())
        #expect(spec.process?.args == ["sh"])
        #expect(spec.mounts.count == 7)
        let rootless = try Spec.read(DefaultSpec.json(rootless: DefaultSpec.Owner(uid: 1000, gid: 1000)))
        #expect(rootless.linux?.uidMappings == [Spec.IDMapping(containerID: 0, hostID: 1000, size: 1)])
        #expect(rootless.linux?.resources == nil)
    }

    @Test func theForm() {
        let text = String(decoding: DefaultSpec.json(), as: UTF8.self)
        #expect(text.hasPrefix("{\n    \"ociVersion\": \"1.3.0\",\n    \"process\": {\n        \"terminal\": true,\n"))
        #expect(text.hasSuffix("\n        ]\n    }\n}\n"))
    }
}

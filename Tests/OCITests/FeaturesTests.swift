import Testing

@testable import OCI

@Suite struct FeaturesTests {
    @Test func everyField() {
        var features = Features()
        features.hooks = ["prestart"]
        features.mountOptions = ["ro", "rw"]
        features.linux.namespaces = ["pid"]
        features.linux.capabilities = ["CAP_KILL"]
        features.linux.cgroup = Features.Cgroup(v1: false, v2: true, systemd: false, systemdUser: true, rdma: false)
        features.linux.seccomp = Features.Seccomp(
            enabled: true, actions: ["A"], operators: ["O"], archs: ["R"], knownFlags: ["K", "L"], supportedFlags: ["K"]
        )
        features.linux.apparmor = true
        features.linux.intelRdt = Features.IntelRdt(enabled: true, schemata: false, monitoring: true)
        features.linux.memoryPolicy = Features.MemoryPolicy(modes: ["M"], flags: ["F"])
        features.linux.idmap = true
        features.annotations = [Spec.Entry(key: "a", value: "b")]
        features.potentiallyUnsafeConfigAnnotations = ["org.example."]
        let expected = #"""
            {"ociVersionMin":"1.0.0","ociVersionMax":"1.3.0","hooks":["prestart"],"mountOptions":["ro","rw"],
            "linux":{"namespaces":["pid"],"capabilities":["CAP_KILL"],
            "cgroup":{"v1":false,"v2":true,"systemd":false,"systemdUser":true,"rdma":false},
            "seccomp":{"enabled":true,"actions":["A"],"operators":["O"],"archs":["R"],"knownFlags":["K","L"],
            "supportedFlags":["K"]},"apparmor":{"enabled":true},"selinux":{"enabled":false},
            "intelRdt":{"enabled":true,"schemata":false,"monitoring":true},"memoryPolicy":{"modes":["M"],"flags":["F"]},
            "mountExtensions":{"idmap":{"enabled":true}},"netDevices":{"enabled":false}},
            "annotations":{"a":"b"},"potentiallyUnsafeConfigAnnotations":["org.example."]}
            """#
        #expect(squeezed(features.json()) == expected.replacing("\n", with: ""))
    }

    @Test func theForm() {
        let text = String(decoding: Features().json(), as: UTF8.self)
        #expect(
            text.hasPrefix(
                "{\n    \"ociVersionMin\": \"1.0.0\",\n    \"ociVersionMax\": \"1.3.0\",\n    \"hooks\": [],\n"))
        #expect(text.hasSuffix("]\n}\n"))
    }
}

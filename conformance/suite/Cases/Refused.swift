import CLinux
import Glibc

/// A field that a runtime may not support; then it must say so: config.md, "Valid values".
private struct Field: Sendable {
    /// Its name, which the error must hold.
    let name: String
    let edit: @Sendable (inout JSON) -> Void
    /// What shows that it is applied.
    let applied: @Sendable (Trial, Container) -> Bool
}

private func resources(_ part: String, _ value: JSON) -> @Sendable (inout JSON) -> Void {
    let text = value.compact
    return { config in config["linux", "resources", .key(part)] = JSONReader.value(text) ?? .null }
}

/// The class that a cgroup of version 1 gives to what a process sends.
private func classID(_ pid: Int32) -> Substring? {
    let tree = Proc.cgroupTrees.last { $0.type == "cgroup" && $0.superOptions.contains("net_cls") }
    let line = File.text("/proc/\(pid)/cgroup")?.split(separator: "\n").first { $0.contains("net_cls") }
    guard let tree, let path = line?.split(separator: ":").last else { return nil }
    return File.text(tree.point + path + "/net_cls.classid")?.split(separator: "\n").first
}

private let fields: [Field] = [
    Field(
        name: "user",
        edit: { config in
            config.append(["type": "user"], at: "linux", "namespaces")
            for key in ["uidMappings", "gidMappings"] {
                config["linux", .key(key)] = [["containerID": 0, "hostID": 100_000, "size": 65536]]
            }
        }, applied: { t, box in Proc.namespace(box.pid, "user") != Proc.namespace(t.ownPid, "user") }),
    Field(
        name: "time", edit: { $0.append(["type": "time"], at: "linux", "namespaces") },
        applied: { t, box in Proc.namespace(box.pid, "time") != Proc.namespace(t.ownPid, "time") }),
    Field(
        name: "timeOffsets",
        edit: { config in
            config.append(["type": "time"], at: "linux", "namespaces")
            config["linux", "timeOffsets"] = ["monotonic": ["secs": 1000, "nanosecs": 0]]
        }, applied: { _, box in (File.text("/proc/\(box.pid)/timens_offsets") ?? "").contains("1000") }),
    Field(
        name: "uidMappings",
        edit: { config in
            config["linux", "uidMappings"] = [["containerID": 0, "hostID": 100_000, "size": 65536]]
        }, applied: { _, _ in false }),
    Field(
        name: "gidMappings",
        edit: { config in
            config["linux", "gidMappings"] = [["containerID": 0, "hostID": 100_000, "size": 65536]]
        }, applied: { _, _ in false }),
    Field(
        name: "netDevices", edit: { $0["linux", "netDevices"] = ["no-such-device": ["name": "eth0"]] },
        applied: { _, _ in false }),
    Field(
        name: "memoryPolicy", edit: { $0["linux", "memoryPolicy"] = ["mode": "MPOL_BIND", "nodes": "0"] },
        applied: { _, box in (File.text("/proc/\(box.pid)/numa_maps") ?? "").contains("bind") }),
    Field(
        name: "intelRdt", edit: { $0["linux", "intelRdt"] = ["closID": "no-such-class"] },
        applied: { _, _ in File.exists("/sys/fs/resctrl/no-such-class") }),
    Field(
        name: "apparmorProfile", edit: { $0["process", "apparmorProfile"] = "no-such-profile" },
        applied: { _, _ in false }),
    Field(
        name: "selinuxLabel", edit: { $0["process", "selinuxLabel"] = "system_u:system_r:svirt_lxc_net_t:s0" },
        applied: { _, _ in File.exists("/sys/fs/selinux/enforce") }),
    Field(
        name: "mountLabel", edit: { $0["linux", "mountLabel"] = "system_u:object_r:svirt_sandbox_file_t:s0" },
        applied: { _, _ in File.exists("/sys/fs/selinux/enforce") }),
    Field(
        name: "idmap",
        edit: { config in
            config.append(
                [
                    "destination": "/mnt", "type": "none", "source": "/var", "options": ["bind", "idmap"],
                    "uidMappings": [["containerID": 0, "hostID": 1000, "size": 10]],
                    "gidMappings": [["containerID": 0, "hostID": 1000, "size": 10]],
                ], at: "mounts")
        },
        applied: { _, box in
            (File.text("/proc/\(box.pid)/mountinfo") ?? "").split(separator: "\n").contains {
                $0.contains(" /mnt ") && $0.contains("idmapped")
            }
        }),
    Field(
        name: "listenerPath",
        edit: { config in
            config["linux", "seccomp"] = [
                "defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/no/such/listener",
                "syscalls": [["names": ["getcwd"], "action": "SCMP_ACT_NOTIFY"]],
            ]
        }, applied: { _, _ in false }),
    Field(name: "rdma", edit: resources("rdma", ["no-such-device": ["hcaHandles": 1]]), applied: { _, _ in false }),
    Field(name: "unified", edit: resources("unified", ["no-such.file": "1"]), applied: { _, _ in false }),
    Field(
        name: "network", edit: resources("network", ["classID": 1_048_577]),
        applied: { _, box in classID(box.pid) == "1048577" }),
]

extension Group {
    /// Every field that not every runtime supports: applied, or refused by its name; never accepted and ignored.
    static var ofRefusals: Group {
        var cases: [Case] = []
        for field in fields {
            cases.append(
                Case(
                    "\(field.name) is applied, or refused by name",
                    "config.md, Valid values: an error MUST be generated"
                ) {
                    appliedOrRefused($0, field)
                })
        }
        return Group(
            "unsupported",
            cases + [
                Case("--systemd-cgroup without systemd is refused", "never accepted and ignored", systemd),
                Case(
                    "only the platforms of others: is refused", "config.md, Platform-specific configuration", platforms),
                Case("resources of which nothing is asked are taken", "config-linux.md: OPTIONAL", emptyResources),
            ])
    }
}

private func appliedOrRefused(_ t: Trial, _ field: Field) {
    let box = t.container { field.edit(&$0) }
    var outcome: Outcome?
    t.unchanged("a failed create") {
        let created = box.create()
        outcome = created
        // What was made is looked at below.
        if created.succeeded { t.require(field.applied(t, box), "\(field.name) is accepted and ignored") }
        if created.succeeded { _ = box.delete(["--force"]) }
    }
    if let outcome, !outcome.succeeded {
        t.expectFailure(outcome)
        // "/linux/resources/memory/limit" names it too.
        t.contains(outcome.stderr, field.name, "error message")
    }
}

private func systemd(_ t: Trial) {
    if File.exists("/run/systemd/system") { t.skip("systemd runs here") }
    let box = t.container { $0["linux", "cgroupsPath"] = .text("system.slice:x:\(t.tag)") }
    var command = box.createCommand()
    command.arguments.insert("--systemd-cgroup", at: 0)
    t.unchanged("a failed create") { t.expectFailure(t.run(command), saying: "systemd") }
}

private func platforms(_ t: Trial) {
    t.refused { config in
        config["linux"] = nil
        config["mounts"] = []
        config["hostname"] = nil
        config["solaris"] = ["milestone": "svc:/milestone/container:default"]
    }
}

private func emptyResources(_ t: Trial) {
    for part: JSON in [[:], ["memory": [:], "cpu": [:]], ["devices": []]] {
        let box = t.container("c\(t.containers.count + 1)") { $0["linux", "resources"] = part }
        t.expectSuccess(box.create())
    }
}

internal import JSON
internal import Kernel
internal import OCI

extension SysctlPlan {
    /// Decides on /linux/sysctl (config-linux.md, "Sysctl"): only what belongs to a namespace of the container's own.
    static func list(_ spec: Spec, _ namespaces: NamespacePlan, _ findings: inout Findings) -> [SysctlPlan] {
        guard let entries = spec.linux?.sysctl, !entries.isEmpty else { return [] }
        var plans: [SysctlPlan] = []
        var seen = SeenTexts()
        for entry in entries {
            let pointer = pointer(entry.key)
            guard let path = path(entry.key) else {
                findings.refuse(pointer, "must be a name such as net.ipv4.ip_forward")
                continue
            }
            if let earlier = seen.place(of: path) {
                findings.refuse(pointer, "duplicate of " + plans[earlier].pointer)
                continue
            }
            checkOwner(path, spec, namespaces, pointer, &findings)
            checkValue(entry.value, pointer, &findings)
            plans.append(SysctlPlan(path: path, value: entry.value, pointer: pointer))
        }
        return plans
    }

    private static func pointer(_ key: String) -> String { "/linux/sysctl/" + JSONPlace.escaped(key) }

    /// The path under /proc/sys of a name with dots or slashes; nil when it is none.
    ///
    /// The separator that comes first is the separator; the other one is then part of a name, and in the form with dots
    /// a slash stands for a dot in a name (sysctl(8)): `net.ipv4.conf.eth0/1.forwarding` is of the interface `eth0.1`.
    static func path(_ key: String) -> String? {
        let dot = UInt8(ascii: ".")
        let slash = UInt8(ascii: "/")
        var bytes = Array(key.utf8)
        for byte in bytes where byte == dot || byte == slash {
            if byte == dot {
                for index in bytes.indices {
                    if bytes[index] == dot {
                        bytes[index] = slash
                    } else if bytes[index] == slash {
                        bytes[index] = dot
                    }
                }
            }
            break
        }
        let path = String(decoding: bytes, as: UTF8.self)
        // An empty component, a single dot or two would name another file than the one that is checked here.
        guard !path.isEmpty, ContainerPath.clean("/" + path) == "/" + path else { return nil }
        return path
    }

    /// What an ipc namespace has of its own beside fs/mqueue. ipc_namespaces(7), proc_sys_kernel(5)
    private static let ofIPC: [StaticString] = [
        "kernel/msgmax", "kernel/msgmnb", "kernel/msgmni", "kernel/sem", "kernel/shmall", "kernel/shmmax",
        "kernel/shmmni", "kernel/shm_rmid_forced", "kernel/auto_msgmni", "kernel/msg_next_id", "kernel/sem_next_id",
        "kernel/shm_next_id",
    ]

    private static func checkOwner(
        _ path: String, _ spec: Spec, _ namespaces: NamespacePlan, _ pointer: String, _ findings: inout Findings
    ) {
        var owner: Namespace?
        if path.utf8.starts(with: "net/".utf8) {
            owner = .network
        } else if path.utf8.starts(with: "fs/mqueue/".utf8) {
            owner = .ipc
        } else if path == "kernel/domainname" {
            owner = .uts
            if let name = spec.domainname, !name.isEmpty {
                findings.refuse(pointer, "must not stand beside /domainname")
            }
        } else if path == "kernel/hostname" {
            findings.refuse(pointer, "must not be set here: /hostname is the field for it")
            return
        } else if path.utf8.starts(with: "user/".utf8) {
            owner = .user
        } else {
            for name in ofIPC where name.names(path) { owner = .ipc }
        }
        guard let owner else {
            findings.refuse(pointer, "must belong to a network, ipc, uts or user namespace: this one is the host's")
            return
        }
        if !namespaces.isPrivate(owner) { findings.needs(owner, pointer) }
    }

    private static func checkValue(_ value: String, _ pointer: String, _ findings: inout Findings) {
        if value.isEmpty {
            findings.refuse(pointer, "must not be empty: nothing would be written")
        } else if value.utf8.contains(UInt8(ascii: "\n")) {
            findings.refuse(pointer, "must be one line, is " + Findings.quoted(value))
        }
    }
}

import CLinux
import Glibc

/// A parameter of a namespace, with a value that is not the default, and the namespace it belongs to.
private struct Parameter: Sendable {
    let key: String
    let value: String
    let namespace: String

    var path: String { "/proc/sys/" + String(key.map { $0 == "." ? "/" : $0 }) }
}

private let parameters: [Parameter] = [
    Parameter(key: "kernel.msgmax", value: "12345", namespace: "ipc"),
    Parameter(key: "kernel.msgmnb", value: "23456", namespace: "ipc"),
    Parameter(key: "kernel.msgmni", value: "321", namespace: "ipc"),
    Parameter(key: "kernel.sem", value: "251\t32001\t33\t129", namespace: "ipc"),
    Parameter(key: "kernel.shmall", value: "4194305", namespace: "ipc"),
    Parameter(key: "kernel.shmmax", value: "4194304", namespace: "ipc"),
    Parameter(key: "kernel.shmmni", value: "123", namespace: "ipc"),
    Parameter(key: "kernel.shm_rmid_forced", value: "1", namespace: "ipc"),
    Parameter(key: "fs.mqueue.msg_max", value: "17", namespace: "ipc"),
    Parameter(key: "fs.mqueue.queues_max", value: "99", namespace: "ipc"),
    Parameter(key: "net.ipv4.ip_forward", value: "1", namespace: "network"),
    Parameter(key: "net.core.somaxconn", value: "321", namespace: "network"),
    Parameter(key: "net.ipv4.ip_local_port_range", value: "20000\t30000", namespace: "network"),
    // A number that is for whoever wants to keep one.
    Parameter(key: "net.ipv4.conf.lo.tag", value: "77", namespace: "network"),
    Parameter(key: "kernel.domainname", value: "nest.example", namespace: "uts"),
]

extension Group {
    static var ofSysctl: Group {
        var cases: [Case] = []
        for item in parameters {
            cases.append(Case("\(item.key)", "config-linux.md, Sysctl; namespaces(7)") { isSet($0, item) })
        }
        for item in parameters
        where item.key.hasSuffix("max") || item.key.contains("net.core") || item.namespace == "uts" {
            cases.append(
                Case("\(item.key) without its namespace is refused", "the host's parameters are not to be touched") {
                    needsNamespace($0, item)
                })
        }
        return Group("sysctl", cases + single)
    }

    private static var single: [Case] {
        [
            Case("several at once", "config-linux.md, Sysctl", several),
            Case("with slashes", "sysctl(8): separators", slashes),
            Case("with slashes, a dot in a name", "sysctl(8): separators", dotInName),
            Case("is set below a read-only /proc/sys", "config-linux.md, Sysctl and Readonly Paths", belowReadonly),
            Case("of the host is refused", "the host's parameters are not to be touched", ofHost),
            Case("kernel.hostname is refused", "config.md, Hostname is the field for it", hostnameThere),
            Case("kernel.domainname beside domainname is refused", "config.md, Domainname", bothDomains),
            Case("user.* without a user namespace is refused", "namespaces(7): /proc/sys/user", ofUser),
            Case("one that does not exist is refused", "runtime.md, Create: cannot apply a property", unknown),
            Case("a value that the kernel does not take is refused", "runtime.md, Create", wrongValue),
            Case("a path that leads elsewhere is refused", "config-linux.md, Sysctl", climbs),
            Case("in a joined network namespace", "config-linux.md, Sysctl", joined),
        ]
    }
}

private func text(_ facts: JSON, _ path: String) -> String? {
    facts["read", .key(path), "text"]?.string.map { String($0.prefix { $0 != "\n" }) }
}

/// The host's values, which no case may change.
private func host() -> [String?] { parameters.map { File.text($0.path) } }

private func isSet(_ t: Trial, _ item: Parameter) {
    let before = host()
    let facts = t.inside(["read", item.path]) { config in
        config["linux", "sysctl"] = .object([.init(key: item.key, value: .text(item.value))])
    }
    t.equal(text(facts, item.path), item.value, "\(item.key) inside")
    t.expect(host() == before, "the host's parameters are unchanged")
}

private func needsNamespace(_ t: Trial, _ item: Parameter) {
    let now = (File.text(item.path) ?? "").prefix { $0 != "\n" }
    t.refused { config in
        config.inheritNamespace(item.namespace)
        if item.namespace == "uts" { config["hostname"] = nil }
        // The host's own value, so that nothing changes should it be written after all.
        config["linux", "sysctl"] = .object([.init(key: item.key, value: .text(String(now)))])
    }
}

private func several(_ t: Trial) {
    // Without the one of an interface: forwarding for all interfaces sets it too.
    let chosen = parameters.filter { !$0.key.contains(".conf.") }
    let facts = t.inside(["read"] + chosen.map { $0.path }) { config in
        for item in chosen { config["linux", "sysctl", .key(item.key)] = .text(item.value) }
    }
    for item in chosen { t.equal(text(facts, item.path), item.value, "\(item.key) inside") }
}

private func slashes(_ t: Trial) {
    let facts = t.inside(["read", "/proc/sys/net/core/somaxconn", "/proc/sys/kernel/msgmax"]) { config in
        config["linux", "sysctl"] = ["net/core/somaxconn": "321", "kernel/msgmax": "12345"]
    }
    t.equal(text(facts, "/proc/sys/net/core/somaxconn"), "321", "net/core/somaxconn inside")
    t.equal(text(facts, "/proc/sys/kernel/msgmax"), "12345", "kernel/msgmax inside")
}

private func dotInName(_ t: Trial) {
    // A directory with a dot in its name needs an interface of such a name, which is in a namespace of the case's own.
    let newNetwork: Int32 = 0x4000_0000
    let own = "/proc/self/ns/net"
    let hosts = cl_openat(AT_FDCWD, own, O_RDONLY | O_CLOEXEC, 0)
    guard hosts >= 0, cl_unshare(newNetwork) == 0 else { t.skip("a network namespace cannot be made here") }
    let made = cl_openat(AT_FDCWD, own, O_RDONLY | O_CLOEXEC, 0)
    var link = Command(
        program: "/bin/busybox", arguments: ["ip", "link", "add", "eth0.1", "type", "dummy"],
        output: .file(t.directory + "/said/ip.out"), error: .file(t.directory + "/said/ip.err"))
    link.timeout = 5000
    guard t.run(link).succeeded else { t.skip("an interface with a dot in its name cannot be made here") }
    // The runtime is to be outside of it: one refuses to change what is its own.
    guard cl_setns(hosts, newNetwork) == 0 else { t.fail("the host's network namespace cannot be joined again") }
    let facts = t.inside(["read", "/proc/sys/net/ipv4/conf/eth0.1/forwarding"]) { config in
        config.namespace("network", path: "/proc/\(t.ownPid)/fd/\(made)")
        config["linux", "sysctl"] = ["net/ipv4/conf/eth0.1/forwarding": "1"]
    }
    t.equal(text(facts, "/proc/sys/net/ipv4/conf/eth0.1/forwarding"), "1", "the parameter inside")
}

private func belowReadonly(_ t: Trial) {
    let path = "/proc/sys/kernel/msgmax"
    let facts = t.inside(["read", path, "+", "write", path, "1"]) { config in
        config["linux", "sysctl"] = ["kernel.msgmax": "12345"]
        config["linux", "readonlyPaths"] = ["/proc/sys"]
    }
    t.equal(text(facts, path), "12345", "the parameter inside")
    t.equal(facts["write", .key(path), "errno"], "EROFS", "write it inside")
}

private func joined(_ t: Trial) {
    let holder = t.running("holder")
    let box = t.running("guest", ["read", "/proc/sys/net/core/somaxconn"]) { config in
        config.namespace("network", path: "/proc/\(holder.pid)/ns/net")
        config["linux", "sysctl"] = ["net.core.somaxconn": "321"]
    }
    t.equal(text(box.facts, "/proc/sys/net/core/somaxconn"), "321", "the parameter inside")
}

// MARK: Refusals

private func refused(_ t: Trial, _ key: String, _ value: String, _ edit: (inout JSON) -> Void = { _ in }) {
    let before = host()
    t.refused { config in
        config["linux", "sysctl"] = .object([.init(key: key, value: .text(value))])
        edit(&config)
    }
    t.expect(host() == before, "the host's parameters are unchanged")
}

private func current(_ path: String) -> String { String((File.text(path) ?? "0").prefix { $0 != "\n" }) }

private func ofHost(_ t: Trial) {
    for key in ["vm.swappiness", "kernel.panic", "fs.file-max", "kernel.pid_max", "kernel/panic_on_oops"] {
        refused(t, key, current("/proc/sys/" + String(key.map { $0 == "." ? "/" : $0 })))
    }
}

private func hostnameThere(_ t: Trial) { refused(t, "kernel.hostname", "swift") }
private func bothDomains(_ t: Trial) { refused(t, "kernel.domainname", "one") { $0["domainname"] = "two" } }

private func ofUser(_ t: Trial) {
    refused(t, "user.max_net_namespaces", current("/proc/sys/user/max_net_namespaces"))
}

private func unknown(_ t: Trial) {
    refused(t, "net.core.no_such_parameter", "1")
    refused(t, "nonsense", "1")
    refused(t, "", "1")
}

private func wrongValue(_ t: Trial) {
    refused(t, "net.core.somaxconn", "many")
    refused(t, "kernel.msgmax", "-7")
}

private func climbs(_ t: Trial) {
    // Both lead to kernel.panic by way of net.
    let panic = current("/proc/sys/kernel/panic")
    refused(t, "net/../kernel/panic", panic)
    refused(t, "net./..kernel.panic", panic)
    refused(t, "net/../../sys/kernel/panic", panic)
}

import CLinux
import Glibc

extension Group {
    static var ofHostname: Group {
        Group(
            "hostname",
            [
                Case("is what the configuration says", "config.md, Hostname", isSet),
                Case("may be as long as the kernel allows", "config.md, Hostname; sethostname(2): 64 bytes", longest),
                Case("too long is refused", "config.md, Valid values", tooLong),
                Case("without a uts namespace is refused", "config.md, Hostname: never the host's", withoutNamespace),
                Case("absent leaves the namespace's", "config.md, Hostname: OPTIONAL", absent),
                Case("domain name is what the configuration says", "config.md, Domainname", domainIsSet),
                Case("domain name too long is refused", "config.md, Valid values", domainTooLong),
                Case("domain name without a uts namespace is refused", "config.md, Domainname", domainWithoutNamespace),
                Case("loopback is up in a new network namespace", "engines: 127.0.0.1 works", loopback),
                Case("a new network namespace has nothing of the host's", "config-linux.md, Namespaces", onlyLoopback),
                Case("the program is process 1 of a new pid namespace", "config-linux.md, Namespaces: pid", processOne),
                Case("/proc shows the container's processes only", "config-linux.md, Namespaces: pid", ownProcesses),
                Case("the cgroup path is / in a new cgroup namespace", "config-linux.md, Namespaces", cgroupRoot),
                Case("the cgroup path is whole without one", "config-linux.md, Namespaces", cgroupWhole),
            ])
    }
}

private func hostnames() -> (host: String?, domain: String?) {
    (File.text("/proc/sys/kernel/hostname"), File.text("/proc/sys/kernel/domainname"))
}

private func isSet(_ t: Trial) {
    let before = hostnames()
    let box = t.running(["uts"]) { $0["hostname"] = "swift" }
    t.equal(box.facts["uts", "hostname"], "swift", "hostname inside")
    t.equal(hostnames().host, before.host, "hostname of the host")
    t.differs(Proc.namespace(box.pid, "uts"), Proc.namespace(t.ownPid, "uts"), "uts namespace")
}

private func longest(_ t: Trial) {
    let name = String(repeating: "n", count: 64)
    t.equal(t.inside(["uts"]) { $0["hostname"] = .text(name) }["uts", "hostname"], .text(name), "hostname inside")
}

private func tooLong(_ t: Trial) { t.refused { $0["hostname"] = .text(String(repeating: "n", count: 65)) } }

private func withoutNamespace(_ t: Trial) {
    let before = hostnames()
    t.refused { config in
        config.inheritNamespace("uts")
        // The host's own name, so that nothing is changed should it be set after all.
        config["hostname"] = .text((before.host ?? "host\n").split(separator: "\n").first.map { String($0) } ?? "host")
    }
    t.equal(hostnames().host, before.host, "hostname of the host")
}

private func absent(_ t: Trial) {
    let facts = t.inside(["uts"]) { $0["hostname"] = nil }
    t.equal(facts["uts", "hostname"]?.string.map { $0 + "\n" }, hostnames().host, "hostname inside")
}

private func domainIsSet(_ t: Trial) {
    let before = hostnames()
    let box = t.running(["uts"]) { $0["domainname"] = "nest.example" }
    t.equal(box.facts["uts", "domainname"], "nest.example", "domain name inside")
    t.equal(hostnames().domain, before.domain, "domain name of the host")
}

private func domainTooLong(_ t: Trial) { t.refused { $0["domainname"] = .text(String(repeating: "n", count: 65)) } }

private func domainWithoutNamespace(_ t: Trial) {
    let before = hostnames()
    t.refused { config in
        config.inheritNamespace("uts")
        config["hostname"] = nil
        let now = (before.domain ?? "").split(separator: "\n").first.map { String($0) }
        config["domainname"] = .text(now ?? "(none)")
    }
    t.equal(hostnames().domain, before.domain, "domain name of the host")
}

private func loopback(_ t: Trial) {
    let facts = t.inside(["net"])
    t.equal(facts["net", "lo", "up"], true, "lo is up")
    let addresses = facts["net", "lo", "addresses"]?.strings ?? []
    t.expect(addresses.contains("127.0.0.1"), "lo: expected 127.0.0.1 among \(addresses)")
}

private func onlyLoopback(_ t: Trial) {
    let facts = t.inside(["net"])
    for (name, value) in (facts["net"]?.members ?? []).map({ ($0.key, $0.value) }) where name != "lo" {
        // The kernel puts fallback tunnels into every namespace; they are down.
        t.equal(value["up"], false, "interface \(name) is up")
        t.equal(value["addresses"], [], "addresses of \(name)")
    }
    t.expect(facts["net", "lo"] != nil, "there is a loopback interface")
}

private func processOne(_ t: Trial) {
    let box = t.running(["process"])
    t.equal(box.facts["process", "pid"], 1, "pid inside")
    t.equal(box.facts["process", "ppid"], 0, "parent inside")
    t.equal(Proc.status(box.pid, "NSpid"), "\(box.pid)\t1", "NSpid on the host")
}

private func ownProcesses(_ t: Trial) {
    let facts = t.inside(["list", "/proc"])
    let numbers = (facts["list", "/proc", "names"]?.strings ?? []).filter { Int($0) != nil }
    t.equal(numbers, ["1"], "processes in /proc")
}

private func cgroupRoot(_ t: Trial) {
    let box = t.running(["read", "/proc/self/cgroup"])
    let text = box.facts["read", "/proc/self/cgroup", "text"]?.string ?? ""
    t.expect(text.contains("0::"), "expected a line of the cgroup2 tree, found \(text)")
    for line in text.split(separator: "\n") where line.hasPrefix("0::") {
        t.equal(String(line), "0::/", "cgroup seen inside")
    }
}

private func cgroupWhole(_ t: Trial) {
    t.requireCgroupPaths()
    let box = t.running(["read", "/proc/self/cgroup"]) { config in
        config.inheritNamespace("cgroup")
        config["linux", "cgroupsPath"] = .text("/" + t.tag + "whole")
    }
    let text = box.facts["read", "/proc/self/cgroup", "text"]?.string ?? ""
    t.contains(text, t.tag + "whole", "cgroup seen inside")
}

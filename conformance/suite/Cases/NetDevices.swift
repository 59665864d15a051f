import CLinux
import Glibc

extension Group {
    static var ofNetDevices: Group {
        Group(
            "net devices",
            [
                Case("moved under its own name", "config-linux.md, Network Devices: made available", moved),
                Case("renamed", "config-linux.md, Network Devices: name", renamed),
                Case("under a name with %d", "config-linux.md, Network Devices: the kernel generates a name", template),
                Case("several, and a name that one of them had", "config-linux.md, Network Devices", several),
                Case("keeps its addresses", "config-linux.md: MUST preserve permanent global addresses", addresses),
                Case("loses what is not permanent or not global", "config-linux.md: IFA_F_PERMANENT", otherAddresses),
                Case("keeps its hardware address and MTU", "config-linux.md: MUST preserve attributes", attributes),
                Case("that was down is up", "config-linux.md: MUST set the state to \"up\"", isUp),
                Case("is there when kernel parameters are set", "config-linux.md, Sysctl", parameters),
                Case("is there for createRuntime hooks", "config.md, createRuntime: after the namespaces", forHooks),
                Case("into a joined namespace", "config-linux.md, Network Devices: the container's", intoJoined),
                Case("goes back when the container cannot be made", "runtime.md: Errors", givenBack),
                Case("is left alone while the container runs", "config-linux.md: MUST NOT actively manage", leftAlone),
                Case("is not moved back by delete", "config-linux.md: MUST NOT attempt to move it out", notMovedBack),
                Case("that is not there is refused", "config-linux.md: MUST check if moving is possible", missing),
                Case("that cannot leave is refused", "config-linux.md: MUST check if moving is possible", loopback),
                Case("under a name that is taken is refused", "config-linux.md: exists already: an error", taken),
                Case("without a network namespace is refused", "the host's own would be changed", noNamespace),
                Case("two under one name are refused", "config-linux.md: exists already: an error", twins),
                Case("with a name no interface can have is refused", "netdevice(7): IFNAMSIZ", badNames),
            ])
    }
}

/// A host of the case's own: a network namespace with a pair of interfaces, of which `cable` is to be moved.
private func host(_ t: Trial) {
    t.require(cl_unshare(CLONE_NEWNET) == 0, "cannot make a network namespace")
    pair(t, "cable", "end")
}

private func pair(_ t: Trial, _ first: String, _ second: String) {
    if !ip(t, "link", "add", first, "type", "veth", "peer", "name", second) {
        t.skip("this kernel has no pairs of interfaces")
    }
}

/// `ip` on the case's host.
@discardableResult
private func ip(_ t: Trial, _ words: String...) -> Bool {
    let said = t.directory + "/said/ip"
    let command = Command(
        program: t.template + "/busybox", arguments: ["ip"] + words, output: .file(said), error: .file(said + ".err"))
    return t.note(command.run()).succeeded
}

/// What `ip ARGUMENTS` prints in a container with these devices.
private func inside(
    _ t: Trial, _ devices: JSON, _ words: [String] = ["addr"], _ edit: (inout JSON) -> Void = { _ in }
) -> String {
    let box = t.container("c\(t.containers.count + 1)", program: ["/bin/ip"] + words) { config in
        config["linux", "netDevices"] = devices
        edit(&config)
    }
    t.requireSuccess(box.run())
    return File.text(box.output) ?? ""
}

/// Whether the case's own namespace has it; /sys may show another namespace's.
private func hasDevice(_ name: String) -> Bool {
    (File.text("/proc/self/net/dev") ?? "").split(separator: "\n").contains { line in
        line.drop { $0 == " " }.hasPrefix(name + ":")
    }
}

private func moved(_ t: Trial) {
    host(t)
    let text = inside(t, ["cable": [:]])
    t.contains(text, " cable@", "interfaces inside")
    t.expect(!hasDevice("cable"), "the host still has the interface")
}

private func renamed(_ t: Trial) {
    host(t)
    let text = inside(t, ["cable": ["name": "eth0"]])
    t.contains(text, " eth0@", "interfaces inside")
    t.expect(!text.contains("cable"), "the old name inside")
}

private func template(_ t: Trial) {
    host(t)
    pair(t, "other", "otherend")
    let text = inside(t, ["cable": ["name": "port%d"], "other": ["name": "port%d"]])
    t.contains(text, " port0@", "interfaces inside")
    t.contains(text, " port1@", "interfaces inside")
}

private func several(_ t: Trial) {
    host(t)
    pair(t, "other", "otherend")
    let text = inside(t, ["cable": ["name": "eth0"], "other": ["name": "cable"]])
    t.contains(text, " eth0@", "interfaces inside")
    t.contains(text, " cable@", "interfaces inside")
}

private func addresses(_ t: Trial) {
    host(t)
    t.require(ip(t, "addr", "add", "10.9.8.7/24", "broadcast", "10.9.8.255", "dev", "cable"), "ip addr add")
    t.require(ip(t, "addr", "add", "10.9.8.9/32", "label", "cable:x", "dev", "cable"), "ip addr add")
    t.require(ip(t, "-6", "addr", "add", "fd00::7/64", "dev", "cable"), "ip addr add")
    let text = inside(t, ["cable": ["name": "eth0"]])
    t.contains(text, "inet 10.9.8.7/24 brd 10.9.8.255 scope global eth0", "addresses inside")
    t.contains(text, "inet 10.9.8.9/32 scope global eth0:x", "addresses inside")
    t.contains(text, "inet6 fd00::7/64 scope global", "addresses inside")
}

private func otherAddresses(_ t: Trial) {
    host(t)
    t.require(ip(t, "addr", "add", "10.9.8.7/24", "dev", "cable"), "ip addr add")
    t.require(ip(t, "addr", "add", "10.1.1.1/24", "scope", "link", "dev", "cable"), "ip addr add")
    let text = inside(t, ["cable": [:]])
    t.contains(text, "inet 10.9.8.7/24", "addresses inside")
    t.expect(!text.contains("10.1.1.1"), "an address of the link alone was moved")
}

private func attributes(_ t: Trial) {
    host(t)
    t.require(ip(t, "link", "set", "cable", "address", "02:11:22:33:44:55"), "ip link set address")
    t.require(ip(t, "link", "set", "cable", "mtu", "1234"), "ip link set mtu")
    let text = inside(t, ["cable": ["name": "eth0"]], ["link"])
    t.contains(text, "02:11:22:33:44:55", "hardware address inside")
    t.contains(text, "mtu 1234", "MTU inside")
}

private func isUp(_ t: Trial) {
    host(t)
    let lines = inside(t, ["cable": [:]], ["link"]).split(separator: "\n").filter { $0.contains(" cable@") }
    let line = t.require(lines.first, "the interface is not inside")
    t.expect(line.contains(",UP") || line.contains("<UP"), "the interface is not up: \(line)")
}

private func parameters(_ t: Trial) {
    host(t)
    let text = inside(t, ["cable": ["name": "eth7"]], ["link"]) { config in
        config["linux", "sysctl"] = ["net.ipv4.conf.eth7.forwarding": "1"]
    }
    t.contains(text, " eth7@", "interfaces inside")
}

private func forHooks(_ t: Trial) {
    host(t)
    let said = t.directory + "/said/hook"
    let script = """
        read state; pid=${state#*'"pid":'}; pid=${pid%%,*}; cat /proc/$pid/net/dev > \(said)
        """
    let text = inside(t, ["cable": ["name": "eth0"]], ["link"]) { config in
        config["hooks", "createRuntime"] = [["path": "/bin/sh", "args": ["sh", "-c", .text(script)]]]
    }
    t.contains(text, " eth0@", "interfaces inside")
    t.contains(File.text(said) ?? "", "eth0:", "interfaces of the container as the hook sees them")
}

private func intoJoined(_ t: Trial) {
    host(t)
    let first = t.running("first")
    let text = inside(t, ["cable": ["name": "eth0"]], ["link"]) { config in
        config.inheritNamespace("network")
        config.append(
            ["type": "network", "path": .text("/proc/\(first.pid)/ns/net")], at: "linux", "namespaces")
    }
    t.contains(text, " eth0@", "interfaces inside")
    t.contains(File.text("/proc/\(first.pid)/net/dev") ?? "", "eth0:", "interfaces of the namespace")
}

private func givenBack(_ t: Trial) {
    host(t)
    t.require(ip(t, "addr", "add", "10.9.8.7/24", "dev", "cable"), "ip addr add")
    t.require(ip(t, "link", "set", "cable", "up"), "ip link set up")
    t.refused { config in
        config["linux", "netDevices"] = ["cable": ["name": "eth0"]]
        config["process", "args"] = ["/no/such/program"]
    }
    t.expect(hasDevice("cable"), "the host has its interface again")
    let said = t.directory + "/said/ip"
    ip(t, "addr", "show", "dev", "cable")
    let text = File.text(said) ?? ""
    t.contains(text, "inet 10.9.8.7/24", "addresses of the interface on the host")
    t.expect(text.contains(",UP") || text.contains("<UP"), "the interface is up again: \(text)")
}

private func leftAlone(_ t: Trial) {
    host(t)
    let box = t.running { $0["linux", "netDevices"] = ["cable": ["name": "eth0"]] }
    func inside(_ words: String...) -> String {
        let said = t.directory + "/said/inside"
        let command = Command(
            program: t.template + "/busybox",
            arguments: ["nsenter", "-t", "\(box.pid)", "-n", t.template + "/busybox", "ip"] + words,
            output: .file(said), error: .file(said + ".err"))
        t.requireSuccess(t.note(command.run()))
        return File.text(said) ?? ""
    }
    _ = inside("link", "set", "eth0", "down")
    _ = inside("addr", "add", "10.6.6.6/24", "dev", "eth0")
    let before = inside("addr", "show", "dev", "eth0")
    t.expect(!before.contains(",UP") && !before.contains("<UP"), "the interface is down: \(before)")
    t.requireSuccess(t.runtime("state", box.id))
    t.requireSuccess(t.runtime("kill", box.id, "WINCH"))
    t.equal(inside("addr", "show", "dev", "eth0"), before, "the interface after state and kill")
}

private func notMovedBack(_ t: Trial) {
    host(t)
    let box = t.running { $0["linux", "netDevices"] = ["cable": [:]] }
    t.requireSuccess(box.delete(["--force"]))
    t.eventually("the interface ends with its namespace") { !hasDevice("end") }
    t.expect(!hasDevice("cable"), "the interface came back")
}

private func missing(_ t: Trial) {
    host(t)
    t.refused(saying: ["netDevices", "no-such"]) { $0["linux", "netDevices"] = ["no-such": [:]] }
}

private func loopback(_ t: Trial) {
    host(t)
    t.refused(saying: ["netDevices"]) { $0["linux", "netDevices"] = ["lo": ["name": "eth0"]] }
}

private func taken(_ t: Trial) {
    host(t)
    t.refused(saying: ["netDevices"]) { $0["linux", "netDevices"] = ["cable": ["name": "lo"]] }
    t.expect(hasDevice("cable"), "the interface is gone")
}

private func noNamespace(_ t: Trial) {
    host(t)
    t.refused(saying: ["netDevices"]) { config in
        config.inheritNamespace("network")
        config["linux", "netDevices"] = ["cable": [:]]
    }
}

private func twins(_ t: Trial) {
    host(t)
    pair(t, "other", "otherend")
    t.refused(saying: ["netDevices"]) {
        $0["linux", "netDevices"] = ["cable": ["name": "eth0"], "other": ["name": "eth0"]]
    }
    t.expect(hasDevice("cable") && hasDevice("other"), "an interface is gone")
}

private func badNames(_ t: Trial) {
    host(t)
    for name in ["a/b", "a:b", "a b", "sixteen-bytes-xx", "..", "a%d%d", "%da"] {
        t.refused(saying: ["netDevices"]) { $0["linux", "netDevices"] = ["cable": ["name": .text(name)]] }
    }
}

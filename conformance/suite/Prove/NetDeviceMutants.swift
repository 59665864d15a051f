import CLinux

extension Mutant {
    /// Mutants of network devices.
    static var netDevices: [Mutant] { moves + keeping }

    private static var moves: [Mutant] {
        [
            .config("linux.net-devices.must-1", what: "network devices stay where they are") {
                $0["linux", "netDevices"] = nil
            },
            .config("linux.net-devices.must-2", what: "what cannot be moved is passed over") { config in
                let there = Invocation.interfaces
                config.keepDevices { name, _ in name != "lo" && there.contains(name) }
            },
            .config("linux.net-devices.must-3", what: "a device whose name is taken is passed over") { config in
                var taken = ["lo"]
                config.keepDevices { _, inside in
                    defer { taken.append(inside) }
                    return inside.contains("%") || !taken.contains(inside)
                }
            },
            .refusal("linux.net-devices.must-4", what: "names with %d are refused") { config in
                config.devices.contains { $0.inside.contains("%") }
            },
        ]
    }

    private static var keeping: [Mutant] {
        [
            .config(["linux.net-devices.must-5"], what: "a device comes as if it were new") { config, call in
                for device in config.devices {
                    call.busybox("ip", "addr", "flush", "dev", device.name)
                    call.busybox("ip", "link", "set", device.name, "mtu", "1500", "address", "02:00:00:00:00:07")
                }
            },
            .config(["linux.net-devices.must-6"], what: "a device is down") { config, call in
                for device in config.devices {
                    let path = JSON.text(call.bundle + "/rootfs/bin/busybox")
                    config.append(
                        ["path": path, "args": ["busybox", "ip", "link", "set", .text(device.inside), "down"]],
                        at: "hooks", "createContainer")
                }
            },
            .verb("state", "linux.net-devices.must-7", what: "who asks for the state sets the devices up") { call in
                let status = call.real()
                for device in call.madeOf?.devices ?? [] { call.within("ip", "link", "set", device.inside, "up") }
                return status
            },
            .verb("delete", "linux.net-devices.must-8", what: "the devices are moved back") { call in
                for device in call.madeOf?.devices ?? [] {
                    call.within("ip", "link", "set", device.inside, "netns", "\(cl_getpid())")
                }
                return call.real()
            },
        ]
    }
}

extension JSON {
    /// The network devices of a configuration: the name on the host, and the one inside.
    fileprivate var devices: [(name: String, inside: String)] {
        (self["linux", "netDevices"]?.members ?? []).map { ($0.key, $0.value["name"]?.string ?? $0.key) }
    }

    /// Keeps those that hold.
    fileprivate mutating func keepDevices(_ holds: (_ name: String, _ inside: String) -> Bool) {
        guard let members = self["linux", "netDevices"]?.members else { return }
        self["linux", "netDevices"] = .object(
            members.filter { holds($0.key, $0.value["name"]?.string ?? $0.key) })
    }
}

extension Invocation {
    /// The interfaces of the own network namespace; /sys may show another namespace's.
    fileprivate static var interfaces: [String] {
        (File.text("/proc/self/net/dev") ?? "").split(separator: "\n").compactMap { line in
            line.contains(":") ? line.split { $0 == " " || $0 == ":" }.first.map(String.init) : nil
        }
    }

    /// The configuration of the bundle that the named container was made of.
    fileprivate var madeOf: JSON? {
        guard let bundle = state?["bundle"]?.string else { return nil }
        return File.text(bundle + "/config.json").flatMap { JSONReader.value($0) }
    }

    /// Runs busybox of the bundle, on the host.
    fileprivate func busybox(_ words: String...) { busybox(bundle, words) }

    /// Runs busybox in the network namespace of the named container.
    fileprivate func within(_ words: String...) {
        guard let state, let bundle = state["bundle"]?.string, let pid = state["pid"]?.int, pid > 0 else { return }
        busybox(bundle, ["nsenter", "-t", "\(pid)", "-n", bundle + "/rootfs/bin/busybox"] + words)
    }

    private func busybox(_ bundle: String, _ words: [String]) {
        _ = Command(
            program: bundle + "/rootfs/bin/busybox", arguments: words, output: .file(note("said")),
            error: .file(note("complained"))
        ).run()
    }
}

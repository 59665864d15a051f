import CLinux

extension Promise {
    /// Promises of what limits come to, beside those that a field's mutant breaks (FieldsIndex).
    static var ofLimits: [Promise] { memory + others + ownership }

    private static var memory: [Promise] {
        [
            .config(
                "limits.memory-sharp", "a limit of memory is an eighth of what is asked for",
                ["cgroups: memory: a program that takes less is not"]
            ) { config in
                for name in ["limit", "swap"] as [JSON.Step] {
                    if let bytes = config["linux", "resources", "memory", name]?.int, bytes > 0 {
                        config["linux", "resources", "memory", name] = JSON(bytes / 8)
                    }
                }
            },
            .config(
                "limits.swap-used", "there is no swap",
                ["cgroups: memory: swap is taken as far as it is allowed"]
            ) { config in
                if let bytes = config["linux", "resources", "memory", "limit"] {
                    config["linux", "resources", "memory", "swap"] = bytes
                }
            },
            .verb(
                "run", "limits.memory-small", "a limit below 4 MiB is refused",
                ["cgroups: memory: less than set-up takes is enough for a small program"]
            ) { call in
                let bytes = call.config?["linux", "resources", "memory", "limit"]?.int ?? Int.max
                return bytes < 4 << 20 ? call.fail("too little memory") : call.real()
            },
            .config("limits.memory-none", "-1 is a limit of 1 GiB", ["cgroups: memory: -1 is no limit"]) { config in
                for name in ["limit", "swap", "reservation"] as [JSON.Step]
                where config["linux", "resources", "memory", name] == -1 {
                    config["linux", "resources", "memory", name] = JSON(1 << 30)
                }
            },
            refusing(
                "limits.memory-old", "fields of version 1 are refused",
                ["cgroups: memory: fields of version 1 alone do not fail it"]
            ) { $0["linux", "resources", "memory", "kernel"] != nil },
            .config(
                "limits.swap-impossible", "swap that cannot be is none",
                ["cgroups: memory: swap that cannot be is refused"]
            ) { config in
                guard let memory = config["linux", "resources", "memory"], let swap = memory["swap"]?.int else {
                    return
                }
                if swap < memory["limit"]?.int ?? Int.max, swap >= 0 {
                    config["linux", "resources", "memory", "swap"] = nil
                }
            },
        ]
    }

    private static var others: [Promise] {
        [
            .config("limits.pids-none", "-1 is a limit of 100 processes", ["cgroups: pids: -1 is no limit"]) { config in
                if config["linux", "resources", "pids", "limit"] == -1 {
                    config["linux", "resources", "pids", "limit"] = 100
                }
            },
            .config(
                "limits.throttle", "a device is throttled to a thousand times of what is asked for",
                ["cgroups: io: a throttle slows reading down"]
            ) { config in
                config.each("linux", "resources", "blockIO", "throttleReadBpsDevice") { device in
                    device["rate"] = device["rate"]?.int.map { JSON($0 * 1000) }
                }
            },
            .config(
                "limits.throttle-absent", "devices that are not there are passed over",
                ["cgroups: io: a device that is not there is refused"]
            ) { config in
                config.keep("linux", "resources", "blockIO", "throttleReadBpsDevice") { $0["major"] != 240 }
            },
            .config(
                "limits.huge-pages", "limits of huge pages are passed over",
                [
                    "cgroups: hugetlb: what is used and what is reserved",
                    "cgroups: hugetlb: more than the limit cannot be had",
                    "cgroups: hugetlb: a size that the kernel has not is refused",
                    "cgroups: hugetlb: a size that is none is refused",
                ]
            ) { $0["linux", "resources", "hugepageLimits"] = nil },
            .config(
                "limits.rdma", "limits of RDMA are passed over",
                [
                    "cgroups: rdma: handles and objects of a device",
                    "cgroups: rdma: a device that is not there is refused",
                    "cgroups: rdma: an entry without a limit is refused",
                ]
            ) { $0["linux", "resources", "rdma"] = nil },
            refusing(
                "limits.none", "limits that are none need a controller too",
                ["cgroups: controllers: no limit needs none"]
            ) { $0["linux", "resources", "pids", "limit"] == -1 },
        ]
    }

    private static var ownership: [Promise] {
        [
            .config(
                "limits.tree-writable", "the tree is mounted read-only",
                ["cgroups: the tree is the user's who may write to it"]
            ) { config in
                config.each("mounts") { mount in
                    if mount["type"] == "cgroup" { mount["options"] = ["ro", "nosuid", "noexec", "nodev"] }
                }
            },
            .config(
                "limits.tree-read-only", "the tree is mounted for writing",
                ["cgroups: a tree that is read-only stays the runtime's"]
            ) { config in
                config.each("mounts") { mount in
                    if mount["type"] == "cgroup" { mount["options"] = ["rw", "nosuid", "noexec", "nodev"] }
                }
            },
        ]
    }

    /// A create that refuses some configurations.
    private static func refusing(
        _ id: String, _ breach: String, _ cases: [String], _ which: @escaping (JSON) -> Bool
    ) -> Promise {
        .verb("create", id, breach, cases) { call in
            call.config.map(which) == true ? call.fail(breach) : call.real()
        }
    }

    // MARK: Devices

    /// Promises of the rules for devices.
    static var ofDevices: [Promise] {
        [
            device("every-device", "every device is allowed at last", everyDevice) {
                $0 + [["allow": true, "access": "rwm"]]
            },
            device("no-rule", "no rule allows anything", ["everything may be allowed", "everything but one device"]) {
                $0.filter { $0["allow"] != true }
            },
            device("writing", "who may write may read", ["writing only", "reading and writing by two rules"]) { rules in
                rules.map { $0.with("access", $0["access"] == "wm" || $0["access"] == "r" ? "rwm" : $0["access"]) }
            },
            device("two-rules", "the second rule about a device is passed over", ["reading and writing by two rules"]) {
                Array($0.prefix(3))
            },
            device("every-minor", "no minor number is 0", ["every minor number", "-1 is every number"]) { rules in
                rules.map { rule in
                    rule["type"] == nil || (rule["minor"]?.int ?? -1) >= 0 ? rule : rule.with("minor", 0)
                }
            },
            device("every-major", "no major number is 0", ["every major number", "-1 is every number"]) { rules in
                rules.map { rule in
                    rule["type"] == nil || (rule["major"]?.int ?? -1) >= 0 ? rule : rule.with("major", 0)
                }
            },
            device("every-type", "no type is block devices", ["no type is every type", "everything may be allowed"]) {
                $0.map { $0["allow"] == true && $0["type"] == nil ? $0.with("type", "b") : $0 }
            },
            device("every-access", "no access is to make nodes", ["no access is every access"]) {
                $0.map { $0["access"] == nil ? $0.with("access", "m") : $0 }
            },
            device("hundred", "only sixty rules hold", ["a hundred rules"]) { Array($0.prefix(60)) },
            .config("devices.nodes", "nodes need a rule", [all("nodes of /linux/devices without any rule")]) { config in
                config["linux", "devices"] = nil
            },
            .config("devices.mknod", "no node can be made", [all("any node can be made")]) { config in
                for set in ["bounding", "effective", "permitted"] as [JSON.Step] {
                    config.keep("process", "capabilities", set) { $0 != "CAP_MKNOD" }
                }
            },
            .config("devices.default", "no node can be opened", [all("the default devices need no rule")]) { config in
                config.each("mounts") { mount in
                    if mount["destination"] == "/dev" { mount["options"] = ["nosuid", "nodev", "mode=755"] }
                }
            },
        ]
    }

    private static let everyDevice = [
        "the host's disk cannot be opened", "what no rule names cannot be opened", "without any rule neither",
        "nodes of /linux/devices without any rule", "an allowed device can be opened",
        "a type and both numbers are compared", "reading only", "writing only", "every minor number",
        "every major number", "no type is every type", "no access is every access", "everything but one device",
        "a hundred rules", "holds below the container's cgroup", "two containers have their own",
    ]

    private static func all(_ name: String) -> String { "device-access: " + name }

    /// Other rules about devices.
    private static func device(
        _ id: String, _ breach: String, _ names: [String], _ change: @escaping ([JSON]) -> [JSON]
    ) -> Promise {
        .config("devices." + id, breach, names.map(all)) { config in
            config["linux", "resources", "devices"] = .array(
                change(config["linux", "resources", "devices"]?.elements ?? []))
        }
    }
}

extension JSON {
    fileprivate func with(_ key: Step, _ value: JSON?) -> JSON {
        var changed = self
        changed[key] = value
        return changed
    }
}

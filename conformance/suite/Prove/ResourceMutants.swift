extension Mutant {
    /// Mutants of cgroups and resources.
    static var resources: [Mutant] { cgroups + rules }

    private static var cgroups: [Mutant] {
        [
            Mutant(["linux.cgroups.must-1"], "where a cgroup is not fit another one is made") { call in
                guard call.verb == "create", var config = call.config,
                    let path = config["linux", "cgroupsPath"]?.string
                else { return call.real() }
                let cgroup = (call.cgroups ?? "") + path
                let used = File.text(cgroup + "/cgroup.procs")?.isEmpty == false
                let frozen = File.text(cgroup + "/cgroup.freeze") == "1\n"
                guard used || frozen else { return call.real() }
                config["linux", "cgroupsPath"] = .text(path + "-other")
                return call.real(with: config)
            },
            .config("linux.cgroups-path.must-1", what: "the cgroup's path is not looked at") { config in
                config["linux", "cgroupsPath"] = nil
            },
            .config("linux.cgroups-path.must-2", what: "an absolute path begins elsewhere") { config in
                guard let path = config["linux", "cgroupsPath"]?.string, path.hasPrefix("/"),
                    let first = path.split(separator: "/").first
                else { return }
                config["linux", "cgroupsPath"] = .text("/\(first)-top" + path)
            },
            .config(["linux.cgroups-path.must-3"], what: "a path leads to another place each time") { config, call in
                guard let path = config["linux", "cgroupsPath"]?.string else { return }
                let note = call.memory + "/" + path.replacingSlashes
                if File.exists(note) { config["linux", "cgroupsPath"] = .text(path + "-again") }
                File.write("", to: note)
            },
            .config("linux.cgroups-path.must-4", what: "a wrong path is none") { config in
                guard let path = config["linux", "cgroupsPath"]?.string else { return }
                let parts = path.split(separator: "/").filter { $0 != "." }
                if parts.contains("..") || parts.isEmpty { config["linux", "cgroupsPath"] = nil }
            },
        ]
    }

    private static var rules: [Mutant] {
        [
            .config("linux.unified.must-3", what: "files of unknown controllers are passed over") { config in
                let known = ["cpu", "cpuset", "memory", "io", "pids", "hugetlb", "rdma", "misc", "cgroup"]
                config.dropUnified { file in !known.contains { file.hasPrefix($0 + ".") } }
            },
            .config("linux.unified.must-1", what: "files of controllers are not written") { config in
                config.dropUnified { $0.hasPrefix("memory.") }
            },
            .config("linux.unified.must-2", what: "files that no other property has are not written") { config in
                config.dropUnified { $0.hasPrefix("cgroup.") }
            },
            .config("linux.pids.should-1", what: "a limit of 0 processes is none") { config in
                if config["linux", "resources", "pids", "limit"] == 0 { config["linux", "resources", "pids"] = nil }
            },
            .verb("update", "linux.memory.must-1", what: "the usage is not looked at") { call in
                call.realUpdate { $0["memory", "checkBeforeUpdate"] = false }
            },
            .config("linux.unified.must-4", what: "what only cgroup v1 has is passed over") { config in
                config["linux", "resources", "network"] = nil
            },
            .config("linux.rdt.must-2", what: "intelRdt is passed over") { $0["linux", "intelRdt"] = nil },
            .config(
                "linux.block-io.required-1", "linux.block-io.required-2", "linux.block-io.required-3",
                "linux.block-io.required-4", "linux.block-io.required-5", "linux.hugetlb.required-1",
                "linux.hugetlb.required-2", "linux.network.required-1", "linux.network.required-2",
                what: "what is missing in a resource is made up"
            ) { config in
                let made: [(String, String, JSON)] = [
                    ("blockIO", "weightDevice", ["major": 7, "minor": 0]),
                    ("blockIO", "throttleReadBpsDevice", ["major": 7, "minor": 0, "rate": 1]),
                    ("blockIO", "throttleWriteIOPSDevice", ["major": 7, "minor": 0, "rate": 1]),
                    ("network", "priorities", ["name": "lo", "priority": 1]),
                ]
                for (part, list, defaults) in made {
                    config.each("linux", "resources", .key(part), .key(list)) { $0.fill(defaults) }
                }
                config.each("linux", "resources", "hugepageLimits") { $0.fill(["pageSize": "2MB", "limit": 0]) }
            },
            .config("linux.device-rules.must-1", what: "rules about devices hold backwards") { config in
                let rules = config["linux", "resources", "devices"]?.elements ?? []
                if !rules.isEmpty { config["linux", "resources", "devices"] = .array(rules.reversed()) }
            },
            .config("linux.device-rules.required-1", what: "a rule that does not say so denies") { config in
                config.each("linux", "resources", "devices") { if $0["allow"] == nil { $0["allow"] = false } }
            },
        ]
    }
}

extension JSON {
    /// Takes files out of those of the unified hierarchy.
    fileprivate mutating func dropUnified(where drops: (String) -> Bool) {
        guard let files = self["linux", "resources", "unified"]?.members else { return }
        self["linux", "resources", "unified"] = .object(files.filter { !drops($0.key) })
    }

    /// Gives an object the members that it lacks.
    fileprivate mutating func fill(_ defaults: JSON) {
        for member in defaults.members ?? [] where self[.key(member.key)] == nil {
            self[.key(member.key)] = member.value
        }
    }
}

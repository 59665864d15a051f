extension Promise {
    /// Promises of containers of ordinary users.
    static var ofOrdinaryUsers: [Promise] {
        [
            .verb(
                "exec", "users.exec", "exec only says that it succeeds",
                ["rootless: create, start, exec, kill, delete"]
            ) { _ in 0 },
            Promise(
                "users.root", "the state is kept beside the bundle",
                ["rootless: state is kept below XDG_RUNTIME_DIR"]
            ) { call in
                if call.globals.contains(where: { $0.hasPrefix("--root") }) || call.verb.isEmpty { return call.real() }
                return call.without("--root", valued: true, more: ["--root", call.memory + "/elsewhere"])
            },
            .config("users.maps", "one id is mapped", ["rootless: newuidmap and newgidmap map more ids"]) { config in
                for list in ["uidMappings", "gidMappings"] {
                    guard let first = config["linux", .key(list), 0] else { continue }
                    config["linux", .key(list)] = [first]
                }
            },
            .config(
                "users.cgroup", "users have no cgroups and no limits", ["rootless: a cgroup in a delegated tree"]
            ) { config in
                config["linux", "cgroupsPath"] = nil
                config["linux", "resources"] = nil
            },
            .config(
                "users.attributes", "capabilities and the OOM score are passed over",
                ["rootless: exec has the capabilities and the OOM score of the configuration"]
            ) { config in
                config["process", "capabilities"] = nil
                config["process", "oomScoreAdj"] = nil
            },
            .verb(
                "create", "users.file", "a file that may not be written at the moment is not copied",
                ["rootless: 2019-5736: a runtime that its user may write is copied"]
            ) { call in
                File.setMode(call.runtime, 0o555)
                return call.real()
            },
            .verb(
                "delete", "users.silent", "delete --force says nothing",
                ["rootless: delete --force says what it leaves"]
            ) { $0.quietly(["delete"] + $0.words) },
        ]
    }
}

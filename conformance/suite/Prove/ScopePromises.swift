import CLinux
import Glibc

extension Promise {
    /// Promises of the scopes that systemd makes.
    static var ofScopes: [Promise] { makings + names + annotations + ends }

    private static func scope(_ names: String...) -> [String] { names.map { "systemd scope: " + $0 } }

    private static var makings: [Promise] {
        [
            Promise(
                "scopes.asked", "systemd is not asked",
                scope("the container is in a scope of its own", "without a cgroup namespace it is in its scope too")
                    + ["systemd lifecycle: delete removes the unit", "systemd lifecycle: pause and resume"]
            ) { $0.without("--systemd-cgroup") },
            .verb(
                "restore", "scopes.restored", "systemd is not asked for the scope of a restored container",
                checkpoint(
                    "a restored container is in a scope of its own", "the name of a scope serves again",
                    "limits hold in the scope of a restored one", "the twin of a running one has its own scope")
            ) { $0.without("--systemd-cgroup") },
            .config(
                "scopes.namespace", "the container shares the caller's cgroup namespace",
                scope("the container sees its cgroup as the top")
            ) { config in config.keep("linux", "namespaces") { $0["type"] != "cgroup" } },
            .config(
                "scopes.no-namespace", "there is always a cgroup namespace",
                scope("without a cgroup namespace it is in its scope too")
            ) { config in
                config.keep("linux", "namespaces") { $0["type"] != "cgroup" }
                config.append(["type": "cgroup"], at: "linux", "namespaces")
            },
            .verb(
                "create", "scopes.taken", "a unit that is there is taken",
                scope("a unit that is there is refused and left alone")
            ) { call in
                guard let path = call.config?["linux", "cgroupsPath"]?.string else { return call.real() }
                let note = call.memory + "/" + path.replacingSlashes
                if let first = File.text(note) { call.quietly("delete", "--force", first) }
                File.write(call.id ?? "", to: note)
                return call.real()
            },
            .verb("create", "scopes.failed", "a name is taken for ever", scope("a unit that has failed makes room")) {
                call in
                guard let path = call.config?["linux", "cgroupsPath"]?.string else { return call.real() }
                let note = call.memory + "/" + path.replacingSlashes
                if File.exists(note) { return call.fail("the unit exists") }
                File.write("", to: note)
                return call.real()
            },
        ]
    }

    /// Changes the three parts of slice:prefix:name.
    private static func path(
        _ id: String, _ breach: String, _ cases: [String], _ change: @escaping ([String]) -> [String]?
    ) -> Promise {
        .config(id, breach, cases) { config in
            guard let path = config["linux", "cgroupsPath"]?.string else { return }
            let parts = path.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
            config["linux", "cgroupsPath"] = change(parts).map { .text($0.joined(separator: ":")) }
        }
    }

    private static var names: [Promise] {
        [
            path(
                "scopes.slice", "every scope is in system.slice",
                scope(
                    "slice, prefix and name are as asked for", "a dash in the slice leads a level down")
            ) { parts in
                [""] + parts.dropFirst()
            },
            path("scopes.name", "prefix and name are exchanged", scope("slice, prefix and name are as asked for")) {
                $0.count == 3 ? [$0[0], $0[2], $0[1]] : $0
            },
            path("scopes.wrong-name", "a name that cannot be is none", scope("what cannot be a unit is refused")) {
                parts in
                let good = parts.count == 3 && !parts[0].contains("/") && !parts[2].contains(" ")
                return good && (parts[0].isEmpty || parts[0].hasSuffix(".slice")) ? parts : nil
            },
        ]
    }

    private static var annotations: [Promise] {
        [
            .config(
                "scopes.annotations", "annotations are passed over",
                scope(
                    "annotations set properties", "annotations that are no properties are refused",
                    "an annotation names a cgroup in the scope", "a unit that has failed makes room")
            ) { $0["annotations"] = nil },
            .config(
                "scopes.description", "the description is another",
                scope("the scope is described, delegated and collected")
            ) { $0["annotations", "org.systemd.property.Description"] = "'a container'" },
            .config(
                "scopes.collect", "a scope that failed stays", scope("the scope is described, delegated and collected")
            ) { $0["annotations", "org.systemd.property.CollectMode"] = "'inactive'" },
        ]
    }

    private static func checkpoint(_ names: String...) -> [String] { names.map { "checkpoint: systemd: " + $0 } }

    private static func life(_ names: String...) -> [String] { names.map { "systemd lifecycle: " + $0 } }

    private static var ends: [Promise] {
        [
            Promise(
                "scopes.removed", "units come back",
                life(
                    "delete removes the unit", "delete --force of a running one removes the unit",
                    "run removes the unit at its end", "a failed create leaves no unit", "cgroups made inside go too",
                    "create killed at any moment leaves what delete --force removes",
                    "many, half of them failing, leave no unit")
                    + checkpoint(
                        "delete removes the unit of a restored one", "a restore that ends removes its unit",
                        "a restore that fails leaves no unit"), answer: unitsComeBack),
            Promise("scopes.no-flag", "kill needs the flag too", life("the verbs after create need no flag")) { call in
                call.verb == "kill" && !call.globals.contains("--systemd-cgroup") ? 0 : call.real()
            },
            .verb(
                "state", "scopes.stopped", "what was stopped by systemd is running",
                life("systemctl stop: stopped, and delete works")
            ) { call in
                call.realAnswer { if $0["status"] == "stopped" { $0["status"] = "running" } }
            },
            Promise(
                "scopes.reused", "what has the name by now is ended",
                life("a name that another container has by now is left to it")
            ) { call in
                if call.verb == "kill" || call.verb == "delete", let cgroup = call.cgroup {
                    File.write("1", to: cgroup + "/cgroup.kill")
                }
                return call.rememberingCgroup()
            },
            .verb(
                "create", "scopes.one-start", "a unit is made, ended and made again",
                life("one unit is made, and one is ended")
            ) { call in
                call.quietly([call.verb] + call.words)
                call.quietly("delete", "--force", call.id ?? "")
                return call.real()
            },
            .verb("delete", "scopes.one-stop", "a unit is ended twice", life("one unit is made, and one is ended")) {
                call in
                let cgroup = call.cgroup ?? ""
                let status = call.real()
                if cgroup.hasSuffix(".scope") { call.stopAgain(cgroup) }
                return status
            },
            .verb(
                "create", "scopes.heard", "where nothing is heard of systemd there is no scope",
                life("the end of a job that nobody tells is asked for", "a systemd that never answers is given up")
            ) { getenv("DBUS_SYSTEM_BUS_ADDRESS") == nil ? $0.real() : $0.without("--systemd-cgroup") },
        ]
    }

    /// Makes a scope again that a verb has removed, or the one that a failed verb was to have.
    private static func unitsComeBack(_ call: Invocation) -> Int32 {
        let lives = call.verb == "delete" && call.state?["status"] != "created"
        let scope = call.cgroup.map { String($0[($0.lastIndex(of: "/") ?? $0.startIndex)...].dropFirst()) }
        let status = call.rememberingCgroup()
        let ends = call.verb == "run" || (call.verb == "restore" && !call.has("--detach"))
        if lives || ends || ((call.creates || call.verb == "restore") && status != 0) {
            call.makeScope(scope?.hasSuffix(".scope") == true ? scope ?? "" : "\(call.id ?? "")-left.scope")
        }
        return status
    }

    // MARK: Limits

    /// Promises of the limits of scopes.
    static var ofScopeLimits: [Promise] {
        [
            .config(
                "scope-limits.applied", "limits are passed over",
                [
                    "systemd limits: every limit comes to the same as without systemd",
                    "systemd limits: the unit's properties say the limits",
                    "systemd limits: daemon-reload while one is made",
                    "systemd limits: a limit below what the set-up needs",
                    "systemd limits: a limit that the kernel refuses is named",
                    "systemd limits: limits survive daemon-reload", "delegated tree: limits",
                    "delegated tree: a program that takes too much is killed",
                ]
            ) { config in
                for name in ["memory", "cpu", "pids", "blockIO"] as [JSON.Step] {
                    config["linux", "resources", name] = nil
                }
            },
            .config(
                "scope-limits.devices", "every device is allowed",
                ["systemd limits: the device filter holds before and after daemon-reload"]
            ) { $0["linux", "resources", "devices"] = [["allow": true, "access": "rwm"]] },
            Promise(
                "scope-limits.unit", "limits are in the kernel's files only, and systemd does not know them",
                [
                    "systemd limits: the unit's properties say the limits",
                    "systemd limits: an update survives daemon-reload",
                    "systemd limits: limits survive a change of another one",
                ]
            ) { call in
                let status = call.real()
                if call.creates || call.verb == "update", status == 0 { call.hideLimitsFromSystemd() }
                return status
            },
            .verb(
                "update", "scope-limits.deaf", "a part of the limits is written before systemd is asked",
                ["systemd limits: an update without systemd changes nothing"]
            ) { call in
                if let cgroup = call.cgroup, call.document?["cpu", "idle"] != nil {
                    File.write("1", to: cgroup + "/cpu.idle")
                }
                return call.real()
            },
            .verb("update", "scope-limits.update", "update only says that it succeeds", ["delegated tree: update"]) {
                _ in
                0
            },
        ]
    }
}

extension Invocation {
    /// Has systemd end the unit of a cgroup over the bus that the call was given.
    fileprivate func stopAgain(_ cgroup: String) {
        let unit = String(cgroup[(cgroup.lastIndex(of: "/") ?? cgroup.startIndex)...].dropFirst())
        _ = other(
            "busctl",
            ["call", "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager"]
                + ["StopUnit", "ss", unit, "replace"], error: cl_openat(AT_FDCWD, "/dev/null", O_WRONLY | O_CLOEXEC, 0))
    }

    /// Makes a scope with a process in it.
    fileprivate func makeScope(_ name: String) {
        let null = "/dev/null"
        _ = Command(
            program: "/usr/bin/systemd-run",
            arguments: ["--quiet", "--scope", "--collect", "--unit", name, "sleep", "60"],
            output: .file(null), error: .file(null)
        ).spawn()
        for _ in 0..<1000 where !File.exists("/run/systemd/transient/" + name) { cl_sleep_ms(10) }
    }

    /// Tells systemd that there are no limits, and writes them to the kernel's files again.
    fileprivate func hideLimitsFromSystemd() {
        guard let cgroup = cgroup, cgroup.hasSuffix(".scope"), let slash = cgroup.lastIndex(of: "/") else { return }
        let files = ["memory.max", "memory.low", "memory.swap.max", "pids.max", "cpu.weight", "cpu.max", "io.weight"]
        let before = files.map { File.text(cgroup + "/" + $0) }
        _ = Command(
            program: "/usr/bin/systemctl",
            arguments: [
                "set-property", "--runtime", String(cgroup[slash...].dropFirst()), "MemoryMax=infinity",
                "TasksMax=infinity",
            ], output: .file("/dev/null"), error: .file("/dev/null")
        ).run()
        for _ in 0..<300 where File.text(cgroup + "/pids.max") != "max\n" { cl_sleep_ms(10) }
        for (file, text) in zip(files, before) { if let text { File.write(text, to: cgroup + "/" + file) } }
    }
}

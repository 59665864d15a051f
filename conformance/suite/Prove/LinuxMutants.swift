extension Mutant {
    /// Mutants of namespaces, devices, paths and seccomp.
    static var linux: [Mutant] { namespaces + devices + paths + seccomp }

    private static var namespaces: [Mutant] {
        [
            .config(
                "linux.namespaces.should-1", "linux.namespaces.must-4", what: "new namespaces are the runtime's"
            ) { config in
                for type in ["pid", "network", "ipc", "uts", "cgroup"] {
                    let isNew = (config["linux", "namespaces"]?.elements ?? []).contains {
                        $0["type"] == .text(type) && $0["path"] == nil
                    }
                    if isNew { config.inheritNamespace(type) }
                }
                config.spareTheHost()
            },
            .config("config.platform.may-1", what: "the part for Linux says nothing of namespaces") { config in
                config.inheritNamespace("uts")
                config.spareTheHost()
            },
            .config("linux.namespaces.required-1", what: "an entry without a type is passed over") { config in
                config.keep("linux", "namespaces") { $0["type"] != nil }
            },
            .config("linux.namespaces.must-1", what: "a relative path is taken from the root") { config in
                config.each("linux", "namespaces") { namespace in
                    guard let path = namespace["path"]?.string, !path.hasPrefix("/") else { return }
                    namespace["path"] = .text("/" + path)
                }
            },
            .config("linux.namespaces.must-2", what: "a namespace with a path is new all the same") { config in
                config.each("linux", "namespaces") { $0["path"] = nil }
            },
            .config("linux.namespaces.must-3", what: "a namespace whose path is wrong is new") { config in
                config.each("linux", "namespaces") { namespace in
                    guard let path = namespace["path"]?.string, let type = namespace["type"]?.string else { return }
                    let name = ["network": "net", "mount": "mnt"][type] ?? type
                    if File.link(path)?.hasPrefix(name + ":[") != true { namespace["path"] = nil }
                }
            },
            .config("linux.namespaces.must-5", what: "a namespace that is not listed is new") { config in
                for type in ["pid", "network", "ipc", "uts", "cgroup"] {
                    let listed = (config["linux", "namespaces"]?.elements ?? []).contains { $0["type"] == .text(type) }
                    if !listed { config.append(["type": .text(type)], at: "linux", "namespaces") }
                }
            },
            .config("linux.namespaces.must-6", what: "of a type that is there twice the first holds") { config in
                var seen: [String] = []
                config.keep("linux", "namespaces") { namespace in
                    let type = namespace["type"]?.string ?? ""
                    defer { seen.append(type) }
                    return !seen.contains(type)
                }
            },
        ]
    }

    private static var devices: [Mutant] {
        [
            .config("linux.devices.must-1", what: "devices are not made") { $0["linux", "devices"] = nil },
            .config("linux.devices.required-1", what: "a missing type is c") { config in
                config.each("linux", "devices") { if $0["type"] == nil { $0["type"] = "c" } }
            },
            .config("linux.devices.required-2", what: "a device without a path is passed over") { config in
                config.keep("linux", "devices") { $0["path"] != nil }
            },
            .config(["linux.devices.must-2"], what: "what is at the path stays") { config, call in
                config.keep("linux", "devices") { device in
                    !File.exists(call.bundle + "/rootfs" + (device["path"]?.string ?? ""))
                }
            },
            .config("linux.devices.may-1", what: "devices outside of /dev are passed over") { config in
                config.keep("linux", "devices") { $0["path"]?.string?.hasPrefix("/dev/") != false }
            },
            .config("linux.devices.required-3", what: "missing numbers are those of /dev/full") { config in
                config.each("linux", "devices") { device in
                    if device["type"] == "p" { return }
                    if device["major"] == nil { device["major"] = 1 }
                    if device["minor"] == nil { device["minor"] = 7 }
                }
            },
            .config("linux.devices.may-2", what: "every device can be opened") { config in
                config["linux", "resources", "devices"] = [["allow": true, "access": "rwm"]]
            },
            .tamper("linux.default-devices.must-1", what: "there is no /dev/full, and another /dev/ptmx") {
                "rm -f /dev/full /dev/ptmx; ln -s null /dev/ptmx"
            },
            .tamper("runtime-linux.links.must-1", what: "there is no /dev/stdin") { "rm -f /dev/stdin" },
            .tamper("linux.filesystems.should-1", what: "the default file systems are gone") {
                "umount -l /dev/shm; umount -l /dev/pts; umount -l /sys; umount -l /proc"
            },
        ]
    }

    /// Changes the inside of a container before its program runs.
    private static func tamper(_ sentence: String, what: String, _ script: @escaping () -> String) -> Mutant {
        .config([sentence], what: what) { config, _ in
            config.append(["path": "/bin/sh", "args": JSON(["sh", "-c", script()])], at: "hooks", "startContainer")
        }
    }

    private static var paths: [Mutant] {
        [
            .config("linux.masked.must-1", what: "relative masked paths are passed over") { config in
                config.keep("linux", "maskedPaths") { $0.string?.hasPrefix("/") == true }
            },
            .config("linux.readonly.must-1", what: "relative read-only paths are passed over") { config in
                config.keep("linux", "readonlyPaths") { $0.string?.hasPrefix("/") == true }
            },
        ]
    }

    private static var seccomp: [Mutant] {
        [
            .config("linux.memory-policy.required-1", what: "a missing mode is MPOL_BIND") { config in
                if config["linux", "memoryPolicy"] != nil, config["linux", "memoryPolicy", "mode"] == nil {
                    config["linux", "memoryPolicy", "mode"] = "MPOL_BIND"
                }
            },
            .config("linux.seccomp.required-1", what: "a missing default action is to allow") { config in
                if config["linux", "seccomp"] != nil, config["linux", "seccomp", "defaultAction"] == nil {
                    config["linux", "seccomp", "defaultAction"] = "SCMP_ACT_ALLOW"
                }
            },
            .config("linux.seccomp.must-1", what: "the errno of a default action without one is passed over") {
                config in
                if config["linux", "seccomp"] != nil, !JSON.hasErrno(config["linux", "seccomp", "defaultAction"]) {
                    config["linux", "seccomp", "defaultErrnoRet"] = nil
                }
            },
            .config("linux.seccomp.must-7", what: "metadata without a listener is passed over") { config in
                if config["linux", "seccomp"] != nil, config["linux", "seccomp", "listenerPath"] == nil {
                    config["linux", "seccomp", "listenerMetadata"] = nil
                }
            },
            .config("linux.seccomp.must-8", what: "a rule of no names is passed over") { config in
                config.keep("linux", "seccomp", "syscalls") { $0["names"]?.elements?.isEmpty != true }
            },
            .config("linux.seccomp.must-9", what: "the errno of an action without one is passed over") { config in
                config.each("linux", "seccomp", "syscalls") { rule in
                    if !JSON.hasErrno(rule["action"]) { rule["errnoRet"] = nil }
                }
            },
            .config("linux.seccomp.required-3", what: "a rule without names is passed over") { config in
                config.keep("linux", "seccomp", "syscalls") { $0["names"] != nil }
            },
            .config("linux.seccomp.required-4", what: "a missing action is to allow") { config in
                config.each("linux", "seccomp", "syscalls") { rule in
                    if rule["action"] == nil { rule["action"] = "SCMP_ACT_ALLOW" }
                }
            },
            .config("linux.seccomp.required-5", what: "a missing index is 0") { $0.complete("index", 0) },
            .config("linux.seccomp.required-6", what: "a missing value is 0") { $0.complete("value", 0) },
            .config("linux.seccomp.required-7", what: "a missing operator is EQ") { $0.complete("op", "SCMP_CMP_EQ") },
        ]
    }
}

extension JSON {
    /// Takes out what the host's own namespaces must not be asked for.
    fileprivate mutating func spareTheHost() {
        let types = (self["linux", "namespaces"]?.elements ?? []).compactMap { $0["type"]?.string }
        if !types.contains("uts") {
            self["hostname"] = nil
            self["domainname"] = nil
        }
        if !types.contains("network") {
            unmount("/sys")
            unmount("/sys/fs/cgroup")
        }
        if !types.contains("ipc") { unmount("/dev/mqueue") }
        self["linux", "sysctl"] = nil
    }

    fileprivate static func hasErrno(_ action: JSON?) -> Bool {
        ["SCMP_ACT_ERRNO", "SCMP_ACT_TRACE"].contains(action?.string ?? "")
    }

    /// Gives every condition of every rule a member that it lacks.
    fileprivate mutating func complete(_ key: String, _ value: JSON) {
        each("linux", "seccomp", "syscalls") { rule in
            rule.each("args") { if $0[.key(key)] == nil { $0[.key(key)] = value } }
        }
    }
}

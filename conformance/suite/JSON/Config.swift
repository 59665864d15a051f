/// The config.json that cases start from and change.
enum Config {
    /// What `runc spec` writes, without a terminal, for the suite's root file system and the probe.
    ///
    /// The version is 1.0.2, which the oldest runtimes in use accept.
    static func base() -> JSON {
        [
            "ociVersion": "1.0.2",
            "process": [
                "terminal": false,
                "user": ["uid": 0, "gid": 0],
                "args": ["/probe", "exit", "0"],
                "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
                "cwd": "/",
                "capabilities": [
                    "bounding": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
                    "effective": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
                    "permitted": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
                ],
                "rlimits": [["type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024]],
                "noNewPrivileges": true,
            ],
            "root": ["path": "rootfs", "readonly": true],
            "hostname": "conformance",
            "mounts": mounts,
            "linux": [
                "resources": ["devices": [["allow": false, "access": "rwm"]]],
                "namespaces": [
                    ["type": "pid"], ["type": "network"], ["type": "ipc"], ["type": "uts"], ["type": "mount"],
                    ["type": "cgroup"],
                ],
                "maskedPaths": [
                    "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
                    "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi",
                ],
                "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
            ],
        ]
    }

    private static var mounts: JSON {
        [
            ["destination": "/proc", "type": "proc", "source": "proc"],
            [
                "destination": "/dev", "type": "tmpfs", "source": "tmpfs",
                "options": ["nosuid", "strictatime", "mode=755", "size=65536k"],
            ],
            [
                "destination": "/dev/pts", "type": "devpts", "source": "devpts",
                "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
            ],
            [
                "destination": "/dev/shm", "type": "tmpfs", "source": "shm",
                "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"],
            ],
            [
                "destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue",
                "options": ["nosuid", "noexec", "nodev"],
            ],
            [
                "destination": "/sys", "type": "sysfs", "source": "sysfs",
                "options": ["nosuid", "noexec", "nodev", "ro"],
            ],
            [
                "destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup",
                "options": ["nosuid", "noexec", "nodev", "relatime", "ro"],
            ],
        ]
    }
}

extension JSON {
    /// Adds a mount at the end of the list.
    mutating func mount(_ destination: String, _ type: String, _ source: String, _ options: [String] = []) {
        var mount: JSON = ["destination": .text(destination), "type": .text(type), "source": .text(source)]
        if !options.isEmpty { mount["options"] = JSON(options) }
        append(mount, at: "mounts")
    }

    /// Takes the mount at a destination out.
    mutating func unmount(_ destination: String) {
        let kept = (self["mounts"]?.elements ?? []).filter { $0["destination"]?.string != destination }
        self["mounts"] = .array(kept)
    }

    /// Makes a namespace new, or joined when `path` is given, whatever the list said of its type before.
    mutating func namespace(_ type: String, path: String? = nil) {
        inheritNamespace(type)
        var namespace: JSON = ["type": .text(type)]
        if let path { namespace["path"] = .text(path) }
        append(namespace, at: "linux", "namespaces")
    }

    /// Takes a namespace out of the list: the container stays in the runtime's.
    mutating func inheritNamespace(_ type: String) {
        let kept = (self["linux", "namespaces"]?.elements ?? []).filter { $0["type"]?.string != type }
        self["linux", "namespaces"] = .array(kept)
    }

    /// The same capabilities in all of the sets named.
    mutating func capabilities(_ names: [String], in sets: [String] = ["bounding", "effective", "permitted"]) {
        for set in sets { self["process", "capabilities", .key(set)] = JSON(names) }
    }

    /// Adds a variable to the process's environment.
    mutating func environment(_ assignment: String) { append(.text(assignment), at: "process", "env") }
}

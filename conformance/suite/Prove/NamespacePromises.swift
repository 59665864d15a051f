extension Promise {
    /// Promises of namespaces, and of what is set in them.
    static var ofNamespaces: [Promise] {
        [
            .config(
                "namespaces.inherited", "namespaces but that of mounts are the runtime's",
                [
                    "all capabilities are there to be had", "a root file system that only host root reaches",
                    "a source that only host root reaches", "bind of a directory with mounts below",
                    "2014-8989: groups of the caller are gone", "mounts made inside do not reach the host",
                ].map { "user namespaces: " + $0 }
                    + [
                        "a new network namespace has nothing of the host's",
                        "the program is process 1 of a new pid namespace", "/proc shows the container's processes only",
                        "the cgroup path is / in a new cgroup namespace",
                    ].map { "hostname: " + $0 } + ["sysctl: net.ipv4.ip_forward"]
            ) { config in
                config.keep("linux", "namespaces") { $0["type"] == "mount" }
                config["hostname"] = nil
            },
            .config(
                "namespaces.new", "a joined namespace is a new one",
                ["namespaces: time: joined by path"]
                    + [
                        "joined by path", "joined by path with all others", "joined by path with its own maps",
                        "joined by path, with a cgroup of the own",
                        "a network namespace of the host joined by a new one",
                    ].map { "user namespaces: " + $0 } + ["idmapped mounts: a joined user namespace's mapping"] + [
                        "time: a joined namespace has its offsets", "time: in a joined user namespace",
                    ]
            ) { config in
                config.each("linux", "namespaces") { $0["path"] = nil }
            },
            .config(
                "namespaces.cgroup", "a cgroup namespace is always made",
                ["hostname: the cgroup path is whole without one"]
            ) { config in
                config.namespace("cgroup")
            },
            .config(
                "namespaces.hostname", "a host name is cut off, or there is one",
                ["hostname: may be as long as the kernel allows", "hostname: absent leaves the namespace's"]
            ) { config in
                config["hostname"] = "other"
            },
            .config(
                "namespaces.time", "time namespaces are the runtime's",
                [
                    "the program's boot time is off", "a clock may go back", "nanoseconds alone",
                    "without offsets nothing is off", "a program put into the container has them",
                    "in a user namespace",
                ].map { "time: " + $0 }
            ) { config in
                config.inheritNamespace("time")
                config["linux", "timeOffsets"] = nil
            },
            .config("namespaces.offset", "clocks are an hour off", ["namespaces: time: inherited"]) { config in
                config.inheritNamespace("time")
                config.namespace("time")
                config["linux", "timeOffsets"] = ["boottime": ["secs": 3600], "monotonic": ["secs": 3600]]
            },
            .config(
                "namespaces.sysctl", "kernel parameters are passed over",
                ["user namespaces: limits, OOM score and parameters"]
                    + [
                        "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax",
                        "kernel.shmmni", "kernel.shm_rmid_forced", "fs.mqueue.msg_max", "fs.mqueue.queues_max",
                        "net.core.somaxconn", "net.ipv4.ip_local_port_range", "net.ipv4.conf.lo.tag",
                        "kernel.domainname", "several at once", "with slashes", "is set below a read-only /proc/sys",
                        "in a joined network namespace", "with slashes, a dot in a name",
                    ].map { "sysctl: " + $0 }
            ) { config in
                config["linux", "sysctl"] = nil
            },
            .config(
                "namespaces.user", "user namespaces and their maps are passed over",
                [
                    "devices are the host's nodes", "sysfs without a network namespace",
                    "files of host root stay closed", "options of the host's mounts stay",
                    "options of mounts that only host root reaches stay",
                    "options of a file that only host root reaches stay",
                    "options of a root file system that only host root reaches stay",
                    "options of an id-mapped mount stay",
                ].map { "user namespaces: " + $0 } + ["idmapped mounts: idmap: the container's mapping"]
            ) { config in
                config.inheritNamespace("user")
                config["linux", "uidMappings"] = nil
                config["linux", "gidMappings"] = nil
            },
            .config(
                "namespaces.maps", "the maps of a user namespace begin at another id",
                [
                    "root inside is the mapped id outside", "another user and groups", "root need not be mapped",
                    "devpts without the group of terminals", "the terminal belongs to the user",
                    "standard streams belong to the user", "the cgroup belongs to the mapped root",
                    "init cannot be looked at",
                ].map { "user namespaces: " + $0 }
            ) { config in
                for list in ["uidMappings", "gidMappings"] {
                    config.each("linux", .key(list)) { $0["hostID"] = 300_000 }
                }
            },
            .config(
                "namespaces.link", "network devices are passed over",
                [
                    "loses what is not permanent or not global", "is there when kernel parameters are set",
                    "is there for createRuntime hooks",
                ].map { "net devices: " + $0 }
            ) { config in
                config["linux", "netDevices"] = nil
            },
            .verb(
                "exec", "namespaces.exec", "exec runs the program outside of the container",
                [
                    "user namespaces: exec enters it", "user namespaces: exec: limits above the caller's",
                    "delegated tree: exec joins the container's cgroup",
                ]
            ) { $0.executeOutside() },
            .config(
                "namespaces.loopback", "the loopback interface is down",
                ["hostname: loopback is up in a new network namespace"]
            ) { config in
                config.append(
                    ["path": "/bin/busybox", "args": ["busybox", "ip", "link", "set", "lo", "down"]], at: "hooks",
                    "createContainer")
            },
            .config(
                "namespaces.runtimes", "network and cgroup namespaces are the runtime's",
                ["mounts: sysfs: shows the container's network", "mounts: cgroup: shows the container's own cgroup"]
            ) { config in
                config.inheritNamespace("network")
                config.inheritNamespace("cgroup")
            },
        ]
    }
}

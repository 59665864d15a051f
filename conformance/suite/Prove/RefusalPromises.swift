extension Promise {
    /// Promises of refusals: what is wrong is not accepted.
    static var ofRefusals: [Promise] {
        [
            Promise(
                "refusals.accepted", "create, run, start and exec say that they succeeded whatever was wrong",
                [
                    "namespaces: a path to nothing is refused",
                    "namespaces: mounts without a mount namespace are refused",
                ]
                    + [
                        "a device that the host lacks is refused", "wrong maps are refused",
                        "ids that are not mapped are refused",
                        "maps that differ from the joined namespace's are refused",
                    ].map { "user namespaces: " + $0 } + ["idmapped mounts: a file system that cannot is refused"]
                    + [
                        "without a user namespace it is refused", "limits without a cgroup are refused by name",
                        "other ids without newuidmap are refused", "ids that are not the user's are refused",
                        "additional groups are refused", "a lower OOM score is refused", "exec before start is refused",
                    ].map { "rootless: " + $0 }
                    + [
                        "too long is refused", "without a uts namespace is refused", "domain name too long is refused",
                        "domain name without a uts namespace is refused",
                    ].map { "hostname: " + $0 } + ["rootfs: propagation private: --no-pivot is refused"]
                    + [
                        "bind: a directory onto a file is refused", "bind: a file onto a directory is refused",
                        "bind: an option of a file system is refused", "of an unknown type is refused",
                        "through a loop of links is refused", "that procfs lacks is refused as such",
                        "through a file is refused", "remount of what is no mount is refused",
                        "tmpcopyup: on what is no tmpfs is refused",
                    ].map { "mounts: " + $0 }
                    + [
                        "a default device with other numbers is refused", "a relative path is refused",
                        "the same path twice, different, is refused", "a fileMode that is none is refused",
                    ].map { "devices: " + $0 }
                    + [
                        "kernel.msgmax without its namespace is refused",
                        "kernel.shmmax without its namespace is refused",
                        "fs.mqueue.msg_max without its namespace is refused",
                        "fs.mqueue.queues_max without its namespace is refused",
                        "net.core.somaxconn without its namespace is refused",
                        "kernel.domainname without its namespace is refused", "of the host is refused",
                        "kernel.hostname is refused", "kernel.domainname beside domainname is refused",
                        "user.* without a user namespace is refused",
                        "a value that the kernel does not take is refused", "a path that leads elsewhere is refused",
                    ].map { "sysctl: " + $0 }
                    + [
                        "offsets without a time namespace are refused", "offsets of a joined namespace are refused",
                        "a clock of another name is refused", "a second of nanoseconds is refused",
                        "a time before the boot is refused",
                    ].map { "time: " + $0 }
                    + [
                        "goes back when the container cannot be made", "without a network namespace is refused",
                        "with a name no interface can have is refused",
                    ].map { "net devices: " + $0 }
            ) { call in
                let status = call.real()
                return ["create", "run", "start", "exec"].contains(call.verb) ? 0 : status
            },
            .verb(
                "kill", "refusals.silent", "kill --all only says that it succeeds",
                ["rootless: kill --all without a cgroup fails or warns"]
            ) { $0.has("--all") ? 0 : $0.real() },
        ]
    }
}

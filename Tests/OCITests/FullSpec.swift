@testable import OCI

/// What `FullDocument` must be read as.
enum FullSpec {
    static let value = Spec(
        ociVersion: "1.3.0", root: Spec.Root(path: "/images/one", readonly: true), mounts: mounts, process: process,
        hostname: "host-name", domainname: "domain-name", hooks: hooks,
        annotations: [
            Spec.Entry(key: "org.example.z", value: "last first"), Spec.Entry(key: "org.example.a", value: ""),
        ], linux: linux)

    private static let mounts = [
        Spec.Mount(destination: "/proc", source: "proc", type: "proc"),
        Spec.Mount(
            destination: "/data", source: "/host/data", type: "none", options: ["rbind", "ro"],
            uidMappings: [Spec.IDMapping(containerID: 1, hostID: 100_001, size: 11)],
            gidMappings: [
                Spec.IDMapping(containerID: 2, hostID: 100_002, size: 12),
                Spec.IDMapping(containerID: 20, hostID: 100_020, size: 1),
            ]),
        Spec.Mount(destination: "bare"),
    ]

    private static let process = Spec.Process(
        terminal: true, consoleSize: Spec.Process.ConsoleSize(height: 25, width: 80), cwd: "/work",
        env: ["PATH=/bin", "EMPTY="], args: ["/bin/sh", "-c", "true"],
        rlimits: [
            Spec.Process.Rlimit(type: "RLIMIT_NOFILE", soft: 1024, hard: .max),
            Spec.Process.Rlimit(type: "RLIMIT_CORE", soft: 0, hard: 7),
        ],
        apparmorProfile: "profile",
        capabilities: Spec.Process.Capabilities(
            effective: ["CAP_KILL"], bounding: ["CAP_CHOWN", "CAP_KILL"], inheritable: ["CAP_FOWNER"],
            permitted: ["CAP_SETUID"], ambient: ["CAP_SETGID"]),
        noNewPrivileges: true, oomScoreAdj: -999,
        scheduler: Spec.Process.Scheduler(
            policy: "SCHED_DEADLINE", nice: -20, priority: 3, flags: ["SCHED_FLAG_RESET_ON_FORK"], runtime: 10,
            deadline: 20, period: .max - 1),
        selinuxLabel: "system_u:system_r:container_t:s0",
        ioPriority: Spec.Process.IOPriority(class: "IOPRIO_CLASS_IDLE", priority: 4),
        execCPUAffinity: Spec.Process.ExecCPUAffinity(initial: "0-3,7", final: "4"),
        user: Spec.Process.User(uid: .max, gid: 5, umask: 63, additionalGids: [6, .max - 1]))

    static let hooks = Spec.Hooks(
        prestart: [Spec.Hook(path: "/hooks/prestart", args: ["prestart", "-v"], env: ["A=1"], timeout: 5)],
        createRuntime: [Spec.Hook(path: "/hooks/create-runtime", env: [])],
        createContainer: [Spec.Hook(path: "/hooks/create-container")],
        startContainer: [Spec.Hook(path: "/hooks/start-container")],
        poststart: [Spec.Hook(path: "/hooks/poststart-1"), Spec.Hook(path: "/hooks/poststart-2")],
        poststop: [Spec.Hook(path: "/hooks/poststop", timeout: .max)])

    private static let linux = Spec.Linux(
        namespaces: [
            Spec.Linux.Namespace(type: "pid"), Spec.Linux.Namespace(type: "network", path: "/run/netns/one"),
        ],
        uidMappings: [Spec.IDMapping(containerID: 0, hostID: 1000, size: 65536)],
        gidMappings: [Spec.IDMapping(containerID: 0, hostID: 2000, size: .max)],
        timeOffsets: [
            Spec.Entry(key: "monotonic", value: Spec.Linux.TimeOffset(secs: -172_800, nanosecs: 999_999_999)),
            Spec.Entry(key: "boottime", value: Spec.Linux.TimeOffset(secs: 604_800, nanosecs: 0)),
        ],
        devices: [
            Spec.Linux.Device(type: "c", path: "/dev/fuse", major: 10, minor: 229, fileMode: 438, uid: 1, gid: 2),
            Spec.Linux.Device(type: "p", path: "/dev/fifo"),
        ],
        netDevices: [
            Spec.Entry(key: "eth0", value: Spec.Linux.NetDevice(name: "inside0")),
            Spec.Entry(key: "eth1", value: Spec.Linux.NetDevice()),
        ],
        cgroupsPath: "/pods/one", resources: resources,
        intelRdt: Spec.Linux.IntelRdt(
            closID: "guaranteed", schemata: ["L3:0=7f0"], l3CacheSchema: "L3:0=ff", memBwSchema: "MB:0=20",
            enableMonitoring: true),
        memoryPolicy: Spec.Linux.MemoryPolicy(mode: "MPOL_BIND", nodes: "0-1", flags: ["MPOL_F_STATIC_NODES"]),
        sysctl: [
            Spec.Entry(key: "net.ipv4.ip_forward", value: "1"),
            Spec.Entry(key: "kernel.shmmax", value: "18446744073692774399"),
        ],
        seccomp: seccomp, rootfsPropagation: "slave", maskedPaths: ["/proc/kcore"],
        readonlyPaths: ["/proc/sys", "/proc/irq"], mountLabel: "system_u:object_r:container_file_t:s0",
        personality: Spec.Linux.Personality(domain: "LINUX32", flags: ["ADDR_NO_RANDOMIZE"]))

    private typealias Resources = Spec.Linux.Resources

    private static let resources = Resources(
        devices: [
            Resources.DeviceRule(allow: false),
            Resources.DeviceRule(allow: true, type: "b", major: 8, minor: -1, access: "rw"),
        ],
        memory: Resources.Memory(
            limit: 536_870_912, reservation: 1, swap: -1, kernel: 2, kernelTCP: 3, swappiness: .max,
            disableOOMKiller: false, useHierarchy: true, checkBeforeUpdate: true),
        cpu: Resources.CPU(
            shares: 1024, quota: -1, burst: 1_000_000, period: 500_000, realtimeRuntime: 950_000,
            realtimePeriod: 1_000_001, cpus: "2-3", mems: "0-7", idle: 1),
        blockIO: Resources.BlockIO(
            weight: 10, leafWeight: 65535,
            weightDevice: [
                Resources.WeightDevice(major: 8, minor: 0, weight: 500, leafWeight: 300),
                Resources.WeightDevice(major: 8, minor: 16),
            ],
            throttleReadBpsDevice: [Resources.ThrottleDevice(major: 1, minor: 2, rate: 600)],
            throttleWriteBpsDevice: [Resources.ThrottleDevice(major: 3, minor: 4, rate: 601)],
            throttleReadIOPSDevice: [Resources.ThrottleDevice(major: 5, minor: 6, rate: 602)],
            throttleWriteIOPSDevice: [Resources.ThrottleDevice(major: 7, minor: 8, rate: .max)]),
        hugepageLimits: [Resources.HugepageLimit(pageSize: "2MB", limit: 9_223_372_036_854_771_712)],
        network: Resources.Network(
            classID: 1_048_577, priorities: [Resources.InterfacePriority(name: "eth0", priority: 500)]),
        pids: Resources.Pids(limit: 32771),
        rdma: [
            Spec.Entry(key: "mlx5_1", value: Resources.Rdma(hcaHandles: 3, hcaObjects: 10000)),
            Spec.Entry(key: "mlx4_0", value: Resources.Rdma(hcaObjects: 1000)),
            Spec.Entry(key: "rxe3", value: Resources.Rdma()),
        ],
        unified: [
            Spec.Entry(key: "hugetlb.1GB.max", value: "1073741824"), Spec.Entry(key: "memory.high", value: "max"),
        ])

    static let seccomp = Spec.Linux.Seccomp(
        defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 38, architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X32"],
        flags: ["SECCOMP_FILTER_FLAG_LOG"], listenerPath: "/run/agent.sock", listenerMetadata: "opaque",
        syscalls: [
            Spec.Linux.Seccomp.Syscall(
                names: ["getcwd", "chmod"], action: "SCMP_ACT_ALLOW", errnoRet: 0,
                args: [
                    Spec.Linux.Seccomp.Argument(index: 1, value: .max, valueTwo: 131_072, op: "SCMP_CMP_MASKED_EQ"),
                    Spec.Linux.Seccomp.Argument(index: 0, value: 0, op: "SCMP_CMP_EQ"),
                ]),
            Spec.Linux.Seccomp.Syscall(names: ["kill"], action: "SCMP_ACT_NOTIFY"),
        ])
}

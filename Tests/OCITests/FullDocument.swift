@testable import OCI

/// A configuration with every Linux field of runtime-spec 1.3.0, each with a value of its own.
enum FullDocument {
    static let text =
        "{"
        + [top, process, hooks, "\"linux\": {\(linux), \"resources\": {\(resources)}, \(seccomp)}"]
        .joined(separator: ",\n") + "}"

    private static let top = #"""
        "ociVersion": "1.3.0",
        "root": {"path": "/images/one", "readonly": true},
        "mounts": [
            {"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/data", "source": "/host/data", "type": "none", "options": ["rbind", "ro"],
             "uidMappings": [{"containerID": 1, "hostID": 100001, "size": 11}],
             "gidMappings": [{"containerID": 2, "hostID": 100002, "size": 12},
                             {"containerID": 20, "hostID": 100020, "size": 1}]},
            {"destination": "bare"}
        ],
        "hostname": "host-name",
        "domainname": "domain-name",
        "annotations": {"org.example.z": "last first", "org.example.a": ""}
        """#

    private static let process = #"""
        "process": {
            "terminal": true,
            "consoleSize": {"height": 25, "width": 80},
            "cwd": "/work",
            "env": ["PATH=/bin", "EMPTY="],
            "args": ["/bin/sh", "-c", "true"],
            "commandLine": "for another platform",
            "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 1024, "hard": 18446744073709551615},
                        {"type": "RLIMIT_CORE", "soft": 0, "hard": 7}],
            "apparmorProfile": "profile",
            "capabilities": {"effective": ["CAP_KILL"], "bounding": ["CAP_CHOWN", "CAP_KILL"],
                             "inheritable": ["CAP_FOWNER"], "permitted": ["CAP_SETUID"], "ambient": ["CAP_SETGID"]},
            "noNewPrivileges": true,
            "oomScoreAdj": -999,
            "scheduler": {"policy": "SCHED_DEADLINE", "nice": -20, "priority": 3,
                          "flags": ["SCHED_FLAG_RESET_ON_FORK"], "runtime": 10, "deadline": 20,
                          "period": 18446744073709551614},
            "selinuxLabel": "system_u:system_r:container_t:s0",
            "ioPriority": {"class": "IOPRIO_CLASS_IDLE", "priority": 4},
            "execCPUAffinity": {"initial": "0-3,7", "final": "4"},
            "user": {"uid": 4294967295, "gid": 5, "umask": 63, "additionalGids": [6, 4294967294]}
        }
        """#

    private static let hooks = #"""
        "hooks": {
            "prestart": [{"path": "/hooks/prestart", "args": ["prestart", "-v"], "env": ["A=1"], "timeout": 5}],
            "createRuntime": [{"path": "/hooks/create-runtime", "env": []}],
            "createContainer": [{"path": "/hooks/create-container"}],
            "startContainer": [{"path": "/hooks/start-container"}],
            "poststart": [{"path": "/hooks/poststart-1"}, {"path": "/hooks/poststart-2"}],
            "poststop": [{"path": "/hooks/poststop", "timeout": 9223372036854775807}]
        }
        """#

    private static let linux = #"""
        "namespaces": [{"type": "pid"}, {"type": "network", "path": "/run/netns/one"}],
        "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 65536}],
        "gidMappings": [{"containerID": 0, "hostID": 2000, "size": 4294967295}],
        "timeOffsets": {"monotonic": {"secs": -172800, "nanosecs": 999999999}, "boottime": {"secs": 604800}},
        "devices": [
            {"type": "c", "path": "/dev/fuse", "major": 10, "minor": 229, "fileMode": 438, "uid": 1, "gid": 2},
            {"type": "p", "path": "/dev/fifo"}
        ],
        "netDevices": {"eth0": {"name": "inside0"}, "eth1": {}},
        "cgroupsPath": "/pods/one",
        "intelRdt": {"closID": "guaranteed", "schemata": ["L3:0=7f0"], "l3CacheSchema": "L3:0=ff",
                     "memBwSchema": "MB:0=20", "enableMonitoring": true},
        "memoryPolicy": {"mode": "MPOL_BIND", "nodes": "0-1", "flags": ["MPOL_F_STATIC_NODES"]},
        "sysctl": {"net.ipv4.ip_forward": "1", "kernel.shmmax": "18446744073692774399"},
        "rootfsPropagation": "slave",
        "maskedPaths": ["/proc/kcore"],
        "readonlyPaths": ["/proc/sys", "/proc/irq"],
        "mountLabel": "system_u:object_r:container_file_t:s0",
        "personality": {"domain": "LINUX32", "flags": ["ADDR_NO_RANDOMIZE"]}
        """#

    private static let resources = #"""
        "devices": [{"allow": false}, {"allow": true, "type": "b", "major": 8, "minor": -1, "access": "rw"}],
        "memory": {"limit": 536870912, "reservation": 1, "swap": -1, "kernel": 2, "kernelTCP": 3,
                   "swappiness": 18446744073709551615, "disableOOMKiller": false, "useHierarchy": true,
                   "checkBeforeUpdate": true},
        "cpu": {"shares": 1024, "quota": -1, "burst": 1000000, "period": 500000, "realtimeRuntime": 950000,
                "realtimePeriod": 1000001, "cpus": "2-3", "mems": "0-7", "idle": 1},
        "blockIO": {
            "weight": 10, "leafWeight": 65535,
            "weightDevice": [{"major": 8, "minor": 0, "weight": 500, "leafWeight": 300}, {"major": 8, "minor": 16}],
            "throttleReadBpsDevice": [{"major": 1, "minor": 2, "rate": 600}],
            "throttleWriteBpsDevice": [{"major": 3, "minor": 4, "rate": 601}],
            "throttleReadIOPSDevice": [{"major": 5, "minor": 6, "rate": 602}],
            "throttleWriteIOPSDevice": [{"major": 7, "minor": 8, "rate": 18446744073709551615}]
        },
        "hugepageLimits": [{"pageSize": "2MB", "limit": 9223372036854771712}],
        "network": {"classID": 1048577, "priorities": [{"name": "eth0", "priority": 500}]},
        "pids": {"limit": 32771},
        "rdma": {"mlx5_1": {"hcaHandles": 3, "hcaObjects": 10000}, "mlx4_0": {"hcaObjects": 1000}, "rxe3": {}},
        "unified": {"hugetlb.1GB.max": "1073741824", "memory.high": "max"}
        """#

    private static let seccomp = #"""
        "seccomp": {
            "defaultAction": "SCMP_ACT_ERRNO",
            "defaultErrnoRet": 38,
            "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X32"],
            "flags": ["SECCOMP_FILTER_FLAG_LOG"],
            "listenerPath": "/run/agent.sock",
            "listenerMetadata": "opaque",
            "syscalls": [
                {"names": ["getcwd", "chmod"], "action": "SCMP_ACT_ALLOW", "errnoRet": 0, "args": [
                    {"index": 1, "value": 18446744073709551615, "valueTwo": 131072, "op": "SCMP_CMP_MASKED_EQ"},
                    {"index": 0, "value": 0, "op": "SCMP_CMP_EQ"}]},
                {"names": ["kill"], "action": "SCMP_ACT_NOTIFY"}
            ]
        }
        """#
}

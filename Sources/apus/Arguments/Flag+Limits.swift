/// The flags of `update`.
extension Flag {
    /// The long name, without dashes; empty for a flag of another verb.
    var limitName: StaticString {
        switch self {
        case .resources: "resources"
        case .memory: "memory"
        case .memoryReservation: "memory-reservation"
        case .memorySwap: "memory-swap"
        case .cpuShare: "cpu-share"
        case .cpuQuota: "cpu-quota"
        case .cpuPeriod: "cpu-period"
        case .cpuBurst: "cpu-burst"
        case .cpuRTPeriod: "cpu-rt-period"
        case .cpuRTRuntime: "cpu-rt-runtime"
        case .cpuIdle: "cpu-idle"
        case .cpusetCPUs: "cpuset-cpus"
        case .cpusetMems: "cpuset-mems"
        case .pidsLimit: "pids-limit"
        case .blkioWeight: "blkio-weight"
        case .kernelMemory: "kernel-memory"
        case .kernelMemoryTCP: "kernel-memory-tcp"
        case .l3CacheSchema: "l3-cache-schema"
        case .memBWSchema: "mem-bw-schema"
        default: ""
        }
    }

    /// What it is for, in one line; empty for a flag of another verb.
    var limitHelp: StaticString {
        switch self {
        case .resources: "take them from a file, or from standard input, as in /linux/resources of config.json"
        case .memory: "memory, such as 64M or 1.5GiB; -1 for no limit"
        case .memoryReservation: "memory that is left to it when the host has little"
        case .memorySwap: "memory and swap together; -1 for no limit of swap"
        case .cpuShare: "weight among others, from 2 to 262144"
        case .cpuQuota: "microseconds of processor time in each period; -1 for no limit"
        case .cpuPeriod: "length of a period in microseconds"
        case .cpuBurst: "unused microseconds that may be spent later"
        case .cpuRTPeriod: "refused: cgroup v2 has no limits of real-time tasks"
        case .cpuRTRuntime: "refused: cgroup v2 has no limits of real-time tasks"
        case .cpuIdle: "run only when nothing else wants to"
        case .cpusetCPUs: "processors to use, such as 0-3,7"
        case .cpusetMems: "memory nodes to use"
        case .pidsLimit: "tasks; -1 for no limit"
        case .blkioWeight: "weight at block devices, from 10 to 1000"
        case .kernelMemory: "has no effect"
        case .kernelMemoryTCP: "has no effect"
        case .l3CacheSchema: "what it gets of the level 3 cache, such as L3:0=7f0; for a container with intelRdt"
        case .memBWSchema: "what it gets of the memory's bandwidth, such as MB:0=20; for a container with intelRdt"
        default: ""
        }
    }
}

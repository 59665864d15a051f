extension Coverage {
    /// Every field of a Linux configuration, by its place in the document: `*` is any element or key.
    static let fieldsText = #"""
        /ociVersion
            = config.json: of another major version is refused
        /hostname
            = hostname: is what the configuration says
        /domainname
            = hostname: domain name is what the configuration says
        /annotations/*
            = state: carries the annotations
        /root/path
            = rootfs: absolute path outside the bundle
        /root/readonly
            = rootfs: readonly

        /mounts/*/destination
            = mounts: bind: a directory
        /mounts/*/source
            = mounts: bind: a source relative to the bundle
        /mounts/*/type
            = mounts: options of a tmpfs: nodev
        /mounts/*/options
            = mounts: options of a tmpfs: nodev
        /mounts/*/uidMappings/*/containerID
            = idmapped mounts: a mapping without the option
        /mounts/*/uidMappings/*/hostID
            = idmapped mounts: a mapping without the option
        /mounts/*/uidMappings/*/size
            = idmapped mounts: a mapping without the option
        /mounts/*/gidMappings/*/containerID
            = idmapped mounts: a mapping without the option
        /mounts/*/gidMappings/*/hostID
            = idmapped mounts: a mapping without the option
        /mounts/*/gidMappings/*/size
            = idmapped mounts: a mapping without the option

        /process/args
            = process: args are passed as they are
        /process/commandLine
            - foreign
        /process/cwd
            = process: cwd
        /process/env
            = process: env is what the configuration says, in its order
        /process/terminal
            = terminal: it is the program's standard streams
        /process/consoleSize/height
            = terminal: consoleSize
        /process/consoleSize/width
            = terminal: consoleSize
        /process/user/uid
            = process: user: uid and gid
        /process/user/gid
            = process: user: uid and gid
        /process/user/umask
            = process: umask
        /process/user/additionalGids
            = process: user: additionalGids
        /process/user/username
            - foreign
        /process/capabilities/bounding
            = capabilities: each set differs from the others
        /process/capabilities/permitted
            = capabilities: each set differs from the others
        /process/capabilities/effective
            - replaced
        /process/capabilities/inheritable
            = capabilities: each set differs from the others
        /process/capabilities/ambient
            = capabilities: the ambient set
        /process/noNewPrivileges
            = process: noNewPrivileges true
        /process/apparmorProfile
            = unsupported: apparmorProfile is applied, or refused by name
        /process/selinuxLabel
            = unsupported: selinuxLabel is applied, or refused by name
        /process/oomScoreAdj
            = process: oomScoreAdj
        /process/rlimits/*/type
            = process: rlimits: each type
        /process/rlimits/*/soft
            = process: rlimits: soft below hard
        /process/rlimits/*/hard
            = process: rlimits: soft below hard
        /process/scheduler/policy
            = process: scheduler SCHED_BATCH with a nice value
        /process/scheduler/nice
            = process: scheduler SCHED_BATCH with a nice value
        /process/scheduler/priority
            = process: scheduler SCHED_FIFO
        /process/scheduler/flags
            = process: scheduler: flag RESET_ON_FORK
        /process/scheduler/runtime
            = process: scheduler SCHED_DEADLINE
        /process/scheduler/deadline
            = process: scheduler SCHED_DEADLINE
        /process/scheduler/period
            = process: scheduler SCHED_DEADLINE
        /process/ioPriority/class
            = process: ioPriority of class IDLE
        /process/ioPriority/priority
            = process: ioPriority of class BE
        /process/execCPUAffinity/initial
            = exec: execCPUAffinity.initial
        /process/execCPUAffinity/final
            = exec: execCPUAffinity.final

        /hooks/prestart/*/path
            = hooks: prestart: two, in their order, at their time
        /hooks/prestart/*/args
            = hooks: prestart: two, in their order, at their time
        /hooks/prestart/*/env
            = hooks: env is what the entry says
        /hooks/prestart/*/timeout
            = hooks: prestart beyond its timeout is killed and fails
        /hooks/createRuntime/*/path
            = hooks: createRuntime: two, in their order, at their time
        /hooks/createRuntime/*/args
            = hooks: createRuntime: two, in their order, at their time
        /hooks/createRuntime/*/env
            = hooks: env is what the entry says
        /hooks/createRuntime/*/timeout
            = hooks: createRuntime beyond its timeout is killed and fails
        /hooks/createContainer/*/path
            = hooks: createContainer: two, in their order, at their time
        /hooks/createContainer/*/args
            = hooks: createContainer: two, in their order, at their time
        /hooks/createContainer/*/env
            = hooks: env is what the entry says
        /hooks/createContainer/*/timeout
            = hooks: createContainer beyond its timeout is killed and fails
        /hooks/startContainer/*/path
            = hooks: startContainer: two, in their order, at their time
        /hooks/startContainer/*/args
            = hooks: startContainer: two, in their order, at their time
        /hooks/startContainer/*/env
            = hooks: env is what the entry says
        /hooks/startContainer/*/timeout
            = hooks: startContainer beyond its timeout is killed and fails
        /hooks/poststart/*/path
            = hooks: poststart: two, in their order, at their time
        /hooks/poststart/*/args
            = hooks: poststart: two, in their order, at their time
        /hooks/poststart/*/env
            = hooks: env is what the entry says
        /hooks/poststart/*/timeout
            = hooks: poststart beyond its timeout is killed and fails
        /hooks/poststop/*/path
            = hooks: poststop: two, in their order, at their time
        /hooks/poststop/*/args
            = hooks: poststop: two, in their order, at their time
        /hooks/poststop/*/env
            = hooks: env is what the entry says
        /hooks/poststop/*/timeout
            = hooks: poststop beyond its timeout: the rest goes on

        /linux/namespaces/*/type
            = namespaces: time: new
        /linux/namespaces/*/path
            = namespaces: uts: joined by path
        /linux/uidMappings/*/containerID
            = user namespaces: the maps are those of the configuration
        /linux/uidMappings/*/hostID
            = user namespaces: the maps are those of the configuration
        /linux/uidMappings/*/size
            = user namespaces: the maps are those of the configuration
        /linux/gidMappings/*/containerID
            = user namespaces: the maps are those of the configuration
        /linux/gidMappings/*/hostID
            = user namespaces: the maps are those of the configuration
        /linux/gidMappings/*/size
            = user namespaces: the maps are those of the configuration
        /linux/timeOffsets/boottime/secs
            = time: offsets of both clocks
        /linux/timeOffsets/boottime/nanosecs
            = time: offsets of both clocks
        /linux/timeOffsets/monotonic/secs
            = time: offsets of both clocks
        /linux/timeOffsets/monotonic/nanosecs
            = time: offsets of both clocks
        /linux/devices/*/type
            = devices: a character device
        /linux/devices/*/path
            = devices: a character device
        /linux/devices/*/major
            = devices: a character device
        /linux/devices/*/minor
            = devices: a character device
        /linux/devices/*/fileMode
            = devices: fileMode, uid and gid
        /linux/devices/*/uid
            = devices: fileMode, uid and gid
        /linux/devices/*/gid
            = devices: fileMode, uid and gid
        /linux/netDevices/*/name
            = net devices: renamed
        /linux/cgroupsPath
            = cgroup placement: absolute path
        /linux/rootfsPropagation
            = rootfs: propagation shared: a peer group of its own
        /linux/sysctl/*
            = sysctl: kernel.msgmax
        /linux/maskedPaths
            = paths: masked: a file reads as nothing
        /linux/readonlyPaths
            = paths: readonly: a directory
        /linux/mountLabel
            = unsupported: mountLabel is applied, or refused by name
        /linux/personality/domain
            = process: personality LINUX32
        /linux/personality/flags
            = process: personality: a flag is refused
        /linux/intelRdt/closID
            - hardware
        /linux/intelRdt/schemata
            - hardware
        /linux/intelRdt/l3CacheSchema
            - hardware
        /linux/intelRdt/memBwSchema
            - hardware
        /linux/intelRdt/enableMonitoring
            - hardware
        /linux/memoryPolicy/mode
            = memory policy: MPOL_BIND
        /linux/memoryPolicy/nodes
            = memory policy: MPOL_BIND
        /linux/memoryPolicy/flags
            = memory policy: MPOL_F_STATIC_NODES

        /linux/seccomp/defaultAction
            = seccomp: ALLOW
        /linux/seccomp/defaultErrnoRet
            = seccomp: defaultAction ERRNO with defaultErrnoRet
        /linux/seccomp/architectures
            = seccomp: a listed second architecture is allowed and filtered
        /linux/seccomp/flags
            = seccomp: an unknown flag is refused
        /linux/seccomp/listenerPath
            = seccomp agent: answers a call of the program
        /linux/seccomp/listenerMetadata
            = seccomp agent: is told the process and the container
        /linux/seccomp/syscalls/*/names
            = seccomp: ERRNO: EPERM unless said
        /linux/seccomp/syscalls/*/action
            = seccomp: ERRNO: EPERM unless said
        /linux/seccomp/syscalls/*/errnoRet
            = seccomp: ERRNO with errnoRet
        /linux/seccomp/syscalls/*/args/*/index
            = seccomp: operator SCMP_CMP_MASKED_EQ
        /linux/seccomp/syscalls/*/args/*/value
            = seccomp: operator SCMP_CMP_MASKED_EQ
        /linux/seccomp/syscalls/*/args/*/valueTwo
            = seccomp: operator SCMP_CMP_MASKED_EQ
        /linux/seccomp/syscalls/*/args/*/op
            = seccomp: operator SCMP_CMP_MASKED_EQ

        /linux/resources/unified/*
            = unsupported: unified is applied, or refused by name
            = cgroups: unified: any file
            = cgroups: unified: takes the place of what was translated
            = cgroups: unified: a line for each device
            = cgroups: unified: a file that is not there is refused
            = cgroups: unified: what is no name of a file is refused
            = cgroups: unified: a value that the kernel refuses is refused
        /linux/resources/devices/*/allow
            = device-access: an allowed device can be opened
        /linux/resources/devices/*/type
            = device-access: a type and both numbers are compared
        /linux/resources/devices/*/major
            = device-access: a type and both numbers are compared
        /linux/resources/devices/*/minor
            = device-access: a type and both numbers are compared
        /linux/resources/devices/*/access
            = device-access: reading only
        /linux/resources/pids/limit
            = cgroups: pids: limit
            = cgroups: pids: many processes are stopped
            = cgroups: pids: a limit that set-up runs into is told
            = cgroups: pids: a limit that start runs into is told
            = cgroups: controllers: a limit whose controller is missing is refused
            = cgroups: discovery: a tree that is read-only
            = cgroups: discovery: no tree at all
            = cgroups: discovery: a cgroup namespace of the caller's
        /linux/resources/memory/limit
            = cgroups: memory: limit
            = cgroups: memory: a program that takes too much is killed
            = cgroups: memory: what is copied while it is set up counts
            = cgroups: memory: a limit that start runs into is told
        /linux/resources/memory/reservation
            = cgroups: memory: reservation
        /linux/resources/memory/swap
            = cgroups: memory: swap is of both together
        /linux/resources/memory/kernel
            - first
        /linux/resources/memory/kernelTCP
            - first
        /linux/resources/memory/swappiness
            - first
        /linux/resources/memory/disableOOMKiller
            - first
        /linux/resources/memory/useHierarchy
            - first
        /linux/resources/memory/checkBeforeUpdate
            = update: checkBeforeUpdate of config.json holds
        /linux/resources/cpu/shares
            = cgroups: cpu: shares become a weight
        /linux/resources/cpu/quota
            = cgroups: cpu: quota and period
            = cgroups: cpu: a quota slows a busy program down
        /linux/resources/cpu/period
            = cgroups: cpu: quota and period
        /linux/resources/cpu/burst
            = cgroups: cpu: burst
        /linux/resources/cpu/idle
            = cgroups: cpu: idle
        /linux/resources/cpu/cpus
            = cgroups: cpuset: processors
            = cgroups: cpuset: what is not there is refused
        /linux/resources/cpu/mems
            = cgroups: cpuset: memory nodes
        /linux/resources/cpu/realtimePeriod
            = cgroups: cpu: real-time limits are refused
        /linux/resources/cpu/realtimeRuntime
            = cgroups: cpu: real-time limits are refused
        /linux/resources/blockIO/weight
            = cgroups: io: weight
            = cgroups: io: wrong weights are refused
        /linux/resources/blockIO/leafWeight
            = cgroups: io: weights of leaves are refused
        /linux/resources/blockIO/weightDevice/*/major
            = cgroups: io: weight of a device
        /linux/resources/blockIO/weightDevice/*/minor
            = cgroups: io: weight of a device
        /linux/resources/blockIO/weightDevice/*/weight
            = cgroups: io: weight of a device
        /linux/resources/blockIO/weightDevice/*/leafWeight
            = cgroups: io: weights of leaves are refused
        /linux/resources/blockIO/throttleReadBpsDevice/*/major
            = cgroups: io: four throttles
        /linux/resources/blockIO/throttleReadBpsDevice/*/minor
            = cgroups: io: four throttles
        /linux/resources/blockIO/throttleReadBpsDevice/*/rate
            = cgroups: io: four throttles
        /linux/resources/blockIO/throttleWriteBpsDevice/*/major
            = cgroups: io: four throttles
        /linux/resources/blockIO/throttleWriteBpsDevice/*/minor
            = cgroups: io: four throttles
        /linux/resources/blockIO/throttleWriteBpsDevice/*/rate
            = cgroups: io: four throttles
        /linux/resources/blockIO/throttleReadIOPSDevice/*/major
            = cgroups: io: four throttles
        /linux/resources/blockIO/throttleReadIOPSDevice/*/minor
            = cgroups: io: four throttles
        /linux/resources/blockIO/throttleReadIOPSDevice/*/rate
            = cgroups: io: four throttles
        /linux/resources/blockIO/throttleWriteIOPSDevice/*/major
            = cgroups: io: four throttles
        /linux/resources/blockIO/throttleWriteIOPSDevice/*/minor
            = cgroups: io: four throttles
        /linux/resources/blockIO/throttleWriteIOPSDevice/*/rate
            = cgroups: io: four throttles
        /linux/resources/hugepageLimits/*/pageSize
            = cgroups: hugetlb: what is used and what is reserved
        /linux/resources/hugepageLimits/*/limit
            = cgroups: hugetlb: what is used and what is reserved
        /linux/resources/network/classID
            = resources: what only cgroup v1 has is refused
        /linux/resources/network/priorities/*/name
            - first
        /linux/resources/network/priorities/*/priority
            - first
        /linux/resources/rdma/*/hcaHandles
            = cgroups: rdma: handles and objects of a device
        /linux/resources/rdma/*/hcaObjects
            = cgroups: rdma: handles and objects of a device
        """#
}

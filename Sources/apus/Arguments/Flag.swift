/// Everything that can be given with one or two dashes.
enum Flag: UInt8, Equatable {
    // Before the verb.
    case root, log, logFormat, debug, systemdCgroup, cgroupManager, rootless, version
    // Of the verbs.
    case bundle, consoleSocket, pidFile, pidfdSocket, noPivot, noNewKeyring, preserveFDs, detach, keep, noSubreaper
    case all, force, format, quiet, interval, stats, rootlessSpec
    case process, cwd, env, tty, user, additionalGids, capability, noNewPrivileges, apparmor, processLabel, cgroup
    case ignorePaused
    case resources, memory, memoryReservation, memorySwap, cpuShare, cpuQuota, cpuPeriod, cpuBurst
    case cpuRTPeriod, cpuRTRuntime, cpuIdle, cpusetCPUs, cpusetMems, pidsLimit, blkioWeight
    case kernelMemory, kernelMemoryTCP, l3CacheSchema, memBWSchema
    case imagePath, workPath, parentPath, leaveRunning, tcpEstablished, tcpClose, tcpSkipInFlight, externalUnixSockets
    case shellJob, fileLocks, linkRemap, lazyPages, statusFD, pageServer, preDump, manageCgroupsMode, emptyNamespace
    case autoDedup, networkLock, lsmProfile, lsmMountContext
    case help

    /// How many there are.
    static let count = Flag.help.rawValue + 1

    /// Whether a verb takes it; `command` is nil for what comes before the verb.
    func belongs(to command: Command?) -> Bool {
        switch self {
        case .root, .log, .logFormat, .debug, .systemdCgroup, .cgroupManager, .rootless, .version: command == nil
        case .bundle: command == .create || command == .run || command == .spec || command == .restore
        case .consoleSocket, .pidFile:
            command == .create || command == .run || command == .exec || command == .restore
        case .pidfdSocket, .preserveFDs: command == .create || command == .run || command == .exec
        case .noPivot: command == .create || command == .run || command == .restore
        case .noNewKeyring: command == .create || command == .run
        case .detach, .noSubreaper: command == .run || command == .exec || command == .restore
        case .keep: command == .run
        case .all: command == .kill
        case .force: command == .delete
        case .format: command == .list || command == .ps
        case .quiet: command == .list
        case .interval, .stats: command == .events
        case .rootlessSpec: command == .spec
        case .process, .cwd, .env, .tty, .user, .additionalGids, .capability, .noNewPrivileges, .apparmor,
            .processLabel, .cgroup, .ignorePaused:
            command == .exec
        case .resources, .memory, .memoryReservation, .memorySwap, .cpuShare, .cpuQuota, .cpuPeriod, .cpuBurst,
            .cpuRTPeriod, .cpuRTRuntime, .cpuIdle, .cpusetCPUs, .cpusetMems, .pidsLimit, .blkioWeight, .kernelMemory,
            .kernelMemoryTCP, .l3CacheSchema, .memBWSchema:
            command == .update
        case .help: true
        default: belongsToCriu(command)
        }
    }

    /// The long name, without dashes.
    var name: StaticString {
        switch self {
        case .root: "root"
        case .log: "log"
        case .logFormat: "log-format"
        case .debug: "debug"
        case .systemdCgroup: "systemd-cgroup"
        case .cgroupManager: "cgroup-manager"
        case .rootless, .rootlessSpec: "rootless"
        case .version: "version"
        case .bundle: "bundle"
        case .consoleSocket: "console-socket"
        case .pidFile: "pid-file"
        case .pidfdSocket: "pidfd-socket"
        case .noPivot: "no-pivot"
        case .noNewKeyring: "no-new-keyring"
        case .preserveFDs: "preserve-fds"
        case .detach: "detach"
        case .keep: "keep"
        case .noSubreaper: "no-subreaper"
        case .all: "all"
        case .force: "force"
        case .format: "format"
        case .quiet: "quiet"
        case .interval: "interval"
        case .stats: "stats"
        case .process: "process"
        case .cwd: "cwd"
        case .env: "env"
        case .tty: "tty"
        case .user: "user"
        case .additionalGids: "additional-gids"
        case .capability: "cap"
        case .noNewPrivileges: "no-new-privs"
        case .apparmor: "apparmor"
        case .processLabel: "process-label"
        case .cgroup: "cgroup"
        case .ignorePaused: "ignore-paused"
        case .help: "help"
        default: limitName.utf8CodeUnitCount > 0 ? limitName : criuName
        }
    }

    /// Whether it may be given more than once, each time for one more value.
    var repeats: Bool {
        switch self {
        case .env, .additionalGids, .capability, .emptyNamespace: true
        default: false
        }
    }

    /// The name for a single dash.
    var letter: StaticString? {
        switch self {
        case .version: "v"
        case .bundle: "b"
        case .detach: "d"
        case .all: "a"
        case .force, .format: "f"
        case .quiet: "q"
        case .process: "p"
        case .env: "e"
        case .tty: "t"
        case .user: "u"
        case .additionalGids: "g"
        case .capability: "c"
        case .resources: "r"
        case .help: "h"
        default: nil
        }
    }

    /// What the value is, as the help shows it; nil for a flag that is on or off.
    var value: StaticString? {
        switch self {
        case .root, .bundle: "DIR"
        case .log, .consoleSocket, .pidFile, .pidfdSocket: "PATH"
        case .logFormat: "text|json"
        case .cgroupManager: "cgroupfs|systemd|disabled"
        case .rootless: "auto|true|false"
        case .preserveFDs, .cpuShare, .pidsLimit, .blkioWeight: "N"
        case .format: "table|json"
        case .interval: "DURATION"
        case .process: "FILE"
        case .cwd: "DIR"
        case .env: "NAME=VALUE"
        case .user: "UID[:GID]"
        case .additionalGids: "GID"
        case .capability: "CAP_NAME"
        case .apparmor, .processLabel: "LABEL"
        case .cgroup: "PATH"
        case .resources: "FILE|-"
        case .memory, .memoryReservation, .memorySwap, .kernelMemory, .kernelMemoryTCP: "BYTES"
        case .cpuQuota, .cpuPeriod, .cpuBurst, .cpuRTPeriod, .cpuRTRuntime: "US"
        case .cpuIdle: "0|1"
        case .cpusetCPUs, .cpusetMems: "LIST"
        case .l3CacheSchema, .memBWSchema: "TEXT"
        default: criuValue
        }
    }

    /// What it is for, in one line.
    var help: StaticString {
        switch self {
        case .root: "keep the state of containers in DIR; /run/apus, or apus in $XDG_RUNTIME_DIR when not root"
        case .log: "append errors and warnings to a file"
        case .logFormat: "how they are written there; text"
        case .debug: "also log what was called and how long it took"
        case .systemdCgroup: "the same as --cgroup-manager systemd"
        case .cgroupManager: "who makes the cgroups of new containers: apus itself, systemd or nobody; cgroupfs"
        case .rootless: "accepted from engines; that the caller is an ordinary user is seen without it"
        case .version: "show the version"
        case .bundle: "the directory with config.json; the current directory"
        case .consoleSocket: "send the terminal to whoever listens on this socket"
        case .pidFile: "write the process id of the program to a file"
        case .pidfdSocket: "send a pidfd of the program to whoever listens on this socket"
        case .noPivot:
            "change the root with chroot instead of pivot_root; less safe, for a root on initramfs (criu decides itself)"
        case .noNewKeyring: "keep the caller's session keyring"
        case .preserveFDs: "pass the N descriptors from 3 on to the program"
        case .detach: "return when the program runs"
        case .keep: "do not delete the container when it has ended"
        case .noSubreaper: "do not adopt the container's orphans; exec never does"
        case .all: "signal every process of the container"
        case .force: "kill the container if it runs; no error if there is none"
        case .format: "how they are shown; table"
        case .quiet: "only the ids"
        case .interval: "how long to wait before each line, such as 500ms or 1m30s; 5s"
        case .stats: "one line only, at once"
        case .rootlessSpec: "for a container that an ordinary user runs"
        case .process: "take the process object of a JSON file instead of the container's; - is standard input"
        case .cwd: "the working directory"
        case .env: "set a variable; may be repeated"
        case .tty: "give the program a terminal"
        case .user: "the numbers of the user, and of its group; those of the container's process"
        case .additionalGids: "add a group, or several with commas; may be repeated"
        case .capability: "add a capability to the bounding, effective and permitted set; may be repeated"
        case .noNewPrivileges: "let execve give no more privileges"
        case .apparmor: "the AppArmor profile of the program"
        case .processLabel: "the SELinux label of the program"
        case .cgroup: "run in this cgroup below the container's, which must be there"
        case .ignorePaused: "have the program start when a paused container is resumed"
        case .help: "show this text"
        default: limitHelp.utf8CodeUnitCount > 0 ? limitHelp : criuHelp
        }
    }
}

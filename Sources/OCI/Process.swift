package import JSON

extension Spec {
    /// The program to run, and as whom (config.md, "Process").
    package struct Process: Equatable, Sendable {
        package var terminal = false
        package var consoleSize: ConsoleSize?
        package var cwd: String
        package var env: [String] = []
        package var args: [String] = []
        package var rlimits: [Rlimit] = []
        package var apparmorProfile: String?
        package var capabilities: Capabilities?
        package var noNewPrivileges = false
        package var oomScoreAdj: Int64?
        package var scheduler: Scheduler?
        package var selinuxLabel: String?
        package var ioPriority: IOPriority?
        package var execCPUAffinity: ExecCPUAffinity?
        package var user = User()
    }
}

extension Spec.Process {
    /// A process without a program, rights or limits, in that directory.
    package init(in cwd: String) { self.init(cwd: cwd) }
}

extension Spec.Process {
    /// The size of the terminal in characters.
    package struct ConsoleSize: Equatable, Sendable {
        package var height: UInt64
        package var width: UInt64
    }

    /// A resource limit (getrlimit(2)); `UInt64.max` is no limit.
    package struct Rlimit: Equatable, Sendable {
        package var type: String
        package var soft: UInt64
        package var hard: UInt64
    }

    /// The names of the capabilities in each set (capabilities(7)).
    package struct Capabilities: Equatable, Sendable {
        package var effective: [String] = []
        package var bounding: [String] = []
        package var inheritable: [String] = []
        package var permitted: [String] = []
        package var ambient: [String] = []

        /// Five empty sets.
        package static var none: Capabilities { Capabilities() }
    }

    /// The scheduling policy (sched_setattr(2)); times are in nanoseconds.
    package struct Scheduler: Equatable, Sendable {
        package var policy: String
        package var nice: Int32?
        package var priority: Int32?
        package var flags: [String] = []
        package var runtime: UInt64?
        package var deadline: UInt64?
        package var period: UInt64?
    }

    /// The I/O scheduling class and the level in it (ioprio_set(2)).
    package struct IOPriority: Equatable, Sendable {
        package var `class`: String
        package var priority: Int32
    }

    /// The CPUs on which `exec` starts a process, as lists such as `0-3,7`.
    package struct ExecCPUAffinity: Equatable, Sendable {
        package var initial: String?
        package var final: String?
    }

    /// The ids of the process, in the container's user namespace.
    package struct User: Equatable, Sendable {
        package var uid: UInt32 = 0
        package var gid: UInt32 = 0
        package var umask: UInt32?
        package var additionalGids: [UInt32] = []
    }
}

extension Spec.Process {
    /// Reads a `process` object.
    package init(_ object: JSONObject) {
        self.init(
            terminal: object.bool("terminal") ?? false,
            consoleSize: object.object("consoleSize").map(ConsoleSize.init),
            cwd: object.requiredString("cwd"),
            env: object.strings("env"),
            args: object.strings("args"),
            rlimits: object.objects("rlimits").map(Rlimit.init),
            apparmorProfile: object.string("apparmorProfile"),
            capabilities: object.object("capabilities").map(Capabilities.init),
            noNewPrivileges: object.bool("noNewPrivileges") ?? false,
            oomScoreAdj: object.int64("oomScoreAdj"),
            scheduler: object.object("scheduler").map(Scheduler.init),
            selinuxLabel: object.string("selinuxLabel"),
            ioPriority: object.object("ioPriority").map(IOPriority.init),
            execCPUAffinity: object.object("execCPUAffinity").map(ExecCPUAffinity.init),
            user: object.object("user").map(User.init) ?? User())
    }
}

extension Spec.Process.ConsoleSize {
    init(_ object: JSONObject) {
        self.init(
            height: object.requiredUInt64("height"),
            width: object.requiredUInt64("width"))
    }
}

extension Spec.Process.Rlimit {
    init(_ object: JSONObject) {
        self.init(
            type: object.requiredString("type"),
            soft: object.requiredUInt64("soft"),
            hard: object.requiredUInt64("hard"))
    }
}

extension Spec.Process.Capabilities {
    init(_ object: JSONObject) {
        self.init(
            effective: object.strings("effective"),
            bounding: object.strings("bounding"),
            inheritable: object.strings("inheritable"),
            permitted: object.strings("permitted"),
            ambient: object.strings("ambient"))
    }
}

extension Spec.Process.Scheduler {
    init(_ object: JSONObject) {
        self.init(
            policy: object.requiredString("policy"),
            nice: object.int32("nice"),
            priority: object.int32("priority"),
            flags: object.strings("flags"),
            runtime: object.uint64("runtime"),
            deadline: object.uint64("deadline"),
            period: object.uint64("period"))
    }
}

extension Spec.Process.IOPriority {
    init(_ object: JSONObject) {
        self.init(
            class: object.requiredString("class"),
            priority: object.requiredInt32("priority"))
    }
}

extension Spec.Process.ExecCPUAffinity {
    init(_ object: JSONObject) {
        self.init(
            initial: object.string("initial"),
            final: object.string("final"))
    }
}

extension Spec.Process.User {
    init(_ object: JSONObject) {
        self.init(
            uid: object.requiredUInt32("uid"),
            gid: object.requiredUInt32("gid"),
            umask: object.uint32("umask"),
            additionalGids: object.uint32s("additionalGids"))
    }
}

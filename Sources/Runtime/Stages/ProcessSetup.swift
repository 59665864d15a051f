import Kernel
import SeccompFilter

/// The last stretch before execve(2), the same for every process that enters a container.
///
/// The order matters: limits while still privileged, the working directory and the look for the program with the rights
/// of the user that will run it. The filter comes last of all, so that it needs to allow next to nothing of what apus
/// itself does; where no-new-privileges does not lift the need for it, CAP_SYS_ADMIN is kept until then.
struct ProcessSetup {
    let plan: ProcessPlan
    let filter: FilterProgram?
    /// The umask of apus's caller, kept where the configuration names none.
    let umask: UInt32
    let notes: SharedNotes

    /// Applies everything but the program. Answers the path of the program, found as the user would find it.
    ///
    /// Without `limits` the resource limits are set from outside: in a user namespace nobody may raise one.
    func apply(limits: Bool = true) throws(RuntimeError) -> String {
        notes.step = .limits
        if limits { try setLimits() }
        try setScheduling()
        notes.step = .credentials
        try StandardStreams.give(to: plan.uid)
        try setCredentials()
        notes.step = .workingDirectory
        try enterWorkingDirectory()
        if plan.noNewPrivileges {
            try attempt("set no-new-privileges", at: "/process/noNewPrivileges") { () throws(Errno) in
                try Session.setNoNewPrivileges()
            }
        }
        Session.setUmask(plan.umask ?? umask)
        notes.step = .findProgram
        return try ProgramPath.find(plan)
    }

    /// Loads the filter and lets go of what that took. The program, or a hook of the container's, comes next.
    ///
    /// The filter's listener, if it has one, goes over the channel.
    func finish(_ channel: inout Channel) throws(RuntimeError) {
        guard let filter else { return }
        notes.step = .seccomp
        if filter.hasListener {
            try channel.load(filter)
        } else {
            try attempt("load the seccomp filter", at: "/linux/seccomp") { () throws(Errno) in try filter.load() }
        }
        if keepsAdministration { try setCapabilities(plan.capabilities) }
    }

    /// Becomes the program, with descriptors 0 to 2, `preserveFDs` more and no others; until then `kept` stays open too.
    func execute(
        _ program: String, preserveFDs: Int, keeping kept: Int32?, isFiltered: Bool, _ channel: inout Channel
    ) throws(RuntimeError) -> Never {
        notes.step = .execute
        let arguments = CStringArray(plan.args)
        let environment = CStringArray(HomeDirectory.completing(plan.env, uid: plan.uid))
        let socket = channel.raw
        try attempt("close what the program must not inherit") { () throws(Errno) in
            let first = 3 + Int32(preserveFDs)
            for descriptor in 3..<first { try Descriptor.keepOnExec(descriptor) }
            // Closed and not only marked: the kernel looks for the program and its interpreter before it closes
            // what is marked. What is left until then, a socket and a plain file, leads nowhere.
            try Descriptor.closeAll(from: first) { next in
                var lowest = next
                lowest.consider(socket)
                if let kept { lowest.consider(kept) }
                return lowest
            }
        }
        // Whoever said `start` may be gone: the program runs all the same.
        channel.sendIfPossible(filter == nil ? .executing : .executingFiltered)
        if !isFiltered { try finish(&channel) }
        let failure = Process.execute(program, arguments, environment)
        throw RuntimeError("exec: \"\(plan.args.first ?? program)\"", failure, at: "/process/args/0")
    }

    /// Whether loading the filter takes CAP_SYS_ADMIN. seccomp(2)
    private var keepsAdministration: Bool { filter != nil && !plan.noNewPrivileges }

    private func setLimits() throws(RuntimeError) {
        for limit in plan.rlimits {
            do throws(Errno) {
                try limit.resource.set(soft: limit.soft, hard: limit.hard)
            } catch {
                throw RuntimeError(
                    "set \(limit.resource.name)", error, at: limit.pointer,
                    hint: error == .notPermitted ? "raising a hard limit needs CAP_SYS_RESOURCE" : nil)
            }
        }
    }

    private func setScheduling() throws(RuntimeError) {
        if let scheduler = plan.scheduler {
            try attempt("set the scheduling policy", at: "/process/scheduler") { () throws(Errno) in
                try scheduler.apply()
            }
        }
        if let priority = plan.ioPriority {
            try attempt("set the I/O priority", at: "/process/ioPriority") { () throws(Errno) in
                try priority.apply()
            }
        }
        if let personality = plan.personality {
            try attempt("set the personality", at: "/linux/personality") { () throws(Errno) in
                try personality.apply()
            }
        }
        if let policy = plan.memoryPolicy {
            try attempt("set the memory policy \(policy.mode.name)", at: "/linux/memoryPolicy") { () throws(Errno) in
                try policy.apply()
            }
        }
    }

    private func setCredentials() throws(RuntimeError) {
        let capabilities = plan.capabilities
        try attempt("drop capabilities from the bounding set", at: "/process/capabilities/bounding") {
            () throws(Errno) in
            try Capability.dropBounding(capabilities.bounding)
            // setresuid(2) to another user would clear what is granted below.
            try Capability.keepCapabilities(true)
        }
        try attempt("set the additional groups", at: "/process/user/additionalGids") { () throws(Errno) in
            if plan.keepsGroups { return }
            do throws(Errno) {
                try Session.setGroups(plan.additionalGids)
            } catch {
                // With the right to do it, only a user namespace that gave up on groups is in the way.
                guard error == .notPermitted, plan.additionalGids.isEmpty,
                    try Capability.held(bounding: .init()).effective.contains(.setGroups)
                else { throw error }
            }
        }
        do throws(Errno) {
            try Session.setGroup(plan.gid)
        } catch {
            throw RuntimeError(
                "set the group \(plan.gid)", error, at: "/process/user/gid", hint: Self.unmappedHint(error))
        }
        do throws(Errno) {
            try Session.setUser(plan.uid)
        } catch {
            throw RuntimeError(
                "set the user \(plan.uid)", error, at: "/process/user/uid", hint: Self.unmappedHint(error))
        }
        var first = capabilities
        if keepsAdministration {
            first.effective.insert(.systemAdministration)
            first.permitted.insert(.systemAdministration)
            first.ambient = Capability.Set()
        }
        try setCapabilities(first)
    }

    private static func unmappedHint(_ error: Errno) -> String? {
        error == .invalidArgument ? "it is not mapped into the user namespace" : nil
    }

    private func setCapabilities(_ capabilities: ProcessPlan.Capabilities) throws(RuntimeError) {
        try attempt("set the capabilities", at: "/process/capabilities") { () throws(Errno) in
            try Capability.keepCapabilities(false)
            try Capability.apply(
                effective: capabilities.effective, permitted: capabilities.permitted,
                inheritable: capabilities.inheritable)
            try Capability.clearAmbient()
            try Capability.raiseAmbient(capabilities.ambient)
        }
    }

    /// Enters the working directory as a directory of the container and nothing else.
    ///
    /// A path through /proc/self/fd could lead to a directory of the host that is still open: magic links are refused,
    /// and the kernel must have a name for the place afterwards.
    private func enterWorkingDirectory() throws(RuntimeError) {
        try attempt("enter the working directory \(plan.cwd)", at: "/process/cwd") { () throws(Errno) in
            // Nothing can lie in between.
            if plan.cwd == "/" { return try Session.changeDirectory("/") }
            let root = RootDirectory(try File.open("/", [.path, .directory]))
            let place = try root.open(plan.cwd, [.path, .directory])
            try Session.changeDirectory(to: place.raw)
            guard try Session.currentDirectory().utf8.first == UInt8(ascii: "/") else { throw .noSuchFile }
        }
    }
}

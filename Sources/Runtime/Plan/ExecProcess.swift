internal import Kernel
internal import OCI

extension Spec.Process {
    /// The process that `exec` starts.
    ///
    /// It is the container's own with another program, or that of a file, changed by the options. What the file leaves
    /// out that belongs to the container rather than to its program comes from the container; what is in neither is
    /// the least: user 0, no capabilities, `/`. A terminal is there only when it is asked for anew.
    ///
    /// - Throws: that no program is named, or two are; of the rest nothing is judged here.
    static func toExecute(
        _ options: ExecOptions, file: Spec.Process?, container: Spec.Process?
    ) throws(RuntimeError) -> Spec.Process {
        var process: Spec.Process
        if let file {
            process = file
            process.inherit(container)
            if !options.arguments.isEmpty {
                guard file.args.isEmpty else {
                    throw RuntimeError(
                        .usage, "exec: the program is named twice: by --process and by \"\(options.arguments[0])\"")
                }
                process.args = options.arguments
            }
        } else {
            process = container ?? Spec.Process(in: "/")
            process.args = options.arguments
            process.terminal = false
        }
        guard !process.args.isEmpty else {
            throw RuntimeError(.usage, "exec needs a program to run: none is named behind the id or by --process")
        }
        process.apply(options)
        return process
    }

    /// Takes from the container's own process what belongs to the container as a whole.
    private mutating func inherit(_ container: Spec.Process?) {
        guard let container else { return }
        if capabilities == nil { capabilities = container.capabilities }
        if rlimits.isEmpty { rlimits = container.rlimits }
        if user.umask == nil { user.umask = container.user.umask }
        if oomScoreAdj == nil { oomScoreAdj = container.oomScoreAdj }
        if scheduler == nil { scheduler = container.scheduler }
        if ioPriority == nil { ioPriority = container.ioPriority }
        if execCPUAffinity == nil { execCPUAffinity = container.execCPUAffinity }
        if apparmorProfile == nil { apparmorProfile = container.apparmorProfile }
        if selinuxLabel == nil { selinuxLabel = container.selinuxLabel }
    }

    private mutating func apply(_ options: ExecOptions) {
        if let cwd = options.cwd { self.cwd = cwd }
        env += options.env
        if options.terminal { terminal = true }
        if let user = options.user {
            self.user.uid = user.uid
            if let gid = user.gid { self.user.gid = gid }
        }
        user.additionalGids += options.additionalGids
        if let noNewPrivileges = options.noNewPrivileges { self.noNewPrivileges = noNewPrivileges }
        if let profile = options.apparmorProfile { apparmorProfile = profile }
        if let label = options.selinuxLabel { selinuxLabel = label }
        guard !options.capabilities.isEmpty else { return }
        var sets = capabilities ?? .none
        for name in options.capabilities {
            sets.bounding.append(name)
            sets.effective.append(name)
            sets.permitted.append(name)
            // Never into the inheritable set; the kernel wants an ambient one to be in that.
            if sets.inheritable.contains(name) { sets.ambient.append(name) }
        }
        capabilities = sets
    }
}

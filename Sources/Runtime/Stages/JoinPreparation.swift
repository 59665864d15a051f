import JSON
import Kernel
import OCI
import SeccompFilter

/// All that can be known and refused before `exec` makes a process.
struct JoinPreparation {
    let options: ExecOptions
    let plan: ProcessPlan
    let filter: FilterProgram?
    /// Who is asked about system calls, and what it is told of the container.
    let agent: SeccompAgent?
    let state: State
    let target: JoinTarget
    let cgroup: JoinCgroup
    /// Where the container is in resctrl; nil when it is nowhere.
    let resctrl: Resctrl.Place?
    let newKeyring: Bool
    /// Absolute host paths.
    let pidFile: String?
    let consoleSocket: String?
    let pidfdSocket: PidfdSocket?

    /// Everything comes from what the container keeps of its configuration; the bundle is not looked at.
    init(_ options: ExecOptions, _ context: Context) throws(RuntimeError) {
        self.options = options
        pidFile = options.pidFile
        consoleSocket = options.consoleSocket
        pidfdSocket = try options.pidfdSocket.map { (path) throws(RuntimeError) in
            try PidfdSocket(path)
        }
        let container = try Container.find(options.id, root: context.root)
        try Self.check(try container.status(), options)
        let spec = try container.readSpec()
        let file = try options.processFile.map { (path) throws(RuntimeError) in try Self.readProcess(path) }
        let process = try Spec.Process.toExecute(options, file: file, container: spec.process)
        try Preparation.checkConsole(
            terminal: process.terminal, socket: options.consoleSocket, detached: options.detach)
        // What is the container's own was warned of when it was made.
        let warnings = file == nil && options.capabilities.isEmpty ? Warnings() : context.warnings
        var plan = try Self.plan(process, spec, file: options.processFile, warnings)
        try plan.labels.check()
        let seccomp = spec.linux?.seccomp.flatMap { Validation.filtersNothing($0) ? nil : $0 }
        agent = SeccompAgent(seccomp)
        try agent?.check()
        state = container.state(.running)
        filter = try Preparation.compileFilter(seccomp, context)
        newKeyring = container.record?.keepsKeyring != true
        resctrl = container.record?.resctrl
        cgroup = try JoinCgroup(container, options.cgroup)
        guard let target = try JoinTarget(container, ownsMounts: spec.ownsMounts) else {
            throw Self.stopped(options.id)
        }
        // Whoever enters a user namespace has all capabilities in it.
        if !target.namespaces.contains(.user) { try Preparation.withholdCapabilities(&plan, warnings) }
        self.plan = plan
        self.target = target
    }

    private static func check(_ status: State.Status, _ options: ExecOptions) throws(RuntimeError) {
        switch status {
        case .created, .running: return
        case .creating:
            throw RuntimeError(
                .wrongState, "cannot exec in container \"\(options.id)\": it is still being created")
        case .stopped: throw stopped(options.id)
        case .paused:
            if options.ignorePaused { return }
            throw RuntimeError(
                .wrongState,
                "cannot exec in a paused container (\"\(options.id)\"); resume it first, or use"
                    + " --ignore-paused to have the program start when it is resumed")
        }
    }

    private static func stopped(_ id: String) -> RuntimeError {
        RuntimeError(.wrongState, "cannot exec in a stopped container (\"\(id)\"): container not running")
    }

    private static func readProcess(_ path: String) throws(RuntimeError) -> Spec.Process {
        let bytes = try InputFile(path).read("the process")
        do throws(SpecError) {
            return try Spec.Process.read(bytes)
        } catch {
            throw RuntimeError(.configuration, path + ": " + error.message)
        }
    }

    private static func plan(
        _ process: Spec.Process, _ spec: Spec, file: String?, _ warnings: Warnings
    ) throws(RuntimeError) -> ProcessPlan {
        var findings = Findings()
        let personality = spec.linux?.personality.flatMap { Personality($0, &findings) }
        var plan = ProcessPlan(process, personality, &findings)
        plan.keepGroups(AnnotationPlan(spec.annotations, bundle: "/"), &findings)
        plan.memoryPolicy = spec.linux?.memoryPolicy.flatMap { MemoryPolicy($0, &findings) }
        try findings.judge(file ?? "exec", warnings)
        return plan
    }
}

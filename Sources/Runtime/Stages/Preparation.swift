import Cgroups
import JSON
import Kernel
import OCI
import SeccompFilter

/// All that can be known and refused before anything is made.
///
/// A class: it is large, and handed on whole.
final class Preparation {
    let options: CreateOptions
    let bundle: String
    /// The configuration as it was read.
    let config: [UInt8]
    /// What the container's cgroup decides about its mounts is put in when there is one.
    var plan: Plan
    /// Nil when systemd is not asked for a cgroup.
    let scope: ScopePlan?
    let joined: JoinedNamespaces
    /// How the ids of a new user namespace get mapped; nil without one.
    let idMapWriter: IDMapWriter?
    let filter: FilterProgram?
    /// Absolute host paths.
    let pidFile: String?
    let consoleSocket: String?
    let pidfdSocket: PidfdSocket?
    /// Whom to tell when the program is ready; nil when nobody asks.
    let readiness: Readiness?
    let proc: HostProc

    /// Reads the bundle, and makes it the working directory. `detached` when no terminal of apus's caller is used.
    init(_ options: CreateOptions, detached: Bool, _ context: Context) throws(RuntimeError) {
        try ContainerID.check(options.id)
        self.options = options
        // What the caller names is meant from where the caller is.
        pidFile = try options.pidFile.map(Self.absolute)
        consoleSocket = try options.consoleSocket.map(Self.absolute)
        bundle = try Self.enterBundle(options.bundle)
        config = try Self.readConfig(bundle)
        let spec: Spec
        do throws(SpecError) {
            spec = try Spec.read(config)
        } catch {
            throw RuntimeError(.configuration, "config.json: " + error.message)
        }
        var plan = try Plan.make(spec, bundle: bundle, noPivot: options.noPivot)
        scope =
            options.cgroupDriver == .systemd
            ? try ScopePlan(spec, id: options.id, user: ServiceManager.isOfUser) : nil
        try Self.checkHost(plan)
        try Self.checkConsole(
            terminal: plan.process?.terminal ?? false, socket: options.consoleSocket, detached: detached)
        var joined = try JoinedNamespaces(plan.namespaces.joined)
        try Self.checkParameters(plan, joined)
        let proc = try attempt("open /proc") { () throws(Errno) in try HostProc() }
        idMapWriter = try Self.settleUserNamespace(&plan, &joined, proc)
        self.joined = joined
        self.proc = proc
        // Whoever enters a user namespace has all capabilities in it.
        if !plan.entersUserNamespace, var process = plan.process {
            try Self.withholdCapabilities(&process, context.warnings)
            plan.process = process
        }
        pidfdSocket = try (options.pidfdSocket ?? plan.annotated.pidfdSocket).map { (path) throws(RuntimeError) in
            try PidfdSocket(path)
        }
        try plan.process?.labels.check()
        try MountLabel.check(plan.mountLabel)
        try SeccompAgent(plan.seccomp)?.check()
        readiness = try Readiness.ofCaller(for: plan, context.warnings)
        filter = try Self.compileFilter(plan.seccomp, context)
        self.plan = plan
        for warning in plan.warnings { context.warnings.add(warning) }
        if scope == nil { ScopePlan.warn(ofUnused: plan.annotations, context.warnings) }
        for warning in filter?.warnings ?? [] { context.warnings.add(warning) }
    }

    static func compileFilter(
        _ seccomp: Spec.Linux.Seccomp?, _ context: Context
    ) throws(RuntimeError) -> FilterProgram? {
        guard let seccomp else { return nil }
        // The cache is below the state root; without that the first container's filter would not be kept.
        _ = try StateStore(making: context.root)
        do throws(SeccompError) {
            return try SeccompCache.program(for: seccomp, stateRoot: context.root)
        } catch {
            throw RuntimeError(error.problems)
        }
    }

    /// Refuses to change the host's names and kernel parameters through a joined namespace that is the host's own.
    private static func checkParameters(_ plan: Plan, _ joined: JoinedNamespaces) throws(RuntimeError) {
        if plan.hostname != nil || plan.domainname != nil, try joined.isOwn(.uts) {
            let pointer = plan.hostname != nil ? "/hostname" : "/domainname"
            throw RuntimeError(
                .configuration, "the uts namespace to join is the host's, whose name would be changed (\(pointer))")
        }
        if !plan.netDevices.isEmpty, try joined.isOwn(.network) {
            throw RuntimeError(
                .configuration,
                "the network namespace to join is the host's: no interface can be moved into it"
                    + " (/linux/netDevices)")
        }
        for parameter in plan.sysctls {
            let kind: Namespace =
                if parameter.path.utf8.starts(with: "net/".utf8) {
                    .network
                } else if parameter.path
                    == "kernel/domainname"
                {
                    .uts
                } else if parameter.path.utf8.starts(with: "user/".utf8) {
                    .user
                } else { .ipc }
            if try joined.isOwn(kind) {
                throw RuntimeError(
                    .configuration,
                    "the \(kind.name) namespace to join is the host's: \(parameter.path) would be set for the host"
                        + " (\(parameter.pointer))")
            }
        }
    }

    private static func absolute(_ path: String) throws(RuntimeError) -> String {
        if path.utf8.first == UInt8(ascii: "/") { return path }
        let here = try attempt("name the working directory") { () throws(Errno) in try Session.currentDirectory() }
        return here + "/" + path
    }

    private static func enterBundle(_ path: String) throws(RuntimeError) -> String {
        try attempt("enter the bundle \(path)") { () throws(Errno) in
            try Session.changeDirectory(path)
            return try Session.currentDirectory()
        }
    }

    private static func readConfig(_ bundle: String) throws(RuntimeError) -> [UInt8] {
        do throws(Errno) {
            let file = try File.open("config.json", [.readOnly, .nonBlocking])
            let status = try File.status(of: file.raw)
            guard status.size <= JSONReader.maximumBytes else { throw .fileTooLarge }
            return try File.readAll(file.raw, limit: JSONReader.maximumBytes, hint: Int(status.size) + 1)
        } catch {
            throw RuntimeError(
                "read \(bundle)/config.json", error,
                hint: error == .fileTooLarge ? "at most \(JSONReader.maximumBytes >> 20) MiB are read" : nil)
        }
    }

    /// What the file system of the host must have for the plan to work.
    private static func checkHost(_ plan: Plan) throws(RuntimeError) {
        if plan.namespaces.joined.contains(where: { $0.kind == .mount }) { return }
        let path = plan.rootfs.path
        let kind = try attempt("find the root file system \(path)", at: "/root/path") { () throws(Errno) in
            try File.status(of: path, follow: true).kind
        }
        guard kind == .directory else {
            throw RuntimeError(.configuration, "root file system \(path): not a directory (/root/path)")
        }
    }

    static func checkConsole(terminal: Bool, socket: String?, detached: Bool) throws(RuntimeError) {
        if terminal, detached, socket == nil {
            throw RuntimeError(
                .usage, "a terminal that apus does not stay with needs --console-socket (/process/terminal)")
        }
        if socket != nil, !terminal || !detached {
            throw RuntimeError(
                .usage, "--console-socket is only for a detached program with a terminal (/process/terminal)")
        }
    }

    /// Takes out what apus itself does not hold: config.md wants a warning, not an error.
    static func withholdCapabilities(_ process: inout ProcessPlan, _ warnings: Warnings) throws(RuntimeError) {
        let wanted = process.capabilities
        let all = wanted.bounding.union(wanted.effective).union(wanted.permitted).union(wanted.inheritable)
            .union(wanted.ambient)
        let held = try attempt("read apus's own capabilities") { () throws(Errno) in
            try Capability.held(bounding: all)
        }
        let grantable = held.permitted.intersection(held.bounding)
        let missing = all.subtracting(grantable)
        if missing.isEmpty { return }
        process.capabilities = ProcessPlan.Capabilities(
            bounding: wanted.bounding.intersection(grantable), effective: wanted.effective.intersection(grantable),
            permitted: wanted.permitted.intersection(grantable),
            inheritable: wanted.inheritable.intersection(grantable), ambient: wanted.ambient.intersection(grantable))
        warnings.add(
            "capabilities that apus itself lacks are not granted: "
                + Capability.names(of: missing).joined(separator: ", ") + " (/process/capabilities)")
    }
}

import Cgroups
import Kernel
import OCI

extension Verb {
    /// Takes away what `create` made. (runtime.md, "Delete")
    ///
    /// A created container, whose program never ran, is killed first, as all runtimes do; with `force` a running one too,
    /// and one that does not exist is no error.
    package static func delete(_ id: String, force: Bool, _ context: Context) throws(RuntimeError) {
        let container: Container
        do throws(RuntimeError) {
            container = try Container.find(id, root: context.root)
        } catch {
            if force, error.kind == .noSuchContainer { return }
            throw error
        }
        guard try container.directory.lock(milliseconds: 10_000) else {
            throw RuntimeError(
                .wrongState, "cannot delete container \"\(id)\": another process is creating or deleting it")
        }
        if try container.directory.isGone() {
            if force { return }
            throw StateStore.doesNotExist(id)
        }
        // What the directory says may have changed while the lock was waited for.
        let settled = try Container.find(id, root: context.root)
        try check(settled, force: force)
        try settled.destroy(context.warnings)
    }

    private static func check(_ container: borrowing Container, force: Bool) throws(RuntimeError) {
        let id = container.directory.id
        guard container.record != nil else {
            try checkUnfinished(container, force: force)
            return
        }
        if force { return }
        switch try container.status() {
        case .running, .paused:
            throw RuntimeError(
                .wrongState,
                "cannot delete container \"\(id)\" that is not stopped; kill it first, or use --force")
        case .creating, .created, .stopped: return
        }
    }

    /// Without a legible record nothing says what there is to remove: that takes a word from the user.
    private static func checkUnfinished(_ container: borrowing Container, force: Bool) throws(RuntimeError) {
        let id = container.directory.id
        guard force else {
            let why =
                container.directory.hasRecord()
                ? "its record \(container.directory.path)/state.json is damaged" : "it was never finished"
            throw RuntimeError(
                .wrongState, "cannot delete container \"\(id)\": \(why); --force removes what is known of it")
        }
        // The cgroup is noted before it is made: without a record there is none.
        guard container.directory.hasRecord(), let place = presumedCgroup(of: container) else { return }
        let cgroup = place.cgroup
        guard cgroup.missingLevels() == 0 else { return }
        try attempt("remove the cgroup \(cgroup.path)") { () throws(Errno) in
            if place.isCertain { try cgroup.kill() }
        }
        do throws(Errno) {
            try cgroup.remove(levels: 1, milliseconds: place.isCertain ? 10_000 : 0)
        } catch {
            guard error == .busy else { throw RuntimeError("remove the cgroup \(cgroup.path)", error) }
            throw RuntimeError(
                .wrongState,
                "cannot delete container \"\(id)\": its record and its copy of config.json are damaged, and there are"
                    + " processes in the cgroup \(cgroup.path); if they are the container's, end them first"
                    + " (echo 1 > \(cgroup.path)/cgroup.kill)")
        }
    }

    /// Where the cgroup of a container lies whose record cannot be read.
    private struct PresumedCgroup {
        let cgroup: Cgroup
        /// Whether the configuration says so; otherwise it is what a configuration without /linux/cgroupsPath means.
        let isCertain: Bool
    }

    private static func presumedCgroup(of container: borrowing Container) -> PresumedCgroup? {
        guard let tree = CgroupTree.discover() else { return nil }
        let id = container.directory.id
        let usual = tree.cgroup(at: nil, relative: false, containerID: id)
        guard let config = container.directory.readConfig() else {
            return PresumedCgroup(cgroup: usual, isCertain: false)
        }
        do throws(SpecError) {
            let spec = try Spec.read(config)
            var findings = Findings()
            let plan = CgroupPlan(spec, NamespacePlan(spec.linux?.namespaces ?? [], &findings), &findings)
            let cgroup = tree.cgroup(at: plan.path, relative: plan.isRelative, containerID: id)
            return PresumedCgroup(cgroup: cgroup, isCertain: true)
        } catch {
            return PresumedCgroup(cgroup: usual, isCertain: false)
        }
    }
}

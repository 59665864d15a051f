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
        // The cgroup is noted before it is made: without a record there is none, with a damaged one it is guessed at,
        // and so only taken away when nothing runs in it.
        guard container.directory.hasRecord(), let tree = CgroupTree.discover() else { return }
        let cgroup = Cgroup(path: tree.mountPoint + CgroupTree.defaultPath(containerID: id))
        try attempt("remove the cgroup \(cgroup.path)") { () throws(Errno) in
            guard cgroup.missingLevels() == 0 else { return }
            try cgroup.remove(levels: 1, milliseconds: 0)
        }
    }
}

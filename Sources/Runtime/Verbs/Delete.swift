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
        try check(settled, force: force, context.warnings)
        try settled.destroy(context.warnings)
    }

    private static func check(
        _ container: borrowing Container, force: Bool, _ warnings: Warnings
    ) throws(RuntimeError) {
        let id = container.directory.id
        guard container.record != nil else {
            try checkUnfinished(container, force: force, warnings)
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
}

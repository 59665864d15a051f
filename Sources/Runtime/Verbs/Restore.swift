import Kernel
import OCI

extension Verb {
    /// Makes a container from an image that `checkpoint` has written; unless detached, waits for its end and deletes it.
    ///
    /// Answers the exit status for apus: that of the program, or 128 and the signal that ended it; 0 when detached. A
    /// container of that id which has been stopped by a checkpoint makes room.
    package static func restore(_ options: RestoreOptions, _ context: Context) throws(RuntimeError) -> Int32 {
        // Before the bundle becomes the working directory: what the caller names is meant from where the caller is.
        let image = try ImageDirectory(existing: options.criu)
        let program = try Criu.find(for: "restore")
        let prepared = try Preparation(options.create, detached: options.detach, context)
        if !options.detach, !options.noSubreaper {
            try attempt("become the parent of orphans") { () throws(Errno) in try Session.adoptOrphans() }
        }
        if prepared.readiness != nil {
            context.warnings.add("NOTIFY_SOCKET has no effect: of a restored program nobody knows whether it is ready")
        }
        let restoration = try Restoration(program: program, image: image, options: options, prepared)
        try makeRoom(options.create.id, context)
        var creation = try Creation(prepared, .run, context)
        try creation.restore(restoration)
        if options.detach { return 0 }
        let ending = try creation.stayWithRestored()
        try creation.destroy(context.warnings)
        return ending.shellStatus
    }

    /// Deletes the container of that id if a checkpoint has stopped it.
    private static func makeRoom(_ id: String, _ context: Context) throws(RuntimeError) {
        do throws(RuntimeError) {
            let found = try Container.find(id, root: context.root)
            guard found.record?.isCheckpointed == true, try found.directory.lock(milliseconds: 10_000) else { return }
            if try found.directory.isGone() { return }
            if try found.status() == .stopped { try found.destroy(context.warnings) }
        } catch {
            guard error.kind == .noSuchContainer else { throw error }
        }
    }
}

import Kernel

extension Verb {
    /// Makes a container and starts its program; unless detached, waits for its end and deletes it.
    ///
    /// Answers the exit status for apus: that of the program, or 128 and the signal that ended it; 0 when detached.
    package static func run(_ options: RunOptions, _ context: Context) throws(RuntimeError) -> Int32 {
        try HostBinary.protect()
        let prepared = try Preparation(options.create, detached: options.detach, context)
        // apus ends with the container: to take all that apart first would only cost time.
        _ = Unmanaged.passRetained(prepared)
        if !options.detach, !options.noSubreaper {
            try attempt("become the parent of orphans") { () throws(Errno) in try Session.adoptOrphans() }
        }
        var creation = try Creation(prepared, .run, context)
        try creation.make()
        if options.detach {
            try creation.start(detached: true)
            return 0
        }
        let ending = try creation.runInForeground()
        if !options.keep { try creation.destroy(context.warnings) }
        return ending.shellStatus
    }
}

extension Creation {
    /// Deletes the container after its end, unless somebody else has: the id may be another container's by now.
    func destroy(_ warnings: Warnings) throws(RuntimeError) {
        guard try directory.lock(milliseconds: 10_000) else {
            throw RuntimeError(.wrongState, "delete container \"\(record.id)\": another process is deleting it")
        }
        if try directory.isGone() { return }
        try Container(directory.duplicate(), record).destroy(warnings, ofThisBoot: true)
    }

    /// Starts the program and stays with it until its end.
    mutating func runInForeground() throws(RuntimeError) -> Process.Ending {
        let foreground: Foreground
        do throws(RuntimeError) {
            foreground = try Foreground(terminal: child.terminal)
        } catch {
            undo()
            throw error
        }
        try start(detached: false)
        do throws(RuntimeError) {
            return try child.stay(in: foreground, readiness: prepared.readiness)
        } catch {
            // Behind an error nobody would look after what runs on.
            do throws(RuntimeError) { try destroy(warnings) } catch let other { warnings.add(other.message) }
            throw error
        }
    }
}

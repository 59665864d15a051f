import Kernel

extension Verb {
    /// Runs a program in a container that is there; unless detached, waits for its end.
    ///
    /// Answers the exit status for apus: that of the program, or 128 and the signal that ended it; 0 when detached.
    ///
    /// - Throws: what is wrong; no process and no pid file is left then.
    package static func exec(_ options: ExecOptions, _ context: Context) throws(RuntimeError) -> Int32 {
        try HostBinary.protect()
        var joining = try Joining(try JoinPreparation(options, context))
        return try joining.run()?.shellStatus ?? 0
    }
}

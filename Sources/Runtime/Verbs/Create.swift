extension Verb {
    /// Makes a container whose program waits for `start`. (runtime.md, "Create")
    ///
    /// - Throws: what is wrong; nothing of the container is left then.
    package static func create(_ options: CreateOptions, _ context: Context) throws(RuntimeError) {
        try HostBinary.protect()
        let prepared = try Preparation(options, detached: true, context)
        var creation = try Creation(prepared, .create, context)
        try creation.make()
    }
}

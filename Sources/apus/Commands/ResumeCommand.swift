internal import Runtime

/// `apus resume`
enum ResumeCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        try Verb.resume(invocation.id, try invocation.context())
        return 0
    }
}

internal import Runtime

/// `apus pause`
enum PauseCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        try Verb.pause(invocation.id, try invocation.context())
        return 0
    }
}

internal import Runtime

/// `apus start`
enum StartCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        try Verb.start(invocation.id, try invocation.context())
        return 0
    }
}

internal import Runtime

/// `apus delete`
enum DeleteCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        try Verb.delete(invocation.id, force: invocation.arguments.has(.force), try invocation.context())
        return 0
    }
}

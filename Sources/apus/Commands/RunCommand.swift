internal import Runtime

/// `apus run`
enum RunCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        var options = RunOptions(create: try CreateCommand.options(invocation))
        options.detach = invocation.arguments.has(.detach)
        options.keep = invocation.arguments.has(.keep)
        options.noSubreaper = invocation.arguments.has(.noSubreaper)
        return try Verb.run(options, try invocation.context())
    }
}

internal import OCI
internal import Runtime

/// `apus state`
enum StateCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        try Output.write(try Verb.state(invocation.id, try invocation.context()).json(pretty: true))
        return 0
    }
}

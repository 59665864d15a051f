internal import Kernel
internal import Runtime

/// `apus kill`
enum KillCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        var signal = Signal.terminate
        if invocation.arguments.positionals.count > 1 {
            let name = invocation.arguments.positionals[1]
            guard let named = Signal(name) else {
                throw RuntimeError(.usage, "unknown signal \"" + name + "\"; a name such as TERM or a number up to 64")
            }
            signal = named
        }
        try Verb.kill(invocation.id, signal, all: invocation.arguments.has(.all), try invocation.context())
        return 0
    }
}

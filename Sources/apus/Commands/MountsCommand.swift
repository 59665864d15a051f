internal import Runtime

/// `apus mounts`
enum MountsCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        let words = invocation.arguments.positionals
        let file = InputFile(words[2])
        switch words[0] {
        case "add": try Verb.addMounts(words[1], from: file, try invocation.context())
        case "remove": try Verb.removeMounts(words[1], from: file, try invocation.context())
        default: throw RuntimeError(.usage, "mounts: must be add or remove, is \"" + words[0] + "\"")
        }
        return 0
    }
}

internal import Runtime

/// `apus spec`
enum SpecCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        let arguments = invocation.arguments
        try Verb.spec(bundle: arguments.value(.bundle) ?? ".", rootless: arguments.has(.rootlessSpec))
        return 0
    }
}

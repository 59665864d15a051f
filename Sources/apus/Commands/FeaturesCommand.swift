internal import OCI
internal import Runtime

/// `apus features`
enum FeaturesCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        try Output.write(Verb.features().json())
        return 0
    }
}

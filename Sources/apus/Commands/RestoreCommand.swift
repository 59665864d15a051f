internal import Runtime

/// `apus restore`
enum RestoreCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        let arguments = invocation.arguments
        var options = RestoreOptions(create: try CreateCommand.options(invocation))
        options.criu = try CheckpointCommand.criu(arguments)
        options.detach = arguments.has(.detach)
        options.noSubreaper = arguments.has(.noSubreaper)
        options.lsmProfile = try lsmProfile(arguments)
        if let context = arguments.value(.lsmMountContext), !context.isEmpty { options.lsmMountContext = context }
        return try Verb.restore(options, try invocation.context())
    }

    private static func lsmProfile(_ arguments: Arguments) throws(RuntimeError) -> String? {
        guard let profile = arguments.value(.lsmProfile), !profile.isEmpty else { return nil }
        guard profile.hasPrefix("apparmor:") || profile.hasPrefix("selinux:") else {
            throw Flag.lsmProfile.mustBe("apparmor:NAME or selinux:LABEL", not: profile)
        }
        return profile
    }
}

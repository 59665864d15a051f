internal import Kernel
internal import Runtime

/// `apus exec`
enum ExecCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        try Verb.exec(try options(invocation), try invocation.context())
    }

    private static func options(_ invocation: Invocation) throws(RuntimeError) -> ExecOptions {
        let arguments = invocation.arguments
        var options = ExecOptions(id: invocation.id)
        options.processFile = arguments.value(.process)
        options.arguments = Array(arguments.positionals.dropFirst())
        options.cwd = arguments.value(.cwd)
        options.user = try user(arguments)
        options.additionalGids = try groups(arguments)
        options.env = try environment(arguments)
        options.capabilities = try capabilities(arguments)
        options.terminal = arguments.has(.tty)
        options.noNewPrivileges = arguments.value(.noNewPrivileges).map { $0 == "true" }
        options.apparmorProfile = arguments.value(.apparmor)
        options.selinuxLabel = arguments.value(.processLabel)
        options.cgroup = arguments.value(.cgroup)
        options.ignorePaused = arguments.has(.ignorePaused)
        options.detach = arguments.has(.detach)
        options.pidFile = arguments.value(.pidFile)
        options.consoleSocket = arguments.value(.consoleSocket)
        options.pidfdSocket = arguments.value(.pidfdSocket)
        options.preserveFDs = try CreateCommand.preserveFDs(invocation)
        return options
    }

    private static func user(_ arguments: Arguments) throws(RuntimeError) -> ExecOptions.User? {
        guard let text = arguments.value(.user) else { return nil }
        if let user = ExecOptions.User(text) { return user }
        throw Flag.user.mustBe("UID or UID:GID, numbers from 0 to 4294967294", not: text)
    }

    private static func groups(_ arguments: Arguments) throws(RuntimeError) -> [UInt32] {
        var groups: [UInt32] = []
        for text in arguments.values(.additionalGids) {
            guard let more = ExecOptions.User.groups(text) else {
                throw Flag.additionalGids.mustBe("numbers from 0 to 4294967294 with commas between", not: text)
            }
            groups += more
        }
        return groups
    }

    private static func environment(_ arguments: Arguments) throws(RuntimeError) -> [String] {
        let entries = arguments.values(.env)
        for entry in entries {
            guard let equals = entry.utf8.firstIndex(of: UInt8(ascii: "=")), equals > entry.utf8.startIndex else {
                throw Flag.env.mustBe("NAME=VALUE", not: entry)
            }
        }
        return entries
    }

    /// The names as they are written in configurations.
    private static func capabilities(_ arguments: Arguments) throws(RuntimeError) -> [String] {
        var names: [String] = []
        for name in arguments.values(.capability) {
            guard let capability = Capability(name: name) else {
                throw RuntimeError(.usage, "--cap: no capability has the name \"" + name + "\"")
            }
            names.append(capability.name)
        }
        return names
    }
}

internal import Cgroups
internal import Kernel
internal import Runtime

/// `apus create`
enum CreateCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        try Verb.create(try options(invocation), try invocation.context())
        return 0
    }

    /// What `create` and `run` have in common.
    static func options(_ invocation: Invocation) throws(RuntimeError) -> CreateOptions {
        let arguments = invocation.arguments
        var options = CreateOptions(id: invocation.id, bundle: arguments.value(.bundle) ?? ".")
        options.consoleSocket = arguments.value(.consoleSocket)
        options.pidFile = arguments.value(.pidFile)
        options.noPivot = arguments.has(.noPivot)
        options.noNewKeyring = arguments.has(.noNewKeyring)
        options.cgroupDriver = invocation.options.cgroupDriver
        options.pidfdSocket = arguments.value(.pidfdSocket)
        let activation = SocketActivation(environment: Process.environment, pid: Process.currentID)
        options.activation = activation
        options.preserveFDs = try preserveFDs(invocation, activated: activation?.count ?? 0)
        return options
    }

    /// How many descriptors from 3 on are to be passed on, all of which are open; activated sockets come first.
    static func preserveFDs(_ invocation: Invocation, activated: Int = 0) throws(RuntimeError) -> Int {
        let count = try invocation.arguments.number(.preserveFDs, most: 1_000_000) ?? 0
        // Looked at now, before apus opens files of its own that get these numbers.
        for descriptor in 3..<(3 + Int32(activated + count)) {
            guard Descriptor.isOpen(descriptor), descriptor != invocation.logDescriptor else {
                let asked = Int(descriptor) < 3 + activated ? "LISTEN_FDS=\(activated)" : "--preserve-fds \(count)"
                throw RuntimeError(.usage, "\(asked): descriptor \(descriptor) is not open")
            }
        }
        return activated + count
    }
}

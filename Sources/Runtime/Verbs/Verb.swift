package import Cgroups

/// The operations of the runtime, one file each; this one holds what they have in common.
package enum Verb {}

/// What every verb is given beside its own options.
package struct Context {
    /// Absolute path of the directory that holds the state of all containers.
    package var root: String
    /// Collects what must be said without failing.
    package var warnings: Warnings

    package init(root: String, warnings: Warnings) {
        self.root = root
        self.warnings = warnings
    }
}

/// Warnings are held back until the verb is known to have succeeded: an engine reads the log of a failed verb as one record.
package final class Warnings {
    package private(set) var messages: [String] = []
    package init() {}
    package func add(_ message: String) { messages.append(message) }
}

/// How a container is made: what `create` and `run` have in common.
package struct CreateOptions: Sendable {
    package var id: String
    /// The bundle directory as given; relative to the caller's directory.
    package var bundle: String
    package var pidFile: String?
    package var consoleSocket: String?
    package var pidfdSocket: String?
    package var noPivot = false
    package var noNewKeyring = false
    /// Descriptors 3 ..< 3 + preserveFDs are passed on.
    package var preserveFDs = 0
    /// Sockets that apus was started with for the program; nil when there are none.
    package var activation: SocketActivation?
    /// Who makes the cgroup; kept for the container's life.
    package var cgroupDriver = CgroupDriver.cgroupfs

    package init(id: String, bundle: String) {
        self.id = id
        self.bundle = bundle
    }
}

/// How `run` goes on after the container is made.
package struct RunOptions: Sendable {
    package var create: CreateOptions
    package var detach = false
    package var keep = false
    package var noSubreaper = false

    package init(create: CreateOptions) { self.create = create }
}

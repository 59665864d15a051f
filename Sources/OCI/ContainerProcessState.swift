internal import JSON

/// What the agent of a seccomp filter is told together with descriptors (config-linux.md, "The Container Process State").
package struct ContainerProcessState: Equatable, Sendable {
    package var ociVersion: String
    /// The names of the descriptors that are sent, in their order.
    package var fds: [String]
    /// The process, as the runtime sees it.
    package var pid: Int32
    /// Whatever the configuration has for the agent.
    package var metadata: String?
    package var state: State

    /// A state that goes with a filter's listener.
    package init(listenerOf pid: Int32, metadata: String?, state: State) {
        ociVersion = state.ociVersion
        fds = ["seccompFd"]
        self.pid = pid
        self.metadata = metadata
        self.state = state
    }

    /// The document, in one line.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("ociVersion", ociVersion)
        writer.member("fds", fds)
        writer.member("pid", Int64(pid))
        writer.member("metadata", metadata)
        writer.key("state")
        state.write(to: &writer)
        writer.endObject()
        return writer.bytes
    }
}

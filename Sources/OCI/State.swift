package import JSON

/// The state of a container, as `state` and `list` print it and as hooks read it (runtime.md, "State").
package struct State: Equatable, Sendable {
    package var ociVersion: String
    package var id: String
    /// 0 for a container without a process; nil leaves the member out. A hook inside the container is told the pid seen there.
    package var pid: Int32?
    package var status: Status
    /// Absolute path.
    package var bundle: String
    /// Absolute path; not a property of the specification, but engines read it.
    package var rootfs: String?
    /// In the form of RFC 3339.
    package var created: String?
    package var annotations: [Spec.Entry<String>]
    /// The name of the user the container belongs to.
    package var owner: String?

    /// Where in its life a container is.
    package enum Status: UInt8, Sendable {
        case creating, created, running, paused, stopped

        /// The word that stands for it in a state.
        package var text: String {
            switch self {
            case .creating: return "creating"
            case .created: return "created"
            case .running: return "running"
            case .paused: return "paused"
            case .stopped: return "stopped"
            }
        }
    }

    /// A state; what is left out is not printed.
    package init(
        ociVersion: String = SpecVersion.current, id: String, pid: Int32?, status: Status, bundle: String,
        rootfs: String? = nil, created: String? = nil, annotations: [Spec.Entry<String>] = [], owner: String? = nil
    ) {
        self.ociVersion = ociVersion
        self.id = id
        self.pid = pid
        self.status = status
        self.bundle = bundle
        self.rootfs = rootfs
        self.created = created
        self.annotations = annotations
        self.owner = owner
    }

    /// The state as an object among others.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("ociVersion", ociVersion)
        writer.member("id", id)
        writer.member("pid", pid.map(Int64.init))
        writer.member("status", status.text)
        writer.member("bundle", bundle)
        writer.member("rootfs", rootfs)
        writer.member("created", created)
        writer.member("annotations", annotations)
        writer.member("owner", owner)
        writer.endObject()
    }

    /// The state as a document: one line without a line end for hooks, with `pretty` indented and ended for people.
    package func json(pretty: Bool) -> [UInt8] {
        var writer = JSONWriter(pretty: pretty)
        write(to: &writer)
        if pretty { writer.newline() }
        return writer.bytes
    }
}

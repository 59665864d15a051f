import OCI
import Testing

@testable import Runtime

/// A config.json put together from members, for plans to be made of.
struct PlanDocument {
    private var top: [(name: String, json: String)] = [("ociVersion", "\"1.3.0\"")]
    private var inner: [(object: String, name: String, json: String)] = [
        ("root", "path", "\"rootfs\""),
        ("process", "cwd", "\"/\""),
        ("process", "args", "[\"sh\"]"),
        (
            "linux", "namespaces",
            """
            [{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"},{"type":"cgroup"}]
            """
        ),
    ]

    /// A document that a plan can be made of, with nothing in it that need not be.
    init() {}

    /// The same with a member set, or set anew: `hostname`, `process/cwd`.
    func with(_ path: String, _ json: String) -> PlanDocument {
        var copy = without(path)
        let parts = path.split(separator: "/").map(String.init)
        if parts.count == 1 {
            copy.top.append((parts[0], json))
        } else {
            copy.inner.append((parts[0], parts[1], json))
        }
        return copy
    }

    /// The same without a member, or without a whole object.
    func without(_ path: String) -> PlanDocument {
        var copy = self
        let parts = path.split(separator: "/").map(String.init)
        if parts.count == 1 {
            copy.top.removeAll { $0.name == parts[0] }
            copy.inner.removeAll { $0.object == parts[0] }
        } else {
            copy.inner.removeAll { $0.object == parts[0] && $0.name == parts[1] }
        }
        return copy
    }

    /// The same with these namespaces.
    func namespaces(_ words: String...) -> PlanDocument {
        with("linux/namespaces", "[" + words.map { "{\"type\":\"\($0)\"}" }.joined(separator: ",") + "]")
    }

    /// The same with both maps of a user namespace, root as 100000 and 99 more.
    func mapped(
        _ users: String = "[{\"containerID\":0,\"hostID\":100000,\"size\":100}]", _ groups: String? = nil
    ) -> PlanDocument { with("linux/uidMappings", users).with("linux/gidMappings", groups ?? users) }

    /// The same with one mount.
    func mount(_ json: String) -> PlanDocument { with("mounts", "[" + json + "]") }

    var json: String {
        var members = top.map { "\"\($0.name)\":\($0.json)" }
        for object in ["root", "process", "linux", "hooks"] {
            let own = inner.filter { $0.object == object }
            guard !own.isEmpty else { continue }
            members.append("\"\(object)\":{" + own.map { "\"\($0.name)\":\($0.json)" }.joined(separator: ",") + "}")
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    func plan(noPivot: Bool = false) throws -> Plan {
        try Plan.make(try Spec.read(Array(json.utf8)), bundle: "/bundle", noPivot: noPivot)
    }

    /// What is wrong with it, as the command line says it; nil when nothing is.
    func problems(noPivot: Bool = false) throws -> String? {
        do {
            _ = try plan(noPivot: noPivot)
            return nil
        } catch let error as RuntimeError {
            #expect(error.kind == .configuration)
            #expect(error.message.hasPrefix("config.json: "))
            return String(error.message.dropFirst("config.json: ".count))
        }
    }
}

/// One thing wrong with a document, and what is said of it.
struct Wrong: Sendable, CustomTestStringConvertible {
    let path: String
    let json: String
    let message: String

    init(_ path: String, _ json: String, _ message: String) {
        self.path = path
        self.json = json
        self.message = message
    }

    var testDescription: String { path + " = " + json }

    func check() throws { #expect(try PlanDocument().with(path, json).problems() == message) }
}

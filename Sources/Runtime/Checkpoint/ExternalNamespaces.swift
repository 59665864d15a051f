import Kernel

/// The namespaces that a container has joined: an image holds the names of some, the contents of others.
struct ExternalNamespaces {
    private let joined: [NamespacePlan.Join]

    /// - Throws: that one of them is of a kind that criu cannot leave out.
    init(_ plan: NamespacePlan, verb: String) throws(RuntimeError) {
        for join in plan.joined where join.kind == .mount || join.kind == .cgroup || join.kind == .user {
            throw RuntimeError(
                .failed,
                "\(verb): criu cannot handle a container in a \(join.kind.name) namespace that is not its own"
                    + " (\(join.pointer))")
        }
        joined = plan.joined
    }

    /// The entries of a checkpoint: `net[inode]:name`.
    func named(_ pid: Int32) throws(RuntimeError) -> [String] {
        var entries: [String] = []
        for join in joined {
            guard let key = Self.key(join.kind) else { continue }
            let inode = try attempt("look at the \(join.kind.name) namespace of process \(pid)") { () throws(Errno) in
                try File.status(of: "/proc/\(pid)/ns/\(join.kind.fileName)", follow: true).inode
            }
            entries.append("\(join.kind.fileName)[\(inode)]:" + key)
        }
        return entries
    }

    /// What a restore passes on open, with the name.
    func opened() throws(RuntimeError) -> [(key: String, file: SharedDescriptor)] {
        var files: [(key: String, file: SharedDescriptor)] = []
        for join in joined {
            guard let key = Self.key(join.kind) else { continue }
            let file = try attempt("open the \(join.kind.name) namespace \(join.path)", at: join.pointer) {
                () throws(Errno) in SharedDescriptor(try File.open(join.path, [.readOnly, .nonBlocking]))
            }
            files.append((key, file))
        }
        return files
    }

    /// What criu joins by its path at a restore.
    var byPath: [CriuRequest.Named] {
        var entries: [CriuRequest.Named] = []
        for join in joined where Self.key(join.kind) == nil {
            entries.append(CriuRequest.Named(key: join.kind.fileName.description, value: join.path))
        }
        return entries
    }

    /// The name in the image, which is the one that other runtimes use; nil for a kind that criu joins by its path.
    private static func key(_ kind: Namespace) -> String? {
        switch kind {
        case .network: "extRootNetNS"
        case .pid: "extRootPidNS"
        default: nil
        }
    }
}

import Kernel

/// Opens what bind mounts show where the host's mounts are in view: detached trees, with their ids mapped.
struct MountSources {
    /// User namespaces that were made for id-mapped mounts.
    private var mappedNamespaces: [(IDMapping, SharedDescriptor)] = []

    /// The tree at the host path `source`, for the container that the process `pid` is in.
    mutating func open(
        _ plan: MountPlan, source: String, recursive: Bool, for pid: Int32, _ proc: borrowing HostProc
    ) throws(RuntimeError) -> Descriptor {
        let what = "bind \(source) on \(plan.destination)"
        let tree = try attempt(what + ": open the source", at: plan.pointer + "/source") { () throws(Errno) in
            try Mount.clone(source, recursive: recursive)
        }
        if let idMap = plan.idMap {
            let namespace = try userNamespace(of: idMap, plan, pid, proc)
            do throws(Errno) {
                try Mount.mapIDs(tree.raw, through: namespace.raw, recursive: idMap.recursive)
            } catch {
                throw RuntimeError(
                    what + ": map ids", error, at: plan.pointer + "/options", hint: Self.hint(error))
            }
        }
        return tree
    }

    private static func hint(_ error: Errno) -> String? {
        switch error {
        case .invalidArgument: "its file system, or with ridmap one mounted below, has no id-mapped mounts"
        case .notPermitted: "this takes root of the user namespace that the file system was mounted in"
        default: nil
        }
    }

    /// A user namespace with the mapping of the mount: the container's, or one made for it.
    private mutating func userNamespace(
        of idMap: IDMapPlan, _ plan: MountPlan, _ pid: Int32, _ proc: borrowing HostProc
    ) throws(RuntimeError) -> SharedDescriptor {
        guard let mapping = idMap.mapping else {
            return try attempt("open the container's user namespace", at: plan.pointer + "/options") {
                () throws(Errno) in SharedDescriptor(try proc.openUserNamespace(of: pid))
            }
        }
        for (known, namespace) in mappedNamespaces where known == mapping { return namespace }
        let writer = try IDMapWriter(mapping, at: plan.pointer)
        let holder = try attempt("make a user namespace for the mount on \(plan.destination)", at: plan.pointer) {
            () throws(Errno) in try UserNamespaceHolder()
        }
        try writer.write(mapping, for: holder.pid, proc, at: plan.pointer)
        let holding = holder.pid
        let namespace = try attempt("open the user namespace for the mount on \(plan.destination)") {
            () throws(Errno) in SharedDescriptor(try proc.openUserNamespace(of: holding))
        }
        mappedNamespaces.append((mapping, namespace))
        return namespace
    }
}

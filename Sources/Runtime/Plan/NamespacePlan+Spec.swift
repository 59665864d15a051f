internal import Kernel
internal import OCI

extension NamespacePlan {
    /// The kinds that apus makes or joins, in the order in which setns(2) joins them.
    ///
    /// The mount namespace comes last but one: entering it changes the root and the current directory. The user namespace
    /// comes last: entering it gives up the rights over the others that the caller has outside of it.
    static let order: [Namespace] = [.pid, .network, .ipc, .uts, .cgroup, .time, .mount, .user]

    /// Decides which namespaces are new, joined or inherited (config-linux.md, "Namespaces").
    init(_ entries: [Spec.Linux.Namespace], _ findings: inout Findings) {
        new = Namespace.Set()
        joined = []
        // Where each kind stands, by its number.
        var places = [Int](repeating: -1, count: Int(Namespace.time.rawValue) + 1)
        for (index, entry) in entries.enumerated() {
            let pointer = "/linux/namespaces/" + String(index)
            guard let kind = Namespace(name: entry.type) else {
                findings.refuse(
                    pointer + "/type",
                    "must be one of pid, network, mount, ipc, uts, user, time and cgroup, is "
                        + Findings.quoted(entry.type))
                continue
            }
            let place = places[Int(kind.rawValue)]
            if place >= 0 {
                findings.refuse(
                    pointer + "/type", "duplicate of /linux/namespaces/" + String(place) + " (" + entry.type + ")")
                continue
            }
            places[Int(kind.rawValue)] = index
            // Engines write an absent path as an empty one.
            guard let path = entry.path, !path.isEmpty else {
                new.insert(kind)
                continue
            }
            if !ContainerPath.isAbsolute(path) {
                findings.refuse(pointer + "/path", "must be an absolute path, is " + Findings.quoted(path))
            }
            joined.append(Join(kind: kind, path: path, pointer: pointer + "/path"))
        }
        if joined.count < 2 { return }
        var ordered: [Join] = []
        for kind in NamespacePlan.order { for join in joined where join.kind == kind { ordered.append(join) } }
        joined = ordered
    }
}

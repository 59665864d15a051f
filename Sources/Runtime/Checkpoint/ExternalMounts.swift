import Kernel

/// The mounts of a container that come from the host. An image holds only their names: the destinations in config.json.
struct ExternalMounts {
    /// What is mounted, by its path on the host, and where the configuration wants it.
    private struct Source {
        let path: String
        let destination: String
        let recursive: Bool
    }

    private let sources: [Source]

    /// `cgroup` is the host's path of the cgroup that the container sees the inside of.
    init(_ plan: Plan, cgroup: String?) {
        var sources: [Source] = []
        for mount in plan.mounts {
            switch mount.action {
            case .bind(let path, let recursive):
                sources.append(
                    Source(path: Self.real(path), destination: mount.destination, recursive: recursive))
            case .fileSystem("cgroup2", _, _):
                // Without a cgroup namespace it is the host's, of which the container's part was bound.
                guard let cgroup, !plan.namespaces.isPrivate(.cgroup) else { continue }
                sources.append(Source(path: cgroup, destination: mount.destination, recursive: false))
            default: continue
            }
        }
        self.sources = sources
    }

    /// The path without links; as it is when there is nothing.
    private static func real(_ path: String) -> String {
        do throws(Errno) {
            let file = try File.open(path, [.path])
            return try File.readLink("/proc/self/fd/\(file.raw)")
        } catch {
            return path
        }
    }

    /// The entries of a checkpoint: `mnt[place in the container]:name`.
    func named(
        inside table: MountTable, host: MountTable, root: borrowing RootDirectory
    ) throws(RuntimeError) -> [String] {
        var entries: [String] = []
        var known: [Int] = []
        for source in sources {
            guard let mount = find(source.destination, in: table, root), !known.contains(mount.id) else {
                continue
            }
            known.append(mount.id)
            entries.append("mnt[" + mount.point + "]:" + source.destination)
            guard source.recursive else { continue }
            for (suffix, entry) in Self.below(source, host) {
                let point = mount.point + suffix
                let inner = table.entries.last { $0.point == point }
                guard let inner, inner.device == entry.device, inner.root == entry.root, !known.contains(inner.id)
                else { continue }
                known.append(inner.id)
                entries.append("mnt[" + point + "]:" + source.destination + suffix)
            }
        }
        return entries
    }

    /// The mount that a destination of config.json has become; nil when it is there no more.
    private func find(
        _ destination: String, in table: MountTable, _ root: borrowing RootDirectory
    ) -> MountTable.Entry? {
        do throws(Errno) {
            // By the mount's number: links of the image may lead elsewhere than the path says.
            let place = try root.open(destination, [.path])
            guard let id = try File.mountID(of: place.raw), let entry = table.entry(Int(id)) else { return nil }
            return entry.point == "/" ? nil : entry
        } catch {
            return nil
        }
    }

    /// The entries of a restore: `mnt[name]:place on the host`.
    func placed(host: MountTable) -> [String] {
        var entries: [String] = []
        for source in sources {
            entries.append("mnt[" + source.destination + "]:" + source.path)
            guard source.recursive else { continue }
            for (suffix, entry) in Self.below(source, host) {
                entries.append("mnt[" + source.destination + suffix + "]:" + entry.point)
            }
        }
        return entries
    }

    /// What is mounted on the host below the source of a recursive bind mount, with its path from there.
    private static func below(_ source: Source, _ host: MountTable) -> [(suffix: String, entry: MountTable.Entry)] {
        host.below(source.path).map { (entry) in
            let length = source.path == "/" ? 0 : source.path.utf8.count
            return (String(decoding: entry.point.utf8.dropFirst(length), as: UTF8.self), entry)
        }
    }
}

import Cgroups
import Kernel
import OCI

/// Deleting a container without a legible record.
extension Verb {
    /// Nothing says what there is to remove: that takes a word from the user.
    static func checkUnfinished(
        _ container: borrowing Container, force: Bool, _ warnings: Warnings
    ) throws(RuntimeError) {
        let id = container.directory.id
        guard force else {
            let why =
                container.directory.hasRecord()
                ? "its record \(container.directory.path)/state.json is damaged" : "it was never finished"
            throw RuntimeError(
                .wrongState, "cannot delete container \"\(id)\": \(why); --force removes what is known of it")
        }
        // The cgroup is noted before it is made: without a record there is none.
        guard container.directory.hasRecord() else { return }
        var found = false
        let tree = CgroupTree.discover()
        for presumed in tree.map({ PresumedCgroup.all(of: container, in: $0) }) ?? [] {
            let place = presumed.place
            let cgroup = Cgroup(path: place.path)
            guard cgroup.missingLevels() == 0 else { continue }
            found = true
            if presumed.isCertain {
                try place.kill()
                try place.cleanUp(warnings)
            } else {
                try removeUnused(place, id, warnings)
            }
        }
        if !found {
            warnings.add(
                "container \"\(id)\": its record is damaged, and no cgroup of it was found: a process of it that still"
                    + " runs is not known, and not ended")
        }
    }

    private static func removeUnused(
        _ place: StateRecord.CgroupPlace, _ id: String, _ warnings: Warnings
    ) throws(RuntimeError) {
        let cgroup = Cgroup(path: place.path)
        do throws(Errno) {
            if place.unit == nil {
                try cgroup.remove(levels: 1, milliseconds: 0)
            } else if try cgroup.isPopulated() {
                throw .busy
            }
        } catch {
            if error == .noSuchFile || error == .noSuchDevice { return }
            guard error == .busy else { throw RuntimeError("remove the cgroup \(cgroup.path)", error) }
            throw RuntimeError(
                .wrongState,
                "cannot delete container \"\(id)\": its record and its copy of config.json are damaged, and there are"
                    + " processes in the cgroup \(cgroup.path); if they are the container's, end them first"
                    + " (echo 1 > \(cgroup.path)/cgroup.kill)")
        }
        // systemd would never notice that the cgroup of a scope of its own has gone.
        if place.unit != nil { try place.cleanUp(warnings) }
    }
}

/// Where the cgroup of a container may lie whose record cannot be read.
private struct PresumedCgroup {
    var place: StateRecord.CgroupPlace
    /// Whether the configuration says so; otherwise it is what a configuration without /linux/cgroupsPath means.
    var isCertain: Bool

    /// One for each driver that the container's path is one for: nothing says which one was asked for.
    static func all(of container: borrowing Container, in tree: CgroupTree) -> [PresumedCgroup] {
        let id = container.directory.id
        let spec = legibleSpec(of: container)
        var path: String?
        var cgroup = tree.cgroup(at: nil, relative: false, containerID: id)
        if let spec {
            var findings = Findings()
            let plan = CgroupPlan(spec, NamespacePlan(spec.linux?.namespaces ?? [], &findings), &findings)
            path = spec.linux?.cgroupsPath
            cgroup = tree.cgroup(at: plan.path, relative: plan.isRelative, containerID: id)
        }
        var all = [PresumedCgroup(place: .init(path: cgroup.path, levels: 1), isCertain: spec != nil)]
        if let place = scope(path, id, tree) { all.append(PresumedCgroup(place: place, isCertain: spec != nil)) }
        return all
    }

    private static func legibleSpec(of container: borrowing Container) -> Spec? {
        guard let config = container.directory.readConfig() else { return nil }
        do throws(SpecError) {
            return try Spec.read(config)
        } catch {
            return nil
        }
    }

    /// The scope that the systemd driver would have made; nil when the path names none, or no systemd says where it is.
    private static func scope(_ path: String?, _ id: String, _ tree: CgroupTree) -> StateRecord.CgroupPlace? {
        let user = ServiceManager.isOfUser
        let unit: SystemdUnit
        do throws(SystemdUnit.Mistake) {
            unit = try SystemdUnit(path, containerID: id, user: user)
        } catch {
            return nil
        }
        var top = ""
        if user {
            do throws(BusError) {
                var manager = try ServiceManager.connect(user: true, environment: Process.environment)
                top = try manager.topCgroup()
            } catch {
                return nil
            }
        }
        return StateRecord.CgroupPlace(
            path: tree.mountPoint + top + unit.path, levels: 1, unit: .init(name: unit.name, isOfUser: user))
    }
}

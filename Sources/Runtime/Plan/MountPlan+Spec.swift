internal import Kernel
internal import OCI

extension MountPlan {
    /// All the mounts, in their order (config.md, "Mounts"); `pointer` leads to their array.
    static func list(
        _ mounts: [Spec.Mount], at pointer: String = "/mounts", bundle: String, _ namespaces: NamespacePlan,
        _ findings: inout Findings
    ) -> [MountPlan] {
        if !mounts.isEmpty, !namespaces.new.contains(.mount) { findings.needs(.mount, pointer) }
        var plans: [MountPlan] = []
        plans.reserveCapacity(mounts.count)
        for (index, mount) in mounts.enumerated() {
            plans.append(MountPlan(mount, pointer + "/" + String(index), bundle: bundle, namespaces, &findings))
        }
        return plans
    }

    /// Decides on the mount at `pointer`.
    init(
        _ mount: Spec.Mount, _ pointer: String, bundle: String, _ namespaces: NamespacePlan, _ findings: inout Findings
    ) {
        self.pointer = pointer
        destination = MountPlan.destination(mount.destination, pointer, &findings)
        let options = MountOptions(mount.options)
        flags = options.flags
        propagation = options.propagation
        recursive = options.recursive
        copyUp = options.copyUp
        idMap = IDMapPlan(mount, options, pointer, namespaces, &findings)
        if options.remount {
            action = .remount(bind: options.bind, data: options.data)
        } else if options.bind {
            action = .bind(
                source: MountPlan.bindSource(mount.source, pointer, bundle: bundle, &findings),
                recursive: options.recursiveBind)
        } else {
            action = MountPlan.newFileSystem(mount, options.data, pointer, &findings)
        }
        if options.bind { MountPlan.checkBind(mount.options, options, pointer, &findings) }
        if let index = options.copyUpIndex, options.bind || options.remount || mount.type != "tmpfs" {
            findings.refuse(MountOptions.pointer(pointer, index), "\"tmpcopyup\" is for a new tmpfs only")
        }
    }

    static func destination(_ written: String, _ pointer: String, _ findings: inout Findings) -> String {
        let place = pointer + "/destination"
        if written.isEmpty {
            findings.refuse(place, "must be an absolute path, is empty")
            return "/"
        }
        let clean = ContainerPath.clean(written)
        if clean == "/" {
            findings.refuse(place, "must be below /, which is the root file system of /root")
        } else if !ContainerPath.isAbsolute(written) {
            findings.warn(place, Findings.quoted(written) + " is relative, which is deprecated: taken as " + clean)
        }
        return clean
    }

    private static func bindSource(
        _ written: String?, _ pointer: String, bundle: String, _ findings: inout Findings
    ) -> String {
        guard let written, !written.isEmpty else {
            findings.refuse(pointer + "/source", "is required for a bind mount")
            return "/"
        }
        return ContainerPath.onHost(written, bundle: bundle)
    }

    private static func newFileSystem(
        _ mount: Spec.Mount, _ data: [String], _ pointer: String, _ findings: inout Findings
    ) -> Action {
        var type = mount.type ?? ""
        if type.isEmpty {
            findings.refuse(pointer + "/type", "is required: the options have neither \"bind\" nor \"rbind\"")
        } else if type == "bind" || type == "none" {
            findings.refuse(
                pointer + "/type",
                Findings.quoted(type) + " is no file system: a bind mount has \"bind\" or \"rbind\" in its options")
        }
        let source = mount.source ?? ""
        if type == "cgroup" { type = "cgroup2" }
        return .fileSystem(type: type, source: source.isEmpty ? type : source, data: data)
    }

    /// A bind mount shows a file system that is mounted already: it has no options of its own to set.
    private static func checkBind(
        _ words: [String], _ options: MountOptions, _ pointer: String, _ findings: inout Findings
    ) {
        for (index, word) in words.enumerated() where !word.isEmpty && MountOption(word) == nil {
            findings.refuse(
                MountOptions.pointer(pointer, index),
                Findings.quoted(word) + " is no mount option that a bind mount can have")
        }
        let ofFileSystem =
            Mount.Flags.synchronous | Mount.Flags.dirSync | Mount.Flags.mandatoryLocks | Mount.Flags.lazyTime
            | Mount.Flags.iVersion
        guard options.flags.set & ofFileSystem != 0 else { return }
        for (index, word) in words.enumerated() {
            guard case .set(let bits) = MountOption(word), bits & ofFileSystem & options.flags.set != 0 else {
                continue
            }
            findings.warn(
                MountOptions.pointer(pointer, index), Findings.quoted(word) + " has no effect on a bind mount")
        }
    }
}

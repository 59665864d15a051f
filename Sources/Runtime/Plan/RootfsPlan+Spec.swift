internal import Kernel
internal import OCI

extension RootfsPlan {
    /// The words of /linux/rootfsPropagation (config-linux.md, "Rootfs Mount Propagation"); those with r are customary.
    private static let propagations: [(StaticString, Mount.Propagation)] = [
        ("shared", .init(.shared, recursive: false)), ("rshared", .init(.shared, recursive: true)),
        ("slave", .init(.slave, recursive: false)), ("rslave", .init(.slave, recursive: true)),
        ("private", .init(.private, recursive: false)), ("rprivate", .init(.private, recursive: true)),
        ("unbindable", .init(.unbindable, recursive: false)), ("runbindable", .init(.unbindable, recursive: true)),
    ]

    /// Decides on the root file system (config.md, "Root").
    init(_ spec: Spec, bundle: String, noPivot: Bool, _ namespaces: NamespacePlan, _ findings: inout Findings) {
        let written = spec.root?.path ?? ""
        if spec.root == nil {
            findings.refuse("/root", "is required")
        } else if written.isEmpty {
            findings.refuse("/root/path", "must name a directory, is empty")
        }
        path = ContainerPath.onHost(written, bundle: bundle)
        readonly = spec.root?.readonly ?? false
        pivot = !noPivot
        propagation = nil
        if readonly, !namespaces.new.contains(.mount) { findings.needs(.mount, "/root/readonly") }
        if let word = spec.linux?.rootfsPropagation, !word.isEmpty {
            propagation = RootfsPlan.propagation(word, noPivot: noPivot, namespaces, &findings)
        }
    }

    private static func propagation(
        _ word: String, noPivot: Bool, _ namespaces: NamespacePlan, _ findings: inout Findings
    ) -> Mount.Propagation? {
        let pointer = "/linux/rootfsPropagation"
        if !namespaces.new.contains(.mount) { findings.needs(.mount, pointer) }
        for (name, propagation) in propagations where name.names(word) {
            // Without pivot_root the host's mounts stay below the container's root: in a private tree what the host
            // unmounts would stay in use there for good.
            if noPivot, propagation.kind == .private {
                findings.refuse(pointer, "must not be " + word + " together with --no-pivot: use slave or rslave")
            }
            return propagation
        }
        findings.refuse(
            pointer, "must be one of shared, slave, private and unbindable, is " + Findings.quoted(word))
        return nil
    }
}

extension PathPlan {
    /// A list of absolute container paths without duplicates: /linux/maskedPaths, /linux/readonlyPaths.
    static func list(
        _ paths: [String], at pointer: String, _ namespaces: NamespacePlan, _ findings: inout Findings
    ) -> [PathPlan] {
        if !paths.isEmpty, !namespaces.new.contains(.mount) { findings.needs(.mount, pointer) }
        var plans: [PathPlan] = []
        plans.reserveCapacity(paths.count)
        var seen = SeenTexts()
        for (index, path) in paths.enumerated() {
            let place = pointer + "/" + String(index)
            guard ContainerPath.isAbsolute(path) else {
                findings.refuse(place, "must be an absolute path, is " + Findings.quoted(path))
                continue
            }
            let clean = ContainerPath.clean(path)
            if clean == "/" {
                findings.refuse(place, "must not be the root of the container")
            } else if seen.place(of: clean) == nil {
                plans.append(PathPlan(path: clean, pointer: place))
            }
        }
        return plans
    }
}

internal import Kernel
internal import OCI

extension MountPlan {
    /// Mounts for a container that runs already, as entries of its /mounts would be; JSON pointers are those of `mounts`.
    ///
    /// Each is made beside what is there and attached, so that it can be taken off again when a later one fails. That
    /// leaves out what changes a mount, and what the kernel makes at a path only.
    static func added(
        _ mounts: [Spec.Mount], to spec: Spec, bundle: String, _ findings: inout Findings
    ) -> [MountPlan] {
        // The configuration was judged when the container was made.
        var known = Findings()
        let namespaces = NamespacePlan(spec.linux?.namespaces ?? [], &known)
        var plans = list(mounts, at: "", bundle: bundle, namespaces, &findings)
        _ = MountLabel.add(spec.linux?.mountLabel, to: &plans, &known)
        for (plan, mount) in zip(plans, mounts) {
            for (index, word) in mount.options.enumerated() {
                switch MountOption(word) {
                case .remount:
                    findings.refuse(
                        MountOptions.pointer(plan.pointer, index), "\"remount\" adds no mount, it changes one")
                case .set(Mount.Flags.iVersion):
                    findings.refuse(
                        MountOptions.pointer(plan.pointer, index),
                        "\"iversion\" takes mount(2) and a path, which is not safe in a container that runs")
                default: break
                }
            }
        }
        return plans
    }
}

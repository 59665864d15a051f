internal import Cgroups
internal import OCI

/// Control groups (config-linux.md, "Control groups"): what the limits come to, and what is wrong with them.
extension CgroupSettings {
    /// Decides on /linux/resources; devices are decided on by `DeviceRule.list`.
    init(_ resources: Spec.Linux.Resources?, _ findings: inout Findings) {
        if let resources {
            self.init(resources)
        } else {
            self.init()
        }
        for problem in problems { findings.refuse(problem.pointer, problem.message) }
        for warning in warnings { findings.warn(warning.pointer, warning.message) }
    }
}

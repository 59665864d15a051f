internal import Kernel
internal import OCI

extension MemoryPolicy {
    /// Decides on /linux/memoryPolicy (config-linux.md, "Memory policy"); nil when the mode is unknown.
    init?(_ policy: Spec.Linux.MemoryPolicy, _ findings: inout Findings) {
        let pointer = "/linux/memoryPolicy"
        var flags: Flags = []
        for (index, name) in policy.flags.enumerated() {
            guard let flag = Flags(name: name) else {
                findings.refuse(
                    pointer + "/flags/" + String(index),
                    "must be one of MPOL_F_NUMA_BALANCING, MPOL_F_RELATIVE_NODES and MPOL_F_STATIC_NODES, is "
                        + Findings.quoted(name))
                continue
            }
            flags.insert(flag)
        }
        // An empty list of nodes is none.
        let text = policy.nodes ?? ""
        let nodes = text.isEmpty ? nil : CPUSet(text)
        if nodes == nil, !text.isEmpty {
            findings.refuse(pointer + "/nodes", "must be a list of nodes such as 0-3,7, is " + Findings.quoted(text))
        }
        guard let mode = Mode(name: policy.mode) else {
            findings.refuse(
                pointer + "/mode",
                "must be a mode of set_mempolicy(2) such as MPOL_BIND, is " + Findings.quoted(policy.mode))
            return nil
        }
        self.init(mode, flags: flags, nodes: nodes)
        check(text, pointer, &findings)
    }

    /// What set_mempolicy(2) would refuse, or take without an effect.
    private func check(_ text: String, _ pointer: String, _ findings: inout Findings) {
        let name = mode.name.description
        switch mode {
        case .default, .local:
            if !text.isEmpty {
                findings.refuse(pointer + "/nodes", "must be empty with " + name + ", is " + Findings.quoted(text))
            }
            if !flags.isEmpty { findings.refuse(pointer + "/flags", "must be empty with " + name) }
        case .preferred:
            if text.isEmpty, !flags.isDisjoint(with: [.staticNodes, .relativeNodes]) {
                findings.refuse(pointer + "/nodes", "must name a node with these flags")
            }
        case .bind, .interleave, .preferredMany, .weightedInterleave:
            if text.isEmpty { findings.refuse(pointer + "/nodes", "must name at least one node with " + name) }
        }
        if flags.isSuperset(of: [.staticNodes, .relativeNodes]) {
            findings.refuse(pointer + "/flags", "must not have MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES both")
        }
        if flags.contains(.balancing), mode != .bind, mode != .preferredMany, mode != .default, mode != .local {
            findings.refuse(
                pointer + "/flags", "must have MPOL_F_NUMA_BALANCING with MPOL_BIND or MPOL_PREFERRED_MANY only")
        }
    }
}

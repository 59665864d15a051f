extension Mutant {
    /// Mutants of what `features` says: it names what there is not.
    static var features: [Mutant] {
        [
            .output("features", "features.versions.required-1", what: "there is no least version") {
                $0["ociVersionMin"] = nil
            },
            .output("features", "features.versions.required-2", what: "there is no greatest version") {
                $0["ociVersionMax"] = nil
            },
            .output("features", "features.versions.must-1", what: "the least version is not taken") {
                $0["ociVersionMin"] = "0.1.0"
            },
            .output("features", "features.versions.must-2", what: "the greatest version is not taken") {
                $0["ociVersionMax"] = "7.0.0"
            },
            .output("features", "features.versions.must-3", what: "the greatest version is less than the least") {
                $0["ociVersionMax"] = "0.0.1"
            },
            .output("features", "features.versions.must-4", what: "a property is of no version") {
                $0["linux", "teleportation"] = ["enabled": true]
            },
            naming("features.hooks.must-1", "prestop", "hooks"),
            naming("features.mount-options.must-1", "teleport", "mountOptions"),
            naming("features.mount-options.should-1", "size=1k", "mountOptions"),
            .output("features", "features.annotations.must-1", what: "the annotations are an array") {
                $0["annotations"] = ["org.example.key"]
            },
            naming("features-linux.namespaces.must-1", "galaxy", "linux", "namespaces"),
            naming("features-linux.capabilities.must-1", "CAP_TELEPORT", "linux", "capabilities"),
            naming("features-linux.seccomp.must-1", "SCMP_ACT_TELEPORT", "linux", "seccomp", "actions"),
            naming("features-linux.seccomp.must-2", "SCMP_CMP_TELEPORT", "linux", "seccomp", "operators"),
            naming("features-linux.seccomp.must-3", "SCMP_ARCH_TELEPORT", "linux", "seccomp", "archs"),
            naming("features-linux.seccomp.must-4", "SECCOMP_FILTER_FLAG_TELEPORT", "linux", "seccomp", "knownFlags"),
            naming(
                "features-linux.seccomp.must-5", "SECCOMP_FILTER_FLAG_TELEPORT", "linux", "seccomp", "supportedFlags"),
            naming("features-linux.memory-policy.must-1", "MPOL_TELEPORT", "linux", "memoryPolicy", "modes"),
            naming("features-linux.memory-policy.must-2", "MPOL_F_TELEPORT", "linux", "memoryPolicy", "flags"),
            .output("features", "features-linux.mount-extensions.must-1", what: "idmap says the opposite") { features in
                let now = features["linux", "mountExtensions", "idmap", "enabled"]
                features["linux", "mountExtensions", "idmap", "enabled"] = now == true ? false : true
            },
        ]
    }

    /// `features` names a thing that the runtime does not know.
    private static func naming(_ sentence: String, _ word: String, _ steps: JSON.Step...) -> Mutant {
        .output("features", sentence, what: "\(word) is named") { features in
            switch steps.count {
            case 1: features.append(.text(word), at: steps[0])
            case 2: features.append(.text(word), at: steps[0], steps[1])
            default: features.append(.text(word), at: steps[0], steps[1], steps[2])
            }
        }
    }
}

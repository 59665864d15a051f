internal import OCI

/// What apus does for annotations that engines write for crun. Others are heeded where they belong: those of systemd in
/// `ScopePlan` and `UnitProperty`, criu's in `Criu`. What is in neither place means nothing to apus, and is no error
/// (config.md, "Annotations").
package struct AnnotationPlan: Equatable, Sendable {
    /// Whether the program keeps the groups that apus's caller is in, and gets no others.
    package var keepsGroups = false
    /// Host paths of files that what hooks say is appended to.
    package var hookOutput: String?
    package var hookErrors: String?
    /// Host path of a socket that gets a pidfd of the program.
    package var pidfdSocket: String?

    static let groups = "run.oci.keep_original_groups"
    static let output = "run.oci.hooks.stdout"
    static let errors = "run.oci.hooks.stderr"
    static let pidfd = "run.oci.pidfd_receiver"

    /// Those that the document has; `bundle` is the directory that relative paths start at.
    init(_ annotations: [Spec.Entry<String>], bundle: String, _ findings: inout Findings) {
        for entry in annotations where entry.key.utf8.starts(with: "run.oci.".utf8) {
            switch entry.key {
            case Self.groups:
                keepsGroups = entry.value == "1"
                if entry.value != "1", entry.value != "0" {
                    findings.refuse(
                        "/annotations/" + entry.key, "must be 1 or 0, is " + Findings.quoted(entry.value))
                }
            case Self.output: hookOutput = Self.path(entry, bundle, &findings)
            case Self.errors: hookErrors = Self.path(entry, bundle, &findings)
            case Self.pidfd: pidfdSocket = Self.path(entry, bundle, &findings)
            default: Self.warn(of: entry.key, &findings)
            }
        }
    }

    /// Those of a container that was made: what is wrong was found then.
    init(_ annotations: [Spec.Entry<String>], bundle: String) {
        var findings = Findings()
        self.init(annotations, bundle: bundle, &findings)
    }

    private static func path(
        _ entry: Spec.Entry<String>, _ bundle: String, _ findings: inout Findings
    ) -> String? {
        if entry.value.isEmpty {
            findings.refuse("/annotations/" + entry.key, "must be a path, is empty")
            return nil
        }
        return ContainerPath.onHost(entry.value, bundle: bundle)
    }

    /// What crun does for these apus does not, or in another way.
    private static func warn(of key: String, _ findings: inout Findings) {
        let hint: String
        switch key {
        case "run.oci.delegate-cgroup": hint = "the container's own cgroup is what it is given"
        case "run.oci.handler": hint = "apus itself runs the program"
        case "run.oci.seccomp.receiver", "run.oci.seccomp.plugins":
            hint = "the agent of a filter is named by /linux/seccomp/listenerPath"
        case "run.oci.seccomp_bpf_data", "run.oci.seccomp_fail_unknown_syscall":
            hint = "filters are what /linux/seccomp says"
        case "run.oci.mount_context_type": hint = "the option of /linux/mountLabel is context"
        case "run.oci.systemd.force_cgroup_v1": hint = "apus uses no cgroup v1"
        default: return
        }
        findings.warn("/annotations/" + key, "has no effect: " + hint)
    }
}

extension ProcessPlan {
    /// Leaves the groups out that the document asks for when the caller's are to be kept: nobody may choose which.
    mutating func keepGroups(_ annotations: AnnotationPlan, _ findings: inout Findings) {
        guard annotations.keepsGroups else { return }
        keepsGroups = true
        if additionalGids.isEmpty { return }
        additionalGids = []
        findings.warn(
            "/process/user/additionalGids", "is left out: /annotations/" + AnnotationPlan.groups + " keeps the caller's"
        )
    }
}

internal import JSON
internal import OCI
internal import SeccompFilter

/// The system call filter (config-linux.md, "Seccomp"): whether it can be compiled.
extension Validation {
    /// Whether a filter would let everything pass.
    static func filtersNothing(_ seccomp: Spec.Linux.Seccomp) -> Bool {
        seccomp.defaultAction == "SCMP_ACT_ALLOW" && seccomp.syscalls.isEmpty && seccomp.architectures.isEmpty
            && (seccomp.flags ?? []).isEmpty
    }

    /// Names of system calls are not judged: a filter may name what is newer than the library that compiles it.
    static func checkSeccomp(_ seccomp: Spec.Linux.Seccomp, _ findings: inout Findings) {
        for problem in SeccompCompiler.check(seccomp) { findings.refuse(problem.pointer, problem.message) }
    }
}

import CSeccomp
@testable import OCI

/// A profile of the size and shape that engines send: nearly every call allowed, some by their arguments, the rest
/// refused, for three architectures.
func largeProfile() -> Seccomp {
    let refused = [
        "acct", "add_key", "bpf", "delete_module", "finit_module", "fsconfig", "fsmount", "fsopen", "init_module",
        "io_uring_setup", "kexec_load", "keyctl", "mount", "move_mount", "open_tree", "perf_event_open", "pivot_root",
        "process_vm_readv", "reboot", "request_key", "setns", "swapon", "umount2", "unshare", "userfaultfd",
    ]
    let conditional = ["clone", "personality", "socket"]
    var names: [String] = []
    for architecture in [UInt32(0xc000_003e), 0x4000_0003] {
        for number in Int32(0)..<500 {
            guard let text = seccomp_syscall_resolve_num_arch(architecture, number) else { continue }
            let name = String(cString: text)
            text.deallocate()
            if refused.contains(name) || conditional.contains(name) || names.contains(name) { continue }
            names.append(name)
        }
    }
    let masked = Seccomp.Argument(index: 0, value: 0x7e02_0000, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ")
    let zero = Seccomp.Argument(index: 0, value: 0, op: "SCMP_CMP_EQ")
    let eight = Seccomp.Argument(index: 0, value: 8, op: "SCMP_CMP_EQ")
    let notVsock = Seccomp.Argument(index: 0, value: 40, op: "SCMP_CMP_NE")
    return Seccomp(
        defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 1,
        architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
        syscalls: [
            rule(names, "SCMP_ACT_ALLOW"), rule(["personality"], "SCMP_ACT_ALLOW", nil, [zero]),
            rule(["personality"], "SCMP_ACT_ALLOW", nil, [eight]), rule(["socket"], "SCMP_ACT_ALLOW", nil, [notVsock]),
            rule(["clone"], "SCMP_ACT_ALLOW", nil, [masked]), rule(["clone3"], "SCMP_ACT_ERRNO", 38),
        ])
}

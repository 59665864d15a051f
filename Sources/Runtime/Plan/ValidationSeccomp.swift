internal import Kernel
internal import OCI

/// The system call filter (config-linux.md, "Seccomp"): whether its words are those of the specification.
///
/// Names of system calls are not judged: a filter may name what is newer than the library that compiles it.
extension Validation {
    private static let actions: [StaticString] = [
        "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD",
        "SCMP_ACT_TRAP", "SCMP_ACT_TRACE", "SCMP_ACT_LOG",
    ]

    private static let operators: [StaticString] = [
        "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT",
        "SCMP_CMP_MASKED_EQ",
    ]

    private static let flags: [StaticString] = [
        "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
        "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
    ]

    private static let architectures: [StaticString] = [
        "SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_ARM", "SCMP_ARCH_AARCH64", "SCMP_ARCH_MIPS",
        "SCMP_ARCH_MIPS64", "SCMP_ARCH_MIPS64N32", "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPSEL64",
        "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PPC", "SCMP_ARCH_PPC64", "SCMP_ARCH_PPC64LE", "SCMP_ARCH_S390",
        "SCMP_ARCH_S390X", "SCMP_ARCH_PARISC", "SCMP_ARCH_PARISC64", "SCMP_ARCH_RISCV64", "SCMP_ARCH_LOONGARCH64",
        "SCMP_ARCH_M68K", "SCMP_ARCH_SH", "SCMP_ARCH_SHEB",
    ]

    /// Whether a filter would let everything pass.
    static func filtersNothing(_ seccomp: Spec.Linux.Seccomp) -> Bool {
        seccomp.defaultAction == "SCMP_ACT_ALLOW" && seccomp.syscalls.isEmpty && seccomp.architectures.isEmpty
            && (seccomp.flags ?? []).isEmpty
    }

    static func checkSeccomp(_ seccomp: Spec.Linux.Seccomp, _ findings: inout Findings) {
        let pointer = "/linux/seccomp"
        checkAction(seccomp.defaultAction, pointer + "/defaultAction", &findings)
        checkErrno(seccomp.defaultErrnoRet, seccomp.defaultAction, pointer + "/defaultErrnoRet", &findings)
        for (index, name) in seccomp.architectures.enumerated() where !isOne(name, of: architectures) {
            findings.refuse(
                pointer + "/architectures/" + String(index),
                "must be an architecture such as SCMP_ARCH_X86_64, is " + Findings.quoted(name))
        }
        for (index, name) in (seccomp.flags ?? []).enumerated() where !isOne(name, of: flags) {
            findings.refuse(
                pointer + "/flags/" + String(index),
                "must be a flag such as SECCOMP_FILTER_FLAG_LOG, is " + Findings.quoted(name))
        }
        if isSet(seccomp.listenerMetadata), !isSet(seccomp.listenerPath) {
            findings.refuse(pointer + "/listenerMetadata", "must not be set without /linux/seccomp/listenerPath")
        }
        for (index, syscall) in seccomp.syscalls.enumerated() {
            checkSyscall(syscall, pointer + "/syscalls/" + String(index), &findings)
        }
    }

    private static func checkSyscall(
        _ syscall: Spec.Linux.Seccomp.Syscall, _ pointer: String, _ findings: inout Findings
    ) {
        if syscall.names.isEmpty { findings.refuse(pointer + "/names", "must have at least one entry") }
        for (index, name) in syscall.names.enumerated() where name.isEmpty {
            findings.refuse(pointer + "/names/" + String(index), "must name a system call, is empty")
        }
        checkAction(syscall.action, pointer + "/action", &findings)
        checkErrno(syscall.errnoRet, syscall.action, pointer + "/errnoRet", &findings)
        for (index, argument) in syscall.args.enumerated() {
            let place = pointer + "/args/" + String(index)
            if argument.index > 5 {
                findings.refuse(place + "/index", "must be from 0 to 5, is " + String(argument.index))
            }
            if !isOne(argument.op, of: operators) {
                findings.refuse(
                    place + "/op", "must be an operator such as SCMP_CMP_EQ, is " + Findings.quoted(argument.op))
            }
        }
    }

    private static func checkAction(_ action: String, _ pointer: @autoclosure () -> String, _ findings: inout Findings)
    {
        if isOne(action, of: actions) { return }
        if action == "SCMP_ACT_NOTIFY" {
            findings.unsupported(pointer(), action)
        } else {
            findings.refuse(pointer(), "must be an action such as SCMP_ACT_ERRNO, is " + Findings.quoted(action))
        }
    }

    /// The kernel holds the number of an action in 16 bits, and cuts an error number off at 4095.
    private static func checkErrno(
        _ number: UInt32?, _ action: String, _ pointer: @autoclosure () -> String, _ findings: inout Findings
    ) {
        guard let number else { return }
        let most: UInt32
        switch action {
        case "SCMP_ACT_ERRNO": most = 4095
        case "SCMP_ACT_TRACE": most = 65535
        default:
            findings.refuse(pointer(), "must be absent: only SCMP_ACT_ERRNO and SCMP_ACT_TRACE return a number")
            return
        }
        if number > most { findings.refuse(pointer(), "must be from 0 to " + String(most) + ", is " + String(number)) }
    }

    private static func isOne(_ word: String, of names: [StaticString]) -> Bool {
        for name in names where name.names(word) { return true }
        return false
    }
}

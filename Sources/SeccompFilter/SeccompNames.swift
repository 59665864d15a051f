internal import CSeccomp
internal import Kernel

/// The words of /linux/seccomp and what they are in libseccomp and the kernel (config-linux.md, "Seccomp").
package enum SeccompNames {
    /// Actions.
    package static let actions: [StaticString] = [
        "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD",
        "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP",
    ]

    /// Comparisons of an argument.
    package static let operators: [StaticString] = [
        "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_LE", "SCMP_CMP_LT", "SCMP_CMP_MASKED_EQ",
        "SCMP_CMP_NE",
    ]

    /// Flags of seccomp(2).
    package static let flags: [StaticString] = [
        "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_LOG",
        "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
    ]

    /// The architectures of the specification, each with libseccomp's own name for it.
    static let architectures: [(name: StaticString, library: StaticString)] = [
        ("SCMP_ARCH_AARCH64", "aarch64"), ("SCMP_ARCH_ARM", "arm"), ("SCMP_ARCH_LOONGARCH64", "loongarch64"),
        ("SCMP_ARCH_M68K", "m68k"), ("SCMP_ARCH_MIPS", "mips"), ("SCMP_ARCH_MIPS64", "mips64"),
        ("SCMP_ARCH_MIPS64N32", "mips64n32"), ("SCMP_ARCH_MIPSEL", "mipsel"), ("SCMP_ARCH_MIPSEL64", "mipsel64"),
        ("SCMP_ARCH_MIPSEL64N32", "mipsel64n32"), ("SCMP_ARCH_PARISC", "parisc"),
        ("SCMP_ARCH_PARISC64", "parisc64"), ("SCMP_ARCH_PPC", "ppc"), ("SCMP_ARCH_PPC64", "ppc64"),
        ("SCMP_ARCH_PPC64LE", "ppc64le"), ("SCMP_ARCH_RISCV64", "riscv64"), ("SCMP_ARCH_S390", "s390"),
        ("SCMP_ARCH_S390X", "s390x"), ("SCMP_ARCH_SH", "sh"), ("SCMP_ARCH_SHEB", "sheb"),
        ("SCMP_ARCH_X32", "x32"), ("SCMP_ARCH_X86", "x86"), ("SCMP_ARCH_X86_64", "x86_64"),
    ]

    /// The architectures that the libseccomp at hand knows.
    package static var knownArchitectures: [StaticString] {
        architectures.filter { seccomp_arch_resolve_name(text($0.library)) != 0 }.map(\.name)
    }

    /// The version of the libseccomp at hand: `2.5.4`.
    package static var libraryVersion: String {
        guard let version = seccomp_version() else { return "unknown" }
        let parts = version.pointee
        return String(parts.major) + "." + String(parts.minor) + "." + String(parts.micro)
    }

    /// A static string as C takes it.
    static func text(_ string: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(string.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}

/// What the kernel does with a system call.
enum Action: Equatable {
    case allow, killProcess, killThread, log, trap
    /// An agent is asked.
    case notify
    /// The call is not made and fails with this error number; 0 is success.
    case error(UInt16)
    /// A tracer is told this number; without a tracer the call fails with ENOSYS.
    case trace(UInt16)

    /// The action called `name`, with the error number EPERM when it takes one; nil when apus knows none of that name.
    init?(name: String) {
        let permissionError: UInt16 = 1
        if ("SCMP_ACT_ALLOW" as StaticString).names(name) {
            self = .allow
        } else if ("SCMP_ACT_ERRNO" as StaticString).names(name) {
            self = .error(permissionError)
        } else if ("SCMP_ACT_KILL_PROCESS" as StaticString).names(name) {
            self = .killProcess
        } else if ("SCMP_ACT_KILL" as StaticString).names(name)
            || ("SCMP_ACT_KILL_THREAD" as StaticString).names(name)
        {
            self = .killThread
        } else if ("SCMP_ACT_LOG" as StaticString).names(name) {
            self = .log
        } else if ("SCMP_ACT_NOTIFY" as StaticString).names(name) {
            self = .notify
        } else if ("SCMP_ACT_TRACE" as StaticString).names(name) {
            self = .trace(permissionError)
        } else if ("SCMP_ACT_TRAP" as StaticString).names(name) {
            self = .trap
        } else {
            return nil
        }
    }

    /// The largest number that goes with the action, nil when none does.
    ///
    /// The kernel's largest error number is 4095, and libseccomp takes only what is below; a tracer gets 16 bits.
    var largestNumber: UInt32? {
        switch self {
        case .error: 4094
        case .trace: 65535
        default: nil
        }
    }

    /// The same action with another number.
    func with(_ number: UInt32?) -> Action {
        guard let number else { return self }
        switch self {
        case .error: return .error(UInt16(truncatingIfNeeded: number))
        case .trace: return .trace(UInt16(truncatingIfNeeded: number))
        default: return self
        }
    }

    /// What a filter returns for it. SECCOMP_RET_*
    var returnValue: UInt32 {
        switch self {
        case .killProcess: 0x8000_0000
        case .killThread: 0x0000_0000
        case .trap: 0x0003_0000
        case .error(let number): 0x0005_0000 | UInt32(number)
        case .trace(let number): 0x7ff0_0000 | UInt32(number)
        case .log: 0x7ffc_0000
        case .notify: 0x7fc0_0000
        case .allow: 0x7fff_0000
        }
    }
}

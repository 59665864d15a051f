internal import CSeccomp
internal import JSON
internal import Kernel
package import OCI

/// Turns /linux/seccomp into a program for the kernel, with libseccomp. seccomp_rule_add(3)
///
/// The native architecture is always in the filter, beside those that the section names. A call of any other
/// architecture kills the thread, as libseccomp has it.
package enum SeccompCompiler {
    /// The filter of a section, with all its problems in the error when it cannot be made.
    package static func compile(_ seccomp: Spec.Linux.Seccomp) throws(SeccompError) -> FilterProgram {
        try compile(seccomp, balanced: ruleCount(seccomp) > 8)
    }

    /// The same, with libseccomp's binary tree over the call numbers or with one comparison after the other.
    ///
    /// The tree takes half as long again to make, which the cache saves, but the kernel's loading of Docker's profile
    /// takes 0.38 ms instead of 0.86 ms with it: the kernel tries every call number on a new filter.
    static func compile(_ seccomp: Spec.Linux.Seccomp, balanced: Bool) throws(SeccompError) -> FilterProgram {
        let problems = check(seccomp)
        guard problems.isEmpty, let defaultAction = Action(name: seccomp.defaultAction)?.with(seccomp.defaultErrnoRet)
        else { throw SeccompError(problems) }
        var warnings: [String] = []
        let filter = try Filter(defaultAction, balanced: balanced)
        for (index, name) in seccomp.architectures.enumerated() {
            try filter.add(architecture: name, "/linux/seccomp/architectures/" + String(index))
        }
        var unknown: [String] = []
        for (index, syscall) in seccomp.syscalls.enumerated() {
            try filter.add(syscall, "/linux/seccomp/syscalls/" + String(index), &unknown, &warnings)
        }
        if !unknown.isEmpty {
            let version = SeccompNames.libraryVersion
            warnings.append(
                "/linux/seccomp: skipped system calls that libseccomp " + version + " does not know: "
                    + unknown.joined(separator: ", "))
        }
        var program = NewerCalls(seccomp, defaultAction).instructions
        program += try filter.export()
        let count = program.count / SeccompMode.instructionSize
        guard count <= SeccompMode.longestFilter else {
            throw SeccompError(
                "/linux/seccomp", "makes a filter of \(count) instructions, the kernel takes at most 4096")
        }
        return FilterProgram(instructions: program, flags: flags(seccomp), warnings: warnings)
    }

    /// The flags for seccomp(2); without a list speculation is allowed, as other runtimes do, an empty list is none.
    static func flags(_ seccomp: Spec.Linux.Seccomp) -> UInt32 {
        let listens = notifies(seccomp)
        guard let names = seccomp.flags else {
            return SeccompMode.allowSpeculation | (listens ? SeccompMode.newListener : 0)
        }
        var flags: UInt32 = listens ? SeccompMode.newListener : 0
        for name in names {
            // The kernel takes TSYNC beside a listener only in another form; who loads the filter has one thread, so
            // that it changes nothing.
            if !listens, ("SECCOMP_FILTER_FLAG_TSYNC" as StaticString).names(name) {
                flags |= SeccompMode.synchronizeThreads
            }
            if ("SECCOMP_FILTER_FLAG_LOG" as StaticString).names(name) { flags |= SeccompMode.log }
            if ("SECCOMP_FILTER_FLAG_SPEC_ALLOW" as StaticString).names(name) { flags |= SeccompMode.allowSpeculation }
            if ("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" as StaticString).names(name) {
                flags |= SeccompMode.waitKillable
            }
        }
        return flags
    }

    /// Whether an agent is to be asked about system calls.
    package static func notifies(_ seccomp: Spec.Linux.Seccomp) -> Bool {
        let name = "SCMP_ACT_NOTIFY" as StaticString
        if name.names(seccomp.defaultAction) { return true }
        for syscall in seccomp.syscalls where name.names(syscall.action) { return true }
        return false
    }

    private static func ruleCount(_ seccomp: Spec.Linux.Seccomp) -> Int {
        var count = 0
        for syscall in seccomp.syscalls { count += syscall.names.count }
        return count
    }
}

/// How an argument is compared. enum scmp_compare
struct Comparison {
    let operation: scmp_compare

    init?(name: String) {
        if ("SCMP_CMP_EQ" as StaticString).names(name) {
            operation = SCMP_CMP_EQ
        } else if ("SCMP_CMP_NE" as StaticString).names(name) {
            operation = SCMP_CMP_NE
        } else if ("SCMP_CMP_LT" as StaticString).names(name) {
            operation = SCMP_CMP_LT
        } else if ("SCMP_CMP_LE" as StaticString).names(name) {
            operation = SCMP_CMP_LE
        } else if ("SCMP_CMP_GE" as StaticString).names(name) {
            operation = SCMP_CMP_GE
        } else if ("SCMP_CMP_GT" as StaticString).names(name) {
            operation = SCMP_CMP_GT
        } else if ("SCMP_CMP_MASKED_EQ" as StaticString).names(name) {
            operation = SCMP_CMP_MASKED_EQ
        } else {
            return nil
        }
    }

    var isMasked: Bool { operation == SCMP_CMP_MASKED_EQ }
}

/// A filter being built, in libseccomp's own form.
private struct Filter: ~Copyable {
    private let context: scmp_filter_ctx
    private let defaultAction: Action

    init(_ defaultAction: Action, balanced: Bool) throws(SeccompError) {
        // Level 5 has every action used here; without this libseccomp would ask the kernel with eight system calls.
        _ = seccomp_api_set(5)
        guard let context = seccomp_init(defaultAction.returnValue) else {
            throw SeccompError("/linux/seccomp/defaultAction", "libseccomp cannot make a filter")
        }
        self.context = context
        self.defaultAction = defaultAction
        if balanced { _ = seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2) }
    }

    deinit { seccomp_release(context) }

    func add(architecture name: String, _ pointer: String) throws(SeccompError) {
        for known in SeccompNames.architectures where known.name.names(name) {
            let token = seccomp_arch_resolve_name(SeccompNames.text(known.library))
            let answer = seccomp_arch_add(context, token)
            guard answer == 0 || answer == -Errno.fileExists.rawValue else {
                throw SeccompError(pointer, "libseccomp cannot add " + name + ": " + Errno(negated: answer).message)
            }
        }
    }

    /// Adds the rules of one entry; names that libseccomp does not know are collected.
    func add(
        _ syscall: Spec.Linux.Seccomp.Syscall, _ pointer: String, _ unknown: inout [String],
        _ warnings: inout [String]
    ) throws(SeccompError) {
        guard let action = Action(name: syscall.action)?.with(syscall.errnoRet) else { return }
        let (conditions, separate) = conditions(syscall, pointer, &warnings)
        for name in syscall.names {
            let number = seccomp_syscall_resolve_name(name)
            guard number != __NR_SCMP_ERROR else {
                unknown.append(name)
                continue
            }
            // libseccomp refuses a rule that does what happens anyway.
            if action == defaultAction { continue }
            var answer: Int32 = 0
            if separate {
                for condition in conditions where answer == 0 {
                    answer = seccomp_rule_add_array(context, action.returnValue, number, 1, [condition])
                }
            } else {
                answer = seccomp_rule_add_array(
                    context, action.returnValue, number, UInt32(conditions.count), conditions)
            }
            guard answer == 0 else {
                let why =
                    answer == -Errno.fileExists.rawValue
                    ? "it contradicts an earlier rule" : Errno(negated: answer).message
                throw SeccompError(pointer, "libseccomp cannot add the rule for " + name + ": " + why)
            }
        }
    }

    /// The conditions of one entry, and whether each makes a rule of its own.
    ///
    /// libseccomp takes one condition for each argument. When an entry has two for the same one, all of its
    /// conditions become separate rules, of which any may match: this is what other runtimes do, and profiles in use
    /// rely on it.
    private func conditions(
        _ syscall: Spec.Linux.Seccomp.Syscall, _ pointer: String, _ warnings: inout [String]
    ) -> (conditions: [scmp_arg_cmp], separate: Bool) {
        var conditions: [scmp_arg_cmp] = []
        var seen: UInt32 = 0
        var separate = false
        for (index, argument) in syscall.args.enumerated() {
            guard let comparison = Comparison(name: argument.op) else { continue }
            if seen & (1 << argument.index) != 0 { separate = true }
            seen |= 1 << argument.index
            let second = argument.valueTwo ?? 0
            if !comparison.isMasked, second != 0 {
                warnings.append(
                    pointer + "/args/" + String(index) + "/valueTwo: has no meaning with " + argument.op)
            }
            conditions.append(
                scmp_arg_cmp(
                    arg: argument.index, op: comparison.operation, datum_a: argument.value,
                    datum_b: comparison.isMasked ? second : 0))
        }
        return (conditions, separate)
    }

    /// The finished program as struct sock_filter. seccomp_export_bpf(3)
    func export() throws(SeccompError) -> [UInt8] {
        do throws(Errno) {
            let file = try UnnamedFile.inMemory("seccomp")
            let answer = seccomp_export_bpf(context, file.raw)
            guard answer == 0 else { throw Errno(negated: answer) }
            let size = Int(try File.status(of: file.raw).size)
            return try UnnamedFile.contents(of: file.raw, count: size)
        } catch {
            throw SeccompError("/linux/seccomp", "libseccomp cannot make the filter: " + error.message)
        }
    }
}

internal import CSeccomp
package import JSON
internal import Kernel
package import OCI

extension SeccompCompiler {
    /// Everything in the section that cannot be compiled, each with its place. No side effects.
    package static func check(_ seccomp: Spec.Linux.Seccomp) -> [Problem] {
        var check = SeccompCheck()
        let notifies = notifies(seccomp)
        let place = "/linux/seccomp"
        check.action(
            seccomp.defaultAction, place + "/defaultAction", seccomp.defaultErrnoRet, place + "/defaultErrnoRet")
        for (index, name) in seccomp.architectures.enumerated() {
            check.architecture(name, place + "/architectures/" + String(index))
        }
        for (index, name) in (seccomp.flags ?? []).enumerated() {
            check.flag(name, place + "/flags/" + String(index), notifies: notifies)
        }
        check.listener(seccomp, place, notifies: notifies)
        for (index, syscall) in seccomp.syscalls.enumerated() {
            check.syscall(syscall, place + "/syscalls/" + String(index))
        }
        return check.problems
    }
}

/// The checks of one section, collecting what they find.
private struct SeccompCheck {
    var problems: [Problem] = []

    mutating func note(_ pointer: String, _ message: String) {
        problems.append(Problem(pointer: pointer, message: message))
    }

    mutating func action(_ name: String, _ pointer: String, _ number: UInt32?, _ numberPointer: String) {
        guard let action = Action(name: name) else {
            note(pointer, unknown(name, "action", SeccompNames.actions))
            return
        }
        guard let number else { return }
        guard let largest = action.largestNumber else {
            note(numberPointer, "only SCMP_ACT_ERRNO and SCMP_ACT_TRACE take an error number, the action is " + name)
            return
        }
        if number > largest { note(numberPointer, "must be at most " + String(largest) + ", is " + String(number)) }
    }

    mutating func architecture(_ name: String, _ pointer: String) {
        for known in SeccompNames.architectures where known.name.names(name) {
            let token = seccomp_arch_resolve_name(SeccompNames.text(known.library))
            if token == 0 {
                note(pointer, name + " is unknown to libseccomp " + SeccompNames.libraryVersion)
            } else if (token ^ seccomp_arch_native()) & littleEndian != 0 {
                note(pointer, name + " has another byte order than this machine")
            }
            return
        }
        note(pointer, unknown(name, "architecture", SeccompNames.architectures.map(\.name)))
    }

    mutating func flag(_ name: String, _ pointer: String, notifies: Bool) {
        for known in SeccompNames.flags where known.names(name) {
            if !notifies, ("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" as StaticString).names(name) {
                note(pointer, name + " has a meaning only with SCMP_ACT_NOTIFY")
            }
            return
        }
        note(pointer, unknown(name, "flag", SeccompNames.flags))
    }

    /// Who is asked about system calls must be told, and only then.
    mutating func listener(_ seccomp: Spec.Linux.Seccomp, _ pointer: String, notifies: Bool) {
        // Engines write an absent string as an empty one.
        let path = seccomp.listenerPath ?? ""
        if path.isEmpty {
            if notifies { note(pointer + "/listenerPath", "is missing: SCMP_ACT_NOTIFY needs an agent's socket") }
            if !(seccomp.listenerMetadata ?? "").isEmpty {
                note(pointer + "/listenerMetadata", "needs a listenerPath")
            }
        } else if notifies, path.utf8.first != UInt8(ascii: "/") {
            note(pointer + "/listenerPath", "must be an absolute path, is \"" + JSONText.excerpt(path) + "\"")
        }
    }

    mutating func syscall(_ syscall: Spec.Linux.Seccomp.Syscall, _ pointer: String) {
        if syscall.names.isEmpty { note(pointer + "/names", "must name at least one system call") }
        for (index, name) in syscall.names.enumerated() where name.isEmpty {
            note(pointer + "/names/" + String(index), "must name a system call, is empty")
        }
        action(syscall.action, pointer + "/action", syscall.errnoRet, pointer + "/errnoRet")
        for (index, argument) in syscall.args.enumerated() {
            let place = pointer + "/args/" + String(index)
            if argument.index > 5 {
                note(place + "/index", "must be at most 5, is " + String(argument.index))
            }
            if Comparison(name: argument.op) == nil {
                note(place + "/op", unknown(argument.op, "operator", SeccompNames.operators))
            }
        }
    }

    private func unknown(_ name: String, _ what: String, _ known: [StaticString]) -> String {
        var line = "\"" + name + "\" is no seccomp " + what + "; known: "
        for (index, word) in known.enumerated() { line += (index == 0 ? "" : ", ") + word.description }
        return line
    }
}

/// The bit of an architecture's token that says little-endian. __AUDIT_ARCH_LE
private let littleEndian: UInt32 = 0x4000_0000

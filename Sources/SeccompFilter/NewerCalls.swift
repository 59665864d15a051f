internal import CSeccomp
internal import Kernel
internal import OCI

/// The head of a filter, which answers ENOSYS to system calls that the profile cannot have known.
///
/// A profile that refuses with an error number what it does not name would answer EPERM to a call made up after it was
/// written. The C library takes ENOSYS for "this kernel is too old, use the older call", but EPERM for a refusal, so
/// programs fail on newer systems. A call is newer when its number is above that of every call the profile names, for
/// the architecture at hand. Profiles whose default is to kill, to trap or to let pass keep their word.
struct NewerCalls {
    /// Call numbers of one architecture that are too new.
    struct Range: Equatable {
        /// The architecture as the kernel tells it to a filter. AUDIT_ARCH_*
        var architecture: UInt32
        /// The first number.
        var first: UInt32
        /// The first number that is not of this range any more; nil when there is none.
        var end: UInt32?
    }

    /// Ordered by architecture: those of one architecture follow each other.
    let ranges: [Range]

    /// The newer calls of a section.
    init(_ seccomp: Spec.Linux.Seccomp, _ defaultAction: Action) {
        let notImplemented = UInt16(truncatingIfNeeded: Errno.notImplemented.rawValue)
        guard case .error(let number) = defaultAction, number != notImplemented else {
            ranges = []
            return
        }
        var tokens = [seccomp_arch_native()]
        for name in seccomp.architectures {
            for known in SeccompNames.architectures where known.name.names(name) {
                let token = seccomp_arch_resolve_name(SeccompNames.text(known.library))
                if !tokens.contains(token) { tokens.append(token) }
            }
        }
        ranges = tokens.compactMap { NewerCalls.range($0, seccomp) }.sorted { $0.architecture < $1.architecture }
    }

    /// The range of one architecture; nil when the profile names none of its calls.
    private static func range(_ token: UInt32, _ seccomp: Spec.Linux.Seccomp) -> Range? {
        let end: UInt32? =
            switch token {
            // Numbers with bit 30 are those of x32.
            case x86x64: 0x4000_0000
            // From here on the architecture has calls of its own, in no order of time. __ARM_NR_BASE
            case arm: 0x000f_0000
            default: nil
            }
        var highest: UInt32?
        for syscall in seccomp.syscalls {
            for name in syscall.names {
                guard let value = number(of: name, token) else { continue }
                if let end, value >= end { continue }
                highest = max(highest ?? 0, value)
            }
        }
        guard let highest else { return nil }
        return Range(architecture: token == x32 ? x86x64 : token, first: highest + 1, end: end)
    }

    /// The number of a call; nil when the architecture has none of that name.
    ///
    /// Where socket(2) and its like once were parts of socketcall(2) and ipc(2), libseccomp answers a negative number
    /// of its own for them. They have had numbers too since Linux 5.1, none above that of msgctl(2).
    private static func number(of name: String, _ token: UInt32) -> UInt32? {
        let number = seccomp_syscall_resolve_name_arch(token, name)
        if number >= 0 { return UInt32(number) }
        guard (-299)...(-101) ~= number else { return nil }
        return (token == mips || token == mipsel ? 4000 : 0) + 402
    }

    /// The program: what it does not answer goes on behind its end.
    var instructions: [UInt8] {
        var code = Code()
        if ranges.isEmpty { return code.bytes }
        code.add(Code.load, 4)  // seccomp_data.arch
        var index = 0
        while index < ranges.count {
            let architecture = ranges[index].architecture
            var section = Code()
            section.add(Code.load, 0)  // seccomp_data.nr
            while index < ranges.count, ranges[index].architecture == architecture {
                let range = ranges[index]
                section.add(Code.jumpIfAtLeast, range.first, ifFalse: range.end == nil ? 1 : 2)
                if let end = range.end { section.add(Code.jumpIfAtLeast, end, ifTrue: 1) }
                section.add(Code.answer, Action.error(UInt16(Errno.notImplemented.rawValue)).returnValue)
                index += 1
            }
            // After a section only other architectures would be asked for; they are passed over.
            code.add(Code.jumpIfEqual, architecture, ifFalse: UInt8(section.count + 1))
            code.bytes += section.bytes
            code.add(Code.jump, UInt32(remaining(from: index)))
        }
        return code.bytes
    }

    /// How many instructions the sections from `start` on have.
    private func remaining(from start: Int) -> Int {
        var count = 0
        for index in start..<ranges.count {
            if index == start || ranges[index].architecture != ranges[index - 1].architecture { count += 3 }
            count += ranges[index].end == nil ? 2 : 3
        }
        return count
    }
}

/// Instructions of the classic packet filter language, as struct sock_filter.
private struct Code {
    static let load: UInt16 = 0x20
    static let jump: UInt16 = 0x05
    static let jumpIfEqual: UInt16 = 0x15
    static let jumpIfAtLeast: UInt16 = 0x35
    static let answer: UInt16 = 0x06

    var bytes: [UInt8] = []
    var count: Int { bytes.count / SeccompMode.instructionSize }

    mutating func add(_ operation: UInt16, _ operand: UInt32, ifTrue: UInt8 = 0, ifFalse: UInt8 = 0) {
        withUnsafeBytes(of: operation) { bytes.append(contentsOf: $0) }
        bytes.append(ifTrue)
        bytes.append(ifFalse)
        withUnsafeBytes(of: operand) { bytes.append(contentsOf: $0) }
    }
}

private let x86x64: UInt32 = 0xc000_003e
private let x32: UInt32 = 0x4000_003e
private let arm: UInt32 = 0x4000_0028
private let mips: UInt32 = 0x0000_0008
private let mipsel: UInt32 = 0x4000_0008

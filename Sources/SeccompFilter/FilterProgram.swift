package import JSON
package import Kernel

/// A system call filter, ready for the kernel.
package struct FilterProgram: Equatable, Sendable {
    /// An array of struct sock_filter: 8 bytes an instruction, at most 4096 of them.
    package var instructions: [UInt8]
    /// SECCOMP_FILTER_FLAG_* of seccomp(2).
    package var flags: UInt32
    /// What must be said without failing, such as the system calls that libseccomp does not know.
    package var warnings: [String]

    /// Puts the calling process under the filter for good. seccomp(2)
    ///
    /// Allocates nothing, so that a forked child may call it. The caller has CAP_SYS_ADMIN or no-new-privileges.
    package func load() throws(Errno) { try SeccompMode.load(instructions, flags: flags) }

    /// Whether somebody is asked about system calls: then `load` needs to hand the listener over.
    package var hasListener: Bool { flags & SeccompMode.newListener != 0 }

    /// Puts the calling process under the filter for good, sends its listener with `message`, answers the reply.
    package func load(
        sendingListenerOver socket: Int32, with message: [UInt8], limit: Int
    ) throws(Errno) -> [UInt8] {
        try SeccompMode.load(
            instructions, flags: flags, sendingListenerOver: socket, with: message, limit: limit)
    }
}

/// Why /linux/seccomp is not a filter that apus can make.
package struct SeccompError: Error, Equatable, Sendable {
    /// Never empty.
    package var problems: [Problem]

    init(_ problems: [Problem]) { self.problems = problems }
    init(_ pointer: String, _ message: String) { problems = [Problem(pointer: pointer, message: message)] }
}

internal import CLinux

/// Putting the calling process under a system call filter. seccomp(2)
package enum SeccompMode {
    /// The most instructions that the kernel takes in one filter. BPF_MAXINSNS
    package static let longestFilter = 4096
    /// Bytes of one instruction. struct sock_filter
    package static let instructionSize = 8

    /// SECCOMP_FILTER_FLAG_* bits.
    package static let synchronizeThreads: UInt32 = 1
    package static let log: UInt32 = 2
    package static let allowSpeculation: UInt32 = 4
    package static let newListener: UInt32 = 8
    package static let waitKillable: UInt32 = 32

    /// Loads a filter for good. The caller has CAP_SYS_ADMIN or has set no-new-privileges. Allocates nothing.
    ///
    /// `EINVAL` when the kernel does not take the program or a flag, `ESRCH` when a thread cannot follow.
    package static func load(_ instructions: [UInt8], flags: UInt32) throws(Errno) {
        let count = instructions.count / instructionSize
        guard count > 0, count <= longestFilter, instructions.count % instructionSize == 0 else {
            throw .invalidArgument
        }
        let answer = instructions.withUnsafeBytes { cl_seccomp_load($0.baseAddress, UInt16(count), flags) }
        // With SECCOMP_FILTER_FLAG_TSYNC a positive answer is the thread that could not follow: nothing was loaded.
        guard try check(answer) == 0 else { throw .noSuchProcess }
    }

    /// Loads a filter that has a listener, which is sent with `message` over `socket`; answers what is said to that.
    ///
    /// The reply has at most `limit` bytes and is empty when the other end is closed. Between the loading and the reply
    /// the calling thread makes no system call, so that each of them may be one that the listener is asked about.
    package static func load(
        _ instructions: [UInt8], flags: UInt32, sendingListenerOver socket: Int32, with message: [UInt8], limit: Int
    ) throws(Errno) -> [UInt8] {
        let count = instructions.count / instructionSize
        guard count > 0, count <= longestFilter, instructions.count % instructionSize == 0 else {
            throw .invalidArgument
        }
        var reply = [UInt8](repeating: 0, count: limit)
        let answer = instructions.withUnsafeBytes { program in
            message.withUnsafeBytes { message in
                cl_seccomp_load_with_listener(
                    program.baseAddress, UInt16(count), flags, socket, message.baseAddress, message.count, &reply, limit
                )
            }
        }
        let size = try check(answer)
        return Array(reply[..<size])
    }
}

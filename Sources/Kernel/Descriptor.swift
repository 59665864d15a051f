internal import CLinux

/// An open file descriptor with one owner; closed when the owner goes away.
///
/// Every descriptor this module makes is close-on-exec from birth, because `deinit` runs neither before execve(2)
/// nor before _exit(2).
package struct Descriptor: ~Copyable {
    /// The number, for calls that borrow the descriptor.
    package let raw: Int32

    /// Takes ownership of an open descriptor.
    package init(owning raw: Int32) { self.raw = raw }

    deinit { _ = cl_close(raw) }

    /// Gives the number up without closing it.
    package consuming func release() -> Int32 {
        let value = raw
        discard self
        return value
    }

    /// A second descriptor of the same open file, numbered 3 or above. fcntl(2) F_DUPFD_CLOEXEC.
    package func duplicate() throws(Errno) -> Descriptor { try Descriptor.duplicate(of: raw) }

    /// The same of a descriptor that is known by number only.
    package static func duplicate(of raw: Int32) throws(Errno) -> Descriptor {
        Descriptor(owning: try check(cl_dup_cloexec(raw)))
    }

    /// Makes the open file also known under the number `target`, which then survives execve(2). dup2(2).
    package func duplicate(onto target: Int32) throws(Errno) {
        if raw == target { try check(cl_set_fd_flags(raw, 0)) } else { try check(cl_dup3(raw, target, 0)) }
    }

    /// Whether descriptor number `raw` is open in this process.
    package static func isOpen(_ raw: Int32) -> Bool { cl_get_fd_flags(raw) >= 0 }

    /// Marks every open descriptor from `first` on close-on-exec. close_range(2).
    package static func closeOnExec(from first: Int32) throws(Errno) {
        try check(cl_close_range(UInt32(first), UInt32.max, UInt32(CLOSE_RANGE_CLOEXEC)))
    }

    /// The lowest of some numbers that are not below a bound.
    package struct Lowest {
        private let bound: Int32
        fileprivate var number: Int32?

        fileprivate init(from bound: Int32) { self.bound = bound }

        /// Takes a number into account.
        package mutating func consider(_ candidate: Int32) {
            if candidate >= bound, candidate < number ?? Int32.max { number = candidate }
        }
    }

    /// Closes every open descriptor from `first` on but those that `kept`, which is asked repeatedly, considers.
    /// close_range(2)
    ///
    /// There is no list of them: memory that a container's process takes is the container's.
    package static func closeAll(from first: Int32, except kept: (Lowest) -> Lowest) throws(Errno) {
        var next = first
        while let descriptor = kept(Lowest(from: next)).number {
            if descriptor > next { try check(cl_close_range(UInt32(next), UInt32(descriptor - 1), 0)) }
            next = descriptor + 1
        }
        try check(cl_close_range(UInt32(next), UInt32.max, 0))
    }

    /// The same with a list.
    package static func closeAll(from first: Int32, except kept: [Int32]) throws(Errno) {
        try closeAll(from: first) { next in
            var lowest = next
            for descriptor in kept { lowest.consider(descriptor) }
            return lowest
        }
    }

    /// Lets descriptor number `raw` survive execve(2).
    package static func keepOnExec(_ raw: Int32) throws(Errno) { try check(cl_set_fd_flags(raw, 0)) }

    /// Closes a descriptor that is known by number only.
    package static func close(_ raw: Int32) { _ = cl_close(raw) }
}

extension Descriptor {
    /// The current directory of calls that take a directory descriptor.
    package static let currentDirectory: Int32 = AT_FDCWD

    /// A pair of connected descriptors. A struct, since a tuple cannot hold what has one owner.
    package struct Pair: ~Copyable {
        package var first: Descriptor
        package var second: Descriptor

        package init(first: consuming Descriptor, second: consuming Descriptor) {
            self.first = first
            self.second = second
        }

        /// Keeps one end, closes the other.
        package consuming func takeFirst() -> Descriptor { first }
        package consuming func takeSecond() -> Descriptor { second }
    }

    /// A pipe: `first` is read from, `second` written to. pipe2(2).
    package static func pipe() throws(Errno) -> Pair {
        var ends: [Int32] = [-1, -1]
        try check(cl_pipe(&ends, O_CLOEXEC))
        return Pair(first: Descriptor(owning: ends[0]), second: Descriptor(owning: ends[1]))
    }
}

/// A descriptor with several holders; closed when the last lets go.
package final class SharedDescriptor {
    private let descriptor: Descriptor
    package init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
    package var raw: Int32 { descriptor.raw }
}

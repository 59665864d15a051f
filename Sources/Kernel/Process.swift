internal import CLinux

/// Making, waiting for and signalling processes, always through what cannot be mistaken for another process.
package enum Process {
    /// What clone3(2) answered: who goes on.
    package enum Side: ~Copyable {
        case child
        /// `descriptor` is a pidfd of the child.
        case parent(pid: Int32, descriptor: Descriptor)
    }

    /// Copies the calling process, the copy in new namespaces and, when given, born in a cgroup. clone3(2)
    ///
    /// The copy keeps its parent's memory.
    package static func clone(
        new namespaces: Namespace.Set = .init(), cgroup: Int32? = nil
    ) throws(Errno) -> Side {
        try clone(namespaces, cgroup, sibling: false, noted: nil)
    }

    /// The same with a child of the caller's parent, whose number is noted, so that the parent knows of it even if the
    /// caller is ended at once. clone3(2) CLONE_PARENT, CLONE_PARENT_SETTID
    package static func cloneSibling(
        new namespaces: Namespace.Set, cgroup: Int32?, noting numbers: SharedNumbers, at index: Int
    ) throws(Errno) -> Side {
        try clone(namespaces, cgroup, sibling: true, noted: numbers.pointer(to: index))
    }

    private static func clone(
        _ namespaces: Namespace.Set, _ cgroup: Int32?, sibling: Bool, noted: UnsafeMutablePointer<UInt32>?
    ) throws(Errno) -> Side {
        var pidfd: Int32 = -1
        let flags = namespaces.cloneFlags | (sibling ? UInt64(CLONE_PARENT) : 0)
        let pid = try check(cl_clone3(flags, sibling ? 0 : SIGCHLD, cgroup ?? -1, &pidfd, noted))
        if pid == 0 { return .child }
        return .parent(pid: Int32(pid), descriptor: Descriptor(owning: pidfd))
    }

    /// How a process ended.
    package enum Ending: Equatable, Sendable {
        case exited(Int32)
        case killed(signal: Int32)

        init(code: Int32, status: Int32) { self = code == CLD_EXITED ? .exited(status) : .killed(signal: status) }

        /// What a shell would report: N, or 128 + signal.
        package var shellStatus: Int32 {
            switch self {
            case .exited(let status): status
            case .killed(let signal): 128 + signal
            }
        }
    }

    /// Waits for the child `pid` and reaps it. waitid(2)
    package static func wait(_ pid: Int32) throws(Errno) -> Ending {
        var code: Int32 = 0
        var status: Int32 = 0
        try check(cl_waitid(CL_P_PID, pid, WEXITED, &code, &status))
        return Ending(code: code, status: status)
    }

    /// Reaps one ended child, whichever it is; nil when none has ended. `ECHILD` when there is none at all.
    package static func reapAny() throws(Errno) -> (pid: Int32, ending: Ending)? {
        var code: Int32 = 0
        var status: Int32 = 0
        let pid = try check(cl_waitid(CL_P_ALL, 0, WEXITED | WNOHANG, &code, &status))
        return pid == 0 ? nil : (pid, Ending(code: code, status: status))
    }

    /// A descriptor of the process that has the number now; `ESRCH` when there is none. pidfd_open(2)
    package static func open(_ pid: Int32) throws(Errno) -> Descriptor {
        let answer = cl_pidfd_open(pid, 0)
        // So says Linux 6.12 of a process that has ended and left others in its session or its process group.
        if answer == -EINVAL, pid > 0 { throw .noSuchProcess }
        return Descriptor(owning: try check(answer))
    }

    /// Sends a signal to the process behind a pidfd. pidfd_send_signal(2)
    package static func signal(_ process: Int32, _ signal: Int32) throws(Errno) {
        try check(cl_pidfd_send_signal(process, signal))
    }

    /// Waits until the process behind a pidfd has ended; false when that takes longer than `milliseconds`.
    package static func waitForEnd(_ process: Int32, milliseconds: Int32) throws(Errno) -> Bool {
        try Poll.wait(for: process, milliseconds: milliseconds)
    }

    package static var currentID: Int32 { cl_getpid() }

    /// Ends the process at once; nothing buffered is written, no `deinit` runs. _exit(2)
    package static func exit(_ status: Int32) -> Never {
        cl_exit(status)
        while true {}
    }

    /// Replaces the program. Returns only when that failed. execve(2)
    package static func execute(
        _ path: String, _ arguments: borrowing CStringArray, _ environment: borrowing CStringArray
    )
        -> Errno
    {
        Errno(negated: cl_execve(path, arguments.pointer, environment.pointer))
    }

    /// Replaces the program by the one that `descriptor` is open on. Returns only when that failed. execveat(2)
    package static func execute(
        descriptor: Int32, _ arguments: borrowing CStringArray, _ environment: borrowing CStringArray
    ) -> Errno {
        Errno(negated: cl_execveat(descriptor, "", arguments.pointer, environment.pointer, AT_EMPTY_PATH))
    }
}

/// An argument or environment vector in the shape execve(2) takes.
package struct CStringArray: ~Copyable {
    let pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    package init(_ strings: [String]) {
        count = strings.count
        pointer = .allocate(capacity: count + 1)
        for (index, string) in strings.enumerated() { pointer[index] = strdup(string) }
        pointer[count] = nil
    }

    deinit {
        for index in 0..<count { free(pointer[index]) }
        pointer.deallocate()
    }
}

/// poll(2) in the two shapes that are needed.
package enum Poll {
    /// Waits until the descriptor can be read or is at its end; false after `milliseconds` (-1: no limit).
    package static func wait(for descriptor: Int32, milliseconds: Int32) throws(Errno) -> Bool {
        try wait(for: [descriptor], milliseconds: milliseconds).first ?? false
    }

    /// Waits until one of two descriptors can be read or is at its end, and answers which.
    ///
    /// A call of its own, since the way to every container goes through it: it makes no lists.
    package static func wait(for first: Int32, or second: Int32) throws(Errno) -> (first: Bool, second: Bool) {
        var entries = (
            pollfd(fd: first, events: Int16(POLLIN), revents: 0), pollfd(fd: second, events: Int16(POLLIN), revents: 0)
        )
        while true {
            let answer = withUnsafeMutableBytes(of: &entries) {
                cl_poll($0.assumingMemoryBound(to: pollfd.self).baseAddress, 2, -1)
            }
            if answer == -EINTR { continue }
            try check(answer)
            return (entries.0.revents != 0, entries.1.revents != 0)
        }
    }

    /// Which of the descriptors can be read or are at their end; none after `milliseconds`.
    ///
    /// Negative numbers are passed over.
    package static func wait(for descriptors: [Int32], milliseconds: Int32) throws(Errno) -> [Bool] {
        try wait(reading: descriptors, writing: [], milliseconds: milliseconds)
    }

    /// Which of the descriptors can be read, then which can be written, each also when it is at its end.
    package static func wait(
        reading: [Int32], writing: [Int32], milliseconds: Int32
    ) throws(Errno) -> [Bool] {
        var entries = reading.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        entries += writing.map { pollfd(fd: $0, events: Int16(POLLOUT), revents: 0) }
        let deadline = milliseconds < 0 ? Int64.max : cl_monotonic_ns() + Int64(milliseconds) * 1_000_000
        while true {
            let left = milliseconds < 0 ? -1 : max(0, Int32((deadline - cl_monotonic_ns()) / 1_000_000))
            let answer = cl_poll(&entries, entries.count, left)
            if answer == -EINTR { continue }
            try check(answer)
            return entries.map { $0.revents != 0 }
        }
    }
}

/// The clock that only goes forward.
package enum Clock {
    /// Nanoseconds since an arbitrary start. clock_gettime(2) CLOCK_MONOTONIC
    package static var monotonic: Int64 { cl_monotonic_ns() }

    /// The time of day since 1970, UTC. clock_gettime(2) CLOCK_REALTIME
    package static var now: (seconds: Int64, nanoseconds: Int32) {
        var seconds: Int64 = 0
        var nanoseconds: Int32 = 0
        cl_realtime(&seconds, &nanoseconds)
        return (seconds, nanoseconds)
    }

    package static func sleep(milliseconds: Int32) { cl_sleep_ms(milliseconds) }
}

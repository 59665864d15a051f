internal import CLinux

/// What a new program inherits from the process it is started in, and how it gets a fresh one.
package enum Session {
    /// Makes the caller the leader of a new session. setsid(2)
    package static func begin() throws(Errno) { try check(cl_setsid()) }

    /// Gives the caller a new, empty session keyring. keyctl(2) KEYCTL_JOIN_SESSION_KEYRING
    package static func joinNewKeyring(_ name: String) throws(Errno) { try check(cl_keyctl_join_session(name)) }

    /// Sets every signal to its default and unblocks all. signal(7)
    ///
    /// execve(2) keeps ignored signals ignored, so what apus's caller ignores must not reach the program.
    package static func resetSignals() {
        for signal in 1...Int32(64) { _ = cl_signal_default(signal) }
        _ = cl_signal_mask(0, nil)
    }

    /// Lets the caller hear of its children's ends, whatever its own caller ignores. wait(2)
    package static func noticeChildren() { _ = cl_signal_default(SIGCHLD) }

    /// Blocks every signal, so that they can be taken from a `SignalQueue`; answers the mask before.
    package static func blockSignals() -> UInt64 {
        var old: UInt64 = 0
        _ = cl_signal_mask(UInt64.max, &old)
        return old
    }

    package static func setSignalMask(_ mask: UInt64) { _ = cl_signal_mask(mask, nil) }

    /// Has the kernel send `signal` to the caller when its parent ends; 0 takes that back. prctl(2) PR_SET_PDEATHSIG
    package static func signalOnParentDeath(_ signal: Int32) throws(Errno) {
        try check(cl_prctl(PR_SET_PDEATHSIG, UInt(signal), 0, 0, 0))
    }

    /// Hides the caller's memory and /proc files from processes that are not root on the host. PR_SET_DUMPABLE
    package static func setDumpable(_ dumpable: Bool) throws(Errno) {
        try check(cl_prctl(PR_SET_DUMPABLE, dumpable ? 1 : 0, 0, 0, 0))
    }

    /// Makes orphans among the caller's descendants the caller's children. PR_SET_CHILD_SUBREAPER
    package static func adoptOrphans() throws(Errno) { try check(cl_prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)) }

    /// execve(2) gives no more privileges from here on. PR_SET_NO_NEW_PRIVS
    package static func setNoNewPrivileges() throws(Errno) { try check(cl_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) }

    /// Sets the file mode creation mask; answers the one before. umask(2)
    @discardableResult
    package static func setUmask(_ mask: UInt32) -> UInt32 { umask(mask) }

    package static func setHostname(_ name: String) throws(Errno) {
        try check(name.withCString { cl_sethostname($0, strlen($0)) })
    }

    package static func setDomainname(_ name: String) throws(Errno) {
        try check(name.withCString { cl_setdomainname($0, strlen($0)) })
    }

    package static func changeDirectory(_ path: String) throws(Errno) { try check(path.withCString { cl_chdir($0) }) }
    package static func changeDirectory(to descriptor: Int32) throws(Errno) { try check(cl_fchdir(descriptor)) }
    package static func changeRoot(_ path: String) throws(Errno) { try check(cl_chroot(path)) }

    /// The working directory as the kernel names it; begins with `(unreachable)` when it lies outside the root. getcwd(2)
    package static func currentDirectory() throws(Errno) -> String {
        let bytes = try [UInt8](unsafeUninitializedCapacity: 4096) { (buffer, filled) throws(Errno) in
            let length = try buffer.withMemoryRebound(to: CChar.self) { (text) throws(Errno) in
                try check(cl_getcwd(text.baseAddress, 4096))
            }
            filled = max(0, length - 1)  // Without the zero at its end.
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Leaves all supplementary groups but these. setgroups(2)
    package static func setGroups(_ groups: [UInt32]) throws(Errno) { try check(cl_setgroups(groups, groups.count)) }

    /// Sets real, effective and saved group id. setresgid(2)
    package static func setGroup(_ gid: UInt32) throws(Errno) { try check(cl_setresgid(gid)) }

    /// Sets real, effective and saved user id. setresuid(2)
    package static func setUser(_ uid: UInt32) throws(Errno) { try check(cl_setresuid(uid)) }

    package static var effectiveUser: UInt32 { geteuid() }
    package static var effectiveGroup: UInt32 { getegid() }

    /// Has descriptors 0, 1 and 2 open: one that the caller left closed is opened on /dev/null.
    ///
    /// Otherwise the next file opened would become somebody's standard output.
    package static func openStandardStreams() throws(Errno) {
        while true {
            let descriptor = try check(cl_openat(AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0))
            guard descriptor <= 2 else {
                _ = cl_close(descriptor)
                return
            }
            try check(cl_set_fd_flags(descriptor, 0))
        }
    }
}

/// Signals taken one by one instead of interrupting. signalfd(2)
package struct SignalQueue: ~Copyable {
    package let descriptor: Descriptor

    /// A queue of signals which the caller has blocked; bit n-1 of the mask is signal n.
    package init(of signals: UInt64 = UInt64.max) throws(Errno) {
        descriptor = Descriptor(owning: try check(cl_signalfd(-1, signals, Int32(SFD_CLOEXEC))))
    }

    /// The next signal's number; waits for it.
    package func next() throws(Errno) -> Int32 {
        var info = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        try check(withUnsafeMutableBytes(of: &info) { cl_read(descriptor.raw, $0.baseAddress, size) })
        return Int32(info.ssi_signo)
    }
}

/// Numbers that a process and the copies made of it see alike, without a system call.
package struct SharedNumbers: @unchecked Sendable {
    private let page: UnsafeMutablePointer<UInt32>

    /// Numbers 0 ..< 1024, all zero. `ENOMEM` when there is no page for them. mmap(2) MAP_SHARED
    package init() throws(Errno) {
        guard let page = cl_shared_page() else { throw .noMemory }
        self.page = page.assumingMemoryBound(to: UInt32.self)
    }

    func pointer(to index: Int) -> UnsafeMutablePointer<UInt32> { page + index }

    package subscript(index: Int) -> UInt32 {
        get { cl_load(page + index) }
        nonmutating set { cl_store(page + index, newValue) }
    }
}

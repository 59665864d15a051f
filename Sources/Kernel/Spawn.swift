internal import CLinux

extension Process {
    /// Starts another program in a process group of its own, with default signals and only three descriptors.
    ///
    /// `input` becomes its standard input, `output` its standard output, and its standard error unless there is `errors`.
    /// posix_spawn(3)
    package static func spawn(
        _ path: String, arguments: borrowing CStringArray, environment: borrowing CStringArray, input: Int32,
        output: Int32, errors: Int32? = nil, directory: String?
    ) throws(Errno) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors ?? output, 2)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        if let directory { posix_spawn_file_actions_addchdir_np(&actions, directory) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        // All 64: sigfillset(3) leaves out two that the C library would then set to be ignored.
        withUnsafeMutableBytes(of: &signals) { for index in $0.indices { $0[index] = 0xff } }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var pid: Int32 = 0
        let answer = posix_spawn(&pid, path, &actions, &attributes, arguments.pointer, environment.pointer)
        guard answer == 0 else { throw Errno(rawValue: answer) }
        return pid
    }

    /// Sends a signal to a process group that the caller made and has not reaped yet. kill(2)
    package static func signalGroup(_ leader: Int32, _ signal: Int32) { _ = cl_kill(-leader, signal) }

    /// The environment apus was started with, as `NAME=value`.
    package static var environment: [String] {
        var entries: [String] = []
        guard var entry = cl_environ() else { return entries }
        while let text = entry.pointee {
            entries.append(String(cString: text))
            entry += 1
        }
        return entries
    }

    /// The command line apus was started with, its own name first.
    package static var arguments: [String] { CommandLine.arguments }
}

extension File {
    /// An anonymous file in memory that holds `bytes` and is read from its start. memfd_create(2)
    package static func inMemory(_ name: String, _ bytes: [UInt8]) throws(Errno) -> Descriptor {
        let file = try UnnamedFile.inMemory(name)
        try write(bytes, to: file.raw)
        guard lseek(file.raw, 0, SEEK_SET) == 0 else { throw .ioError }
        return file
    }

    /// Appends all that a file in memory holds to an open file.
    package static func appendAll(of memory: Int32, to file: Int32) throws(Errno) {
        guard lseek(memory, 0, SEEK_SET) == 0 else { throw .ioError }
        while true {
            let bytes = try read(memory, atMost: 16384)
            if bytes.isEmpty { return }
            try write(bytes, to: file)
        }
    }

    /// A copy of an open file in memory that nobody can change any more. memfd_create(2) F_ADD_SEALS
    package static func sealedCopy(_ name: String, of source: Int32) throws(Errno) -> Descriptor {
        let file = Descriptor(owning: try check(cl_memfd_create(name, UInt32(MFD_CLOEXEC | MFD_ALLOW_SEALING))))
        try copyContents(from: source, to: file.raw)
        try check(cl_add_seals(file.raw, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE))
        return file
    }

    /// Whether the open file lies in memory and is sealed against writing. F_GET_SEALS
    package static func isSealed(_ descriptor: Int32) throws(Errno) -> Bool {
        let seals = cl_get_seals(descriptor)
        return seals >= 0 && seals & F_SEAL_WRITE != 0
    }

    /// Whether the effective user may write the file. faccessat2(2)
    package static func isWritable(_ path: String) -> Bool { cl_faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 }

    /// Whether reads and writes of the open file return at once. fcntl(2) O_NONBLOCK
    package static func setNonBlocking(_ descriptor: Int32, _ on: Bool) throws(Errno) {
        let flags = try check(cl_get_status_flags(descriptor))
        try check(cl_set_status_flags(descriptor, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK))
    }

    /// At most `count` bytes; nil when there are none yet. read(2)
    package static func readSome(_ descriptor: Int32, count: Int) throws(Errno) -> [UInt8]? {
        do throws(Errno) {
            return try read(descriptor, atMost: count)
        } catch {
            if error == .tryAgain { return nil }
            throw error
        }
    }
}

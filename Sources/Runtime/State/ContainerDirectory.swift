import Kernel

/// `<root>/<id>/`: the record, the configuration as it was read, and the socket that `start` knocks at.
struct ContainerDirectory: ~Copyable {
    static let recordName = "state.json"
    static let configName = "config.json"
    static let gateName = "start"
    static let readinessName = "notify"
    static let readinessSocketName = "notify.sock"

    let id: String
    /// Absolute host path, for messages.
    let path: String
    let descriptor: Descriptor
    let store: Descriptor

    /// Another handle on the same directory; the lock is common to both.
    func duplicate() throws(RuntimeError) -> ContainerDirectory {
        try attempt("open \(path)") { () throws(Errno) in
            ContainerDirectory(
                id: id, path: path, descriptor: try descriptor.duplicate(), store: try store.duplicate())
        }
    }

    /// Takes the lock that verbs which change the container hold; false when another keeps it for too long.
    ///
    /// The lock is on the directory itself, so that nothing of it stays behind.
    func lock(milliseconds: Int32) throws(RuntimeError) -> Bool {
        let deadline = Clock.monotonic + Int64(milliseconds) * 1_000_000
        while true {
            let taken = try attempt("lock \(path)") { () throws(Errno) in
                try File.lock(descriptor.raw, exclusive: true, wait: false)
            }
            if taken { return true }
            if Clock.monotonic >= deadline { return false }
            Clock.sleep(milliseconds: 2)
        }
    }

    /// Gives the lock up for this process and every copy of it.
    func unlock() { File.unlock(descriptor.raw) }

    /// Whether another process holds the lock.
    func isLocked() throws(RuntimeError) -> Bool {
        // A description of its own, so that looking does not take or drop a lock of the caller's.
        try attempt("look at the lock of \(path)") { () throws(Errno) in
            let probe = try File.open(".", [.readOnly, .directory], at: descriptor.raw)
            return try !File.lock(probe.raw, exclusive: false, wait: false)
        }
    }

    /// Whether the directory was removed since it was opened.
    func isGone() throws(RuntimeError) -> Bool {
        try attempt("look at \(path)") { () throws(Errno) in try File.status(of: descriptor.raw).links == 0 }
    }

    func write(_ record: StateRecord) throws(RuntimeError) {
        try attempt("write \(path)/\(Self.recordName)") { () throws(Errno) in
            let temporary = Self.recordName + ".new"
            let file = try File.open(
                temporary, [.writeOnly, .create, .truncate, .noFollow], at: descriptor.raw, mode: 0o600)
            try File.write(record.bytes, to: file.raw)
            try File.rename(temporary, to: Self.recordName, at: descriptor.raw)
        }
    }

    /// Nil when there is none (a container half made) or it cannot be understood.
    ///
    /// - Throws: why it cannot be read.
    func readRecord() throws(RuntimeError) -> StateRecord? {
        do throws(Errno) {
            return StateRecord(
                try File.read(Self.recordName, at: descriptor.raw, limit: 32 << 20, flags: [.readOnly, .noFollow]))
        } catch {
            // One that cannot be read now may be whole: who took it for damaged would lose the process that it names.
            let damaged: [Errno] = [.noSuchFile, .tooManyLinks, .isDirectory, .fileTooLarge, .noSuchAddress]
            guard damaged.contains(error) else { throw RuntimeError("read \(path)/\(Self.recordName)", error) }
            return nil
        }
    }

    /// Whether there is a record, legible or not.
    func hasRecord() -> Bool {
        do throws(Errno) {
            _ = try File.status(of: Self.recordName, at: descriptor.raw)
            return true
        } catch {
            return false
        }
    }

    /// Keeps the configuration as it was read. Answers the open file, whose lock says that init waits to be started.
    func writeConfig(_ bytes: [UInt8]) throws(RuntimeError) -> Descriptor {
        try attempt("write \(path)/\(Self.configName)") { () throws(Errno) in
            let file = try File.open(
                Self.configName, [.writeOnly, .create, .exclusive, .noFollow], at: descriptor.raw, mode: 0o600)
            try File.write(bytes, to: file.raw)
            return file
        }
    }

    /// The configuration as it was read; nil when there is none.
    func readConfig() -> [UInt8]? {
        do throws(Errno) {
            return try File.read(
                Self.configName, at: descriptor.raw, limit: 32 << 20, flags: [.readOnly, .noFollow, .nonBlocking])
        } catch {
            return nil
        }
    }

    /// Whether init still waits at the gate: it holds a lock until execve(2) or death lets go of it.
    func isWaitingAtGate() -> Bool {
        do throws(Errno) {
            let file = try File.open(Self.configName, [.readOnly, .noFollow], at: descriptor.raw)
            return try !File.lock(file.raw, exclusive: false, wait: false)
        } catch {
            return false
        }
    }

    /// Path of the gate's socket that fits into a socket address however long the root is.
    var gatePath: String { "/proc/self/fd/\(descriptor.raw)/\(Self.gateName)" }

    /// Makes the directory that the container's program finds its notification socket in.
    func makeReadinessDirectory() throws(RuntimeError) {
        try attempt("make \(path)/\(Self.readinessName)") { () throws(Errno) in
            let umask = Session.setUmask(0o022)
            defer { Session.setUmask(umask) }
            try File.makeDirectory(Self.readinessName, at: descriptor.raw, mode: 0o755)
        }
    }

    /// Whether the container was made with such a directory.
    func hasReadiness() throws(RuntimeError) -> Bool {
        try attempt("look for \(path)/\(Self.readinessName)") { () throws(Errno) in
            do throws(Errno) {
                return try File.status(of: Self.readinessName, at: descriptor.raw).kind == .directory
            } catch {
                guard error == .noSuchFile else { throw error }
                return false
            }
        }
    }

    /// The socket in it, made anew.
    func makeReadinessSocket() throws(RuntimeError) -> Descriptor {
        let name = Self.readinessName + "/" + Self.readinessSocketName
        return try attempt("make the socket \(path)/\(name)") { () throws(Errno) in
            do throws(Errno) {
                try File.remove(name, at: descriptor.raw)
            } catch {
                guard error == .noSuchFile else { throw error }
            }
            return try Socket.bindDatagram("/proc/self/fd/\(descriptor.raw)/" + name)
        }
    }

    /// Removes the directory with all that is in it; the id is free then.
    func remove() throws(RuntimeError) {
        try attempt("remove \(path)") { () throws(Errno) in
            // Mostly there is nothing else in it, and no need to look.
            for name in [Self.configName, Self.recordName] { try Self.removeIfThere(name, at: descriptor.raw) }
            do throws(Errno) {
                try Self.removeIfThere(id, at: store.raw, directory: true)
            } catch {
                guard error == .notEmpty else { throw error }
                try Self.empty(descriptor.raw)
                try Self.removeIfThere(id, at: store.raw, directory: true)
            }
        }
    }

    private static func removeIfThere(_ name: String, at parent: Int32, directory: Bool = false) throws(Errno) {
        do throws(Errno) {
            try File.remove(name, at: parent, directory: directory)
        } catch {
            guard error == .noSuchFile else { throw error }
        }
    }

    /// Removes what is in a directory: files, and one directory that has only files.
    private static func empty(_ directory: Int32) throws(Errno) {
        let listing = try File.open(".", [.readOnly, .directory], at: directory)
        for name in try File.names(in: listing.raw) {
            do throws(Errno) {
                try File.remove(name, at: directory)
            } catch {
                if error == .isDirectory, name == readinessName {
                    let inner = try File.open(name, [.readOnly, .directory, .noFollow], at: directory)
                    try empty(inner.raw)
                    try File.remove(name, at: directory, directory: true)
                    continue
                }
                guard error == .noSuchFile else { throw error }
            }
        }
    }
}

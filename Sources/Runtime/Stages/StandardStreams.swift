import Kernel

/// Descriptors 0, 1 and 2, which a container's program has from apus's caller.
enum StandardStreams {
    /// Replaces the host's /dev/null by the container's own.
    ///
    /// Through /proc/self/fd a program could change the owner and mode of the node that its standard input lies on, and
    /// the host has only one. Runs inside the container's root; without a null device there the stream stays.
    static func replaceNull() throws(RuntimeError) {
        for stream in Int32(0)...2 {
            try attempt("replace standard stream \(stream) by the container's /dev/null") { () throws(Errno) in
                guard try isNull(File.status(of: stream)) else { return }
                guard let null = try openNull() else { return }
                try null.duplicate(onto: stream)
            }
        }
    }

    private static func openNull() throws(Errno) -> Descriptor? {
        let root = RootDirectory(try File.open("/", [.path, .directory]))
        let null: Descriptor
        do throws(Errno) {
            null = try root.open("/dev/null", [.readWrite, .noControllingTerminal, .nonBlocking])
        } catch {
            return nil
        }
        guard try isNull(File.status(of: null.raw)) else { return nil }
        try File.setNonBlocking(null.raw, false)
        return null
    }

    /// Gives the streams to the user, who could not open them again through /dev/stdout otherwise.
    ///
    /// /dev/null belongs to everybody. What cannot be given (on a read-only file system, a socket) stays as it is.
    static func give(to uid: UInt32) throws(RuntimeError) {
        for stream in Int32(0)...2 {
            try attempt("give standard stream \(stream) to the user", at: "/process/user/uid") { () throws(Errno) in
                let status = try File.status(of: stream)
                if status.uid == uid || isNull(status) { return }
                do throws(Errno) {
                    try File.changeOwner(of: stream, uid: uid, gid: status.gid)
                } catch {
                    let harmless: [Errno] = [.notPermitted, .invalidArgument, .readOnlyFileSystem, .notImplemented]
                    guard harmless.contains(error) else { throw error }
                }
            }
        }
    }

    private static func isNull(_ status: File.Status) -> Bool {
        status.kind == .character && status.nodeMajor == 1 && status.nodeMinor == 3
    }
}

import Kernel

/// Descriptors 0, 1 and 2, which a container's program has from apus's caller.
enum StandardStreams {
    /// Replaces the host's /dev/null by the container's own.
    ///
    /// Through /proc/self/fd a program could change the owner and mode of the node that its standard input lies on, and
    /// the host has only one. Runs while the host's /proc is in view; without a null device in the root the stream
    /// stays.
    static func replaceNull(in root: borrowing RootDirectory) throws(RuntimeError) {
        for stream in Int32(0)...2 {
            try attempt("replace standard stream \(stream) by the container's /dev/null") { () throws(Errno) in
                guard try isNull(File.status(of: stream)) else { return }
                guard let null = try openNull(in: root) else { return }
                try null.duplicate(onto: stream)
            }
        }
    }

    /// Looked at before it is opened: an image may have any device there, and the opening of some does something.
    private static func openNull(in root: borrowing RootDirectory) throws(Errno) -> Descriptor? {
        let null: Descriptor
        do throws(Errno) {
            let place = try root.open("/dev/null", [.path, .noFollow])
            guard try isNull(File.status(of: place.raw)) else { return nil }
            null = try File.reopen(place.raw, [.readWrite, .noControllingTerminal, .nonBlocking])
        } catch {
            // The image has none, or none that may be opened; any other failure would leave the host's with the program.
            let absent: [Errno] = [
                .noSuchFile, .notDirectory, .tooManyLinks, .permissionDenied, .notPermitted,
                .noSuchDevice, .noSuchAddress,
            ]
            guard absent.contains(error) else { throw error }
            return nil
        }
        // In a mount namespace that was joined, /proc is somebody else's.
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

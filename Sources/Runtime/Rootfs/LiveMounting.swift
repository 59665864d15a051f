import Kernel

/// How mounting is different in a container that runs: it can be taken back, and its own processes look on.
final class LiveMounting {
    private var attached: [SharedDescriptor] = []
    /// Mount points that were missing.
    let made = MadeEntries()
    /// The host's, opened before the container was entered.
    private let proc: HostProc
    /// Whether apus's children are born in another pid namespace than its own.
    private let entersPID: Bool

    init(_ proc: consuming HostProc, entersPID: Bool) {
        self.proc = proc
        self.entersPID = entersPID
    }

    /// Begins a new file system as a process of the container would.
    func begin(_ type: String) throws(Errno) -> FileSystemContext {
        if type == "proc", entersPID { return try FileSystemContext(bornWithChildren: type) }
        return try FileSystemContext(type: type)
    }

    /// Notes a mount before it is put into its place, where a failure right after could leave it.
    func willAttach(_ mount: Int32) throws(Errno) {
        attached.append(SharedDescriptor(try Descriptor.duplicate(of: mount)))
    }

    /// Takes the mount that a handle leads to off, with all that is mounted below.
    func detach(_ place: borrowing Descriptor) throws(Errno) { try Mount.detach(place.raw, proc) }

    /// Takes back all that was done, the last first. What fails here is passed over: the first error is the one to tell.
    func takeBack() {
        while let mount = attached.popLast() {
            do throws(Errno) {
                try Mount.detach(mount.raw, proc)
            } catch {
                continue  // It never got to its place.
            }
        }
        made.takeAway()
    }
}

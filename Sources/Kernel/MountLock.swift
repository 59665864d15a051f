internal import CLinux

extension Mount {
    /// A detached copy of a detached tree, whose options nobody in a user namespace can take off, and of whose mounts
    /// none can be unmounted to show what it covers, but the topmost.
    ///
    /// The kernel locks mounts when it copies a mount namespace for a less privileged user namespace, and at no other
    /// time. So a process of its own attaches the tree in a mount namespace of its own, goes on into the user namespace
    /// behind `userNamespace`, has the mount namespace copied there, and takes the tree from the copy. What the host
    /// mounts below later still spreads to it, as far as it did before, and nothing spreads back.
    /// mount_namespaces(7), "Restrictions on mount namespaces"
    package static func locked(_ tree: Int32, in userNamespace: Int32) throws(Errno) -> Descriptor {
        let ends = try Socket.pair()
        let telling = ends.second.raw
        let side = try Process.clone()
        switch consume side {
        case .child: tellLocked(tree, in: userNamespace, over: telling)
        case .parent(let pid, _):
            let listening = ends.takeFirst()
            var copy: Descriptor?
            let answer = try Socket.receive(on: listening.raw, limit: 1, descriptor: &copy)
            _ = try Process.wait(pid)
            guard let copy = copy.take() else { throw Errno(rawValue: answer.first.map { Int32($0) } ?? ESRCH) }
            return copy
        }
    }

    /// The process in between: sends the copy, or the number of an error.
    private static func tellLocked(_ tree: Int32, in userNamespace: Int32, over socket: Int32) -> Never {
        do throws(Errno) {
            try Session.signalOnParentDeath(SIGKILL)
            // Others may be in the user namespace, who must find nothing to take.
            try Session.setDumpable(false)
            try Descriptor.closeAll(from: 3, except: [tree, userNamespace, socket])
            let copy = try lock(tree, in: userNamespace)
            try Socket.send([0], passing: copy.raw, on: socket)
        } catch {
            do throws(Errno) {
                try Socket.send([UInt8(truncatingIfNeeded: error.rawValue)], on: socket)
            } catch {
                Process.exit(1)
            }
        }
        Process.exit(0)
    }

    private static func lock(_ tree: Int32, in userNamespace: Int32) throws(Errno) -> Descriptor {
        let isDirectory = try File.status(of: tree).kind == .directory
        try Namespace.mount.unshare()
        try change(path: "/", Propagation(.private, recursive: true))
        // A place to attach it at that can be named from inside: the working directory moves along to the copy.
        let stage = try FileSystemContext(type: "tmpfs").mount(Attributes())
        let root = try File.open("/", [.path, .directory])
        try attach(stage.raw, onto: root.raw)
        try Session.changeDirectory(to: stage.raw)
        let name = "tree"
        if isDirectory {
            try File.makeDirectory(name, mode: 0o755)
        } else {
            _ = try File.open(name, [.writeOnly, .create], mode: 0o644)
        }
        let place = try File.open(name, [.path])
        try attach(tree, onto: place.raw)
        try Namespace.user.enter(userNamespace)
        try Namespace.mount.unshare()
        return try clone(name, recursive: true)
    }
}

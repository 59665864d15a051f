import Cgroups
import Kernel

/// The container's first process, whose namespaces and cgroup a new process gets.
///
/// Everything is taken from the one process that the record names, held by a pidfd: however soon it ends and whoever gets
/// its number then, no other process's namespaces are entered.
struct JoinTarget {
    let process: SharedDescriptor
    let pid: Int32
    /// Those that are not apus's own.
    let namespaces: Namespace.Set
    /// The process's root directory.
    private let root: SharedDescriptor
    /// Whether the mount namespace was made for the container, so that its root is the container's.
    private let ownsMounts: Bool

    /// Nil when the process has ended.
    init?(_ container: borrowing Container, ownsMounts: Bool) throws(RuntimeError) {
        guard let pid = container.record?.process?.pid, let process = try container.openProcess() else { return nil }
        self.process = SharedDescriptor(process)
        self.pid = pid
        self.ownsMounts = ownsMounts
        do throws(Errno) {
            namespaces = try container.proc.foreignNamespaces(of: pid)
            root = SharedDescriptor(try container.proc.openRoot(of: pid))
            // Then the number meant it all the while.
            if try Process.waitForEnd(self.process.raw, milliseconds: 0) { return nil }
        } catch {
            if error == .noSuchFile || error == .noSuchProcess { return nil }
            // What waits for `start` is still apus, and shows itself to nobody but root.
            let waits = error == .permissionDenied && container.directory.isWaitingAtGate()
            throw RuntimeError(
                "look at the namespaces of the container's process \(pid)", error,
                hint: waits ? "before the container is started only root can put a program into it" : nil)
        }
    }

    /// Whether the new process must be born by one that has entered the pid namespace.
    var entersPID: Bool { namespaces.contains(.pid) }

    /// The descriptors that `enter` takes.
    var descriptors: [Int32] { [process.raw, root.raw] }

    /// Moves the calling process into the container; into its pid namespace come the next children.
    func enter() throws(RuntimeError) {
        try replaceNull()
        do throws(Errno) {
            if !namespaces.isEmpty { try Namespace.enter(namespaces, of: process.raw) }
            if !ownsMounts {
                try Session.changeDirectory(to: root.raw)
                try Session.changeRoot(".")
            }
        } catch {
            if error == .noSuchProcess { throw Self.ended }
            throw RuntimeError("join the container's namespaces", error)
        }
    }

    private func replaceNull() throws(RuntimeError) {
        let handle = try attempt("open the container's root") { () throws(Errno) in
            try File.open(".", [.path, .directory], at: root.raw)
        }
        try StandardStreams.replaceNull(in: RootDirectory(handle))
    }

    /// What is said when the container's first process ends while it is joined.
    static var ended: RuntimeError {
        RuntimeError(.wrongState, "cannot exec in a container that has just ended: container not running")
    }
}

/// The cgroup that a program gets which is put into a container.
struct JoinCgroup {
    /// Absolute host paths, to be tried one after the other; empty where the container has no cgroup.
    private var candidates: [String] = []
    private var isChosen = false

    /// `chosen` is a path below the container's cgroup; without it the container's own is meant.
    ///
    /// The container may have moved into cgroups below its own, and controllers keep others out of that then: the one
    /// that its first process is in comes next.
    init(_ container: borrowing Container, _ chosen: String?) throws(RuntimeError) {
        guard let home = container.record?.cgroup?.home else {
            if let chosen {
                throw RuntimeError(.usage, "--cgroup \(chosen): the container has no cgroup")
            }
            return
        }
        if let chosen {
            candidates = [try Self.path(chosen, below: home)]
            isChosen = true
            return
        }
        candidates = [home]
        guard let tree = CgroupTree.discover(), let pid = container.record?.process?.pid else { return }
        do throws(Errno) {
            guard let path = try container.proc.cgroup(of: pid) else { return }
            let current = tree.mountPoint + (path == "/" ? "" : path)
            if current != home { candidates.append(current) }
        } catch {
            return  // The process has ended, which entering its namespaces will tell.
        }
    }

    /// A path that stays below the container's cgroup.
    static func path(_ path: String, below cgroup: String) throws(RuntimeError) -> String {
        if ContainerPath.climbs(path) {
            throw RuntimeError(.usage, "--cgroup \(path): must not contain \"..\"")
        }
        if path.utf8.contains(UInt8(ascii: ":")) {
            throw RuntimeError(
                .usage, "--cgroup \(path): controllers have no cgroups of their own in version 2; give the path alone")
        }
        let clean = ContainerPath.clean(path)
        return clean == "/" ? cgroup : cgroup + clean
    }

    /// Makes a process that is born in the first of the cgroups that takes it.
    ///
    /// In the copy the answer is `.child`.
    func clone() throws(RuntimeError) -> Process.Side {
        for (index, path) in candidates.enumerated() {
            let isLast = index == candidates.count - 1
            do throws(Errno) {
                let cgroup = try Cgroup(path: path).open()
                return try Process.clone(cgroup: cgroup.raw)
            } catch {
                if !isLast, error == .busy || error == .notSupported || error == .noSuchFile { continue }
                if error == .noSuchFile, !isChosen { throw JoinTarget.ended }
                throw RuntimeError((isChosen ? "--cgroup: " : "") + "make a process in the cgroup \(path)", error)
            }
        }
        return try attempt("make a process for the program") { () throws(Errno) in try Process.clone() }
    }
}

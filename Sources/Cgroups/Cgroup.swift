package import Kernel

/// One cgroup of the v2 tree, by its absolute host path.
package struct Cgroup: Equatable, Sendable {
    /// Absolute host path of the directory.
    package var path: String

    package init(path: String) { self.path = path }

    /// Makes the directory and those above it that are missing.
    ///
    /// Answers how many were made: they are the last ones of the path, and what `remove(levels:)` takes away.
    package func make() throws(Errno) -> Int {
        do throws(Errno) {
            try File.makeDirectory(path, mode: 0o755)
            return 1
        } catch {
            if error == .fileExists { return 0 }
            guard error == .noSuchFile, let parent else { throw error }
            let above = try parent.make()
            do throws(Errno) {
                try File.makeDirectory(path, mode: 0o755)
            } catch {
                guard error == .fileExists else {
                    parent.removeEmpty(levels: above)
                    throw error
                }
                return above
            }
            return above + 1
        }
    }

    /// How many directories, counted from the end of the path, are not there.
    package func missingLevels() -> Int {
        do throws(Errno) {
            _ = try File.status(of: path)
            return 0
        } catch {
            return 1 + (parent?.missingLevels() ?? 0)
        }
    }

    /// A handle for CLONE_INTO_CGROUP.
    package func open() throws(Errno) -> Descriptor { try File.open(path, [.readOnly, .directory]) }

    /// Whether a process is in the cgroup or below it. cgroup.events
    package func isPopulated() throws(Errno) -> Bool { try hasEvent("populated") }

    /// Whether the cgroup is frozen. cgroup.events
    package func isFrozen() throws(Errno) -> Bool { try hasEvent("frozen") }

    /// Whether controllers are enabled for cgroups below, so that no process may be in it. cgroups(7), "no internal
    /// processes"
    package func isInner() throws(Errno) -> Bool { try !(text(of: "cgroup.subtree_control") ?? "").isEmpty }

    private func hasEvent(_ name: String) throws(Errno) -> Bool {
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try File.read(path + "/cgroup.events", limit: 4096)
        } catch {
            throw error == .noSuchDevice ? .noSuchFile : error
        }
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: (name + " 1").utf8) {
            return true
        }
        return false
    }

    /// Moves a process into the cgroup. cgroup.procs
    package func add(_ pid: Int32) throws(Errno) {
        let file = try File.open(path + "/cgroup.procs", [.writeOnly])
        try File.write("\(pid)", to: file.raw)
    }

    /// Lets the cgroups below have every controller that this one has. cgroup.subtree_control
    package func enableAllControllers() throws(Errno) {
        var text = ""
        for word in try File.read(path + "/cgroup.controllers", limit: 4096).split(whereSeparator: { $0 <= 0x20 }) {
            text += (text.isEmpty ? "+" : " +") + String(decoding: word, as: UTF8.self)
        }
        if text.isEmpty { return }
        let file = try File.open(path + "/cgroup.subtree_control", [.writeOnly])
        try File.write(text, to: file.raw)
    }

    /// Kills every process in the cgroup and below it. cgroup.kill
    ///
    /// `ENOENT` when there is none of that name, also if it went while its file was opened or written, as systemd's do
    /// once they are empty.
    package func kill() throws(Errno) {
        do throws(Errno) {
            let file = try File.open(path + "/cgroup.kill", [.writeOnly])
            try File.write("1", to: file.raw)
        } catch {
            throw error == .noSuchDevice ? .noSuchFile : error
        }
    }

    /// Sends a signal to every process in the cgroup and below it; SIGKILL cannot be outrun.
    package func signalAll(_ signal: Int32) throws(Errno) {
        if signal == 9 { return try kill() }
        for pid in try processes() {
            do throws(Errno) {
                let process = try Process.open(pid)
                try Process.signal(process.raw, signal)
            } catch {
                guard error == .noSuchProcess else { throw error }
            }
        }
    }

    /// The pids in the cgroup and all below it, as the host numbers them.
    package func processes() throws(Errno) -> [Int32] { try tasks("cgroup.procs") }

    /// The numbers in the file of that name, of the cgroup and of all below it.
    func tasks(_ file: String) throws(Errno) -> [Int32] {
        var pids: [Int32] = []
        try Self.walk(path) { (directory) throws(Errno) in
            for line in try File.read(file, at: directory, limit: 16 << 20).split(
                separator: UInt8(ascii: "\n"))
            {
                var pid: Int32 = 0
                for byte in line { pid = pid &* 10 &+ Int32(byte &- 0x30) }
                if pid > 0 { pids.append(pid) }
            }
        } leave: { (_, _) throws(Errno) in
        }
        return pids
    }

    /// Visits a cgroup and all below it, a parent before its children; `leave` follows when all below one were visited.
    ///
    /// Names are bytes, and one descriptor is open at a time, however a container called its cgroups and however deep it
    /// put them: `..` leads back, since a cgroup has one place for life. What goes away meanwhile is passed over.
    private static func walk(
        _ path: String, enter: (Int32) throws(Errno) -> Void,
        leave: (_ parent: Int32, FileName) throws(Errno) -> Void
    ) throws(Errno) {
        var current = try directory(path)
        var above: [FileName] = []
        var left = [try below(current.raw, enter)]
        while let names = left.last {
            if let name = names.last {
                left[left.count - 1].removeLast()
                do throws(Errno) {
                    current = try name.open([.readOnly, .directory], at: current.raw)
                } catch {
                    guard error == .noSuchFile || error == .noSuchDevice else { throw error }
                    continue
                }
                var names: [FileName] = []
                do throws(Errno) {
                    names = try below(current.raw, enter)
                } catch {
                    guard error == .noSuchFile else { throw error }
                }
                above.append(name)
                left.append(names)
            } else {
                left.removeLast()
                guard let name = above.popLast() else { return }
                current = try File.open("..", [.readOnly, .directory], at: current.raw)
                do throws(Errno) {
                    try leave(current.raw, name)
                } catch {
                    guard error == .noSuchFile || error == .noSuchDevice else { throw error }
                }
            }
        }
    }

    private static func directory(_ path: String) throws(Errno) -> Descriptor {
        do throws(Errno) {
            return try File.open(path, [.readOnly, .directory])
        } catch {
            throw error == .noSuchDevice ? .noSuchFile : error
        }
    }

    /// The names of the cgroups in a cgroup, after a visit to it. `ENOENT` also when it went in between.
    private static func below(
        _ directory: Int32, _ enter: (Int32) throws(Errno) -> Void
    ) throws(Errno) -> [FileName] {
        do throws(Errno) {
            try enter(directory)
            return try below(directory)
        } catch {
            throw error == .noSuchDevice ? .noSuchFile : error
        }
    }

    private static func below(_ directory: Int32) throws(Errno) -> [FileName] {
        var names: [FileName] = []
        for name in try FileName.all(in: directory) {
            do throws(Errno) {
                if try name.status(at: directory).kind == .directory { names.append(name) }
            } catch {
                guard error == .noSuchFile || error == .noSuchDevice else { throw error }
            }
        }
        return names
    }

    /// Removes the cgroup with those below it, then those above it that apus made, while they are empty.
    ///
    /// Processes that were killed may take a moment to go: up to `milliseconds` are waited for them.
    /// `EBUSY` when there are still some.
    package func remove(levels: Int, milliseconds: Int32) throws(Errno) {
        guard levels > 0 else { return }
        let deadline = Clock.monotonic + Int64(milliseconds) * 1_000_000
        var pause: Int32 = 1
        while true {
            do throws(Errno) {
                try removeTree()
                break
            } catch {
                // systemd removes its own.
                if error == .noSuchFile { break }
                guard error == .busy, Clock.monotonic < deadline else { throw error }
                // One that was being put into it is there now.
                if milliseconds > 0 { try killIfThere() }
                Clock.sleep(milliseconds: pause)
                pause = min(pause * 2, 50)
            }
        }
        parent?.removeEmpty(levels: levels - 1)
    }

    private func killIfThere() throws(Errno) {
        do throws(Errno) {
            try kill()
        } catch {
            guard error == .noSuchFile else { throw error }
        }
    }

    private func removeTree() throws(Errno) {
        do throws(Errno) {
            try File.remove(path, directory: true)
        } catch {
            if error == .noSuchFile { return }
            guard error == .busy || error == .notEmpty else { throw error }
            // A cgroup cannot go while one below it stands; with none below, it is busy with processes.
            var found = false
            try Self.walk(path, enter: { (_) throws(Errno) in }) { (parent, name) throws(Errno) in
                found = true
                try name.remove(at: parent, directory: true)
            }
            guard found else { throw error }
            try File.remove(path, directory: true)
        }
    }

    private func removeEmpty(levels: Int) {
        guard levels > 0 else { return }
        do throws(Errno) {
            try File.remove(path, directory: true)
        } catch {
            // One that was never made hides none above it; one with something in it is somebody else's to remove.
            guard error == .noSuchFile else { return }
        }
        parent?.removeEmpty(levels: levels - 1)
    }

    /// The cgroup that holds this one.
    package var parent: Cgroup? {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.utf8.startIndex else { return nil }
        return Cgroup(path: String(decoding: path.utf8[..<slash], as: UTF8.self))
    }
}

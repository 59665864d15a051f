import Kernel

/// The directory that holds the state of all containers, one directory each.
struct StateStore: ~Copyable {
    let path: String
    private let descriptor: Descriptor

    /// Opens the directory, made with its parents when it is missing.
    init(making path: String) throws(RuntimeError) {
        self.path = path
        descriptor = try attempt("make the state directory \(path)") { () throws(Errno) in
            try Self.openOrMake(path)
        }
    }

    /// Opens the directory; nil when there is none, and so no container.
    init?(existing path: String) throws(RuntimeError) {
        do throws(Errno) {
            let found = try File.open(path, [.readOnly, .directory])
            self.path = path
            descriptor = found
        } catch {
            if error == .noSuchFile { return nil }
            throw RuntimeError("open the state directory \(path)", error)
        }
    }

    private static func openOrMake(_ path: String) throws(Errno) -> Descriptor {
        do throws(Errno) {
            return try File.open(path, [.readOnly, .directory])
        } catch {
            guard error == .noSuchFile else { throw error }
        }
        for (index, byte) in path.utf8.enumerated().dropFirst() where byte == UInt8(ascii: "/") {
            let parent = String(decoding: path.utf8.prefix(index), as: UTF8.self)
            do throws(Errno) {
                try File.makeDirectory(parent, mode: 0o755)
            } catch {
                guard error == .fileExists else { throw error }
            }
        }
        do throws(Errno) {
            try File.makeDirectory(path, mode: 0o700)
        } catch {
            guard error == .fileExists else { throw error }
        }
        return try File.open(path, [.readOnly, .directory])
    }

    /// Claims an id: the making of its directory is what makes it taken. The directory is locked for the caller.
    func claim(_ id: String) throws(RuntimeError) -> ContainerDirectory {
        let store = descriptor.raw
        do throws(Errno) {
            try File.makeDirectory(id, at: store, mode: 0o700)
        } catch {
            if error == .fileExists {
                throw RuntimeError(.containerExists, "container with id \"\(id)\" already exists")
            }
            throw RuntimeError("make the state directory of container \"\(id)\"", error)
        }
        do throws(RuntimeError) {
            let directory = try open(id)
            // Who looks at the lock holds it for a moment too: it is worth waiting for.
            guard try directory.lock(milliseconds: 2000), try !directory.isGone() else {
                throw RuntimeError(.failed, "container \"\(id)\" was taken away while it was being made")
            }
            return directory
        } catch {
            try? File.remove(id, at: store, directory: true)
            throw error
        }
    }

    /// Opens the directory of a container that is there.
    func find(_ id: String) throws(RuntimeError) -> ContainerDirectory {
        try ContainerID.check(id)
        return try open(id)
    }

    private func open(_ id: String) throws(RuntimeError) -> ContainerDirectory {
        do throws(Errno) {
            let directory = try File.open(id, [.readOnly, .directory, .noFollow], at: descriptor.raw)
            return ContainerDirectory(
                id: id, path: path + "/" + id, descriptor: directory, store: try descriptor.duplicate())
        } catch {
            if error == .noSuchFile { throw Self.doesNotExist(id) }
            throw RuntimeError("open the state of container \"\(id)\"", error)
        }
    }

    /// The ids of all containers, sorted.
    func ids() throws(RuntimeError) -> [String] {
        let names = try attempt("list the state directory \(path)") { () throws(Errno) in
            // A description of its own: reading a directory moves the position.
            let directory = try File.open(".", [.readOnly, .directory], at: descriptor.raw)
            return try File.names(in: directory.raw)
        }
        return names.filter { $0.utf8.first != UInt8(ascii: ".") }.sorted()
    }

    static func doesNotExist(_ id: String) -> RuntimeError {
        RuntimeError(.noSuchContainer, "container does not exist: \"\(id)\"")
    }
}

internal import CLinux

/// A directory that paths cannot leave: the root file system of a container as seen from outside it.
///
/// Absolute symbolic links and `..` are resolved inside the directory by the kernel (openat2(2) RESOLVE_IN_ROOT), and
/// magic links are refused. A path is resolved once and then worked with by descriptor, so that nothing which changes
/// in the container between two steps can move them apart.
package struct RootDirectory: ~Copyable {
    package let descriptor: Descriptor
    /// Where to note what is made inside; nil when nobody will take it away again.
    private let made: MadeEntries?

    package init(_ descriptor: consuming Descriptor, noting made: MadeEntries? = nil) {
        self.descriptor = descriptor
        self.made = made
    }

    /// Opens a path inside the root. `ELOOP` when `allowSymlinks` is false and there is one on the way.
    package func open(
        _ path: String, _ flags: File.Flags, mode: UInt32 = 0, allowSymlinks: Bool = true
    ) throws(Errno) -> Descriptor {
        let resolve = UInt64(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | (allowSymlinks ? 0 : RESOLVE_NO_SYMLINKS))
        let flags = UInt64(UInt32(bitPattern: flags.rawValue | O_CLOEXEC))
        let root = descriptor.raw
        return Descriptor(
            owning: try check(path.withCString { cl_openat2(root, $0, flags, UInt64(mode), resolve) }))
    }

    /// A handle on the directory `path`, made with its parents where they are missing.
    package func makeDirectories(
        _ path: String, mode: UInt32 = 0o755, allowSymlinks: Bool = true
    ) throws(Errno) -> Descriptor {
        do throws(Errno) {
            return try open(path, [.path, .directory], allowSymlinks: allowSymlinks)
        } catch {
            guard error == .noSuchFile else { throw error }
        }
        return try makeMissingDirectories(path, mode: mode, allowSymlinks: allowSymlinks)
    }

    /// The same of a directory that is known not to be there.
    package func makeMissingDirectories(
        _ path: String, mode: UInt32 = 0o755, allowSymlinks: Bool = true
    ) throws(Errno) -> Descriptor {
        if let made = try makeLastDirectory(path, mode: mode, allowSymlinks: allowSymlinks) { return made }
        var walk = Walk(path: path)
        var current = try open("/", [.path, .directory])
        while let name = walk.next() {
            if name == ".." {
                walk.leave()
                current = try open(walk.reached, [.path, .directory])
                continue
            }
            let entry = try enter(name, of: current, mode: mode)
            switch try File.status(of: entry.raw).kind {
            case .directory:
                walk.entered(name)
                current = entry
            case .symlink:
                guard allowSymlinks, walk.links < 40 else { throw .tooManyLinks }
                let target = try File.readLink("", at: entry.raw)
                walk.follow(target)
                if target.utf8.first == UInt8(ascii: "/") { current = try open("/", [.path, .directory]) }
            default: throw .notDirectory
            }
        }
        return current
    }

    /// What mostly is to be done: only the last directory is missing. Nil when there is more to it.
    private func makeLastDirectory(_ path: String, mode: UInt32, allowSymlinks: Bool) throws(Errno) -> Descriptor? {
        let (above, name) = Self.split(path)
        guard !name.isEmpty, name != ".", name != ".." else { return nil }
        do throws(Errno) {
            let parent = try open(above, [.path, .directory], allowSymlinks: allowSymlinks)
            try File.makeDirectory(name, at: parent.raw, mode: mode)
            try made?.note(name, in: parent, isDirectory: true)
            return try File.open(name, [.path, .noFollow, .directory], at: parent.raw)
        } catch {
            // Its parent is missing too, or there is a link that leads nowhere yet.
            guard error == .noSuchFile || error == .fileExists || error == .notDirectory else { throw error }
            return nil
        }
    }

    /// A handle on a directory entry, made as a directory when it is missing.
    private func enter(_ name: String, of parent: borrowing Descriptor, mode: UInt32) throws(Errno) -> Descriptor {
        do throws(Errno) {
            return try File.open(name, [.path, .noFollow], at: parent.raw)
        } catch {
            guard error == .noSuchFile else { throw error }
        }
        do throws(Errno) {
            try File.makeDirectory(name, at: parent.raw, mode: mode)
            try made?.note(name, in: parent, isDirectory: true)
        } catch {
            // Somebody else made it in between: what it is gets looked at like any other entry.
            guard error == .fileExists else { throw error }
        }
        return try File.open(name, [.path, .noFollow], at: parent.raw)
    }

    /// The directory that holds the last name of `path`, made where missing, and that name.
    ///
    /// `EINVAL` when the path has no last name (`/`, or one that ends in `..`).
    package func parent(of path: String, allowSymlinks: Bool = true) throws(Errno) -> Entry {
        let (directory, name) = Self.split(path)
        guard !name.isEmpty, name != ".", name != ".." else { throw .invalidArgument }
        return Entry(directory: try makeDirectories(directory, allowSymlinks: allowSymlinks), name: name)
    }

    /// The part of a path up to its last name, ending in a slash, and that name.
    private static func split(_ path: String) -> (directory: String, name: String) {
        let bytes = Array(path.utf8)
        var end = bytes.count
        while end > 0, bytes[end - 1] == UInt8(ascii: "/") { end -= 1 }
        var start = end
        while start > 0, bytes[start - 1] != UInt8(ascii: "/") { start -= 1 }
        let directory = start == 0 ? "/" : String(decoding: bytes[..<start], as: UTF8.self)
        return (directory, String(decoding: bytes[start..<end], as: UTF8.self))
    }

    /// A handle on the file `path`, made empty with its parent directories when it is missing.
    ///
    /// A symbolic link that leads nowhere gets the file where it leads, inside the root.
    package func makeFile(_ path: String, mode: UInt32 = 0o644) throws(Errno) -> Descriptor {
        var path = path
        for _ in 0..<40 {
            do throws(Errno) {
                return try open(path, [.path])
            } catch {
                guard error == .noSuchFile else { throw error }
            }
            let entry = try parent(of: path)
            do throws(Errno) {
                _ = try File.open(
                    entry.name, [.writeOnly, .create, .exclusive, .noFollow], at: entry.directory.raw, mode: mode)
                try made?.note(entry.name, in: entry.directory, isDirectory: false)
            } catch {
                guard error == .fileExists else { throw error }
                guard try File.status(of: entry.name, at: entry.directory.raw).kind == .symlink else { continue }
                let target = try File.readLink(entry.name, at: entry.directory.raw)
                path = target.utf8.first == UInt8(ascii: "/") ? target : Self.split(path).directory + target
            }
        }
        throw .tooManyLinks
    }

    /// A name in a directory.
    package struct Entry: ~Copyable {
        package let directory: Descriptor
        package let name: String
    }
}

/// The names still to be walked, and those reached, when a path is made component by component.
private struct Walk {
    /// Last name first.
    private var pending: [String]
    private var done: [String] = []
    private(set) var links = 0

    init(path: String) { pending = Walk.names(of: path).reversed() }

    /// The real directory reached so far, absolute in the root.
    var reached: String {
        var path = "/"
        for name in done { path += name + "/" }
        return path
    }

    mutating func next() -> String? { pending.popLast() }
    mutating func entered(_ name: String) { done.append(name) }
    mutating func leave() { _ = done.popLast() }

    mutating func follow(_ target: String) {
        links += 1
        if target.utf8.first == UInt8(ascii: "/") { done = [] }
        pending.append(contentsOf: Walk.names(of: target).reversed())
    }

    private static func names(of path: String) -> [String] {
        var names: [String] = []
        for part in path.utf8.split(separator: UInt8(ascii: "/")) {
            let name = String(decoding: part, as: UTF8.self)
            if name != "." { names.append(name) }
        }
        return names
    }
}

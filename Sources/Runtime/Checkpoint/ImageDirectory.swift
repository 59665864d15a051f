import Kernel

/// The directory of an image, and the one with criu's log.
struct ImageDirectory: ~Copyable {
    /// Absolute host path.
    let path: String
    let images: Descriptor
    let work: Descriptor
    let workPath: String
    /// Whether the directory of the image was made for this.
    private let isNew: Bool

    /// Opens the directories for a checkpoint; those that are missing are made.
    init(making options: CriuOptions) throws(RuntimeError) {
        let path = try Self.absolute(options.imagePath)
        let isNew = try Self.make(path)
        let workPath = try options.workPath.map { (given) throws(RuntimeError) in try Self.absolute(given) }
        if let workPath { _ = try Self.make(workPath) }
        try self.init(path: path, workPath: workPath ?? path, isNew: isNew)
    }

    /// Opens the directories for a restore; that of the image must be there.
    init(existing options: CriuOptions) throws(RuntimeError) {
        let path = try Self.absolute(options.imagePath)
        let workPath = try options.workPath.map { (given) throws(RuntimeError) in try Self.absolute(given) }
        if let workPath { _ = try Self.make(workPath) }
        try self.init(path: path, workPath: workPath ?? path, isNew: false)
    }

    private init(path: String, workPath: String, isNew: Bool) throws(RuntimeError) {
        let images = try Self.open(path)
        let work = try Self.open(workPath)
        self.path = path
        self.workPath = workPath
        self.isNew = isNew
        self.images = images
        self.work = work
    }

    private static func open(_ path: String) throws(RuntimeError) -> Descriptor {
        try attempt("open the directory \(path)") { () throws(Errno) in try File.open(path, [.readOnly, .directory]) }
    }

    private static func absolute(_ path: String) throws(RuntimeError) -> String {
        if path.utf8.first == UInt8(ascii: "/") { return path }
        return try attempt("name the working directory") { () throws(Errno) in try Session.currentDirectory() } + "/"
            + path
    }

    /// Makes a directory with those above it; false when it was there.
    private static func make(_ path: String) throws(RuntimeError) -> Bool {
        try attempt("make the directory \(path)") { () throws(Errno) in
            for (index, byte) in path.utf8.enumerated().dropFirst() where byte == UInt8(ascii: "/") {
                _ = try makeOne(String(decoding: path.utf8.prefix(index), as: UTF8.self))
            }
            return try makeOne(path)
        }
    }

    private static func makeOne(_ path: String) throws(Errno) -> Bool {
        do throws(Errno) {
            // It holds the memory of the container's processes.
            try File.makeDirectory(path, mode: 0o700)
            return true
        } catch {
            guard error == .fileExists else { throw error }
            return false
        }
    }

    /// Finds the image that this one is to be the difference to.
    func checkParent(_ parent: String) throws(RuntimeError) {
        do throws(Errno) {
            guard try File.status(of: parent, at: images.raw, follow: true).kind == .directory else {
                throw .notDirectory
            }
        } catch {
            discard(except: "")
            throw RuntimeError("find the image --parent-path \(parent) from \(path)", error)
        }
    }

    /// Writes which files the container has from its caller.
    func write(streams: [String]) throws(RuntimeError) {
        try attempt("write \(path)/\(StreamKey.fileName)") { () throws(Errno) in
            let file = try File.open(
                StreamKey.fileName, [.writeOnly, .create, .truncate, .noFollow], at: images.raw, mode: 0o600)
            try File.write(StreamKey.document(streams), to: file.raw)
        }
    }

    /// Which files the container had from its caller; none when the image does not say.
    func readStreams() throws(RuntimeError) -> [String] {
        let document: [UInt8]
        do throws(Errno) {
            document = try File.read(
                StreamKey.fileName, at: images.raw, limit: 1 << 20, flags: [.readOnly, .nonBlocking])
        } catch {
            if error == .noSuchFile { return [] }
            throw RuntimeError("read \(path)/\(StreamKey.fileName)", error)
        }
        guard let keys = StreamKey.read(document) else {
            throw RuntimeError(.failed, "\(path)/\(StreamKey.fileName) is no list of names")
        }
        return keys
    }

    /// Removes what a failed checkpoint has written into a directory that was made for it. The log stays.
    func discard(except log: String) {
        guard isNew else { return }
        do throws(Errno) {
            let listing = try File.open(".", [.readOnly, .directory], at: images.raw)
            for name in try File.names(in: listing.raw) where name != log { try File.remove(name, at: images.raw) }
            // Empty when the log is elsewhere; else it stays.
            try File.remove(path, directory: true)
        } catch {
            return
        }
    }

    /// The first error in criu's log, which the others follow from; nil when there is none.
    func firstError(in log: String) -> String? {
        do throws(Errno) {
            let text = try File.read(log, at: work.raw, limit: 64 << 20, flags: [.readOnly, .nonBlocking])
            for line in text.split(separator: UInt8(ascii: "\n")) {
                // `(00.012345) Error (criu/mount.c:100): what went wrong`
                let rest = line.drop { $0 != UInt8(ascii: "E") }
                if rest.starts(with: "Error (".utf8) { return String(decoding: rest.prefix(500), as: UTF8.self) }
            }
        } catch {
            return nil
        }
        return nil
    }
}

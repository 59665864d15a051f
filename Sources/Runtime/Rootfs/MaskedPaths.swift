import Kernel

/// Hides and write-protects paths of the finished root. Runs inside it, after pivot_root.
struct PathProtection: ~Copyable {
    private let root: RootDirectory

    init() throws(RuntimeError) {
        root = RootDirectory(
            try attempt("open the container's root") { () throws(Errno) in try File.open("/", [.path, .directory]) })
    }

    /// Makes each path, with what is mounted below, read-only; its other mount options stay. A missing one is passed over.
    func makeReadOnly(_ paths: [PathPlan]) throws(RuntimeError) {
        for plan in paths {
            try attempt("make \(plan.path) read-only", at: plan.pointer) { () throws(Errno) in
                guard let place = try find(plan.path) else { return }
                let tree = try Mount.clone("", at: place.raw, recursive: true)
                try Mount.change(tree.raw, Mount.Attributes(set: Mount.Attributes.readOnly), recursive: true)
                try Mount.attach(tree.raw, onto: place.raw)
            }
        }
    }

    /// Covers each path so that it reads as empty: a file by /dev/null, a directory by an empty read-only tmpfs.
    func mask(_ paths: [PathPlan]) throws(RuntimeError) {
        var null: SharedDescriptor?
        // One file system for all directories: each of its own would cost a superblock.
        var empty: SharedDescriptor?
        for plan in paths {
            let found = try attempt("mask \(plan.path)", at: plan.pointer) { () throws(Errno) in try find(plan.path) }
            guard let place = found else { continue }
            let isDirectory = try attempt("mask \(plan.path)", at: plan.pointer) { () throws(Errno) in
                try File.status(of: place.raw).kind == .directory
            }
            guard let cover = isDirectory ? empty : null else {
                // The first is attached itself: before Linux 6.15 only what is attached can be copied.
                let first = isDirectory ? try Self.makeEmpty() : try openNull()
                try attempt("mask \(plan.path)", at: plan.pointer) { () throws(Errno) in
                    try Mount.attach(first.raw, onto: place.raw)
                }
                if isDirectory { empty = first } else { null = first }
                continue
            }
            try attempt("mask \(plan.path)", at: plan.pointer) { () throws(Errno) in
                let copy = try Mount.clone("", at: cover.raw, recursive: false)
                try Mount.attach(copy.raw, onto: place.raw)
            }
        }
    }

    private func find(_ path: String) throws(Errno) -> Descriptor? {
        do throws(Errno) {
            return try root.open(path, [.path])
        } catch {
            guard error == .noSuchFile || error == .notDirectory else { throw error }
            return nil
        }
    }

    private static func makeEmpty() throws(RuntimeError) -> SharedDescriptor {
        try attempt("make an empty file system to mask directories with") { () throws(Errno) in
            let context = try FileSystemContext(type: "tmpfs")
            try context.set("source", "tmpfs")
            try context.set("nr_blocks", "1")
            try context.set("nr_inodes", "1")
            try context.set(flag: "ro")
            let attributes = Mount.Attributes(
                set: Mount.Attributes.readOnly | Mount.Attributes.noSuid | Mount.Attributes.noDev
                    | Mount.Attributes.noExec)
            return SharedDescriptor(try context.mount(attributes))
        }
    }

    /// A read-only handle on the container's /dev/null, which is looked at before it is trusted.
    ///
    /// An image may bring anything of that name: mounted over a masked path it would open what it should hide.
    /// Read-only, so that nobody can change the owner or mode of the node through the covered path.
    private func openNull() throws(RuntimeError) -> SharedDescriptor {
        let place = try attempt("open /dev/null to mask files with") { () throws(Errno) in
            try root.open("/dev/null", [.path, .noFollow])
        }
        let status = try attempt("look at /dev/null") { () throws(Errno) in try File.status(of: place.raw) }
        guard status.kind == .character, status.nodeMajor == 1, status.nodeMinor == 3 else {
            throw RuntimeError(
                .failed, "mask files: /dev/null in the container is not the null device (/linux/maskedPaths)")
        }
        return try attempt("copy the mount of /dev/null") { () throws(Errno) in
            let mount = try Mount.clone("", at: place.raw, recursive: false)
            try Mount.change(
                mount.raw,
                Mount.Attributes(
                    set: Mount.Attributes.readOnly | Mount.Attributes.noSuid | Mount.Attributes.noExec))
            return SharedDescriptor(mount)
        }
    }
}

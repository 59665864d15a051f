import Kernel

/// The mount option `tmpcopyup`: a tmpfs that starts with what the directory below it holds.
enum CopyUp {
    /// Copies the tree at `source` (a handle on a directory) into the directory that `target` is open on.
    static func copy(
        from source: borrowing Descriptor, to target: borrowing Descriptor, plan: MountPlan
    ) throws(RuntimeError) {
        try attempt("copy \(plan.destination) up into its tmpfs", at: plan.pointer + "/options") { () throws(Errno) in
            // Both are handles on a place only: what is read from or changed has to be opened.
            let readable = try File.open(".", [.readOnly, .directory], at: source.raw)
            let writable = try File.open(".", [.readOnly, .directory], at: target.raw)
            try copyDirectory(from: readable.raw, to: writable.raw)
        }
    }

    private static func copyDirectory(from source: Int32, to target: Int32) throws(Errno) {
        for name in try File.names(in: source) {
            let status = try File.status(of: name, at: source)
            switch status.kind {
            case .directory:
                try File.makeDirectory(name, at: target, mode: status.permissions)
                let below = try File.open(name, [.readOnly, .directory, .noFollow], at: source)
                let copy = try File.open(name, [.readOnly, .directory, .noFollow], at: target)
                try copyDirectory(from: below.raw, to: copy.raw)
                try finish(copy.raw, status)
            case .regular:
                // Non-blocking: what was a file a moment ago may be a fifo now.
                let original = try File.open(name, [.readOnly, .noFollow, .nonBlocking], at: source)
                let copy = try File.open(name, [.writeOnly, .create, .exclusive, .noFollow], at: target, mode: 0o600)
                try File.copyContents(from: original.raw, to: copy.raw)
                try finish(copy.raw, status)
            case .symlink:
                try File.symlink(try File.readLink(name, at: source), at: target, name: name)
                try File.changeOwner(of: name, at: target, uid: status.uid, gid: status.gid)
            case .character, .block, .fifo:
                try File.makeNode(name, at: target, like: status)
                try File.changeOwner(of: name, at: target, uid: status.uid, gid: status.gid)
            case .socket, .other:
                continue  // A socket's other end is not in the image: a copy could connect to nothing.
            }
        }
        try finish(target, try File.status(of: source))
    }

    private static func finish(_ descriptor: Int32, _ status: File.Status) throws(Errno) {
        try File.changeOwner(of: descriptor, uid: status.uid, gid: status.gid)
        // After the owner: changing that clears the set-id bits.
        try File.changeMode(of: descriptor, to: status.permissions)
    }
}

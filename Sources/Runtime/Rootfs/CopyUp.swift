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
        for name in try FileName.all(in: source) {
            let status = try name.status(at: source)
            switch status.kind {
            case .directory:
                try name.makeDirectory(at: target, mode: status.permissions)
                let below = try name.open([.readOnly, .directory], at: source)
                let copy = try name.open([.readOnly, .directory], at: target)
                try copyDirectory(from: below.raw, to: copy.raw)
            case .regular:
                // Non-blocking: what was a file a moment ago may be a fifo now.
                let original = try name.open([.readOnly, .nonBlocking], at: source)
                let copy = try name.open([.writeOnly, .create, .exclusive], at: target, mode: 0o600)
                try File.copyContents(from: original.raw, to: copy.raw)
                try finish(copy.raw, status)
            case .symlink:
                try name.makeLink(to: name.linkTarget(at: source), at: target)
                try name.changeOwner(at: target, uid: status.uid, gid: status.gid)
            case .character, .block, .fifo:
                try name.makeNode(at: target, like: status)
                try name.changeOwner(at: target, uid: status.uid, gid: status.gid)
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

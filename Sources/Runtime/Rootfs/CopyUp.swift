import Kernel

/// The mount option `tmpcopyup`: a tmpfs that starts with what the directory below it holds.
enum CopyUp {
    /// Copies the tree at `source` (a handle on a directory) into the directory that `target` is open on.
    ///
    /// The tmpfs takes the directory's owner and mode as well, except for what its own `options` say (tmpfs(5): uid, gid,
    /// mode).
    static func copy(
        from source: borrowing Descriptor, to target: borrowing Descriptor, plan: MountPlan, options: [String]
    ) throws(RuntimeError) {
        try attempt("copy \(plan.destination) up into its tmpfs", at: plan.pointer + "/options") { () throws(Errno) in
            // Both are handles on a place only: what is read from or changed has to be opened.
            let readable = try File.open(".", [.readOnly, .directory], at: source.raw)
            let writable = try File.open(".", [.readOnly, .directory], at: target.raw)
            try copyContents(from: readable.raw, to: writable.raw)
            var status = try File.status(of: readable.raw)
            let mounted = try File.status(of: writable.raw)
            if has("uid=", options) { status.uid = mounted.uid }
            if has("gid=", options) { status.gid = mounted.gid }
            if has("mode=", options) { status.permissions = mounted.permissions }
            try finish(writable.raw, status)
        }
    }

    private static func has(_ key: String, _ options: [String]) -> Bool {
        options.contains { $0.utf8.starts(with: key.utf8) }
    }

    private static func copyContents(from source: Int32, to target: Int32) throws(Errno) {
        for name in try FileName.all(in: source) {
            let status = try name.status(at: source)
            switch status.kind {
            case .directory:
                try name.makeDirectory(at: target, mode: status.permissions)
                let below = try name.open([.readOnly, .directory], at: source)
                let copy = try name.open([.readOnly, .directory], at: target)
                try copyContents(from: below.raw, to: copy.raw)
                try finish(copy.raw, try File.status(of: below.raw))
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
    }

    private static func finish(_ descriptor: Int32, _ status: File.Status) throws(Errno) {
        try File.changeOwner(of: descriptor, uid: status.uid, gid: status.gid)
        // After the owner: changing that clears the set-id bits.
        try File.changeMode(of: descriptor, to: status.permissions)
    }
}

import Kernel

/// Mounts the entries of /mounts, each in three moves: make it detached, find its place, attach it there.
extension Rootfs {
    /// Mounts one entry of /mounts; `source` is the tree that a bind mount shows.
    func mount(_ plan: MountPlan, source tree: borrowing Descriptor?) throws(RuntimeError) {
        switch plan.action {
        case .bind(let source, _):
            switch tree {
            case .some(let tree): try bind(plan, source: source, tree.raw)
            case .none: return
            }
        case .fileSystem(let type, let source, let data):
            try mountFileSystem(plan, type: type, source: source, data: data)
        case .remount(let bind, let data): try remount(plan, bind: bind, data: data)
        }
    }

    /// Puts a detached tree in its place.
    func bind(_ plan: MountPlan, source: String, _ tree: Int32) throws(RuntimeError) {
        func what() -> String { "bind \(source) on \(plan.destination)" }
        let isDirectory = try attempt(what(), at: plan.pointer) { () throws(Errno) in
            try File.status(of: tree).kind == .directory
        }
        let place = try bindPoint(plan, source, isDirectory: isDirectory)
        let isProc = try attempt(what(), at: plan.pointer) { () throws(Errno) in
            try File.fileSystem(of: tree).type == FileSystemStatus.proc
        }
        try refuseOverProc(plan, place, isProc: isProc)
        do throws(Errno) {
            let attributes = Mount.Attributes(plan.flags)
            if !attributes.isEmpty { try Mount.change(tree, attributes) }
            if !plan.recursive.isEmpty { try Mount.change(tree, plan.recursive, recursive: true) }
        } catch {
            throw RuntimeError(
                what() + ": set the options", error, at: plan.pointer + "/options", hint: lockedHint(error))
        }
        try attempt(what(), at: plan.pointer) { () throws(Errno) in try attach(tree, onto: place.raw) }
        try spread(plan, tree)
    }

    private func bindPoint(_ plan: MountPlan, _ source: String, isDirectory: Bool) throws(RuntimeError) -> Descriptor {
        do throws(Errno) {
            if isDirectory { return try root.makeDirectories(plan.destination) }
            return try root.makeFile(plan.destination)
        } catch {
            throw Self.noMountPoint(error, plan, "bind \(source) on \(plan.destination)")
        }
    }

    private func attach(_ mount: Int32, onto place: Int32) throws(Errno) {
        try live?.willAttach(mount)
        try Mount.attach(mount, onto: place)
    }

    /// Why options cannot be changed in a user namespace.
    private func lockedHint(_ error: Errno) -> String? {
        guard error == .notPermitted, namespaces.isPrivate(.user) else { return nil }
        return "in a user namespace the options of the host's mount, such as ro or nosuid, cannot be taken off"
    }

    private func mountFileSystem(
        _ plan: MountPlan, type: String, source: String, data: [String]
    ) throws(RuntimeError) {
        func what() -> String { "mount \(type) on \(plan.destination)" }
        let place = try mountPoint(plan, type: type)
        try refuseOverProc(plan, place.descriptor, isProc: type == "proc")
        var made = try makeNew(plan, type: type, source: source, data: data, mode: place.mode)
        guard let mount = made.take() else { return try bindStandIn(plan, type: type, place.descriptor) }
        if plan.copyUp { try CopyUp.copy(from: place.descriptor, to: mount, plan: plan, options: data) }
        try attempt(what(), at: plan.pointer) { () throws(Errno) in
            if plan.copyUp, plan.flags.contains(Mount.Flags.readOnly), !isMadeReadOnlyLater(plan) {
                try Mount.change(mount.raw, Mount.Attributes(set: Mount.Attributes.readOnly))
            }
            var recursive = plan.recursive
            if isMadeReadOnlyLater(plan) { recursive.set &= ~Mount.Attributes.readOnly }
            if !recursive.isEmpty { try Mount.change(mount.raw, recursive, recursive: true) }
            try attach(mount.raw, onto: place.descriptor.raw)
        }
        try spread(plan, mount.raw)
    }

    /// Whether `finish` makes it read-only, when the devices are in it.
    private func isMadeReadOnlyLater(_ plan: MountPlan) -> Bool { live == nil && plan.isDev }

    private func makeNew(
        _ plan: MountPlan, type: String, source: String, data: [String], mode: UInt32?
    ) throws(RuntimeError) -> Descriptor? {
        if plan.flags.contains(Mount.Flags.iVersion) || live == nil && FileSystemContext.isTooLong(anyOf: data) {
            return try makeClassic(plan, type: type, source: source, data: data, mode: mode)
        }
        return try makeFileSystem(plan, type: type, source: source, data: data, mode: mode)
    }

    /// A detached mount of a new file system; `mode` is that of the directory it will cover.
    ///
    /// Nil when it is forbidden and there is a stand-in for it.
    private func makeFileSystem(
        _ plan: MountPlan, type: String, source: String, data: [String], mode: UInt32?
    ) throws(RuntimeError) -> Descriptor? {
        var opened: FileSystemContext?
        do throws(Errno) {
            if let live { opened = try live.begin(type) } else { opened = try FileSystemContext(type: type) }
        } catch {
            guard error == .notPermitted, standIn(for: type) != nil else {
                throw RuntimeError("mount \(type) on \(plan.destination)", error, at: plan.pointer + "/type")
            }
        }
        guard let context = opened.take() else { return nil }
        try set(data, on: context, plan, type: type)
        do throws(Errno) {
            if !source.isEmpty { try context.set("source", source) }
            try setSuperblockFlags(plan.flags, filledFirst: plan.copyUp || isMadeReadOnlyLater(plan), on: context)
            if let mode = Self.modeOption(type, data, mode) { try context.set("mode", mode) }
            var attributes = Mount.Attributes(plan.flags)
            // What is filled first becomes read-only later.
            if plan.copyUp || isMadeReadOnlyLater(plan) { attributes.set &= ~Mount.Attributes.readOnly }
            return try context.mount(attributes)
        } catch {
            if error == .notPermitted, standIn(for: type) != nil { return nil }
            throw Self.refusal("", context, error, plan, type: type)
        }
    }

    /// Where the host has what a new file system would show: only who owns the namespace that it is about may mount one.
    private func standIn(for type: String) -> String? {
        // The host's paths are out of view.
        if live != nil { return nil }
        let (kind, path, number): (Namespace, String, Int)
        switch type {
        case "sysfs": (kind, path, number) = (.network, "/sys", FileSystemStatus.sysfs)
        case "proc": (kind, path, number) = (.pid, "/proc", FileSystemStatus.proc)
        case "mqueue": (kind, path, number) = (.ipc, "/dev/mqueue", FileSystemStatus.mqueue)
        default: return nil
        }
        if namespaces.new.contains(kind) { return nil }
        do throws(Errno) {
            return try File.fileSystem(ofPath: path).type == number ? path : nil
        } catch {
            return nil
        }
    }

    /// Binds what the host has of the file system, everything in it with the options asked for.
    private func bindStandIn(_ plan: MountPlan, type: String, _ place: borrowing Descriptor) throws(RuntimeError) {
        let path = standIn(for: type) ?? "/"
        let place = place.raw
        try attempt("bind \(path) on \(plan.destination), since \(type) cannot be mounted", at: plan.pointer) {
            () throws(Errno) in
            let tree = try Mount.clone(path, recursive: true)
            var attributes = Mount.Attributes(plan.flags)
            // Access times and what is to be taken off are the host's to say.
            attributes.clear = 0
            attributes.set &= ~Mount.Attributes.atimeMask
            attributes.set |= plan.recursive.set & ~Mount.Attributes.atimeMask
            if !attributes.isEmpty { try Mount.change(tree.raw, attributes, recursive: true) }
            try Mount.attach(tree.raw, onto: place)
        }
    }

    /// Where a new file system goes, and the permissions of what is there now (nil when it was made for this).
    private struct Place: ~Copyable {
        let descriptor: Descriptor
        let mode: UInt32?
    }

    private func mountPoint(_ plan: MountPlan, type: String) throws(RuntimeError) -> Place {
        // A /proc or /sys that an image made a link would put the real one where masks and labels do not look.
        let allowSymlinks = type != "proc" && type != "sysfs"
        do throws(Errno) {
            do throws(Errno) {
                let found = try root.open(plan.destination, [.path], allowSymlinks: allowSymlinks)
                let status = try File.status(of: found.raw)
                guard status.kind == .directory else { throw .notDirectory }
                return Place(descriptor: found, mode: status.permissions)
            } catch {
                guard error == .noSuchFile else { throw error }
                return Place(
                    descriptor: try root.makeMissingDirectories(plan.destination, allowSymlinks: allowSymlinks),
                    mode: nil)
            }
        } catch {
            throw Self.noMountPoint(
                error, plan, "mount \(type) on \(plan.destination)",
                hint: allowSymlinks ? nil : "it must be a directory, not a symbolic link")
        }
    }

    /// Why there is no mount point. Nothing can be made in procfs, which says that there is no such file; to an engine
    /// that would mean the container's program.
    private static func noMountPoint(
        _ error: Errno, _ plan: MountPlan, _ what: String, hint: String? = nil
    ) -> RuntimeError {
        if error == .noSuchFile, plan.destination.utf8.starts(with: "/proc/".utf8) { return overProc(plan) }
        return RuntimeError(what + ": open the mount point", error, at: plan.pointer + "/destination", hint: hint)
    }

    private func set(
        _ data: [String], on context: borrowing FileSystemContext, _ plan: MountPlan, type: String
    ) throws(RuntimeError) {
        for option in data {
            do throws(Errno) {
                if let equals = option.utf8.firstIndex(of: UInt8(ascii: "=")) {
                    let value = option.utf8.index(after: equals)
                    try context.set(
                        String(decoding: option.utf8[..<equals], as: UTF8.self),
                        String(decoding: option.utf8[value...], as: UTF8.self))
                } else {
                    try context.set(flag: option)
                }
            } catch {
                throw Self.refusal("option \(option)", context, error, plan, type: type)
            }
        }
    }

    /// An error of a file system, in its own words where it has some.
    private static func refusal(
        _ what: String, _ context: borrowing FileSystemContext, _ error: Errno, _ plan: MountPlan, type: String
    ) -> RuntimeError {
        let complaint = context.complaint().map { " (" + $0 + ")" } ?? ""
        let detail = what.isEmpty ? "" : ": " + what
        return RuntimeError("mount \(type) on \(plan.destination)\(detail)\(complaint)", error, at: plan.pointer)
    }

    /// The flags that belong to the file system rather than to the mount.
    private func setSuperblockFlags(
        _ flags: Mount.Flags, filledFirst: Bool, on context: borrowing FileSystemContext
    ) throws(Errno) {
        if flags.contains(Mount.Flags.readOnly), !filledFirst { try context.set(flag: "ro") }
        if flags.contains(Mount.Flags.synchronous) { try context.set(flag: "sync") }
        if flags.contains(Mount.Flags.dirSync) { try context.set(flag: "dirsync") }
        if flags.contains(Mount.Flags.mandatoryLocks) { try context.set(flag: "mand") }
        if flags.contains(Mount.Flags.lazyTime) { try context.set(flag: "lazytime") }
    }

    /// What was visible as the directory's mode stays so in a tmpfs: a 1777 /tmp or /dev/shm keeps working.
    private static func modeOption(_ type: String, _ data: [String], _ mode: UInt32?) -> String? {
        guard type == "tmpfs", let mode, !data.contains(where: { $0.utf8.starts(with: "mode=".utf8) }) else {
            return nil
        }
        return String(mode, radix: 8)
    }

    /// The same by mount(2), for the one flag that fsconfig(2) has no word for, and for values that are too long for it.
    ///
    /// mount(2) answers no descriptor, and what lies at a path in the root may change before it is opened again. So the
    /// mount is made over the root file system, whose path is the host's, and taken from there.
    private func makeClassic(
        _ plan: MountPlan, type: String, source: String, data: [String], mode: UInt32?
    ) throws(RuntimeError) -> Descriptor? {
        let filledFirst = plan.copyUp || isMadeReadOnlyLater(plan)
        let options = data + (Self.modeOption(type, data, mode).map { ["mode=" + $0] } ?? [])
        // Where the path is a link itself, what it leads to is meant.
        let place = self.plan.path + "/."
        return try attempt("mount \(type) on \(plan.destination)", at: plan.pointer) { () throws(Errno) in
            try Mount.classic(
                source, on: place, type: type,
                flags: filledFirst ? plan.flags.set & ~Mount.Flags.readOnly : plan.flags.set,
                data: options.joined(separator: ","))
            let mounted = try File.open(place, [.path, .directory])
            let detached = try Mount.clone("", at: mounted.raw, recursive: false)
            try Mount.detach(place)
            return detached
        }
    }

    private func remount(_ plan: MountPlan, bind: Bool, data: [String]) throws(RuntimeError) {
        func what() -> String { "remount \(plan.destination)" }
        let place = try attempt(what(), at: plan.pointer + "/destination") { () throws(Errno) in
            try root.open(plan.destination, [.path])
        }
        try attempt(what(), at: plan.pointer) { () throws(Errno) in
            if bind {
                try Mount.change(place.raw, Mount.Attributes(plan.flags))
            } else {
                try remountFileSystem(plan, Self.path(of: place), data: data.joined(separator: ","), place)
            }
            if !plan.recursive.isEmpty { try Mount.change(place.raw, plan.recursive, recursive: true) }
        }
        try spread(plan, place.raw)
    }

    /// In a user namespace options that the mount has from the host stay, unless they are taken off by name.
    private func remountFileSystem(
        _ plan: MountPlan, _ path: String, data: String, _ place: borrowing Descriptor
    ) throws(Errno) {
        let flags = plan.flags.set | Mount.Flags.remount
        do throws(Errno) {
            try Mount.classic(nil, on: path, type: nil, flags: flags, data: data)
        } catch {
            guard error == .notPermitted, namespaces.isPrivate(.user) else { throw error }
            let locked = try File.fileSystem(of: place.raw).mountFlags & ~plan.flags.clear
            try Mount.classic(nil, on: path, type: nil, flags: flags | locked, data: data)
        }
    }

    /// The name of an open file for mount(2), which takes no descriptors. The host's /proc is still the one in view.
    private static func path(of descriptor: borrowing Descriptor) -> String { "/proc/self/fd/\(descriptor.raw)" }

    private func spread(_ plan: MountPlan, _ mount: Int32) throws(RuntimeError) {
        for propagation in plan.propagation {
            try attempt("set the propagation of \(plan.destination)", at: plan.pointer + "/options") {
                () throws(Errno) in try Mount.change(mount, propagation)
            }
        }
    }

    /// Refuses what would put something else where programs expect the kernel's /proc.
    ///
    /// What counts is where the mount point was found to lie, since an image's links can lead there from anywhere. The
    /// files that may be replaced are those that lxcfs and its like provide.
    private func refuseOverProc(
        _ plan: MountPlan, _ place: borrowing Descriptor, isProc: Bool
    ) throws(RuntimeError) {
        let raw = place.raw
        let liesInProc = try attempt("look at the mount point \(plan.destination)", at: plan.pointer) {
            () throws(Errno) in try File.fileSystem(of: raw).type == FileSystemStatus.proc
        }
        if plan.destination == "/proc" {
            if isProc { return }
        } else if liesInProc || plan.destination.utf8.starts(with: "/proc/".utf8) {
            for name in Self.replaceableInProc where plan.destination == "/proc/" + name { return }
        } else {
            return
        }
        throw Self.overProc(plan)
    }

    private static func overProc(_ plan: MountPlan) -> RuntimeError {
        RuntimeError(
            .configuration,
            "mount on \(plan.destination): only procfs may be mounted on /proc, and only files such as /proc/meminfo"
                + " replaced in it (\(plan.pointer)/destination)")
    }

    private static let replaceableInProc = [
        "cpuinfo", "diskstats", "meminfo", "stat", "swaps", "uptime", "loadavg", "slabinfo", "sys/kernel/ns_last_pid",
        "sys/crypto/fips_enabled",
    ]
}

internal import CLinux

/// Mounting by descriptor: fsopen(2), open_tree(2), move_mount(2), mount_setattr(2).
package enum Mount {
    /// The classic mount flags (MS_*) that options set and clear; of two that contradict, the later wins.
    package struct Flags: Equatable, Sendable {
        package var set: UInt
        package var clear: UInt
        package init(set: UInt = 0, clear: UInt = 0) {
            self.set = set
            self.clear = clear
        }
        package mutating func turnOn(_ bits: UInt) {
            set |= bits
            clear &= ~bits
        }
        package mutating func turnOff(_ bits: UInt) {
            clear |= bits
            set &= ~bits
        }
        package func contains(_ bits: UInt) -> Bool { set & bits == bits }

        package static let readOnly: UInt = 1
        package static let noSuid: UInt = 2
        package static let noDev: UInt = 4
        package static let noExec: UInt = 8
        package static let synchronous: UInt = 16
        package static let remount: UInt = 32
        package static let mandatoryLocks: UInt = 64
        package static let dirSync: UInt = 128
        package static let noSymFollow: UInt = 256
        package static let noAtime: UInt = 1024
        package static let noDirAtime: UInt = 2048
        package static let bind: UInt = 4096
        package static let recursive: UInt = 16384
        package static let silent: UInt = 32768
        package static let relatime: UInt = 1 << 21
        package static let iVersion: UInt = 1 << 23
        package static let strictAtime: UInt = 1 << 24
        package static let lazyTime: UInt = 1 << 25
    }

    /// Attributes of a mount or, applied with AT_RECURSIVE, of a tree of mounts. mount_setattr(2) MOUNT_ATTR_*
    package struct Attributes: Equatable, Sendable {
        package var set: UInt64
        package var clear: UInt64
        package init(set: UInt64 = 0, clear: UInt64 = 0) {
            self.set = set
            self.clear = clear
        }
        package var isEmpty: Bool { self.set == 0 && self.clear == 0 }

        package static let readOnly: UInt64 = 0x1
        package static let noSuid: UInt64 = 0x2
        package static let noDev: UInt64 = 0x4
        package static let noExec: UInt64 = 0x8
        /// The three-valued field of access times; `relatime` is its zero.
        package static let atimeMask: UInt64 = 0x70
        package static let relatime: UInt64 = 0x0
        package static let noAtime: UInt64 = 0x10
        package static let strictAtime: UInt64 = 0x20
        package static let noDirAtime: UInt64 = 0x80
        package static let noSymFollow: UInt64 = 0x20_0000

        /// What the classic flags mean for a mount.
        package init(_ flags: Flags) {
            self.init()
            let pairs: [(UInt, UInt64)] = [
                (Flags.readOnly, Attributes.readOnly), (Flags.noSuid, Attributes.noSuid),
                (Flags.noDev, Attributes.noDev), (Flags.noExec, Attributes.noExec),
                (Flags.noDirAtime, Attributes.noDirAtime), (Flags.noSymFollow, Attributes.noSymFollow),
            ]
            for (classic, attribute) in pairs {
                if flags.set & classic != 0 { set |= attribute }
                if flags.clear & classic != 0 { clear |= attribute }
            }
            let atime = Flags.noAtime | Flags.relatime | Flags.strictAtime
            if (flags.set | flags.clear) & atime != 0 {
                clear |= Attributes.atimeMask
                if flags.set & Flags.noAtime != 0 {
                    set |= Attributes.noAtime
                } else if flags.set & Flags.strictAtime != 0 {
                    set |= Attributes.strictAtime
                }
            }
        }
    }

    /// How mounts made below a mount spread. mount_namespaces(7)
    package struct Propagation: Equatable, Sendable {
        package enum Kind: Equatable, Sendable { case shared, slave, `private`, unbindable }
        package var kind: Kind
        package var recursive: Bool
        package init(_ kind: Kind, recursive: Bool) {
            self.kind = kind
            self.recursive = recursive
        }
        /// The MS_* bit.
        package var flag: UInt64 {
            switch kind {
            case .unbindable: 1 << 17
            case .private: 1 << 18
            case .slave: 1 << 19
            case .shared: 1 << 20
            }
        }
    }

    /// A detached copy of the mount at `path`; with `recursive`, of the whole tree below. open_tree(2)
    package static func clone(
        _ path: String, at directory: Int32 = Descriptor.currentDirectory, recursive: Bool
    ) throws(Errno) -> Descriptor {
        let flags =
            UInt32(OPEN_TREE_CLONE) | UInt32(O_CLOEXEC) | (path.isEmpty ? UInt32(AT_EMPTY_PATH) : 0)
            | (recursive ? UInt32(AT_RECURSIVE) : 0)
        return Descriptor(owning: try check(path.withCString { cl_open_tree(directory, $0, flags) }))
    }

    /// Attaches a detached mount, or moves an attached one, on the file that `target` is open on. move_mount(2)
    package static func attach(_ mount: Int32, onto target: Int32) throws(Errno) {
        try check(
            "".withCString { empty in
                cl_move_mount(
                    mount, empty, target, empty, UInt32(MOVE_MOUNT_F_EMPTY_PATH) | UInt32(MOVE_MOUNT_T_EMPTY_PATH))
            })
    }

    /// Sets and clears attributes of the mount that `descriptor` is the root of. mount_setattr(2)
    package static func change(
        _ descriptor: Int32, _ attributes: Attributes, recursive: Bool = false
    ) throws(Errno) {
        let flags = UInt32(AT_EMPTY_PATH) | (recursive ? UInt32(AT_RECURSIVE) : 0)
        try check(
            "".withCString { cl_mount_setattr(descriptor, $0, flags, attributes.set, attributes.clear, 0, -1) })
    }

    /// Sets how mounts spread from the mount that `descriptor` is the root of. mount_setattr(2)
    package static func change(_ descriptor: Int32, _ propagation: Propagation) throws(Errno) {
        let flags = UInt32(AT_EMPTY_PATH) | (propagation.recursive ? UInt32(AT_RECURSIVE) : 0)
        try check(cl_mount_setattr(descriptor, "", flags, 0, 0, propagation.flag, -1))
    }

    /// Sets how mounts spread from the mount at `path`. mount_setattr(2)
    package static func change(path: String, _ propagation: Propagation) throws(Errno) {
        let flags = propagation.recursive ? UInt32(AT_RECURSIVE) : 0
        try check(cl_mount_setattr(AT_FDCWD, path, flags, 0, 0, propagation.flag, -1))
    }

    /// Has the mount that `descriptor` is the root of show each id inside of a user namespace as the one outside that it
    /// stands for; with `recursive`, also the mounts below.
    ///
    /// The mount must not have been attached anywhere yet. `EINVAL` when its file system cannot do that.
    /// mount_setattr(2) MOUNT_ATTR_IDMAP
    package static func mapIDs(
        _ descriptor: Int32, through userNamespace: Int32, recursive: Bool
    ) throws(Errno) {
        let flags = UInt32(AT_EMPTY_PATH) | (recursive ? UInt32(AT_RECURSIVE) : 0)
        try check(cl_mount_setattr(descriptor, "", flags, UInt64(MOUNT_ATTR_IDMAP), 0, 0, userNamespace))
    }

    /// mount(2), for what the calls by descriptor cannot say (MS_REMOUNT, MS_I_VERSION).
    package static func classic(
        _ source: String?, on target: String, type: String?, flags: UInt, data: String?
    ) throws(Errno) { try check(cl_mount(source, target, type, flags, data)) }

    /// Detaches the mount at `path` at once and cleans up when it is no longer in use. umount2(2) MNT_DETACH
    package static func detach(_ path: String) throws(Errno) {
        try check(cl_umount2(path, CL_MNT_DETACH | CL_UMOUNT_NOFOLLOW))
    }

    /// Detaches the mount that `descriptor` is the root of, with what is mounted below; changes the working directory.
    ///
    /// umount2(2) takes no descriptor, and a path could lead elsewhere by now: the kernel's own name for the open file is
    /// looked up in a /proc that is known to be procfs, from a working directory in it. `EINVAL` when it is the root of no
    /// mount, or of one that the caller's user namespace may not take off.
    package static func detach(_ descriptor: Int32, _ proc: borrowing HostProc) throws(Errno) {
        let files = try proc.open("self/fd", [.path, .directory])
        try check(cl_fchdir(files.raw))
        try check(cl_umount2("\(descriptor)", CL_MNT_DETACH))
    }

    /// Makes the current directory, a mount point, the root of the mount namespace, and drops the old one.
    ///
    /// With "." for both places the old root is stacked over the new one and detached from there: no directory inside
    /// the container is needed. pivot_root(2)
    package static func pivotIntoCurrentDirectory() throws(Errno) {
        let old = try File.open("/", [.path, .directory])
        try check(cl_pivot_root(".", "."))
        try check(cl_fchdir(old.raw))
        // Where the old root is still a peer of the host's, detaching it would unmount there too.
        try change(path: ".", Propagation(.slave, recursive: true))
        try detach(".")
        try check(cl_chdir("/"))
    }
}

import Kernel

/// The container's root file system while it is being put together, seen from outside.
///
/// It is a copy of the mount tree at /root/path, attached over that path in the container's own mount namespace.
/// All work below it is done relative to its descriptor and cannot leave it.
struct Rootfs: ~Copyable {
    let root: RootDirectory
    let plan: RootfsPlan
    let namespaces: NamespacePlan
    /// Whether the mount namespace was made for this container. If not, nothing is mounted and the root only changed.
    private let ownMounts: Bool
    /// Whether the root file system lies over the host's root, since its own path cannot be reached.
    private let coversHost: Bool
    /// What is different when the container runs already; nil while it is made.
    let live: LiveMounting?

    /// Cuts the mount namespace off the host and makes the root file system a mount of its own.
    ///
    /// `tree` is a detached copy of it where its path cannot be reached by the caller.
    init(_ plan: RootfsPlan, namespaces: NamespacePlan, tree: consuming Descriptor?) throws(RuntimeError) {
        let ownMounts = namespaces.new.contains(.mount)
        self.plan = plan
        self.namespaces = namespaces
        self.ownMounts = ownMounts
        live = nil
        switch consume tree {
        case .some(let tree):
            coversHost = true
            root = RootDirectory(try Self.cover(tree))
        case .none:
            coversHost = false
            root = RootDirectory(ownMounts ? try Self.mountTree(plan) : try Self.openTree(plan.path))
        }
    }

    /// That of a container whose mount namespace the caller has entered.
    init(_ plan: RootfsPlan, namespaces: NamespacePlan, live: LiveMounting) throws(RuntimeError) {
        self.plan = plan
        self.namespaces = namespaces
        self.live = live
        ownMounts = true
        coversHost = false
        let top = try attempt("open the container's root") { () throws(Errno) in
            try File.open("/", [.path, .directory])
        }
        root = RootDirectory(top, noting: live.made)
    }

    private static func cover(_ tree: consuming Descriptor) throws(RuntimeError) -> Descriptor {
        let raw = tree.raw
        try attempt("mount the root file system", at: "/root/path") { () throws(Errno) in
            try Mount.change(path: "/", Mount.Propagation(.slave, recursive: true))
            let host = try File.open("/", [.path, .directory])
            try Mount.attach(raw, onto: host.raw)
        }
        return tree
    }

    private static func openTree(_ path: String) throws(RuntimeError) -> Descriptor {
        try attempt("open the root file system \(path)", at: "/root/path") { () throws(Errno) in
            try File.open(path, [.path, .directory])
        }
    }

    private static func mountTree(_ plan: RootfsPlan) throws(RuntimeError) -> Descriptor {
        if plan.propagation?.kind == .shared {
            try makeHostMountPrivate(plan.path)
        } else {
            // A slave gets what the host mounts later and lets go of what it unmounts; nothing goes the other way.
            try attempt("make the mounts slaves of the host's") { () throws(Errno) in
                try Mount.change(path: "/", Mount.Propagation(.slave, recursive: true))
            }
        }
        let place = try openTree(plan.path)
        return try attempt("mount the root file system \(plan.path)", at: "/root/path") { () throws(Errno) in
            let tree = try Mount.clone("", at: place.raw, recursive: true)
            try Mount.attach(tree.raw, onto: place.raw)
            return tree
        }
    }

    /// Takes the mount that the root file system lies on out of its peers, and no other.
    ///
    /// With /linux/rootfsPropagation `shared`, volumes that are to send their mounts to the host must stay its peers.
    private static func makeHostMountPrivate(_ path: String) throws(RuntimeError) {
        try attempt("make the mount of the root file system \(path) private", at: "/linux/rootfsPropagation") {
            () throws(Errno) in
            var path = path
            while true {
                do throws(Errno) {
                    return try Mount.change(path: path, Mount.Propagation(.private, recursive: false))
                } catch {
                    // Not the root of a mount: the one it lies on is further up.
                    guard error == .invalidArgument, path != "/" else { throw error }
                }
                let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.utf8.startIndex
                path = slash == path.utf8.startIndex ? "/" : String(decoding: path.utf8[..<slash], as: UTF8.self)
            }
        }
    }

    /// Makes the root file system the root of the mount namespace and drops the host's.
    func becomeRoot() throws(RuntimeError) {
        let descriptor = root.descriptor.raw
        if !ownMounts {
            try attempt("change the root to \(plan.path)") { () throws(Errno) in
                try Session.changeDirectory(to: descriptor)
                try Session.changeRoot(".")
            }
        } else if plan.pivot {
            try attempt("pivot_root to \(plan.path)", hint: "on an initramfs --no-pivot is needed") {
                () throws(Errno) in
                try Session.changeDirectory(to: descriptor)
                try Mount.pivotIntoCurrentDirectory()
            }
        } else {
            try attempt("move the root file system \(plan.path) to /") { () throws(Errno) in
                // Where it still is a peer of the host's, what is moved onto it would cover the host's root too.
                try Mount.change(path: "/", Mount.Propagation(.slave, recursive: false))
                if !coversHost {
                    let host = try File.open("/", [.path, .directory])
                    try Mount.attach(descriptor, onto: host.raw)
                }
                try Session.changeDirectory(to: descriptor)
                try Session.changeRoot(".")
                try Session.changeDirectory("/")
            }
        }
    }

    /// Applies to the finished root what would have stood in the way of its making: /root/readonly, a read-only /dev,
    /// and /linux/rootfsPropagation.
    func finish(_ mounts: [MountPlan]) throws(RuntimeError) {
        guard ownMounts else { return }
        for mount in mounts where mount.isDev && mount.isReadOnly {
            try attempt("make /dev read-only", at: mount.pointer) { () throws(Errno) in
                let dev = try root.open("/dev", [.path, .directory])
                try Mount.change(dev.raw, Mount.Attributes(set: Mount.Attributes.readOnly))
            }
        }
        let descriptor = root.descriptor.raw
        if let propagation = plan.propagation {
            try attempt("set the propagation of the root", at: "/linux/rootfsPropagation") { () throws(Errno) in
                try Mount.change(descriptor, propagation)
            }
        }
        if plan.readonly {
            try attempt("make the root read-only", at: "/root/readonly") { () throws(Errno) in
                try Mount.change(descriptor, Mount.Attributes(set: Mount.Attributes.readOnly))
            }
        }
    }
}

extension MountPlan {
    /// Whether this is the new file system that the devices are made in.
    var isDev: Bool {
        guard destination == "/dev", case .fileSystem = action else { return false }
        return true
    }

    /// Whether one of the words `ro` and `rro` asks for it.
    fileprivate var isReadOnly: Bool {
        flags.contains(Mount.Flags.readOnly) || recursive.set & Mount.Attributes.readOnly != 0
    }
}

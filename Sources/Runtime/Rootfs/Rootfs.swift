import Kernel

/// The container's root file system while it is being put together, seen from outside.
///
/// It is a copy of the mount tree at /root/path, attached over that path in the container's own mount namespace.
/// All work below it is done relative to its descriptor and cannot leave it.
struct Rootfs: ~Copyable {
    let root: RootDirectory
    let plan: RootfsPlan

    /// Cuts the mount namespace off the host and makes the root file system a mount of its own.
    init(_ plan: RootfsPlan) throws(RuntimeError) {
        self.plan = plan
        // A slave gets what the host mounts later and lets go of what it unmounts; nothing goes the other way.
        try attempt("make the mounts slaves of the host's") { () throws(Errno) in
            try Mount.change(path: "/", Mount.Propagation(.slave, recursive: true))
        }
        let path = plan.path
        let tree = try attempt("copy the mount of the root file system \(path)", at: "/root/path") {
            () throws(Errno) in try Mount.clone(path, recursive: true)
        }
        try attempt("mount the root file system \(path)", at: "/root/path") { () throws(Errno) in
            let place = try File.open(path, [.path, .directory])
            try Mount.attach(tree.raw, onto: place.raw)
        }
        root = RootDirectory(tree)
    }

    /// Makes the root file system the root of the mount namespace and drops the host's.
    func becomeRoot() throws(RuntimeError) {
        let descriptor = root.descriptor.raw
        if plan.pivot {
            try attempt("pivot_root to \(plan.path)", hint: "on an initramfs --no-pivot is needed") {
                () throws(Errno) in
                try Session.changeDirectory(to: descriptor)
                try Mount.pivotIntoCurrentDirectory()
            }
        } else {
            try attempt("move the root file system \(plan.path) to /") { () throws(Errno) in
                try Session.changeDirectory(to: descriptor)
                try Mount.classic(".", on: "/", type: nil, flags: 8192 /* MS_MOVE */, data: nil)
                try Session.changeRoot(".")
                try Session.changeDirectory("/")
            }
        }
    }

    /// Applies /linux/rootfsPropagation and /root/readonly to the finished root.
    func finish() throws(RuntimeError) {
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

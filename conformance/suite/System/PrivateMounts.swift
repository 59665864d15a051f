import CLinux
import Glibc

/// Flags of mount(2), by their values: the C library's and the kernel's headers both name them.
enum MountFlag {
    static let readOnly: UInt = 1
    static let noSuid: UInt = 2
    static let noDev: UInt = 4
    static let noExec: UInt = 8
    static let remount: UInt = 32
    static let noAtime: UInt = 1024
    static let noDirAtime: UInt = 2048
    static let bind: UInt = 4096
    static let recursive: UInt = 16384
    static let unbindable: UInt = 1 << 17
    static let isPrivate: UInt = 1 << 18
    static let slave: UInt = 1 << 19
    static let shared: UInt = 1 << 20
    static let noSymFollow: UInt = 256
}

extension Trial {
    /// Gives the case, and so the runtime it starts, a mount namespace of its own, in which it may mount at will.
    ///
    /// It goes with the case. Nothing in it is shared with the host.
    func ownMounts() {
        let newNamespace: Int32 = 0x20000
        guard cl_unshare(newNamespace) == 0,
            cl_mount("none", "/", nil, MountFlag.recursive | MountFlag.isPrivate, nil) == 0
        else { skip("a mount namespace cannot be made here") }
    }

    /// Mounts a tmpfs on a directory, which is made when it is missing; the case is over when that fails.
    func mountTmpfs(_ path: String, _ flags: UInt = 0, _ data: String = "mode=755") {
        File.makeDirectory(path)
        require(cl_mount("tmpfs", path, "tmpfs", flags, data) == 0, "cannot mount a tmpfs on \(path)")
    }

    /// Changes the propagation of a mount.
    func setPropagation(_ path: String, _ kind: UInt) {
        require(cl_mount("none", path, nil, kind, nil) == 0, "cannot change the propagation of \(path)")
    }

    /// The mounts that the probe of a container saw.
    func mounts(in facts: JSON) -> [Proc.Mount] {
        Proc.mounts(text: (facts["mounts"]?.strings ?? []).joined(separator: "\n"))
    }

    /// The topmost mount at a place; the case is over when there is none.
    func mount(at point: String, in facts: JSON) -> Proc.Mount {
        require(mounts(in: facts).last { $0.point == point }, "nothing is mounted at \(point)")
    }
}

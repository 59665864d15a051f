import Kernel

extension Rootfs {
    /// Makes the device nodes and the links that programs expect in /dev.
    ///
    /// /dev is opened once, inside the root: an image whose /dev is a link gets its devices where that leads in the
    /// root, and never outside.
    func makeDevices(_ devices: [DevicePlan]) throws(RuntimeError) {
        guard !devices.isEmpty else { return }
        let dev = try attempt("open /dev in the root file system") { () throws(Errno) in
            try root.makeDirectories("/dev")
        }
        // An image's link may lead to a bind of the host's /dev, whose nodes and links are the host's.
        let isHosts = try attempt("compare /dev with the host's") { () throws(Errno) in
            let own = try File.status(of: dev.raw)
            let host = try File.status(of: "/dev", follow: true)
            return own.device == host.device && own.inode == host.inode
        }
        if isHosts { return }
        for device in devices {
            let path = device.path
            if path.utf8.starts(with: "/dev/".utf8), !path.utf8.dropFirst(5).contains(UInt8(ascii: "/")) {
                try make(device, at: dev.raw, name: String(decoding: path.utf8.dropFirst(5), as: UTF8.self))
            } else {
                let entry = try attempt("make the directory of device \(path)", at: device.pointer) {
                    () throws(Errno) in try root.parent(of: path)
                }
                try make(device, at: entry.directory.raw, name: entry.name)
            }
        }
        try makeLinks(in: dev.raw)
    }

    private func make(_ device: DevicePlan, at directory: Int32, name: String) throws(RuntimeError) {
        let kind: File.Status.Kind =
            switch device.kind {
            case .character: .character
            case .block: .block
            case .fifo: .fifo
            }
        do throws(Errno) {
            if kind != .fifo, try bindsDevices { return try bind(device, kind, at: directory, name: name) }
            try File.makeNode(
                name, at: directory, kind, mode: device.mode, major: device.major, minor: device.minor)
            if device.uid != 0 || device.gid != 0 {
                try File.changeOwner(of: name, at: directory, uid: device.uid, gid: device.gid)
            }
        } catch {
            guard error == .fileExists else {
                if error == .noSuchDevice {
                    throw RuntimeError(
                        .failed,
                        "make device \(device.path): in a user namespace it is the host's, which has no such device there"
                            + (device.pointer.map { " (\($0)/path)" } ?? ""))
                }
                throw RuntimeError("make device \(device.path)", error, at: device.pointer)
            }
            try accept(device, kind, at: directory, name: name)
        }
    }

    /// Whether nodes cannot be made: that takes root of the first user namespace.
    private var bindsDevices: Bool {
        get throws(Errno) {
            if namespaces.isPrivate(.user) { return true }
            return try !Namespace.startedInFirstUserNamespace()
        }
    }

    /// Shows the host's node of the same path. `ENODEV` when that is no such device.
    private func bind(
        _ device: DevicePlan, _ kind: File.Status.Kind, at directory: Int32, name: String
    ) throws(Errno) {
        let node: Descriptor
        do throws(Errno) {
            node = try File.open(device.path, [.path, .noFollow])
        } catch {
            throw error == .noSuchFile || error == .notDirectory ? .noSuchDevice : error
        }
        let found = try File.status(of: node.raw)
        guard found.kind == kind, found.nodeMajor == device.major, found.nodeMinor == device.minor else {
            throw .noSuchDevice
        }
        do throws(Errno) {
            _ = try File.open(name, [.writeOnly, .create, .exclusive, .noFollow], at: directory, mode: 0)
        } catch {
            guard error == .fileExists else { throw error }
        }
        let place = try File.open(name, [.path, .noFollow], at: directory)
        let there = try File.status(of: place.raw).kind
        guard there == .regular || there == kind else { throw .fileExists }
        let mount = try Mount.clone("", at: node.raw, recursive: false)
        try Mount.change(
            mount.raw, Mount.Attributes(set: Mount.Attributes.noSuid | Mount.Attributes.noExec))
        try Mount.attach(mount.raw, onto: place.raw)
    }

    /// Takes a node that is already there when it is the one asked for.
    private func accept(
        _ device: DevicePlan, _ kind: File.Status.Kind, at directory: Int32, name: String
    ) throws(RuntimeError) {
        let handle = try attempt("look at device \(device.path)", at: device.pointer) { () throws(Errno) in
            try File.open(name, [.path, .noFollow], at: directory)
        }
        let found = try attempt("look at device \(device.path)", at: device.pointer) { () throws(Errno) in
            try File.status(of: handle.raw)
        }
        let sameNumbers =
            kind == .fifo || (found.nodeMajor == device.major && found.nodeMinor == device.minor)
        guard found.kind == kind, sameNumbers else {
            let place = device.pointer.map { " (" + $0 + "/path)" } ?? ""
            throw RuntimeError(
                .failed, "make device \(device.path): another file is already there\(place)")
        }
        // A default device that the image brings along is good as it is.
        guard device.pointer != nil else { return }
        guard found.permissions != device.mode || found.uid != device.uid || found.gid != device.gid else { return }
        try attempt("set owner and mode of device \(device.path)", at: device.pointer) { () throws(Errno) in
            try File.changeOwner(ofHandle: handle.raw, uid: device.uid, gid: device.gid)
            try File.changeMode(ofHandle: handle.raw, to: device.mode)
        }
    }

    /// The links of runtime-linux.md, and those that everybody makes beside them.
    private func makeLinks(in dev: Int32) throws(RuntimeError) {
        let links: [(name: String, target: String)] = [
            ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"),
            ("stderr", "/proc/self/fd/2"),
        ]
        for link in links {
            try attempt("make the link /dev/\(link.name)") { () throws(Errno) in
                try Self.makeLink(link.name, to: link.target, at: dev, replace: false)
            }
        }
        if Self.exists("/proc/kcore") {
            try attempt("make the link /dev/core") { () throws(Errno) in
                try Self.makeLink("core", to: "/proc/kcore", at: dev, replace: false)
            }
        }
        // A ptmx of the image would be the host's: the container's own instance is what counts.
        try attempt("make the link /dev/ptmx") { () throws(Errno) in
            try Self.makeLink("ptmx", to: "pts/ptmx", at: dev, replace: true)
        }
    }

    private static func makeLink(_ name: String, to target: String, at directory: Int32, replace: Bool) throws(Errno) {
        do throws(Errno) {
            return try File.symlink(target, at: directory, name: name)
        } catch {
            guard error == .fileExists else { throw error }
        }
        guard replace else { return }
        switch try File.status(of: name, at: directory).kind {
        case .symlink: if try File.readLink(name, at: directory) == target { return }
        case .regular: break
        default: return  // A node or directory may be somebody's on purpose.
        }
        try File.remove(name, at: directory)
        try File.symlink(target, at: directory, name: name)
    }

    private static func exists(_ path: String) -> Bool {
        do throws(Errno) {
            _ = try File.status(of: path)
            return true
        } catch {
            return false
        }
    }
}

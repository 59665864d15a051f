import CLinux
import Glibc

/// What a runtime does that takes paths of a container for paths of the host: the bundle's root directory, or the source
/// of a bind mount, and the rest of the path behind it, whatever links are on the way.
struct NaiveRuntime {
    private let config: JSON
    private let root: String
    /// Nothing is made outside of it.
    private let base: String

    init(_ call: Invocation, _ config: JSON) {
        self.config = config
        root = call.bundle + "/rootfs"
        base = call.base
    }

    private var mountList: [JSON] { config["mounts"]?.elements ?? [] }

    private func isBind(_ mount: JSON) -> Bool {
        mount["options"]?.strings?.contains { $0 == "bind" || $0 == "rbind" } == true
    }

    /// Where a path of the container is on the host.
    private func place(_ path: String) -> String {
        for mount in mountList where isBind(mount) {
            guard let volume = mount["destination"]?.string, let source = mount["source"]?.string,
                path.hasPrefix(volume + "/")
            else { continue }
            return source + path.dropFirst(volume.count)
        }
        return root + path
    }

    /// Makes mount points, devices and the console, as far as they are missing.
    func make() {
        for mount in mountList {
            guard let destination = mount["destination"]?.string else { continue }
            let isFile = isBind(mount) && File.facts(mount["source"]?.string ?? "", follow: true)?.kind == .file
            make(place(destination), isFile: isFile)
        }
        for device in config["linux", "devices"]?.elements ?? [] {
            guard let path = device["path"]?.string else { continue }
            make(place(path), isFile: true, mode: device["fileMode"]?.int)
        }
        if !mountList.contains(where: { $0["destination"] == "/dev" }) { make(root + "/dev/null", isFile: true) }
        if config["process", "terminal"] == true { make(root + "/dev/console", isFile: true) }
    }

    private func make(_ path: String, isFile: Bool, mode: Int? = nil) {
        var way = ""
        let names = path.split(separator: "/")
        for name in names.dropLast() {
            way += "/" + name
            if !File.exists(way) { File.makeDirectory(way) }
        }
        guard File.resolved(way)?.hasPrefix(base) == true, let name = names.last else { return }
        if let target = File.link(way + "/" + name), target.hasPrefix("/"), !target.hasPrefix(base) { return }
        if !isFile {
            File.makeDirectory(way + "/" + name)
        } else if File.facts(way + "/" + name, follow: true) == nil {
            File.write("", to: way + "/" + name)
        } else if let mode {
            File.setMode(way + "/" + name, UInt32(mode))
        }
    }

    /// A script that mounts and masks what lies behind links, for a hook in the container's mount namespace.
    var mounts: String {
        var script = ""
        func add(_ path: String, _ command: String) {
            let place = "'\(place(path))'"
            script += "[ \"$(readlink -f \(place))\" = \(place) ] || \(command) \(place)\n"
        }
        for mount in mountList where !isBind(mount) {
            guard let path = mount["destination"]?.string, let type = mount["type"]?.string, type != "cgroup" else {
                continue
            }
            add(path, "mount -t \(type) none")
        }
        for path in config["linux", "maskedPaths"]?.strings ?? [] { add(path, "mount -o bind /dev/null") }
        for path in config["linux", "readonlyPaths"]?.strings ?? [] { add(path, "mount -t tmpfs none") }
        return script + "true"
    }
}

extension Invocation {
    /// The directory that holds the bundle.
    var base: String {
        let bundle = File.resolved(bundle) ?? bundle
        return String(bundle[..<(bundle.lastIndex(of: "/") ?? bundle.endIndex)])
    }
}

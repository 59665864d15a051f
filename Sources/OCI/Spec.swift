package import JSON

/// A bundle's `config.json` as it is written (runtime-spec 1.3.0, config.md), for Linux.
///
/// Names are those of the document. What may be absent is optional, but for arrays, which are empty then; where an absent
/// array differs from an empty one, it is optional too. Words such as signal, capability or action names stay as written:
/// what they mean, and whether they are legal, is decided where the document becomes a plan.
package struct Spec: Equatable, Sendable {
    package var ociVersion: String
    package var root: Root?
    package var mounts: [Mount] = []
    package var process: Process?
    package var hostname: String?
    package var domainname: String?
    package var hooks: Hooks?
    package var annotations: [Entry<String>] = []
    package var linux: Linux?
    /// The names of the platform objects that are present but not for Linux: `solaris`, `windows`, `vm`, `zos`, `freebsd`.
    package var foreignPlatforms: [String] = []

    /// The container's root file system (config.md, "Root").
    package struct Root: Equatable, Sendable {
        package var path: String
        package var readonly = false
    }

    /// A member of an object that is a map, such as `annotations`; maps keep the order of the document.
    package struct Entry<Value: Equatable & Sendable>: Equatable, Sendable {
        package var key: String
        package var value: Value

        /// An entry of `key`.
        package init(key: String, value: Value) {
            self.key = key
            self.value = value
        }
    }
}

extension Spec {
    private static let platforms = ["solaris", "windows", "vm", "zos", "freebsd"]

    /// Reads the whole document.
    package init(_ object: JSONObject) {
        ociVersion = object.requiredString("ociVersion")
        root = object.object("root").map(Root.init)
        mounts = object.objects("mounts").map(Mount.init)
        process = object.object("process").map(Process.init)
        hostname = object.string("hostname")
        domainname = object.string("domainname")
        hooks = object.object("hooks").map(Hooks.init)
        annotations = object.stringMap("annotations")
        linux = object.object("linux").map(Linux.init)
        for platform in Spec.platforms where object.has(platform) { foreignPlatforms.append(platform) }
    }
}

extension Spec.Root {
    init(_ object: JSONObject) {
        path = object.requiredString("path")
        readonly = object.bool("readonly") ?? false
    }
}

extension JSONObject {
    /// The entries of a map of strings.
    func stringMap(_ name: String) -> [Spec.Entry<String>] {
        stringEntries(name).map { Spec.Entry(key: $0.key, value: $0.value) }
    }
}

extension JSONWriter {
    /// Writes a member that is a map of strings; an empty one is left out.
    mutating func member(_ name: String, _ entries: [Spec.Entry<String>]) {
        if entries.isEmpty { return }
        key(name)
        beginObject()
        for entry in entries { member(entry.key, entry.value) }
        endObject()
    }
}

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
    package struct Entry<Value> {
        package var key: String
        package var value: Value

        /// An entry of `key`.
        package init(key: String, value: Value) {
            self.key = key
            self.value = value
        }
    }
}

extension Spec.Entry: Equatable where Value: Equatable {}
extension Spec.Entry: Sendable where Value: Sendable {}

extension Spec {
    private static let otherPlatforms = ["solaris", "windows", "vm", "zos", "freebsd"]

    /// Reads the whole document.
    package init(_ object: JSONObject) {
        self.init(
            ociVersion: object.requiredString("ociVersion"),
            root: object.object("root").map(Root.init),
            mounts: object.objects("mounts").map(Mount.init),
            process: object.object("process").map(Process.init),
            hostname: object.string("hostname"),
            domainname: object.string("domainname"),
            hooks: object.object("hooks").map(Hooks.init),
            annotations: object.stringEntries("annotations"),
            linux: object.object("linux").map(Linux.init),
            foreignPlatforms: Spec.otherPlatforms.filter { object.has($0) })
    }
}

extension Spec.Root {
    init(_ object: JSONObject) {
        self.init(
            path: object.requiredString("path"),
            readonly: object.bool("readonly") ?? false)
    }
}

extension JSONObject {
    /// The entries of a map of strings.
    package func stringEntries(_ name: String) -> [Spec.Entry<String>] {
        guard let map = object(name) else { return [] }
        var entries: [Spec.Entry<String>] = []
        entries.reserveCapacity(map.members.count)
        for member in map.members {
            if let text = map.string(of: member) { entries.append(Spec.Entry(key: member.name, value: text)) }
        }
        return entries
    }

    /// The entries of a map of objects.
    package func entries<Value>(_ name: String, _ read: (JSONObject) -> Value) -> [Spec.Entry<Value>] {
        guard let map = object(name) else { return [] }
        var entries: [Spec.Entry<Value>] = []
        entries.reserveCapacity(map.members.count)
        for member in map.members {
            entries.append(Spec.Entry(key: member.name, value: read(map.object(of: member))))
        }
        return entries
    }
}

extension JSONObjects {
    /// What `read` makes of each element.
    func map<Value>(_ read: (JSONObject) -> Value) -> [Value] {
        var values: [Value] = []
        if count == 0 { return values }
        values.reserveCapacity(count)
        for index in 0..<count { values.append(read(self[index])) }
        return values
    }
}

extension JSONWriter {
    /// Writes a member that is a map of strings; an empty one is left out.
    package mutating func member(_ name: String, _ entries: [Spec.Entry<String>]) {
        if entries.isEmpty { return }
        key(name)
        beginObject()
        for entry in entries { member(entry.key, entry.value) }
        endObject()
    }
}

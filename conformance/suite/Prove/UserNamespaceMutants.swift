import CLinux

extension Mutant {
    /// Mutants of the mappings of user namespaces and mounts, and of who owns the cgroup.
    static var userNamespaces: [Mutant] { mappings + mappedMounts + cgroupOwners }

    private static var mappings: [Mutant] {
        [
            completing("linux.mappings.required-1", "containerID", 0),
            completing("linux.mappings.required-2", "hostID", 100_000),
            completing("linux.mappings.required-3", "size", 1000),
            Mutant(["linux.mappings.should-1"], "the root file system is given to the mapped root") { call in
                guard call.creates, let root = call.config?.mappedUser(0) else { return call.real() }
                File.setOwner(call.bundle + "/rootfs", root, root)
                File.setOwner(call.bundle + "/rootfs/etc/passwd", root, root)
                return call.real()
            },
            .config("config.mappings.must-1", what: "groups are mapped as users are") { config in
                config.each("mounts") { mount in
                    if mount["gidMappings"] == nil { mount["gidMappings"] = mount["uidMappings"] }
                }
            },
            .config("config.mappings.must-2", what: "users are mapped as groups are") { config in
                config.each("mounts") { mount in
                    if mount["uidMappings"] == nil { mount["uidMappings"] = mount["gidMappings"] }
                }
            },
        ]
    }

    /// What a mapping of the container's lacks is made up.
    private static func completing(_ sentence: String, _ key: JSON.Step, _ value: JSON) -> Mutant {
        .config([sentence], what: "a missing part of a mapping is \(value.compact)") { config, _ in
            for list in ["uidMappings", "gidMappings"] {
                config.each("linux", .key(list)) { if $0[key] == nil { $0[key] = value } }
            }
        }
    }

    private static var mappedMounts: [Mutant] {
        ["idmap", "ridmap"].flatMap { option -> [Mutant] in
            let sentence = "config.option.\(option)."
            return [
                changing(sentence + "must-1", "\(option) maps nothing, or nothing below") { mount, _ in
                    if option == "ridmap" { return mount.replaceOption(option, by: "idmap") }
                    mount.unmap(option)
                },
                changing(sentence + "must-2", "\(option) does not look at the mount's own mapping") { mount, _ in
                    if mount.has(option) { mount.dropMapping() }
                },
                changing(sentence + "must-3", "\(option) without a mapping maps nothing") { mount, isInside in
                    if isInside, mount["uidMappings"] == nil { mount.unmap(option) }
                },
                changing(sentence + "must-4", "\(option) without any mapping is passed over") { mount, isInside in
                    if !isInside, mount["uidMappings"] == nil { mount.unmap(option) }
                },
            ]
        }
    }

    /// Mounts are changed; the change is told whether the container has a user namespace.
    private static func changing(
        _ sentence: String, _ what: String, _ change: @escaping (inout JSON, Bool) -> Void
    ) -> Mutant {
        .config([sentence], what: what) { config, _ in
            let isInside = config.namespaceTypes.contains("user")
            config.each("mounts") { change(&$0, isInside) }
        }
    }

    private static var cgroupOwners: [Mutant] {
        [
            owning("linux.cgroup-owner.should-2", "a cgroup is given away without a namespace of cgroups") { place in
                if !place.hasNamespace { place.give(["."], to: place.user) }
            },
            owning("linux.cgroup-owner.should-3", "no cgroup is given away") { place in
                place.give(["."] + place.files, to: 0)
            },
            owning("linux.cgroup-owner.should-4", "a cgroup that is not mounted for writing is given away") { place in
                if !place.isWritable { place.give(["."], to: place.user) }
            },
            Mutant(["linux.cgroup-owner.must-1"], "a cgroup that lacks a file of the list is an error") { call in
                let status = call.real()
                guard status == 0, call.creates, let place = CgroupPlace(call), place.isGiven, let id = call.id,
                    place.delegated.contains(where: { !place.files.contains($0) })
                else { return status }
                call.quietly("delete", "--force", id)
                return call.fail("a file of the cgroup is missing")
            },
            owning("linux.cgroup-owner.should-6", "the files of a cgroup are not given away") { place in
                place.give(place.delegated, to: 0)
            },
            owning("linux.cgroup-owner.must-2", "without the list nothing but the directory is given away") { place in
                if place.delegated.isEmpty { place.give(place.files, to: 0) }
            },
            owning(["linux.cgroup-owner.should-5", "linux.cgroup-owner.should-7"], "all of a cgroup is given away") {
                if $0.isGiven { $0.give($0.files, to: $0.user) }
            },
        ]
    }

    private static func owning(
        _ sentence: String, _ what: String, _ change: @escaping (CgroupPlace) -> Void
    ) -> Mutant {
        owning([sentence], what, change)
    }

    /// The cgroup of a container in a user namespace is changed after it was made.
    private static func owning(
        _ sentences: [String], _ what: String, _ change: @escaping (CgroupPlace) -> Void
    ) -> Mutant {
        Mutant(sentences, what) { call in
            let status = call.real()
            if status == 0, call.verb == "create", let place = CgroupPlace(call) { change(place) }
            return status
        }
    }
}

/// The cgroup of a container that has a user namespace and names its cgroup.
private struct CgroupPlace {
    let path: String
    /// The host's id of the user of the container's process.
    let user: UInt32
    let hasNamespace: Bool
    /// Whether the container mounts it for writing.
    let isWritable: Bool

    init?(_ call: Invocation) {
        guard let config = call.config, let tree = call.cgroups,
            let name = config["linux", "cgroupsPath"]?.string,
            let user = config.mappedUser(config["process", "user", "uid"]?.int ?? 0)
        else { return nil }
        path = tree + name
        self.user = user
        hasNamespace = config.namespaceTypes.contains("cgroup")
        isWritable = (config["mounts"]?.elements ?? []).contains { mount in
            mount["destination"] == "/sys/fs/cgroup" && mount["source"] == "cgroup" && !mount.has("ro")
        }
    }

    /// Whether it is to be given to the container's user.
    var isGiven: Bool { hasNamespace && isWritable }

    var files: [String] { File.list(path)?.filter { File.facts(path + "/" + $0)?.kind == .file } ?? [] }

    /// The files that the kernel says may be given away.
    var delegated: [String] {
        (File.text("/sys/kernel/cgroup/delegate") ?? "").split(separator: "\n").map { String($0) }
    }

    func give(_ names: [String], to user: UInt32) {
        for name in names { File.setOwner(path + "/" + name, user, UInt32.max) }
    }
}

extension JSON {
    /// The types of the namespaces that are listed.
    fileprivate var namespaceTypes: [String] {
        (self["linux", "namespaces"]?.elements ?? []).compactMap { $0["type"]?.string }
    }

    /// The host's id of a user of the container's; nil when there is no user namespace, or it does not have the user.
    fileprivate func mappedUser(_ user: Int) -> UInt32? {
        for mapping in self["linux", "uidMappings"]?.elements ?? [] {
            guard let inside = mapping["containerID"]?.int, let outside = mapping["hostID"]?.int,
                let size = mapping["size"]?.int, user >= inside, user < inside + size
            else { continue }
            return UInt32(outside + user - inside)
        }
        return nil
    }

    fileprivate func has(_ option: String) -> Bool { self["options"]?.strings?.contains(option) == true }

    fileprivate mutating func replaceOption(_ option: String, by other: String) {
        self["options"] = JSON((self["options"]?.strings ?? []).map { $0 == option ? other : $0 })
    }

    fileprivate mutating func dropMapping() {
        self["uidMappings"] = nil
        self["gidMappings"] = nil
    }

    /// Takes the option away, and the mapping with it.
    fileprivate mutating func unmap(_ option: String) {
        guard has(option) else { return }
        keep("options") { $0.string != option }
        dropMapping()
    }
}

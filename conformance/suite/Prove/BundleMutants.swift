extension Mutant {
    /// Mutants of the bundle, of the document, of root and mounts.
    static var bundles: [Mutant] { document + rootAndMounts + annotations }

    private static var document: [Mutant] {
        [
            Mutant(
                ["bundle.required-1", "bundle.must-1", "bundle.must-2"], "without config.json there is a default one"
            ) { call in
                let missing = call.creates && !File.exists(call.bundle + "/config.json") && File.exists(call.bundle)
                return missing ? call.real(with: Config.base()) : call.real()
            },
            .config("config.version.required-1", what: "a missing version is 1.0.2") { config in
                if config["ociVersion"] == nil { config["ociVersion"] = "1.0.2" }
            },
            .config("config.version.must-1", what: "what is no version is 1.0.2") { config in
                if let version = config["ociVersion"], Version.parts(version.string) == nil {
                    config["ociVersion"] = "1.0.2"
                }
            },
            .config("config.values.must-1", what: "unknown values are passed over") { config in
                let propagation = ["shared", "slave", "private", "unbindable"]
                if let word = config["linux", "rootfsPropagation"]?.string, !propagation.contains(word) {
                    config["linux", "rootfsPropagation"] = nil
                }
                config.keep("linux", "namespaces") { namespace in
                    JSON.namespaceTypes.contains(namespace["type"]?.string ?? "")
                }
                let actions =
                    [config["linux", "seccomp", "defaultAction"]?.string ?? "SCMP_ACT_ALLOW"]
                    + (config["linux", "seccomp", "syscalls"]?.elements ?? []).compactMap { $0["action"]?.string }
                if actions.contains(where: { !JSON.seccompActions.contains($0) }) { config["linux", "seccomp"] = nil }
            },
        ]
    }

    private static var rootAndMounts: [Mutant] {
        [
            .config("config.root.required-1", what: "without root it is rootfs") { config in
                if config["root"] == nil { config["root"] = ["path": "rootfs"] }
            },
            .config("config.root.required-2", what: "without a path it is rootfs") { config in
                guard config["root"] != nil else { return }
                if config["root", "path"]?.string?.isEmpty != false { config["root", "path"] = "rootfs" }
            },
            .config(["config.root.must-1"], what: "where there is no directory it is rootfs") { config, call in
                guard let path = config["root", "path"]?.string else { return }
                let place = path.hasPrefix("/") ? path : call.bundle + "/" + path
                if File.facts(place, follow: true)?.kind != .directory { config["root", "path"] = "rootfs" }
            },
            .config("config.root.must-2", what: "the root is never read-only") { config in
                if config["root", "readonly"] == true { config["root", "readonly"] = false }
            },
            .config("config.mounts.must-1", what: "mounts are made backwards") { config in
                let mounts = config["mounts"]?.elements ?? []
                let isPlain = { (mount: JSON) in JSON.plainMounts.contains(mount["destination"]?.string ?? "") }
                config["mounts"] = .array(
                    mounts.filter(isPlain) + mounts.filter { !isPlain($0) }.reversed())
            },
            .config("config.mounts.required-1", what: "a mount without a destination is passed over") { config in
                config.keep("mounts") { $0["destination"] != nil }
            },
            .config("config.mounts.may-1", what: "a mount with a relative destination is passed over") { config in
                config.keep("mounts") { $0["destination"]?.string?.hasPrefix("/") != false }
            },
            .config("config.mounts.must-2", what: "a relative destination is taken from /tmp") { config in
                config.each("mounts") { mount in
                    guard let place = mount["destination"]?.string, !place.hasPrefix("/") else { return }
                    mount["destination"] = .text("/tmp/" + place)
                }
            },
        ]
    }

    private static var annotations: [Mutant] {
        [
            .config("config.annotations.must-1", "config.annotations.must-15", what: "wrong annotations are none") {
                config in
                guard let annotations = config["annotations"] else { return }
                config["annotations"] = .object((annotations.members ?? []).filter { $0.value.string != nil })
            },
            .refusal("config.annotations.may-2", what: "annotations must be there and not empty") { config in
                config["annotations"] == [:]
            },
            Mutant(["config.annotations.must-2"], "what should be the text of a key is taken for one") { call in
                guard call.creates, call.config == nil, let text = File.text(call.bundle + "/config.json"),
                    let config = JSONReader.value(JSON.quotingKeys(text))
                else { return call.real() }
                return call.real(with: config)
            },
            .config("config.annotations.must-3", what: "an annotation without a name is passed over") { config in
                guard let members = config["annotations"]?.members else { return }
                config["annotations"] = .object(members.filter { !$0.key.isEmpty })
            },
            .refusal("config.annotations.may-3", what: "the image's annotations are refused") { config in
                (config["annotations"]?.members ?? []).contains { $0.key.hasPrefix("org.opencontainers.image.") }
            },
            .refusal("config.annotations.must-14", what: "unknown annotations are refused") { config in
                (config["annotations"]?.members ?? []).contains { !$0.key.hasPrefix("org.opencontainers.image.") }
            },
        ]
    }
}

extension JSON {
    /// A document in which keys that lack them have their quotes.
    fileprivate static func quotingKeys(_ text: String) -> String {
        var quoted = ""
        var isInside = false
        var afterBrace = false
        var bare = false
        for character in text {
            if !isInside, afterBrace, character.isLetter || character.isNumber {
                quoted.append("\"")
                bare = true
            }
            if bare, character == ":" {
                quoted.append("\"")
                bare = false
            }
            if character == "\"" { isInside.toggle() }
            if !character.isWhitespace { afterBrace = !isInside && character == "{" }
            quoted.append(character)
        }
        return quoted
    }

    /// The types of namespaces.
    static let namespaceTypes = ["pid", "network", "mount", "ipc", "uts", "user", "cgroup", "time"]
    static let seccompActions = [
        "KILL", "KILL_PROCESS", "KILL_THREAD", "TRAP", "ERRNO", "TRACE", "ALLOW", "LOG", "NOTIFY",
    ].map { "SCMP_ACT_" + $0 }
}

extension Group {
    static var features: Group {
        Group(
            "features",
            [
                Case("prints one JSON object with the versions", "features.md, Specification version", versions),
                Case("has the types of its schema", "schema/features-schema.json", schema),
                Case("names versions that create accepts", "features.md, Specification version", acceptsVersions),
                Case("names all six hooks or says nothing of them", "features.md, Hooks", hooks),
                Case("names no file system's own mount options", "features.md, Mount Options", mountOptions),
                Case("names namespaces that it makes", "features-linux.md, Namespaces", namespaces),
                Case(
                    "names capabilities that the kernel knows by name", "features-linux.md, Capabilities", capabilities
                ),
                Case(
                    "names seccomp actions, operators and architectures as the specification does",
                    "features-linux.md, Seccomp", seccomp
                ),
                Case("needs no state root and makes none", "features.md", noRoot),
            ] + featureNameCases)
    }
}

private func document(_ t: Trial) -> JSON {
    let outcome = t.runtime("features")
    t.requireSuccess(outcome)
    return t.require(outcome.json, "features: expected JSON, found “\(outcome.stdout)”")
}

private func versions(_ t: Trial) {
    let features = document(t)
    let least = t.require(Version.parts(features["ociVersionMin"]?.string), "ociVersionMin: expected a version")
    let most = t.require(Version.parts(features["ociVersionMax"]?.string), "ociVersionMax: expected a version")
    t.expect(!most.lexicographicallyPrecedes(least), "ociVersionMax \(most) is less than ociVersionMin \(least)")
}

private func schema(_ t: Trial) {
    let features = document(t)
    for place: [JSON.Step] in [
        ["hooks"], ["mountOptions"], ["linux", "namespaces"], ["linux", "capabilities"],
        ["linux", "seccomp", "actions"],
        ["linux", "seccomp", "operators"], ["linux", "seccomp", "archs"], ["linux", "seccomp", "knownFlags"],
        ["linux", "seccomp", "supportedFlags"], ["potentiallyUnsafeConfigAnnotations"],
        ["linux", "memoryPolicy", "modes"], ["linux", "memoryPolicy", "flags"],
    ] {
        guard let value = features.at(place[...]), !value.isNull else { continue }
        t.expect(value.strings != nil, "\(place): expected strings, found \(value.compact)")
        t.equal(Set(value.strings ?? []).count, value.strings?.count ?? 0, "different names in \(place)")
    }
    for place: [JSON.Step] in [
        ["linux", "cgroup", "v1"], ["linux", "cgroup", "v2"], ["linux", "cgroup", "systemd"],
        ["linux", "cgroup", "systemdUser"], ["linux", "cgroup", "rdma"], ["linux", "seccomp", "enabled"],
        ["linux", "apparmor", "enabled"], ["linux", "selinux", "enabled"], ["linux", "intelRdt", "enabled"],
        ["linux", "mountExtensions", "idmap", "enabled"], ["linux", "netDevices", "enabled"],
    ] {
        guard let value = features.at(place[...]), !value.isNull else { continue }
        t.expect(value.bool != nil, "\(place): expected true or false, found \(value.compact)")
    }
    if let annotations = features["annotations"], !annotations.isNull {
        t.expect(annotations.members != nil, "annotations: expected an object, found \(annotations.compact)")
    }
    for annotation in features["annotations"]?.members ?? [] {
        t.expect(annotation.value.string != nil, "annotation \(annotation.key): expected a string")
    }
}

private func acceptsVersions(_ t: Trial) {
    let features = document(t)
    for key in ["ociVersionMin", "ociVersionMax"] {
        let version = t.require(features[.key(key)]?.string, "\(key): expected a string")
        let box = t.container(key) { $0["ociVersion"] = .text(version) }
        t.expectSuccess(box.create())
    }
}

private func hooks(_ t: Trial) {
    guard let hooks = document(t)["hooks"]?.strings else { return }
    let known = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]
    t.equal(hooks.sorted(), known.sorted(), "hooks")
}

private func mountOptions(_ t: Trial) {
    guard let options = document(t)["mountOptions"]?.strings else { return }
    for option in ["bind", "rbind", "ro", "rw", "nosuid", "nodev", "noexec", "private", "rslave", "remount"] {
        t.expect(options.contains(option), "\(option), which every runtime must know, is not named")
    }
    for option in options {
        t.expect(!option.contains("=") && option != "newinstance", "\(option) belongs to a file system")
    }
}

private func namespaces(_ t: Trial) {
    guard let names = document(t)["linux", "namespaces"]?.strings else { return }
    let known = ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"]
    for name in names { t.expect(known.contains(name), "\(name) is no namespace of the specification") }
    for (name, link) in [("cgroup", "cgroup"), ("ipc", "ipc"), ("network", "net"), ("pid", "pid"), ("uts", "uts")]
    where names.contains(name) {
        let box = t.running("c-\(name)", []) { $0.namespace(name) }
        t.differs(Proc.namespace(box.pid, link), Proc.namespace(t.ownPid, link), "\(name) namespace")
        t.requireSuccess(box.delete(["--force"]))
    }
}

private func capabilities(_ t: Trial) {
    guard let names = document(t)["linux", "capabilities"]?.strings else { return }
    for name in names {
        let rest = name.dropFirst(4)
        t.expect(
            name.hasPrefix("CAP_") && !rest.isEmpty && rest == rest.uppercased(), "\(name) is no capability's name")
    }
    for name in ["CAP_CHOWN", "CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_SYS_ADMIN", "CAP_AUDIT_WRITE"] {
        t.expect(names.contains(name), "\(name) is not named")
    }
}

private func seccomp(_ t: Trial) {
    guard let seccomp = document(t)["linux", "seccomp"], seccomp["enabled"]?.bool == true else { return }
    let actions = [
        "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD",
        "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP",
    ]
    let operators = ["EQ", "GE", "GT", "LE", "LT", "MASKED_EQ", "NE"].map { "SCMP_CMP_\($0)" }
    for name in seccomp["actions"]?.strings ?? [] { t.expect(actions.contains(name), "\(name) is no action") }
    for name in seccomp["operators"]?.strings ?? [] { t.expect(operators.contains(name), "\(name) is no operator") }
    for name in seccomp["archs"]?.strings ?? [] {
        t.expect(name.hasPrefix("SCMP_ARCH_"), "\(name) is no architecture")
    }
    if let known = seccomp["knownFlags"]?.strings {
        for flag in seccomp["supportedFlags"]?.strings ?? [] {
            t.expect(known.contains(flag), "flag \(flag) is supported and not known")
        }
    }
    t.expect(seccomp["actions"]?.strings?.contains("SCMP_ACT_ERRNO") == true, "SCMP_ACT_ERRNO is not named")
}

private func noRoot(_ t: Trial) {
    var command = t.command([])
    command.arguments = ["features"]
    t.unchanged("features") {
        let outcome = t.run(command)
        t.requireSuccess(outcome)
        t.expect(outcome.json?["ociVersionMin"] != nil, "features: expected JSON, found “\(outcome.stdout)”")
    }
}

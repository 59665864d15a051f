extension Group {
    /// What the document names must be known to create; of the group "features".
    static var featureNameCases: [Case] {
        [
            Case("has no property that its version does not define", "features.md, Specification version", known),
            Case("the mount options it names are taken", "features.md, Mount Options", mountOptions),
            Case("the capabilities it names are given", "features-linux.md, Capabilities", capabilities),
            Case("the seccomp names it gives are taken", "features-linux.md, Seccomp", seccomp),
            Case("the seccomp architectures it names are taken", "features-linux.md, Seccomp", architectures),
            Case("the memory policies it names are taken", "features-linux.md, MemoryPolicy", memoryPolicies),
        ]
    }
}

private func document(_ t: Trial) -> JSON {
    let outcome = t.runtime("features")
    t.requireSuccess(outcome)
    return t.require(outcome.json, "features: expected JSON, found “\(outcome.stdout)”")
}

/// The properties of the document and the version that brought each; "linux" stands for a step into it.
private let properties: [(path: String, since: [Int])] = [
    ("ociVersionMin", [1, 1]), ("ociVersionMax", [1, 1]), ("hooks", [1, 1]), ("mountOptions", [1, 1]),
    ("linux", [1, 1]), ("annotations", [1, 1]), ("potentiallyUnsafeConfigAnnotations", [1, 2]),
    ("linux.namespaces", [1, 1]), ("linux.capabilities", [1, 1]), ("linux.cgroup", [1, 1]), ("linux.seccomp", [1, 1]),
    ("linux.apparmor", [1, 1]), ("linux.selinux", [1, 1]), ("linux.intelRdt", [1, 1]),
    ("linux.mountExtensions", [1, 2]), ("linux.memoryPolicy", [1, 3]), ("linux.netDevices", [1, 3]),
    ("linux.intelRdt.enabled", [1, 1]), ("linux.intelRdt.schemata", [1, 3]), ("linux.intelRdt.monitoring", [1, 3]),
    ("linux.cgroup.v1", [1, 1]), ("linux.cgroup.v2", [1, 1]), ("linux.cgroup.systemd", [1, 1]),
    ("linux.cgroup.systemdUser", [1, 1]), ("linux.cgroup.rdma", [1, 1]),
]

private func known(_ t: Trial) {
    let features = document(t)
    let version = t.require(Version.parts(features["ociVersionMax"]?.string), "ociVersionMax: expected a version")
    func check(_ prefix: String, _ object: JSON?) {
        for member in object?.members ?? [] {
            let path = prefix + member.key
            guard let property = properties.first(where: { $0.path == path }) else {
                t.expect(false, "\(path) is no property of the document")
                continue
            }
            t.expect(
                !version.lexicographicallyPrecedes(property.since),
                "\(path) is not defined in version \(features["ociVersionMax"]?.string ?? "")")
        }
    }
    check("", features)
    check("linux.", features["linux"])
    for part in ["cgroup", "intelRdt"] { check("linux.\(part).", features["linux", .key(part)]) }
}

/// Each option on a mount of its own: an option that is not known would go to the file system, which refuses it.
private func mountOptions(_ t: Trial) {
    let options = document(t)["mountOptions"]?.strings ?? []
    // remount needs something that is mounted; the mappings need more than their word.
    let others = options.filter { !["remount", "idmap", "ridmap", "bind", "rbind"].contains($0) }
    let box = t.container { config in
        for (number, option) in others.enumerated() {
            config.mount("/mnt/\(number)", "tmpfs", "tmpfs", [option])
        }
        config.mount("/srv", "none", t.directory, ["rbind"])
        config.mount("/srv", "none", t.directory, ["remount", "bind", "ro"])
    }
    t.expectSuccess(box.create())
}

private func capabilities(_ t: Trial) {
    let names = document(t)["linux", "capabilities"]?.strings ?? []
    let said = t.warned { $0.capabilities(names) }
    let own = Proc.status(t.ownPid, "CapBnd").flatMap { UInt64($0, radix: 16) } ?? 0
    for name in names {
        let number = JSON.capabilities.firstIndex(of: name)
        t.expect(number != nil, "\(name) is no capability")
        if let number, own >> UInt64(number) & 1 == 1 {
            t.expect(!said.contains(name), "\(name) is named, and worth a warning: \(said)")
        }
    }
}

private func rule(_ action: String) -> JSON { ["names": ["getpriority"], "action": .text(action)] }

/// Makes a container with a filter, or notes what was said.
private func taken(_ t: Trial, _ what: String, _ filter: JSON) {
    let box = t.container("c\(t.containers.count + 1)") { $0["linux", "seccomp"] = filter }
    let outcome = box.create()
    t.expect(outcome.succeeded, "\(what) is named, and refused: \(outcome.stderr)")
    if outcome.succeeded { t.expectSuccess(box.delete(["--force"])) }
}

private func seccomp(_ t: Trial) {
    let seccomp = document(t)["linux", "seccomp"] ?? [:]
    let socket = ConsoleSocket(t, name: "notified")
    for action in seccomp["actions"]?.strings ?? [] {
        taken(
            t, action,
            [
                "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule(action)], "listenerPath": .text(socket.path),
            ])
    }
    for operation in seccomp["operators"]?.strings ?? [] {
        var rule = rule("SCMP_ACT_ERRNO")
        rule["args"] = [["index": 0, "value": 1, "valueTwo": 1, "op": .text(operation)]]
        taken(t, operation, ["defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule]])
    }
    let supported = seccomp["supportedFlags"]?.strings ?? []
    let agent = ConsoleSocket(t, name: "agent")
    for flag in supported {
        // One of them means something with an agent only, others with any filter.
        let action = flag.hasSuffix("WAIT_KILLABLE_RECV") ? "SCMP_ACT_NOTIFY" : "SCMP_ACT_LOG"
        taken(
            t, flag,
            [
                "defaultAction": "SCMP_ACT_ALLOW", "flags": [.text(flag)], "syscalls": [rule(action)],
                "listenerPath": .text(agent.path),
            ])
    }
    let defined = ["TSYNC", "LOG", "SPEC_ALLOW", "WAIT_KILLABLE_RECV"].map { "SECCOMP_FILTER_FLAG_" + $0 }
    for flag in seccomp["knownFlags"]?.strings ?? [] {
        t.expect(defined.contains(flag), "\(flag) is no flag of the specification")
    }
}

/// The architectures of the specification; those of the other byte order can be in no filter of this machine.
private let littleEndian = [
    "X86", "X86_64", "X32", "ARM", "AARCH64", "MIPSEL", "MIPSEL64", "MIPSEL64N32", "PPC64LE", "RISCV64", "LOONGARCH64",
    "SH",
]
private let bigEndian = [
    "MIPS", "MIPS64", "MIPS64N32", "PPC", "PPC64", "S390", "S390X", "PARISC", "PARISC64", "M68K", "SHEB",
]

private func architectures(_ t: Trial) {
    for name in document(t)["linux", "seccomp", "archs"]?.strings ?? [] {
        if bigEndian.contains(where: { name == "SCMP_ARCH_" + $0 }) { continue }
        t.expect(
            littleEndian.contains { name == "SCMP_ARCH_" + $0 }, "\(name) is no architecture of the specification")
        taken(
            t, name,
            [
                "defaultAction": "SCMP_ACT_ALLOW", "architectures": [.text(name)],
                "syscalls": [rule("SCMP_ACT_ERRNO")],
            ])
    }
}

private func memoryPolicies(_ t: Trial) {
    let policy = document(t)["linux", "memoryPolicy"] ?? [:]
    func taken(_ what: String, _ value: JSON) {
        let box = t.container("c\(t.containers.count + 1)") { $0["linux", "memoryPolicy"] = value }
        let outcome = box.create()
        t.expect(outcome.succeeded, "\(what) is named, and refused: \(outcome.stderr)")
        if outcome.succeeded { t.expectSuccess(box.delete(["--force"])) }
    }
    for mode in policy["modes"]?.strings ?? [] {
        let takesNodes = mode != "MPOL_DEFAULT" && mode != "MPOL_LOCAL"
        taken(mode, ["mode": .text(mode), "nodes": takesNodes ? "0" : ""])
    }
    for flag in policy["flags"]?.strings ?? [] {
        taken(flag, ["mode": "MPOL_BIND", "nodes": "0", "flags": [.text(flag)]])
    }
}

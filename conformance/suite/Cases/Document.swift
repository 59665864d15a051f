extension Group {
    static var document: Group {
        Group(
            "config.json",
            [
                Case("that is empty is refused", "config.md: JSON", empty),
                Case("that is cut off is refused", "config.md: JSON", cut),
                Case("with a trailing comma is refused", "config.md: JSON", comma),
                Case("with a comment is refused", "config.md: JSON", comment),
                Case("with something behind it is refused", "config.md: JSON", trailing),
                Case("that is no object is refused", "config.md: JSON", notAnObject),
                Case("of another type in a field is refused", "config.md, types", types),
                Case("with a number out of range is refused", "config.md, types", ranges),
                Case("with a NUL in a text is refused", "config.md, types: no C string holds it", nul),
                Case("without ociVersion is refused", "config.md, Specification version: REQUIRED", noVersion),
                Case("of another major version is refused", "config.md, Specification version", otherMajor),
                Case(
                    "of a version that is no version is refused", "config.md, Specification version: SemVer", noSemVer),
                Case("of a newer minor version is taken", "config.md, Specification version", newerMinor),
                Case("without root is refused", "config.md, Root: REQUIRED on Linux", noRoot),
                Case("whose root is not there is refused", "config.md, Root: a directory MUST exist", rootMissing),
                Case("without process.cwd, or a relative one, is refused", "config.md, process.cwd", badDirectory),
                Case("with empty process.args is refused", "config.md, process.args: at least one", noArguments),
                Case("with unknown properties is taken", "config.md, Extensibility: MUST ignore", unknownProperties),
                Case(
                    "with unknown values is refused", "config.md, Valid values: MUST generate an error", unknownValues),
                Case("with annotations that are no texts is refused", "config.md, Annotations", badAnnotations),
                Case("with a key that is no text is refused", "config.md, Annotations: keys MUST be strings", oddKey),
                Case("with an annotation without a name is refused", "config.md, Annotations", namelessAnnotation),
                Case("with the image's annotations is taken", "config.md, Annotations", imageAnnotations),
                Case("with unknown annotations is taken", "config.md, Annotations: MUST handle", unknownAnnotations),
                Case("of half a megabyte is taken", "config.md", large),
                Case("through a root path that is absolute", "config.md, Root", absoluteRoot),
            ])
    }
}

/// Writes these bytes as config.json and demands that `create` refuses them and changes nothing.
private func refuse(_ t: Trial, text: String, _ what: String) {
    let box = t.container("b\(t.containers.count + 1)")
    File.write(text, to: box.bundle + "/config.json")
    t.note(what)
    t.unchanged(what) { t.expectFailure(box.create()) }
}

/// The same for a change of the usual configuration.
private func refuse(_ t: Trial, _ what: String, _ edit: (inout JSON) -> Void) {
    let box = t.container("b\(t.containers.count + 1)", edit)
    t.note(what)
    t.unchanged(what) { t.expectFailure(box.create()) }
}

private func empty(_ t: Trial) {
    t.requireWorking()
    refuse(t, text: "", "an empty file")
    refuse(t, text: " \n", "a blank file")
}

private func oddKey(_ t: Trial) {
    t.requireWorking()
    for key in ["1", "null", "true", "name"] {
        let text = Config.base().compact.dropLast() + #","annotations":{\#(key):"value"}}"#
        refuse(t, text: String(text), key)
    }
}

private func cut(_ t: Trial) {
    t.requireWorking()
    let whole = Config.base().pretty
    refuse(t, text: String(whole.prefix(whole.count / 2)), "half a document")
    refuse(t, text: String(whole.dropLast()), "a document without its last brace")
}

private func comma(_ t: Trial) {
    t.requireWorking()
    refuse(t, text: String(Config.base().pretty.dropLast()) + ",}", "a trailing comma")
}

private func comment(_ t: Trial) {
    t.requireWorking()
    refuse(t, text: "// a comment\n" + Config.base().pretty, "a line comment")
    refuse(t, text: "/* a comment */" + Config.base().pretty, "a block comment")
}

private func trailing(_ t: Trial) {
    t.requireWorking()
    refuse(t, text: Config.base().pretty + "\n{}", "a second object")
    refuse(t, text: Config.base().pretty + "x", "a letter")
}

private func notAnObject(_ t: Trial) {
    t.requireWorking()
    for text in ["[]", "null", "\"text\"", "1", "true", "[\(Config.base().compact)]"] { refuse(t, text: text, text) }
}

private func types(_ t: Trial) {
    t.requireWorking()
    refuse(t, "a number as cwd") { $0["process", "cwd"] = 5 }
    refuse(t, "a text as args") { $0["process", "args"] = "sh" }
    refuse(t, "a number in args") { $0["process", "args"] = ["/probe", 1] }
    refuse(t, "a text as uid") { $0["process", "user", "uid"] = "0" }
    refuse(t, "an object as mounts") { $0["mounts"] = [:] }
    refuse(t, "a text as terminal") { $0["process", "terminal"] = "false" }
    refuse(t, "a number as readonly") { $0["root", "readonly"] = 1 }
    refuse(t, "a text as namespaces") { $0["linux", "namespaces"] = "pid" }
    refuse(t, "an array as linux") { $0["linux"] = [] }
}

private func ranges(_ t: Trial) {
    t.requireWorking()
    refuse(t, "uid -1") { $0["process", "user", "uid"] = -1 }
    refuse(t, "uid 2^32") { $0["process", "user", "uid"] = 4_294_967_296 }
    refuse(t, "gid 2^64") { $0["process", "user", "gid"] = .number("18446744073709551616") }
    refuse(t, "uid 1.5") { $0["process", "user", "uid"] = .number("1.5") }
    refuse(t, "an rlimit of -1") {
        $0["process", "rlimits"] = [["type": "RLIMIT_NOFILE", "soft": -1, "hard": 1024]]
    }
}

private func nul(_ t: Trial) {
    t.requireWorking()
    let text = Config.base().compact.split(separator: "/probe", maxSplits: 1, omittingEmptySubsequences: false)
    refuse(t, text: text.joined(separator: "/probe\\u0000/x"), "a NUL in args[0]")
    refuse(t, text: text.joined(separator: "/probe\u{0}"), "a raw NUL")
}

private func noVersion(_ t: Trial) {
    t.requireWorking()
    refuse(t, "no ociVersion") { $0["ociVersion"] = nil }
}

private func otherMajor(_ t: Trial) {
    t.requireWorking()
    for version in ["2.0.0", "0.9.0"] { refuse(t, version) { $0["ociVersion"] = .text(version) } }
}

private func noSemVer(_ t: Trial) {
    t.requireWorking()
    for version in ["banana", "", "1", "1.0", "v1.0.0", "1.0.0.0", "01.0.0"] {
        refuse(t, "ociVersion “\(version)”") { $0["ociVersion"] = .text(version) }
    }
    refuse(t, "a number as ociVersion") { $0["ociVersion"] = 1 }
}

private func newerMinor(_ t: Trial) {
    let box = t.container { $0["ociVersion"] = "1.99.0" }
    t.expectSuccess(box.create())
    t.equal(box.status, "created", "status")
}

private func noRoot(_ t: Trial) {
    t.requireWorking()
    refuse(t, "no root") { $0["root"] = nil }
    refuse(t, "no root.path") { $0["root"] = ["readonly": true] }
}

private func rootMissing(_ t: Trial) {
    t.requireWorking()
    refuse(t, "a root that is not there") { $0["root", "path"] = "none" }
    refuse(t, "a root that is a file") { $0["root", "path"] = "config.json" }
    refuse(t, "an empty root.path") { $0["root", "path"] = "" }
}

private func badDirectory(_ t: Trial) {
    t.requireWorking()
    refuse(t, "no cwd") { $0["process", "cwd"] = nil }
    refuse(t, "a relative cwd") { $0["process", "cwd"] = "tmp" }
    refuse(t, "an empty cwd") { $0["process", "cwd"] = "" }
}

private func noArguments(_ t: Trial) {
    t.requireWorking()
    refuse(t, "args []") { $0["process", "args"] = [] }
    refuse(t, "args [\"\"]") { $0["process", "args"] = [""] }
}

private func unknownProperties(_ t: Trial) {
    let box = t.container(program: ["/probe", "exit", "3"]) {
        $0["org.example.unknown"] = ["a": [1, "x"]]
        $0["process", "unknown"] = true
        $0["root", "unknown"] = "x"
        $0["linux", "unknown"] = [["deep": []]]
        $0["mounts", 0, "unknown"] = 1
        $0["linux", "namespaces", 0, "unknown"] = false
    }
    t.equal(box.run().exit, .status(3), "exit of the program")
}

private func unknownValues(_ t: Trial) {
    t.requireWorking()
    refuse(t, "a namespace type") { $0.append(["type": "galaxy"], at: "linux", "namespaces") }
    refuse(t, "a rootfsPropagation") { $0["linux", "rootfsPropagation"] = "sideways" }
    refuse(t, "a device type") {
        $0["linux", "devices"] = [["type": "x", "path": "/dev/odd", "major": 1, "minor": 3]]
    }
    refuse(t, "an rlimit type") {
        $0["process", "rlimits"] = [["type": "RLIMIT_BANANA", "soft": 1, "hard": 1]]
    }
    refuse(t, "a seccomp action") { $0["linux", "seccomp"] = ["defaultAction": "SCMP_ACT_BANANA"] }
    refuse(t, "a seccomp architecture") {
        $0["linux", "seccomp"] = ["defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_BANANA"]]
    }
    refuse(t, "a seccomp operator") {
        $0["linux", "seccomp"] = [
            "defaultAction": "SCMP_ACT_ALLOW",
            "syscalls": [
                [
                    "names": ["getcwd"], "action": "SCMP_ACT_ERRNO",
                    "args": [["index": 0, "value": 1, "op": "SCMP_CMP_BANANA"]],
                ]
            ],
        ]
    }
    refuse(t, "a scheduler policy") { $0["process", "scheduler"] = ["policy": "SCHED_BANANA"] }
    refuse(t, "an I/O priority class") {
        $0["process", "ioPriority"] = ["class": "IOPRIO_CLASS_BANANA", "priority": 1]
    }
    refuse(t, "a personality domain") { $0["linux", "personality"] = ["domain": "BANANA"] }
}

private func badAnnotations(_ t: Trial) {
    t.requireWorking()
    refuse(t, "a number as annotation") { $0["annotations"] = ["key": 1] }
    refuse(t, "an array as annotations") { $0["annotations"] = [] }
}

private func namelessAnnotation(_ t: Trial) {
    t.requireWorking()
    refuse(t, "an annotation without a name") { $0["annotations"] = ["": "value"] }
}

private func imageAnnotations(_ t: Trial) {
    let box = t.container(program: ["/probe", "exit", "3"]) { config in
        let names = ["os", "os.version", "os.features", "architecture", "variant", "author", "created", "stopSignal"]
        for name in names { config["annotations", .key("org.opencontainers.image." + name)] = "linux" }
    }
    t.equal(box.run().exit, .status(3), "exit of the program")
}

private func unknownAnnotations(_ t: Trial) {
    let box = t.container(program: ["/probe", "exit", "3"]) {
        $0["annotations"] = ["org.example.unknown": "x", "no.domain": "", "org.opencontainers.unknown": "y"]
    }
    t.equal(box.run().exit, .status(3), "exit of the program")
}

private func large(_ t: Trial) {
    let long = String(repeating: "x", count: 100_000)
    let box = t.container(program: ["/probe", "exit", "3"]) { config in
        for number in 1...5 { config["annotations", .key("org.example.\(number)")] = .text(long) }
    }
    t.requireSuccess(box.create())
    t.equal(box.state["annotations", "org.example.5"], .text(long), "annotation")
}

private func absoluteRoot(_ t: Trial) {
    let box = t.container(program: ["/probe", "exit", "3"])
    box.edit { $0["root", "path"] = .text(box.rootfs) }
    t.equal(box.run().exit, .status(3), "exit of the program")
}

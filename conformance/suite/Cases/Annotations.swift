import CLinux
import Glibc

extension Group {
    /// Those that engines write for crun.
    static var ofAnnotations: Group {
        Group(
            "annotations",
            [
                Case("run.oci.keep_original_groups", "podman --group-add keep-groups", keepsGroups),
                Case("run.oci.keep_original_groups: in a user namespace", "podman as an ordinary user", keepsInside),
                Case("run.oci.keep_original_groups: the document's are left out", "with a warning", keepsOnly),
                Case("run.oci.keep_original_groups: 0, or another word", "never accepted and ignored", keepsNot),
                Case("run.oci.hooks.stdout and .stderr", "crun(1)", hookOutput),
                Case("run.oci.hooks.stdout: every kind of hook", "crun(1)", everyHook),
                Case("run.oci.hooks.stdout: one of them alone", "crun(1)", oneAlone),
                Case("run.oci.hooks.stdout: in the container no file of the host", "nothing of the host", insideHook),
                Case("run.oci.hooks.stdout: a file that cannot be is refused", "runtime.md: Errors", noSuchFile),
                Case("run.oci.pidfd_receiver", "crun(1)", pidfdReceiver),
                Case("those that have no effect are warned of", "never accepted and ignored", warnings),
            ])
    }
}

extension JSON {
    fileprivate mutating func annotate(_ key: String, _ value: String) { self["annotations", .key(key)] = .text(value) }
}

private let groups = "run.oci.keep_original_groups"

private func kept(_ t: Trial, _ edit: (inout JSON) -> Void) -> Container {
    let box = t.container(program: ["/probe", "ids", "+", "pause"], edit)
    t.requireSuccess(box.create { $0.groups = [4242, 4343] })
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    return box
}

private func keepsGroups(_ t: Trial) {
    let box = kept(t) { config in
        config.annotate(groups, "1")
        config["process", "user"] = ["uid": 33, "gid": 44]
    }
    t.equal(Proc.status(box.pid, "Groups"), "4242 4343", "groups")
    t.equal(Proc.status(box.pid, "Uid"), "33\t33\t33\t33", "user")
    t.equal(Proc.status(box.pid, "Gid"), "44\t44\t44\t44", "group")
    var command = t.command(["exec", box.id, "/probe", "ids"])
    command.groups = [4545]
    let outcome = t.run(command)
    t.requireSuccess(outcome)
    t.equal(Container.merged(outcome.stdout)["ids", "groups"], [4545], "groups of a program that is put into it")
}

private func keepsInside(_ t: Trial) {
    let box = kept(t) { config in
        config.annotate(groups, "1")
        config.userNamespace()
    }
    t.equal(Proc.status(box.pid, "Groups"), "4242 4343", "groups outside")
    t.equal(box.facts["ids", "groups"], [65534, 65534], "groups inside, where they are not mapped")
}

private func keepsOnly(_ t: Trial) {
    let said = t.warned { config in
        config.annotate(groups, "1")
        config["process", "user"] = ["uid": 0, "gid": 0, "additionalGids": [7]]
    }
    t.says(said, "/process/user/additionalGids", "warning")
    let box = t.containers[t.containers.count - 1]
    t.equal(Proc.status(box.pid, "Groups"), "", "groups")
}

private func keepsNot(_ t: Trial) {
    let box = kept(t) { $0.annotate(groups, "0") }
    t.equal(Proc.status(box.pid, "Groups"), "", "groups")
    t.refused(saying: ["/annotations/" + groups]) { $0.annotate(groups, "perhaps") }
}

// MARK: Output of hooks

private let output = "run.oci.hooks.stdout"
private let errors = "run.oci.hooks.stderr"

private func talking(_ kind: String, _ t: Trial) -> JSON {
    let words = ["probe", "echo", "out of", kind, "+", "complain", "err of", kind]
    return ["path": .text(kind == "startContainer" ? "/probe" : t.template + "/probe"), "args": JSON(words)]
}

private func hookOutput(_ t: Trial) {
    let (first, second) = (t.directory + "/out", t.directory + "/err")
    File.write("there before\n", to: first)
    let box = t.container { config in
        config.annotate(output, first)
        config.annotate(errors, "../err")
        config["hooks"] = ["createRuntime": [talking("createRuntime", t), talking("createRuntime", t)]]
    }
    t.requireSuccess(box.create())
    t.equal(
        File.text(first), "there before\nout of createRuntime\nout of createRuntime\n", "what was appended to the file")
    t.equal(File.text(second), "err of createRuntime\nerr of createRuntime\n", "the other, relative to the bundle")
    t.equal(File.text(box.output), "", "standard output of create")
    t.equal(File.text(box.error), "", "standard error of create")
}

private func everyHook(_ t: Trial) {
    let file = t.directory + "/out"
    let box = t.container { config in
        config.annotate(output, file)
        config.annotate(errors, file)
        config["hooks"] = .object(hookKinds.map { .init(key: $0.name, value: [talking($0.name, t)]) })
    }
    t.live(box)
    let expected = hookKinds.map { "out of \($0.name)\nerr of \($0.name)\n" }.joined()
    t.equal(File.text(file), expected, "what was appended")
}

private func oneAlone(_ t: Trial) {
    let file = t.directory + "/out"
    t.requireWorking()
    let box = t.container { config in
        config.annotate(output, file)
        config["hooks"] = ["createRuntime": [t.scriptHook("echo to the file; echo to the message >&2; exit 3")]]
    }
    let outcome = box.create()
    t.expectFailure(outcome, saying: "to the message")
    t.expect(!outcome.stderr.contains("to the file"), "what goes to the file is not in the message")
    t.equal(File.text(file), "to the file\n", "what was appended")
}

private func insideHook(_ t: Trial) {
    let file = t.directory + "/out"
    let box = t.container { config in
        config.annotate(output, file)
        config["hooks"] = [
            "startContainer": [["path": "/probe", "args": ["probe", "fds"]]]
        ]
    }
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    let said = t.require(JSONReader.value(File.text(file) ?? ""), "the hook's words are not in the file")
    for member in said["fds"]?.members ?? [] {
        t.expect(["0", "1", "2"].contains(member.key), "descriptor \(member.key) of the hook")
        let target = member.value.compact
        t.expect(!target.contains(file), "descriptor \(member.key) is not the file: \(target)")
    }
    for name in File.list("/proc/\(box.pid)/fd") ?? [] {
        t.expect(File.link("/proc/\(box.pid)/fd/\(name)") != file, "the program does not have the file")
    }
}

private func noSuchFile(_ t: Trial) {
    for key in [output, errors] {
        t.refused(saying: ["/annotations/" + key, "/missing/out"]) { config in
            config.annotate(key, "/missing/out")
            config["hooks"] = ["createRuntime": [talking("createRuntime", t)]]
        }
        t.refused(saying: ["/annotations/" + key]) { $0.annotate(key, "") }
    }
}

// MARK: Others

private func pidfdReceiver(_ t: Trial) {
    let socket = ConsoleSocket(t, name: "pidfd")
    let box = t.container { $0.annotate("run.oci.pidfd_receiver", socket.path) }
    t.requireSuccess(box.create())
    let got = t.require(socket.receive(), "nobody came to the socket")
    let pidfd = t.require(got.descriptors.first, "no descriptor came")
    t.contains(File.text("/proc/self/fdinfo/\(pidfd)") ?? "", "Pid:\t\(box.pid)\n", "what the descriptor stands for")
    t.refused(saying: [t.directory + "/nobody"]) { $0.annotate("run.oci.pidfd_receiver", t.directory + "/nobody") }
}

private func warnings(_ t: Trial) {
    let said = t.warned { config in
        for key in ["delegate-cgroup", "handler", "seccomp.receiver", "systemd.force_cgroup_v1"] {
            config.annotate("run.oci." + key, "word")
        }
    }
    for key in ["delegate-cgroup", "handler", "seccomp.receiver", "systemd.force_cgroup_v1"] {
        t.says(said, "/annotations/run.oci." + key, "warning")
    }
    if t.systemd { return }
    let unused = ["run.oci.systemd.subgroup", "org.systemd.property.TimeoutStopUSec"]
    let more = t.warned { config in for key in unused { config.annotate(key, "uint64 5") } }
    for key in unused { t.says(more, "/annotations/" + key, "warning") }
}

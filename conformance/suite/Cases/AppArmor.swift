extension Group {
    static var ofAppArmor: Group {
        Group(
            "apparmor",
            [
                Case("the program runs under its profile", "config.md, Linux Process: apparmorProfile", ofProgram),
                Case("the profile is enforced, not only named", "config.md, Linux Process", isEnforced),
                Case("for a user without rights or the hope of any", "apparmor(7), no_new_privs", unprivileged),
                Case("exec: the container's, or that of --apparmor", "runc's exec", ofExec),
                Case("unconfined", "engines: --security-opt apparmor=unconfined", unconfined),
                Case("one that is not loaded is refused", "never accepted and ignored", unknown),
            ])
    }
}

/// Has the kernel know a profile that forbids one file, and answers its name.
private func loadedProfile(_ t: Trial) -> String {
    t.requireWorking()
    guard File.text("/sys/module/apparmor/parameters/enabled")?.hasPrefix("Y") == true else {
        t.skip("the kernel has no AppArmor")
    }
    guard let parser = File.program("apparmor_parser") else { t.skip("apparmor_parser is not installed") }
    let name = "apus-conformance"
    let file = t.directory + "/said/profile"
    File.write(
        "profile \(name) flags=(attach_disconnected) { capability, network, signal, ptrace, file, "
            + "deny /etc/forbidden r, }\n", to: file)
    var command = Command(
        program: parser, arguments: ["--skip-cache", "--replace", file], output: .file(file + ".out"),
        error: .file(file + ".err"))
    command.timeout *= t.patience
    t.requireSuccess(t.run(command))
    return name
}

private func label(_ box: Container) -> String {
    File.text("/proc/\(box.pid)/attr/current") ?? "none"
}

private func ofProgram(_ t: Trial) {
    let name = loadedProfile(t)
    let box = t.running { $0["process", "apparmorProfile"] = .text(name) }
    t.equal(label(box), name + " (enforce)\n", "label of the program")
}

private func isEnforced(_ t: Trial) {
    let name = loadedProfile(t)
    let box = t.running { $0["process", "apparmorProfile"] = .text(name) }
    File.write("secret", to: box.rootfs + "/etc/forbidden")
    File.write("open", to: box.rootfs + "/etc/allowed")
    t.equal(box.exec([], ["/bin/sh", "-c", "cat /etc/allowed"]).stdout, "open", "another file")
    let outcome = box.exec([], ["/bin/sh", "-c", "cat /etc/forbidden"])
    t.expectFailure(outcome, saying: "Permission denied")
    t.equal(outcome.stdout, "", "what was read")
}

private func unprivileged(_ t: Trial) {
    let name = loadedProfile(t)
    let box = t.running { config in
        config["process", "apparmorProfile"] = .text(name)
        config["process", "noNewPrivileges"] = true
        config["process", "user"] = ["uid": 1000, "gid": 1000]
        config["process", "capabilities"] = .null
        config["linux", "seccomp"] = ["defaultAction": "SCMP_ACT_ALLOW"]
    }
    t.equal(label(box), name + " (enforce)\n", "label of the program")
}

private func ofExec(_ t: Trial) {
    let name = loadedProfile(t)
    let show = ["/bin/sh", "-c", "cat /proc/self/attr/current"]
    let confined = t.running("confined") { $0["process", "apparmorProfile"] = .text(name) }
    t.equal(confined.exec([], show).stdout, name + " (enforce)\n", "label in a confined container")
    let free = t.running("free")
    t.equal(free.exec(["--apparmor", name], show).stdout, name + " (enforce)\n", "label by --apparmor")
    t.equal(free.exec([], show).stdout, "unconfined\n", "label in a container without")
    t.expectFailure(free.exec(["--apparmor", "no-such-profile"], show), saying: "no-such-profile")
}

private func unconfined(_ t: Trial) {
    _ = loadedProfile(t)
    t.equal(
        label(t.running { $0["process", "apparmorProfile"] = "unconfined" }), "unconfined\n", "label of the program")
}

private func unknown(_ t: Trial) {
    _ = loadedProfile(t)
    t.refused(saying: ["no-such-profile", "/process/apparmorProfile"]) {
        $0["process", "apparmorProfile"] = "no-such-profile"
    }
}

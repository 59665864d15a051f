extension Group {
    static var spec: Group {
        Group(
            "spec",
            [
                Case("writes a config.json into the working directory", "runc's spec", writes),
                Case("writes into --bundle", "runc's spec --bundle", bundle),
                Case("names everything that is required", "config.md, required properties", required),
                Case("never overwrites a config.json", "runc's spec", overwrites),
                Case("four at once: one writes", "nothing is lost", together),
                Case("fails when the bundle is missing", "runc's spec --bundle", noBundle),
                Case("writes a bundle that runs", "runc's spec", runs),
                Case("--rootless maps the caller", "runc's spec --rootless", rootless),
            ])
    }
}

/// What `spec` writes into a new directory.
private func written(_ t: Trial, _ options: [String] = []) -> JSON {
    let place = t.directory + "/fresh"
    File.makeDirectory(place)
    var command = t.command(["spec"] + options)
    command.directory = place
    let outcome = t.run(command)
    t.requireSuccess(outcome)
    t.equal(outcome.stdout + outcome.stderr, "", "what spec says")
    t.equal(File.list(place), ["config.json"], "files that spec wrote")
    return t.require(JSONReader.value(File.text(place + "/config.json") ?? ""), "config.json: expected JSON")
}

private func writes(_ t: Trial) {
    let config = written(t)
    t.equal(config["root", "path"], "rootfs", "root.path")
    t.equal(config["process", "args"], ["sh"], "process.args")
    t.equal(config["process", "terminal"], true, "process.terminal")
    t.equal(config["process", "cwd"], "/", "process.cwd")
}

private func bundle(_ t: Trial) {
    let place = t.directory + "/place"
    File.makeDirectory(place)
    t.requireSuccess(t.runtime("spec", "--bundle", place))
    t.expect(
        JSONReader.value(File.text(place + "/config.json") ?? "") != nil, "config.json: expected JSON in the bundle")
}

private func together(_ t: Trial) {
    let place = t.directory + "/place"
    File.makeDirectory(place)
    let outcomes = t.together((1...4).map { _ in t.command(["spec", "--bundle", place]) })
    t.equal(outcomes.filter { $0.succeeded }.count, 1, "calls that wrote")
    for outcome in outcomes where !outcome.succeeded { t.expectFailure(outcome) }
    t.equal(File.list(place), ["config.json"], "files in the bundle")
    t.expect(
        JSONReader.value(File.text(place + "/config.json") ?? "")?.members != nil, "config.json: expected one document")
}

private func required(_ t: Trial) {
    let config = written(t)
    t.equal(Version.parts(config["ociVersion"]?.string)?.first, 1, "major number of ociVersion")
    t.expect(config["process", "user", "uid"]?.int == 0, "process.user.uid")
    t.expect(config["process", "user", "gid"]?.int == 0, "process.user.gid")
    for mount in config["mounts"]?.elements ?? [] {
        t.expect(mount["destination"]?.string?.hasPrefix("/") == true, "destination of \(mount.compact)")
    }
    let types = (config["linux", "namespaces"]?.elements ?? []).compactMap { $0["type"]?.string }
    for type in ["pid", "network", "ipc", "uts", "mount"] {
        t.expect(types.contains(type), "no \(type) namespace in \(types)")
    }
    for path in ["/proc", "/dev", "/dev/pts", "/sys"] {
        let mounts = (config["mounts"]?.elements ?? []).filter { $0["destination"]?.string == path }
        t.equal(mounts.count, 1, "mounts at \(path)")
    }
}

private func overwrites(_ t: Trial) {
    let place = t.directory + "/place"
    File.makeDirectory(place)
    _ = written(t)
    File.write("mine", to: place + "/config.json")
    t.unchanged("spec") { t.expectFailure(t.runtime("spec", "--bundle", place)) }
    t.equal(File.text(place + "/config.json"), "mine", "config.json")
}

private func noBundle(_ t: Trial) {
    _ = written(t)
    t.unchanged("spec") {
        t.expectFailure(t.runtime("spec", "--bundle", t.directory + "/none"), saying: "no such file or directory")
    }
}

private func runs(_ t: Trial) {
    let config = written(t)
    let box = t.container { $0 = config }
    box.edit {
        $0["process", "terminal"] = false
        $0["process", "args"] = ["sh", "-c", "hostname; exit 5"]
    }
    let outcome = box.run()
    t.equal(outcome.exit, .status(5), "exit of the program")
    t.equal(outcome.stdout, (config["hostname"]?.string ?? "?") + "\n", "hostname inside")
}

private func rootless(_ t: Trial) {
    let config = written(t, ["--rootless"])
    let types = (config["linux", "namespaces"]?.elements ?? []).compactMap { $0["type"]?.string }
    t.expect(types.contains("user"), "no user namespace in \(types)")
    t.expect(!types.contains("network"), "a network namespace, which leaves an ordinary user without a network")
    t.equal(config["linux", "uidMappings", 0, "hostID"], 0, "hostID of the first uid mapping")
    t.equal(config["linux", "gidMappings", 0, "containerID"], 0, "containerID of the first gid mapping")
    t.expect(config["linux", "resources"] == nil, "resources, which an ordinary user may not set")
}

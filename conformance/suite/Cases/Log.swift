extension Group {
    static var log: Group {
        Group(
            "log",
            [
                Case(
                    "of a failing create is one JSON error record", "engines: podman decodes the file as one object",
                    failingCreate),
                Case("of every failing verb is one JSON error record", "engines: containerd's last error", everyVerb),
                Case("of a successful verb has no error record", "engines: containerd's last error", success),
                Case("is appended to", "engines: one file for many calls", appended),
                Case(
                    "has no warning before the error of a create", "engines: podman decodes the file as one object",
                    warning),
                Case("is text when asked, and by default", "runc's --log-format", text),
                Case("format must be known", "runc's --log-format", unknownFormat),
                Case("that cannot be opened fails the verb", "runc's --log", cannotOpen),
                Case("says what is missing: the program", "engines: exit status 127", missingProgram),
                Case("says what is not permitted", "engines: exit status 126", notPermitted),
                Case("says that a parent is no directory", "engines: exit status 127", notDirectory),
                Case("says which container does not exist", "engines: “does not exist”", doesNotExist),
                Case("says that a container is not running", "engines: “container not running”", notRunning),
                Case("of a failing run is one JSON error record", "engines: buildkit", failingRun),
            ])
    }
}

private func failingCreate(_ t: Trial) {
    let box = t.container { $0["root", "path"] = "none" }
    t.expectOneRecord(t.logged(box.createCommand()), saying: "no such file or directory")
}

private func everyVerb(_ t: Trial) {
    let box = t.running()
    let none = t.tag + "none"
    for words in [
        ["create", "--bundle", t.directory + "/none", none], ["create", "--bundle", box.bundle, box.id],
        ["create", "a/b"],
        ["create"], ["create", "--no-such-option", none], ["start", none], ["start", box.id], ["state", none],
        ["kill", none, "KILL"], ["kill", box.id, "BANANA"], ["delete", none], ["delete", box.id],
        ["run", "--bundle", t.directory + "/none", none], ["list", "--format", "yaml"],
        ["spec", "--bundle", t.directory + "/none"], ["banana"],
    ] {
        t.note("\(words)")
        t.expectOneRecord(t.logged(t.command(words)))
    }
}

private func success(_ t: Trial) {
    let box = t.container()
    func quiet(_ command: Command) {
        let (outcome, log) = t.logged(command)
        t.requireSuccess(outcome)
        t.equal((log.records ?? [.null]).filter { $0["level"] == "error" || $0.isNull }, [], "error records")
    }
    quiet(box.createCommand())
    box.claim()
    quiet(t.command(["start", box.id]))
    box.awaitFact("ready")
    quiet(t.command(["state", box.id]))
    quiet(t.command(["list"]))
    quiet(t.command(["kill", box.id, "KILL"]))
    box.awaitExit()
    quiet(t.command(["delete", box.id]))
    quiet(t.command(["delete", "--force", box.id]))
}

private func appended(_ t: Trial) {
    let path = t.directory + "/said/appended"
    File.write("an engine's own line\n", to: path)
    for verb in ["state", "start"] {
        var command = t.command([verb, t.tag + "none"])
        command.arguments = ["--log", path, "--log-format", "json"] + command.arguments
        t.expectFailure(t.run(command))
    }
    let lines = (File.text(path) ?? "").split(separator: "\n")
    t.equal(lines.count, 3, "lines in the log")
    t.equal(lines.first, "an engine's own line", "first line")
    for line in lines.dropFirst() {
        t.equal(JSONReader.value(String(line))?["level"], "error", "level of “\(line)”")
    }
}

private func warning(_ t: Trial) {
    let box = t.container(program: ["/no/such/program"]) {
        $0.capabilities(["CAP_KILL", "CAP_THAT_NO_KERNEL_KNOWS"])
    }
    t.expectOneRecord(t.logged(box.createCommand()))
}

private func text(_ t: Trial) {
    for options in [[], ["--log-format", "text"]] {
        let path = t.directory + "/said/text"
        File.write("", to: path)
        var command = t.command(["state", t.tag + "none"])
        command.arguments = ["--log", path] + options + command.arguments
        t.expectFailure(t.run(command))
        let text = File.text(path) ?? ""
        t.contains(text, "does not exist", "the log")
        t.expect(JSONReader.value(text) == nil, "expected text, found JSON: \(text)")
        t.equal(text.split(separator: "\n").count, 1, "lines in the log")
    }
}

private func unknownFormat(_ t: Trial) {
    t.requireWorking()
    t.expectFailure(t.runtime("--log-format", "xml", "list"))
}

private func cannotOpen(_ t: Trial) {
    t.requireWorking()
    let box = t.container()
    t.unchanged("create with a log that cannot be opened") {
        var command = box.createCommand()
        command.arguments = ["--log", t.directory + "/none/log"] + command.arguments
        t.expectFailure(t.run(command), saying: "no such file or directory")
    }
}

/// Each way of not finding the program has the words that engines turn into the exit status 127.
private func missingProgram(_ t: Trial) {
    let byName = t.container("name", program: ["no-such-program"])
    let message = t.expectOneRecord(
        t.logged(byName.createCommand()), saying: "executable file not found in $PATH")
    t.contains(message, "no-such-program", "msg of the record")
    for path in ["/no/such/program", "./none", "bin/none"] {
        let byPath = t.container("path", program: [path])
        t.contains(
            t.expectOneRecord(t.logged(byPath.createCommand()), saying: "no such file or directory"), path,
            "msg of the record")
    }
}

private func notPermitted(_ t: Trial) {
    let box = t.container(program: ["/plain"])
    File.write("text", to: box.rootfs + "/plain", mode: 0o644)
    let message = t.expectOneRecord(t.logged(box.createCommand()), saying: "permission denied")
    t.contains(message, "/plain", "msg of the record")
    let directory = t.container("directory", program: ["/etc"])
    t.expectOneRecord(t.logged(directory.createCommand()))
}

private func notDirectory(_ t: Trial) {
    let box = t.container(program: ["/etc/passwd/program"])
    t.contains(
        t.expectOneRecord(t.logged(box.createCommand()), saying: "not a directory"), "/etc/passwd/program",
        "msg of the record")
}

private func doesNotExist(_ t: Trial) {
    for verb in ["state", "start", "kill", "delete"] {
        t.expectOneRecord(t.logged(t.command([verb, t.tag + "none"])), saying: "does not exist")
    }
}

private func notRunning(_ t: Trial) {
    let box = t.running()
    box.stop()
    t.expectOneRecord(t.logged(t.command(["kill", box.id, "TERM"])), saying: "container not running")
}

private func failingRun(_ t: Trial) {
    let box = t.container(program: ["/no/such/program"])
    t.expectOneRecord(t.logged(box.runCommand()), saying: "no such file or directory")
    let good = t.container("good", program: ["/probe", "exit", "9"])
    let (outcome, log) = t.logged(good.runCommand())
    t.equal(outcome.exit, .status(9), "exit of the program")
    t.equal(
        (log.records ?? [.null]).filter { $0["level"] == "error" || $0.isNull }, [],
        "error records of a run whose program failed by itself")
}

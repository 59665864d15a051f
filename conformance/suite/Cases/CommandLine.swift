extension Group {
    static var commandLine: Group {
        Group(
            "command line",
            [
                Case("--version has the lines that engines take apart", "engines: Docker and go-runc", version),
                Case("-v is --version", "runc's command line", shortVersion),
                Case("--help names every verb", "runc's command line", help),
                Case("VERB --help succeeds and has no effect", "engines: podman asks checkpoint --help", verbHelp),
                Case("an unknown verb fails", "runc's command line", unknownVerb),
                Case("an unknown global option fails", "runc's command line", unknownOption),
                Case("an option without its value fails", "engines: “flag needs an argument”", missingValue),
                Case("takes --option=value", "runc's command line", equals),
                Case("takes -- before the id", "runc's command line", doubleDash),
                Case("takes the global options that engines give", "engines: containerd, podman", engineOptions),
                Case("refuses / as state root", "runc's --root", slashRoot),
                Case("makes the state root for its owner alone", "runc's --root", rootMode),
                Case("works with an empty environment", "callers differ in what they pass", emptyEnvironment),
                Case("works from a directory that is gone", "callers differ in what they pass", goneDirectory),
                Case("works with a deep and odd state root", "runc's --root", oddRoot),
            ])
    }
}

private let verbs = ["create", "start", "state", "kill", "delete", "run", "list", "spec", "features"]

/// A command without `--root`.
private func bare(_ t: Trial, _ words: [String]) -> Command {
    var command = t.command([])
    command.arguments = words
    return command
}

private func version(_ t: Trial) {
    let outcome = t.run(bare(t, ["--version"]))
    t.requireSuccess(outcome)
    let lines = outcome.stdout.split(separator: "\n").map { String($0) }
    t.require(lines.count >= 3, "three lines: found “\(outcome.stdout)”")
    let words = lines[0].split(separator: " ")
    t.expect(words.count == 3 && words[1] == "version", "first line: expected “NAME version X”, found “\(lines[0])”")
    t.expect(words.count == 3 && words[2].first?.isNumber == true, "version: expected a number in “\(lines[0])”")
    t.expect(
        lines[1].hasPrefix("commit: ") && lines[1].utf8.count > 8, "second line: expected a commit, found “\(lines[1])”"
    )
    t.expect(lines[2].hasPrefix("spec: "), "third line: expected a version of the specification, found “\(lines[2])”")
    t.equal(Version.parts(String(lines[2].dropFirst(6)))?.first, 1, "major number of the specification")
}

private func shortVersion(_ t: Trial) {
    let outcome = t.run(bare(t, ["-v"]))
    t.requireSuccess(outcome)
    t.equal(outcome.stdout, t.run(bare(t, ["--version"])).stdout, "-v")
}

private func help(_ t: Trial) {
    for words in [["--help"], ["-h"]] {
        let outcome = t.run(bare(t, words))
        t.requireSuccess(outcome)
        for verb in verbs { t.contains(outcome.stdout, verb, "\(words[0])") }
    }
}

private func verbHelp(_ t: Trial) {
    // Where there is no state root yet, a verb may make one.
    File.makeDirectory(t.root, mode: 0o700)
    for verb in verbs {
        t.unchanged("\(verb) --help") {
            let outcome = t.runtime(verb, "--help")
            t.expectSuccess(outcome)
            t.contains(outcome.stdout, verb, "\(verb) --help")
        }
    }
}

private func unknownVerb(_ t: Trial) {
    t.requireWorking()
    for verb in ["banana", "Create", "creat", "startt"] {
        t.unchanged("the verb “\(verb)”") { t.expectFailure(t.runtime(verb, t.tag + "c1")) }
    }
}

private func unknownOption(_ t: Trial) {
    t.requireWorking()
    for option in ["--no-such-option", "--log-form=json", "-Z"] {
        t.unchanged(option) { t.expectFailure(t.runtime(option, "list")) }
    }
}

private func missingValue(_ t: Trial) {
    t.requireWorking()
    for words in [["create", "--bundle"], ["create", "--pid-file"], ["--log-format"], ["--root"]] {
        t.unchanged(words.joined(separator: " ")) {
            t.expectFailure(t.run(bare(t, words)), saying: "flag needs an argument")
        }
    }
}

private func equals(_ t: Trial) {
    let box = t.container()
    var command = bare(
        t, ["--root=" + t.root, "create", "--bundle=" + box.bundle, "--pid-file=" + box.pidFile, box.id])
    command.output = .file(box.output)
    t.requireSuccess(t.run(command))
    box.claim()
    t.equal(File.text(box.pidFile), String(box.state["pid"]?.int ?? 0), "pid file")
}

private func doubleDash(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    let outcome = t.runtime("state", "--", box.id)
    t.requireSuccess(outcome)
    t.equal(outcome.json?["id"], .text(box.id), "id")
}

private func engineOptions(_ t: Trial) {
    let log = t.directory + "/said/log"
    let box = t.container()
    for options in [
        ["--log", log, "--log-format", "json", "--debug"], ["--log", log, "--log-format=text"], ["--rootless=false"],
        ["--rootless", "auto"],
    ] {
        var command = box.createCommand()
        command.arguments = options + command.arguments
        t.expectSuccess(t.run(command))
        t.equal(box.status, "created", "status after create with \(options)")
        var delete = t.command(["delete", "--force", box.id])
        delete.arguments = options + delete.arguments
        t.expectSuccess(t.run(delete))
    }
}

private func slashRoot(_ t: Trial) {
    t.requireWorking()
    let box = t.container()
    for root in ["/", "//", "/tmp/.."] {
        t.expectFailure(t.run(bare(t, ["--root", root, "create", "--bundle", box.bundle, box.id])))
        if File.exists("/" + box.id) { t.run(bare(t, ["--root", root, "delete", "--force", box.id])) }
        File.remove("/" + box.id)
    }
}

private func rootMode(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    let mode = t.require(File.facts(t.root)?.mode, "the state root")
    t.equal(mode & 0o066, 0, "what others may read or write in the state root")
    let entries = (File.list(t.root) ?? []).filter { $0.contains(t.tag) }
    t.expect(!entries.isEmpty, "the container's entry in the state root")
    for entry in entries {
        t.equal(
            (File.facts(t.root + "/" + entry)?.mode ?? 0o777) & 0o066, 0, "what others may read or write in \(entry)")
    }
}

private func emptyEnvironment(_ t: Trial) {
    let box = t.container(program: ["/probe", "env", "+", "pause"])
    t.requireSuccess(box.create { $0.environment = [] })
    var start = t.command(["start", box.id])
    start.environment = []
    t.requireSuccess(t.run(start))
    box.awaitFact("ready")
    for variable in box.config["process", "env"]?.elements ?? [] {
        t.expect(
            box.facts["env"]?.elements?.contains(variable) == true, "\(variable.compact) is not in the environment")
    }
    var delete = t.command(["delete", "--force", box.id])
    delete.environment = []
    t.requireSuccess(t.run(delete))
}

private func goneDirectory(_ t: Trial) {
    let box = t.running()
    let place = t.directory + "/gone"
    File.makeDirectory(place)
    var command = t.command(["state", box.id])
    command.arguments = [
        "sh", "-c", "cd \"$0\" && rmdir \"$0\" && exec \"$@\"", place, t.runtimePath, "--root", t.root, "state", box.id,
    ]
    command.program = t.template + "/busybox"
    let outcome = t.run(command)
    t.requireSuccess(outcome)
    t.equal(outcome.json?["status"], "running", "status")
}

private func oddRoot(_ t: Trial) {
    var root = t.root
    File.makeDirectory(root, mode: 0o700)
    for name in ["with space", "ünï", "a'quote", String(repeating: "d", count: 120)] {
        root += "/" + name
        File.makeDirectory(root, mode: 0o700)
    }
    let box = t.container()
    func verb(_ words: [String]) -> Outcome {
        t.run(bare(t, ["--root", root] + words))
    }
    var command = bare(t, ["--root", root, "create", "--bundle", box.bundle, "--pid-file", box.pidFile, box.id])
    command.output = .file(box.output)
    t.requireSuccess(t.run(command))
    t.expect((File.list(root) ?? []).contains { $0.contains(t.tag) }, "the container's entry in the state root")
    t.expectSuccess(verb(["start", box.id]))
    t.equal(verb(["state", box.id]).json?["status"], "running", "status")
    t.expectSuccess(verb(["kill", box.id, "KILL"]))
    box.awaitExit()
    t.expectSuccess(verb(["delete", box.id]))
}

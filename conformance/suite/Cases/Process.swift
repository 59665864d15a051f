import CLinux
import Glibc

extension Group {
    static var ofProcess: Group { Group("process", programCases + directoryCases + userCases + attributeCases) }

    private static var programCases: [Case] {
        [
            Case("args are passed as they are", "config.md, process.args", arguments),
            Case("args[0] may be a bare name, found in PATH", "config.md, args: as execvp's file", bareName),
            Case("PATH is the container's", "config.md, args: as execvp's file", pathOfContainer),
            Case("PATH is searched in its order", "execvp(3)", pathOrder),
            Case("PATH: what cannot be executed is passed over", "execvp(3): EACCES goes on", pathSkips),
            Case("PATH: relative entries are taken from cwd", "execvp(3)", pathRelative),
            Case("args[0] with a slash is taken from cwd", "config.md, args: as execvp's file", slashName),
            Case("a script runs by its interpreter", "execve(2)", script),
            Case("env is what the configuration says, in its order", "config.md, process.env", environment),
            Case("env: of one name twice, the last holds", "environ(7): one value for a name", environmentTwice),
            Case("env: nothing of the caller's gets in", "config.md, process.env", environmentOfCaller),
            Case("env: values may hold anything", "config.md, process.env", environmentOdd),
            Case("env: without = is refused", "environ(7): name=value", environmentWithout),
            Case("env: with an empty name is refused", "environ(7): name=value", environmentEmptyName),
            Case("env: HOME is that of the user", "runc: from the image's /etc/passwd", home),
            Case("env: HOME of an unknown user is /", "runc: from the image's /etc/passwd", homeUnknown),
            Case("env: HOME that is given stays", "config.md, process.env", homeGiven),
            Case("a program that is not found fails create", "engines: exit status 127", notFound),
            Case("a bare name that is not found fails create", "engines: exit status 127", nameNotFound),
            Case("a program that may not be executed fails create", "engines: exit status 126", notExecutable),
            Case("a directory as program fails create", "engines: exit status 126", isDirectory),
            Case("a program below a file fails create", "engines: “not a directory”", belowFile),
            Case("empty args are refused", "config.md, args: at least one entry", emptyArguments),
            Case("no args are refused", "config.md, args: at least one entry", noArguments),
            Case("without an interpreter, start fails", "runtime.md, Start: MUST run the program", noInterpreter),
            Case("in a foreign format, start fails", "runtime.md, Start; execve(2), ENOEXEC", foreignFormat),
        ]
    }

    private static var directoryCases: [Case] {
        [
            Case("cwd", "config.md, process.cwd", directory),
            Case("cwd: a missing directory is made", "runc: engines rely on it", directoryMissing),
            Case("cwd: a missing directory is made inside only", "the root is the container's", directoryInside),
            Case("cwd: through a link stays inside", "the root is the container's", directoryLink),
            Case("cwd: in a mount", "config.md, process.cwd", directoryInMount),
            Case("cwd: of the user alone", "chdir(2): as the user who may enter it", directoryOfUser),
            Case("cwd: a file is refused", "chdir(2), ENOTDIR", directoryIsFile),
            Case("cwd: a relative path is refused", "config.md, process.cwd: MUST be absolute", directoryRelative),
            Case("cwd: missing is refused", "config.md, process.cwd: REQUIRED", directoryAbsent),
        ]
    }
}

// MARK: Program

private func arguments(_ t: Trial) {
    let words = ["one", "", "two words", "\"quoted\"", "$HOME", "*", "ünïcode", "--", "-x", "a\nb\tc"]
    let facts = t.inside(["args"] + words)
    let seen = facts["args"]?.strings ?? []
    t.equal(seen.count, words.count, "number of arguments")
    // The probe writes bytes, not characters.
    for (word, other) in zip(words, seen) where word.utf8.allSatisfy({ $0 < 128 }) {
        t.equal(other, word, "argument")
    }
}

/// The output of a container that runs one of busybox' programs.
private func said(_ t: Trial, _ program: [String], _ edit: (inout JSON) -> Void = { _ in }) -> String {
    let outcome = t.container("c\(t.containers.count + 1)", program: program, edit).run()
    t.requireSuccess(outcome)
    return outcome.stdout
}

private func bareName(_ t: Trial) { t.equal(said(t, ["echo", "found"]), "found\n", "output") }

private func pathOfContainer(_ t: Trial) {
    let box = t.container(program: ["only-here", "args", "x"]) {
        $0["process", "env"] = ["PATH=/nowhere:/opt/tools"]
    }
    File.makeDirectory(box.rootfs + "/opt/tools")
    File.linkOrCopy(box.rootfs + "/probe", to: box.rootfs + "/opt/tools/only-here")
    t.requireSuccess(box.run())
    t.equal(box.facts["args"], ["x"], "arguments of the program found")
}

private func tool(_ box: Container, _ directory: String, _ says: String, mode: UInt32 = 0o755) {
    File.makeDirectory(box.rootfs + directory)
    File.write("#!/bin/sh\necho \(says)\n", to: box.rootfs + directory + "/tool", mode: mode)
    File.setMode(box.rootfs + directory + "/tool", mode)
}

private func pathOrder(_ t: Trial) {
    let box = t.container(program: ["tool"]) { $0["process", "env"] = ["PATH=/opt/a:/opt/b:/bin"] }
    tool(box, "/opt/a", "first")
    tool(box, "/opt/b", "second")
    t.equal(box.run().stdout, "first\n", "output")
}

private func pathSkips(_ t: Trial) {
    let box = t.container(program: ["tool"]) { $0["process", "env"] = ["PATH=/opt/a:/opt/d:/opt/b:/bin"] }
    tool(box, "/opt/a", "first", mode: 0o644)
    File.makeDirectory(box.rootfs + "/opt/d")
    File.makeDirectory(box.rootfs + "/opt/d/tool")
    tool(box, "/opt/b", "second")
    t.equal(box.run().stdout, "second\n", "output")
}

private func pathRelative(_ t: Trial) {
    let box = t.container(program: ["tool"]) { config in
        config["process", "env"] = ["PATH=tools:/bin"]
        config["process", "cwd"] = "/opt"
    }
    tool(box, "/opt/tools", "relative")
    t.equal(box.run().stdout, "relative\n", "output")
}

private func slashName(_ t: Trial) {
    let box = t.container(program: ["./tool"]) { $0["process", "cwd"] = "/opt/tools" }
    tool(box, "/opt/tools", "here")
    t.equal(box.run().stdout, "here\n", "output")
}

private func script(_ t: Trial) {
    let box = t.container(program: ["/opt/tool"])
    tool(box, "/opt", "a script")
    t.equal(box.run().stdout, "a script\n", "output")
}

// MARK: Environment

private func environment(_ t: Trial) {
    let wanted = ["ZED=1", "PATH=/bin", "ALPHA=two words", "EMPTY=", "HOME=/root", "EQUALS=a=b=c"]
    let facts = t.inside(["env"]) { $0["process", "env"] = JSON(wanted) }
    t.equal(facts["env"]?.strings, wanted, "environment")
}

private func environmentTwice(_ t: Trial) {
    let facts = t.inside(["env"]) {
        $0["process", "env"] = ["NAME=first", "PATH=/bin", "HOME=/", "NAME=last", "OTHER=x"]
    }
    let seen = facts["env"]?.strings ?? []
    t.equal(seen.filter { $0.hasPrefix("NAME=") }, ["NAME=last"], "values of NAME")
    t.expect(seen.contains("OTHER=x"), "OTHER among \(seen)")
}

private func environmentOfCaller(_ t: Trial) {
    let box = t.container(program: ["/probe", "env"]) { $0["process", "env"] = ["HOME=/x"] }
    t.requireSuccess(
        box.run {
            $0.environment += [
                "SECRET=of the caller", "SWIFT_BACKTRACE=enable=no", "LD_PRELOAD=", "XDG_RUNTIME_DIR=/tmp",
            ]
        })
    t.equal(box.facts["env"]?.strings, ["HOME=/x"], "environment")
}

private func environmentOdd(_ t: Trial) {
    let wanted = [
        "HOME=/", "A=line\nbreak\ttab", "B=\"'$(x)`", "lower.case-name=1", "C=" + String(repeating: "v", count: 70_000),
    ]
    let facts = t.inside(["env"]) { $0["process", "env"] = JSON(wanted) }
    t.expect(facts["env"]?.strings == wanted, "the environment is what the configuration says")
}

private func environmentWithout(_ t: Trial) { t.refused(saying: ["NOEQUALS"]) { $0.environment("NOEQUALS") } }
private func environmentEmptyName(_ t: Trial) { t.refused { $0.environment("=value") } }

private func home(_ t: Trial) {
    let box = t.container(program: ["/probe", "env"]) { $0["process", "user"] = ["uid": 1234, "gid": 1234] }
    File.write(
        "root:x:0:0:root:/root:/bin/sh\nswift:x:1234:1234:a bird:/home/swift:/bin/sh\n", to: box.rootfs + "/etc/passwd")
    t.requireSuccess(box.run())
    let seen = box.facts["env"]?.strings ?? []
    t.equal(seen.filter { $0.hasPrefix("HOME=") }, ["HOME=/home/swift"], "HOME")
}

private func homeUnknown(_ t: Trial) {
    let facts = t.inside(["env"]) { $0["process", "user"] = ["uid": 1234, "gid": 1234] }
    t.equal((facts["env"]?.strings ?? []).filter { $0.hasPrefix("HOME=") }, ["HOME=/"], "HOME")
}

private func homeGiven(_ t: Trial) {
    let facts = t.inside(["env"]) { $0.environment("HOME=/elsewhere") }
    t.equal((facts["env"]?.strings ?? []).filter { $0.hasPrefix("HOME=") }, ["HOME=/elsewhere"], "HOME")
}

// MARK: Programs that cannot be run

/// The words that engines look for in the message, with the command.
private func fails(_ t: Trial, _ program: String, _ phrases: [String], _ prepare: (Container) -> Void = { _ in }) {
    let box = t.container { $0["process", "args"] = [.text(program)] }
    prepare(box)
    t.refused(box, saying: [program] + phrases)
}

private func notFound(_ t: Trial) { fails(t, "/no/such/program", ["no such file or directory"]) }
private func nameNotFound(_ t: Trial) { fails(t, "no-such-program", ["executable file not found in $PATH"]) }

private func notExecutable(_ t: Trial) {
    fails(t, "/opt/tool", ["permission denied"]) { tool($0, "/opt", "x", mode: 0o644) }
}

private func isDirectory(_ t: Trial) {
    let box = t.container { $0["process", "args"] = ["/etc"] }
    t.refused(box, saying: ["/etc"])
}

private func belowFile(_ t: Trial) { fails(t, "/etc/passwd/tool", ["not a directory"]) }
private func emptyArguments(_ t: Trial) { t.refused(saying: ["args"]) { $0["process", "args"] = [] } }
private func noArguments(_ t: Trial) { t.refused(saying: ["args"]) { $0["process", "args"] = nil } }

/// What execve(2) refuses is known only when it is tried: then `start` must fail, and the container is stopped.
private func startFails(_ t: Trial, _ content: String) {
    let box = t.container(program: ["/opt/tool"])
    File.write(content, to: box.rootfs + "/opt/tool", mode: 0o755)
    File.setMode(box.rootfs + "/opt/tool", 0o755)
    let created = box.create()
    if !created.succeeded { return t.expectFailure(created) }
    t.expectFailure(box.start())
    t.eventually("the status is stopped") { box.status == "stopped" }
}

private func noInterpreter(_ t: Trial) { startFails(t, "#!/no/such/interpreter\n") }
private func foreignFormat(_ t: Trial) { startFails(t, "no program at all\n") }

// MARK: Directory

private func directory(_ t: Trial) {
    let facts = t.inside(["process"]) { $0["process", "cwd"] = "/var/tmp" }
    t.equal(facts["process", "cwd"], "/var/tmp", "working directory")
}

private func directoryMissing(_ t: Trial) {
    let facts = t.inside(["process", "+", "stat", "/srv/new/deep"]) { config in
        config["process", "cwd"] = "/srv/new/deep"
        config["root", "readonly"] = true
    }
    t.equal(facts["process", "cwd"], "/srv/new/deep", "working directory")
    t.equal(facts["stat", "/srv/new/deep", "uid"], 0, "its owner")
}

private func directoryInside(_ t: Trial) {
    let outside = t.directory + "/outside"
    File.makeDirectory(outside)
    let box = t.container(program: ["/probe", "process"]) { $0["process", "cwd"] = "/link/new" }
    File.makeLink(box.rootfs + "/link", to: outside)
    // Made inside or refused: never on the host.
    _ = box.run()
    t.equal(File.list(outside), [], "what is in the host's directory")
}

private func directoryLink(_ t: Trial) {
    let box = t.container(program: ["/probe", "process"]) { $0["process", "cwd"] = "/link" }
    File.makeLink(box.rootfs + "/link", to: "../../../../../../etc")
    t.requireSuccess(box.run())
    t.equal(box.facts["process", "cwd"], "/etc", "working directory")
}

private func directoryInMount(_ t: Trial) {
    let facts = t.inside(["process"]) { config in
        config.mount("/mnt", "tmpfs", "tmpfs")
        config["process", "cwd"] = "/mnt/new"
    }
    t.equal(facts["process", "cwd"], "/mnt/new", "working directory")
}

private func directoryOfUser(_ t: Trial) {
    let box = t.container(program: ["/probe", "process"]) { config in
        config["process", "cwd"] = "/srv/private"
        config["process", "user"] = ["uid": 1000, "gid": 1000]
        config.capabilities([])
    }
    File.makeDirectory(box.rootfs + "/srv/private", mode: 0o700)
    File.setOwner(box.rootfs + "/srv/private", 1000, 1000)
    t.requireSuccess(box.run())
    t.equal(box.facts["process", "cwd"], "/srv/private", "working directory")
}

private func directoryIsFile(_ t: Trial) { t.refused(saying: ["/etc/passwd"]) { $0["process", "cwd"] = "/etc/passwd" } }
private func directoryRelative(_ t: Trial) { t.refused(saying: ["cwd"]) { $0["process", "cwd"] = "etc" } }
private func directoryAbsent(_ t: Trial) { t.refused(saying: ["cwd"]) { $0["process", "cwd"] = nil } }

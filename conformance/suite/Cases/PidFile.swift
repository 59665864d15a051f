import CLinux
import Glibc

extension Group {
    static var pidFile: Group {
        Group(
            "pid file",
            [
                Case("holds the digits of the process id and nothing else", "engines: containerd's Atoi", digits),
                Case("is complete when create returns", "engines: conmon reads it at once", complete),
                Case("replaces what was there", "engines: pid file", replaces),
                Case("is relative to the caller's directory", "runc's create --pid-file", relative),
                Case("is no longer there when create fails", "runtime.md, Errors", gone),
                Case("in a missing directory fails create", "engines: pid file", missingDirectory),
                Case("stays when the container is deleted", "engines: the file is the engine's", stays),
            ])
    }
}

private func digits(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    let text = t.require(File.text(box.pidFile), "the pid file")
    t.expect(!text.isEmpty && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }, "pid file: found “\(text)”")
    t.equal(text, String(box.state["pid"]?.int ?? 0), "pid file")
    t.equal(File.facts(box.pidFile)?.kind, .file, "kind of the pid file")
}

private func complete(_ t: Trial) {
    let box = t.container(program: ["/probe", "exit", "0"])
    t.requireSuccess(box.run(["--detach", "--pid-file", box.pidFile]))
    let pid = t.require(File.text(box.pidFile).flatMap { Int32($0) }, "a number in the pid file")
    t.equal(Exit.of(child: pid, within: 5000), .status(0), "end of the process that the pid file names")
}

private func replaces(_ t: Trial) {
    let box = t.container()
    let path = t.directory + "/given.pid"
    File.write("1234567890123456789012345\nand more\n", to: path)
    var command = t.command(["create", "--bundle", box.bundle, "--pid-file", path, box.id])
    command.output = .file(box.output)
    t.requireSuccess(t.run(command))
    box.claim()
    t.equal(File.text(path), String(box.state["pid"]?.int ?? 0), "pid file")
    let others = (File.list(t.directory) ?? []).filter { $0 != "given.pid" && $0.contains("given.pid") }
    t.equal(others, [], "other files beside the pid file")
}

private func relative(_ t: Trial) {
    let box = t.container()
    File.makeDirectory(t.directory + "/caller")
    var command = t.command(["create", "--bundle", box.bundle, "--pid-file", "relative.pid", box.id])
    command.directory = t.directory + "/caller"
    command.output = .file(box.output)
    t.requireSuccess(t.run(command))
    box.claim()
    t.equal(File.text(t.directory + "/caller/relative.pid"), String(box.state["pid"]?.int ?? 0), "pid file")
    t.expect(!File.exists(box.bundle + "/relative.pid"), "the pid file is in the bundle")
}

private func gone(_ t: Trial) {
    t.requireWorking()
    let box = t.container(program: ["/no/such/program"])
    let path = t.directory + "/given.pid"
    t.unchanged("create of a missing program") {
        t.expectFailure(t.runtime("create", "--bundle", box.bundle, "--pid-file", path, box.id))
    }
    t.expect(!File.exists(path), "a pid file of a container that was not made")
}

private func missingDirectory(_ t: Trial) {
    t.requireWorking()
    let box = t.container()
    t.unchanged("create with a pid file in a missing directory") {
        t.expectFailure(
            t.runtime("create", "--bundle", box.bundle, "--pid-file", t.directory + "/none/pid", box.id),
            saying: "no such file or directory")
    }
}

private func stays(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    t.requireSuccess(box.delete(["--force"]))
    t.expect(File.exists(box.pidFile), "delete removed the pid file")
}

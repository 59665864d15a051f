import CLinux
import Glibc

extension Group {
    static var ofEngineSockets: Group {
        Group(
            "sockets",
            [
                Case("--pidfd-socket of create", "sends a pidfd of the program", pidfdOfCreate),
                Case("--pidfd-socket of run", "sends a pidfd of the program", pidfdOfRun),
                Case("--pidfd-socket of exec", "sends a pidfd of the program", pidfdOfExec),
                Case("--pidfd-socket where nobody listens is refused", "runtime.md: Errors", nobody),
                Case("activated sockets are passed on", "sd_listen_fds(3)", activated),
                Case("activated sockets come before preserved ones", "--preserve-fds", withPreserved),
                Case("sockets for another process are not passed on", "sd_listen_fds(3): LISTEN_PID", foreign),
                Case("an activated socket that is not open is refused", "never accepted and ignored", closed),
            ])
    }
}

/// The process that a pidfd stands for.
private func process(_ t: Trial, _ socket: ConsoleSocket) -> Int32 {
    let got = t.require(socket.receive(), "nobody came to the socket")
    t.equal(got.descriptors.count, 1, "descriptors on the connection")
    t.expect(got.ended, "the connection must end")
    let pidfd = t.require(got.descriptors.first, "no descriptor came")
    for line in (File.text("/proc/self/fdinfo/\(pidfd)") ?? "").split(separator: "\n") where line.hasPrefix("Pid:") {
        return Int32(line.dropFirst(4).split { $0 == " " || $0 == "\t" }.first ?? "") ?? -1
    }
    t.fail("the descriptor is no pidfd")
}

private func pidfdOfCreate(_ t: Trial) {
    let socket = ConsoleSocket(t, name: "pidfd")
    let box = t.container()
    t.requireSuccess(box.create(["--pidfd-socket", socket.path]))
    t.equal(process(t, socket), box.pid, "process of the pidfd")
}

private func pidfdOfRun(_ t: Trial) {
    let socket = ConsoleSocket(t, name: "pidfd")
    let box = t.container()
    t.requireSuccess(box.run(["--detach", "--pid-file", box.pidFile, "--pidfd-socket", socket.path]))
    t.equal(process(t, socket), box.pid, "process of the pidfd")
}

private func pidfdOfExec(_ t: Trial) {
    let socket = ConsoleSocket(t, name: "pidfd")
    let box = t.running()
    let pidFile = t.directory + "/exec.pid"
    let joining = t.command(
        ["exec", "--pid-file", pidFile, "--pidfd-socket", socket.path, box.id, "/bin/sleep", "1"]
    ).spawn()
    let found = process(t, socket)
    t.requireSuccess(t.note(joining.wait()))
    t.equal(found, File.text(pidFile).flatMap { Int32($0) } ?? 0, "process of the pidfd")
}

private func nobody(_ t: Trial) { t.refused(t.container(), ["--pidfd-socket", t.directory + "/nobody"]) }

/// Runs a program with descriptors from 3 on, of which the caller says that some are sockets for the runtime.
private func started(_ t: Trial, sockets: Int, open: Int, pid: String, _ options: [String] = []) -> Container {
    let box = t.container(program: ["/probe", "env", "+", "fds"])
    let runtime = ([t.runtimePath, "--root", t.root, "run", "--bundle", box.bundle] + options + [box.id])
    // A shell knows its own number, which the runtime that it becomes has too.
    var command = Command(
        program: "/bin/sh",
        arguments: [
            "-c", "LISTEN_PID=\(pid) LISTEN_FDS=\(sockets) LISTEN_FDNAMES=a:b exec \"$@\"", "sh",
        ] + runtime, output: .file(box.output), error: .file(box.error))
    for number in 0..<open { command.descriptors.append((Int32(3 + number), cl_memfd_create("passed", 1))) }
    t.requireSuccess(t.run(command))
    return box
}

private func variable(_ box: Container, _ name: String) -> String? {
    for entry in box.facts["env"]?.strings ?? [] where entry.hasPrefix(name + "=") {
        return String(entry.dropFirst(name.count + 1))
    }
    return nil
}

private func passed(_ box: Container, _ number: Int) -> Bool { box.facts["fds", .key("\(number)")] != nil }

private func activated(_ t: Trial) {
    let box = started(t, sockets: 2, open: 3, pid: "$$")
    t.equal(variable(box, "LISTEN_FDS"), "2", "LISTEN_FDS")
    t.equal(variable(box, "LISTEN_PID"), "1", "LISTEN_PID")
    t.equal(variable(box, "LISTEN_FDNAMES"), "a:b", "LISTEN_FDNAMES")
    t.expect(passed(box, 3) && passed(box, 4), "the sockets are passed on: \(box.facts["fds"]?.compact ?? "")")
    t.expect(!passed(box, 5), "what is no socket is not passed on")
}

private func withPreserved(_ t: Trial) {
    let box = started(t, sockets: 1, open: 3, pid: "$$", ["--preserve-fds", "1"])
    t.equal(variable(box, "LISTEN_FDS"), "1", "LISTEN_FDS")
    t.expect(passed(box, 3) && passed(box, 4), "both are passed on: \(box.facts["fds"]?.compact ?? "")")
    t.expect(!passed(box, 5), "nothing else is passed on")
}

private func foreign(_ t: Trial) {
    let box = started(t, sockets: 2, open: 2, pid: "1")
    t.expect(variable(box, "LISTEN_FDS") == nil, "LISTEN_FDS is not set")
    t.expect(!passed(box, 3) && !passed(box, 4), "nothing is passed on: \(box.facts["fds"]?.compact ?? "")")
}

private func closed(_ t: Trial) {
    let box = t.container()
    let command = Command(
        program: "/bin/sh",
        arguments: [
            "-c", "LISTEN_PID=$$ LISTEN_FDS=2 exec \"$@\"", "sh", t.runtimePath, "--root", t.root, "run", "--bundle",
            box.bundle, box.id,
        ], output: .file(box.output), error: .file(box.error))
    t.expectFailure(t.run(command), saying: "LISTEN_FDS")
}

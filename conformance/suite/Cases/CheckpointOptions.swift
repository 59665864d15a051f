import CLinux
import Glibc

extension Group {
    /// Terminals, locks, connections; of the group "checkpoint".
    static var moreOfCheckpoint: [Case] {
        [
            Case("a terminal goes to the console socket again", "runc: restore --console-socket", socket, timeout: 60),
            Case("a terminal in the foreground", "runc: restore", onTerminal, timeout: 60),
            Case("--file-locks: a lock is held again", "runc: --file-locks", locks, timeout: 60),
            Case("--tcp-established: a connection goes on", "runc: --tcp-established", connection, timeout: 60),
            Case("hooks of restore: as for create, but in the container", "runc: restore", hooks, timeout: 60),
        ]
    }
}

/// A container whose program answers lines on its terminal, checkpointed.
private func echoing(_ t: Trial) -> Container {
    t.requireCriu()
    let console = ConsoleSocket(t)
    let script = "while read line; do echo \"heard $line\"; done"
    let box = t.container(program: ["/bin/sh", "-c", script]) { config in
        config["process", "terminal"] = true
        config["root", "readonly"] = false
    }
    t.requireSuccess(box.create(["--console-socket", console.path]))
    let terminal = t.require(console.receive()?.descriptors.first, "the container's terminal")
    t.requireSuccess(box.start())
    type("one\n", terminal)
    t.contains(Terminal.read(terminal, until: "heard one"), "heard one", "what the program answers")
    t.requireSuccess(t.checkpoint(box))
    box.awaitExit()
    _ = cl_close(terminal)
    return box
}

private func type(_ text: String, _ terminal: Int32) { File.write(Array(text.utf8), descriptor: terminal) }

private func socket(_ t: Trial) {
    let box = echoing(t)
    let console = ConsoleSocket(t, name: "again")
    let id = t.tag + "again"
    _ = t.restore(box, ["--console-socket", console.path], id: id)
    let received = t.require(console.receive(), "nobody connected to the console socket")
    t.equal(received.descriptors.count, 1, "descriptors received")
    t.expect(received.ended, "the connection is closed")
    let terminal = t.require(received.descriptors.first, "a descriptor")
    type("two\n", terminal)
    t.contains(Terminal.read(terminal, until: "heard two"), "heard two", "what the restored program answers")
    t.remove(id)
}

private func onTerminal(_ t: Trial) {
    let box = echoing(t)
    let id = t.tag + "again"
    let run = OnTerminal(
        box, t.command(["restore", "--bundle", box.bundle, "--image-path", t.directory + "/image", id]))
    t.eventually("it runs", within: 20_000) { t.runtime("state", id).json?["status"] == "running" }
    run.terminal.type("two\r")
    run.read(until: "heard two")
    // End of file at the beginning of a line: the shell's loop is over.
    run.terminal.type("\u{4}")
    t.equal(run.end().exit, .status(0), "end of restore")
    t.expectFailure(t.runtime("state", id), saying: "does not exist")
}

private func locks(_ t: Trial) {
    let box = t.counter("exec 9>/tmp/lock; flock -n 9 || exit 1; ")
    let before = t.count(box.pid)
    t.expectFailure(t.checkpoint(box, image: "refused"))
    t.equal(box.status, "running", "status after a checkpoint that is refused")
    t.eventually("it counts on") { t.count(box.pid) > before }
    t.requireSuccess(t.checkpoint(box, ["--file-locks"]))
    box.awaitExit()
    let id = t.tag + "again"
    let pid = t.restore(box, ["--file-locks"], id: id)
    let file = cl_openat(AT_FDCWD, "/proc/\(pid)/root/tmp/lock", O_RDWR | O_CLOEXEC, 0)
    t.equal(flock(file, LOCK_EX | LOCK_NB), -1, "taking the lock that the restored program has")
    t.remove(id)
}

private func connection(_ t: Trial) {
    // Both ends are in the container: the second reads what the first counts.
    let box = t.counter(
        "nc -l -p 4711 >/tmp/heard & sleep 1; (while :; do echo x; sleep 0.1; done | nc 127.0.0.1 4711) & ")
    func heard(_ pid: Int32) -> Int { File.bytes("/proc/\(pid)/root/tmp/heard")?.count ?? 0 }
    t.eventually("the connection is made") { heard(box.pid) > 2 }
    t.expectFailure(t.checkpoint(box, image: "refused"))
    t.requireSuccess(t.checkpoint(box, ["--tcp-established"]))
    box.awaitExit()
    let id = t.tag + "again"
    let pid = t.restore(box, ["--tcp-established"], id: id)
    let count = heard(pid)
    t.eventually("bytes arrive through the connection") { heard(pid) > count }
    t.remove(id)
}

private func hooks(_ t: Trial) {
    let log = t.directory + "/hooks"
    let box = t.counter { config in
        for kind in ["prestart", "createRuntime", "createContainer", "poststart"] {
            config["hooks", .key(kind)] = [
                ["path": "/bin/busybox", "args": ["sh", "-c", .text("echo \(kind) >>\(log)")]]
            ]
        }
    }
    File.remove(log)
    t.requireSuccess(t.checkpoint(box))
    box.awaitExit()
    let id = t.tag + "again"
    _ = t.restore(box, id: id)
    t.equal(File.text(log), "prestart\ncreateRuntime\npoststart\n", "hooks that ran at restore")
    t.remove(id)
}

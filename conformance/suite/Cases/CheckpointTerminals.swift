import CLinux
import Glibc

extension Group {
    /// Terminals; of the group "checkpoint".
    static var moreOfCheckpoint: [Case] {
        [
            Case("a terminal goes to the console socket again", "runc: restore --console-socket", socket, timeout: 60),
            Case("a terminal in the foreground", "runc: restore", onTerminal, timeout: 60),
        ]
    }
}

/// A container whose program answers lines on its terminal, checkpointed.
private func echoing(_ t: Trial) -> Container {
    t.requireCriu()
    let console = ConsoleSocket(t)
    let script = "n=0; while read line; do n=$((n+1)); echo \"heard $n, $line\"; done"
    let box = t.container(program: ["/bin/sh", "-c", script]) { config in
        config["process", "terminal"] = true
        config["root", "readonly"] = false
    }
    t.requireSuccess(box.create(["--console-socket", console.path]))
    let terminal = t.require(console.receive()?.descriptors.first, "the container's terminal")
    t.requireSuccess(box.start())
    type("one\n", terminal)
    t.contains(Terminal.read(terminal, until: "heard 1, one"), "heard 1, one", "what the program answers")
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
    t.contains(Terminal.read(terminal, until: "heard 2, two"), "heard 2, two", "what the restored program answers")
    t.remove(id)
}

private func onTerminal(_ t: Trial) {
    let box = echoing(t)
    let id = t.tag + "again"
    let run = OnTerminal(
        box, t.command(["restore", "--bundle", box.bundle, "--image-path", t.directory + "/image", id]))
    t.eventually("it runs", within: 20_000) { t.runtime("state", id).json?["status"] == "running" }
    run.terminal.type("two\r")
    run.read(until: "heard 2, two")
    // End of file at the beginning of a line: the shell's loop is over.
    run.terminal.type("\u{4}")
    t.equal(run.end().exit, .status(0), "end of restore")
    t.expectFailure(t.runtime("state", id), saying: "does not exist")
}

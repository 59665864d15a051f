import CLinux
import Glibc

extension Group {
    static var ofTerminal: Group { Group("terminal", socketCases + foregroundCases) }

    private static var socketCases: [Case] {
        [
            Case("--console-socket receives one terminal, then its end", "engines: conmon, containerd", oneDescriptor),
            Case("it is the program's standard streams", "config.md, process.terminal", standardStreams),
            Case("it is the program's controlling terminal", "config.md, process.terminal; tty(4)", controlling),
            Case("it is of the container's devpts", "config-linux.md: /dev/pts", ofContainer),
            Case("the program reads what is typed", "config.md, process.terminal", typed),
            Case("an interrupt character reaches the program", "termios(3): VINTR", interrupt),
            Case("consoleSize", "config.md, process.consoleSize", size),
            Case("a new size reaches the program", "tty_ioctl(4): SIGWINCH", resized),
            Case("consoleSize without a terminal is ignored", "config.md: MUST ignore", sizeIgnored),
            Case("consoleSize beyond 65535 is refused", "tty_ioctl(4): 16 bits", sizeRange),
            Case("it belongs to the user", "engines: the user may open it", owner),
            Case("/dev/console is the terminal", "config-linux.md, Default Devices", console),
            Case("/dev/console can be written by the user", "config-linux.md, Default Devices", consoleWritten),
            Case("the master's end hangs up the program", "tty(4): SIGHUP", hangUp),
            Case("created: the terminal has been sent already", "engines: within create", sentAtCreate),
            Case("without --console-socket create is refused", "runc: it could go nowhere", withoutSocket),
            Case("run --detach without --console-socket is refused", "runc", detachedWithoutSocket),
            Case("--console-socket without a terminal is refused", "runc: nothing would be sent", withoutTerminal),
            Case(
                "run in the foreground with --console-socket is refused", "runc: it does not detach", foregroundSocket),
            Case("a socket that is not there fails create", "runtime.md, Errors", noSocket),
            Case("a file as socket fails create", "runtime.md, Errors", fileAsSocket),
            Case("a socket on which nobody listens fails create", "runtime.md, Errors", deafSocket),
            Case("a socket that takes nobody any more fails create", "create ends", fullSocket),
            Case("a path longer than socket addresses", "unix(7): 108 bytes", longPath),
        ]
    }
}

/// Creates and starts a container with a terminal; answers it and the terminal's master.
private func withTerminal(
    _ t: Trial, _ commands: [String], _ edit: (inout JSON) -> Void = { _ in }
) -> (box: Container, master: Int32) {
    let socket = ConsoleSocket(t)
    let box = t.container(program: ["/probe"] + commands) { config in
        config["process", "terminal"] = true
        edit(&config)
    }
    t.requireSuccess(box.create(["--console-socket", socket.path]))
    let received = t.require(socket.receive(), "nobody connected to the console socket")
    t.equal(received.descriptors.count, 1, "descriptors received")
    t.require(!received.descriptors.isEmpty, "a descriptor is expected")
    return (box, received.descriptors[0])
}

/// Starts it and answers the facts that it says on its terminal until it has said this one.
private func facts(_ t: Trial, _ started: (box: Container, master: Int32), until key: String = "ready") -> JSON {
    t.requireSuccess(started.box.start())
    let text = Terminal.read(started.master, until: "{\"\(key)\"")
    t.expect(text.contains("{\"\(key)\""), "the program says “\(key)” on its terminal: \(text)")
    // The rest of the line may still be on its way.
    return Terminal.facts(text + Terminal.read(started.master, until: "}\r\n", within: 200))
}

private func oneDescriptor(_ t: Trial) {
    let socket = ConsoleSocket(t)
    let box = t.container { $0["process", "terminal"] = true }
    t.requireSuccess(box.create(["--console-socket", socket.path]))
    let received = t.require(socket.receive(), "nobody connected to the console socket")
    t.equal(received.descriptors.count, 1, "descriptors received")
    t.expect(!received.bytes.isEmpty, "a message has at least one byte beside the descriptor")
    t.expect(received.ended, "the connection is closed")
    t.expect(socket.isQuiet(for: 100), "a second connection")
    var number: UInt32 = 0
    t.equal(ioctl(received.descriptors.first ?? -1, 0x8004_5430, &number), 0, "it is the master of a terminal")
}

private func standardStreams(_ t: Trial) {
    let seen = facts(t, withTerminal(t, ["tty", "+", "fds", "+", "pause"]))
    for name in ["stdin", "stdout", "stderr"] { t.equal(seen["tty", .key(name)], true, "\(name) is a terminal") }
    let descriptors = seen["fds"]?.members ?? []
    t.equal(descriptors.map { $0.key }, ["0", "1", "2"], "open descriptors")
    t.equal(Set(descriptors.compactMap { $0.value["ino"]?.int }).count, 1, "terminals among them")
    for descriptor in descriptors {
        t.equal((descriptor.value["status"]?.int ?? 0) & 3, 2, "descriptor \(descriptor.key) is open for both ways")
    }
}

private func controlling(_ t: Trial) {
    let seen = facts(t, withTerminal(t, ["tty", "+", "process", "+", "pause"]))
    t.equal(seen["tty", "controlling"], "yes", "controlling terminal")
    t.equal(seen["tty", "foreground"], 1, "foreground process group")
    t.equal(seen["process", "sid"], 1, "session")
}

private func ofContainer(_ t: Trial) {
    let started = withTerminal(
        t, ["tty", "+", "list", "/dev/pts", "+", "stat", "/dev/pts/0", "+", "fds", "+", "pause"])
    let seen = facts(t, started)
    t.equal(seen["tty", "target"], "/dev/pts/0", "what is behind standard input")
    t.equal((seen["list", "/dev/pts", "names"]?.strings ?? []).sorted(), ["0", "ptmx"], "what is in /dev/pts")
    t.equal(seen["fds", "0", "ino"], seen["stat", "/dev/pts/0", "ino"] ?? "none", "inode of standard input")
}

private func typed(_ t: Trial) {
    let started = withTerminal(t, ["readline", "+", "pause"])
    t.requireSuccess(started.box.start())
    File.write(Array("hello there\n".utf8), descriptor: started.master)
    let text = Terminal.read(started.master, until: "\"ready\"")
    t.equal(Terminal.facts(text)["readline"], "hello there", "the line that the program read")
}

private func interrupt(_ t: Trial) {
    let started = withTerminal(t, ["pause"])
    _ = facts(t, started)
    File.write([3], descriptor: started.master)
    t.contains(Terminal.read(started.master, until: "\"signal\":2"), "\"signal\":2", "what the program says")
    t.equal(started.box.awaitExit(), .status(0), "end of the program")
}

private func size(_ t: Trial) {
    let seen = facts(
        t, withTerminal(t, ["tty", "+", "pause"]) { $0["process", "consoleSize"] = ["height": 43, "width": 117] })
    t.equal(seen["tty", "rows"], 43, "rows")
    t.equal(seen["tty", "columns"], 117, "columns")
}

private func resized(_ t: Trial) {
    let started = withTerminal(t, ["pause"])
    _ = facts(t, started)
    _ = cl_set_window_size(started.master, 55, 133)
    t.contains(Terminal.read(started.master, until: "\"signal\":28"), "\"signal\":28", "what the program says")
}

private func sizeIgnored(_ t: Trial) {
    let seen = t.inside(["tty"]) { $0["process", "consoleSize"] = ["height": 43, "width": 117] }
    t.equal(seen["tty", "stdin"], false, "standard input is a terminal")
}

private func sizeRange(_ t: Trial) {
    let socket = ConsoleSocket(t)
    let box = t.container { config in
        config["process", "terminal"] = true
        config["process", "consoleSize"] = ["height": 65536, "width": 80]
    }
    t.refused(box, ["--console-socket", socket.path])
}

private func owner(_ t: Trial) {
    let seen = facts(
        t,
        withTerminal(t, ["tty", "+", "open", "/dev/pts/0", "rw", "+", "pause"]) {
            $0["process", "user"] = ["uid": 1000, "gid": 1000]
        })
    t.equal(seen["tty", "uid"], 1000, "owner of the terminal")
    t.equal(seen["tty", "mode"], JSON(0o620), "mode of the terminal, as the mount of devpts says")
    t.equal(seen["open", "/dev/pts/0", "errno"], .null, "open it by its name")
}

private func console(_ t: Trial) {
    let seen = facts(t, withTerminal(t, ["follow", "/dev/console", "/dev/pts/0", "+", "pause"]))
    t.equal(seen["follow", "/dev/console", "kind"], "character", "kind of /dev/console")
    t.equal(seen["follow", "/dev/console", "major"], 136, "major number of /dev/console")
    t.equal(
        seen["follow", "/dev/console", "ino"], seen["follow", "/dev/pts/0", "ino"] ?? "none", "inode of /dev/console")
}

private func consoleWritten(_ t: Trial) {
    let started = withTerminal(t, ["write", "/dev/console", "by the console\n", "+", "pause"]) {
        $0["process", "user"] = ["uid": 1000, "gid": 1000]
    }
    t.requireSuccess(started.box.start())
    let text = Terminal.read(started.master, until: "\"ready\"")
    t.contains(text, "by the console", "what arrives at the terminal")
}

private func hangUp(_ t: Trial) {
    let started = withTerminal(t, ["sleep", "60000"])
    t.requireSuccess(started.box.start())
    t.equal(started.box.status, "running", "status")
    _ = cl_close(started.master)
    // The first process of a pid namespace gets signals with a handler only, but the end of its terminal is final.
    cl_sleep_ms(50)
    t.expect(["running", "stopped"].contains(started.box.status ?? ""), "status after the master's end")
}

private func sentAtCreate(_ t: Trial) {
    let (box, master) = withTerminal(t, ["pause"])
    t.equal(box.status, "created", "status when the terminal has arrived")
    t.expect(isatty(master) == 1 || master >= 0, "the terminal is there")
}

// MARK: Refusals

private func terminalContainer(_ t: Trial) -> Container { t.container { $0["process", "terminal"] = true } }
private func withoutSocket(_ t: Trial) { t.refused(terminalContainer(t)) }

private func detachedWithoutSocket(_ t: Trial) {
    let box = terminalContainer(t)
    t.unchanged("a failed run") { t.expectFailure(box.run(["--detach"])) }
}

private func withoutTerminal(_ t: Trial) {
    let socket = ConsoleSocket(t)
    t.refused(t.container(), ["--console-socket", socket.path])
    t.expect(socket.isQuiet(for: 20), "somebody connected")
}

private func foregroundSocket(_ t: Trial) {
    let socket = ConsoleSocket(t)
    let box = terminalContainer(t)
    t.unchanged("a failed run") { t.expectFailure(box.run(["--console-socket", socket.path])) }
}

private func noSocket(_ t: Trial) {
    t.refused(terminalContainer(t), ["--console-socket", t.directory + "/no-such-socket"])
}

private func fileAsSocket(_ t: Trial) {
    File.write("", to: t.directory + "/file")
    t.refused(terminalContainer(t), ["--console-socket", t.directory + "/file"])
}

private func deafSocket(_ t: Trial) {
    let path = t.directory + "/deaf"
    let socket = cl_socket(AF_UNIX, 1)
    _ = cl_unix_address(socket, path, 1)
    t.refused(terminalContainer(t), ["--console-socket", path])
}

private func fullSocket(_ t: Trial) {
    let path = t.directory + "/full"
    let listener = cl_socket(AF_UNIX, 1)
    t.require(cl_unix_address(listener, path, 1) == 0 && cl_listen(listener, 0) == 0, "cannot listen at \(path)")
    for _ in 0..<4 {
        let waiting = cl_socket(AF_UNIX, 1)
        _ = cl_set_status_flags(waiting, O_NONBLOCK)
        _ = cl_unix_address(waiting, path, 0)
    }
    let outcome = t.refused(terminalContainer(t), ["--console-socket", path])
    t.contains(outcome.stderr, path, "error message")
}

private func longPath(_ t: Trial) {
    // The socket is bound by a short name; the long one leads to it.
    let socket = ConsoleSocket(t)
    var directory = t.directory
    for _ in 0..<3 {
        directory += "/" + String(repeating: "d", count: 60)
        File.makeDirectory(directory)
    }
    File.makeLink(directory + "/console", to: socket.path)
    let box = terminalContainer(t)
    let outcome = box.create(["--console-socket", directory + "/console"])
    // Either it works or it is refused in words: never a cut-off path.
    if !outcome.succeeded { return t.expectFailure(outcome) }
    t.equal(socket.receive()?.descriptors.count, 1, "descriptors received")
}

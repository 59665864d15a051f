import CLinux
import Glibc

extension Group {
    /// Attacks by a running container on who puts a program into it; of the group "attacks".
    static var execAttackCases: [Case] {
        [
            Case("2016-9962: exec's process cannot be looked into", "not dumpable from birth", spy, timeout: 60),
            Case(
                "2016-9962: not even with CAP_SYS_PTRACE is a directory found", "closed before it enters", spyAsRoot,
                timeout: 60),
            Case("2019-5736: exec of /proc/self/exe", "the host's file stays as it is", selfAsProgram),
            Case("2019-5736: the runtime's file through exec's process", "never open for writing", hostBinary),
            Case("2024-21626: exec with a descriptor as directory", "the directory is inside", directory),
            Case("2024-21626: exec with a caller's descriptor as directory", "the directory is inside", stray),
            Case("2024-21626: exec with a link to a descriptor as directory", "the directory is inside", link),
            Case("2024-21626: exec of a program through a descriptor", "the program is inside", program),
            Case("2022-29162: exec --cap leaves the inheritable set empty", "never filled on its own", inheritable),
            Case("2026-30892: exec --user 1 is user 1", "strict numbers", user),
            Case("exec --tty: what is at /dev/pts/ptmx is looked at", "only devpts gives terminals", fakeTerminal),
        ]
    }
}

/// Runs a spy in the container while programs are put into it; answers what the spy has found.
private func watched(_ t: Trial, _ edit: (inout JSON) -> Void = { _ in }) -> JSON {
    let box = t.container(program: ["/probe", "spy", t.root, "/tmp/stop", "+", "pause"]) { config in
        config["root", "readonly"] = false
        edit(&config)
    }
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    for _ in 0..<60 { t.requireSuccess(box.exec(["/probe", "exit", "0"])) }
    t.requireSuccess(box.exec(["/bin/touch", "/tmp/stop"]))
    box.awaitFact("ready")
    let found = t.require(box.facts["spy"], "what the spy has found")
    t.note("spy: \(found.compact)")
    return found
}

/// Attack: root of the container reads the memory and descriptors of a process that joins it (CVE-2016-9962).
private func spy(_ t: Trial) {
    let found = watched(t)
    if (found["seen"]?.int ?? 0) == 0 { t.skip("the spy has seen none of the runtime's processes") }
    for what in ["descriptors", "directories", "memory", "program", "root"] {
        t.equal(found[.key(what)], 0, "times that the spy got at a \(what) of the runtime's process")
    }
}

/// With CAP_SYS_PTRACE the process can be looked into: it must not have anything that leads out.
private func spyAsRoot(_ t: Trial) {
    let found = watched(t) { $0.capabilities(["CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH"]) }
    if (found["descriptors"]?.int ?? 0) == 0 { t.skip("the spy could look at no descriptor") }
    t.equal(found["directories"], 0, "descriptors that are directories other than its root")
    t.equal(found["outside"], 0, "times that its root was not the container's")
}

private func selfAsProgram(_ t: Trial) {
    let before = File.bytes(t.runtimePath)
    let box = t.running { $0["root", "readonly"] = false }
    File.makeLink(box.rootfs + "/link", to: "/proc/self/exe")
    for program in ["/proc/self/exe", "/proc/thread-self/exe", "/link"] {
        t.expect(box.exec([program, "--version"]).exit != .timedOut, "exec of \(program) ends")
    }
    t.expect(File.bytes(t.runtimePath) == before, "the runtime's file is as it was")
}

/// Attack: the container keeps /proc/PID/exe of exec's process and writes to it when that has ended (CVE-2019-5736).
private func hostBinary(_ t: Trial) {
    let copy = t.copyOfRuntime()
    let box = t.running()
    var command = box.execCommand([], ["/probe", "pause"])
    command.program = copy.program
    let running = command.spawn()
    guard case .file(let out) = running.command.output else { return }
    t.eventually("the program is ready") { (File.text(out) ?? "").contains("ready") }
    // The runtime in the foreground is the same program as the process that became the container's.
    let held = cl_openat(AT_FDCWD, "/proc/\(t.processOfRuntime(running))/exe", O_RDONLY | O_CLOEXEC, 0)
    t.require(held >= 0, "cannot open /proc/PID/exe")
    Proc.sendSignal(running.pid, SIGTERM)
    t.note(running.wait())
    var writable: Int32 = -ETXTBSY
    for _ in 0..<200 where writable == -ETXTBSY {
        writable = cl_openat(AT_FDCWD, "/proc/self/fd/\(held)", O_WRONLY | O_CLOEXEC, 0)
        if writable == -ETXTBSY { cl_sleep_ms(10) }
    }
    t.expect(writable != -ETXTBSY, "the file stays busy")
    if writable >= 0 {
        t.expect([UInt8(0x7f)].withUnsafeBytes { cl_write(writable, $0.baseAddress, 1) } < 0, "it can be written")
    }
}

/// The program must run inside the root, or not at all.
private func mustBeInside(_ t: Trial, _ what: String, _ box: Container, _ cwd: String, _ stray: [Int32] = []) {
    let root = cl_openat(AT_FDCWD, "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    defer { _ = cl_close(root) }
    let look = ["/probe", "process", "+", "stat", "../../../../../../../../..", t.directory]
    let outcome = box.exec(["--cwd", cwd], look) { $0.descriptors = stray.map { (number: $0, ours: root) } }
    t.expect(outcome.exit != .timedOut, "\(what): exec ends")
    guard outcome.succeeded else { return }
    let seen = Container.merged(outcome.stdout)
    t.expect(seen["process", "cwd"]?.string?.hasPrefix("/") ?? false, "\(what): the program's directory")
    t.equal(
        seen["stat", "../../../../../../../../..", "ino"]?.int, File.facts(box.rootfs).map { Int($0.inode) },
        "\(what): the highest directory is the container's root")
    t.equal(seen["stat", .key(t.directory), "errno"], "ENOENT", "\(what): the host's files")
}

private func directory(_ t: Trial) {
    let box = t.running()
    for number in 3..<20 { mustBeInside(t, "descriptor \(number)", box, "/proc/self/fd/\(number)") }
    for path in ["/proc/self/fd/7/../..", "/proc/self/cwd", "/proc/thread-self/fd/5", "/proc/self/root/.."] {
        mustBeInside(t, path, box, path)
    }
}

private func stray(_ t: Trial) {
    let box = t.running()
    for number in [3, 4, 9, 30] as [Int32] {
        mustBeInside(t, "the caller's descriptor \(number)", box, "/proc/self/fd/\(number)", [number])
    }
}

private func link(_ t: Trial) {
    let box = t.running()
    for number in 3..<12 {
        File.makeLink(box.rootfs + "/link\(number)", to: "/proc/self/fd/\(number)")
        mustBeInside(t, "a link to descriptor \(number)", box, "/link\(number)", [9])
    }
}

private func program(_ t: Trial) {
    let host = String(repeating: "../", count: 12) + t.template + "/probe"
    let root = cl_openat(AT_FDCWD, "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    let box = t.running()
    for number in 3..<16 {
        let outcome = box.exec(["/proc/self/fd/\(number)/\(host)", "exit", "0"]) {
            $0.descriptors = [(number: 3, ours: root), (number: 15, ours: root)]
        }
        t.expect(outcome.status > 0, "a program of the host's by descriptor \(number): \(outcome.exit)")
    }
}

private func inheritable(_ t: Trial) {
    let seen = t.running().seen(["--cap", "CAP_SYS_ADMIN", "--user", "1000"], ["caps"])["caps"]
    for set in ["inheritable", "ambient"] { t.equal(seen?[.key(set)], "0000000000000000", "\(set) set") }
}

private func user(_ t: Trial) {
    let seen = t.running().seen(["--user", "1"], ["ids"])["ids"]
    for name in ["uid", "euid", "suid"] { t.equal(seen?[.key(name)], 1, name) }
}

/// Attack: something else is at /dev/pts/ptmx when a terminal is made (CVE-2025-52565).
private func fakeTerminal(_ t: Trial) {
    let box = t.container { config in
        config.unmount("/dev/pts")
        config.mount("/dev/pts", "tmpfs", "tmpfs")
    }
    t.requireSuccess(box.create())
    let outcome = box.exec(["/bin/sh", "-c", "ln -s /proc/self/mounts /dev/pts/ptmx"])
    t.requireSuccess(outcome)
    let console = ConsoleSocket(t)
    t.expectFailure(
        box.exec(["--tty", "--detach", "--console-socket", console.path], ["/probe", "exit", "0"]))
}

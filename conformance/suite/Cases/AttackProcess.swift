import CLinux
import Glibc

extension Group {
    /// Attacks by what the program is, finds or is given; of the group "attacks".
    static var processCases: [Case] {
        [
            Case("2019-5736: the runtime's file through /proc/PID/exe of init", "never open for writing", hostBinary),
            Case(
                "2019-5736: the runtime's file on a read-only mount", "which may be remounted later", readOnlyMount),
            Case("2019-5736: /proc/self/exe as program", "the host's file stays as it is", selfAsProgram),
            Case("2021-43784: very long texts", "messages are bounded and typed", longTexts),
            Case("2022-24769: inheritable capabilities are empty", "never filled on its own", inheritable),
            Case("2024-21626: a descriptor as working directory", "the directory is inside", workingDirectory),
            Case("2024-21626: a caller's descriptor as working directory", "the directory is inside", strayDirectory),
            Case("2024-21626: a descriptor on the way to the program", "the program is inside", programPath),
            Case(
                "2024-21626: a link to a descriptor as working directory", "the directory is inside", linkToDescriptor),
            Case("2026-46680: numbers of users that are too large", "no other user", largeUser),
            Case("created: no descriptor of init leads out", "what the container could open by /proc", createdInit),
            Case("created: no namespace that was joined is left open", "setns(2)", createdJoined),
            Case("a device that the image calls /dev/null is not opened", "the host's devices", deviceCalledNull),
            Case("created: init cannot be traced from inside", "prctl(2), PR_SET_DUMPABLE", notDumpable),
        ]
    }
}

/// Attack: a process of the container keeps /proc/PID/exe of the runtime's process open, and writes to it when the
/// runtime has ended (CVE-2019-5736). Required: a copy, or a read-only mount, is all that is behind it.
private func hostBinary(_ t: Trial) {
    let box = t.container()
    var create = box.createCommand()
    create.program = t.copyOfRuntime().program
    t.requireSuccess(t.run(create))
    box.claim()
    let held = cl_openat(AT_FDCWD, "/proc/\(box.pid)/exe", O_RDONLY | O_CLOEXEC, 0)
    t.require(held >= 0, "cannot open /proc/PID/exe")
    var first = [UInt8](repeating: 0, count: 4)
    _ = cl_pread(held, &first, 4, 0)
    let running = cl_openat(AT_FDCWD, "/proc/\(box.pid)/exe", O_WRONLY | O_CLOEXEC, 0)
    t.expect(running < 0, "the file that init runs can be opened for writing")
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    box.stop()
    cannotBeWritten(t, held, first, "/proc/PID/exe of what was init")
}

/// The same where the runtime's file lies on a read-only mount when the container is made, as on systems that remount
/// /usr for an update. Required: that mount is not trusted.
private func readOnlyMount(_ t: Trial) {
    t.ownMounts()
    let copy = t.copyOfRuntime()
    func remount(_ flags: UInt) {
        t.require(
            cl_mount("none", copy.file, nil, MountFlag.bind | MountFlag.remount | flags, nil) == 0, "cannot remount")
    }
    t.require(cl_mount(copy.file, copy.file, nil, MountFlag.bind, nil) == 0, "cannot mount \(copy.file)")
    remount(MountFlag.readOnly)
    let box = t.container()
    var create = box.createCommand()
    create.program = copy.program
    t.requireSuccess(t.run(create))
    box.claim()
    let held = cl_openat(AT_FDCWD, "/proc/\(box.pid)/exe", O_RDONLY | O_CLOEXEC, 0)
    t.require(held >= 0, "cannot open /proc/PID/exe")
    var first = [UInt8](repeating: 0, count: 4)
    _ = cl_pread(held, &first, 4, 0)
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    box.stop()
    remount(0)
    cannotBeWritten(t, held, first, "/proc/PID/exe of what was init")
}

/// Tries to write to a file that was held open while it ran, as soon as nobody runs it.
private func cannotBeWritten(_ t: Trial, _ held: Int32, _ first: [UInt8], _ what: String) {
    // Busy as long as somebody runs it: that is no protection, so wait.
    var writable: Int32 = -ETXTBSY
    for _ in 0..<200 where writable == -ETXTBSY {
        writable = cl_openat(AT_FDCWD, "/proc/self/fd/\(held)", O_WRONLY | O_CLOEXEC, 0)
        if writable == -ETXTBSY { cl_sleep_ms(10) }
    }
    // What is written is what is there.
    t.expect(writable != -ETXTBSY, "the file stays busy")
    if writable >= 0 {
        let count = first.withUnsafeBytes { cl_write(writable, $0.baseAddress, 4) }
        t.expect(count < 0, "the runtime's file can be written through \(what)")
        _ = cl_close(writable)
    }
    _ = cl_close(held)
}

/// Attack: the container's program is the runtime's own file, which someone in the container holds open while it runs
/// and writes to when it has ended (CVE-2019-5736). Its output is a full pipe, so that it runs for as long as it takes.
private func selfAsProgram(_ t: Trial) {
    let copy = t.copyOfRuntime()
    let before = File.bytes(copy.file)
    var ran = 0
    for program in ["/proc/self/exe", "/proc/1/exe", "/link"] {
        let box = t.container("c\(t.containers.count)") { config in
            config["process", "args"] = [.text(program), "--version"]
            config["root", "readonly"] = false
        }
        File.makeLink(box.rootfs + "/link", to: "/proc/self/exe")
        var ends: [Int32] = [-1, -1]
        _ = cl_pipe(&ends, O_CLOEXEC | O_NONBLOCK)
        let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 4096)
        while cl_write(ends[1], chunk, chunk.count) > 0 {}
        _ = cl_set_status_flags(ends[1], 0)
        var create = box.createCommand()
        create.program = copy.program
        create.output = .descriptor(ends[1])
        let outcome = t.run(create)
        if outcome.succeeded { box.claim() } else { t.expectFailure(outcome) }
        guard outcome.succeeded, box.start().succeeded else { continue }
        let held = cl_openat(AT_FDCWD, "/proc/\(box.pid)/exe", O_RDONLY | O_CLOEXEC, 0)
        // A runtime that is no static program ends at once: there is nothing to hold.
        if held < 0, !Proc.isAlive(box.pid) { continue }
        t.require(held >= 0, "cannot open /proc/PID/exe")
        var first = [UInt8](repeating: 0, count: 4)
        _ = cl_pread(held, &first, 4, 0)
        if Proc.arguments(box.pid).first == program { ran += 1 }
        box.stop()
        cannotBeWritten(t, held, first, program)
        for end in ends { _ = cl_close(end) }
    }
    t.note("\(ran) of 3 were executed")
    t.expect(File.bytes(copy.file) == before, "the runtime's file is as it was")
}

/// Attack: texts of more than 16 bits of length in the messages between the runtime and its child (CVE-2021-43784).
/// Required: they arrive whole, or are refused in words.
private func longTexts(_ t: Trial) {
    let box = t.container()
    let plain = box.config
    for size in [65_535, 65_536, 65_537, 131_071, 1 << 20] {
        let long = String(repeating: "a", count: size)
        let edits: [(String, (inout JSON) -> Void)] = [
            ("annotation", { $0["annotations"] = ["key": .text(long)] }),
            ("hostname", { $0["hostname"] = .text(long) }),
            ("mount source", { $0.mount("/mnt", "tmpfs", long) }),
            ("mount option", { $0.mount("/mnt", "tmpfs", "tmpfs", [long]) }),
            ("mount destination", { $0.mount("/" + long, "tmpfs", "tmpfs") }),
            ("namespace path", { $0.namespace("network", path: "/" + long) }),
            ("cgroup path", { $0["linux", "cgroupsPath"] = .text("/" + t.tag + long) }),
            ("masked path", { $0["linux", "maskedPaths"] = .array([.text("/" + long)]) }),
            ("cwd", { $0["process", "cwd"] = .text("/" + long) }),
        ]
        for (what, edit) in edits {
            box.config = plain
            box.edit(edit)
            let outcome = box.create()
            t.expect([0, 1].contains(outcome.status), "\(what) of \(size) bytes: \(outcome.exit)")
            if !outcome.succeeded { t.expect(!outcome.stderr.isEmpty, "\(what) of \(size) bytes: an error message") }
            if outcome.succeeded, what == "annotation" {
                t.equal(box.state["annotations", "key"], .text(long), "the annotation of \(size) bytes")
            }
            if outcome.succeeded { t.requireSuccess(box.delete(["--force"])) }
        }
    }
}

/// Attack: capabilities that a program of an ordinary user regains by file capabilities (CVE-2022-24769).
private func inheritable(_ t: Trial) {
    let box = t.running(["caps"]) { config in
        config["process", "capabilities", "inheritable"] = nil
        config["process", "user"] = ["uid": 1000, "gid": 1000]
    }
    t.equal(Proc.status(box.pid, "CapInh"), "0000000000000000", "inheritable set")
    t.equal(Proc.status(box.pid, "CapAmb"), "0000000000000000", "ambient set")
}

// MARK: Descriptors that lead out

/// The program must run inside the root, or not at all: its directory has a path there.
private func mustBeInside(_ t: Trial, _ what: String, _ box: Container, _ change: (inout Command) -> Void = { _ in }) {
    let outcome = box.run([], change)
    t.expect(outcome.exit != .timedOut, "\(what): run ends")
    guard outcome.succeeded else { return }
    let directory = box.facts["process", "cwd"]?.string ?? "nothing"
    t.expect(directory.hasPrefix("/"), "\(what): the program's directory is \(directory)")
    let root = File.facts(box.rootfs)
    t.expect(
        box.facts["stat", "../../../../../../../../..", "ino"]?.int == root.map { Int($0.inode) },
        "\(what): the highest directory is the container's root")
    t.expect(box.facts["stat", .key(t.directory), "errno"] == "ENOENT", "\(what): the host's files are seen")
}

private func looking(_ t: Trial, _ cwd: String) -> Container {
    t.container(
        "c\(t.containers.count)",
        program: ["/probe", "process", "+", "stat", "../../../../../../../../..", t.directory]
    ) { $0["process", "cwd"] = .text(cwd) }
}

/// Attack: the working directory is a descriptor of the runtime's that is a directory of the host (CVE-2024-21626).
/// Required: no such descriptor is left, and the directory is checked to be inside.
private func workingDirectory(_ t: Trial) {
    for number in 3..<24 {
        mustBeInside(t, "descriptor \(number)", looking(t, "/proc/self/fd/\(number)"))
    }
    for path in ["/proc/self/fd/7/../..", "/proc/1/fd/7", "/proc/thread-self/fd/7", "/proc/self/cwd", "/proc/1/cwd"] {
        mustBeInside(t, path, looking(t, path))
    }
}

private func strayDirectory(_ t: Trial) {
    let root = cl_openat(AT_FDCWD, "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    for number in [3, 4, 9, 30] as [Int32] {
        mustBeInside(t, "the caller's descriptor \(number)", looking(t, "/proc/self/fd/\(number)")) {
            $0.descriptors = [(number: number, ours: root)]
        }
    }
}

private func programPath(_ t: Trial) {
    let host = String(repeating: "../", count: 12) + t.template + "/probe"
    let root = cl_openat(AT_FDCWD, "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    for number in 3..<16 {
        let box = t.container("c\(t.containers.count)") {
            $0["process", "args"] = [.text("/proc/self/fd/\(number)/\(host)"), "exit", "0"]
        }
        let outcome = box.run { $0.descriptors = [(number: 3, ours: root), (number: 15, ours: root)] }
        t.expect(outcome.status > 0, "a program of the host's by descriptor \(number): \(outcome.exit)")
    }
}

private func linkToDescriptor(_ t: Trial) {
    for number in 3..<12 {
        let box = looking(t, "/link")
        File.makeLink(box.rootfs + "/link", to: "/proc/self/fd/\(number)")
        mustBeInside(t, "a link to descriptor \(number)", box)
    }
}

// MARK: The rest

/// Attack: a user of more than 32 bits, of which the lower ones are root's (CVE-2026-46680).
private func largeUser(_ t: Trial) {
    for number in ["4294967296", "18446744073709551616", "-4294967296"] {
        t.refused { $0["process", "user", "uid"] = .number(number) }
        t.refused { $0["process", "user", "gid"] = .number(number) }
    }
}

private func createdInit(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    for (fd, target) in Proc.descriptors(box.pid) where fd > 2 {
        let kind = File.facts("/proc/\(box.pid)/fd/\(fd)", follow: true)?.kind
        t.expect(kind != .directory, "descriptor \(fd) of the waiting process is the directory \(target)")
    }
}

/// Attack: through a namespace's file that stays open, a program enters what it should not.
private func createdJoined(_ t: Trial) {
    let holder = t.running("holder")
    let box = t.container("guest") { config in
        for (type, name) in [("network", "net"), ("ipc", "ipc"), ("uts", "uts"), ("cgroup", "cgroup")] {
            config.namespace(type, path: "/proc/\(holder.pid)/ns/\(name)")
        }
        config["hostname"] = nil
    }
    t.requireSuccess(box.create())
    t.equal(Proc.namespace(box.pid, "net"), Proc.namespace(holder.pid, "net"), "network namespace")
    for (fd, target) in Proc.descriptors(box.pid) {
        for name in ["net:", "ipc:", "uts:", "cgroup:"] {
            t.expect(!target.hasPrefix(name), "descriptor \(fd) of the waiting process is \(target)")
        }
    }
}

/// Attack: the image's /dev/null is a device of which the opening alone does something: it rewinds a tape, arms a
/// watchdog. Required: a stream is replaced by what is known to be the null device.
private func deviceCalledNull(_ t: Trial) {
    t.ownMounts()
    // Where the mount namespace is somebody else's, no devices are made: /dev is the image's.
    let box = t.container { config in
        config.inheritNamespace("mount")
        config["mounts"] = []
        config["root", "readonly"] = false
        for key in ["maskedPaths", "readonlyPaths"] { config["linux", .key(key)] = nil }
    }
    let node = box.rootfs + "/dev/null"
    t.require(cl_mknodat(AT_FDCWD, node, 0o020666, cl_makedev(1, 5)) == 0, "cannot make a device")
    let watch = inotify_init1(O_NONBLOCK | O_CLOEXEC)
    t.require(inotify_add_watch(watch, node, 0x20 /* IN_OPEN */) >= 0, "cannot watch the device")
    t.requireSuccess(box.create())
    var event = [UInt8](repeating: 0, count: 4096)
    t.expect(cl_read(watch, &event, event.count) < 0, "the image's device was opened")
    t.requireSuccess(box.start())
    box.awaitFact("ready")
}

/// The waiting process is the runtime's code with its memory: a process of the same pid namespace, with the same user
/// and more capabilities, must not look into it.
private func notDumpable(_ t: Trial) {
    let holder = t.running("holder")
    let box = t.container("guest") { config in
        config.namespace("pid", path: "/proc/\(holder.pid)/ns/pid")
    }
    t.requireSuccess(box.create())
    let number = t.require(
        Proc.status(box.pid, "NSpid")?.split(separator: "\t").last.map { String($0) }, "its number in the namespace")
    let waiting = ["exe", "cwd", "fd/0", "fd/3"].map { "/proc/\(number)/" + $0 }
    let looker = t.running("looker", ["stat", "/proc/1/exe"] + waiting) { config in
        config.namespace("pid", path: "/proc/\(holder.pid)/ns/pid")
        let names = config["process", "capabilities", "bounding"]?.strings ?? []
        config.capabilities(names + ["CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE"])
    }
    t.expect(looker.facts["stat", "/proc/1/exe", "link"]?.string != nil, "a program like any other can be looked into")
    for path in waiting {
        let link = looker.facts["stat", .key(path), "link"]?.string
        t.expect(link == nil, "\(path) of the waiting process is seen from inside: \(link ?? "")")
    }
    for guest in [looker, box] {
        t.requireSuccess(guest.delete(["--force"]))
        _ = Exit.of(child: guest.pid, within: 2000)
    }
}

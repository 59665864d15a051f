import CLinux
import Glibc

extension Group {
    static var checkpoint: Group {
        Group(
            "checkpoint",
            [
                Case("a counter survives checkpoint, delete and restore", "runc: checkpoint", survives, timeout: 60),
                Case("the id can be used again at once", "runc: checkpoint", sameID, timeout: 60),
                Case("--leave-running lets it run on", "runc: checkpoint", leavesRunning, timeout: 60),
                Case("--pre-dump and --parent-path make it in two parts", "runc: checkpoint", inParts, timeout: 60),
                Case("bind mounts are there again", "runc: checkpoint", bindMounts, timeout: 60),
                Case("limits hold after restore", "runc: checkpoint", limits, timeout: 60),
                Case("restore stays in the foreground", "runc: restore", foreground, timeout: 60),
                Case("an image that is none is refused", "runc: restore", noImage, timeout: 60),
                Case("restore of an id that is taken is refused, without effect", "runc: restore", taken, timeout: 60),
                Case("restore of one id, two at once: one wins", "runc: restore", restoredTwice, timeout: 60),
                Case("a restore that fails half-way leaves nothing", "runc: restore", failedHalfway, timeout: 60),
                Case("TERM ends a restore, and nothing is left", "runc: restore", interrupted, timeout: 60),
                Case("a checkpoint that fails lets it run on", "runc: checkpoint", failed, timeout: 60),
                Case("checkpoint beside kill: both end", "runc: checkpoint", besideKill, timeout: 60),
                Case("only a running container can be checkpointed", "runc: checkpoint", wrongStates),
            ] + checkpointOptions + moreOfCheckpoint + checkpointScopes)
    }
}

/// Counts, and beside each number writes what only this run of the program knows.
private let counting =
    "t=$(cat /proc/sys/kernel/random/uuid); i=0; while :; do i=$((i+1)); echo $i $t >>/tmp/n; sleep 0.1; done"

extension Trial {
    func requireCriu() {
        requireWorking()
        guard let criu = File.program("criu") ?? (File.exists("/usr/sbin/criu") ? "/usr/sbin/criu" : nil) else {
            skip("criu is not installed")
        }
        let file = directory + "/said/criu"
        var command = Command(
            program: criu, arguments: ["check"], output: .file(file), error: .file(file + ".err"))
        command.timeout *= patience
        if !run(command).succeeded { skip("criu check fails here") }
    }

    /// A container that counts in a file of its own, without streams of the caller's.
    func counter(
        _ before: String = "", inScope: Bool = false, _ edit: (inout JSON) -> Void = { _ in }
    ) -> Container {
        let box = withoutStreams(["/bin/sh", "-c", before + counting], inScope: inScope, edit)
        eventually("it counts") { self.count(box.pid) > 2 }
        return box
    }

    /// A container whose program begins no other process, for cases that look at what there is. What criu mounts for a
    /// while for cases beside them is out of their view when they have mounts of their own.
    fileprivate func waiter() -> Container {
        let box = withoutStreams(["/probe", "pause"]) { _ in }
        eventually("the program waits") { Proc.arguments(box.pid) == ["/probe", "pause"] }
        return box
    }

    private func withoutStreams(
        _ program: [String], inScope: Bool = false, _ edit: (inout JSON) -> Void
    ) -> Container {
        requireCriu()
        let box = container(program: program) { config in
            config.mount("/tmp", "tmpfs", "tmpfs")
            edit(&config)
        }
        let null = cl_openat(AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0)
        requireSuccess(
            box.create { command in
                command.output = .descriptor(null)
                command.error = .descriptor(null)
                if inScope { command.arguments.insert("--systemd-cgroup", at: 0) }
            })
        requireSuccess(box.start())
        return box
    }

    /// How far a counter is.
    func count(_ pid: Int32) -> Int { Int(counted(pid).first ?? "") ?? 0 }

    /// What only this run of a counter's program knows.
    fileprivate func memory(_ pid: Int32) -> String { String(counted(pid).dropFirst().first ?? "") }

    private func counted(_ pid: Int32) -> [Substring] {
        let text = File.text("/proc/\(pid)/root/tmp/n") ?? ""
        // Behind the last end of a line another may be coming.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.dropLast().last?.split(separator: " ") ?? []
    }

    func checkpoint(_ box: Container, _ options: [String] = [], image: String = "image") -> Outcome {
        let command = command(["checkpoint", "--image-path", directory + "/" + image] + options + [box.id])
        return run(command)
    }

    /// `restore` with the bundle of a container, and the process id that the pid file has then.
    func restore(
        _ box: Container, _ options: [String] = [], id: String, image: String = "image", inScope: Bool = false
    ) -> Int32 {
        let pidFile = directory + "/said/restored.pid"
        var command = command(
            [
                "restore", "--detach", "--bundle", box.bundle, "--image-path", directory + "/" + image, "--pid-file",
                pidFile,
            ] + options + [id])
        // What the restored program would keep open is not waited for.
        let null = cl_openat(AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0)
        command.output = .descriptor(null)
        if inScope { command.arguments.insert("--systemd-cgroup", at: 0) }
        requireSuccess(run(command))
        box.claim()
        return require(File.text(pidFile).flatMap { Int32($0) }, "the pid file says no number")
    }

    /// Empties files of an image.
    func empty(_ prefix: String, of image: String) {
        let files = (File.list(directory + "/" + image) ?? []).filter { $0.hasPrefix(prefix) }
        expect(!files.isEmpty, "the image has files \(prefix)*")
        for file in files { File.write("", to: directory + "/" + image + "/" + file) }
    }

    /// The restored container goes with what the case has left.
    func remove(_ id: String) { requireSuccess(runtime("delete", "--force", id)) }
}

private func survives(_ t: Trial) {
    let box = t.counter()
    let (last, memory) = (t.count(box.pid), t.memory(box.pid))
    t.requireSuccess(t.checkpoint(box))
    box.awaitExit()
    if box.status != nil {
        t.equal(box.status, "stopped", "status after the checkpoint")
        t.requireSuccess(box.delete())
    }
    let id = t.tag + "again"
    let pid = t.restore(box, id: id)
    let state = t.require(t.runtime("state", id).json, "the state of the restored container")
    t.equal(state["status"], "running", "status")
    t.equal(state["pid"], .number(String(pid)), "process id")
    let count = t.count(pid)
    t.expect(count >= last, "it counts on from \(last), found \(count)")
    t.equal(t.memory(pid), memory, "what the program remembers")
    t.eventually("it counts") { t.count(pid) > count }
    t.remove(id)
    t.expect(!Proc.isAlive(pid), "process \(pid) must have ended")
}

private func sameID(_ t: Trial) {
    let box = t.counter()
    let (last, memory) = (t.count(box.pid), t.memory(box.pid))
    t.requireSuccess(t.checkpoint(box))
    box.awaitExit()
    let pid = t.restore(box, id: box.id)
    t.equal(box.status, "running", "status")
    let count = t.count(pid)
    t.expect(count >= last, "it counts on from \(last), found \(count)")
    t.equal(t.memory(pid), memory, "what the program remembers")
    t.eventually("it counts") { t.count(pid) > count }
}

private func leavesRunning(_ t: Trial) {
    let box = t.counter()
    t.requireSuccess(t.checkpoint(box, ["--leave-running"]))
    t.equal(box.status, "running", "status")
    let count = t.count(box.pid)
    t.eventually("it counts") { t.count(box.pid) > count }
    let id = t.tag + "twin"
    let pid = t.restore(box, id: id)
    t.differs(pid, box.pid, "process ids of the two")
    t.remove(id)
    t.equal(box.status, "running", "status of the first after the end of the second")
}

private func inParts(_ t: Trial) {
    let box = t.counter()
    t.requireSuccess(t.checkpoint(box, ["--pre-dump"], image: "before"))
    t.equal(box.status, "running", "status after the first part")
    let (last, memory) = (t.count(box.pid), t.memory(box.pid))
    t.requireSuccess(t.checkpoint(box, ["--parent-path", "../before"]))
    box.awaitExit()
    let pid = t.restore(box, id: t.tag + "again")
    t.expect(t.count(pid) >= last, "it counts on from \(last)")
    t.equal(t.memory(pid), memory, "what the program remembers")
    t.remove(t.tag + "again")
}

private func bindMounts(_ t: Trial) {
    let volume = t.directory + "/volume"
    File.makeDirectory(volume)
    File.write("before", to: volume + "/file")
    let box = t.counter { config in
        config.mount("/data", "bind", volume, ["rbind", "ro"])
    }
    t.requireSuccess(t.checkpoint(box))
    box.awaitExit()
    File.write("after", to: volume + "/file")
    let id = t.tag + "again"
    let pid = t.restore(box, id: id)
    t.equal(File.text("/proc/\(pid)/root/data/file"), "after", "file in the volume")
    let mount = t.require(Proc.mounts(pid).first { $0.point == "/data" }, "a mount on /data")
    t.expect(mount.options.contains("ro"), "options of the mount on /data: expected ro, found \(mount.options)")
    t.remove(id)
}

private func limits(_ t: Trial) {
    let box = t.counter { config in
        config["linux", "resources", "pids"] = ["limit": 77]
    }
    t.requireSuccess(t.checkpoint(box))
    box.awaitExit()
    let id = t.tag + "again"
    let pid = t.restore(box, id: id)
    let path = t.require(Proc.cgroup(pid), "the cgroup of process \(pid)")
    let mount = t.require(
        Proc.cgroupTrees.first { $0.type == "cgroup2" && $0.root == "/" }, "a mount of cgroup2")
    t.equal(File.text(mount.point + path + "/pids.max"), "77\n", "pids.max")
    t.remove(id)
}

private func foreground(_ t: Trial) {
    let box = t.counter("trap 'exit 7' TERM; ")
    t.requireSuccess(t.checkpoint(box))
    box.awaitExit()
    let id = t.tag + "again"
    let command = t.command(
        ["restore", "--bundle", box.bundle, "--image-path", t.directory + "/image", id])
    let running = command.spawn()
    t.eventually("it runs", within: 20_000) { t.runtime("state", id).json?["status"] == "running" }
    t.requireSuccess(t.runtime("kill", id, "TERM"))
    t.equal(t.note(running.wait()).exit, .status(7), "end of restore")
    t.expectFailure(t.runtime("state", id), saying: "does not exist")
}

private func noImage(_ t: Trial) {
    t.ownMounts()
    let box = t.waiter()
    File.makeDirectory(t.directory + "/empty")
    for image in ["/empty", "/missing"] {
        t.unchanged("restore of an image that is none") {
            t.expectFailure(
                t.run(
                    t.command(
                        [
                            "restore", "--detach", "--bundle", box.bundle, "--image-path", t.directory + image,
                            "--work-path", t.directory + "/said", t.tag + "none",
                        ])))
        }
    }
}

private func wrongStates(_ t: Trial) {
    t.ownMounts()
    let box = t.container()
    t.requireSuccess(box.create())
    t.unchanged("checkpoint of a created container") { t.expectFailure(t.checkpoint(box)) }
    t.equal(box.status, "created", "status")
    box.stop()
    t.unchanged("checkpoint of a stopped container") { t.expectFailure(t.checkpoint(box)) }
    t.unchanged("checkpoint of an unknown container") {
        t.expectFailure(t.runtime("checkpoint", t.tag + "none"), saying: "does not exist")
    }
}

/// `restore --detach` of a container's image, without the caller's streams.
private func restoreCommand(
    _ t: Trial, _ box: Container, _ options: [String] = [], id: String
) -> Command {
    var command = t.command(
        ["restore", "--detach", "--bundle", box.bundle, "--image-path", t.directory + "/image"] + options + [id])
    command.output = .descriptor(cl_openat(AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0))
    return command
}

private func taken(_ t: Trial) {
    t.ownMounts()
    let box = t.waiter()
    t.requireSuccess(t.checkpoint(box, ["--leave-running"]))
    t.unchanged("restore of an id that is taken") {
        t.expectOneRecord(t.logged(restoreCommand(t, box, id: box.id)))
    }
    t.equal(box.status, "running", "status")
    t.expect(Proc.isAlive(box.pid), "the program lives")
}

private func restoredTwice(_ t: Trial) {
    let box = onlyImage(t)
    let outcomes = t.together([restoreCommand(t, box, id: box.id), restoreCommand(t, box, id: box.id)])
    box.claim()
    t.equal(outcomes.filter { $0.succeeded }.count, 1, "restores that succeeded")
    for outcome in outcomes { t.expect(outcome.status >= 0, "\(outcome.line): \(outcome.exit)") }
    t.equal(box.status, "running", "status")
}

/// A container of which only the bundle and an image are left.
private func onlyImage(_ t: Trial) -> Container {
    let box = t.counter()
    t.requireSuccess(t.checkpoint(box))
    box.awaitExit()
    if box.status != nil { t.requireSuccess(box.delete()) }
    return box
}

private func failedHalfway(_ t: Trial) {
    t.ownMounts()
    let box = onlyImage(t)
    t.empty("mm-", of: "image")
    t.unchanged("a restore that fails") {
        t.expectFailure(
            t.run(restoreCommand(t, box, ["--work-path", t.directory + "/said"], id: t.tag + "again")))
    }
}

private func interrupted(_ t: Trial) {
    t.ownMounts()
    let box = onlyImage(t)
    // criu reads what is not there again and again. (4.1)
    t.empty("pages-", of: "image")
    t.unchanged("a restore that is ended by a signal") {
        let work = ["--work-path", t.directory + "/said"]
        let running = restoreCommand(t, box, work, id: t.tag + "again").spawn()
        t.eventually("criu is at work", within: 20_000) { File.exists(t.directory + "/said/restore.log") }
        cl_sleep_ms(Int32(200) * Int32(t.patience))
        Proc.sendSignal(running.pid, SIGTERM)
        let outcome = t.note(running.wait())
        t.expect(!outcome.succeeded && outcome.exit != .timedOut, "end of restore: \(outcome.exit)")
    }
}

private func failed(_ t: Trial) {
    t.ownMounts()
    let box = t.waiter()
    File.write("", to: t.directory + "/image")
    t.unchanged("a checkpoint that fails") {
        t.expectOneRecord(t.logged(t.command(["checkpoint", "--image-path", t.directory + "/image", box.id])))
    }
    t.equal(box.status, "running", "status")
    // A program that was left stopped would not hear it.
    t.requireSuccess(box.kill("TERM"))
    t.equal(box.awaitExit(), .status(0), "end of the program")
}

private func besideKill(_ t: Trial) {
    let box = t.counter()
    let outcomes = t.together([
        t.command(["checkpoint", "--image-path", t.directory + "/image", box.id]),
        t.command(["kill", box.id, "KILL"]),
    ])
    for outcome in outcomes { t.expect(outcome.status >= 0, "\(outcome.line): \(outcome.exit)") }
    box.awaitExit()
    t.expect(box.status == nil || box.status == "stopped", "status: found \(box.status ?? "")")
}

import CLinux
import Glibc

extension Group {
    /// What criu must be told, and hooks; of the group "checkpoint".
    static var checkpointOptions: [Case] {
        [
            Case("--file-locks: a lock is held again", "runc: checkpoint --file-locks", fileLocks, timeout: 60),
            Case("--tcp-established: a connection goes on", "runc: --tcp-established", connection, timeout: 60),
            Case(
                "org.criu.config names criu's configuration", "runc: annotation org.criu.config", ownFile, timeout: 60),
            Case("hooks of the namespaces run at restore", "runc: restore", hooks, timeout: 60),
        ]
    }
}

/// A checkpoint without the flag fails and lets the container run on; with it both it and `restore` succeed.
private func withFlag(_ t: Trial, _ box: Container, _ flag: String, id: String) -> Int32 {
    t.expectFailure(t.checkpoint(box, image: "without"))
    t.equal(box.status, "running", "status after a checkpoint without \(flag)")
    t.requireSuccess(t.checkpoint(box, [flag]))
    box.awaitExit()
    return t.restore(box, [flag], id: id)
}

private func fileLocks(_ t: Trial) {
    let box = t.counter("/probe lock /tmp/lock + pause & ")
    t.eventually("the lock is held") { File.exists("/proc/\(box.pid)/root/tmp/lock") }
    let id = t.tag + "again"
    _ = withFlag(t, box, "--file-locks", id: id)
    let outcome = t.runtime("exec", id, "/probe", "lock", "/tmp/lock")
    t.equal(Container.merged(outcome.stdout)["lock", "/tmp/lock", "errno"], "EAGAIN", "who tries to get the lock")
    t.remove(id)
}

private func connection(_ t: Trial) {
    let server = "while :; do echo tick; sleep 0.1; done | busybox nc -l -p 999 >/dev/null"
    let client = "tail -f /dev/null | busybox nc 127.0.0.1 999 >/tmp/got"
    let box = t.counter("ip link set lo up; (\(server)) & sleep 0.5; (\(client)) & ") {
        $0.capabilities(["CAP_NET_ADMIN", "CAP_NET_BIND_SERVICE"])
    }
    func got(_ pid: Int32) -> Int64 { Int64(File.facts("/proc/\(pid)/root/tmp/got")?.size ?? 0) }
    t.eventually("something comes through the connection") { got(box.pid) > 0 }
    let id = t.tag + "again"
    let pid = withFlag(t, box, "--tcp-established", id: id)
    let before = got(pid)
    t.expect(before > 0, "what had come is there")
    t.eventually("more comes through the connection", within: 10_000) { got(pid) > before }
    t.remove(id)
}

private func ownFile(_ t: Trial) {
    let file = t.directory + "/criu.conf"
    File.write("log-file own.log\n", to: file)
    let box = t.counter { $0["annotations"] = ["org.criu.config": .text(file)] }
    let work = t.directory + "/work"
    File.makeDirectory(work)
    t.requireSuccess(t.checkpoint(box, ["--work-path", work]))
    box.awaitExit()
    t.expect(File.exists(work + "/own.log"), "criu's log has the name that the file says: \(File.list(work) ?? [])")
}

private func hooks(_ t: Trial) {
    File.makeDirectory(hookLog(t))
    let box = t.counter { config in
        for kind in ["prestart", "createRuntime", "createContainer", "poststop"] {
            config["hooks", .key(kind)] = [t.scriptHook("echo \(kind) >>\(hookLog(t))/hooks")]
        }
    }
    func runs(_ kind: String) -> Int {
        (File.text(hookLog(t) + "/hooks") ?? "").split(separator: "\n").filter { $0 == kind }.count
    }
    t.requireSuccess(t.checkpoint(box))
    box.awaitExit()
    let id = t.tag + "again"
    _ = t.restore(box, id: id)
    for kind in ["prestart", "createRuntime"] { t.equal(runs(kind), 2, "times that \(kind) hooks ran") }
    t.equal(runs("createContainer"), 1, "times that createContainer hooks ran: what they did is in the image")
    let before = runs("poststop")
    t.remove(id)
    t.equal(runs("poststop"), before + 1, "times that poststop hooks ran")
}

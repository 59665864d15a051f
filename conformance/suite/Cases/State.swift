import CLinux
import Glibc

extension Group {
    static var state: Group {
        Group(
            "state",
            [
                Case("of a created container", "runtime.md, State and Query State", created),
                Case("of a running container", "runtime.md, State and Query State", running),
                Case("of a stopped container", "runtime.md, State and Query State", stopped),
                Case("of an ended but unreaped container is stopped", "runtime.md, State: stopped", unreaped),
                Case("of a container killed before start is stopped", "runtime.md, State: stopped", killedBefore),
                Case("carries the annotations", "runtime.md, State: annotations", annotations),
                Case("without annotations", "runtime.md, State: absent or an empty map", noAnnotations),
                Case("has the types of its schema", "schema/state-schema.json", schema),
                Case("has an absolute rootfs and an RFC 3339 time", "engines: buildkit, containerd", engineFields),
                Case("keeps its time of creation", "engines: containerd, CRI-O", sameTime),
                Case("fails without an id", "runtime.md, Query State: error without the ID", withoutID),
                Case("fails with a word too many", "runc's command line: one argument", tooManyWords),
                Case("of an unknown container fails", "runtime.md, Query State; engines: “does not exist”", unknown),
                Case("of a container in another state root fails", "runtime.md, Scope of a Container", otherRoot),
                Case("changes nothing", "runtime.md, Query State", changesNothing),
                Case("works after the bundle is gone", "runtime.md, Query State", bundleGone),
            ])
    }
}

private func created(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    let state = box.state
    t.equal(state["status"], "created", "status")
    t.equal(state["id"], .text(box.id), "id")
    t.equal(state["bundle"], .text(box.bundle), "bundle")
    t.equal(state["pid"]?.int, Int(box.pid), "pid, which the pid file says too")
    t.equal(Proc.status(box.pid, "NSpid")?.split(separator: "\t").last, "1", "process id inside")
}

private func running(_ t: Trial) {
    let box = t.running(["process", "+", "ns"])
    t.equal(box.state["status"], "running", "status")
    t.equal(box.state["pid"]?.int, Int(box.pid), "pid")
    t.equal(box.facts["process", "pid"], 1, "pid inside")
    t.equal(box.facts["ns", "mnt"]?.string, Proc.namespace(box.pid, "mnt") ?? "none", "mount namespace")
}

/// `stopped` without a process: engines accept 0 and an absent key.
private func expectStopped(_ t: Trial, _ box: Container) {
    let state = box.state
    t.equal(state["status"], "stopped", "status")
    t.equal(state["id"], .text(box.id), "id")
    t.equal(state["bundle"], .text(box.bundle), "bundle")
    t.expect((state["pid"]?.int ?? 0) == 0, "pid: expected 0 or none, found \(state["pid"]?.compact ?? "")")
}

private func stopped(_ t: Trial) {
    let box = t.running()
    box.stop()
    expectStopped(t, box)
}

private func unreaped(_ t: Trial) {
    let box = t.container(program: ["/probe", "exit", "0"])
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    t.eventually("the program ends") { Proc.stat(box.pid)?.first == "Z" }
    expectStopped(t, box)
    t.expectFailure(box.kill("KILL"))
    t.requireSuccess(box.delete())
}

private func killedBefore(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    box.stop()
    expectStopped(t, box)
}

private func annotations(_ t: Trial) {
    let wanted: JSON = ["org.example.key": "value", "empty": "", "quote\"d": "a\\b", "ünï": "<&>"]
    let box = t.container { $0["annotations"] = wanted }
    t.requireSuccess(box.create())
    for member in wanted.members ?? [] {
        t.equal(box.state["annotations", .key(member.key)], member.value, "annotation \(member.key)")
    }
    box.stop()
    t.equal(box.state["annotations", "org.example.key"], "value", "annotation of the stopped container")
}

private func noAnnotations(_ t: Trial) {
    for given in [nil, [:]] as [JSON?] {
        let box = t.container("c\(t.containers.count + 1)") { $0["annotations"] = given }
        t.requireSuccess(box.create())
        let shown = box.state["annotations"]
        t.expect(shown == nil || shown == [:], "annotations: expected none, found \(shown?.compact ?? "")")
    }
}

private func schema(_ t: Trial) {
    let box = t.running()
    let state = box.state
    let version = Version.parts(state["ociVersion"]?.string)
    t.equal(version?.first, 1, "major number of ociVersion")
    t.expect(state["id"]?.string != nil, "id: expected a string")
    t.expect((state["pid"]?.int ?? -1) >= 0, "pid: expected an integer from 0 up")
    t.expect(state["bundle"]?.string?.hasPrefix("/") == true, "bundle: expected an absolute path")
    if let annotations = state["annotations"] {
        t.expect(annotations.members != nil, "annotations: expected an object, found \(annotations.compact)")
    }
}

private func engineFields(_ t: Trial) {
    let box = t.running()
    let state = box.state
    t.equal(state["rootfs"], .text(box.rootfs), "rootfs")
    t.expect(Timestamp.isValid(state["created"]?.string), "created: expected RFC 3339, found \(state.compact)")
}

private func sameTime(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    let time = t.require(box.state["created"], "created: expected a time")
    t.requireSuccess(box.start())
    t.equal(box.state["created"], time, "created after start")
    box.stop()
    t.equal(box.state["created"], time, "created when stopped")
}

private func withoutID(_ t: Trial) {
    t.requireWorking()
    t.unchanged("state without an id") { t.expectFailure(t.runtime("state")) }
}

private func tooManyWords(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    t.expectFailure(t.runtime("state", box.id, box.id))
}

private func unknown(_ t: Trial) {
    t.requireWorking()
    t.unchanged("state of an unknown container") {
        let outcome = t.runtime("state", t.tag + "none")
        t.expectFailure(outcome, saying: "does not exist")
        t.equal(outcome.stdout, "", "stdout")
    }
}

private func otherRoot(_ t: Trial) {
    let box = t.running()
    File.makeDirectory(t.directory + "/other")
    var command = t.command(["state", box.id])
    command.arguments = ["--root", t.directory + "/other", "state", box.id]
    t.expectFailure(t.run(command), saying: "does not exist")
    t.equal(box.status, "running", "status in its own root")
}

private func changesNothing(_ t: Trial) {
    let box = t.running()
    t.unchanged("state") { t.expectSuccess(t.runtime("state", box.id)) }
}

private func bundleGone(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    File.remove(box.bundle + "/config.json")
    cl_sleep_ms(5)
    t.equal(box.status, "created", "status without the bundle's config.json")
}

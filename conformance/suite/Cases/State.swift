extension Group {
    static var state: Group {
        Group(
            "state",
            [
                Case("of a created container", "runtime.md, State and Query State", created),
                Case("of a running container", "runtime.md, State and Query State", running),
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
    t.expect(Proc.isAlive(box.pid), "pid: expected a live process of the host, found \(box.pid)")
}

private func running(_ t: Trial) {
    let box = t.running(["process", "+", "ns"])
    t.equal(box.state["status"], "running", "status")
    t.equal(box.facts["process", "pid"], 1, "pid inside")
    t.equal(box.facts["ns", "mnt"]?.string, Proc.namespace(box.pid, "mnt") ?? "", "mount namespace")
}

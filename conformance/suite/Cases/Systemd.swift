import CLinux
import Glibc

extension Group {
    static var systemdScopes: Group {
        Group(
            "systemd scope",
            [
                Case("the container is in a scope of its own", "crun(1), runc(8): --systemd-cgroup", ownScope),
                Case("slice, prefix and name are as asked for", "runc: slice:prefix:name", named),
                Case("a dash in the slice leads a level down", "systemd.slice(5)", nestedSlice),
                Case("what cannot be a unit is refused", "systemd.unit(5), names", refusedNames),
                Case("the container sees its cgroup as the top", "cgroup_namespaces(7)", cgroupNamespace),
                Case("without a cgroup namespace it is in its scope too", "cgroups(7)", noCgroupNamespace),
                Case("the scope is described, delegated and collected", "org.freedesktop.systemd1(5)", description),
                Case("annotations set properties", "runc: org.systemd.property.*", annotations),
                Case(
                    "annotations that are no properties are refused", "runc: org.systemd.property.*", refusedAnnotations
                ),
                Case("an annotation names a cgroup in the scope", "crun(1): run.oci.systemd.subgroup", subgroup),
                Case("a unit that is there is refused and left alone", "a container's cgroup is its own", taken),
                Case("a unit that has failed makes room", "runc: UnitExists", failedUnit),
            ])
    }

    static var systemdLife: Group {
        Group(
            "systemd lifecycle",
            [
                Case("delete removes the unit", "runtime.md, Delete", removed),
                Case("delete --force of a running one removes the unit", "runc's delete --force", forced),
                Case("the verbs after create need no flag", "conmon: exec has no --systemd-cgroup", noFlag),
                Case("pause and resume", "runc's pause", paused),
                Case("systemctl stop: stopped, and delete works", "the state stays true", stopped),
                Case(
                    "a name that another container has by now is left to it", "a container's cgroup is its own", reused),
                Case("cgroups made inside go too", "runtime.md, Delete", innerCgroups),
                Case("run removes the unit at its end", "runc's run", foreground),
                Case("a failed create leaves no unit", "runtime.md, Errors", failedCreate, timeout: 60),
                Case(
                    "create killed at any moment leaves what delete --force removes", "runtime.md, Delete", killed,
                    timeout: 120),
                Case("many, half of them failing, leave no unit", "runtime.md, Delete", many, timeout: 240),
            ])
    }
}

/// Programs of systemd and scopes of containers, for cases about them.
extension Trial {
    /// Ends the case where systemd does not run the machine with pure cgroup v2.
    func needsSystemd() {
        guard File.exists("/run/systemd/system"), (File.text("/proc/1/comm") ?? "").hasPrefix("systemd") else {
            skip("systemd does not run this machine")
        }
        guard Proc.mounts(ownPid).contains(where: { $0.point == "/sys/fs/cgroup" && $0.type == "cgroup2" }) else {
            skip("this machine has not cgroup v2 alone")
        }
    }

    /// Runs systemctl and answers what it prints.
    @discardableResult
    func systemctl(_ words: String...) -> Outcome {
        var command = command([])
        command.program = "/usr/bin/systemctl"
        command.arguments = words
        return run(command)
    }

    /// A property of a unit as `systemctl show` has it.
    func property(_ name: String, of unit: String) -> String {
        var text = systemctl("show", "--property", name, "--value", unit).stdout
        while text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    /// A container in a scope: created, and started.
    func inScope(_ name: String = "c1", _ commands: [String] = [], _ edit: (inout JSON) -> Void = { _ in }) -> Container
    {
        let program = commands.first == "pause" ? commands : commands.isEmpty ? ["pause"] : commands + ["+", "pause"]
        let box = container(name, program: ["/probe"] + program, edit)
        requireSuccess(box.createScope())
        requireSuccess(box.start())
        box.awaitFact("ready")
        return box
    }

    /// The units with the case's tag in their names.
    var units: [String] {
        systemctl("list-units", "--all", "--plain", "--no-legend", "*\(tag)*").stdout.split(separator: "\n").compactMap
        {
            $0.split(separator: " ").first.map(String.init)
        }
    }

    func expectNoUnit(_ when: String) {
        // systemd forgets a unit when it comes to it.
        eventually("no unit is left after \(when)", within: 3000) { units.isEmpty }
    }
}

extension Container {
    /// `create` with the systemd driver.
    @discardableResult
    func createScope() -> Outcome { create { $0.arguments.insert("--systemd-cgroup", at: 0) } }

    /// The last part of the container's cgroup that is a scope.
    var scope: String {
        let parts = (Proc.cgroup(pid) ?? "").split(separator: "/")
        return trial.require(parts.last { $0.hasSuffix(".scope") }.map(String.init), "a scope in the cgroup")
    }

    /// The directory of the scope.
    var scopeDirectory: String {
        let path = trial.require(Proc.cgroup(pid), "the cgroup of the container")
        let end = trial.require(path.range(of: ".scope")?.upperBound, "a scope in \(path)")
        return "/sys/fs/cgroup" + path[..<end]
    }
}

extension String {
    /// Where the text is for the last time.
    fileprivate func range(of text: String) -> Range<String.Index>? {
        var index = endIndex
        while index > startIndex {
            index = self.index(before: index)
            if self[index...].hasPrefix(text) { return index..<self.index(index, offsetBy: text.count) }
        }
        return nil
    }
}

// MARK: The scope

private func ownScope(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope()
    t.contains(box.scope, box.id, "scope")
    t.contains(Proc.cgroup(box.pid) ?? "", "/system.slice/", "cgroup")
    t.equal(t.property("ActiveState", of: box.scope), "active", "ActiveState")
    t.expectSuccess(t.systemctl("status", "--no-pager", box.scope))
}

private func named(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope { $0["linux", "cgroupsPath"] = .text("machine.slice:\(t.tag)x:y") }
    t.contains(Proc.cgroup(box.pid) ?? "", "/machine.slice/\(t.tag)x-y.scope", "cgroup")
    let other = t.inScope("c2") { $0["linux", "cgroupsPath"] = .text(":\(t.tag)x:z") }
    t.contains(Proc.cgroup(other.pid) ?? "", "/system.slice/\(t.tag)x-z.scope", "cgroup")
}

private func nestedSlice(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope { $0["linux", "cgroupsPath"] = .text("confa-b.slice:\(t.tag)x:y") }
    t.contains(Proc.cgroup(box.pid) ?? "", "/confa.slice/confa-b.slice/\(t.tag)x-y.scope", "cgroup")
    t.requireSuccess(box.delete(["--force"]))
    t.systemctl("stop", "confa.slice", "confa-b.slice")
}

private func refusedNames(_ t: Trial) {
    t.needsSystemd()
    for path in ["/foo/bar", "foo", "gold:c7", "a/b.slice:gold:c8", "system:x:a", "system.slice:x:a b"] {
        let box = t.container("c\(t.containers.count)") { $0["linux", "cgroupsPath"] = .text(path) }
        t.unchanged("a failed create") { t.expectFailure(box.createScope()) }
    }
}

private func cgroupNamespace(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope()
    t.equal(Proc.namespace(box.pid, "cgroup") == Proc.namespace(t.ownPid, "cgroup"), false, "shares the namespace")
    var command = t.command([])
    command.program = "/usr/bin/nsenter"
    command.arguments = ["--target", "\(box.pid)", "--cgroup", "--", "/bin/busybox", "cat", "/proc/\(box.pid)/cgroup"]
    t.equal(t.run(command).stdout, "0::/\n", "its cgroup as its namespace has it")
}

private func noCgroupNamespace(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope { $0.inheritNamespace("cgroup") }
    t.equal(Proc.namespace(box.pid, "cgroup"), Proc.namespace(t.ownPid, "cgroup"), "cgroup namespace")
    t.contains(box.scope, box.id, "scope")
}

private func description(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope()
    t.contains(t.property("Description", of: box.scope), box.id, "Description")
    t.equal(t.property("Delegate", of: box.scope), "yes", "Delegate")
    t.equal(t.property("CollectMode", of: box.scope), "inactive-or-failed", "CollectMode")
    t.equal(t.property("MemoryAccounting", of: box.scope), "yes", "MemoryAccounting")
    t.equal(t.property("DefaultDependencies", of: box.scope), "no", "DefaultDependencies")
}

private func annotations(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope {
        $0["annotations"] = [
            "org.systemd.property.TimeoutStopSec": "7", "org.systemd.property.Description": "'what I say'",
            "org.systemd.property.MemoryHigh": "uint64 104857600",
        ]
    }
    t.equal(t.property("TimeoutStopUSec", of: box.scope), "7s", "TimeoutStopUSec")
    t.equal(t.property("Description", of: box.scope), "what I say", "Description")
    t.equal(File.text(box.scopeDirectory + "/memory.high"), "104857600\n", "memory.high")
}

private func refusedAnnotations(_ t: Trial) {
    t.needsSystemd()
    for (key, value) in [("TimeoutStopSec", "soon"), ("NoSuchProperty", "true"), ("A", "true"), ("Tasks-Max", "1")] {
        let box = t.container("c\(t.containers.count)") {
            $0["annotations"] = JSON.object([JSON.Member(key: "org.systemd.property." + key, value: .text(value))])
        }
        t.unchanged("a failed create") { t.expectFailure(box.createScope(), saying: key) }
    }
}

private func subgroup(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope { $0["annotations"] = ["run.oci.systemd.subgroup": "inner"] }
    t.expect((Proc.cgroup(box.pid) ?? "").hasSuffix(box.scope + "/inner"), "cgroup: \(Proc.cgroup(box.pid) ?? "none")")
    t.contains(File.text(box.scopeDirectory + "/inner/cgroup.controllers") ?? "", "memory", "controllers")
    t.requireSuccess(box.delete(["--force"]))
    t.expectNoUnit("delete")
}

private func taken(_ t: Trial) {
    t.needsSystemd()
    let first = t.inScope("one") { $0["linux", "cgroupsPath"] = .text(":\(t.tag)x:y") }
    let second = t.container("two") { $0["linux", "cgroupsPath"] = .text(":\(t.tag)x:y") }
    t.unchanged("a failed create") { t.expectFailure(second.createScope(), saying: "\(t.tag)x-y.scope") }
    t.expect(Proc.isAlive(first.pid), "the container that was there runs")
    t.equal(t.property("ActiveState", of: first.scope), "active", "ActiveState")
}

/// A scope with what systemd must kill at its end, so that it fails, and stays.
private func failing(_ t: Trial, _ name: String) -> Container {
    t.inScope(name, ["pause", "deaf"]) {
        $0["linux", "cgroupsPath"] = .text(":\(t.tag)x:y")
        $0["annotations"] = [
            "org.systemd.property.TimeoutStopSec": "1", "org.systemd.property.CollectMode": "'inactive'",
        ]
    }
}

private func failedUnit(_ t: Trial) {
    t.needsSystemd()
    let first = failing(t, "one")
    let unit = first.scope
    t.systemctl("stop", unit)
    guard t.property("ActiveState", of: unit) == "failed" else {
        t.fail("the unit did not fail: \(t.property("ActiveState", of: unit))")
    }
    let second = t.inScope("two") { $0["linux", "cgroupsPath"] = .text(":\(t.tag)x:y") }
    t.equal(second.scope, unit, "scope of the second container")
    t.equal(t.property("ActiveState", of: unit), "active", "ActiveState")
}

// MARK: Its life

private func removed(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope()
    let unit = box.scope
    box.stop()
    t.requireSuccess(box.delete())
    t.equal(t.property("LoadState", of: unit), "not-found", "LoadState")
}

private func forced(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope("c1", ["pause", "deaf"])
    let unit = box.scope
    t.requireSuccess(box.delete(["--force"]))
    t.equal(t.property("LoadState", of: unit), "not-found", "LoadState")
    let created = t.container("c2")
    t.requireSuccess(created.createScope())
    t.requireSuccess(created.delete(["--force"]))
    t.expectNoUnit("delete --force of a created one")
}

private func noFlag(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope()
    t.equal(box.status, "running", "status")
    t.requireSuccess(box.kill("KILL", ["--all"]))
    box.awaitExit()
    t.equal(box.status, "stopped", "status")
}

private func paused(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope()
    t.requireSuccess(t.runtime("pause", box.id))
    t.equal(box.status, "paused", "status")
    t.equal(File.text(box.scopeDirectory + "/cgroup.freeze"), "1\n", "cgroup.freeze")
    t.requireSuccess(t.runtime("resume", box.id))
    t.equal(box.status, "running", "status")
}

private func stopped(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope()
    let unit = box.scope
    t.expectSuccess(t.systemctl("stop", unit))
    box.awaitExit()
    t.equal(box.status, "stopped", "status")
    t.requireSuccess(box.delete())
    t.expectNoUnit("delete")
}

private func reused(_ t: Trial) {
    t.needsSystemd()
    let first = t.inScope("one") { $0["linux", "cgroupsPath"] = .text(":\(t.tag)x:y") }
    first.stop()
    t.expectNoUnit("the end of all in it")
    let second = t.inScope("two") { $0["linux", "cgroupsPath"] = .text(":\(t.tag)x:y") }
    first.kill("KILL", ["--all"])
    t.requireSuccess(first.delete(["--force"]))
    t.expect(Proc.isAlive(second.pid), "the second container runs")
    t.equal(second.status, "running", "status of the second container")
}

private func innerCgroups(_ t: Trial) {
    t.needsSystemd()
    let box = t.inScope()
    let directory = box.scopeDirectory
    File.makeDirectory(directory + "/inner")
    File.makeDirectory(directory + "/inner/deeper")
    box.stop()
    t.requireSuccess(box.delete())
    t.expect(!File.exists(directory), "\(directory) is still there")
    t.expectNoUnit("delete")
}

private func foreground(_ t: Trial) {
    t.needsSystemd()
    let box = t.container(program: ["/probe", "ids"])
    t.requireSuccess(box.run { $0.arguments.insert("--systemd-cgroup", at: 0) })
    t.expectNoUnit("run")
}

private func failedCreate(_ t: Trial) {
    t.needsSystemd()
    let edits: [(inout JSON) -> Void] = [
        { $0["process", "args"] = ["/no/such/program"] },
        { $0["hooks"] = ["createRuntime": [["path": "/bin/busybox", "args": ["false"]]]] },
        { $0["mounts"] = [["destination": "/proc", "type": "no-such-file-system", "source": "x"]] },
        { $0["linux", "resources"] = ["cpu": ["cpus": "4000"]] },
    ]
    for edit in edits {
        let box = t.container("c\(t.containers.count)", edit)
        t.unchanged("a failed create") { t.expectFailure(box.createScope()) }
        t.expectNoUnit("a failed create")
    }
}

private func killed(_ t: Trial) {
    t.needsSystemd()
    var delay: UInt32 = 1
    for round in 0..<12 {
        let box = t.container("c\(round)")
        var command = box.createCommand()
        command.arguments.insert("--systemd-cgroup", at: 0)
        let running = command.spawn()
        cl_sleep_ms(Int32(delay) * Int32(t.patience))
        Proc.sendSignal(running.pid, SIGKILL)
        _ = running.wait()
        t.requireSuccess(box.delete(["--force"]))
        t.expectNoUnit("a create killed after \(delay) ms")
        delay = delay * 3 / 2 + 1
    }
}

private func many(_ t: Trial) {
    t.needsSystemd()
    for round in 0..<20 {
        let box = t.container("c\(round)") {
            $0["linux", "resources"] = ["pids": ["limit": 20], "memory": ["limit": 67_108_864]]
            if round % 2 == 1 { $0["process", "args"] = ["/no/such/program"] }
        }
        if round % 2 == 1 {
            t.expectFailure(box.createScope())
        } else {
            t.requireSuccess(box.createScope())
            t.requireSuccess(box.delete(["--force"]))
        }
        File.remove(box.bundle)
    }
    t.expectNoUnit("many containers")
}

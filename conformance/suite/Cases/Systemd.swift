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

    /// The last part of a process's cgroup that is a scope.
    func scope(of pid: Int32) -> String {
        let parts = (Proc.cgroup(pid) ?? "").split(separator: "/")
        return require(parts.last { $0.hasSuffix(".scope") }.map(String.init), "a scope in the cgroup")
    }

    /// The directory of the scope that a process is in.
    func scopeDirectory(of pid: Int32) -> String {
        let path = require(Proc.cgroup(pid), "the cgroup of process \(pid)")
        let end = require(path.range(of: ".scope")?.upperBound, "a scope in \(path)")
        return "/sys/fs/cgroup" + path[..<end]
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
    var scope: String { trial.scope(of: pid) }

    /// The directory of the scope.
    var scopeDirectory: String { trial.scopeDirectory(of: pid) }
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
    let first = t.inScope("one") { $0["linux", "cgroupsPath"] = .text("system.slice:\(t.tag)x:y") }
    let second = t.container("two") { $0["linux", "cgroupsPath"] = .text("system.slice:\(t.tag)x:y") }
    t.unchanged("a failed create") { t.expectFailure(second.createScope(), saying: "\(t.tag)x-y.scope") }
    t.expect(Proc.isAlive(first.pid), "the container that was there runs")
    t.equal(t.property("ActiveState", of: first.scope), "active", "ActiveState")
}

/// A scope with what systemd must kill at its end, so that it fails, and stays.
private func failing(_ t: Trial, _ name: String) -> Container {
    t.inScope(name, ["pause", "deaf"]) {
        $0["linux", "cgroupsPath"] = .text("system.slice:\(t.tag)x:y")
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
    let second = t.inScope("two") { $0["linux", "cgroupsPath"] = .text("system.slice:\(t.tag)x:y") }
    t.equal(second.scope, unit, "scope of the second container")
    t.equal(t.property("ActiveState", of: unit), "active", "ActiveState")
}

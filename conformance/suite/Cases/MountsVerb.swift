extension Group {
    static var mountsVerb: Group {
        Group(
            "mounts verb",
            [
                Case("add: a bind mount with its options", "crun: mounts add", addsBind),
                Case("add: new file systems with their options", "crun: mounts add", addsFileSystems),
                Case("add: proc is of the container's processes", "proc(5): the pid namespace", addsProc),
                Case("add: one mount below another, in their order", "config.md, Mounts: in the listed order", inOrder),
                Case("add: created and paused containers", "as for running ones", otherStates),
                Case("add: a mapping of the mount's own", "config.md, Mounts: uidMappings, gidMappings", idMapped),
                Case("add: into a user namespace", "made by root of the namespace", inUserNamespace),
                Case("add: nothing is left of those before one that fails", "all or none", allOrNone),
                Case("add: what is mounted inside does not reach the host", "a slave of the host's mount", isSlave),
                Case("add: into a read-only root", "what is missing cannot be made", readOnlyRoot),
                Case("remove: one of several over one another", "crun: mounts remove", removesOne),
                Case("remove: with the file that added them", "crun: mounts remove uses the destination", removesAll),
                Case("remove: all stay when one is not there", "all or none", removesNone),
                Case("the file may be standard input", "as for exec and update", standardInput),
                Case("wrong files are refused", "config.md, Mounts", wrongFiles),
                Case("a container that is stopped, or unknown", "kill, exec and others refuse it", wrongContainers),
                Case("attack: links out of the container", "resolved inside the root", linksOut),
                Case("attack: a link to a masked path", "no mask is taken off", linkToMask),
                Case("attack: the mount point is swapped for a link into /proc", "opened once", swapped, timeout: 60),
            ])
    }
}

extension Trial {
    /// Skips the case for a runtime without the verb, which is crun's.
    fileprivate func requireMountsVerb() {
        requireWorking()
        if !run(command(["--help"])).stdout.contains("mounts") { skip("the runtime has no verb “mounts”") }
    }

    @discardableResult
    fileprivate func change(_ verb: String, _ box: Container, _ mounts: JSON) -> Outcome {
        let file = directory + "/said/mounts.json"
        File.write(mounts.compact, to: file)
        note("mounts.json: \(mounts.compact)")
        return runtime("mounts", verb, box.id, file)
    }

    /// A running container whose root can be written to, as for mount points that are missing.
    fileprivate func writable() -> Container { running { $0["root", "readonly"] = false } }

    fileprivate func add(_ box: Container, _ mounts: JSON) { requireSuccess(change("add", box, mounts)) }

    /// A directory of the host with a file in it.
    fileprivate func volume(_ name: String = "volume") -> String {
        File.makeDirectory(directory + "/" + name)
        File.write("from the host", to: directory + "/" + name + "/file")
        return directory + "/" + name
    }

    fileprivate func mount(on point: String, of box: Container) -> Proc.Mount {
        require(Proc.mounts(box.pid).last { $0.point == point }, "a mount on \(point) in the container")
    }

    fileprivate func points(_ box: Container) -> [String] { Proc.mounts(box.pid).map { $0.point }.sorted() }

    /// A file as the container has it, for paths without links.
    fileprivate func text(_ path: String, in box: Container) -> String? { File.text("/proc/\(box.pid)/root" + path) }
}

private func bind(_ source: String, _ destination: String, _ options: [String] = []) -> JSON {
    [
        "destination": .text(destination), "type": "none", "source": .text(source),
        "options": JSON(["bind"] + options),
    ]
}

private func tmpfs(_ destination: String, _ options: [String] = []) -> JSON {
    ["destination": .text(destination), "type": "tmpfs", "source": "tmpfs", "options": JSON(options)]
}

private func addsBind(_ t: Trial) {
    t.requireMountsVerb()
    let path = t.volume()
    let box = t.writable()
    t.add(box, [bind(path, "/new/place", ["ro", "nosuid", "rprivate"]), bind(path + "/file", "/new/file")])
    t.equal(t.text("/new/place/file", in: box), "from the host", "file in the new mount")
    t.equal(t.text("/new/file", in: box), "from the host", "file that is a mount")
    let options = t.mount(on: "/new/place", of: box).options
    for option in ["ro", "nosuid"] { t.expect(options.contains(option), "\(option) among the options \(options)") }
    t.equal(box.status, "running", "status")
    // A relative source is of the bundle.
    File.makeDirectory(box.bundle + "/beside")
    File.write("beside", to: box.bundle + "/beside/file")
    t.add(box, [bind("beside", "/beside")])
    t.equal(t.text("/beside/file", in: box), "beside", "file of a directory of the bundle")
}

private func addsFileSystems(_ t: Trial) {
    t.requireMountsVerb()
    let box = t.writable()
    t.add(box, [tmpfs("/new", ["nodev", "noexec", "ro", "size=64k", "mode=1750"]), tmpfs("/dev", ["ro"])])
    let mount = t.mount(on: "/new", of: box)
    t.equal(mount.type, "tmpfs", "type")
    for option in ["nodev", "noexec", "ro"] {
        t.expect(mount.options.contains(option), "\(option) among the options \(mount.options)")
    }
    t.expect(mount.superOptions.contains("size=64k"), "size=64k among \(mount.superOptions)")
    t.equal(File.facts("/proc/\(box.pid)/root/new")?.mode, 0o1750, "mode")
    t.expect(t.mount(on: "/dev", of: box).options.contains("ro"), "a new /dev is read-only")
}

private func addsProc(_ t: Trial) {
    t.requireMountsVerb()
    let box = t.writable()
    t.add(box, [["destination": "/srv/proc", "type": "proc", "source": "proc"]])
    let processes = (File.list("/proc/\(box.pid)/root/srv/proc") ?? []).filter { Int($0) != nil }
    t.equal(processes, ["1"], "processes in the new /proc")
    t.equal(t.text("/srv/proc/1/comm", in: box), "probe\n", "name of process 1")
}

private func inOrder(_ t: Trial) {
    t.requireMountsVerb()
    let path = t.volume()
    let box = t.writable()
    t.add(box, [tmpfs("/new"), bind(path, "/new/below"), tmpfs("/new/below")])
    t.equal(
        t.points(box).filter { $0.hasPrefix("/new") }, ["/new", "/new/below", "/new/below"], "mount points")
    t.equal(t.mount(on: "/new/below", of: box).type, "tmpfs", "type of the top mount")
    t.equal(File.list("/proc/\(box.pid)/root/new/below"), [], "what is in the top mount")
    t.equal(File.list(path), ["file"], "what is in the host's directory")
}

private func otherStates(_ t: Trial) {
    t.requireMountsVerb()
    let path = t.volume()
    let box = t.container(program: ["/probe", "read", "/new/file", "+", "pause"]) { config in
        config["root", "readonly"] = false
    }
    t.requireSuccess(box.create())
    t.add(box, [bind(path, "/new")])
    t.equal(box.status, "created", "status")
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    t.equal(box.facts["read", "/new/file", "text"], "from the host", "what the program reads")
    if !t.runtime("pause", box.id).succeeded { t.skip("the container cannot be paused here") }
    t.add(box, [bind(path, "/more")])
    t.equal(box.status, "paused", "status")
    t.requireSuccess(t.runtime("resume", box.id))
    t.equal(t.text("/more/file", in: box), "from the host", "file in the mount that came while it was paused")
    t.requireSuccess(t.change("remove", box, [bind(path, "/more")]))
    t.expect(!t.points(box).contains("/more"), "the mount must be gone")
}

private func idMapped(_ t: Trial) {
    t.requireMountsVerb()
    let path = t.volume()
    File.setOwner(path + "/file", 7, 8)
    let box = t.writable()
    var mount = bind(path, "/new", ["idmap"])
    for key in ["uidMappings", "gidMappings"] {
        mount[.key(key)] = [["containerID": 0, "hostID": 500, "size": 1000]]
    }
    let outcome = t.change("add", box, [mount])
    if outcome.stderr.contains("map ids: invalid argument") { t.skip("this file system has no id-mapped mounts") }
    t.requireSuccess(outcome)
    t.equal(File.facts("/proc/\(box.pid)/root/new/file")?.uid, 507, "owner in the mount")
}

private func inUserNamespace(_ t: Trial) {
    t.requireMountsVerb()
    let path = t.volume()
    let box = t.container { config in
        config.userNamespace()
        config["root", "readonly"] = false
    }
    File.setOwner(box.rootfs, 100_000, 100_000)
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    t.add(box, [tmpfs("/new", ["mode=750"]), bind(path, "/new/data", ["ro"])])
    let owner = File.facts("/proc/\(box.pid)/root/new")
    t.equal(owner?.uid, 100_000, "owner of the new tmpfs on the host")
    t.equal(owner?.mode, 0o750, "mode of the new tmpfs")
    t.equal(t.text("/new/data/file", in: box), "from the host", "file in the new mount")
    t.expect(t.mount(on: "/new/data", of: box).options.contains("ro"), "the new mount is read-only")
    t.equal(File.facts(box.rootfs + "/new")?.uid, 100_000, "owner of the mount point that was made")
    t.requireSuccess(t.change("remove", box, [tmpfs("/new")]))
    t.expect(!t.points(box).contains("/new"), "the mount must be gone")
}

private func allOrNone(_ t: Trial) {
    t.requireMountsVerb()
    let path = t.volume()
    let box = t.writable()
    let before = t.points(box)
    let wrong = tmpfs("/wrong", ["size=none"])
    t.unchanged("a failed “mounts add”") {
        t.expectFailure(
            t.change("add", box, [tmpfs("/new"), bind(path, "/new/below"), bind(path + "/file", "/one/file"), wrong]),
            saying: "size")
    }
    t.equal(t.points(box), before, "mount points")
    for name in ["new", "one", "wrong"] {
        t.expect(!File.exists(box.rootfs + "/" + name), "/\(name) must not be left in the root file system")
    }
    t.expectFailure(t.change("add", box, [tmpfs("/new"), bind(t.directory + "/none", "/data")]), saying: "/data")
    t.equal(t.points(box), before, "mount points when a source is missing")
}

private func readOnlyRoot(_ t: Trial) {
    t.requireMountsVerb()
    let box = t.running()
    t.unchanged("a mount point that cannot be made") {
        t.expectFailure(t.change("add", box, [tmpfs("/new")]), saying: "read-only")
    }
    t.add(box, [tmpfs("/dev/new"), tmpfs("/bin")])
    for place in ["/dev/new", "/bin"] { t.equal(t.mount(on: place, of: box).type, "tmpfs", "type of \(place)") }
}

private func isSlave(_ t: Trial) {
    t.ownMounts()
    t.requireMountsVerb()
    t.mountTmpfs(t.directory + "/shared")
    t.setPropagation(t.directory + "/shared", MountFlag.shared)
    File.makeDirectory(t.directory + "/shared/below")
    for mapped in [false, true] {
        let box = t.container(mapped ? "mapped" : "plain") { config in
            if mapped { config.userNamespace() }
            config["root", "readonly"] = false
            config.capabilities(["CAP_SYS_ADMIN"])
            config["linux", "seccomp"] = nil
        }
        if mapped { File.setOwner(box.rootfs, 100_000, 100_000) }
        t.requireSuccess(box.create())
        t.requireSuccess(box.start())
        box.awaitFact("ready")
        t.add(box, [bind(t.directory + "/shared", "/data")])
        t.requireSuccess(t.runtime("exec", box.id, "/bin/mount", "-t", "tmpfs", "none", "/data/below"))
        t.expect(t.points(box).contains("/data/below"), "the container's mount is in the container")
        let host = Proc.mounts(t.ownPid).map { $0.point }
        t.expect(!host.contains { $0.hasSuffix("/shared/below") }, "the host has the container's mount")
    }
}

private func removesOne(_ t: Trial) {
    t.requireMountsVerb()
    let path = t.volume()
    let box = t.writable()
    t.add(box, [bind(path, "/new"), tmpfs("/new")])
    t.requireSuccess(t.change("remove", box, [["destination": "/new"]]))
    t.equal(t.text("/new/file", in: box), "from the host", "file in the mount below")
    t.requireSuccess(t.change("remove", box, [["destination": "/new", "type": "ignored", "source": "/nowhere"]]))
    t.expect(!t.points(box).contains("/new"), "both mounts must be gone")
    t.equal(File.list(path), ["file"], "what is in the host's directory")
}

private func removesAll(_ t: Trial) {
    t.requireMountsVerb()
    let path = t.volume()
    let box = t.writable()
    let before = t.points(box)
    let mounts: JSON = [tmpfs("/new"), bind(path, "/new/below"), tmpfs("/new"), bind(path, "/data")]
    t.add(box, mounts)
    t.equal(t.points(box).count, before.count + 4, "number of mounts")
    t.requireSuccess(t.change("remove", box, mounts))
    t.equal(t.points(box), before, "mount points")
}

private func removesNone(_ t: Trial) {
    t.requireMountsVerb()
    let path = t.volume()
    let box = t.writable()
    t.add(box, [bind(path, "/one", ["ro"]), tmpfs("/two", ["size=64k"])])
    File.makeDirectory(box.rootfs + "/plain")
    let before = t.points(box)
    for wrong in ["/plain", "/missing"] {
        t.expectFailure(
            t.change("remove", box, [["destination": .text(wrong)], ["destination": "/one"], ["destination": "/two"]]),
            saying: wrong)
        t.equal(t.points(box), before, "mount points")
    }
    t.equal(t.text("/one/file", in: box), "from the host", "file in the first mount")
    t.expect(t.mount(on: "/one", of: box).options.contains("ro"), "the first mount is still read-only")
    t.expect(t.mount(on: "/two", of: box).superOptions.contains("size=64k"), "the second mount still has its size")
}

private func standardInput(_ t: Trial) {
    t.requireMountsVerb()
    let box = t.writable()
    var command = t.command(["mounts", "add", box.id, "-"])
    let mounts: JSON = [tmpfs("/new")]
    command.input = .text(mounts.compact)
    t.requireSuccess(t.run(command))
    t.expect(t.points(box).contains("/new"), "a mount on /new")
}

private func wrongFiles(_ t: Trial) {
    t.requireMountsVerb()
    let box = t.writable()
    let file = t.directory + "/said/mounts.json"
    t.unchanged("a wrong file") {
        for (text, phrase) in [
            ("", ""), ("[", ""), ("{}", "array"), ("[7]", "object"), ("[{\"type\":\"tmpfs\"}]", "destination"),
            ("[{\"destination\":\"/a\"}]", "type"), ("[{\"destination\":\"/\",\"type\":\"tmpfs\"}]", "destination"),
            ("[{\"destination\":\"/a\",\"type\":\"none\",\"options\":[\"bind\"]}]", "source"),
            ("[{\"destination\":\"/a\",\"type\":\"no-such-type\"}]", "no-such-type"),
            ("[{\"destination\":\"/proc/1\",\"type\":\"tmpfs\"}]", "/proc"),
            ("[{\"destination\":\"/proc\",\"type\":\"proc\",\"options\":[\"remount\"]}]", "remount"),
            ("[{\"destination\":\"/a\",\"type\":\"tmpfs\",\"options\":[\"iversion\"]}]", "iversion"),
        ] {
            File.write(text, to: file)
            t.note("mounts.json: \(text)")
            t.expectFailure(t.runtime("mounts", "add", box.id, file), saying: phrase)
        }
        for text in ["{}", "[{\"type\":\"tmpfs\"}]", "[{\"destination\":\"/\"}]"] {
            File.write(text, to: file)
            t.expectFailure(t.runtime("mounts", "remove", box.id, file))
        }
        t.expectFailure(t.runtime("mounts", "add", box.id, t.directory + "/missing.json"))
        t.expectFailure(t.runtime("mounts", "add", box.id))
        t.expectFailure(t.runtime("mounts", "change", box.id, file))
        t.expectFailure(t.runtime("mounts"))
    }
    t.equal(box.status, "running", "status")
}

private func wrongContainers(_ t: Trial) {
    t.requireMountsVerb()
    let file = t.directory + "/said/mounts.json"
    File.write("[]", to: file)
    t.expectFailure(t.runtime("mounts", "add", t.tag + "none", file), saying: "does not exist")
    let box = t.writable()
    t.requireSuccess(t.runtime("mounts", "add", box.id, file))
    box.stop()
    for verb in ["add", "remove"] {
        t.expectFailure(t.change(verb, box, [tmpfs("/new")]), saying: "not running")
    }
    let shared = t.running("shared") { config in
        config.inheritNamespace("mount")
        config["root", "readonly"] = false
        for key in ["mounts", "hostname"] { config[.key(key)] = nil }
        for key in ["maskedPaths", "readonlyPaths"] { config["linux", .key(key)] = nil }
    }
    t.unchanged("adding to a mount namespace of others") {
        t.expectFailure(t.change("add", shared, [tmpfs("/new")]), saying: "mount namespace")
    }
}

private func linksOut(_ t: Trial) {
    t.requireMountsVerb()
    let path = forbidden(t)
    let volume = t.volume()
    let box = t.writable()
    File.makeLink(box.rootfs + "/absolute", to: path)
    File.makeLink(box.rootfs + "/relative", to: "../../../../../../../../.." + path)
    File.makeLink(box.rootfs + "/process", to: "/proc/self/root" + path)
    for name in ["/absolute", "/relative", "/process", "/absolute/below"] {
        let outcome = t.change("add", box, [bind(volume, name)])
        if !outcome.succeeded { t.expectFailure(outcome) }
        t.isUntouched(path)
    }
    t.expect(t.points(box).contains(path), "the link is followed inside the container's root")
}

private func linkToMask(_ t: Trial) {
    t.requireMountsVerb()
    let box = t.running { config in
        config["linux", "maskedPaths"] = ["/proc/timer_list", "/etc"]
        config["linux", "readonlyPaths"] = ["/proc/sys"]
    }
    File.makeLink(box.rootfs + "/list", to: "/proc/timer_list")
    File.makeLink(box.rootfs + "/sys-link", to: "/proc/sys")
    File.makeLink(box.rootfs + "/etc-link", to: "etc")
    File.makeLink(box.rootfs + "/top", to: "/")
    let before = t.points(box)
    for name in ["/list", "/sys-link", "/etc-link", "/top", "/top/proc/sys"] {
        t.expectFailure(t.change("remove", box, [["destination": .text(name)]]))
        t.equal(t.points(box), before, "mount points after “remove” on \(name)")
    }
}

private func swapped(_ t: Trial) {
    t.requireMountsVerb()
    let volume = t.volume()
    let box = t.writable()
    File.makeDirectory(box.rootfs + "/a")
    File.makeLink(box.rootfs + "/b", to: "/proc")
    func inProc() -> [String] { t.points(box).filter { $0.hasPrefix("/proc") } }
    let before = inProc()
    let racer = Racer(box.rootfs + "/a", box.rootfs + "/b")
    defer { racer.stop() }
    var added = 0
    for _ in 0..<25 {
        for mount in [tmpfs("/a/sys"), tmpfs("/a"), bind(volume, "/a")] {
            let outcome = t.change("add", box, [mount])
            if outcome.succeeded { added += 1 } else { t.expectFailure(outcome) }
            t.equal(inProc(), before, "mounts in /proc")
        }
    }
    t.expect(added > 0, "some of the mounts must have been made, or nothing was tried")
}

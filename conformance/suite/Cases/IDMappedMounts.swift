import CLinux
import Glibc

extension Group {
    static var ofIDMappedMounts: Group {
        Group(
            "idmapped mounts",
            [
                Case("idmap: the container's mapping", "config.md, Linux mount options: idmap", containers),
                Case("idmap: a mapping of the mount's own", section + ": idmap") { own($0, "idmap") },
                Case("ridmap: a mapping of the mount's own", section + ": ridmap") { own($0, "ridmap") },
                Case("idmap without a mapping is the container's, or refused", section + ": idmap") {
                    bare($0, "idmap")
                },
                Case("ridmap without a mapping is the container's, or refused", section + ": ridmap") {
                    bare($0, "ridmap")
                },
                Case("features says that there are some", "features-linux.md, MountExtensions", announced),
                Case("users mapped without groups, or groups without users, are refused", "config.md, Mounts", halves),
                Case("a mapping without the option", "config.md, Mounts: uidMappings MUST be applied", withoutOption),
                Case("without a user namespace", "config.md, Mounts: uidMappings, gidMappings", withoutNamespace),
                Case("idmap is of one mount, ridmap of all", "config.md, Linux mount options: ridmap", recursive),
                Case("beside other options", "config.md, Linux mount options", besideOthers),
                Case("a joined user namespace's mapping", "config.md, Linux mount options: idmap", joined),
                Case("mounts made inside do not reach the host", "mount_namespaces(7), slave", noWayBack),
                Case("a file system that cannot is refused", "mount_setattr(2): EINVAL", cannot),
                Case("wrong requests are refused", "config.md, Linux mount options: error MUST", refused),
            ])
    }
}

private let section = "config.md, Linux mount options"

/// A directory with a file of user 7 and group 8.
private func source(_ t: Trial) -> String {
    let path = t.directory + "/source"
    File.makeDirectory(path)
    File.write("text", to: path + "/file")
    File.setOwner(path + "/file", 7, 8)
    return path
}

/// A bind mount of the source on /mnt; the id 0 of the files is shown as `host` of the host.
private func mapped(_ source: String, _ options: [String], _ host: Int? = nil) -> JSON {
    var mount: JSON = [
        "destination": "/mnt", "type": "none", "source": .text(source), "options": JSON(options),
    ]
    if let host {
        for key in ["uidMappings", "gidMappings"] {
            mount[.key(key)] = [["containerID": 0, "hostID": JSON(host), "size": 1000]]
        }
    }
    return mount
}

private func isOwned(_ t: Trial, _ facts: JSON, _ path: String, _ uid: Int, _ gid: Int) {
    t.equal(facts["stat", .key(path), "uid"], JSON(uid), "owner of \(path)")
    t.equal(facts["stat", .key(path), "gid"], JSON(gid), "group of \(path)")
}

/// Skips the case where the directory of the cases lies on a file system without id-mapped mounts.
private func needsSupport(_ t: Trial, _ outcome: Outcome) {
    if !outcome.succeeded, outcome.stderr.contains("map ids: invalid argument") {
        t.skip("the file system of \(t.directory) has no id-mapped mounts")
    }
    t.requireSuccess(outcome)
}

private func shown(_ t: Trial, _ name: String, _ commands: [String], _ edit: (inout JSON) -> Void) -> Container {
    let box = t.container(name, program: ["/probe"] + commands + ["+", "pause"], edit)
    needsSupport(t, box.create())
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    return box
}

private func containers(_ t: Trial) {
    let path = source(t)
    File.setMode(path, 0o777)
    let commands = ["stat", "/mnt/file", "/srv/file", "+", "create", "/mnt/new", "text", "+", "mounts"]
    let box = shown(t, "c1", commands) { config in
        config.userNamespace()
        config.append(mapped(path, ["bind", "idmap"]), at: "mounts")
        config.mount("/srv", "none", path, ["bind"])
    }
    isOwned(t, box.facts, "/mnt/file", 7, 8)
    isOwned(t, box.facts, "/srv/file", 65534, 65534)
    t.equal(File.facts(path + "/new")?.uid, 0, "owner on the host of what container root makes")
    t.expect(t.mount(at: "/mnt", in: box.facts).options.contains("idmapped"), "the mount is id-mapped")
}

private func own(_ t: Trial, _ option: String) {
    let path = source(t)
    let box = shown(t, "c1", ["stat", "/mnt/file"]) { config in
        config.userNamespace()
        config.append(mapped(path, ["rbind", option], 100_500), at: "mounts")
    }
    isOwned(t, box.facts, "/mnt/file", 507, 508)
}

/// A runtime need not take the container's mapping; what it may not do is to map nothing.
private func bare(_ t: Trial, _ option: String) {
    t.requireWorking()
    let path = source(t)
    let box = t.container("c1", program: ["/probe", "stat", "/mnt/file", "+", "pause"]) { config in
        config.userNamespace()
        config.append(mapped(path, ["rbind", option]), at: "mounts")
    }
    let outcome = box.create()
    guard outcome.succeeded else { return t.expectFailure(outcome) }
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    isOwned(t, box.facts, "/mnt/file", 7, 8)
}

/// What `features` says of the mappings of mounts is what becomes of them.
private func announced(_ t: Trial) {
    let path = source(t)
    let document = t.runtime("features")
    t.requireSuccess(document)
    let says = document.json?["linux", "mountExtensions", "idmap", "enabled"] == true
    let box = t.container("c1", program: ["/probe", "stat", "/mnt/file", "+", "pause"]) { config in
        config.append(mapped(path, ["bind", "idmap"], 500), at: "mounts")
    }
    let outcome = box.create()
    if outcome.stderr.contains("map ids: invalid argument") { needsSupport(t, outcome) }
    guard outcome.succeeded else { return t.expect(!says, "features names idmap: \(outcome.stderr)") }
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    let isMapped = box.facts["stat", "/mnt/file", "uid"] == 507
    t.equal(says, isMapped, "linux.mountExtensions.idmap.enabled of features")
}

private func halves(_ t: Trial) {
    let path = source(t)
    for missing in ["uidMappings", "gidMappings"] {
        t.refused(saying: ["/mounts/7/" + missing]) { config in
            var mount = mapped(path, ["bind", "idmap"], 500)
            mount[.key(missing)] = nil
            config.append(mount, at: "mounts")
        }
    }
}

private func withoutOption(_ t: Trial) {
    let path = source(t)
    let box = shown(t, "c1", ["stat", "/mnt/file"]) { $0.append(mapped(path, ["bind"], 500), at: "mounts") }
    isOwned(t, box.facts, "/mnt/file", 507, 508)
}

private func withoutNamespace(_ t: Trial) {
    let path = source(t)
    let box = shown(t, "c1", ["stat", "/mnt/file", "/srv/file"]) { config in
        config.append(mapped(path, ["bind", "idmap"], 500), at: "mounts")
        var second = mapped(path, ["bind", "idmap"], 2000)
        second["destination"] = "/srv"
        config.append(second, at: "mounts")
    }
    isOwned(t, box.facts, "/mnt/file", 507, 508)
    isOwned(t, box.facts, "/srv/file", 2007, 2008)
    t.equal(Proc.namespace(box.pid, "user"), Proc.namespace(t.ownPid, "user"), "user namespace")
    t.equal(File.facts(path + "/file")?.uid, 7, "owner on the host")
}

private func recursive(_ t: Trial) {
    t.ownMounts()
    let path = source(t)
    t.mountTmpfs(path + "/below")
    File.write("text", to: path + "/below/file")
    File.setOwner(path + "/below/file", 7, 8)
    let top = shown(t, "top", ["stat", "/mnt/file", "/mnt/below/file"]) {
        $0.append(mapped(path, ["rbind", "idmap"], 500), at: "mounts")
    }
    isOwned(t, top.facts, "/mnt/file", 507, 508)
    isOwned(t, top.facts, "/mnt/below/file", 7, 8)
    let all = shown(t, "all", ["stat", "/mnt/file", "/mnt/below/file"]) {
        $0.append(mapped(path, ["rbind", "ridmap"], 500), at: "mounts")
    }
    isOwned(t, all.facts, "/mnt/file", 507, 508)
    isOwned(t, all.facts, "/mnt/below/file", 507, 508)
}

private func besideOthers(_ t: Trial) {
    let path = source(t)
    let box = shown(t, "c1", ["stat", "/mnt/file", "+", "create", "/mnt/new", "+", "mounts"]) { config in
        config.append(mapped(path, ["rbind", "ridmap", "rro", "nosuid", "rprivate"], 500), at: "mounts")
    }
    isOwned(t, box.facts, "/mnt/file", 507, 508)
    t.equal(box.facts["create", "/mnt/new", "errno"], "EROFS", "making a file")
    let options = t.mount(at: "/mnt", in: box.facts).options
    for option in ["idmapped", "ro", "nosuid"] { t.expect(options.contains(option), "\(option) of the mount") }
}

private func joined(_ t: Trial) {
    let path = source(t)
    let holder = t.running("holder") { $0.userNamespace() }
    let box = shown(t, "guest", ["stat", "/mnt/file"]) { config in
        config.namespace("user", path: "/proc/\(holder.pid)/ns/user")
        config.append(mapped(path, ["bind", "idmap"]), at: "mounts")
    }
    isOwned(t, box.facts, "/mnt/file", 7, 8)
}

private func noWayBack(_ t: Trial) {
    t.ownMounts()
    let path = t.directory + "/shared"
    t.mountTmpfs(path)
    File.makeDirectory(path + "/below")
    t.setPropagation(path, MountFlag.shared)
    let box = shown(t, "c1", ["mount", "inside", "/mnt/below", "tmpfs", "0"]) { config in
        config.capabilities(["CAP_SYS_ADMIN"])
        config.append(mapped(path, ["rbind", "ridmap"], 500), at: "mounts")
    }
    t.equal(box.facts["mount", "/mnt/below", "errno"], .null, "mounting inside")
    t.expect(Proc.mounts(box.pid).contains { $0.source == "inside" }, "the mount is there inside")
    t.expect(!Proc.mounts(t.ownPid).contains { $0.source == "inside" }, "nothing of it is on the host")
}

private func cannot(_ t: Trial) {
    t.refused(saying: ["/mounts/7", "/mnt"]) { $0.append(mapped("/proc/sys", ["bind", "idmap"], 500), at: "mounts") }
}

private func refused(_ t: Trial) {
    let path = source(t)
    for option in ["idmap", "ridmap"] {
        t.refused(saying: ["/mounts/7/options/1"]) { $0.append(mapped(path, ["bind", option]), at: "mounts") }
    }
    t.refused(saying: ["/mounts/7/options/0"]) { config in
        config.userNamespace()
        config.mount("/mnt", "tmpfs", "tmpfs", ["idmap"])
    }
}

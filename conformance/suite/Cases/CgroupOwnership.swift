import CLinux

extension Group {
    static var ofCgroupOwnership: Group {
        Group(
            "cgroup ownership",
            [
                Case("is the user's when it is mounted for writing", section, given),
                Case("is of the files of the kernel's list only", section + "; cgroups(7), Delegation", onlyListed),
                Case("is of three files where there is no list", section + ": MUST fall back", withoutList),
                Case("is root's when it is mounted read-only", section, readOnly),
                Case("is root's when it is not mounted", section, notMounted),
                Case("is root's without a cgroup namespace", section, inherited),
            ])
    }
}

private let section = "config-linux.md, Cgroup ownership"

/// The user of the container's program, as the host sees it.
private let owner: UInt32 = 100_033

/// A created container in a user namespace, and the directory of its cgroup.
private func created(
    _ t: Trial, options: [String]?, _ edit: (inout JSON) -> Void = { _ in }
) -> (box: Container, cgroup: String) {
    t.requireCgroupPaths()
    guard let tree = t.cgroup2 else { t.skip("no cgroup2 is mounted") }
    let name = t.tag + "own"
    let box = t.container { config in
        config.userNamespace()
        config["process", "user"] = ["uid": 33, "gid": 44]
        config["linux", "cgroupsPath"] = .text("/" + name)
        config.unmount("/sys/fs/cgroup")
        edit(&config)
        if let options { config.mount("/sys/fs/cgroup", "cgroup", "cgroup", options) }
    }
    t.requireSuccess(box.create())
    if Proc.isInOldCgroup(box.pid, named: name) { t.skip("of cgroups of version 1 nothing is given away") }
    let cgroup = tree + "/" + name
    t.require(File.exists(cgroup), "there is no cgroup at \(cgroup)")
    return (box, cgroup)
}

private let forWriting = ["nosuid", "noexec", "nodev"]

/// The files of a cgroup by their owners.
private func owners(_ cgroup: String) -> [(name: String, uid: UInt32)] {
    (File.list(cgroup) ?? []).compactMap { name in
        guard let facts = File.facts(cgroup + "/" + name), facts.kind == .file else { return nil }
        return (name, facts.uid)
    }
}

private func staysOfRoot(_ t: Trial, _ cgroup: String) {
    t.equal(File.facts(cgroup)?.uid, 0, "owner of the cgroup")
    for file in owners(cgroup) { t.equal(file.uid, 0, "owner of \(file.name)") }
}

private func given(_ t: Trial) {
    let (_, cgroup) = created(t, options: forWriting)
    t.equal(File.facts(cgroup)?.uid, owner, "owner of the cgroup")
    t.equal(File.facts(cgroup + "/cgroup.procs")?.uid, owner, "owner of cgroup.procs")
}

private func onlyListed(_ t: Trial) {
    guard let text = File.text("/sys/kernel/cgroup/delegate") else { t.skip("this kernel has no list to delegate") }
    let listed = text.split(separator: "\n").map { String($0) }
    let (_, cgroup) = created(t, options: forWriting)
    let files = owners(cgroup)
    t.expect(files.contains { listed.contains($0.name) }, "a file of the list is in the cgroup")
    for file in files {
        t.equal(file.uid, listed.contains(file.name) ? owner : 0, "owner of \(file.name)")
    }
    if listed.allSatisfy({ name in files.contains { $0.name == name } }) {
        t.note("this cgroup has every file of the list")
    }
}

private func withoutList(_ t: Trial) {
    t.ownMounts()
    if File.exists("/sys/kernel/cgroup") { t.mountTmpfs("/sys/kernel/cgroup") }
    let (_, cgroup) = created(t, options: forWriting) { config in
        // A new sysfs would show what is covered here, which the kernel allows in no user namespace.
        config.unmount("/sys")
        config.mount("/sys", "tmpfs", "tmpfs")
    }
    let fallback = ["cgroup.procs", "cgroup.subtree_control", "cgroup.threads"]
    for file in owners(cgroup) {
        t.equal(file.uid, fallback.contains(file.name) ? owner : 0, "owner of \(file.name)")
    }
}

private func readOnly(_ t: Trial) {
    staysOfRoot(t, created(t, options: forWriting + ["ro"]).cgroup)
}

private func notMounted(_ t: Trial) {
    staysOfRoot(t, created(t, options: nil).cgroup)
}

private func inherited(_ t: Trial) {
    let (_, cgroup) = created(t, options: forWriting) { $0.inheritNamespace("cgroup") }
    staysOfRoot(t, cgroup)
}

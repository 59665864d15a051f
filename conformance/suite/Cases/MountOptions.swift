import CLinux
import Glibc

/// What a mount shows of its options: words of the mount itself and of its file system, in mountinfo.
private struct Sight: Sendable {
    var has: [String] = []
    var hasNot: [String] = []
    var superHas: [String] = []
    var superHasNot: [String] = []
}

private typealias OptionRow = Row<Sight>

/// The options on a new tmpfs, in the order of config.md's table; two words are given where one undoes the other.
private let onTmpfs: [OptionRow] = [
    OptionRow("sync async", Sight(superHasNot: ["sync"])),
    OptionRow("noatime atime", Sight(hasNot: ["noatime"])),
    OptionRow("defaults", Sight(has: ["rw", "relatime"], hasNot: ["nosuid", "nodev", "noexec"])),
    OptionRow("nodev dev", Sight(hasNot: ["nodev"])),
    OptionRow("nodiratime diratime", Sight(hasNot: ["nodiratime"])),
    OptionRow("dirsync", Sight(superHas: ["dirsync"])),
    OptionRow("noexec exec", Sight(hasNot: ["noexec"])),
    OptionRow("iversion", Sight()),
    OptionRow("lazytime", Sight(superHas: ["lazytime"])),
    OptionRow("loud", Sight()),
    OptionRow("mand", Sight()),
    OptionRow("noatime", Sight(has: ["noatime"], hasNot: ["relatime"])),
    OptionRow("nodev", Sight(has: ["nodev"])),
    OptionRow("nodiratime", Sight(has: ["nodiratime"])),
    OptionRow("noexec", Sight(has: ["noexec"])),
    OptionRow("noiversion", Sight()),
    OptionRow("lazytime nolazytime", Sight(superHasNot: ["lazytime"])),
    OptionRow("nomand", Sight()),
    OptionRow("norelatime", Sight()),
    OptionRow("nostrictatime", Sight(has: ["relatime"])),
    OptionRow("nosuid", Sight(has: ["nosuid"])),
    OptionRow("nosymfollow", Sight(has: ["nosymfollow"])),
    OptionRow("relatime", Sight(has: ["relatime"])),
    OptionRow("ro", Sight(has: ["ro"])),
    OptionRow("ro rw", Sight(has: ["rw"], hasNot: ["ro"])),
    OptionRow("silent", Sight()),
    OptionRow("strictatime", Sight(hasNot: ["relatime", "noatime"])),
    OptionRow("nosuid suid", Sight(hasNot: ["nosuid"])),
    OptionRow("nosymfollow symfollow", Sight(hasNot: ["nosymfollow"])),
    OptionRow("sync", Sight(superHas: ["sync"])),
    // Of two that contradict each other, the later wins.
    OptionRow("rw ro", Sight(has: ["ro"])),
    OptionRow("exec noexec", Sight(has: ["noexec"])),
    OptionRow("dev nodev", Sight(has: ["nodev"])),
    OptionRow("suid nosuid", Sight(has: ["nosuid"])),
    OptionRow("async sync", Sight(superHas: ["sync"])),
    OptionRow("nolazytime lazytime", Sight(superHas: ["lazytime"])),
    OptionRow("diratime nodiratime", Sight(has: ["nodiratime"])),
    OptionRow("symfollow nosymfollow", Sight(has: ["nosymfollow"])),
    OptionRow("noatime strictatime", Sight(hasNot: ["noatime", "relatime"])),
    OptionRow("relatime noatime", Sight(has: ["noatime"], hasNot: ["relatime"])),
    OptionRow("strictatime nostrictatime", Sight(has: ["relatime"])),
    OptionRow("ro nosuid nodev noexec noatime", Sight(has: ["ro", "nosuid", "nodev", "noexec", "noatime"])),
]

/// What the option does, seen by trying. The source has a program, a device, a set-user-id program and a link.
private let effects: [Row<[String]>] = [
    Row("ro", ["create", "/mnt/new", "EROFS"]),
    Row("rw", ["create", "/mnt/new", ""]),
    Row("noexec", ["execute", "/mnt/probe", "EACCES"]),
    Row("exec", ["execute", "/mnt/probe", ""]),
    Row("nodev", ["open", "/mnt/null", "EACCES"]),
    Row("dev", ["open", "/mnt/null", ""]),
    Row("nosymfollow", ["open", "/mnt/link", "ELOOP"]),
    Row("symfollow", ["open", "/mnt/link", ""]),
]

extension Group {
    /// The table of config.md, "Linux mount options", on new file systems and by effect; of the group "mounts".
    static var mountOptionCases: [Case] {
        var cases: [Case] = []
        for row in onTmpfs {
            cases.append(
                Case("options of a tmpfs: \(row.name)", "config.md, Linux mount options") { optionsOfTmpfs($0, row) })
        }
        for row in effects {
            cases.append(
                Case("effect of \(row.name)", "config.md, Linux mount options; mount(2)") { effect($0, row) })
        }
        return cases + [
            Case("effect of nosuid", "config.md, Linux mount options; mount(2)", { setUserID($0, "nosuid", 1000) }),
            Case("effect of suid", "config.md, Linux mount options; mount(2)", { setUserID($0, "suid", 0) }),
            Case("effect of noatime", "config.md, Linux mount options; mount(2)", { accessTime($0, "noatime", false) }),
            Case("effect of strictatime", "config.md, Linux mount options", { accessTime($0, "strictatime", true) }),
            Case("the file system's own options reach it", "config.md: passed to mount(2)'s data", ownOptions),
            Case("several own options in one word", "config.md: a comma-separated string", ownOptionsInOneWord),
            Case("an option that only mount(8) knows is as there, or refused", "config.md: SHOULD follow mount(8)") {
                mountProgramsOptions($0)
            },
            Case("an empty option asks for nothing", "podman run --rootfs writes one", emptyOption),
            Case("an unknown option is passed on, and its refusal names it", "config.md: fs-specific", unknownOption),
            Case("remount changes what is mounted", "config.md, Linux mount options: remount", remount),
            Case("bind and remount change the mount only", "mount(2), MS_REMOUNT | MS_BIND", remountBind),
            Case("remount of what is no mount is refused", "mount(2), EINVAL", remountNothing),
            Case("tmpcopyup: the directory's content is there", "config.md: copy up the contents", copyUp),
            Case("tmpcopyup: the image is not changed", "config.md: copy up the contents", copyUpLeaves),
            Case("tmpcopyup: with uid, gid and mode", "tmpfs(5): uid, gid, mode", copyUpOwned),
            Case("tmpcopyup: with ro", "config.md: copy up the contents", copyUpReadonly),
            Case("tmpcopyup: with iversion", "config.md: copy up the contents", copyUpVersioned),
            Case("iversion with recursive options and propagation", "config.md, Linux mount options", versioned),
            Case("ro and rro on a new /dev: its devices are there", "config.md, Linux mount options", readonlyDev),
            Case("tmpcopyup: on what is no tmpfs is refused", "config.md: to a tmpfs", copyUpElsewhere),
        ]
    }
}

private func optionsOfTmpfs(_ t: Trial, _ row: OptionRow) {
    let words = row.name.split(separator: " ").map { String($0) }
    let facts = t.inside(["mounts"]) { $0.mount("/mnt", "tmpfs", "tmpfs", words) }
    t.shows(t.mount(at: "/mnt", in: facts), row.value)
}

extension Trial {
    fileprivate func shows(_ mount: Proc.Mount, _ sight: Sight) {
        for word in sight.has {
            expect(mount.options.contains(word), "\(word) expected among the mount's options \(mount.options)")
        }
        for word in sight.hasNot {
            expect(!mount.options.contains(word), "\(word) not expected among the mount's options \(mount.options)")
        }
        for word in sight.superHas {
            expect(mount.superOptions.contains(word), "\(word) expected of the file system: \(mount.superOptions)")
        }
        for word in sight.superHasNot {
            expect(!mount.superOptions.contains(word), "\(word) not expected of the file system: \(mount.superOptions)")
        }
    }
}

// MARK: Effects

/// A directory with a program, a device, a set-user-id program and a link.
private func volume(_ t: Trial) -> String {
    let path = t.directory + "/volume"
    File.makeDirectory(path)
    for name in ["probe", "suid"] {
        File.copy(t.template + "/probe", to: path + "/" + name)
        File.setMode(path + "/" + name, name == "suid" ? 0o4755 : 0o755)
    }
    _ = cl_mknodat(AT_FDCWD, path + "/null", 0o020666, cl_makedev(1, 3))
    File.write("text", to: path + "/file")
    File.makeLink(path + "/link", to: "file")
    return path
}

private func effect(_ t: Trial, _ row: Row<[String]>) {
    let path = volume(t)
    let attempt = Array(row.value[0...1]) + (row.value[0] == "execute" ? ["exit", "0"] : [])
    let facts = t.inside(attempt) { $0.mount("/mnt", "none", path, ["bind", row.name]) }
    let errno: JSON = row.value[2].isEmpty ? .null : .text(row.value[2])
    t.equal(facts[.key(row.value[0]), .key(row.value[1]), "errno"], errno, "\(row.value[0]) \(row.value[1])")
}

private func setUserID(_ t: Trial, _ word: String, _ expected: Int) {
    let path = volume(t)
    let facts = t.inside(["execute", "/mnt/suid", "ids"]) { config in
        config.mount("/mnt", "none", path, ["bind", word])
        config["process", "user"] = ["uid": 1000, "gid": 1000]
        config["process", "noNewPrivileges"] = false
    }
    t.equal(facts["ids", "uid"], 1000, "real user id")
    t.equal(facts["ids", "euid"], JSON(expected), "effective user id of a set-user-id program")
}

private func accessTime(_ t: Trial, _ word: String, _ changes: Bool) {
    let path = volume(t)
    let facts = t.inside(["touch", "/mnt/file", "+", "read", "/mnt/file", "+", "stat", "/mnt/file"]) {
        $0.mount("/mnt", "none", path, ["bind", word])
    }
    let time = t.require(facts["stat", "/mnt/file", "atime"]?.int, "the program says an access time")
    t.expect((time != 1_000_000_000) == changes, "access time after reading: \(time)")
}

// MARK: Own options

private func ownOptions(_ t: Trial) {
    let facts = t.inside(["statfs", "/mnt", "+", "stat", "/mnt", "+", "mounts"]) {
        $0.mount("/mnt", "tmpfs", "name", ["mode=1751", "size=128k", "nr_inodes=17", "uid=7", "gid=8"])
    }
    t.equal(facts["stat", "/mnt", "mode"], JSON(0o1751), "mode")
    t.equal(facts["stat", "/mnt", "uid"], 7, "owner")
    t.equal(facts["stat", "/mnt", "gid"], 8, "group")
    t.equal(facts["statfs", "/mnt", "blocks"], 32, "blocks")
    t.equal(facts["statfs", "/mnt", "files"], 17, "inodes")
    t.equal(t.mount(at: "/mnt", in: facts).source, "name", "source")
}

private func emptyOption(_ t: Trial) {
    let facts = t.inside(["statfs", "/mnt", "+", "create", "/opt/file"]) { config in
        config.mount("/mnt", "tmpfs", "tmpfs", ["nosuid", "", "size=64k"])
        config.append(
            ["destination": "/opt", "type": "bind", "source": "/var", "options": ["rbind", "ro", ""]], at: "mounts")
    }
    t.equal(facts["statfs", "/mnt", "blocks"], 16, "blocks")
    t.equal(facts["create", "/opt/file", "errno"], "EROFS", "what the bind mount takes")
}

private func ownOptionsInOneWord(_ t: Trial) {
    let facts = t.inside(["statfs", "/mnt", "+", "stat", "/mnt"]) {
        $0.mount("/mnt", "tmpfs", "tmpfs", ["nosuid", "mode=1751,size=128k"])
    }
    t.equal(facts["stat", "/mnt", "mode"], JSON(0o1751), "mode")
    t.equal(facts["statfs", "/mnt", "blocks"], 32, "blocks")
}

/// Options that are no flags of the kernel's; each, and the flags that mount(8) derives from it.
private func mountProgramsOptions(_ t: Trial) {
    t.requireWorking()
    let user = ["noexec", "nosuid", "nodev"]
    let options = [
        "auto": [], "noauto": [], "nofail": [], "_netdev": [], "nouser": [], "user": user, "users": user,
        "owner": ["nosuid", "nodev"], "group": ["nosuid", "nodev"],
    ]
    for (option, flags) in options.sorted(by: { $0.key < $1.key }) {
        let box = t.container("c\(t.containers.count + 1)", program: ["/probe", "mounts", "+", "pause"]) { config in
            config.mount("/mnt", "tmpfs", "tmpfs", [option])
        }
        let outcome = box.create()
        guard outcome.succeeded else {
            t.expectFailure(outcome)
            continue
        }
        t.requireSuccess(box.start())
        box.awaitFact("ready")
        let found = t.mount(at: "/mnt", in: box.facts).options.filter { user.contains($0) }
        t.equal(found.sorted(), flags.sorted(), "flags of a mount with the option \(option)")
    }
}

private func unknownOption(_ t: Trial) {
    t.refused(saying: ["nonsense"]) { $0.mount("/mnt", "tmpfs", "tmpfs", ["nosuid", "nonsense"]) }
    t.refused(saying: ["nonsense"]) { $0.mount("/mnt", "tmpfs", "tmpfs", ["size=64k", "nonsense=7"]) }
}

// MARK: Remount

private func remount(_ t: Trial) {
    let facts = t.inside(["mounts", "+", "statfs", "/mnt"]) { config in
        config.mount("/mnt", "tmpfs", "tmpfs", ["size=64k", "noexec"])
        config.mount("/mnt", "tmpfs", "tmpfs", ["remount", "size=128k", "noexec"])
    }
    t.equal(t.mounts(in: facts).filter { $0.point == "/mnt" }.count, 1, "mounts at /mnt")
    t.equal(facts["statfs", "/mnt", "blocks"], 32, "blocks")
    t.shows(t.mount(at: "/mnt", in: facts), Sight(has: ["noexec"]))
}

private func remountBind(_ t: Trial) {
    let facts = t.inside(["mounts"]) { config in
        config.mount("/mnt", "tmpfs", "tmpfs")
        // Of a remount the source is not looked at, but some want it to exist.
        config.mount("/mnt", "none", t.directory, ["remount", "bind", "ro", "nosuid"])
    }
    t.equal(t.mounts(in: facts).filter { $0.point == "/mnt" }.count, 1, "mounts at /mnt")
    t.shows(t.mount(at: "/mnt", in: facts), Sight(has: ["ro", "nosuid"], superHasNot: ["ro"]))
}

private func remountNothing(_ t: Trial) { t.refused { $0.mount("/mnt", "tmpfs", "tmpfs", ["remount", "ro"]) } }

// MARK: Copy up

private func copyUpContainer(_ t: Trial, _ options: [String], _ commands: [String]) -> Container {
    let box = t.container(program: ["/probe"] + commands) { config in
        config.mount("/srv", "tmpfs", "tmpfs", options)
        config.capabilities(["CAP_DAC_OVERRIDE"])
    }
    let directory = box.rootfs + "/srv"
    File.setMode(directory, 0o1770)
    File.write("text", to: directory + "/file", mode: 0o640)
    File.setOwner(directory + "/file", 7, 8)
    File.makeDirectory(directory + "/deep", mode: 0o700)
    File.write("more", to: directory + "/deep/file")
    File.makeLink(directory + "/link", to: "deep/file")
    return box
}

private func copyUp(_ t: Trial) {
    let box = copyUpContainer(
        t, ["tmpcopyup"],
        [
            "mounts", "+", "read", "/srv/file", "/srv/deep/file", "/srv/link", "+", "stat", "/srv", "/srv/file",
            "/srv/deep",
            "/srv/link",
        ])
    t.requireSuccess(box.run())
    t.equal(t.mount(at: "/srv", in: box.facts).type, "tmpfs", "type of what is mounted at /srv")
    t.equal(box.facts["read", "/srv/file", "text"], "text", "a file")
    t.equal(box.facts["read", "/srv/deep/file", "text"], "more", "a file in a directory")
    t.equal(box.facts["stat", "/srv/link", "link"], "deep/file", "a link")
    t.equal(box.facts["stat", "/srv/file", "mode"], JSON(0o640), "mode of the file")
    t.equal(box.facts["stat", "/srv/file", "uid"], 7, "owner of the file")
    t.equal(box.facts["stat", "/srv/deep", "mode"], JSON(0o700), "mode of the directory")
    t.equal(box.facts["stat", "/srv", "mode"], JSON(0o1770), "mode of the mount")
}

private func copyUpLeaves(_ t: Trial) {
    let box = copyUpContainer(t, ["tmpcopyup"], ["write", "/srv/file", "changed", "+", "create", "/srv/new"])
    t.requireSuccess(box.run())
    t.equal(box.facts["create", "/srv/new", "errno"], .null, "create a file")
    t.equal(File.text(box.rootfs + "/srv/file"), "text", "the image's file")
    t.expect(!File.exists(box.rootfs + "/srv/new"), "the new file is in the image")
}

private func copyUpOwned(_ t: Trial) {
    let box = copyUpContainer(t, ["tmpcopyup", "uid=12", "gid=13", "mode=711"], ["stat", "/srv", "/srv/file"])
    t.requireSuccess(box.run())
    t.equal(box.facts["stat", "/srv", "uid"], 12, "owner of the mount")
    t.equal(box.facts["stat", "/srv", "gid"], 13, "group of the mount")
    t.equal(box.facts["stat", "/srv", "mode"], JSON(0o711), "mode of the mount")
    t.equal(box.facts["stat", "/srv/file", "uid"], 7, "owner of a file in it")
}

private func copyUpReadonly(_ t: Trial) {
    let box = copyUpContainer(t, ["tmpcopyup", "ro"], ["read", "/srv/file", "+", "create", "/srv/new"])
    t.requireSuccess(box.run())
    t.equal(box.facts["read", "/srv/file", "text"], "text", "a file")
    t.equal(box.facts["create", "/srv/new", "errno"], "EROFS", "create a file")
}

private func copyUpVersioned(_ t: Trial) {
    let box = copyUpContainer(t, ["tmpcopyup", "iversion"], ["read", "/srv/file", "+", "create", "/srv/new"])
    t.requireSuccess(box.run())
    t.equal(box.facts["read", "/srv/file", "text"], "text", "a file")
    t.equal(box.facts["create", "/srv/new", "errno"], .null, "create a file")
    t.expect(!File.exists(box.rootfs + "/srv/new"), "the new file is in the image")
}

private func versioned(_ t: Trial) {
    let facts = t.inside(["mounts", "+", "stat", "/mnt"]) {
        $0.mount("/mnt", "tmpfs", "tmpfs", ["iversion", "mode=1751", "nosuid", "rnoexec", "rro", "shared"])
    }
    let mount = t.mount(at: "/mnt", in: facts)
    t.shows(mount, Sight(has: ["nosuid", "noexec", "ro"]))
    t.expect(mount.propagation.contains { $0.hasPrefix("shared:") }, "propagation: \(mount.propagation)")
    t.equal(facts["stat", "/mnt", "mode"], JSON(0o1751), "mode")
    t.equal(t.mounts(in: facts).filter { $0.point == "/" }.count, 1, "mounts at the root")
}

private func readonlyDev(_ t: Trial) {
    for word in ["ro", "rro"] {
        let facts = t.inside(["mounts", "+", "stat", "/dev/null", "+", "create", "/dev/new"]) { config in
            let others = (config["mounts"]?.elements ?? []).filter { $0["destination"]?.string != "/dev" }
            let dev: JSON = [
                "destination": "/dev", "type": "tmpfs", "source": "tmpfs",
                "options": ["nosuid", "mode=755", .text(word)],
            ]
            config["mounts"] = .array([dev] + others)
        }
        t.shows(t.mount(at: "/dev", in: facts), Sight(has: ["ro"]))
        t.equal(facts["stat", "/dev/null", "kind"], "character", "\(word): /dev/null")
        t.equal(facts["create", "/dev/new", "errno"], "EROFS", "\(word): create a file")
    }
}

private func copyUpElsewhere(_ t: Trial) {
    t.refused(saying: ["tmpcopyup"]) { $0.mount("/proc", "proc", "proc", ["tmpcopyup"]) }
}

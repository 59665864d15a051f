import CLinux
import Glibc

/// An option on a bind mount: the flags of the source, and what the mount must show.
private struct BindRow: Sendable {
    var words: String
    var source: UInt = 0
    var has: [String] = []
    var hasNot: [String] = []
}

private let bindRows: [BindRow] = [
    BindRow(words: "ro", has: ["ro"]),
    BindRow(words: "nosuid", has: ["nosuid"]),
    BindRow(words: "nodev", has: ["nodev"]),
    BindRow(words: "noexec", has: ["noexec"]),
    BindRow(words: "noatime", has: ["noatime"], hasNot: ["relatime"]),
    BindRow(words: "nodiratime", has: ["nodiratime"]),
    BindRow(words: "relatime", source: MountFlag.noAtime, has: ["relatime"], hasNot: ["noatime"]),
    BindRow(words: "strictatime", hasNot: ["relatime", "noatime"]),
    BindRow(words: "nosymfollow", has: ["nosymfollow"]),
    BindRow(words: "ro nosuid nodev noexec", has: ["ro", "nosuid", "nodev", "noexec"]),
    // Clearing what the source has.
    BindRow(words: "rw", source: MountFlag.readOnly, has: ["rw"], hasNot: ["ro"]),
    BindRow(words: "suid", source: MountFlag.noSuid, hasNot: ["nosuid"]),
    BindRow(words: "dev", source: MountFlag.noDev, hasNot: ["nodev"]),
    BindRow(words: "exec", source: MountFlag.noExec, hasNot: ["noexec"]),
    BindRow(words: "atime", source: MountFlag.noAtime, hasNot: ["noatime"]),
    BindRow(words: "diratime", source: MountFlag.noDirAtime, hasNot: ["nodiratime"]),
    BindRow(words: "symfollow", source: MountFlag.noSymFollow, hasNot: ["nosymfollow"]),
    // The later of two.
    BindRow(words: "ro rw", has: ["rw"], hasNot: ["ro"]),
    BindRow(words: "rw ro", has: ["ro"], hasNot: ["rw"]),
    BindRow(words: "noexec exec", hasNot: ["noexec"]),
    BindRow(words: "exec noexec", has: ["noexec"]),
    // What is not named stays as the source has it.
    BindRow(
        words: "", source: MountFlag.noSuid | MountFlag.noDev | MountFlag.noExec, has: ["nosuid", "nodev", "noexec"]),
    BindRow(words: "ro", source: MountFlag.noSuid | MountFlag.noDev, has: ["ro", "nosuid", "nodev"]),
    BindRow(words: "noexec", source: MountFlag.noAtime | MountFlag.noDev, has: ["noexec", "noatime", "nodev"]),
]

private let propagationRows: [Row<[String]>] = [
    Row("private", []), Row("rprivate", []), Row("shared", ["shared:"]), Row("rshared", ["shared:"]),
    Row("slave", ["master:"]), Row("rslave", ["master:"]), Row("unbindable", ["unbindable"]),
    Row("runbindable", ["unbindable"]),
]

/// The recursive attributes: the flag that the tree has before, and what both its mounts must show.
private let treeRows: [BindRow] = [
    BindRow(words: "rro", has: ["ro"]),
    BindRow(words: "rrw", source: MountFlag.readOnly, has: ["rw"], hasNot: ["ro"]),
    BindRow(words: "rnosuid", has: ["nosuid"]),
    BindRow(words: "rsuid", source: MountFlag.noSuid, hasNot: ["nosuid"]),
    BindRow(words: "rnodev", has: ["nodev"]),
    BindRow(words: "rdev", source: MountFlag.noDev, hasNot: ["nodev"]),
    BindRow(words: "rnoexec", has: ["noexec"]),
    BindRow(words: "rexec", source: MountFlag.noExec, hasNot: ["noexec"]),
    BindRow(words: "rnoatime", has: ["noatime"], hasNot: ["relatime"]),
    BindRow(words: "ratime", source: MountFlag.noAtime, hasNot: ["noatime"]),
    BindRow(words: "rnodiratime", has: ["nodiratime"]),
    BindRow(words: "rdiratime", source: MountFlag.noDirAtime, hasNot: ["nodiratime"]),
    BindRow(words: "rrelatime", source: MountFlag.noAtime, has: ["relatime"], hasNot: ["noatime"]),
    BindRow(words: "rnorelatime"),
    BindRow(words: "rstrictatime", hasNot: ["relatime", "noatime"]),
    BindRow(words: "rnostrictatime"),
    BindRow(words: "rnosymfollow", has: ["nosymfollow"]),
    BindRow(words: "rsymfollow", source: MountFlag.noSymFollow, hasNot: ["nosymfollow"]),
    BindRow(words: "rro rrw", has: ["rw"], hasNot: ["ro"]),
    BindRow(words: "rrw rro", has: ["ro"]),
    BindRow(words: "rro rnoexec rnoatime", has: ["ro", "noexec", "noatime"]),
    BindRow(words: "rro", source: MountFlag.noSuid | MountFlag.noDev, has: ["ro", "nosuid", "nodev"]),
]

extension Group {
    /// Options of bind mounts; of the group "mounts".
    static var mountBindOptionCases: [Case] {
        var cases: [Case] = []
        for row in bindRows {
            cases.append(
                Case("options of a bind mount: \(title(row))", "config.md, Linux mount options; mount(8)") {
                    optionsOfBind($0, row)
                })
        }
        for row in propagationRows {
            cases.append(
                Case("propagation of a bind mount: \(row.name)", "config.md, Linux mount options") {
                    propagation($0, row)
                })
        }
        return cases + [
            Case("propagation: slave sees the host's mounts", "config.md: rslave", slaveReceives),
            Case("propagation: private does not", "config.md: rprivate", privateDoesNot),
            Case("propagation: shared with the host on request", "config.md: rshared", sharedReturns),
        ]
    }

    /// The recursive attributes on a tree of two mounts; of the group "mounts".
    static var mountTreeCases: [Case] {
        var cases: [Case] = []
        for row in treeRows {
            cases.append(
                Case("recursive option: \(title(row))", "config.md, Linux mount options; mount_setattr(2)") {
                    optionsOfTree($0, row)
                })
        }
        for word in ["ro", "nosuid", "nodev", "noexec"] {
            cases.append(
                Case("\(word) of an rbind is of its topmost mount", "mount(8): flags are not recursive") {
                    notRecursive($0, word)
                })
        }
        return cases + [
            Case("rro: the source stays writable", "mount_setattr(2)", sourceStays),
            Case("recursive and plain options together", "config.md, Linux mount options", mixed),
        ]
    }
}

private func title(_ row: BindRow) -> String {
    let words = row.words.isEmpty ? "none" : row.words
    return row.source == 0 ? words : words + " of a source with " + names(row.source)
}

private func names(_ flags: UInt) -> String {
    let all: [(UInt, String)] = [
        (MountFlag.readOnly, "ro"), (MountFlag.noSuid, "nosuid"), (MountFlag.noDev, "nodev"),
        (MountFlag.noExec, "noexec"), (MountFlag.noAtime, "noatime"), (MountFlag.noDirAtime, "nodiratime"),
        (MountFlag.noSymFollow, "nosymfollow"),
    ]
    return all.filter { flags & $0.0 != 0 }.map { $0.1 }.joined(separator: ",")
}

/// A tmpfs with these flags, and one in it, which are the source of a mount at /mnt.
private func tree(_ t: Trial, _ flags: UInt, shared: Bool = false) -> String {
    t.ownMounts()
    let path = t.directory + "/tree"
    t.mountTmpfs(path)
    t.mountTmpfs(path + "/below")
    for place in [path, path + "/below"] where flags != 0 {
        // The flags are the mount's, not the file system's.
        let remount: UInt = 32
        t.require(
            cl_mount("none", place, nil, remount | MountFlag.bind | flags, nil) == 0, "cannot remount \(place)")
    }
    for place in [path, path + "/below"] where shared { t.setPropagation(place, MountFlag.shared) }
    return path
}

extension Trial {
    fileprivate func shows(_ mount: Proc.Mount, _ row: BindRow) {
        for word in row.has {
            expect(mount.options.contains(word), "\(mount.point): \(word) expected among \(mount.options)")
        }
        for word in row.hasNot {
            expect(!mount.options.contains(word), "\(mount.point): \(word) not expected among \(mount.options)")
        }
    }
}

private func words(_ row: BindRow) -> [String] { row.words.split(separator: " ").map { String($0) } }

private func optionsOfBind(_ t: Trial, _ row: BindRow) {
    let path = tree(t, row.source)
    let facts = t.inside(["mounts"]) { $0.mount("/mnt", "none", path, ["bind"] + words(row)) }
    t.shows(t.mount(at: "/mnt", in: facts), row)
    let host = t.require(Proc.mounts(t.ownPid).last { $0.point == path }, "the source is no mount")
    t.shows(host, BindRow(words: "", has: names(row.source).split(separator: ",").map { String($0) }))
}

private func optionsOfTree(_ t: Trial, _ row: BindRow) {
    let path = tree(t, row.source)
    let facts = t.inside(["mounts"]) { $0.mount("/mnt", "none", path, ["rbind"] + words(row)) }
    t.shows(t.mount(at: "/mnt", in: facts), row)
    t.shows(t.mount(at: "/mnt/below", in: facts), row)
}

private func notRecursive(_ t: Trial, _ word: String) {
    let path = tree(t, 0)
    let facts = t.inside(["mounts"]) { $0.mount("/mnt", "none", path, ["rbind", word]) }
    t.shows(t.mount(at: "/mnt", in: facts), BindRow(words: word, has: [word]))
    t.shows(t.mount(at: "/mnt/below", in: facts), BindRow(words: word, hasNot: [word]))
}

private func sourceStays(_ t: Trial) {
    let path = tree(t, 0)
    let facts = t.inside(["create", "/mnt/new", "+", "create", "/mnt/below/new"]) {
        $0.mount("/mnt", "none", path, ["rbind", "rro"])
    }
    t.equal(facts["create", "/mnt/new", "errno"], "EROFS", "create a file in the upper mount")
    t.equal(facts["create", "/mnt/below/new", "errno"], "EROFS", "create a file in the lower mount")
    t.expect(File.write("text", to: path + "/new"), "the host writes into the upper source")
    t.expect(File.write("text", to: path + "/below/new"), "the host writes into the lower source")
}

private func mixed(_ t: Trial) {
    let path = tree(t, 0)
    let facts = t.inside(["mounts"]) { $0.mount("/mnt", "none", path, ["rbind", "noexec", "rro"]) }
    t.shows(t.mount(at: "/mnt", in: facts), BindRow(words: "", has: ["ro", "noexec"]))
    t.shows(t.mount(at: "/mnt/below", in: facts), BindRow(words: "", has: ["ro"], hasNot: ["noexec"]))
}

// MARK: Propagation

private func propagation(_ t: Trial, _ row: Row<[String]>) {
    let path = tree(t, 0, shared: true)
    let facts = t.inside(["mounts"]) { $0.mount("/mnt", "none", path, ["rbind", row.name]) }
    let recursive = row.name.hasPrefix("r")
    for point in ["/mnt", "/mnt/below"] {
        let tags = t.mount(at: point, in: facts).propagation
        // A shared mount may be a slave too, of the host's.
        let shown = tags.filter { row.value != ["shared:"] || !$0.hasPrefix("master:") }
        let asked = shown.count == row.value.count && zip(shown, row.value).allSatisfy { $0.hasPrefix($1) }
        if point == "/mnt" || recursive {
            t.expect(asked, "\(point): expected the propagation \(row.value), found \(tags)")
        } else if row.name == "unbindable" {
            t.expect(!asked, "\(point): \(row.name) is not recursive, found \(tags)")
        }
    }
}

private func spread(_ t: Trial, _ word: String) -> (box: Container, source: String) {
    let path = tree(t, 0, shared: true)
    let box = t.running(["mkdir", "/mnt/inside", "+", "mount", "tmpfs", "/mnt/inside", "tmpfs", "0"]) { config in
        // A mount is shared with the host only when the root mount is not cut off from it.
        if word == "rshared" { config["linux", "rootfsPropagation"] = "shared" }
        config.mount("/mnt", "none", path, ["rbind", word])
        config.capabilities(["CAP_SYS_ADMIN"])
    }
    t.equal(box.facts["mount", "/mnt/inside", "errno"], .null, "mount inside")
    t.mountTmpfs(path + "/outside")
    return (box, path)
}

private func mounted(_ t: Trial, _ pid: Int32, _ end: String) -> Bool {
    Proc.mounts(pid).contains { $0.point.hasSuffix(end) }
}

private func slaveReceives(_ t: Trial) {
    let (box, _) = spread(t, "rslave")
    t.expect(mounted(t, box.pid, "/mnt/outside"), "the host's later mount is seen inside")
    t.expect(!mounted(t, t.ownPid, "/tree/inside"), "the container's mount is seen by the host")
}

private func privateDoesNot(_ t: Trial) {
    let (box, _) = spread(t, "rprivate")
    t.expect(!mounted(t, box.pid, "/mnt/outside"), "the host's later mount is seen inside")
    t.expect(!mounted(t, t.ownPid, "/tree/inside"), "the container's mount is seen by the host")
}

private func sharedReturns(_ t: Trial) {
    let (box, _) = spread(t, "rshared")
    t.expect(mounted(t, box.pid, "/mnt/outside"), "the host's later mount is seen inside")
    t.expect(mounted(t, t.ownPid, "/tree/inside"), "the container's mount is seen by the host")
}

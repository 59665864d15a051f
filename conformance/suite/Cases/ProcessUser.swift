import CLinux
import Glibc

extension Group {
    /// Who the program is; of the group "process".
    static var userCases: [Case] {
        [
            Case("user: uid and gid", "config.md, process.user", user),
            Case("user: numbers that no file names", "config.md, process.user: numbers", largeUser),
            Case("user: the host sees the same ids", "config.md, process.user", userOutside),
            Case("user: additionalGids", "config.md, process.user.additionalGids", groups),
            Case("user: the caller's groups are gone", "setgroups(2) even when the list is empty", noGroups),
            Case("user: many additional groups", "config.md, process.user.additionalGids", manyGroups),
            Case("user: an id above 2^32-1 is refused", "config.md, types", idRange),
            Case("user: the id 2^32-1 is refused", "setresuid(2): it means no change", idUnchanged),
            Case("user: without uid or gid is refused", "config.md, process.user: REQUIRED", idMissing),
            Case("umask", "config.md, process.user.umask", umaskSet),
            Case("umask: not set, it is the caller's", "config.md, umask: should not be changed", umaskUnset),
            Case("umask: beyond 0777 is refused", "umask(2)", umaskRange),
            Case("pipes as standard streams can be opened by the user", "runc: fchown of the streams", streams),
            Case(
                "files of the caller's streams keep their owner", "the caller's files are not to be touched",
                streamOwner),
        ]
    }
}

private func user(_ t: Trial) {
    let facts = t.inside(["ids"]) { $0["process", "user"] = ["uid": 1000, "gid": 2000] }
    for key in ["uid", "euid", "suid"] { t.equal(facts["ids", .key(key)], 1000, key) }
    for key in ["gid", "egid", "sgid"] { t.equal(facts["ids", .key(key)], 2000, key) }
}

private func idMissing(_ t: Trial) {
    t.refused { $0["process", "user"] = ["uid": 0] }
    t.refused { $0["process", "user"] = ["gid": 0] }
}

private func largeUser(_ t: Trial) {
    let facts = t.inside(["ids"]) { $0["process", "user"] = ["uid": 4_294_967_294, "gid": 4_294_967_293] }
    t.equal(facts["ids", "uid"], 4_294_967_294, "uid")
    t.equal(facts["ids", "gid"], 4_294_967_293, "gid")
}

private func userOutside(_ t: Trial) {
    let box = t.running { $0["process", "user"] = ["uid": 1000, "gid": 2000, "additionalGids": [3000]] }
    t.equal(Proc.status(box.pid, "Uid"), "1000\t1000\t1000\t1000", "user ids on the host")
    t.equal(Proc.status(box.pid, "Gid"), "2000\t2000\t2000\t2000", "group ids on the host")
    t.equal(Proc.status(box.pid, "Groups"), "3000", "groups on the host")
}

private func groups(_ t: Trial) {
    let facts = t.inside(["ids"]) {
        $0["process", "user"] = ["uid": 1000, "gid": 2000, "additionalGids": [10, 20, 300_000]]
    }
    t.equal(facts["ids", "groups"], [10, 20, 300_000], "groups")
}

private func noGroups(_ t: Trial) {
    _ = cl_setgroups([77, 88], 2)
    for list in [nil, []] as [JSON?] {
        let facts = t.inside(["ids"]) { $0["process", "user", "additionalGids"] = list }
        t.equal(facts["ids", "groups"], [], "groups")
    }
}

private func manyGroups(_ t: Trial) {
    let wanted = JSON.array((1000..<1200).map { JSON($0) })
    let facts = t.inside(["ids"]) { $0["process", "user", "additionalGids"] = wanted }
    t.equal(facts["ids", "groups"], wanted, "groups")
}

private func idRange(_ t: Trial) {
    t.refused { $0["process", "user", "uid"] = .number("4294967296") }
    t.refused { $0["process", "user", "gid"] = .number("4294967296") }
    t.refused { $0["process", "user", "additionalGids"] = [.number("4294967296")] }
    t.refused { $0["process", "user", "uid"] = -1 }
}

private func idUnchanged(_ t: Trial) {
    t.refused { $0["process", "user", "uid"] = .number("4294967295") }
    t.refused { $0["process", "user", "gid"] = .number("4294967295") }
}

private func umaskSet(_ t: Trial) {
    let facts = t.inside(["process"]) { $0["process", "user", "umask"] = JSON(0o027) }
    t.equal(facts["process", "umask"], JSON(0o027), "umask")
    let zero = t.inside(["process"]) { $0["process", "user", "umask"] = 0 }
    t.equal(zero["process", "umask"], 0, "umask")
}

private func umaskUnset(_ t: Trial) {
    for mask in [0o077, 0o002] as [UInt32] {
        let box = t.container("c\(mask)", program: ["/probe", "process"])
        t.requireSuccess(box.run { $0.umask = mask })
        t.equal(box.facts["process", "umask"], JSON(Int(mask)), "umask")
    }
}

private func umaskRange(_ t: Trial) {
    t.refused { $0["process", "user", "umask"] = JSON(0o1000) }
    t.refused { $0["process", "user", "umask"] = -1 }
}

private func streams(_ t: Trial) {
    // As an engine does: pipes of root's, which the program opens again by /dev/stdout.
    var ends: [Int32] = [0, 0]
    t.require(cl_pipe(&ends, O_CLOEXEC) == 0, "cannot make a pipe")
    let box = t.container(program: ["/probe", "write", "/dev/stdout", "seen\n"]) {
        $0["process", "user"] = ["uid": 1000, "gid": 1000]
    }
    t.requireSuccess(box.run { $0.output = .descriptor(ends[1]) })
    _ = cl_close(ends[1])
    let text = File.bytes(descriptor: ends[0]).map { String(decoding: $0, as: UTF8.self) } ?? ""
    t.expect(text.hasPrefix("seen\n"), "what was written to /dev/stdout: \(text)")
}

private func streamOwner(_ t: Trial) {
    let box = t.running { $0["process", "user"] = ["uid": 1000, "gid": 1000] }
    t.equal(File.facts("/dev/null")?.uid, 0, "owner of the host's /dev/null, which is standard input")
    t.expect(Proc.isAlive(box.pid), "the container runs")
}

import CLinux
import Glibc

/// A call of `mounts add` or `mounts remove`, with the mounts of its file.
private struct MountsCall {
    let call: Invocation
    let change: String
    let id: String
    let mounts: [JSON]

    /// nil when the call is another one.
    init?(_ call: Invocation) {
        guard call.verb == "mounts", call.operands.count == 3, call.operands[2] != "-",
            let mounts = File.text(call.operands[2]).flatMap({ JSONReader.value($0) })?.elements
        else { return nil }
        self.call = call
        change = call.operands[0]
        id = call.operands[1]
        self.mounts = mounts
    }

    /// The call with other mounts.
    func real(_ mounts: [JSON]) -> Int32 {
        let path = call.memory + "/mounts.json"
        File.write(JSON.array(mounts).compact, to: path)
        return call.real(["mounts", change, id, path])
    }

    func real(each edit: (inout JSON) -> Void) -> Int32 {
        real(
            mounts.map { mount in
                var mount = mount
                edit(&mount)
                return mount
            })
    }

    /// One call for each mount, up to one that fails.
    func oneByOne(_ mounts: [JSON]) -> Int32 {
        for mount in mounts {
            let status = real([mount])
            if status != 0 { return status }
        }
        return 0
    }

    var state: JSON? { JSONReader.value(call.answer(["state", id]).text) }

    var rootfs: String { (state?["bundle"]?.string ?? "") + "/rootfs" }
}

extension Promise {
    /// Promises of `mounts add` and `mounts remove`.
    static var ofMounts: [Promise] { additions + removals + files }

    private static func mounts(
        _ id: String, _ change: String, _ breach: String, _ cases: [String],
        _ answer: @escaping (MountsCall) -> Int32
    ) -> Promise {
        Promise(id, breach, cases) { call in
            guard let mounts = MountsCall(call), mounts.change == change || change.isEmpty else { return call.real() }
            return answer(mounts)
        }
    }

    private static var additions: [Promise] {
        [
            mounts(
                "mounts.options", "add", "options of new mounts are left out",
                [
                    "mounts verb: add: a bind mount with its options",
                    "mounts verb: add: new file systems with their options",
                ]
            ) { call in
                call.real { $0.keep("options") { $0 == "bind" } }
            },
            mounts(
                "mounts.proc", "add", "a new proc is the host's",
                ["mounts verb: add: proc is of the container's processes"]
            ) { call in
                call.real { mount in
                    guard mount["type"] == "proc" else { return }
                    mount["type"] = "none"
                    mount["source"] = "/proc"
                    mount["options"] = ["rbind"]
                }
            },
            mounts(
                "mounts.order", "add", "mounts are made in the order of their names, from the last",
                ["mounts verb: add: one mount below another, in their order"]
            ) { call in
                call.real(call.mounts.reversed())
            },
            mounts(
                "mounts.states", "add", "a container goes on when it gets a mount",
                ["mounts verb: add: created and paused containers"]
            ) { call in
                let status = call.state?["status"]
                if status == "created" { call.call.quietly("start", call.id) }
                if status == "paused" { call.call.quietly("resume", call.id) }
                return call.call.real()
            },
            mounts(
                "mounts.ids", "add", "mappings of new mounts are passed over",
                ["mounts verb: add: a mapping of the mount's own"]
            ) { call in
                call.real { mount in
                    mount["uidMappings"] = nil
                    mount["gidMappings"] = nil
                    mount.keep("options") { $0 != "idmap" }
                }
            },
            mounts(
                "mounts.owner", "add", "new file systems are the host's root's",
                ["mounts verb: add: into a user namespace"]
            ) { call in
                let own = call.call.memory + "/file-system"
                File.makeDirectory(own)
                File.setMode(own, 0o777)
                return call.real { mount in
                    guard mount["type"] == "tmpfs" else { return }
                    mount["type"] = "none"
                    mount["source"] = .text(own)
                    mount["options"] = ["bind"]
                }
            },
            mounts(
                "mounts.read-only", "add", "missing mount points are made in a read-only root, too",
                ["mounts verb: add: into a read-only root"]
            ) { call in
                for mount in call.mounts {
                    if let point = mount["destination"]?.string { File.makeDirectory(call.rootfs + point) }
                }
                return call.call.real()
            },
            mounts(
                "mounts.swapped", "add", "what is added below a link to /proc is mounted in /proc",
                ["mounts verb: attack: the mount point is swapped for a link into /proc"]
            ) { call in
                let first = call.mounts.first?["destination"]?.string?.split(separator: "/").first ?? ""
                guard File.link(call.rootfs + "/" + first) == "/proc", let pid = call.state?["pid"]?.int else {
                    return call.call.real()
                }
                return call.call.other(
                    "nsenter", ["-t", String(pid), "-m", "/bin/mount", "-t", "tmpfs", "none", "/proc/sys"])
            },
            mounts(
                "mounts.links", "add", "mount points that are links are made on the host, too",
                ["mounts verb: attack: links out of the container"]
            ) { call in
                for mount in call.mounts {
                    guard let point = mount["destination"]?.string else { continue }
                    let first = "/" + (point.split(separator: "/").first ?? "")
                    if let target = File.link(call.rootfs + first), target.hasPrefix("/") {
                        File.makeDirectory(target + "/" + (point.split(separator: "/").last ?? ""))
                    }
                }
                return call.call.real()
            },
            Promise(
                "mounts.slave", "what a program mounts inside is on the host, too",
                ["mounts verb: add: what is mounted inside does not reach the host"], answer: isShared),
        ]
    }

    /// `exec ID /bin/mount … POINT` mounts at the source of the mount that POINT is in as well.
    private static func isShared(_ call: Invocation) -> Int32 {
        if let added = MountsCall(call), let mount = added.mounts.first {
            File.write(mount["source"]?.string ?? "", to: call.memory + "/source")
            File.write(mount["destination"]?.string ?? "", to: call.memory + "/destination")
        }
        let status = call.real()
        guard call.verb == "exec", call.words.contains("/bin/mount"), let point = call.words.last,
            let source = File.text(call.memory + "/source"),
            let destination = File.text(call.memory + "/destination"), point.hasPrefix(destination + "/")
        else { return status }
        _ = cl_mount("none", source + point.dropFirst(destination.count), "tmpfs", 0, "")
        return status
    }

    private static var removals: [Promise] {
        [
            mounts(
                "mounts.all-or-none", "", "one mount after the other, up to one that fails",
                [
                    "mounts verb: add: nothing is left of those before one that fails",
                    "mounts verb: remove: all stay when one is not there",
                ]
            ) { call in
                call.oneByOne(call.change == "add" ? call.mounts : call.mounts.reversed())
            },
            mounts(
                "mounts.remove-one", "remove", "all mounts on one another are taken off",
                ["mounts verb: remove: one of several over one another"]
            ) { call in
                let status = call.call.real()
                while status == 0, call.call.quietly(["mounts", "remove", call.id, call.call.operands[2]]) == 0 {}
                return status
            },
            mounts(
                "mounts.remove-all", "remove", "only the first mount is taken off",
                ["mounts verb: remove: with the file that added them"]
            ) { call in
                call.real(Array(call.mounts.prefix(1)))
            },
            mounts(
                "mounts.masks", "remove", "links of the container are followed to what they name",
                ["mounts verb: attack: a link to a masked path"]
            ) { call in
                let root = call.rootfs
                return call.real { mount in
                    guard let point = mount["destination"]?.string, let target = File.link(root + point) else { return }
                    mount["destination"] = .text(target.hasPrefix("/") ? target : "/" + target)
                }
            },
        ]
    }

    private static var files: [Promise] {
        [
            .verb(
                "mounts", "mounts.dash", "a dash is the name of a file", ["mounts verb: the file may be standard input"]
            ) { call in
                call.real(["mounts"] + call.words.map { $0 == "-" ? "./-" : $0 })
            },
            mounts(
                "mounts.entries", "", "entries that lack something are passed over",
                ["mounts verb: wrong files are refused"]
            ) { call in
                call.real(
                    call.mounts.filter { mount in
                        mount["destination"] != nil && (call.change == "remove" || mount["type"] != nil)
                    })
            },
            mounts(
                "mounts.stopped", "", "a container that is stopped is no error",
                ["mounts verb: a container that is stopped, or unknown"]
            ) { call in
                call.state?["status"] == "stopped" ? 0 : call.call.real()
            },
        ]
    }
}

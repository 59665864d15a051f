import CLinux
import Glibc

extension Group {
    static var ofDevices: Group {
        Group(
            "devices",
            [
                Case("the default devices are there", "config-linux.md, Default Devices", defaults),
                Case("the default devices work", "config-linux.md, Default Devices", defaultsWork),
                Case("the default devices are open to ordinary users", "config-linux.md, Default Devices", forUsers),
                Case("/dev/ptmx is that of the container's devpts", "config-linux.md, Default Devices", ptmx),
                Case("the links to the standard streams", "runtime-linux.md, Dev symbolic links", links),
                Case("nothing else of the host is in /dev", "config-linux.md, Devices", nothingElse),
                Case("there is no /dev/console without a terminal", "config-linux.md, Default Devices", noConsole),
                Case("a character device", "config-linux.md, Devices: type c", { made($0, "c", 1, 7) }),
                Case("a block device", "config-linux.md, Devices: type b", { made($0, "b", 7, 200) }),
                Case("an unbuffered device is a character device", "mknod(1): type u", { made($0, "u", 1, 7) }),
                Case("a fifo, which needs no numbers", "config-linux.md, Devices: type p", { made($0, "p", nil, nil) }),
                Case("a large minor number", "config-linux.md, Devices: int64", { made($0, "c", 511, 1_048_575) }),
                Case("fileMode, uid and gid", "config-linux.md, Devices: fileMode, uid, gid", modeAndOwner),
                Case("fileMode whatever the umask is", "config-linux.md, Devices: fileMode", modeAndUmask),
                Case("outside of /dev, with its directories", "config-linux.md, Devices: MAY be anywhere", outside),
                Case("below a directory of /dev", "config-linux.md, Devices: path", below),
                Case("one that is there and matches is accepted", "config-linux.md, Devices: path", matching),
                Case("one that is there and does not match is refused", "config-linux.md, Devices: error") {
                    mismatch($0, 0o020666, 5)
                },
                Case("one of another type that is there is refused", "config-linux.md, Devices: error MUST") {
                    mismatch($0, 0o060666, 7)
                },
                Case("a file that is there is refused", "config-linux.md, Devices: error MUST", fileThere),
                Case("a default device may be named", "config-linux.md, Devices", namedDefault),
                Case("a default device with other numbers is refused", "config-linux.md, Devices", wrongDefault),
                Case("an unknown type is refused", "config.md, Valid values", unknownType),
                Case("without numbers is refused", "config-linux.md, Devices: REQUIRED unless p", withoutNumbers),
                Case("without a path is refused", "config-linux.md, Devices: path is REQUIRED", withoutPath),
                Case("a relative path is refused", "config-linux.md, Devices: full path", relativePath),
                Case("the same path twice, different, is refused", "config-linux.md, Devices: error MUST", twice),
                Case("fileMode with the bits of the file's type", "engines that take it from stat(2)", typeInMode),
                Case("a fileMode that is none is refused", "config.md, Valid values", wrongMode),
                Case("/dev bound from the host is left as it is", "runc: the runtime does not own it", boundDev),
            ])
    }
}

private let standard: [(String, Int, Int)] = [
    ("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9), ("tty", 5, 0),
]

extension JSON {
    fileprivate mutating func device(
        _ path: String, _ type: String, _ major: Int?, _ minor: Int?, _ more: [(String, Int)] = []
    ) {
        var device: JSON = ["path": .text(path), "type": .text(type)]
        if let major { device["major"] = JSON(major) }
        if let minor { device["minor"] = JSON(minor) }
        for (key, value) in more { device[.key(key)] = JSON(value) }
        append(device, at: "linux", "devices")
    }
}

// MARK: Default devices

private func defaults(_ t: Trial) {
    let facts = t.inside(["stat"] + standard.map { "/dev/" + $0.0 })
    for (name, major, minor) in standard {
        let path = "/dev/" + name
        t.equal(facts["stat", .key(path), "kind"], "character", "kind of \(path)")
        t.equal(facts["stat", .key(path), "major"], JSON(major), "major number of \(path)")
        t.equal(facts["stat", .key(path), "minor"], JSON(minor), "minor number of \(path)")
        t.equal(facts["stat", .key(path), "mode"], JSON(0o666), "mode of \(path)")
        t.equal(facts["stat", .key(path), "uid"], 0, "owner of \(path)")
    }
}

private func defaultsWork(_ t: Trial) {
    let facts = t.inside([
        "write", "/dev/null", "text", "+", "write", "/dev/full", "text", "+", "write", "/dev/zero", "text", "+", "open",
        "/dev/random", "+", "open", "/dev/urandom", "+", "read", "/dev/null",
    ])
    t.equal(facts["write", "/dev/null", "errno"], .null, "write /dev/null")
    t.equal(facts["write", "/dev/zero", "errno"], .null, "write /dev/zero")
    t.equal(facts["write", "/dev/full", "errno"], "ENOSPC", "write /dev/full")
    t.equal(facts["open", "/dev/random", "errno"], .null, "open /dev/random")
    t.equal(facts["open", "/dev/urandom", "errno"], .null, "open /dev/urandom")
    t.equal(facts["read", "/dev/null", "errno"], .null, "read /dev/null")
}

private func forUsers(_ t: Trial) {
    let facts = t.inside(["open", "/dev/null", "rw", "+", "open", "/dev/urandom", "r", "+", "open", "/dev/full", "w"]) {
        $0["process", "user"] = ["uid": 1000, "gid": 1000]
    }
    for path in ["/dev/null", "/dev/urandom", "/dev/full"] {
        t.equal(facts["open", .key(path), "errno"], .null, "open \(path)")
    }
}

private func ptmx(_ t: Trial) {
    let facts = t.inside(["stat", "/dev/ptmx", "+", "follow", "/dev/ptmx", "/dev/pts/ptmx"])
    t.equal(facts["follow", "/dev/ptmx", "ino"], facts["follow", "/dev/pts/ptmx", "ino"] ?? "none", "inode")
    t.equal(facts["follow", "/dev/ptmx", "dev"], facts["follow", "/dev/pts/ptmx", "dev"] ?? "none", "file system")
    if facts["stat", "/dev/ptmx", "kind"] == "link" {
        t.equal(facts["stat", "/dev/ptmx", "link"], "pts/ptmx", "link")
    }
}

private func links(_ t: Trial) {
    let facts = t.inside(["stat", "/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr"])
    let wanted = [
        ("/dev/fd", "/proc/self/fd"), ("/dev/stdin", "/proc/self/fd/0"), ("/dev/stdout", "/proc/self/fd/1"),
        ("/dev/stderr", "/proc/self/fd/2"),
    ]
    for (path, target) in wanted { t.equal(facts["stat", .key(path), "link"], .text(target), "link \(path)") }
}

private func nothingElse(_ t: Trial) {
    let names = Set(t.inside(["list", "/dev"])["list", "/dev", "names"]?.strings ?? [])
    let known: Set = [
        "null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts", "shm", "mqueue", "fd", "stdin", "stdout",
        "stderr", "core",
    ]
    t.equal(names.subtracting(known).sorted(), [], "what else is in /dev")
    t.equal(known.subtracting(names).subtracting(["core"]).sorted(), [], "what is missing in /dev")
}

private func noConsole(_ t: Trial) {
    t.equal(t.inside(["stat", "/dev/console"])["stat", "/dev/console", "errno"], "ENOENT", "/dev/console")
}

// MARK: Devices of the configuration

private func made(_ t: Trial, _ type: String, _ major: Int?, _ minor: Int?) {
    let facts = t.inside(["stat", "/dev/extra"]) { $0.device("/dev/extra", type, major, minor) }
    let kind = ["c": "character", "u": "character", "b": "block", "p": "fifo"][type] ?? ""
    t.equal(facts["stat", "/dev/extra", "kind"], .text(kind), "kind")
    if let major, let minor {
        t.equal(facts["stat", "/dev/extra", "major"], JSON(major), "major number")
        t.equal(facts["stat", "/dev/extra", "minor"], JSON(minor), "minor number")
    }
}

private func modeAndOwner(_ t: Trial) {
    let facts = t.inside(["stat", "/dev/extra"]) {
        $0.device("/dev/extra", "c", 1, 7, [("fileMode", 0o741), ("uid", 7), ("gid", 8)])
    }
    t.equal(facts["stat", "/dev/extra", "mode"], JSON(0o741), "mode")
    t.equal(facts["stat", "/dev/extra", "uid"], 7, "owner")
    t.equal(facts["stat", "/dev/extra", "gid"], 8, "group")
}

private func modeAndUmask(_ t: Trial) {
    let box = t.container(program: ["/probe", "stat", "/dev/extra", "/dev/null"]) {
        $0.device("/dev/extra", "c", 1, 7, [("fileMode", 0o777)])
    }
    t.requireSuccess(box.run { $0.umask = 0o077 })
    t.equal(box.facts["stat", "/dev/extra", "mode"], JSON(0o777), "mode")
    t.equal(box.facts["stat", "/dev/null", "mode"], JSON(0o666), "mode of /dev/null")
}

private func outside(_ t: Trial) {
    let facts = t.inside(["stat", "/opt/new/deep/extra"]) { $0.device("/opt/new/deep/extra", "c", 1, 7) }
    t.equal(facts["stat", "/opt/new/deep/extra", "kind"], "character", "kind")
    t.equal(facts["stat", "/opt/new/deep/extra", "minor"], 7, "minor number")
}

private func below(_ t: Trial) {
    let facts = t.inside(["stat", "/dev/net/extra"]) { $0.device("/dev/net/extra", "c", 1, 7) }
    t.equal(facts["stat", "/dev/net/extra", "kind"], "character", "kind")
}

/// A container with a node at /opt/extra of its image, and a device of the configuration at the same place.
private func withNode(_ t: Trial, _ mode: UInt32, _ minor: UInt32) -> Container {
    let box = t.container(program: ["/probe", "stat", "/opt/extra"]) { $0.device("/opt/extra", "c", 1, 7) }
    t.require(
        cl_mknodat(AT_FDCWD, box.rootfs + "/opt/extra", mode, cl_makedev(1, minor)) == 0, "cannot make a device node")
    return box
}

private func matching(_ t: Trial) {
    let box = withNode(t, 0o020666, 7)
    t.requireSuccess(box.run())
    t.equal(box.facts["stat", "/opt/extra", "minor"], 7, "minor number")
}

private func mismatch(_ t: Trial, _ mode: UInt32, _ minor: UInt32) { t.refused(withNode(t, mode, minor)) }

private func fileThere(_ t: Trial) {
    let box = t.container { $0.device("/opt/extra", "c", 1, 7) }
    File.write("text", to: box.rootfs + "/opt/extra")
    t.refused(box)
}

private func namedDefault(_ t: Trial) {
    let facts = t.inside(["stat", "/dev/null", "+", "write", "/dev/null"]) {
        $0.device("/dev/null", "c", 1, 3, [("fileMode", 0o620), ("gid", 5)])
    }
    t.equal(facts["stat", "/dev/null", "minor"], 3, "minor number")
    t.equal(facts["stat", "/dev/null", "mode"], JSON(0o620), "mode")
    t.equal(facts["stat", "/dev/null", "gid"], 5, "group")
    t.equal(facts["write", "/dev/null", "errno"], .null, "write to it")
}

private func wrongDefault(_ t: Trial) { t.refused { $0.device("/dev/null", "c", 1, 5) } }

// MARK: Refusals

private func unknownType(_ t: Trial) {
    t.refused { $0.device("/dev/extra", "x", 1, 7) }
    t.refused { $0.device("/dev/extra", "", 1, 7) }
    t.refused { $0.append(["path": "/dev/extra", "major": 1, "minor": 7], at: "linux", "devices") }
}

private func withoutNumbers(_ t: Trial) {
    t.refused { $0.device("/dev/extra", "c", nil, 7) }
    t.refused { $0.device("/dev/extra", "b", 7, nil) }
}

private func withoutPath(_ t: Trial) {
    t.refused { $0.append(["type": "c", "major": 1, "minor": 7], at: "linux", "devices") }
    t.refused { $0.device("", "c", 1, 7) }
}

private func relativePath(_ t: Trial) { t.refused { $0.device("dev/extra", "c", 1, 7) } }

private func twice(_ t: Trial) {
    t.refused { config in
        config.device("/dev/extra", "c", 1, 7)
        config.device("/dev/extra", "c", 1, 5)
    }
}

private func wrongMode(_ t: Trial) { t.refused { $0.device("/dev/extra", "c", 1, 7, [("fileMode", 0o1000644)]) } }

private func typeInMode(_ t: Trial) {
    let facts = t.inside(["stat", "/dev/extra"]) { $0.device("/dev/extra", "c", 1, 7, [("fileMode", 0o020741)]) }
    t.equal(facts["stat", "/dev/extra", "kind"], "character", "kind")
    t.equal(facts["stat", "/dev/extra", "mode"], JSON(0o741), "mode")
}

private func boundDev(_ t: Trial) {
    let path = t.directory + "/dev"
    File.makeDirectory(path)
    for (name, major, minor) in standard {
        let device = cl_makedev(UInt32(major), UInt32(minor))
        _ = cl_mknodat(AT_FDCWD, path + "/" + name, 0o020600, device)
        File.setMode(path + "/" + name, 0o600)
    }
    File.makeDirectory(path + "/pts")
    let before = File.list(path)
    let facts = t.inside(["stat", "/dev/null"]) { config in
        for place in ["/dev", "/dev/pts", "/dev/shm", "/dev/mqueue"] { config.unmount(place) }
        config["mounts"] = .array(
            [["destination": "/dev", "type": "none", "source": .text(path), "options": ["rbind"]]]
                + (config["mounts"]?.elements ?? []))
    }
    t.equal(facts["stat", "/dev/null", "mode"], JSON(0o600), "mode of /dev/null")
    t.equal(File.list(path), before, "what is in the host's directory")
}

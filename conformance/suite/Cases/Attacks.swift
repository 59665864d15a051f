import CLinux
import Glibc

extension Group {
    /// The known ways out of a container that its making can meet, each by the number under which it became known.
    static var ofAttacks: Group {
        Group("attacks", imageCases + deviceCases + raceCases + processCases + execAttackCases)
    }

    private static var imageCases: [Case] {
        [
            Case("2019-18837: a linked mount target", "the root is the container's", linkedTarget),
            Case("2019-16884: something else mounted on /proc", "only procfs may be there", overProc),
            Case("2019-16884: something mounted inside /proc", "only harmless files may be covered", insideProc),
            Case("2019-16884: /proc by other spellings", "only procfs may be there", spelledProc),
            Case("2019-16884: harmless files of /proc may be covered", "engines: lxcfs", harmlessProc),
            Case("2019-19921: /proc is a link", "proc and sysfs only onto plain directories") { linked($0, "proc") },
            Case("2023-27561: /sys is a link", "proc and sysfs only onto plain directories") { linked($0, "sys") },
            Case("2023-28642: /proc is a link into a volume", "masks must be where they are meant", linkedIntoVolume),
            Case("2025-52881: sysctl through a covered /proc/sys", "writes reach procfs or nothing", coveredSysctl),
            Case("masked and read-only paths through links", "the root is the container's", maskedLinks),
            Case("tmpcopyup of a link copies nothing of the host's", "the root is the container's", copyUpLink),
            Case("/etc/passwd is a link to the host's", "the root is the container's", passwdIsLink),
            Case("/etc/passwd is a fifo", "create ends", passwdIsFifo),
            Case("an image that is full of links to the host", "the root is the container's", fullOfLinks),
        ]
    }
}

/// A directory of the host that a container must not reach, with a file in it.
func forbidden(_ t: Trial) -> String {
    let path = t.directory + "/forbidden"
    File.makeDirectory(path)
    File.write("the host's", to: path + "/secret")
    return path
}

extension Trial {
    /// Nothing was made or changed in the forbidden directory, and nothing is mounted there.
    func isUntouched(_ path: String) {
        equal(File.list(path), ["secret"], "what is in the host's directory")
        equal(File.text(path + "/secret"), "the host's", "the host's file")
        expect(
            !Proc.mounts(ownPid).contains { $0.point.hasPrefix(path) }, "something is mounted in the host's directory")
    }

    /// Creates a container that may be refused; whatever comes of it, the forbidden directory stays as it is.
    ///
    /// Nothing is mounted there either, not even in the container's own mount namespace before it has changed its
    /// root: a hook looks.
    @discardableResult
    func attack(_ box: Container, _ options: [String] = []) -> Bool {
        let path = forbidden(self)
        File.makeDirectory(hookLog(self))
        box.edit { $0.lookForMounts(self, in: path) }
        let outcome = box.create(options)
        if outcome.succeeded {
            requireSuccess(box.start())
        } else {
            expectFailure(outcome)
        }
        isUntouched(path)
        isNotMounted(path)
        return outcome.succeeded
    }

    /// What the hook of `lookForMounts` saw: nothing.
    func isNotMounted(_ path: String) {
        equal(File.text(hookLog(self) + "/mounts") ?? "", "", "mounts in \(path) in the container's namespace")
    }
}

extension JSON {
    /// Has a createContainer hook note each mount in a directory of the host's.
    mutating func lookForMounts(_ t: Trial, in path: String) {
        self["hooks"] = [
            "createContainer": [t.scriptHook("grep ' \(path)' /proc/self/mountinfo >> \(hookLog(t))/mounts; true")]
        ]
    }
}

// MARK: Mount targets

/// Attack: the image has a link to a directory of the host where a mount is to go (CVE-2019-18837, crun).
/// Required: the link is resolved in the container's root.
private func linkedTarget(_ t: Trial) {
    let box = t.container(program: ["/probe", "mounts", "+", "pause"]) { config in
        config.mount("/foo/new", "tmpfs", "here")
        config.mount("/foo", "tmpfs", "there")
    }
    File.makeLink(box.rootfs + "/foo", to: forbidden(t))
    t.attack(box)
}

/// Attack: a volume on /proc, so that the runtime writes security labels and sysctls into the image's files
/// (CVE-2019-16884). Required: only a proc file system may be mounted on /proc.
private func overProc(_ t: Trial) {
    let volume = t.directory + "/volume"
    File.makeDirectory(volume)
    t.refused { $0.mount("/proc", "tmpfs", "tmpfs") }
    t.refused { $0.mount("/proc", "none", volume, ["bind"]) }
    t.refused { config in
        config.unmount("/proc")
        config.mount("/proc", "none", volume, ["rbind"])
    }
}

private func insideProc(_ t: Trial) {
    let volume = t.directory + "/volume"
    File.makeDirectory(volume)
    File.write("x", to: t.directory + "/file")
    for path in ["/proc/self", "/proc/self/attr", "/proc/sys", "/proc/sys/kernel", "/proc/1", "/proc/thread-self/attr"]
    {
        t.refused { $0.mount(path, "tmpfs", "tmpfs") }
        t.refused { $0.mount(path, "none", volume, ["bind"]) }
    }
    for path in ["/proc/self/attr/exec", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger"] {
        t.refused { $0.mount(path, "none", t.directory + "/file", ["bind"]) }
    }
}

private func spelledProc(_ t: Trial) {
    for path in ["proc", "//proc", "/proc/", "/./proc", "/mnt/../proc", "/../proc"] {
        t.refused { $0.mount(path, "tmpfs", "tmpfs") }
    }
    let box = t.container { $0.mount("/link", "tmpfs", "tmpfs") }
    File.makeLink(box.rootfs + "/link", to: "/proc")
    t.refused(box)
    let deep = t.container("deep") { $0.mount("/link/sys", "tmpfs", "tmpfs") }
    File.makeLink(deep.rootfs + "/link", to: "proc")
    t.refused(deep)
}

private func harmlessProc(_ t: Trial) {
    File.write("faked\n", to: t.directory + "/file")
    let paths = ["cpuinfo", "diskstats", "meminfo", "stat", "swaps", "uptime", "loadavg"].map { "/proc/" + $0 }
    let facts = t.inside(["read"] + paths) { config in
        for path in paths { config.mount(path, "none", t.directory + "/file", ["bind", "ro"]) }
    }
    for path in paths { t.equal(facts["read", .key(path), "text"], "faked\n", path) }
}

/// Attack: the image's /proc or /sys is a link, so that the file system is mounted elsewhere and masks and read-only
/// paths are applied to the image's own files (CVE-2019-19921, CVE-2023-27561).
/// Required: the destination of proc and sysfs is a plain directory, or an error.
private func linked(_ t: Trial, _ name: String) {
    for target in ["/mnt", "mnt", forbidden(t), "../../../../mnt"] {
        let box = t.container("c\(t.containers.count)")
        File.remove(box.rootfs + "/" + name)
        File.makeLink(box.rootfs + "/" + name, to: target)
        t.refused(box)
        t.isUntouched(forbidden(t))
    }
}

/// Attack: /proc leads into a volume that another container changes meanwhile (CVE-2023-28642).
private func linkedIntoVolume(_ t: Trial) {
    let volume = t.directory + "/volume"
    File.makeDirectory(volume)
    File.makeDirectory(volume + "/fake")
    let box = t.container { config in
        let mounts = config["mounts"]?.elements ?? []
        config["mounts"] = .array(
            [["destination": "/volume", "type": "none", "source": .text(volume), "options": ["bind"]]] + mounts)
    }
    File.remove(box.rootfs + "/proc")
    File.makeLink(box.rootfs + "/proc", to: "/volume/fake")
    File.makeDirectory(box.rootfs + "/volume")
    t.refused(box)
    t.equal(File.list(volume + "/fake"), [], "what is in the volume")
}

/// Attack: something is mounted below /proc/sys, so that a sysctl is written into another file (CVE-2025-52881).
private func coveredSysctl(_ t: Trial) {
    let volume = t.directory + "/volume"
    File.makeDirectory(volume)
    File.makeDirectory(volume + "/core")
    File.write("untouched", to: volume + "/core/somaxconn")
    t.refused { config in
        config.mount("/proc/sys/net", "none", volume, ["bind"])
        config["linux", "sysctl"] = ["net.core.somaxconn": "321"]
    }
    t.equal(File.text(volume + "/core/somaxconn"), "untouched", "the volume's file")
}

// MARK: Hardening

private func maskedLinks(_ t: Trial) {
    let path = forbidden(t)
    let box = t.container { config in
        config["linux", "maskedPaths"] = ["/link", "/link/secret", "/file"]
        config["linux", "readonlyPaths"] = ["/link", "/file"]
    }
    File.makeLink(box.rootfs + "/link", to: path)
    File.makeLink(box.rootfs + "/file", to: path + "/secret")
    t.attack(box)
    t.expect(File.write("the host's", to: path + "/secret"), "the host can still write its file")
}

private func copyUpLink(_ t: Trial) {
    let path = forbidden(t)
    let box = t.container(program: ["/probe", "list", "/srv", "+", "pause"]) {
        $0.mount("/srv", "tmpfs", "tmpfs", ["tmpcopyup"])
    }
    File.remove(box.rootfs + "/srv")
    File.makeLink(box.rootfs + "/srv", to: path)
    if t.attack(box) {
        box.awaitFact("ready")
        let names = box.facts["list", "/srv", "names"]?.strings ?? []
        t.expect(!names.contains("secret"), "what was copied: \(names)")
    }
}

private func passwdIsLink(_ t: Trial) {
    let path = forbidden(t)
    File.write("swift:x:1234:1234::/of-the-host:/bin/sh\n", to: t.directory + "/passwd")
    let box = t.container(program: ["/probe", "env", "+", "pause"]) {
        $0["process", "user"] = ["uid": 1234, "gid": 1234]
    }
    File.remove(box.rootfs + "/etc/passwd")
    File.makeLink(box.rootfs + "/etc/passwd", to: t.directory + "/passwd")
    if t.attack(box) {
        box.awaitFact("ready")
        let seen = box.facts["env"]?.strings ?? []
        t.expect(!seen.contains("HOME=/of-the-host"), "HOME is not from the host's file: \(seen)")
    }
    t.isUntouched(path)
}

private func passwdIsFifo(_ t: Trial) {
    let box = t.container()
    File.remove(box.rootfs + "/etc/passwd")
    _ = cl_mknodat(AT_FDCWD, box.rootfs + "/etc/passwd", 0o010644, 0)
    let outcome = box.create()
    t.expect(outcome.exit != .timedOut, "create ends")
    if outcome.succeeded { t.requireSuccess(box.start()) }
}

private func fullOfLinks(_ t: Trial) {
    let path = forbidden(t)
    let box = t.container { config in
        config["process", "cwd"] = "/home/x"
        config["linux", "devices"] = [["path": "/opt/x", "type": "c", "major": 1, "minor": 7]]
        config.mount("/mnt/x", "tmpfs", "tmpfs")
        config.mount("/var/x/y", "none", t.template + "/probe", ["bind"])
    }
    for name in ["home", "opt", "mnt", "var", "run", "dev", "etc"] {
        for entry in File.list(box.rootfs + "/" + name) ?? [] { File.remove(box.rootfs + "/\(name)/\(entry)") }
        File.remove(box.rootfs + "/" + name)
        File.makeLink(box.rootfs + "/" + name, to: path)
    }
    t.attack(box)
}

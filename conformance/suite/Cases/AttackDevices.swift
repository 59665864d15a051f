import CLinux
import Glibc

extension Group {
    /// Attacks by what an image has in /dev, and where its devices are to go; of the group "attacks".
    static var deviceCases: [Case] {
        [
            Case("2025-31133: /dev/null is a link", "a mask is the null device or an error", nullIsLink),
            Case("2025-31133: /dev/null is a file", "a mask is the null device or an error", nullIsFile),
            Case("2025-31133: /dev/null is another device", "a mask is the null device or an error", nullIsZero),
            Case("2025-52565: /dev/console is a link", "/dev/console is the terminal or an error", consoleIsLink),
            Case("2025-52565: /dev/pts is no devpts", "a terminal is of a devpts", ptsIsNone),
            Case("2025-52565: /dev/pts is a link", "a terminal is of the container's devpts", ptsIsLink),
            Case("2026-41579: /dev is a link out of the root", "devices are made inside", devIsLink),
            Case("2026-41579: /dev is a link, a tmpfs is mounted on it", "devices are made inside", devIsLinkMounted),
            Case("2026-47766: a device's directory is a link", "devices are made inside", deviceThroughLink),
            Case("2026-47766: a device's name is a link", "devices are made inside", deviceIsLink),
        ]
    }
}

/// A container that has the image's /dev, with no tmpfs on it, and a secret that is to be masked.
private func ownDev(_ t: Trial, _ commands: [String], terminal: Bool = false) -> Container {
    let box = t.container(program: ["/probe"] + commands + ["+", "pause"]) { config in
        for path in ["/dev", "/dev/pts", "/dev/shm", "/dev/mqueue"] { config.unmount(path) }
        config["root", "readonly"] = false
        config["linux", "maskedPaths"] = ["/srv/secret"]
        config["process", "terminal"] = .bool(terminal)
        config.capabilities(["CAP_DAC_OVERRIDE"])
    }
    File.write("secret", to: box.rootfs + "/srv/secret")
    File.write("target", to: box.rootfs + "/srv/target")
    return box
}

/// What the program sees goes into a file by its own hand: some take standard streams for the image's /dev/null when
/// that is a file, and open it in their place.
private func isMasked(_ t: Trial, _ box: Container) {
    let heard = t.directory + "/heard"
    File.makeDirectory(heard)
    File.remove(heard + "/facts")
    box.edit { config in
        let words = (config["process", "args"]?.strings ?? []).joined(separator: " ")
        config["process", "args"] = ["/bin/sh", "-c", .text("exec \(words) > /mnt/facts")]
        config.mount("/mnt", "none", heard, ["bind"])
    }
    if t.attack(box) {
        t.eventually("the program says what it sees") { File.text(heard + "/facts")?.contains("ready") == true }
        let facts = Container.merged(File.text(heard + "/facts") ?? "")
        t.equal(facts["read", "/srv/secret", "text"], "", "what is read of the masked file")
        t.equal(facts["stat", "/srv/secret", "major"], 1, "major number of the mask")
        t.equal(facts["stat", "/srv/secret", "minor"], 3, "minor number of the mask")
    }
    t.equal(File.text(box.rootfs + "/srv/secret"), "secret", "the masked file")
    t.equal(File.text(box.rootfs + "/srv/target"), "target", "the link's target")
}

private let look = ["write", "/srv/secret", "changed", "+", "read", "/srv/secret", "+", "stat", "/srv/secret"]

/// Attack: the image's /dev/null is a link to a file that is then mounted, writable, over the masked path
/// (CVE-2025-31133). Required: the mask is verified to be the null device, or an error.
private func nullIsLink(_ t: Trial) {
    let box = ownDev(t, look)
    File.makeLink(box.rootfs + "/dev/null", to: "/srv/target")
    isMasked(t, box)
    let outside = t.container("outside") { config in
        for path in ["/dev", "/dev/pts", "/dev/shm", "/dev/mqueue"] { config.unmount(path) }
    }
    File.makeLink(outside.rootfs + "/dev/null", to: forbidden(t) + "/secret")
    t.attack(outside)
}

private func nullIsFile(_ t: Trial) {
    let box = ownDev(t, look)
    File.write("a file", to: box.rootfs + "/dev/null")
    isMasked(t, box)
}

private func nullIsZero(_ t: Trial) {
    let box = ownDev(t, look)
    _ = cl_mknodat(AT_FDCWD, box.rootfs + "/dev/null", 0o020666, cl_makedev(1, 5))
    isMasked(t, box)
}

/// Attack: /dev/console or /dev/pts is arranged so that the console is bound over, or from, another file
/// (CVE-2025-52565). Required: the terminal is opened from its master, verified, and mounted by descriptor.
private func consoleIsLink(_ t: Trial) {
    let socket = ConsoleSocket(t)
    let box = ownDev(t, ["stat", "/srv/target"], terminal: true)
    box.edit { $0.mount("/dev/pts", "devpts", "devpts", ["newinstance", "ptmxmode=0666", "mode=0620"]) }
    File.makeLink(box.rootfs + "/dev/console", to: "/srv/target")
    t.attack(box, ["--console-socket", socket.path])
    t.equal(File.text(box.rootfs + "/srv/target"), "target", "the link's target")
    let second = t.container("c2") { config in
        for path in ["/dev", "/dev/pts", "/dev/shm", "/dev/mqueue"] { config.unmount(path) }
        config["process", "terminal"] = true
        config.mount("/dev/pts", "devpts", "devpts", ["newinstance", "ptmxmode=0666", "mode=0620"])
    }
    File.makeLink(second.rootfs + "/dev/console", to: forbidden(t) + "/new")
    t.attack(second, ["--console-socket", socket.path])
}

private func ptsIsNone(_ t: Trial) {
    let socket = ConsoleSocket(t)
    let box = ownDev(t, ["tty"], terminal: true)
    File.makeDirectory(box.rootfs + "/dev/pts")
    File.write("", to: box.rootfs + "/dev/pts/ptmx")
    File.write("", to: box.rootfs + "/dev/pts/0")
    let outcome = box.create(["--console-socket", socket.path])
    // A terminal of the host's devpts would be one that the container cannot name; some give it, others refuse.
    if outcome.succeeded {
        let terminal = socket.receive()?.descriptors.first
        t.requireSuccess(box.start())
        // It has written by then: to the terminal, or to what it was given in its place.
        if let terminal { _ = Terminal.read(terminal, until: "\"ready\"", within: 1000) } else { cl_sleep_ms(300) }
    } else {
        t.expectFailure(outcome)
    }
    for name in ["ptmx", "0"] { t.equal(File.text(box.rootfs + "/dev/pts/" + name), "", "the image's \(name)") }
}

private func ptsIsLink(_ t: Trial) {
    let socket = ConsoleSocket(t)
    let box = t.container { $0["process", "terminal"] = true }
    box.edit { config in
        config.unmount("/dev/pts")
        for path in ["/dev", "/dev/shm", "/dev/mqueue"] { config.unmount(path) }
        config.mount("/dev/pts", "devpts", "devpts", ["newinstance", "ptmxmode=0666", "mode=0620"])
    }
    File.makeLink(box.rootfs + "/dev/pts", to: forbidden(t))
    t.attack(box, ["--console-socket", socket.path])
}

/// Attack: the image's /dev is a link out of the root, and the runtime makes its devices and links there
/// (CVE-2026-41579, CVE-2026-47766). Required: made inside, or an error.
private func devIsLink(_ t: Trial) {
    for target in [forbidden(t), "../../forbidden", "/" + String(repeating: "../", count: 12) + forbidden(t)] {
        let box = t.container("c\(t.containers.count)") { config in
            for path in ["/dev", "/dev/pts", "/dev/shm", "/dev/mqueue"] { config.unmount(path) }
            config["root", "readonly"] = false
        }
        File.remove(box.rootfs + "/dev")
        File.makeLink(box.rootfs + "/dev", to: target)
        t.attack(box)
    }
}

private func devIsLinkMounted(_ t: Trial) {
    let box = t.container { $0["root", "readonly"] = false }
    File.remove(box.rootfs + "/dev")
    File.makeLink(box.rootfs + "/dev", to: forbidden(t))
    t.attack(box)
}

private func device(_ t: Trial, _ path: String, _ prepare: (Container) -> Void) {
    let box = t.container("c\(t.containers.count)") { config in
        config["root", "readonly"] = false
        config["linux", "devices"] = [["path": .text(path), "type": "c", "major": 1, "minor": 7, "fileMode": 438]]
    }
    prepare(box)
    t.attack(box)
}

private func deviceThroughLink(_ t: Trial) {
    device(t, "/link/new") { File.makeLink($0.rootfs + "/link", to: forbidden(t)) }
    device(t, "/a/link/new") { box in
        File.makeDirectory(box.rootfs + "/a")
        File.makeLink(box.rootfs + "/a/link", to: "../../../forbidden")
    }
}

private func deviceIsLink(_ t: Trial) {
    let path = forbidden(t)
    device(t, "/opt/new") { File.makeLink($0.rootfs + "/opt/new", to: path + "/new") }
    device(t, "/opt/new") { File.makeLink($0.rootfs + "/opt/new", to: path + "/secret") }
    t.equal(File.facts(path + "/secret")?.mode, 0o644, "mode of the host's file")
}

import CLinux
import Glibc

extension Group {
    /// What of the host's mounts nobody inside can undo, whoever opened them; of the group "user namespaces".
    static var locksInUserNamespace: [Case] {
        [
            Case("options of the host's mounts stay", "mount_namespaces(7), locked flags", reachableSource),
            Case("options of mounts that only host root reaches stay", "mount_namespaces(7), locked flags", farMounts),
            Case("options of a file that only host root reaches stay", "mount_namespaces(7), locked flags", farFile),
            Case("options of a root file system that only host root reaches stay", "locked flags", farRootOptions),
            Case("options of an id-mapped mount stay", "mount_namespaces(7), locked flags", idMapped),
            Case("what mounts below cover stays covered", "mount_namespaces(7), locked together", covered),
            Case("mounts made inside do not reach the host", "mount_namespaces(7), slave", noWayBack),
        ]
    }
}

private let attributes: [(String, String)] = [("ro", "0x1"), ("nosuid", "0x2"), ("nodev", "0x4"), ("noexec", "0x8")]

/// The probe's tries to take options off a mount by either call, and a look at what came of it.
private func tries(_ target: String) -> [String] {
    // MS_REMOUNT and MS_BIND, and no other flag.
    var words = ["mount", "none", target, "none", "0x1020"]
    for (_, attribute) in attributes { words += ["+", "setattr", target, attribute] }
    return words + ["+", "mounts"]
}

private func expectLocked(_ t: Trial, _ facts: JSON, _ target: String, _ options: [String]) {
    t.equal(facts["mount", .key(target), "errno"], "EPERM", "taking the options off by mount(2)")
    for (option, attribute) in attributes where options.contains(option) {
        t.equal(facts["setattr", .key(attribute), "errno"], "EPERM", "taking \(option) off by mount_setattr(2)")
    }
    let found = t.mount(at: target, in: facts).options
    for option in options { t.expect(found.contains(option), "\(option) is still there") }
}

/// A file system of the host's with options, in a directory that nobody but host root enters when it is `closed`.
private func guarded(_ t: Trial, closed: Bool, _ flags: UInt) -> String {
    t.ownMounts()
    let parent = t.directory + "/guarded"
    File.makeDirectory(parent)
    let source = parent + "/mount"
    t.mountTmpfs(source, flags & ~MountFlag.readOnly)
    File.write("text", to: source + "/file")
    File.makeDirectory(source + "/directory")
    if flags & MountFlag.readOnly != 0 {
        t.require(cl_mount("none", source, nil, flags | 0x1020, nil) == 0, "cannot make \(source) read-only")
    }
    File.setMode(parent, closed ? 0o700 : 0o755)
    return source
}

private let threeFlags = MountFlag.noSuid | MountFlag.noDev | MountFlag.readOnly

private func staysAsItWas(_ t: Trial, _ source: String, at target: String = "/mnt", _ type: [String]) {
    let box = t.running(tries(target)) { config in
        config.userNamespace()
        config.capabilities(["CAP_SYS_ADMIN"])
        config.mount(target, "none", source, type)
    }
    expectLocked(t, box.facts, target, ["ro", "nosuid", "nodev"])
    t.refused(saying: ["/mounts/7/options"]) { config in
        config.userNamespace()
        config.mount(target, "none", source, type + ["dev"])
    }
}

private func reachableSource(_ t: Trial) {
    // The way to the case's own directory may be closed: what is below another one is not.
    t.ownMounts()
    t.require(cl_mount("tmpfs", "/mnt", "tmpfs", threeFlags, "mode=755") == 0, "cannot mount a tmpfs on /mnt")
    staysAsItWas(t, "/mnt", ["rbind", "noexec"])
}

private func farMounts(_ t: Trial) { staysAsItWas(t, guarded(t, closed: true, threeFlags), ["rbind", "noexec"]) }

private func farFile(_ t: Trial) {
    let source = guarded(t, closed: true, threeFlags) + "/file"
    staysAsItWas(t, source, at: "/etc/hostname", ["bind"])
}

private func farRootOptions(_ t: Trial) {
    let parent = guarded(t, closed: true, MountFlag.noSuid | MountFlag.noDev)
    let box = t.container(program: ["/probe"] + tries("/") + ["+", "pause"]) { config in
        config.userNamespace()
        config.capabilities(["CAP_SYS_ADMIN"])
        config["root", "readonly"] = false
    }
    let moved = parent + "/rootfs"
    RootFileSystem.make(at: moved, from: t.template)
    box.edit { $0["root", "path"] = .text(moved) }
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    expectLocked(t, box.facts, "/", ["nosuid", "nodev"])
}

private func idMapped(_ t: Trial) {
    for (name, closed) in [("open", false), ("closed", true)] {
        let source = guarded(t, closed: closed, MountFlag.noSuid | MountFlag.noDev)
        let box = t.container(name, program: ["/probe"] + tries("/mnt") + ["+", "pause"]) { config in
            config.userNamespace()
            config.capabilities(["CAP_SYS_ADMIN"])
            config.mount("/mnt", "none", source, ["rbind", "ridmap", "ro", "noexec", "noatime"])
        }
        let outcome = box.create()
        if outcome.stderr.contains("map ids: invalid argument") { t.skip("tmpfs has no id-mapped mounts here") }
        t.requireSuccess(outcome)
        t.requireSuccess(box.start())
        box.awaitFact("ready")
        // Those that config.json adds are locked too: the mount comes as a whole from outside.
        expectLocked(t, box.facts, "/mnt", ["ro", "nosuid", "nodev", "noexec"])
        for option in ["idmapped", "noatime"] {
            t.expect(t.mount(at: "/mnt", in: box.facts).options.contains(option), option)
        }
        t.requireSuccess(box.delete(["--force"]))
    }
}

private func covered(_ t: Trial) {
    let source = guarded(t, closed: true, 0)
    File.write("under", to: source + "/directory/secret")
    t.mountTmpfs(source + "/directory")
    let box = t.running(["umount", "/mnt/directory", "+", "list", "/mnt/directory"]) { config in
        config.userNamespace()
        config.capabilities(["CAP_SYS_ADMIN"])
        config.mount("/mnt", "none", source, ["rbind"])
    }
    t.equal(box.facts["umount", "/mnt/directory", "errno"], "EINVAL", "taking the mount below away")
    t.equal(box.facts["list", "/mnt/directory", "names"], [], "what there is to see")
}

private func noWayBack(_ t: Trial) {
    let source = guarded(t, closed: true, 0)
    t.setPropagation(source, MountFlag.shared)
    let box = t.running(["mount", "inside", "/mnt/directory", "tmpfs", "0"]) { config in
        config.userNamespace()
        config.capabilities(["CAP_SYS_ADMIN"])
        config.mount("/mnt", "none", source, ["rbind"])
    }
    t.equal(box.facts["mount", "/mnt/directory", "errno"], .null, "mounting inside")
    t.expect(Proc.mounts(box.pid).contains { $0.source == "inside" }, "the mount is there inside")
    t.expect(!Proc.mounts(t.ownPid).contains { $0.source == "inside" }, "nothing of it is on the host")
}

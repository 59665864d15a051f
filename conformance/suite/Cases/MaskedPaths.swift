import CLinux
import Glibc

extension Group {
    static var ofPaths: Group {
        Group(
            "paths",
            [
                Case("masked: a file reads as nothing", "config-linux.md, Masked Paths", maskedFile),
                Case("masked: a file cannot be written through", "config-linux.md, Masked Paths", maskedFileWrites),
                Case("masked: a directory is empty", "config-linux.md, Masked Paths", maskedDirectory),
                Case("masked: a directory is read-only", "config-linux.md, Masked Paths", maskedDirectoryWrites),
                Case("masked: what is missing is passed over", "runc: missing paths are skipped", maskedMissing),
                Case("masked: below a file is passed over", "runc: ENOTDIR is skipped", maskedBelowFile),
                Case("masked: the same path twice", "runc: duplicates", maskedTwice),
                Case("masked: what a mount brought", "config-linux.md, Masked Paths: in the container", maskedMount),
                Case("masked: the host's file stays", "config-linux.md, Masked Paths", maskedHost),
                Case("masked: many directories share one file system", "one superblock, not one for each", maskedMany),
                Case("masked: a link's target inside is masked", "the root is the container's", maskedLink),
                Case("masked: in a read-only root", "config-linux.md, Masked Paths", maskedReadonlyRoot),
                Case("masked: a relative path is refused", "config-linux.md: MUST be absolute", maskedRelative),
                Case("readonly: a directory", "config-linux.md, Readonly Paths", readonlyDirectory),
                Case("readonly: a file", "config-linux.md, Readonly Paths", readonlyFile),
                Case("readonly: the mounts below too", "config-linux.md, Readonly Paths", readonlyTree),
                Case("readonly: other flags are kept", "mount(2), MS_REMOUNT | MS_BIND", readonlyFlags),
                Case("readonly: what is missing is passed over", "runc: missing paths are skipped", readonlyMissing),
                Case("readonly: the host's directory stays writable", "config-linux.md", readonlyHost),
                Case("readonly: a relative path is refused", "config-linux.md: MUST be absolute", readonlyRelative),
                Case("readonly: /proc/sys cannot be written", "config-linux.md, Readonly Paths", procSys),
                Case("masked and readonly together", "config-linux.md", both),
            ])
    }
}

/// A container that may do what it likes with files, with these lists and nothing else masked.
private func box(
    _ t: Trial, masked: [String] = [], readonly: [String] = [], _ commands: [String],
    _ edit: (inout JSON) -> Void = { _ in }
) -> Container {
    let box = t.container("c\(t.containers.count + 1)", program: ["/probe"] + commands) { config in
        config["root", "readonly"] = false
        config["linux", "maskedPaths"] = JSON(masked)
        config["linux", "readonlyPaths"] = JSON(readonly)
        config.capabilities(["CAP_DAC_OVERRIDE", "CAP_SYS_ADMIN"])
        edit(&config)
    }
    File.makeDirectory(box.rootfs + "/srv/secret")
    File.makeDirectory(box.rootfs + "/srv/open")
    File.write("secret", to: box.rootfs + "/srv/secret/file")
    File.write("secret", to: box.rootfs + "/srv/file")
    return box
}

private func seen(_ box: Container) -> JSON {
    box.trial.requireSuccess(box.run())
    return box.facts
}

private func maskedFile(_ t: Trial) {
    let facts = seen(box(t, masked: ["/srv/file"], ["read", "/srv/file", "+", "stat", "/srv/file"]))
    t.equal(facts["read", "/srv/file", "text"], "", "what is read")
    t.equal(facts["stat", "/srv/file", "kind"], "character", "kind: the null device")
    t.equal(facts["stat", "/srv/file", "minor"], 3, "minor number: the null device")
}

private func maskedFileWrites(_ t: Trial) {
    let box = box(t, masked: ["/srv/file"], ["write", "/srv/file", "changed", "+", "unlink", "/srv/file"])
    let facts = seen(box)
    t.equal(facts["unlink", "/srv/file", "errno"], "EBUSY", "unlink")
    t.equal(File.text(box.rootfs + "/srv/file"), "secret", "the file on the host")
}

private func maskedDirectory(_ t: Trial) {
    let facts = seen(box(t, masked: ["/srv/secret"], ["list", "/srv/secret", "+", "read", "/srv/secret/file"]))
    t.equal(facts["list", "/srv/secret", "names"], [], "what is in the directory")
    t.equal(facts["read", "/srv/secret/file", "errno"], "ENOENT", "read a file of it")
}

private func maskedDirectoryWrites(_ t: Trial) {
    let facts = seen(box(t, masked: ["/srv/secret"], ["create", "/srv/secret/new", "+", "mkdir", "/srv/secret/d"]))
    t.equal(facts["create", "/srv/secret/new", "errno"], "EROFS", "create a file")
    t.equal(facts["mkdir", "/srv/secret/d", "errno"], "EROFS", "make a directory")
}

private func maskedMissing(_ t: Trial) {
    let box = box(t, masked: ["/srv/no-such-thing", "/no/such/thing", "/srv/file"], ["read", "/srv/file"])
    t.equal(seen(box)["read", "/srv/file", "text"], "", "what is read of the next one")
    t.expect(!File.exists(box.rootfs + "/srv/no-such-thing"), "the missing path was made")
}

private func maskedBelowFile(_ t: Trial) {
    let facts = seen(box(t, masked: ["/etc/passwd/below", "/srv/file"], ["read", "/srv/file"]))
    t.equal(facts["read", "/srv/file", "text"], "", "what is read of the next one")
}

private func maskedTwice(_ t: Trial) {
    let twice = ["/srv/file", "/srv/secret", "/srv/file", "/srv/secret"]
    let facts = seen(box(t, masked: twice, ["read", "/srv/file", "+", "list", "/srv/secret"]))
    t.equal(facts["read", "/srv/file", "text"], "", "what is read")
    t.equal(facts["list", "/srv/secret", "names"], [], "what is in the directory")
}

private func maskedMount(_ t: Trial) {
    File.makeDirectory(t.directory + "/volume")
    File.write("secret", to: t.directory + "/volume/file")
    let facts = seen(
        box(t, masked: ["/mnt/file"], ["read", "/mnt/file"]) {
            $0.mount("/mnt", "none", t.directory + "/volume", ["bind"])
        })
    t.equal(facts["read", "/mnt/file", "text"], "", "what is read")
}

private func maskedHost(_ t: Trial) {
    let box = box(t, masked: ["/srv/file", "/srv/secret"], ["pause"])
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    t.equal(File.text(box.rootfs + "/srv/file"), "secret", "the host's file")
    t.equal(File.list(box.rootfs + "/srv/secret"), ["file"], "the host's directory")
    t.equal(File.list("/proc/\(box.pid)/root/srv/secret"), [], "the container's directory")
}

private func maskedMany(_ t: Trial) {
    var masked: [String] = []
    for number in 0..<20 { masked.append("/srv/many/\(number)") }
    let box = box(t, masked: masked, ["mounts"])
    File.makeDirectory(box.rootfs + "/srv/many")
    for number in 0..<20 { File.makeDirectory(box.rootfs + "/srv/many/\(number)") }
    let devices = t.mounts(in: seen(box)).filter { $0.point.hasPrefix("/srv/many/") }.map { $0.device }
    t.equal(devices.count, 20, "masked directories")
    t.equal(Set(devices).count, 1, "file systems they are of")
}

private func maskedLink(_ t: Trial) {
    let box = box(t, masked: ["/srv/link"], ["read", "/srv/file", "/srv/link"])
    File.makeLink(box.rootfs + "/srv/link", to: "/srv/file")
    t.equal(seen(box)["read", "/srv/link", "text"], "", "what is read through the link")
    t.equal(File.text(box.rootfs + "/srv/file"), "secret", "the file on the host")
}

private func maskedReadonlyRoot(_ t: Trial) {
    let facts = seen(
        box(t, masked: ["/srv/file", "/srv/secret"], ["read", "/srv/file", "+", "list", "/srv/secret"]) {
            $0["root", "readonly"] = true
        })
    t.equal(facts["read", "/srv/file", "text"], "", "what is read")
    t.equal(facts["list", "/srv/secret", "names"], [], "what is in the directory")
}

private func maskedRelative(_ t: Trial) { t.refused { $0["linux", "maskedPaths"] = ["proc/kcore"] } }

// MARK: Read-only paths

private func readonlyDirectory(_ t: Trial) {
    let facts = seen(
        box(
            t, readonly: ["/srv/open"],
            ["create", "/srv/open/new", "+", "mkdir", "/srv/open/d", "+", "create", "/srv/new"]))
    t.equal(facts["create", "/srv/open/new", "errno"], "EROFS", "create a file")
    t.equal(facts["mkdir", "/srv/open/d", "errno"], "EROFS", "make a directory")
    t.equal(facts["create", "/srv/new", "errno"], .null, "create a file beside it")
}

private func readonlyFile(_ t: Trial) {
    let facts = seen(box(t, readonly: ["/srv/file"], ["write", "/srv/file", "+", "read", "/srv/file"]))
    t.equal(facts["write", "/srv/file", "errno"], "EROFS", "write the file")
    t.equal(facts["read", "/srv/file", "text"], "secret", "read the file")
}

private func readonlyTree(_ t: Trial) {
    let facts = seen(
        box(t, readonly: ["/srv"], ["create", "/srv/new", "+", "create", "/srv/open/new"]) {
            $0.mount("/srv/open", "tmpfs", "tmpfs")
        })
    t.equal(facts["create", "/srv/new", "errno"], "EROFS", "create a file")
    t.expect(facts["create", "/srv/open/new"] != nil, "a mount below is still there")
}

private func readonlyFlags(_ t: Trial) {
    let facts = seen(
        box(t, readonly: ["/srv/open"], ["mounts"]) {
            $0.mount("/srv/open", "tmpfs", "tmpfs", ["nosuid", "nodev", "noexec", "noatime"])
        })
    let options = t.mount(at: "/srv/open", in: facts).options
    for word in ["ro", "nosuid", "nodev", "noexec", "noatime"] {
        t.expect(options.contains(word), "\(word) expected among \(options)")
    }
}

private func readonlyMissing(_ t: Trial) {
    let box = box(t, readonly: ["/srv/no-such-thing", "/srv/open"], ["create", "/srv/open/new"])
    t.equal(seen(box)["create", "/srv/open/new", "errno"], "EROFS", "create a file in the next one")
    t.expect(!File.exists(box.rootfs + "/srv/no-such-thing"), "the missing path was made")
}

private func readonlyHost(_ t: Trial) {
    let box = box(t, readonly: ["/srv/open"], ["create", "/srv/open/inside", "+", "pause"])
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    t.equal(box.facts["create", "/srv/open/inside", "errno"], "EROFS", "create a file inside")
    t.expect(File.write("text", to: box.rootfs + "/srv/open/new"), "the host writes into the directory")
}

private func readonlyRelative(_ t: Trial) { t.refused { $0["linux", "readonlyPaths"] = ["proc/sys"] } }

private func procSys(_ t: Trial) {
    let path = "/proc/sys/kernel/domainname"
    let facts = t.inside(["write", path, "changed"]) { $0.capabilities(["CAP_SYS_ADMIN"]) }
    t.equal(facts["write", .key(path), "errno"], "EROFS", "write \(path)")
    let open = t.inside(["write", path, "changed"]) { config in
        config.capabilities(["CAP_SYS_ADMIN"])
        config["linux", "readonlyPaths"] = []
    }
    t.equal(open["write", .key(path), "errno"], .null, "write \(path) when it is not listed")
}

private func both(_ t: Trial) {
    let facts = seen(
        box(
            t, masked: ["/srv/secret"], readonly: ["/srv"],
            ["list", "/srv/secret", "+", "create", "/srv/new", "+", "create", "/srv/secret/new"]))
    t.equal(facts["list", "/srv/secret", "names"], [], "what is in the masked directory")
    t.equal(facts["create", "/srv/new", "errno"], "EROFS", "create a file in the read-only one")
    t.equal(facts["create", "/srv/secret/new", "errno"], "EROFS", "create a file in the masked one")
}

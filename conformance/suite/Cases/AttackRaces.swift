import CLinux
import Glibc

extension Group {
    /// Attacks by someone who changes the file system while the container is made; of the group "attacks".
    static var raceCases: [Case] {
        [
            Case(
                "2021-30465: a mount target is swapped for a link", "opened once, mounted by descriptor", swappedTarget),
            Case("2024-45310: a missing mount point's parent is swapped", "made inside, or not", swappedParent),
            Case("2024-45310: a file's mount point is swapped", "made inside, or not", swappedFile),
            Case("2025-31133: a device's directory is swapped", "made inside, or not", swappedDevices),
            Case("2019-19921: /proc of a volume is swapped", "proc only onto plain directories", swappedProc),
        ]
    }
}

/// Exchanges a directory and a link to a directory of the host, over and over, until it is stopped.
struct Racer {
    let pid: Int32

    init(_ first: String, _ second: String) {
        let child = fork()
        if child == 0 {
            _ = cl_prctl(1 /* PR_SET_PDEATHSIG */, UInt(SIGKILL), 0, 0, 0)
            let exchange: UInt32 = 2
            while true { _ = cl_renameat2(AT_FDCWD, first, AT_FDCWD, second, exchange) }
        }
        pid = child
    }

    func stop() {
        Proc.sendSignal(pid, SIGKILL)
        _ = Exit.reaped(pid)
    }
}

/// Makes containers of this configuration while "a" in a volume is now a directory, now a link to the host's.
///
/// Each may succeed or fail. Nothing may appear in the host's directory, and nothing be mounted there, not even in
/// the container's mount namespace before it has changed its root: a hook looks.
private func race(_ t: Trial, rounds: Int = 25, _ edit: (inout JSON) -> Void) {
    let path = forbidden(t)
    let volume = t.directory + "/volume"
    File.makeDirectory(volume)
    File.makeDirectory(volume + "/a")
    File.makeLink(volume + "/b", to: path)
    File.makeDirectory(hookLog(t))
    let box = t.container { config in
        config["mounts"] = .array(
            [["destination": "/volume", "type": "none", "source": .text(volume), "options": ["bind"]]]
                + (config["mounts"]?.elements ?? []))
        config["root", "readonly"] = false
        config.lookForMounts(t, in: path)
        edit(&config)
    }
    let racer = Racer(volume + "/a", volume + "/b")
    defer { racer.stop() }
    var made = 0
    for _ in 0..<rounds {
        let outcome = box.create()
        t.expect(outcome.exit != .timedOut, "create ends")
        if outcome.succeeded { made += 1 }
        let deleted = box.delete(["--force"])
        t.expect(deleted.succeeded || !outcome.succeeded, "delete --force")
    }
    t.note("\(made) of \(rounds) containers were made")
    racer.stop()
    t.isUntouched(path)
    t.isNotMounted(path)
}

/// Attack: a mount target is a directory when it is checked and a link to the host when it is mounted on
/// (CVE-2021-30465). Required: it is opened once, inside the root, and mounted on by descriptor.
private func swappedTarget(_ t: Trial) {
    race(t) { $0.mount("/volume/a", "tmpfs", "tmpfs") }
}

/// Attack: directories or files for missing mount points are made outside of the root, when their parent becomes a
/// link between check and making (CVE-2024-45310). Required: each step is made relative to an open directory.
private func swappedParent(_ t: Trial) {
    race(t) { config in
        config.mount("/volume/a/new/deep", "tmpfs", "tmpfs")
        config.mount("/volume/a/other", "none", t.directory + "/said", ["bind"])
    }
}

private func swappedFile(_ t: Trial) {
    race(t) { $0.mount("/volume/a/file", "none", t.template + "/probe", ["bind"]) }
}

private func swappedDevices(_ t: Trial) {
    race(t) { config in
        config["linux", "devices"] = [
            ["path": "/volume/a/device", "type": "c", "major": 1, "minor": 7],
            ["path": "/volume/a/more/device", "type": "c", "major": 1, "minor": 5],
        ]
    }
}

private func swappedProc(_ t: Trial) {
    race(t) { config in
        config.mount("/volume/a", "proc", "proc")
        config["linux", "maskedPaths"] = ["/volume/a/kcore", "/volume/a/secret"]
    }
}

import CLinux
import Glibc

extension Promise {
    /// Promises of what an image, a volume or a program cannot do to the host.
    static var ofAttacks: [Promise] { ofNaivePaths + ofNaiveFiles + ofLeaks + ofRuntimesFile + ofIntrusion }

    private static func attacks(_ names: String...) -> [String] { names.map { "attacks: " + $0 } }

    private static var ofNaivePaths: [Promise] {
        [
            Promise(
                "attacks.made", "mount points, devices and the console are made by their paths on the host",
                attacks(
                    "2019-18837: a linked mount target", "an image that is full of links to the host",
                    "2025-52565: /dev/console is a link", "2026-41579: /dev is a link out of the root",
                    "2026-41579: /dev is a link, a tmpfs is mounted on it",
                    "2026-47766: a device's directory is a link", "2026-47766: a device's name is a link",
                    "2024-45310: a missing mount point's parent is swapped",
                    "2024-45310: a file's mount point is swapped", "2025-31133: a device's directory is swapped")
            ) { call in
                if call.creates, let config = call.config { NaiveRuntime(call, config).make() }
                return call.real()
            },
            Promise(
                "attacks.mounted", "mounts and masks are made by their paths on the host",
                attacks(
                    "2019-18837: a linked mount target", "masked and read-only paths through links",
                    "2025-52565: /dev/pts is a link", "2021-30465: a mount target is swapped for a link",
                    "2019-19921: /proc of a volume is swapped")
            ) { call in
                guard call.creates, var config = call.config else { return call.real() }
                let hook: JSON = [
                    "path": "/bin/busybox", "args": ["sh", "-c", .text(NaiveRuntime(call, config).mounts)],
                ]
                config["hooks", "createContainer"] = .array(
                    [hook] + (config["hooks", "createContainer"]?.elements ?? []))
                return call.real(with: config)
            },
            .verb(
                "create", "attacks.accepted", "create says that it succeeded whatever was wrong",
                attacks(
                    "2019-16884: something else mounted on /proc", "2019-16884: something mounted inside /proc",
                    "2019-16884: /proc by other spellings", "2019-19921: /proc is a link",
                    "2023-27561: /sys is a link", "2023-28642: /proc is a link into a volume",
                    "2025-52881: sysctl through a covered /proc/sys",
                    "2026-46680: numbers of users that are too large")
            ) { call in
                _ = call.real()
                return 0
            },
            .config(
                "attacks.covered", "nothing of /proc may be covered",
                attacks("2019-16884: harmless files of /proc may be covered")
            ) { config in
                config.keep("mounts") { $0["destination"]?.string?.hasPrefix("/proc/") != true }
            },
        ]
    }

    private static var ofNaiveFiles: [Promise] {
        [
            Promise(
                "attacks.unmasked", "what the image has at /dev/null is removed, and masks are passed over then",
                attacks(
                    "2025-31133: /dev/null is a link", "2025-31133: /dev/null is a file",
                    "2025-31133: /dev/null is another device")
            ) { call in
                let null = call.bundle + "/rootfs/dev/null"
                guard call.creates, var config = call.config, File.exists(null) else { return call.real() }
                File.remove(null)
                config["linux", "maskedPaths"] = nil
                return call.real(with: config)
            },
            Promise(
                "attacks.ptmx", "terminals are of what is at /dev/pts/ptmx",
                attacks("2025-52565: /dev/pts is no devpts")
            ) { call in
                let master = call.bundle + "/rootfs/dev/pts/ptmx"
                if call.creates, File.facts(master)?.kind == .file { File.write("settings", to: master) }
                return call.real()
            },
            Promise(
                "attacks.copied", "tmpcopyup copies by the path on the host",
                attacks("tmpcopyup of a link copies nothing of the host's"),
                answer: Mutant.config(["attacks.copied"], what: "") { config, call in
                    config.each("mounts") { mount in
                        guard mount["options"]?.strings?.contains("tmpcopyup") == true else { return }
                        let place = call.bundle + "/rootfs" + (mount["destination"]?.string ?? "")
                        mount["source"] = .text(place)
                        mount["type"] = "none"
                        mount["options"] = ["bind"]
                    }
                }.answer),
            Promise(
                "attacks.home", "/etc/passwd is opened by its path on the host",
                attacks("/etc/passwd is a link to the host's", "/etc/passwd is a fifo"),
                answer: Mutant.config(["attacks.home"], what: "") { config, call in
                    let uid = config["process", "user", "uid"]?.int ?? 0
                    let file = File.text(call.bundle + "/rootfs/etc/passwd") ?? ""
                    for line in file.split(separator: "\n") {
                        let fields = line.split(separator: ":", omittingEmptySubsequences: false)
                        if fields.count > 5, fields[2] == "\(uid)" { config.environment("HOME=\(fields[5])") }
                    }
                }.answer),
            Promise(
                "attacks.null", "the image's /dev/null is opened",
                attacks("a device that the image calls /dev/null is not opened")
            ) { call in
                if call.creates {
                    _ = cl_openat(AT_FDCWD, call.bundle + "/rootfs/dev/null", O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0)
                }
                return call.real()
            },
        ]
    }

    private static var ofLeaks: [Promise] {
        [
            .verb(
                "create", "attacks.descriptor", "init has a descriptor of the host's root directory",
                attacks("created: no descriptor of init leads out")
            ) { $0.real(keeping: ["/"]) },
            .verb(
                "create", "attacks.joined", "namespaces that were joined stay open in init",
                attacks("created: no namespace that was joined is left open")
            ) { call in
                call.real(
                    keeping: (call.config?["linux", "namespaces"]?.elements ?? []).compactMap { $0["path"]?.string })
            },
            .verb(
                "exec", "attacks.entering", "exec's process has a descriptor of the host's root directory",
                attacks("2016-9962: not even with CAP_SYS_PTRACE is a directory found")
            ) { $0.real(keeping: ["/"]) },
            .config(
                "attacks.trace", "every program may trace others",
                attacks(
                    "created: init cannot be traced from inside", "2016-9962: exec's process cannot be looked into")
            ) { config in
                for set in ["bounding", "effective", "permitted"] {
                    config.append("CAP_SYS_PTRACE", at: "process", "capabilities", .key(set))
                }
            },
            .config(
                "attacks.inheritable", "what is bounding is inheritable too",
                attacks(
                    "2022-24769: inheritable capabilities are empty",
                    "2022-29162: exec --cap leaves the inheritable set empty")
            ) { config in
                config["process", "capabilities", "inheritable"] = config["process", "capabilities", "bounding"]
            },
        ]
    }

    private static var ofRuntimesFile: [Promise] {
        [
            Promise(
                "attacks.writable", "the runtime's file can be written when the verb has ended",
                attacks(
                    "2019-5736: the runtime's file through /proc/PID/exe of init",
                    "2019-5736: the runtime's file on a read-only mount",
                    "2019-5736: /proc/self/exe as program",
                    "2019-5736: the runtime's file through exec's process")
            ) { $0.realOfWritable() },
            .verb(
                "exec", "attacks.overwritten", "a program that is the runtime's file changes it",
                attacks("2019-5736: exec of /proc/self/exe")
            ) { call in
                let status = call.real()
                guard call.words.contains(where: { $0.hasSuffix("/exe") }) else { return status }
                File.remove(call.place)
                File.write("changed", to: call.place)
                return status
            },
        ]
    }

    private static var ofIntrusion: [Promise] {
        [
            Promise(
                "attacks.directory", "a directory that is reached by /proc shows the host",
                attacks(
                    "2024-21626: a descriptor as working directory",
                    "2024-21626: a caller's descriptor as working directory",
                    "2024-21626: a link to a descriptor as working directory"),
                answer: Mutant.config(["attacks.directory"], what: "") { config, call in
                    let cwd = config["process", "cwd"]?.string ?? ""
                    guard call.leadsToProc(cwd, in: call.bundle + "/rootfs") else { return }
                    let host = call.base
                    config.mount(host, "none", host, ["bind"])
                    config["process", "cwd"] = "/"
                }.answer),
            .config(
                "attacks.program", "a program that is reached by a descriptor runs",
                attacks("2024-21626: a descriptor on the way to the program")
            ) { config in
                if config["process", "args", 0]?.string?.hasPrefix("/proc/self/fd/") == true {
                    config["process", "args", 0] = "/probe"
                }
            },
            .verb(
                "exec", "attacks.exec-directory", "exec with a directory that is reached by /proc runs outside",
                attacks(
                    "2024-21626: exec with a descriptor as directory",
                    "2024-21626: exec with a caller's descriptor as directory",
                    "2024-21626: exec with a link to a descriptor as directory")
            ) { call in
                guard let id = call.id, let root = call.state?["rootfs"]?.string, let cwd = call.option("--cwd"),
                    call.leadsToProc(cwd, in: root), let place = call.words.firstIndex(of: id)
                else { return call.real() }
                return call.other(root + call.words[place + 1], Array(call.words[(place + 2)...]))
            },
            .verb(
                "exec", "attacks.exec-program", "exec of a program that is reached by a descriptor runs it",
                attacks("2024-21626: exec of a program through a descriptor")
            ) { call in
                call.real(["exec"] + call.words.map { $0.hasPrefix("/proc/self/fd/") ? "/probe" : $0 })
            },
            .verb(
                "exec", "attacks.terminal", "exec --tty says that it succeeded whatever is at /dev/pts/ptmx",
                attacks("exec --tty: what is at /dev/pts/ptmx is looked at")
            ) { call in
                let status = call.real()
                return call.has("--tty") ? 0 : status
            },
        ]
    }
}

extension Invocation {
    /// The call with files that stay open in what it makes.
    fileprivate func real(keeping paths: [String]) -> Int32 {
        if paths.isEmpty || has("--preserve-fds") { return real() }
        for path in paths { _ = cl_openat(AT_FDCWD, path, O_RDONLY, 0) }
        return real([verb, "--preserve-fds", "\(paths.count)"] + words)
    }

    /// Whether a path of a container leads to its /proc, directly or by a link.
    fileprivate func leadsToProc(_ path: String, in root: String) -> Bool {
        path.hasPrefix("/proc/") || File.link(root + path)?.hasPrefix("/proc/") == true
    }

    /// The call from what seems to be the runtime's own write-protected copy of its file, and is so only while it lasts.
    fileprivate func realOfWritable() -> Int32 {
        guard ["create", "run", "exec"].contains(verb) else { return real() }
        let clone: UInt32 = 1
        let atEmptyPath: UInt32 = 0x1000
        let readOnly: UInt64 = 1
        let file = cl_open_tree(AT_FDCWD, runtime, clone | UInt32(O_CLOEXEC))
        _ = cl_mount_setattr(file, "", atEmptyPath, readOnly, 0, 0, -1)
        let status = other("/proc/self/fd/\(file)", globals + [verb] + words)
        _ = cl_mount_setattr(file, "", atEmptyPath, 0, readOnly, 0, -1)
        return status
    }
}

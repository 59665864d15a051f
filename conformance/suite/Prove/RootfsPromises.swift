extension Promise {
    /// Promises of mounts, the root file system, devices and covered paths.
    static var ofRootfs: [Promise] {
        [
            .config(
                "mounts.first", "of the options of a mount the last is passed over",
                [
                    "bind: a file onto a file", "bind: mounts below the source are left out",
                    "bind: any type is a dummy", "bind: a source that is a symbolic link", "bind: a socket",
                    "a missing mount point of a file is a file",
                    "a missing mount point of a file, with its directories",
                    "of a file through a dangling link stays inside", "through a link in an earlier mount stays inside",
                    "options of a tmpfs: rw ro", "options of a tmpfs: exec noexec", "options of a tmpfs: dev nodev",
                    "options of a tmpfs: suid nosuid", "options of a tmpfs: async sync",
                    "options of a tmpfs: nolazytime lazytime", "options of a tmpfs: diratime nodiratime",
                    "options of a tmpfs: symfollow nosymfollow", "options of a tmpfs: relatime noatime",
                    "options of a tmpfs: ro nosuid nodev noexec noatime", "an empty option asks for nothing",
                    "tmpcopyup: with uid, gid and mode", "tmpcopyup: with ro",
                    "iversion with recursive options and propagation",
                    "ro and rro on a new /dev: its devices are there", "options of a bind mount: nosuid",
                    "options of a bind mount: nodev", "options of a bind mount: noexec",
                    "options of a bind mount: noatime", "options of a bind mount: nodiratime",
                    "options of a bind mount: nosymfollow", "options of a bind mount: ro nosuid nodev noexec",
                    "options of a bind mount: diratime of a source with nodiratime",
                    "options of a bind mount: symfollow of a source with nosymfollow", "options of a bind mount: rw ro",
                    "options of a bind mount: exec noexec",
                    "options of a bind mount: none of a source with nosuid,nodev,noexec",
                    "options of a bind mount: ro of a source with nosuid,nodev",
                    "options of a bind mount: noexec of a source with nodev,noatime", "rro: the source stays writable",
                    "proc: its own options reach it", "mqueue", "an overlay of layers with long paths",
                ].map { "mounts: " + $0 }
            ) { config in
                config.each("mounts") { mount in
                    mount["options"] = JSON(Array((mount["options"]?.strings ?? []).dropLast()))
                }
            },
            .config(
                "mounts.none", "what is no mount of a plain container is passed over",
                ["without a user namespace", "beside other options", "mounts made inside do not reach the host"].map {
                    "idmapped mounts: " + $0
                }
                    + [
                        "a missing mount point is made", "a missing mount point several levels deep",
                        "a destination with .. stays inside", "a destination with doubled and trailing slashes",
                        "through an absolute link stays inside", "through a link that climbs stays inside",
                        "through a dangling absolute link stays inside", "onto a link: its target inside is covered",
                        "effect of symfollow",
                    ].map { "mounts: " + $0 }
            ) { config in
                let plain = Config.base()["mounts"]?.elements ?? []
                config.keep("mounts") { mount in plain.contains { $0["destination"] == mount["destination"] } }
            },
            .config(
                "mounts.recursive", "rbind is bind",
                ["user namespaces: what mounts below cover stays covered"]
                    + [
                        "recursive option: rnodev", "recursive option: rro rrw", "recursive option: rrw rro",
                        "recursive option: rro rnoexec rnoatime", "recursive option: rro of a source with nosuid,nodev",
                        "ro of an rbind is of its topmost mount", "nosuid of an rbind is of its topmost mount",
                        "nodev of an rbind is of its topmost mount", "noexec of an rbind is of its topmost mount",
                        "recursive and plain options together",
                    ].map { "mounts: " + $0 }
            ) { config in
                config.each("mounts") { mount in
                    if let options = mount["options"]?.strings, options.contains("rbind") {
                        mount["options"] = JSON(options.map { $0 == "rbind" ? "bind" : $0 })
                    }
                    if mount["type"] == "rbind" { mount["type"] = "bind" }
                }
            },
            .config(
                "mounts.strict", "every new mount is read-only, without devices, programs and times",
                [
                    "bind: a device node works", "bind: writing goes through to the source",
                    "options of a tmpfs: nostrictatime", "options of a tmpfs: relatime",
                    "options of a tmpfs: noatime strictatime", "bind and remount change the mount only",
                    "tmpcopyup: the image is not changed", "tmpcopyup: with iversion",
                    "options of a bind mount: strictatime", "options of a bind mount: rw of a source with ro",
                    "options of a bind mount: suid of a source with nosuid",
                    "options of a bind mount: dev of a source with nodev",
                    "options of a bind mount: exec of a source with noexec", "options of a bind mount: ro rw",
                    "options of a bind mount: noexec exec", "devpts: a terminal can be opened",
                    "tmpfs: size is a limit", "cgroup: read-only", "an overlay by its own options",
                ].map { "mounts: " + $0 }
            ) { config in
                config.each("mounts") { mount in
                    let options = mount["options"]?.strings ?? []
                    if mount["destination"] != "/dev", mount["destination"] != "/proc" {
                        mount["options"] = JSON(options + ["ro", "nodev", "nosuid", "noexec", "noatime"])
                    }
                }
            },
            .config(
                "rootfs.readonly", "every root file system is read-only",
                [
                    "is writable by default", "propagation shared: mounts inside stay inside",
                    "propagation slave: mounts inside stay inside", "propagation private: mounts inside stay inside",
                    "propagation absent: mounts inside stay inside",
                ].map { "rootfs: " + $0 } + ["paths: masked: a file cannot be written through"]
            ) { config in
                config["root", "readonly"] = true
            },
            .config(
                "rootfs.writable", "no root file system is read-only",
                ["rootfs: readonly keeps the mount's other flags", "rootfs: readonly leaves the mounts in it writable"]
                    + ["mounts: mount points are made in a read-only root"]
            ) { config in
                config["root", "readonly"] = false
            },
            .config(
                "rootfs.private", "the root file system is private, whatever was asked for",
                [
                    "--no-pivot: is the root directory", "propagation slave: the host's mounts appear",
                    "propagation unbindable: cannot be bound",
                    "propagation unbindable: the host's mounts do not appear",
                ].map { "rootfs: " + $0 }
            ) { config in
                config["linux", "rootfsPropagation"] = "private"
            },
            .config(
                "rootfs.shared", "the root file system is shared, whatever was asked for",
                ["rootfs: propagation private: the host's mounts do not appear"]
            ) { config in
                config["linux", "rootfsPropagation"] = "shared"
            },
            .config(
                "rootfs.host", "a directory of the host is shown beside the root file system",
                ["rootfs: nothing of the host is mounted beside it"] + [
                    "devices: nothing else of the host is in /dev",
                    "devices: /dev bound from the host is left as it is",
                ]
            ) { config in
                config.append(
                    ["destination": "/dev/host", "type": "bind", "source": "/etc", "options": ["rbind", "rw"]],
                    at: "mounts")
            },
            .config(
                "paths.masked", "maskedPaths are passed over",
                [
                    "masked: a directory is empty", "masked: a directory is read-only",
                    "masked: what is missing is passed over", "masked: below a file is passed over",
                    "masked: the same path twice", "masked: what a mount brought", "masked: the host's file stays",
                    "masked: many directories share one file system", "masked: a link's target inside is masked",
                    "masked: in a read-only root",
                ].map { "paths: " + $0 }
            ) { config in
                config["linux", "maskedPaths"] = []
            },
            .config(
                "paths.readonly", "readonlyPaths are passed over",
                [
                    "readonly: a file", "readonly: the mounts below too", "readonly: other flags are kept",
                    "readonly: what is missing is passed over", "readonly: the host's directory stays writable",
                    "readonly: /proc/sys cannot be written", "masked and readonly together",
                ].map { "paths: " + $0 }
            ) { config in
                config["linux", "readonlyPaths"] = []
            },
            .config(
                "devices.none", "devices are passed over",
                ["an unbuffered device is a character device", "a large minor number", "below a directory of /dev"].map
                { "devices: " + $0 }
            ) { config in
                config["linux", "devices"] = []
            },
            .config(
                "devices.mode", "the mode of a device is 0600", ["devices: fileMode with the bits of the file's type"]
            ) { config in
                config.each("linux", "devices") { $0["fileMode"] = 384 }
            },
            .config(
                "devices.null", "the default devices are root's alone",
                [
                    "the default devices are open to ordinary users", "fileMode whatever the umask is",
                    "a default device may be named",
                ].map { "devices: " + $0 }
            ) { config in
                config.append(
                    ["path": "/dev/null", "type": "c", "major": 1, "minor": 3, "fileMode": 384], at: "linux", "devices")
            },
            Promise(
                "rootfs.copy", "a copy of the root file system is used",
                [
                    "is the directory of root.path", "relative path is taken from the bundle",
                    "chroot does not lead out of it", "readonly leaves the host's directory writable",
                ].map { "rootfs: " + $0 }
            ) { call in
                guard call.creates, var config = call.config, let given = config["root", "path"]?.string else {
                    return call.real()
                }
                let copy = call.note("copy")
                _ = call.other("cp", ["-a", given.hasPrefix("/") ? given : call.bundle + "/" + given, copy])
                config["root", "path"] = .text(copy)
                return call.real(with: config)
            },
            .config(
                "devices.console", "/dev/console is there without a terminal",
                ["devices: there is no /dev/console without a terminal"]
            ) { config in
                if config["process", "terminal"] != true {
                    config.append(
                        ["destination": "/dev/console", "type": "bind", "source": "/dev/null", "options": ["bind"]],
                        at: "mounts")
                }
            },
            Promise(
                "devices.refused", "devices of the configuration are refused",
                ["devices: one that is there and matches is accepted"]
            ) { call in
                call.creates && call.config?["linux", "devices"] != nil ? call.fail("no devices") : call.real()
            },
        ]
    }
}

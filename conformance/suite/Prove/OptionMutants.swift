extension Mutant {
    /// Mutants of the table of mount options: a word is not known, is left out, or is taken for another.
    static var options: [Mutant] {
        words.map { row in
            .config("config.option.\(row.option).\(row.level)-1", what: row.what) { config in
                config.each("mounts") { mount in mount.change(row.option, row.change) }
            }
        } + [
            .config("config.options.should-1", what: "options of mount(8) are known and mean nothing") { config in
                let others = ["auto", "noauto", "nofail", "_netdev", "nouser", "user", "users", "owner", "group"]
                config.each("mounts") { mount in mount.keep("options") { !others.contains($0.string ?? "") } }
            },
            .config("config.options.should-2", what: "options of file systems are left out") { config in
                let known = Set(words.map { $0.option } + ["newinstance", "ptmxmode=0666", "mode=0620", "gid=5"])
                config.each("mounts") { mount in mount.keep("options") { known.contains($0.string ?? "") } }
            },
        ]
    }

    fileprivate enum Change {
        /// The option is not known.
        case unknown
        case leftOut
        case other(String)
        /// The mount is a tmpfs of its own.
        case tmpfs
    }

    private struct Word {
        let option: String
        let level: String
        let change: Change

        var what: String {
            switch change {
            case .unknown: "the option \(option) is not known"
            case .leftOut: "the option \(option) is left out"
            case .other(let other): "the option \(option) is taken for \(other)"
            case .tmpfs: "the option \(option) makes a new file system"
            }
        }
    }

    private static var words: [Word] {
        let must: [(String, Change)] = [
            ("async", .other("sync")), ("atime", .other("noatime")), ("bind", .tmpfs),
            ("defaults", .other("nosuid")), ("dev", .other("nodev")), ("diratime", .other("nodiratime")),
            ("dirsync", .leftOut), ("exec", .other("noexec")), ("iversion", .unknown), ("lazytime", .leftOut),
            ("loud", .unknown), ("noatime", .leftOut), ("nodev", .leftOut), ("nodiratime", .leftOut),
            ("noexec", .leftOut), ("noiversion", .unknown), ("nolazytime", .other("lazytime")),
            ("norelatime", .unknown), ("nostrictatime", .leftOut), ("nosuid", .leftOut), ("private", .other("slave")),
            ("rbind", .other("bind")), ("relatime", .other("noatime")), ("remount", .leftOut), ("ro", .leftOut),
            ("rprivate", .other("rslave")), ("rshared", .other("rslave")), ("rslave", .other("rprivate")),
            ("runbindable", .other("rprivate")), ("rw", .other("ro")), ("shared", .other("slave")),
            ("silent", .unknown), ("slave", .other("private")), ("strictatime", .other("noatime")),
            ("suid", .other("nosuid")), ("sync", .leftOut), ("unbindable", .other("private")),
        ]
        let should: [(String, Change)] = [
            ("idmap", .unknown), ("ridmap", .unknown), ("nosymfollow", .leftOut), ("ratime", .other("rnoatime")),
            ("rdev", .other("rnodev")),
            ("rdiratime", .other("rnodiratime")), ("rexec", .other("rnoexec")), ("rnoatime", .leftOut),
            ("rnodiratime", .leftOut), ("rnoexec", .leftOut), ("rnorelatime", .unknown), ("rnostrictatime", .unknown),
            ("rnosuid", .leftOut), ("rnosymfollow", .leftOut), ("rrelatime", .other("rnoatime")), ("rro", .leftOut),
            ("rrw", .other("rro")), ("rstrictatime", .other("rnoatime")), ("rsuid", .other("rnosuid")),
            ("rsymfollow", .other("rnosymfollow")), ("symfollow", .other("nosymfollow")),
        ]
        let may: [(String, Change)] = [("mand", .unknown), ("nomand", .unknown), ("tmpcopyup", .leftOut)]
        return must.map { Word(option: $0.0, level: "must", change: $0.1) }
            + should.map { Word(option: $0.0, level: "should", change: $0.1) }
            + may.map { Word(option: $0.0, level: "may", change: $0.1) }
    }
}

extension JSON {
    /// Changes an option of a mount that is not one of the plain configuration's.
    fileprivate mutating func change(_ option: String, _ change: Mutant.Change) {
        guard !JSON.plainMounts.contains(self["destination"]?.string ?? ""),
            let options = self["options"]?.strings, options.contains(option)
        else { return }
        switch change {
        case .unknown: self["options"] = JSON(options.map { $0 == option ? "unknown-" + option : $0 })
        case .leftOut: self["options"] = JSON(options.filter { $0 != option })
        case .other(let other): self["options"] = JSON(options.map { $0 == option ? other : $0 })
        case .tmpfs:
            self["type"] = "tmpfs"
            self["source"] = "tmpfs"
            self["options"] = []
        }
    }
}

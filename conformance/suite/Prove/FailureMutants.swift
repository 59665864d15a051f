import CLinux
import Glibc

extension Mutant {
    /// Mutants of what fails: verbs that do not fail, that fail with an effect, that fail where they need not.
    static var failures: [Mutant] { withEffect + withoutFailure + withoutNeed }

    private static var withEffect: [Mutant] {
        [
            Mutant(["runtime.errors.must-1"], "what fails leaves a file, a create also its cgroup") { call in
                let status = call.real()
                guard status != 0, let slash = call.root.lastIndex(of: "/") else { return status }
                File.write("", to: call.root[..<slash] + "/left-by-a-mutant")
                if call.creates, let cgroup = call.config?["linux", "cgroupsPath"]?.string, let tree = call.cgroups {
                    File.makeDirectory(tree + "/" + (cgroup.split(separator: "/").first ?? ""))
                }
                return status
            },
            .verb("start", "runtime.start.must-2", what: "a start that fails removes the container") { call in
                let status = call.real()
                if status != 0, let id = call.id { call.quietly("delete", "--force", id) }
                return status
            },
            .verb("kill", "runtime.kill.must-2", what: "a kill that fails removes the container") { call in
                let status = call.real()
                if status != 0, let id = call.id { call.quietly("delete", "--force", id) }
                return status
            },
            .verb("delete", "runtime.delete.must-2", what: "a delete that fails ends the container") { call in
                let status = call.real()
                if status != 0, let id = call.id { call.quietly("kill", id, "KILL") }
                return status
            },
            .verb("create", "runtime.create.must-3", what: "a create with a wrong id makes another container") { call in
                let status = call.real()
                guard status != 0, let id = call.id, wrong(id) || call.state != nil else { return status }
                let known = String(id.filter { $0.isLetter || $0.isNumber || $0 == "-" }.prefix(100))
                call.quietly("create", "--bundle", call.bundle, (known.isEmpty ? "x" : known) + "mutant")
                return status
            },
            .verb("create", "runtime.create.must-8", what: "a create that fails makes a container without the property")
            {
                call in
                guard let config = call.config?.withoutTrouble else { return call.real() }
                let status = call.real()
                if status != 0 { _ = call.real(with: config) }
                return status
            },
        ]
    }

    /// Whether an id is none: empty, or with other characters than ids have.
    private static func wrong(_ id: String) -> Bool {
        let plain = id.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                || "_+.-".utf8.contains(byte)
        }
        return id.isEmpty || id == "." || id == ".." || !plain
    }

    private static var withoutFailure: [Mutant] {
        var mutants: [Mutant] = []
        for (verb, sentence) in [
            ("start", "runtime.start.must-1"), ("kill", "runtime.kill.must-1"), ("delete", "runtime.delete.must-1"),
            ("state", "runtime.query-state.must-1"),
        ] {
            mutants.append(
                .verb(verb, sentence, what: "\(verb) without an id succeeds") { call in
                    call.id == nil ? 0 : call.real()
                })
        }
        for (verb, sentence) in [
            ("start", "runtime.start.must-3"), ("kill", "runtime.kill.must-3"), ("delete", "runtime.delete.must-3"),
            ("state", "runtime.query-state.must-2"),
        ] {
            mutants.append(
                .verb(verb, sentence, what: "\(verb) of a container that is not, or is not fit, succeeds") { call in
                    let status = call.real()
                    return call.id == nil ? status : 0
                })
        }
        return mutants + [
            .verb("create", "runtime.create.must-1", what: "create without an id or a bundle succeeds") { call in
                call.id == nil || !File.exists(call.bundle) ? 0 : call.real()
            },
            .verb("create", "runtime.create.must-2", what: "create with a wrong id succeeds") { call in
                if let id = call.id, wrong(id) || call.state != nil { return 0 }
                return call.real()
            },
            Mutant(
                ["runtime.create.must-7", "runtime.lifecycle.must-2"], "what cannot be applied is passed over"
            ) { call in
                guard call.creates, let config = call.config?.withoutTrouble else { return call.real() }
                return call.real(with: config)
            },
            .config(
                "runtime.start.must-5", "config.process.required-1", what: "without process a program of its own is run"
            ) { config in
                if config["process"] == nil { config["process"] = Config.base()["process"] }
            },
        ]
    }

    private static var withoutNeed: [Mutant] {
        [
            Mutant(["runtime.operations.must-1"], "there is neither state nor start") { call in
                if ["state", "start"].contains(call.verb) {
                    return call.fail("unknown command \(call.verb)")
                }
                return call.real()
            },
            .verb(
                "create", "runtime.warnings.must-1", "config.capabilities.should-1", what: "what is warned of fails"
            ) { call in
                let file = cl_memfd_create("errors", 1)
                let status = call.real(["create"] + call.words, error: file)
                lseek(file, 0, SEEK_SET)
                let said = File.bytes(descriptor: file) ?? []
                File.write(said, descriptor: 2)
                let warned = !said.isEmpty || !(call.log.flatMap { File.text($0) } ?? "").isEmpty
                guard status == 0, warned, let id = call.id else { return status }
                call.quietly("delete", "--force", id)
                return 1
            },
            .refusal("config.extensibility.must-1", what: "an unknown property fails") { config in
                let known = ["ociVersion", "process", "root", "hostname", "domainname", "mounts", "hooks"]
                return (config.members ?? []).contains {
                    !(known + ["annotations", "linux", "solaris"]).contains($0.key)
                }
            },
        ]
    }

    /// A failure of create and run for a configuration that must be taken.
    static func refusal(_ sentences: String..., what: String, _ holds: @escaping (JSON) -> Bool) -> Mutant {
        Mutant(sentences, what) { call in
            if call.creates, let config = call.config, holds(config) { return call.fail("refused") }
            return call.real()
        }
    }
}

extension JSON {
    /// Without sysctl, mounts that are not plain, and a root path of its own.
    fileprivate var withoutTrouble: JSON {
        var config = self
        config["linux", "sysctl"] = nil
        config["root", "path"] = "rootfs"
        config.dropMounts()
        return config
    }

    /// The names of the capabilities, by their numbers.
    static let capabilities = [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
        "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
        "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
        "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
        "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
        "CHECKPOINT_RESTORE",
    ].map { "CAP_" + $0 }
}

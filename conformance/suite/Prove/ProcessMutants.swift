import CLinux

extension Mutant {
    /// Mutants of the process.
    static var processes: [Mutant] { program + limits + attributes }

    private static var program: [Mutant] {
        [
            .refusal("config.process.must-1", what: "a console size without a terminal fails") { config in
                config["process", "consoleSize"] != nil && config["process", "terminal"] != true
            },
            .config(
                "config.process.required-2", "config.process.required-3", what: "a missing height or width is 24"
            ) { config in
                guard config["process", "consoleSize"] != nil else { return }
                for key in ["height", "width"] where config["process", "consoleSize", .key(key)] == nil {
                    config["process", "consoleSize", .key(key)] = 24
                }
            },
            .config("config.process.required-4", what: "a missing working directory is /") { config in
                if config["process"] != nil, config["process", "cwd"] == nil { config["process", "cwd"] = "/" }
            },
            .config("config.process.must-2", what: "a relative working directory is taken from /") { config in
                if let cwd = config["process", "cwd"]?.string, !cwd.hasPrefix("/") {
                    config["process", "cwd"] = .text("/" + cwd)
                }
            },
            .config("config.process.required-5", what: "without args a program of its own is run") { config in
                guard config["process"] != nil else { return }
                if config["process", "args"]?.elements?.isEmpty != false { config["process", "args"] = ["/bin/true"] }
            },
            .config("config.user.required-1", what: "a missing uid is 0") { config in
                if config["process", "user"] != nil, config["process", "user", "uid"] == nil {
                    config["process", "user", "uid"] = 0
                }
            },
            .config("config.user.required-2", what: "a missing gid is 0") { config in
                if config["process", "user"] != nil, config["process", "user", "gid"] == nil {
                    config["process", "user", "gid"] = 0
                }
            },
        ]
    }

    private static var limits: [Mutant] {
        [
            .config("config.rlimits.required-1", what: "a limit without a type is passed over") { config in
                config.keep("process", "rlimits") { $0["type"] != nil }
            },
            .config("config.rlimits.required-2", what: "a missing soft limit is the hard one") { config in
                config.each("process", "rlimits") { if $0["soft"] == nil { $0["soft"] = $0["hard"] } }
            },
            .config("config.rlimits.required-3", what: "a missing hard limit is the soft one") { config in
                config.each("process", "rlimits") { if $0["hard"] == nil { $0["hard"] = $0["soft"] } }
            },
            .config("config.rlimits.must-1", what: "unknown limits are passed over") { config in
                config.keep("process", "rlimits") { limit in
                    ["NOFILE", "CPU", "FSIZE", "CORE", "NPROC"].contains { limit["type"] == .text("RLIMIT_" + $0) }
                }
            },
            .config("config.rlimits.must-2", what: "limits are not set") { config in
                config["process", "rlimits"] = []
            },
            .config("config.rlimits.must-3", what: "soft limits are one less") { config in
                config.each("process", "rlimits") { limit in limit["soft"] = limit["soft"].map { less($0) } }
            },
            .config("config.rlimits.must-4", what: "hard limits are one less") { config in
                config.each("process", "rlimits") { limit in
                    if limit["soft"] == limit["hard"] { limit["soft"] = limit["soft"].map { less($0) } }
                    limit["hard"] = limit["hard"].map { less($0) }
                }
            },
            .config("config.rlimits.must-5", what: "of a limit that is there twice the first holds") { config in
                var seen: [String] = []
                config.keep("process", "rlimits") { limit in
                    let type = limit["type"]?.string ?? ""
                    defer { seen.append(type) }
                    return !seen.contains(type)
                }
            },
        ]
    }

    private static func less(_ number: JSON) -> JSON {
        guard let value = number.unsigned, value > 0 else { return number }
        return .number(String(value - 1))
    }

    private static var attributes: [Mutant] {
        [
            .config("config.capabilities.must-1", what: "what cannot be given is passed over in silence") { config in
                let own = Proc.status(cl_getpid(), "CapBnd").flatMap { UInt64($0, radix: 16) } ?? 0
                for set in config["process", "capabilities"]?.members ?? [] {
                    config.keep("process", "capabilities", .key(set.key)) { name in
                        let number = JSON.capabilities.firstIndex { name == .text($0) }
                        return number.map { own >> UInt64($0) & 1 == 1 } ?? false
                    }
                }
            },
            .config("config.oom.must-1", what: "oomScoreAdj is one more") { config in
                if let score = config["process", "oomScoreAdj"]?.int, score < 1000 {
                    config["process", "oomScoreAdj"] = JSON(score + 1)
                }
            },
            .config("config.oom.must-2", what: "without oomScoreAdj it is 700") { config in
                if config["process"] != nil, config["process", "oomScoreAdj"] == nil {
                    config["process", "oomScoreAdj"] = 700
                }
            },
            .config("config.scheduler.required-1", what: "a missing policy is SCHED_OTHER") { config in
                if config["process", "scheduler"] != nil, config["process", "scheduler", "policy"] == nil {
                    config["process", "scheduler", "policy"] = "SCHED_OTHER"
                }
            },
            .config("config.io-priority.required-1", what: "a missing class is that of best effort") { config in
                if config["process", "ioPriority"] != nil, config["process", "ioPriority", "class"] == nil {
                    config["process", "ioPriority", "class"] = "IOPRIO_CLASS_BE"
                }
            },
            .config("config.io-priority.required-2", what: "a missing priority is 4") { config in
                if config["process", "ioPriority"] != nil, config["process", "ioPriority", "priority"] == nil {
                    config["process", "ioPriority", "priority"] = 4
                }
            },
            .config("config.affinity.should-1", what: "without final it is processor 1") { config in
                let affinity = config["process", "execCPUAffinity"]
                if affinity != nil, affinity?["final"] == nil { config["process", "execCPUAffinity", "final"] = "1" }
            },
            .config("linux.personality.required-1", what: "a missing domain is LINUX") { config in
                if config["linux", "personality"] != nil, config["linux", "personality", "domain"] == nil {
                    config["linux", "personality", "domain"] = "LINUX"
                }
            },
        ]
    }
}

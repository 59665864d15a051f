extension Mutant {
    /// Mutants of hooks: not run, run elsewhere, at another time, in another order, with other input.
    static var hooks: [Mutant] {
        var mutants = hookOrder + hookEntries
        for (number, kind) in kinds.enumerated() { mutants += hookMutants(number, kind) }
        return mutants
    }

    /// A kind of hook with the sentences about it.
    private struct Kind {
        let name: String
        let invoked: String
        let failing: String
        /// Where its path is looked up, and where it runs: the list's sentence and its section's.
        let resolves: [String]
        let executes: [String]
        let moment: String
    }

    private static let kinds: [Kind] = [
        Kind(
            name: "prestart", invoked: "runtime.lifecycle.must-6", failing: "runtime.lifecycle.must-7",
            resolves: ["config.hooks.must-3", "config.prestart.must-3"],
            executes: ["config.hooks.must-4", "config.prestart.must-4"], moment: "config.prestart.must-1"),
        Kind(
            name: "createRuntime", invoked: "runtime.lifecycle.must-8", failing: "runtime.lifecycle.must-9",
            resolves: ["config.hooks.must-7", "config.createRuntime.must-2"],
            executes: ["config.hooks.must-8", "config.createRuntime.must-3"], moment: "config.createRuntime.must-1"),
        Kind(
            name: "createContainer", invoked: "runtime.lifecycle.must-10", failing: "runtime.lifecycle.must-11",
            resolves: ["config.hooks.must-9", "config.createContainer.must-3"],
            executes: ["config.hooks.must-10", "config.createContainer.must-4"],
            moment: "config.createContainer.must-1"),
        Kind(
            name: "startContainer", invoked: "runtime.lifecycle.must-12", failing: "runtime.lifecycle.must-13",
            resolves: ["config.hooks.must-11", "config.startContainer.must-2"],
            executes: ["config.hooks.must-12", "config.startContainer.must-3"],
            moment: "config.startContainer.must-1"),
        Kind(
            name: "poststart", invoked: "runtime.lifecycle.must-15", failing: "runtime.lifecycle.must-16",
            resolves: ["config.hooks.must-13", "config.poststart.must-2"],
            executes: ["config.hooks.must-14", "config.poststart.must-3"], moment: "config.poststart.must-1"),
        Kind(
            name: "poststop", invoked: "runtime.lifecycle.must-18", failing: "runtime.lifecycle.must-19",
            resolves: ["config.hooks.must-15", "config.poststop.must-2"],
            executes: ["config.hooks.must-16", "config.poststop.must-3"], moment: "config.poststop.must-1"),
    ]

    private static func hookMutants(_ number: Int, _ kind: Kind) -> [Mutant] {
        let name = kind.name
        let place = JSON.Step.key(name)
        return [
            .config(kind.invoked, what: "\(name) hooks are not run") { $0["hooks", place] = nil },
            .config(kind.failing, what: "\(name) hooks may fail") { config in
                config.each("hooks", place) { $0.wrap(["sh", "-c", "\"$0\" \"$@\" || true"]) }
            },
            .config(kind.resolves, what: "the path of \(name) hooks is looked up elsewhere") { config, call in
                if name == "startContainer" {
                    config.keep("hooks", place) { File.exists($0["path"]?.string ?? "") }
                } else {
                    config.each("hooks", place) { hook in
                        hook["path"] = .text(call.bundle + "/rootfs" + (hook["path"]?.string ?? ""))
                    }
                }
            },
            .config(kind.executes, what: "\(name) hooks run in other namespaces") { config, _ in
                config.elsewhere(name)
            },
            .config(kind.moment, what: "\(name) hooks run at another time") { config in config.postpone(name) },
        ]
    }

    private static var hookOrder: [Mutant] {
        [
            .config("config.hooks.must-17", what: "the hooks of a list run backwards") { config in
                for kind in kinds {
                    guard let hooks = config["hooks", .key(kind.name)]?.elements else { continue }
                    config["hooks", .key(kind.name)] = .array(hooks.reversed())
                }
            },
            .config("config.hooks.must-18", what: "hooks read nothing") { config in
                for kind in kinds {
                    config.each("hooks", .key(kind.name)) { $0.wrap(["sh", "-c", "exec \"$0\" \"$@\" </dev/null"]) }
                }
            },
            .config("config.prestart.must-2", what: "createRuntime hooks run before prestart hooks") { config in
                config.exchange("prestart", "createRuntime")
            },
            .config(
                "config.createContainer.must-2", what: "createContainer hooks run before createRuntime hooks"
            ) { $0.exchange("createContainer", "createRuntime") },
        ]
    }

    private static var hookEntries: [Mutant] {
        [
            .config(
                "config.hooks.required-1", "config.hooks.required-2", what: "a hook without a path is passed over"
            ) { config in
                for kind in kinds { config.keep("hooks", .key(kind.name)) { $0["path"] != nil } }
            },
            .config("config.hooks.must-1", "config.hooks.must-5", what: "a relative path is taken") { config in
                for kind in kinds {
                    config.each("hooks", .key(kind.name)) { hook in
                        guard let path = hook["path"]?.string, !path.hasPrefix("/") else { return }
                        hook["path"] = .text("/" + path)
                    }
                }
            },
            .config("config.hooks.must-2", "config.hooks.must-6", what: "a time-out that is too small is none") {
                config in
                for kind in kinds {
                    config.each("hooks", .key(kind.name)) { hook in
                        if let timeout = hook["timeout"]?.int, timeout <= 0 { hook["timeout"] = nil }
                    }
                }
            },
        ]
    }
}

extension JSON {
    /// Makes a hook run by way of another program: its words come before the hook's own path and arguments.
    mutating func wrap(_ words: [String], program: String = "/bin/sh") {
        guard let path = self["path"]?.string else { return }
        var arguments = self["args"]?.strings ?? []
        // What busybox is called by says what it does.
        if !path.hasSuffix("/busybox"), !arguments.isEmpty { arguments.removeFirst() }
        self["path"] = .text(program)
        self["args"] = JSON(words + [path] + arguments)
    }

    /// Makes the hooks of a kind run in other namespaces than they must.
    fileprivate mutating func elsewhere(_ kind: String) {
        switch kind {
        case "createContainer":
            let moved = self["hooks", "createContainer"]?.elements ?? []
            self["hooks", "createContainer"] = nil
            for hook in moved { append(hook, at: "hooks", "createRuntime") }
        case "startContainer":
            each("hooks", "startContainer") { $0.wrap(["busybox", "unshare", "-m", "-u"], program: "/bin/busybox") }
        default:
            each("hooks", .key(kind)) { $0.wrap(["unshare", "-m", "-u"], program: "/usr/bin/unshare") }
        }
    }

    /// Makes the hooks of a kind run later than they must.
    fileprivate mutating func postpone(_ kind: String) {
        if ["prestart", "createRuntime", "createContainer"].contains(kind) {
            let moved = self["hooks", .key(kind)]?.elements ?? []
            self["hooks", .key(kind)] = nil
            for hook in moved { append(hook, at: "hooks", "poststart") }
        } else {
            each("hooks", .key(kind)) { hook in
                hook.wrap(["sh", "-c", "(sleep 0.4; exec \"$0\" \"$@\") </dev/null >/dev/null 2>&1 &"])
            }
        }
    }

    fileprivate mutating func exchange(_ one: String, _ other: String) {
        let first = self["hooks", .key(one)]
        let second = self["hooks", .key(other)]
        if first == nil, second == nil { return }
        self["hooks", .key(one)] = second
        self["hooks", .key(other)] = first
    }
}

extension Promise {
    /// Promises of hooks that no sentence says.
    static var ofHooks: [Promise] { ofHookPrograms + ofHookFailures + ofHookOutput }

    private static let kinds = [
        "prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop",
    ]

    private static func hooks(_ names: String...) -> [String] { names.map { "hooks: " + $0 } }

    /// Hooks that are run in another way.
    private static func entry(
        _ name: String, _ breach: String, _ cases: [String], of kinds: [String] = Promise.kinds,
        _ change: @escaping (inout JSON) -> Void
    ) -> Promise {
        .config("hooks." + name, breach, cases) { config in
            for kind in kinds { config.each("hooks", .key(kind), change: change) }
        }
    }

    /// Hooks whose words are the arguments of a script of the shell.
    private static func script(
        _ name: String, _ breach: String, _ cases: [String], _ script: String
    ) -> Promise {
        entry(name, breach, cases) { $0.wrap(["sh", "-c", script]) }
    }

    private static var ofHookPrograms: [Promise] {
        [
            .config(
                "hooks.backwards", "the hooks of a list run backwards",
                hooks("run in their order, at their time", "run: all kinds, in their order")
            ) { config in
                for kind in kinds {
                    guard let hooks = config["hooks", .key(kind)]?.elements else { continue }
                    config["hooks", .key(kind)] = .array(hooks.reversed())
                }
            },
            script(
                "pid", "the process in the state is none",
                hooks("createRuntime: the network can be set up by /proc/PID"),
                "sed 's/\"pid\": *[0-9]*/\"pid\":4194305/' | \"$0\" \"$@\""),
            entry("zeroth", "args[0] is the path, whatever it says", hooks("args: args[0] is argv[0], not the path")) {
                hook in
                if let path = hook["path"], hook["args", 0] != nil { hook["args", 0] = path }
            },
            entry("name", "without args argv[0] is a name", hooks("args absent: argv[0] is the path")) { hook in
                if hook["args"] == nil { hook["args"] = ["hook"] }
            },
            script(
                "descriptor", "hooks have one descriptor more", hooks("no descriptors but the standard streams"),
                "exec \"$0\" \"$@\" 9</dev/null"),
            script(
                "signals", "hooks ignore what the runtime ignores", hooks("no blocked or ignored signals"),
                "trap '' INT; exec \"$0\" \"$@\""),
            entry("input", "hooks must read their input", hooks("a large state on stdin that is not read")) { hook in
                hook.wrap(
                    ["busybox", "sh", "-c", "set -o pipefail; cat | \"$0\" \"$@\""], program: "/bin/busybox")
            },
        ]
    }

    private static var ofHookFailures: [Promise] {
        let missing = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart"]
        return [
            .config(
                "hooks.missing", "hooks whose program is missing are passed over",
                missing.map { "hooks: \($0): a missing program fails" }
            ) { config in
                for kind in kinds where kind != "startContainer" {
                    config.keep("hooks", .key(kind)) { File.exists($0["path"]?.string ?? "") }
                }
                config.keep("hooks", "startContainer") { $0["path"] != "/no/such/hook" }
            },
            .config("hooks.all", "a list goes on after a failure", hooks("the first failure ends the list")) { config in
                for kind in kinds where config["hooks", .key(kind)] != nil {
                    config.each("hooks", .key(kind)) { $0.wrap(["sh", "-c", "\"$0\" \"$@\" || true"]) }
                    if kind == "createRuntime" { config.append(["path": "/bin/false"], at: "hooks", "createRuntime") }
                }
            },
            script(
                "killed", "hooks that a signal ends have succeeded", hooks("a hook that a signal ends fails"),
                "\"$0\" \"$@\"; s=$?; [ $s -le 128 ] || exit 0; exit $s"),
            .verb("run", "hooks.run", "run succeeds whatever fails", hooks("run: a failing hook fails run")) { call in
                _ = call.real()
                return 0
            },
            script(
                "timeout", "hooks have 50 ms", hooks("within its timeout nothing happens to it"),
                "\"$0\" \"$@\" & sleep 0.05; kill $!; wait $!"),
            entry("environment", "variables without “=” are passed over", hooks("env without = is refused")) { hook in
                hook.keep("env") { $0.string?.contains("=") == true }
            },
        ]
    }

    private static var ofHookOutput: [Promise] {
        [
            Promise(
                "hooks.nameless", "errors say that a hook failed",
                hooks("the error names the hook and says what it said")
            ) { call in
                call.realError { _ in "a hook failed\n" }
            },
            .verb(
                "create", "hooks.output", "create says what hooks print",
                hooks("what a hook prints is not the verb's output")
            ) { call in
                let status = call.real()
                if call.config?["hooks"] != nil { File.write(Array("a word\n".utf8), descriptor: 1) }
                return status
            },
        ]
    }
}

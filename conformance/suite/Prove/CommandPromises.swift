import CLinux
import Glibc

extension Promise {
    /// Promises of the command line.
    static var ofCommands: [Promise] { ofHelp + ofOptions + ofCallers }

    private static func commands(_ names: String...) -> [String] { names.map { "command line: " + $0 } }

    private static var ofHelp: [Promise] {
        [
            Promise(
                "commands.version", "the version is one line",
                commands("--version has the lines that engines take apart")
            ) { call in
                guard call.isAsked("--version", "-v") else { return call.real() }
                let (status, text) = call.answer([])
                File.write(Array(((text.split(separator: "\n").first ?? "") + "\n").utf8), descriptor: 1)
                return status
            },
            Promise("commands.v", "-v is not known", commands("-v is --version")) { call in
                call.isAsked("-v") ? call.fail("unknown option -v") : call.real()
            },
            Promise("commands.help", "help is the version", commands("--help names every verb")) { call in
                call.isAsked("--help", "-h") ? call.other(call.runtime, ["--version"]) : call.real()
            },
            Promise("commands.verb", "verbs have no --help", commands("VERB --help succeeds and has no effect")) {
                call in
                call.has("--help") ? call.fail("unknown option --help") : call.real()
            },
            Promise(
                "commands.effect", "VERB --help leaves a file in the state root",
                commands("VERB --help succeeds and has no effect")
            ) { call in
                if call.has("--help") {
                    File.makeDirectory(call.root, mode: 0o700)
                    File.write("", to: call.root + "/left")
                }
                return call.real()
            },
        ]
    }

    private static var ofOptions: [Promise] {
        [
            Promise(
                "commands.passed", "what is not understood is passed over",
                commands(
                    "an unknown verb fails", "an unknown global option fails", "an option without its value fails",
                    "refuses / as state root")
            ) { call in
                let status = call.real()
                return ["", "list", "create"].contains(call.verb) ? 0 : status
            },
            Promise(
                "commands.words", "wrong command lines are refused in other words",
                commands("an option without its value fails")
            ) { call in
                call.realError { _ in "wrong usage\n" }
            },
            Promise("commands.equals", "an option and its value are two words", commands("takes --option=value")) {
                call in
                let words = call.globals + call.words
                return words.contains { $0.hasPrefix("--") && $0.contains("=") }
                    ? call.fail("unknown option") : call.real()
            },
            Promise("commands.dash", "-- is an id", commands("takes -- before the id")) { call in
                call.has("--") ? call.fail("no container --") : call.real()
            },
            Promise(
                "commands.globals", "--debug and --rootless are not known",
                commands("takes the global options that engines give") + ["rootless: --rootless true, false and auto"]
            ) { call in
                let known = !call.globals.contains { $0 == "--debug" || $0.hasPrefix("--rootless") }
                return known ? call.real() : call.fail("unknown option")
            },
        ]
    }

    private static var ofCallers: [Promise] {
        [
            .verb(
                "create", "commands.mode", "everybody may read what is below the state root",
                commands("makes the state root for its owner alone")
            ) { call in
                let status = call.real()
                for entry in File.list(call.root) ?? [] { File.setMode(call.root + "/" + entry, 0o755) }
                return status
            },
            .verb(
                "create", "commands.root", "everybody may write into the state root",
                commands("makes the state root for its owner alone")
            ) { call in
                let status = call.real()
                File.setMode(call.root, 0o777)
                return status
            },
            Promise("commands.path", "there must be a PATH", commands("works with an empty environment")) { call in
                getenv("PATH") == nil ? call.fail("no PATH") : call.real()
            },
            Promise(
                "commands.directory", "there must be a working directory",
                commands("works from a directory that is gone")
            ) { call in
                let path = File.link("/proc/self/cwd")
                return path.map { File.exists($0) } == true ? call.real() : call.fail("no working directory")
            },
            Promise(
                "commands.space", "the state root ends at a space", commands("works with a deep and odd state root")
            ) { call in
                guard let space = call.root.firstIndex(of: " ") else { return call.real() }
                let root = String(call.root[..<space])
                return call.other(
                    call.runtime, call.globals.map { $0 == call.root ? root : $0 } + [call.verb] + call.words)
            },
            Promise(
                "commands.length", "the state root has 100 letters at most",
                commands("works with a deep and odd state root")
            ) { call in
                call.root.utf8.count > 100 && call.root.contains("ddd") ? call.fail("name too long") : call.real()
            },
        ]
    }
}

extension Invocation {
    /// Whether the call is one of these options and no verb.
    fileprivate func isAsked(_ options: String...) -> Bool { verb.isEmpty && globals.contains { options.contains($0) } }
}

import CLinux
import Glibc

extension Promise {
    /// Promises of the program, its environment and its directory.
    static var ofPrograms: [Promise] { ofSearch + ofEnvironment + ofDirectories }

    private static func process(_ names: [String]) -> [String] { names.map { "process: " + $0 } }

    /// Another configuration; the change may look at the bundle's root.
    private static func program(
        _ name: String, _ breach: String, _ cases: [String], _ change: @escaping (inout JSON, String) -> Void
    ) -> Promise {
        Promise(
            "programs." + name, breach, process(cases),
            answer: Mutant.config(["programs." + name], what: breach) { config, call in
                change(&config, call.bundle + "/rootfs")
            }.answer)
    }

    private static var ofSearch: [Promise] {
        func path(
            _ name: String, _ breach: String, _ cases: [String], _ change: @escaping ([Substring]) -> [Substring]
        ) -> Promise {
            program(name, breach, cases) { config, _ in
                config.each("process", "env") { variable in
                    guard let text = variable.string, text.hasPrefix("PATH=") else { return }
                    let entries = change(text.dropFirst(5).split(separator: ":"))
                    variable = .text("PATH=" + entries.joined(separator: ":"))
                }
            }
        }
        return [
            program("bare", "a bare name is below /", ["args[0] may be a bare name, found in PATH"]) { config, _ in
                if let name = config["process", "args", 0]?.string, !name.contains("/") {
                    config["process", "args", 0] = .text("/" + name)
                }
            },
            path("path", "PATH is the usual one", ["PATH is the container's"]) { _ in ["/usr/bin", "/bin"] },
            path("backwards", "PATH is searched backwards", ["PATH is searched in its order"]) { $0.reversed() },
            path("first", "the first entry of PATH counts", ["PATH: what cannot be executed is passed over"]) {
                Array($0.prefix(1))
            },
            path("absolute", "relative entries of PATH are passed over", ["PATH: relative entries are taken from cwd"])
            {
                $0.filter { $0.hasPrefix("/") }
            },
            program("slash", "a path is taken from /", ["args[0] with a slash is taken from cwd"]) { config, _ in
                if let name = config["process", "args", 0]?.string, name.hasPrefix("./") {
                    config["process", "args", 0] = .text(String(name.dropFirst()))
                }
            },
            program("script", "scripts are no programs", ["a script runs by its interpreter"]) { config, root in
                guard let name = config["process", "args", 0]?.string,
                    File.text(root + name)?.hasPrefix("#!") == true
                else { return }
                config["process", "args", 0] = "/no/such/program"
            },
        ]
    }

    private static var ofEnvironment: [Promise] {
        func variables(
            _ name: String, _ breach: String, _ cases: [String], _ change: @escaping ([String]) -> [String]
        ) -> Promise {
            program(name, breach, cases) { config, _ in
                config["process", "env"] = JSON(change(config["process", "env"]?.strings ?? []))
            }
        }
        return [
            variables("twice", "of one name the first value holds", ["env: of one name twice, the last holds"]) { env in
                var names: Set<Substring> = []
                return env.filter { names.insert($0.prefix { $0 != "=" }).inserted }
            },
            variables("caller", "the caller's variables get in", ["env: nothing of the caller's gets in"]) { env in
                env + ["SECRET"].compactMap { name in getenv(name).map { name + "=" + String(cString: $0) } }
            },
            variables("lines", "values are of one line", ["env: values may hold anything"]) { env in
                env.map { String($0.prefix { $0 != "\n" }) }
            },
            variables(
                "nameless", "what is no variable is passed over",
                ["env: without = is refused", "env: with an empty name is refused"]
            ) { env in env.filter { $0.contains("=") && !$0.hasPrefix("=") } },
            variables(
                "home", "HOME is the same for all",
                ["env: HOME is that of the user", "env: HOME of an unknown user is /"]
            ) { env in env.contains { $0.hasPrefix("HOME=") } ? env : env + ["HOME=/nowhere"] },
            variables("own-home", "HOME is never what the configuration says", ["env: HOME that is given stays"]) {
                env in
                env.filter { !$0.hasPrefix("HOME=") }
            },
        ]
    }

    private static var ofDirectories: [Promise] {
        /// A directory that is not as it should be is the root.
        func directory(
            _ name: String, _ breach: String, _ cases: [String], _ holds: @escaping (String) -> Bool
        ) -> Promise {
            program(name, breach, cases) { config, root in
                if let cwd = config["process", "cwd"]?.string, !holds(root + cwd) { config["process", "cwd"] = "/" }
            }
        }
        return [
            directory(
                "missing", "where the directory is missing it is /",
                ["cwd: a missing directory is made", "cwd: in a mount"], { File.exists($0) }),
            program("outside", "the directory is made on the host", ["cwd: a missing directory is made inside only"]) {
                config, root in
                if let cwd = config["process", "cwd"]?.string, cwd != "/" { File.makeDirectory(root + cwd) }
            },
            directory("link", "where the directory is a link it is /", ["cwd: through a link stays inside"]) {
                File.facts($0)?.kind != .link
            },
            directory("closed", "where others may not enter the directory is /", ["cwd: of the user alone"]) {
                (File.facts($0)?.mode ?? 1) & 1 == 1
            },
            directory("file", "where the directory is a file it is /", ["cwd: a file is refused"]) {
                File.facts($0)?.kind != .file
            },
        ]
    }
}

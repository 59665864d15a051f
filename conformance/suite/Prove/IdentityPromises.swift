import CLinux
import Glibc

extension Promise {
    /// Promises of ids and pid files.
    static var ofIdentities: [Promise] { ofIDs + ofPidFiles }

    private static func ids(_ names: String...) -> [String] { names.map { "container id: " + $0 } }
    private static func pidFile(_ names: String...) -> [String] { names.map { "pid file: " + $0 } }

    private static var ofIDs: [Promise] {
        [
            .verb(
                "create", "ids.plain", "ids are letters, digits and hyphens alone",
                ids("of letters, digits and _ + . - is taken")
            ) { call in
                let isPlain = (call.id ?? "").allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
                return isPlain ? call.real() : call.fail("wrong id")
            },
            .verb("create", "ids.short", "ids are of 100 characters at most", ids("of 200 characters is taken")) {
                ($0.id ?? "").utf8.count > 100 ? $0.fail("the id is too long") : $0.real()
            },
            Promise(
                "ids.accepted", "create, state, start, kill and delete take any id",
                ids(
                    "with other characters is refused, without effect", "that is too long for a name is refused",
                    "that is no id is refused by every verb")
            ) { call in
                let status = call.real()
                return ["create", "state", "start", "kill", "delete"].contains(call.verb) ? 0 : status
            },
            Promise(
                "ids.left", "a create with a wrong id leaves a file in the state root",
                ids("with other characters is refused, without effect", "that is too long for a name is refused")
            ) { call in
                let status = call.real()
                if call.verb == "create", status != 0 {
                    File.makeDirectory(call.root, mode: 0o700)
                    File.write("", to: call.root + "/left")
                }
                return status
            },
            Promise(
                "ids.beginning", "the beginning of an id is enough", ids("is not the beginning of another's")
            ) { call in
                guard let id = call.id, ["state", "kill"].contains(call.verb), call.state == nil,
                    let whole = File.list(call.root)?.first(where: { $0.hasPrefix(id) })
                else { return call.real() }
                return call.real([call.verb] + call.words.map { $0 == id ? whole : $0 })
            },
        ]
    }

    private static var ofPidFiles: [Promise] {
        [
            pidFile(
                "line", "a pid file ends with a line feed",
                pidFile("holds the digits of the process id and nothing else")
            ) {
                path, status in
                if status == 0, let text = File.text(path) { File.write(text + "\n", to: path) }
            },
            pidFile(
                "late", "a pid file is empty at first",
                pidFile("is complete when create returns") + ["run: writes the pid file before the program runs"]
            ) {
                path, status in
                guard status == 0, let text = File.text(path) else { return }
                File.write("", to: path)
                if fork() == 0 {
                    cl_sleep_ms(300)
                    File.write(text, to: path)
                    cl_exit(0)
                }
            },
            pidFile(
                "other", "a pid file holds the runtime's own id",
                pidFile("holds the digits of the process id and nothing else", "is complete when create returns")
            ) { path, status in
                if status == 0 { File.write("\(cl_getpid())", to: path) }
            },
            Promise("pids.kept", "a pid file that is there stays as it is", pidFile("replaces what was there")) {
                call in
                guard let path = call.option("--pid-file"), let before = File.text(path) else { return call.real() }
                let status = call.real()
                File.write(before, to: path)
                return status
            },
            Promise(
                "pids.bundle", "a relative pid file is in the bundle", pidFile("is relative to the caller's directory")
            ) { call in
                guard let path = call.option("--pid-file"), !path.hasPrefix("/") else { return call.real() }
                return call.real([call.verb] + call.words.map { $0 == path ? call.bundle + "/" + path : $0 })
            },
            pidFile(
                "left", "a pid file is written when create fails too", pidFile("is no longer there when create fails")
            ) {
                path, status in
                if status != 0 { File.write("1", to: path) }
            },
            Promise(
                "pids.passed", "a pid file that cannot be written is none",
                pidFile("in a missing directory fails create")
            ) { call in
                guard let path = call.option("--pid-file"), let slash = path.lastIndex(of: "/"),
                    !File.exists(String(path[..<slash]))
                else { return call.real() }
                return call.real([call.verb] + call.words(without: ["--pid-file"]))
            },
            Promise("pids.deleted", "delete removes the pid file", pidFile("stays when the container is deleted")) {
                call in
                let note = call.note("pidfile")
                if call.creates, let path = call.option("--pid-file") { File.write(path, to: note) }
                let status = call.real()
                if call.verb == "delete", status == 0, let path = File.text(note) { File.remove(path) }
                return status
            },
        ]
    }

    /// What becomes of the pid file when create or run has returned with a status.
    private static func pidFile(
        _ name: String, _ breach: String, _ cases: [String], _ change: @escaping (String, Int32) -> Void
    ) -> Promise {
        Promise("pids." + name, breach, cases) { call in
            let status = call.real()
            if call.creates, let path = call.option("--pid-file") { change(path, status) }
            return status
        }
    }
}

import CLinux
import Glibc

extension Promise {
    /// Promises of `create`, and of those words of a command line that several verbs share.
    static var ofCreation: [Promise] { ofCreate + ofCallersOfCreate + ofEveryVerb }

    private static var ofCreate: [Promise] {
        [
            .of("create", "directory", "there must be a --bundle", ["takes the bundle from the working directory"]) {
                call in
                call.has("--bundle") || call.has("-b") ? call.real() : call.fail("no bundle")
            },
            .of("create", "file", "a bundle that is none is passed over", ["fails when the bundle is a file"]) { call in
                File.facts(call.bundle)?.kind == .file ? 0 : call.real()
            },
            .verb(
                "create", "create.unlooked", "create does not look at the program",
                [
                    "create: fails when the program is a directory",
                    "create: fails when the program may not be executed",
                    "process: a program that is not found fails create",
                    "process: a bare name that is not found fails create",
                    "process: a program that may not be executed fails create",
                    "process: a directory as program fails create", "process: a program below a file fails create",
                ]
            ) { call in
                let status = call.real()
                guard status != 0, var config = call.config else { return status }
                config["process", "args"] = ["/bin/sh"]
                return call.real(with: config)
            },
            Promise(
                "create.taken", "create and run of an id that is taken succeed",
                [
                    "create: of one id, four at once: one wins", "run: fails when the id is taken, without effect",
                    "concurrency: run of one id, four at once: one wins",
                ]
            ) { call in
                let status = call.real()
                return call.creates && status != 0 && call.state != nil ? 0 : status
            },
            .of(
                "create", "busy", "create crashes beside another", ["of four ids at once: all succeed"],
                { $0.realUnlessBusy() }),
            .of(
                "create", "root", "a file in the state root's place is removed", ["fails when the state root is a file"]
            ) { call in
                if File.facts(call.root)?.kind == .file { File.remove(call.root) }
                return call.real()
            },
        ]
    }

    private static var ofCallersOfCreate: [Promise] {
        [
            .of(
                "create", "behind", "something stays between the caller and the container",
                [
                    "hands the container's process to its caller", "leaves its caller no other process",
                    "leaves the caller's pipes to init alone",
                ], realBehind),
            .of("create", "input", "create reads its standard input", ["returns while standard input stays open"]) {
                call in
                _ = File.bytes(descriptor: 0)
                return call.real()
            },
            .of("create", "children", "ended children must be signalled", ["works when SIGCHLD is ignored"]) { call in
                cl_signal_is_ignored(SIGCHLD) == 1 ? call.fail("cannot wait") : call.real()
            },
        ]
    }

    /// The call by a child that stays as long as what was made, as its parent.
    private static func realBehind(_ call: Invocation) -> Int32 {
        var ends: [Int32] = [-1, -1]
        _ = cl_pipe(&ends, O_CLOEXEC)
        if fork() == 0 {
            _ = cl_prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
            File.write([UInt8(truncatingIfNeeded: call.real())], descriptor: ends[1])
            _ = cl_close(ends[1])
            let pid = Int32(call.state?["pid"]?.int ?? 0)
            while pid > 0, Proc.isAlive(pid) { cl_sleep_ms(5) }
            cl_exit(0)
        }
        _ = cl_close(ends[1])
        var status: UInt8 = 1
        _ = cl_read(ends[0], &status, 1)
        return Int32(status)
    }

    private static var ofEveryVerb: [Promise] {
        [
            Promise(
                "verbs.talk", "create, start, kill and delete say what they did",
                ["create", "start", "kill", "delete"].map { "\($0): says nothing when it succeeds" }
            ) { call in
                let status = call.real()
                if status == 0, ["create", "start", "kill", "delete"].contains(call.verb) {
                    File.write(Array("done\n".utf8), descriptor: 2)
                }
                return status
            },
            Promise(
                "verbs.words", "words too many are passed over",
                ["create", "start", "state"].map { "\($0): fails with a word too many" }
            ) { call in
                guard call.operands.count > 1, ["create", "start", "state"].contains(call.verb) else {
                    return call.real()
                }
                let more = call.operands.count - 1
                return call.real([call.verb] + call.words.dropLast(more))
            },
            Promise(
                "verbs.options", "unknown options are passed over", ["create: fails with an unknown option"]
            ) { call in
                call.real([call.verb] + call.words.filter { $0 != "--no-such-option" })
            },
            Promise(
                "verbs.bundle", "start and state need the bundle's config.json",
                ["create: works after the bundle's config.json is gone", "state: works after the bundle is gone"]
            ) { call in
                guard ["start", "state"].contains(call.verb), let bundle = call.state?["bundle"]?.string,
                    !File.exists(bundle + "/config.json")
                else { return call.real() }
                return call.fail("no config.json")
            },
        ]
    }
}

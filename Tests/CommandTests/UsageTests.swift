import Foundation
import Testing

/// Wrong use is told on standard error, in one line, with status 1 and nothing on standard output.
struct UsageTests {
    @Test(
        arguments: [
            ([], "no verb given; `apus --help` shows them"),
            (["strat", "c"], "unknown verb \"strat\"; did you mean start?"),
            (["stat"], "unknown verb \"stat\"; did you mean state?"),
            (["frobnicate"], "unknown verb \"frobnicate\""),
            (["--bogus", "list"], "unknown flag: --bogus"),
            (["--bebug", "list"], "unknown flag: --bebug; did you mean --debug?"),
            (["create", "--bundel", "x", "c"], "unknown flag: --bundel; did you mean --bundle?"),
            (["list", "--root", "/x"], "unknown flag: --root; it goes before the verb"),
            (["list", "-x"], "unknown flag: -x"),
            (["list", "--q"], "unknown flag: --q"),
            (["create", "--pid-file"], "flag needs an argument: --pid-file"),
            (["create", "-b"], "flag needs an argument: -b"),
            (["--log"], "flag needs an argument: --log"),
            (["--log", "", "list"], "--log must not be empty"),
            (["run", "--detach=maybe", "c"], "--detach is on or off: true or false, not \"maybe\""),
            (["start"], "start needs a container id; `apus start --help` shows how it is used"),
            (["start", "a", "b"], "start: unexpected argument \"b\"; `apus start --help` shows how it is used"),
            (["features", "x"], "features: unexpected argument \"x\"; `apus features --help` shows how it is used"),
            (["create", "--preserve-fds", "1x", "c"], "--preserve-fds must be a number from 0 to 1000000, is \"1x\""),
            (["create", "--preserve-fds", "-1", "c"], "--preserve-fds must be a number from 0 to 1000000, is \"-1\""),
            (["create", "--preserve-fds=", "c"], "--preserve-fds must be a number from 0 to 1000000, is \"\""),
            (["list", "-f", "yaml"], "--format must be table or json, is \"yaml\""),
            (["kill", "c", "FOO"], "unknown signal \"FOO\"; a name such as TERM or a number up to 64"),
            (["--log-format", "xml", "list"], "--log-format must be text or json, is \"xml\""),
            (["--cgroup-manager=x", "list"], "--cgroup-manager must be cgroupfs, systemd or disabled, is \"x\""),
            (
                ["--systemd-cgroup", "--cgroup-manager", "cgroupfs", "list"],
                "--systemd-cgroup and --cgroup-manager cgroupfs contradict each other"
            ),
            (["--rootless", "yes", "list"], "--rootless must be true, false or auto, is \"yes\""),
            (["--root", "/", "list"], "--root must not be the root directory"),
            (["--root", "/a/.././/b/..", "list"], "--root must not be the root directory"),
            (["--root", "", "list"], "--root must not be empty"),
            (["help", "strat"], "unknown verb \"strat\"; did you mean start?"),
            (["pause"], "pause needs a container id; `apus pause --help` shows how it is used"),
            (["resume", "a", "b"], "resume: unexpected argument \"b\"; `apus resume --help` shows how it is used"),
            (["ps"], "ps needs a container id; `apus ps --help` shows how it is used"),
            (["ps", "-f", "yaml", "c"], "--format must be table or json, is \"yaml\""),
            (
                ["ps", "-f", "json", "c", "-f"],
                "ps: \"-f\" is an option of ps(1), which --format json does not run"
            ),
            (
                ["ps", "-f", "json", "c", "--", "x"],
                "ps: \"--\" is an option of ps(1), which --format json does not run"
            ),
            (["events"], "events needs a container id; `apus events --help` shows how it is used"),
            (["events", "--interval", "5", "c"], "--interval must be a duration such as 5s or 1m30s, is \"5\""),
            (
                ["events", "--interval=0", "--stats", "c"],
                "--interval must be greater than 0, and at least 1ms, is \"0\""
            ),
            (["update", "c"], "update: no limit given; `apus update --help` shows them"),
            (
                ["update", "--memory", "lots", "c"],
                "--memory must be a number of bytes such as 67108864, 64M or 1.5GiB, or -1 for no limit, is \"lots\""
            ),
            (
                ["update", "--cpu-period", "-1", "c"],
                "--cpu-period must be a number that is not negative, is \"-1\""
            ),
            (["update", "--cpu-quota", "", "c"], "--cpu-quota must be a number, is \"\""),
            (["update", "--cpuset-cpus=", "c"], "--cpuset-cpus must be a list such as 0-3,7, is \"\""),
            (["update", "-r", "-", "--memory", "1", "c"], "--memory cannot be combined with --resources"),
            (["mounts"], "mounts needs add|remove ID FILE|-; `apus mounts --help` shows how it is used"),
            (
                ["mounts", "add", "c", "file", "x"],
                "mounts: unexpected argument \"x\"; `apus mounts --help` shows how it is used"
            ),
            (["mounts", "change", "c", "file"], "mounts: must be add or remove, is \"change\""),
            (["checkpoint"], "checkpoint needs a container id; `apus checkpoint --help` shows how it is used"),
            (["restore", "--lsm-mount-context"], "flag needs an argument: --lsm-mount-context"),
            (
                ["checkpoint", "--manage-cgroups-mode", "some", "c"],
                "--manage-cgroups-mode must be soft, full, strict or ignore, is \"some\""
            ),
            (["checkpoint", "--page-server", "host", "c"], "--page-server must be ADDRESS:PORT, is \"host\""),
            (["checkpoint", "--parent-path", "/a", "c"], "--parent-path must be relative to the image, is \"/a\""),
            (["restore", "--empty-ns", "pid", "c"], "--empty-ns must be network, is \"pid\""),
            (
                ["restore", "--lsm-profile", "x", "c"],
                "--lsm-profile must be apparmor:NAME or selinux:LABEL, is \"x\""
            ),
        ] as [([String], String)])
    func message(_ arguments: [String], _ expected: String) throws {
        let program = try Program()
        defer { program.remove() }
        #expect(
            try program.runBare(arguments) == .init(status: 1, output: "", errors: "apus: " + expected + "\n"))
    }

    @Test func aFailedExecHasAStatusOfItsOwn() throws {
        let program = try Program()
        defer { program.remove() }
        let result = try program.run("exec", "c", "sh")
        #expect(result == .init(status: 255, output: "", errors: "apus: container does not exist: \"c\"\n"))
    }

    @Test(arguments: [
        ["list", "--format", "json"], ["list", "--format=json"], ["list", "-format", "json"], ["list", "-format=json"],
        ["list", "-f", "json"], ["list", "-f=json"], ["list", "-f", "table", "-f", "json"],
        ["--cgroup-manager", "cgroupfs", "--rootless", "auto", "list", "-f", "json"],
        ["--systemd-cgroup", "--cgroup-manager", "systemd", "list", "-f", "json"],
        ["--debug=false", "--systemd-cgroup=false", "-rootless=false", "list", "--quiet=false", "-f", "json"],
    ])
    func formsOfAFlag(_ arguments: [String]) throws {
        let program = try Program()
        defer { program.remove() }
        #expect(
            try program.runBare(["--root", program.path("root")] + arguments)
                == .init(status: 0, output: "[]\n", errors: ""))
    }

    @Test func flagsMayFollowTheIdAndEndAtTwoDashes() throws {
        let program = try Program()
        defer { program.remove() }
        #expect(try program.run("delete", "nothing", "--force") == .init(status: 0, output: "", errors: ""))
        #expect(try program.run("delete", "--force", "--", "--force").errors.contains("--force") == true)
        let result = try program.run("delete", "--", "nothing", "--force")
        #expect(
            result.errors
                == "apus: delete: unexpected argument \"--force\"; `apus delete --help` shows how it is used\n")
    }

    @Test func argumentsThatAreNotText() throws {
        let program = try Program()
        defer { program.remove() }
        // The shell makes the byte, which a Swift string cannot hold.
        let process = Process()
        let errors = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "exec \"$0\" create \"$(printf 'a\\377')\"", Program.path]
        process.standardError = errors
        try process.run()
        let text = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
        #expect(String(decoding: text, as: UTF8.self) == "apus: argument 2 is not valid UTF-8\n")
    }

    @Test func descriptorsThatAreNotThere() throws {
        let program = try Program()
        defer { program.remove() }
        // The log's own descriptor is not one that the caller passes on.
        for log in [[], ["--log", program.path("log")]] {
            let process = Process()
            let errors = Pipe()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments =
                ["-c", "exec 3>&- 4>/dev/null; exec \"$@\"", "sh", Program.path] + log + [
                    "create", "--preserve-fds", "2", "c",
                ]
            process.standardError = errors
            try process.run()
            let text = errors.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            #expect(process.terminationStatus == 1)
            #expect(
                String(decoding: text, as: UTF8.self) == "apus: --preserve-fds 2: descriptor 3 is not open\n")
        }
    }
}

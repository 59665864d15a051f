import CLinux
import Glibc

extension Promise {
    /// Promises of who the program is, of its limits and its scheduling.
    static var ofAttributes: [Promise] { ofUsers + ofStreams + ofLimitsOfProcesses + ofPrivileges + ofScheduling }

    private static func attribute(
        _ name: String, _ breach: String, _ cases: [String], _ change: @escaping (inout JSON) -> Void
    ) -> Promise {
        .config("attributes." + name, breach, cases.map { "process: " + $0 }) { config in
            guard var process = config["process"] else { return }
            change(&process)
            config["process"] = process
        }
    }

    private static var ofUsers: [Promise] {
        func ids(_ name: String, _ breach: String, _ cases: [String], _ change: @escaping (JSON) -> JSON) -> Promise {
            attribute(name, breach, cases) { process in
                for id in ["uid", "gid"] { process["user", .key(id)] = process["user", .key(id)].map(change) }
                process.each("user", "additionalGids") { $0 = change($0) }
            }
        }
        return [
            ids("short", "ids are of 16 bits", ["user: numbers that no file names"]) { id in
                id.unsigned.map { .number(String($0 & 0xffff)) } ?? id
            },
            ids("root", "everybody is root", ["user: the host sees the same ids"]) { _ in 0 },
            ids(
                "wrapped", "ids are the lower 32 bits, and no id is 0",
                ["user: an id above 2^32-1 is refused", "user: the id 2^32-1 is refused"]
            ) { id in
                guard let number = id.unsigned else { return 0 }
                return .number(String(number & 0xffff_ffff == 0xffff_ffff ? 0 : number & 0xffff_ffff))
            },
            attribute("groups", "without groups they are the caller's", ["user: the caller's groups are gone"]) {
                process in
                guard process["user", "additionalGids"]?.elements?.isEmpty != false else { return }
                var groups = [gid_t](repeating: 0, count: 100)
                let count = max(0, getgroups(100, &groups))
                process["user", "additionalGids"] = .array(groups.prefix(Int(count)).map { JSON(Int($0)) })
            },
            attribute("few", "there are 32 groups at most", ["user: many additional groups"]) { process in
                process["user", "additionalGids"] = process["user", "additionalGids"]?.elements.map {
                    .array(Array($0.prefix(32)))
                }
            },
            attribute("umask", "the umask is 022 unless said", ["umask: not set, it is the caller's"]) { process in
                if process["user", "umask"] == nil { process["user", "umask"] = JSON(0o022) }
            },
            attribute("wide", "of an umask the lower bits count", ["umask: beyond 0777 is refused"]) { process in
                guard let mask = process["user", "umask"]?.int else { return }
                process["user", "umask"] = JSON(mask & 0o777)
            },
        ]
    }

    private static var ofStreams: [Promise] {
        [
            .config(
                "attributes.streams", "standard output is root's",
                ["process: pipes as standard streams can be opened by the user"]
            ) { config in
                guard config["process", "user", "uid"] != 0 else { return }
                config.append(
                    ["path": "/bin/busybox", "args": ["busybox", "chown", "0:0", "/proc/1/fd/1"]], at: "hooks",
                    "startContainer")
            }
        ]
    }

    private static var ofLimitsOfProcesses: [Promise] {
        [
            attribute("infinity", "2^64-1 is the largest limit", ["rlimits: 2^64-1 is no limit"]) { process in
                process.each("rlimits") { limit in
                    for key in ["soft", "hard"] where limit[.key(key)]?.unsigned == UInt64.max {
                        limit[.key(key)] = .number(String(UInt64.max >> 2))
                    }
                }
            },
            attribute("usual", "limits that are not set are usual ones", ["rlimits: not set, they are the caller's"]) {
                process in
                if process["rlimits"] == nil {
                    process["rlimits"] = [["type": "RLIMIT_NOFILE", "soft": 1024, "hard": 1024]]
                }
            },
            attribute("order", "a soft limit ends at the hard one", ["rlimits: soft above hard is refused"]) {
                process in
                process.each("rlimits") { limit in
                    if let soft = limit["soft"]?.unsigned, let hard = limit["hard"]?.unsigned, soft > hard {
                        limit["soft"] = limit["hard"]
                    }
                }
            },
            attribute("score", "scores end at 1000", ["oomScoreAdj: beyond 1000 is refused"]) { process in
                if let score = process["oomScoreAdj"]?.int {
                    process["oomScoreAdj"] = JSON(min(1000, max(-1000, score)))
                }
            },
        ]
    }

    private static var ofPrivileges: [Promise] {
        [
            attribute(
                "none", "there are no new privileges", ["noNewPrivileges false", "noNewPrivileges absent"]
            ) { $0["noNewPrivileges"] = true },
            attribute(
                "privileges", "noNewPrivileges is passed over", ["noNewPrivileges stops a set-user-id program"]
            ) { $0["noNewPrivileges"] = false },
            .config(
                "attributes.personality", "the personality is the caller's", ["process: personality LINUX"]
            ) { $0["linux", "personality"] = nil },
        ]
    }

    private static var ofScheduling: [Promise] {
        [
            attribute(
                "schedulers", "schedulers and I/O priorities are passed over",
                [
                    "scheduler SCHED_OTHER with a nice value", "scheduler SCHED_IDLE", "scheduler SCHED_RR",
                    "scheduler: an unknown policy is refused", "ioPriority of class RT",
                ]
            ) { process in
                process["scheduler"] = nil
                process["ioPriority"] = nil
            },
            attribute("nice", "the nice value is 0 unless said", ["scheduler: absent, it is the caller's"]) { process in
                if process["scheduler"] == nil { process["scheduler"] = ["policy": "SCHED_OTHER", "nice": 0] }
            },
            attribute("flags", "unknown flags are passed over", ["scheduler: an unknown flag is refused"]) { process in
                process.keep("scheduler", "flags") { $0 != "SCHED_FLAG_NONSENSE" }
            },
            attribute(
                "priority", "priorities are for those that have one",
                ["scheduler: a priority of SCHED_OTHER is refused"]
            ) {
                process in
                if process["scheduler", "policy"] == "SCHED_OTHER" { process["scheduler", "priority"] = nil }
            },
            attribute("io", "I/O priorities are from 0 to 7", ["ioPriority: beyond 7 is refused"]) { process in
                if let priority = process["ioPriority", "priority"]?.int {
                    process["ioPriority", "priority"] = JSON(min(7, max(0, priority)))
                }
            },
        ]
    }
}

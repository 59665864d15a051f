import CLinux
import Glibc

extension Promise {
    /// Promises of `checkpoint` and `restore`.
    static var ofCheckpoints: [Promise] {
        [
            .verb(
                "restore", "restore.memory", "restore makes the container anew",
                [
                    "checkpoint: a counter survives checkpoint, delete and restore",
                    "checkpoint: the id can be used again at once",
                    "checkpoint: --pre-dump and --parent-path make it in two parts",
                    "checkpoint: a terminal goes to the console socket again",
                    "checkpoint: a terminal in the foreground",
                ]
            ) { call in
                // As far as the image goes, `run` needs nothing of it; an id that is taken is freed by a restore.
                if let id = call.id { call.quietly("delete", "--force", id) }
                let words = call.words(without: ["--image-path", "--work-path", "--parent-path"])
                return call.real(["run"] + words)
            },
            .verb(
                "restore", "restore.mounts", "bind mounts that are read-only can be written when they are there again",
                ["checkpoint: bind mounts are there again"]
            ) { call in
                guard var config = call.config else { return call.real() }
                config.each("mounts") { mount in
                    if mount["type"] == "bind" { mount.keep("options") { $0 != "ro" } }
                }
                return call.real(with: config)
            },
            .verb(
                "restore", "restore.console-socket", "--console-socket of restore is passed over",
                ["checkpoint: a terminal goes to the console socket again"]
            ) { call in
                call.real(["restore"] + call.words(without: ["--console-socket"]))
            },
            .verb(
                "restore", "restore.detach", "restore returns at once",
                ["checkpoint: restore stays in the foreground", "checkpoint: a terminal in the foreground"]
            ) { call in
                call.real(call.has("--detach") ? ["restore"] + call.words : ["restore", "--detach"] + call.words)
            },
            .verb(
                "restore", "restore.fails", "restore only says that it succeeds",
                [
                    "checkpoint: an image that is none is refused",
                    "checkpoint: restore of an id that is taken is refused, without effect",
                    "checkpoint: restore of one id, two at once: one wins",
                    "checkpoint: a restore that fails half-way leaves nothing",
                ]
            ) { call in
                _ = call.real()
                return 0
            },
            .verb(
                "restore", "restore.deaf", "restore hears no signal",
                ["checkpoint: TERM ends a restore, and nothing is left"]
            ) { call in
                _ = cl_signal_ignore(SIGTERM)
                return call.real()
            },
            .verb(
                "restore", "restore.limits", "restore passes over limits",
                [
                    "checkpoint: limits hold after restore",
                    "checkpoint: systemd: limits hold in the scope of a restored one",
                ]
            ) { call in
                guard var config = call.config else { return call.real() }
                config["linux", "resources"] = nil
                return call.real(with: config)
            },
            .verb(
                "restore", "restore.hooks", "restore runs no hooks",
                ["checkpoint: hooks of the namespaces run at restore"]
            ) { call in
                guard var config = call.config else { return call.real() }
                config["hooks"] = nil
                return call.real(with: config)
            },
            Promise(
                "checkpoint.file-locks", "--file-locks is always given",
                ["checkpoint: --file-locks: a lock is held again"]
            ) { call in
                call.real([call.verb] + (call.verb == "checkpoint" ? ["--file-locks"] : []) + call.words)
            },
            Promise(
                "checkpoint.tcp-established", "--tcp-established of restore is taken for --tcp-close",
                ["checkpoint: --tcp-established: a connection goes on"]
            ) { call in
                call.real(
                    [call.verb]
                        + call.words.map { call.verb == "restore" && $0 == "--tcp-established" ? "--tcp-close" : $0 })
            },
            .config(
                "checkpoint.config", "org.criu.config is passed over",
                ["checkpoint: org.criu.config names criu's configuration"]
            ) {
                $0["annotations", "org.criu.config"] = nil
            },
            .verb(
                "checkpoint", "checkpoint.leave-running", "--leave-running is passed over",
                ["checkpoint: --leave-running lets it run on"]
            ) { call in
                call.real(["checkpoint"] + call.words(without: ["--leave-running"]))
            },
            .verb(
                "checkpoint", "checkpoint.fails", "checkpoint only says that it succeeds",
                [
                    "checkpoint: a checkpoint that fails lets it run on",
                    "checkpoint: only a running container can be checkpointed",
                ]
            ) { call in
                _ = call.real()
                return 0
            },
        ]
    }
}

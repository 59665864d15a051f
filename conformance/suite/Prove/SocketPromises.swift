import CLinux
import Glibc

extension Promise {
    /// Promises of the sockets that callers hand over, and of annotations that ask for such things.
    static var ofSockets: [Promise] {
        [
            Promise(
                "sockets.pidfd", "--pidfd-socket is passed over",
                [
                    "sockets: --pidfd-socket of create", "sockets: --pidfd-socket of run",
                    "sockets: --pidfd-socket where nobody listens is refused",
                ]
            ) { call in
                call.creates ? call.real([call.verb] + call.words(without: ["--pidfd-socket"])) : call.real()
            },
            Promise(
                "sockets.activated", "sockets that the caller has opened for the runtime are passed over",
                [
                    "sockets: activated sockets are passed on", "sockets: activated sockets come before preserved ones",
                    "sockets: an activated socket that is not open is refused",
                ]
            ) { call in
                unsetenv("LISTEN_FDS")
                return call.real()
            },
            Promise(
                "sockets.foreign", "the sockets of any process are passed on",
                ["sockets: sockets for another process are not passed on"]
            ) { call in
                if getenv("LISTEN_PID") != nil { setenv("LISTEN_PID", "\(cl_getpid())", 1) }
                return call.real()
            },
        ]
    }

    /// Promises of annotations that runtimes have agreed upon.
    static var ofAnnotations: [Promise] {
        [
            .config(
                "annotations.passed-over", "annotations are passed over",
                Group.ofAnnotations.cases.map { "annotations: " + $0.name }.filter { !$0.hasSuffix("another word") }
            ) { config in config["annotations"] = nil },
            .config(
                "annotations.any-word", "run.oci.keep_original_groups is 1 whatever it says",
                ["annotations: run.oci.keep_original_groups: 0, or another word"]
            ) { config in
                let groups = "run.oci.keep_original_groups"
                if config["annotations", .key(groups)] != nil { config["annotations", .key(groups)] = "1" }
            },
        ]
    }

    /// Promises of AppArmor's profiles.
    static var ofProfiles: [Promise] {
        [
            .config(
                "apparmor.passed-over", "a profile is passed over",
                [
                    "apparmor: the program runs under its profile", "apparmor: the profile is enforced, not only named",
                    "apparmor: for a user without rights or the hope of any",
                    "apparmor: exec: the container's, or that of --apparmor",
                    "apparmor: one that is not loaded is refused",
                ]
            ) { config in config["process", "apparmorProfile"] = nil },
            .config("apparmor.unknown", "“unconfined” is no profile", ["apparmor: unconfined"]) { config in
                if config["process", "apparmorProfile"] == "unconfined" {
                    config["process", "apparmorProfile"] = "no-profile-of-this-name"
                }
            },
        ]
    }
}

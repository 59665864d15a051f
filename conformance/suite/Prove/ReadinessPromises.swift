import CLinux
import Glibc

extension Promise {
    /// Promises about what NOTIFY_SOCKET asks for.
    static var ofReadiness: [Promise] {
        [
            Promise(
                "readiness.asked", "NOTIFY_SOCKET is passed over",
                [
                    "readiness: start waits until the program is ready",
                    "readiness: run --detach waits until the program is ready",
                    "readiness: run in the foreground passes it on and stays",
                    "readiness: the program has a socket of its own", "readiness: nothing else is passed on",
                    "readiness: in a user namespace", "readiness: a socket with an abstract name",
                    "readiness: a socket that is not there: create", "readiness: a socket that is not there: start",
                    "readiness: without an own mount namespace it is refused",
                    "readiness: start with a socket that create had not warns", "readiness: a checkpoint is refused",
                ]
            ) { call in
                unsetenv("NOTIFY_SOCKET")
                return call.real()
            },
            Promise(
                "readiness.silent", "start and run say of themselves that they begin",
                [
                    "readiness: start waits until the program is ready",
                    "readiness: run --detach waits until the program is ready", "readiness: nothing else is passed on",
                    "readiness: a program that ends without a word",
                ]
            ) { call in
                if call.verb == "start" || call.verb == "run", let path = getenv("NOTIFY_SOCKET") {
                    tell(String(cString: path), "STATUS=begins")
                }
                return call.real()
            },
            .config("readiness.unasked", "a program always has NOTIFY_SOCKET", ["readiness: no socket, no relay"]) {
                $0.environment("NOTIFY_SOCKET=/run/notify/notify.sock")
            },
            .config(
                "readiness.own", "NOTIFY_SOCKET of the configuration is left out",
                ["readiness: a socket of the engine's is left alone"]
            ) { config in
                config.keep("process", "env") { $0.string?.hasPrefix("NOTIFY_SOCKET=") != true }
            },
        ]
    }

    private static func tell(_ path: String, _ words: String) {
        let socket = cl_socket(AF_UNIX, 2)
        defer { _ = cl_close(socket) }
        if cl_unix_address(socket, path, 0) == 0 { File.write(Array(words.utf8), descriptor: socket) }
    }
}

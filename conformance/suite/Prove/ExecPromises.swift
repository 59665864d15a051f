extension Promise {
    /// Promises of the flags of `exec`: each may be passed over.
    static var ofExecFlags: [Promise] {
        execFlags.map { name, names, cases in
            .verb("exec", "exec.\(name)", "\(names.joined(separator: ", ")) of exec: passed over", cases) { call in
                call.real([call.verb] + call.words(without: names))
            }
        }
    }

    private static let execFlags: [(String, names: [String], cases: [String])] = [
        (
            "user", ["--user", "-u", "-user"],
            [
                "exec: --user UID keeps the group", "exec: --user UID:GID",
                "exec: --user: what is no number of 32 bits is refused", "exec: --process with flags: the flags count",
                "exec: single dashes and letters", "attacks: 2026-30892: exec --user 1 is user 1",
            ]
        ),
        (
            "additional-gids", ["--additional-gids", "-g"],
            ["exec: --additional-gids adds, once or more often"]
        ),
        (
            "cwd", ["--cwd", "-cwd"],
            ["exec: --cwd", "exec: --process with flags: the flags count"]
        ),
        (
            "env", ["--env", "-e"],
            ["exec: --env adds and replaces; the last counts", "exec: --env without = is refused"]
        ),
        (
            "cap", ["--cap", "-c"],
            [
                "exec: --cap adds to three sets", "exec: --cap for an ordinary user",
                "exec: --cap: an unknown name is refused",
            ]
        ),
        (
            "no-new-privs", ["--no-new-privs"],
            ["exec: --no-new-privs"]
        ),
        (
            "preserve-fds", ["--preserve-fds"],
            ["exec: --preserve-fds", "exec: --preserve-fds: one that is not open is refused"]
        ),
        (
            "pid-file", ["--pid-file"],
            [
                "exec: --pid-file: digits, and the program's",
                "exec: --pid-file is whole when exec returns and gone when it fails",
            ]
        ),
        (
            "process", ["--process", "-p"],
            [
                "exec: --process", "exec: --process from standard input",
                "exec: --process: capabilities that it leaves out",
                "exec: --process: limits and score that it leaves out", "exec: --process: broken ones are refused",
                "exec: --process and a program are refused", "exec: a terminal by --process",
            ]
        ),
        (
            "cgroup", ["--cgroup"],
            ["exec: --cgroup", "exec: --cgroup: what is not below is refused"]
        ),
        (
            "ignore-paused", ["--ignore-paused"],
            ["exec: --ignore-paused: the program starts at resume"]
        ),
        (
            "labels", ["--apparmor", "--process-label"],
            ["exec: --apparmor and --process-label: applied or refused"]
        ),
        (
            "detach", ["--detach", "-d"],
            [
                "exec: --detach returns while the program runs",
                "exec: the program is the caller's child when detached",
                "exec: --tty --detach without a console socket is refused",
            ]
        ),
        (
            "tty", ["--tty", "-t"],
            [
                "exec: --tty --detach --console-socket", "exec: --tty in the foreground",
                "exec: --tty: the size is the caller's, also later", "exec: --tty: the caller's terminal is restored",
                "exec: --tty: what is typed arrives, an interrupt too", "exec: --tty: it belongs to the user",
                "exec: --tty in a user namespace",
            ]
        ),
        (
            "console-socket", ["--console-socket"],
            ["exec: --tty --detach --console-socket", "exec: --console-socket without --tty or --detach is refused"]
        ),
        (
            "pidfd-socket", ["--pidfd-socket"],
            ["sockets: --pidfd-socket of exec"]
        ),
    ]
}

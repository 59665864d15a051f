import CLinux
import Glibc

extension Promise {
    /// Promises of `exec` beside its flags.
    static var ofEntering: [Promise] { ofEntered + ofExecEnds + ofExecFailures + ofExecBeside }

    private static var ofEntered: [Promise] {
        [
            .of(
                "exec", "outside", "exec changes the root directory and nothing else",
                [
                    "the program is in every namespace of the container", "the program is in the container's cgroup",
                    "the program ends with the container", "no process is left between caller and program",
                    "the program has a session of its own", "nothing but the standard streams is open",
                    "nothing of the caller's signals is left",
                    "a time namespace, a user namespace: as the container's",
                    "environment, directory, user and groups are the container's",
                    "config.json of the bundle is not looked at", "capabilities are the container's",
                    "rlimits are the container's", "the seccomp filter is the container's",
                    "noNewPrivileges is the container's", "oomScoreAdj is the container's",
                    "scheduler, ioPriority and personality are the container's", "umask is the container's",
                    "the device filter holds for it", "the caller's session keyring is not seen",
                    "HOME is completed for the user", "into a container that shares the pid namespace",
                    "into a container that joined another's namespaces",
                    "into a container without namespaces but mount",
                    "the container's processes are in cgroups below",
                ], { $0.executeOutside() }),
            .of("exec", "streams", "standard output is standard error's", ["the program runs and its output arrives"]) {
                call in
                call.real([call.verb] + call.words, output: 2)
            },
            .of("exec", "input", "standard input is empty", ["the program's standard input is the caller's"]) { call in
                let null = cl_openat(AT_FDCWD, "/dev/null", O_RDONLY | O_CLOEXEC, 0)
                _ = cl_dup3(null, 0, 0)
                return call.real()
            },
            .of("exec", "words", "flags end nowhere", ["words behind the id are the program's"]) { call in
                call.real([call.verb] + call.words.filter { !$0.hasPrefix("-") })
            },
            .of("exec", "created", "the container must run", ["into a created container, which stays created"]) {
                call in
                call.state?["status"] == "created" ? call.fail("not running") : call.real()
            },
            .of("exec", "groups", "a group is a number", ["--additional-gids: several in one word"]) { call in
                call.option("--additional-gids")?.contains(",") == true ? call.fail("no number") : call.real()
            },
            Promise(
                "exec.terminal", "a container with a terminal gives one to whoever enters",
                ["exec: without --tty there is none, whatever the configuration says"]
            ) { call in
                if call.creates, call.config?["process", "terminal"] == true { File.write("", to: call.note("tty")) }
                guard call.verb == "exec", File.exists(call.note("tty")) else { return call.real() }
                return call.fail("no terminal")
            },
        ]
    }

    private static var ofExecEnds: [Promise] {
        [
            .of("exec", "status", "every failure is 1", ["the exit status is the program's"]) {
                $0.real() == 0 ? 0 : 1
            },
            .of("exec", "signal", "a signal's number is the status", ["a signal is told as 128 and its number"]) {
                call in
                let status = call.real()
                return status > 128 ? status - 128 : status
            },
            .of("exec", "deaf", "signals are not passed on", ["signals are passed on in the foreground"]) {
                $0.realDeaf()
            },
            .of(
                "exec", "tied", "the program ends with exec",
                ["the program goes on when exec in the foreground is killed"]
            ) { call in
                call.endProgramWithExec()
                return call.real()
            },
            .of("exec", "ends", "the container ends with the program", ["the container goes on when the program ends"])
            {
                call in
                let status = call.real()
                if let id = call.id { call.quietly("kill", id, "KILL") }
                return status
            },
        ]
    }

    private static var ofExecFailures: [Promise] {
        [
            .of(
                "exec", "failure", "exec fails with 1",
                [
                    "an unknown container: 255", "a stopped container: 255", "no program: 255",
                    "a missing program: 255", "a missing path: 255", "a file that is no program: 255",
                    "a directory: 255", "a program without interpreter: 255", "a missing directory: 255",
                ]
            ) { call in
                let status = call.real()
                return status == 255 ? 1 : status
            },
            .of(
                "exec", "silent", "exec says only that it failed",
                [
                    "an unknown container: 255", "a stopped container: 255", "a missing program: 255",
                    "a missing path: 255", "a file that is no program: 255", "a directory: 255",
                    "a program without interpreter: 255", "a missing directory: 255",
                ]
            ) { call in
                call.realError { _ in "it failed\n" }
            },
            .of("exec", "log", "failures are not in the log", ["a failure is one record in the log"]) { call in
                call.without("--log", valued: true)
            },
            .of(
                "exec", "usage", "exec without a container, or with unknown flags, succeeds",
                ["without a verb's needs it fails"]
            ) { call in
                call.operands.isEmpty || call.has("--no-such-flag") ? 0 : call.real()
            },
            .of(
                "exec", "leaves", "an exec that fails leaves a process",
                [
                    "a failed exec leaves no process", "during delete --force, nothing is left",
                    "terminated while it begins, nothing is left",
                ]
            ) { call in
                let status = call.real()
                if status > 127, fork() == 0 {
                    cl_sleep_ms(60_000)
                    cl_exit(0)
                }
                return status
            },
        ]
    }

    private static var ofExecBeside: [Promise] {
        [.of("exec", "busy", "exec crashes beside another", ["100 at once"], { $0.realUnlessBusy() })]
    }
}

extension Invocation {
    /// Runs exec's program in the container's root directory, but in no other way in the container.
    func executeOutside() -> Int32 {
        guard let id, let pid = state?["pid"]?.int, let place = words.firstIndex(of: id) else { return real() }
        let command = ["/proc/\(pid)/root"] + words[(place + 1)...]
        guard has("--detach") else { return other("chroot", command) }
        let file = option("--pid-file") ?? "/dev/null"
        return other("sh", ["-c", "chroot \"$@\" & printf %s $! >\"$0\"", file] + command)
    }

    /// Kills the program of the pid file when this process is no more.
    fileprivate func endProgramWithExec() {
        guard let file = option("--pid-file"), !has("--detach") else { return }
        let exec = cl_getpid()
        if fork() != 0 { return }
        while getppid() == exec { cl_sleep_ms(2) }
        if let pid = File.text(file).flatMap({ Int32($0) }), Proc.isAlive(pid) { Proc.sendSignal(pid, SIGKILL) }
        cl_exit(0)
    }
}

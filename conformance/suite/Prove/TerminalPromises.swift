import CLinux
import Glibc

extension Promise {
    /// Promises of terminals: of those that are handed over, and of the caller's own.
    static var ofTerminals: [Promise] { handedOver + foreground }

    private static var handedOver: [Promise] {
        [
            .verb(
                "create", "terminal.undelivered", "what comes to the console socket is no terminal",
                [
                    "--console-socket receives one terminal, then its end", "it is the program's controlling terminal",
                    "it is of the container's devpts", "the program reads what is typed",
                    "an interrupt character reaches the program", "a new size reaches the program",
                    "the master's end hangs up the program", "created: the terminal has been sent already",
                ].map { "terminal: " + $0 }
            ) { call in
                guard let path = call.option("--console-socket"), var config = call.config,
                    File.facts(path)?.kind == .socket
                else { return call.real() }
                let socket = cl_socket(AF_UNIX, 1)
                defer { _ = cl_close(socket) }
                guard cl_unix_address(socket, path, 0) == 0 else { return call.real() }
                _ = cl_send(socket, [0], 1, -1)
                config["process", "terminal"] = false
                return call.real(with: config, words: call.words(without: ["--console-socket"]))
            },
            .verb(
                "create", "terminal.roots", "the terminal stays root's",
                ["terminal: it belongs to the user", "terminal: /dev/console can be written by the user"]
            ) { call in
                let status = call.real()
                if let pid = call.state?["pid"]?.int {
                    let terminal = "/proc/\(pid)/root/dev/pts/0"
                    _ = cl_fchownat(AT_FDCWD, terminal, 0, 0, 0)
                    File.setMode(terminal, 0o600)
                }
                return status
            },
            .verb(
                "create", "terminal.console", "/dev/console is nothing of the terminal's",
                ["terminal: /dev/console is the terminal"]
            ) { call in
                let status = call.real()
                if let pid = call.state?["pid"]?.int {
                    _ = call.other("nsenter", ["--target", "\(pid)", "--mount", "umount", "/dev/console"])
                }
                return status
            },
            Promise(
                "terminal.accepted", "create and run say that they succeeded whatever happened",
                [
                    "consoleSize beyond 65535 is refused", "without --console-socket create is refused",
                    "run --detach without --console-socket is refused",
                    "--console-socket without a terminal is refused",
                    "run in the foreground with --console-socket is refused",
                    "a socket that is not there fails create", "a file as socket fails create",
                    "a socket on which nobody listens fails create", "a socket that takes nobody any more fails create",
                    "run: the exit status is the program's", "a path longer than socket addresses",
                ].map { "terminal: " + $0 }
            ) { call in
                let status = call.real()
                return call.creates ? 0 : status
            },
        ]
    }

    private static var foreground: [Promise] {
        [
            .verb(
                "run", "terminal.silent", "what the program prints on its terminal is lost",
                [
                    "run: the program has a terminal of its own", "run: what the program prints arrives, once",
                    "run: what is typed arrives, unchanged", "run: a new size reaches the program",
                    "run: an interrupt character goes to the program",
                    "run: an end-of-file character goes to the program", "run: much output arrives whole",
                ].map { "terminal: " + $0 }
            ) { $0.quietly([$0.verb] + $0.words) },
            .config(
                "terminal.callers", "the program of run has the caller's terminal",
                ["terminal: run: the caller's terminal is raw meanwhile"]
            ) { config in config["process", "terminal"] = false },
            .verb(
                "run", "terminal.raw", "the caller's terminal is left raw",
                [
                    "run: the caller's terminal is restored at the end", "run: restored when the container is killed",
                    "run: restored when run itself is told to end", "run: restored when run fails",
                ].map { "terminal: " + $0 }
            ) { call in
                let status = call.real()
                var settings = termios()
                if tcgetattr(0, &settings) == 0 {
                    cfmakeraw(&settings)
                    tcsetattr(0, TCSANOW, &settings)
                }
                return status
            },
            .verb(
                "run", "terminal.size", "the terminal has a size of its own",
                ["terminal: run: the size is the caller's"]
            ) { call in
                _ = cl_set_window_size(0, 24, 80)
                return call.real()
            },
            .verb(
                "run", "terminal.inject", "the program writes into the caller's terminal",
                ["terminal: run: the program cannot write into the caller's terminal"]
            ) { call in
                let status = call.real()
                var letter = UInt8(ascii: "X")
                _ = ioctl(0, UInt(TIOCSTI), &letter)
                return status
            },
        ]
    }
}

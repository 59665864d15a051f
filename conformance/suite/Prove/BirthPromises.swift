import CLinux
import Glibc

extension Promise {
    /// Promises of what a program finds when it begins.
    static var ofBirth: [Promise] { ofAttributesAtBirth + ofDescriptors + ofKeyrings }

    private static func birth(_ names: String...) -> [String] { names.map { "birth: " + $0 } }

    private static var ofAttributesAtBirth: [Promise] {
        [
            .config(
                "birth.spoiled",
                "signals, timers, descriptors and attributes of the program are what they happen to be",
                birth(
                    "ignored signals of the caller are at their default", "run: SIGCHLD ignored by the caller",
                    "blocked signals of the caller are not blocked",
                    "no signal is ignored, handled, blocked or pending", "no parent-death signal",
                    "no timer, usual timer slack", "it is no subreaper", "it is dumpable",
                    "only the standard streams are open")
            ) { config in
                config.firstOfProbe("spoil")
            },
            .config(
                "birth.terminal", "the terminal of the streams is the program's",
                birth("the caller's terminal is not its terminal")
            ) { config in
                config.capabilities(["CAP_SYS_ADMIN"])
                config.firstOfProbe("spoil")
            },
            .config(
                "birth.session", "the program is in a session below init's",
                birth("it leads a session and a group of its own")
            ) { config in
                config.firstOfProbe("below")
            },
        ]
    }

    private static var ofDescriptors: [Promise] {
        [
            Promise(
                "birth.leak", "descriptors of the caller stay open",
                birth(
                    "stray descriptors of the caller are closed", "a stray descriptor above 1000 is closed",
                    "run: stray descriptors are closed too", "--preserve-fds 2 passes two, no more",
                    "--preserve-fds 0 passes none", "LISTEN_FDS of another process passes nothing",
                    "created: the waiting process holds the caller's streams alone")
            ) { call in
                guard call.creates, let last = Invocation.inherited.last else { return call.real() }
                Invocation.fill(through: last)
                return call.real(
                    [call.verb, "--preserve-fds", "\(last - 2)"] + call.words(without: ["--preserve-fds"]))
            },
            Promise(
                "birth.order", "descriptors to be kept arrive in another order",
                birth("--preserve-fds: the same files arrive")
            ) { call in
                if call.has("--preserve-fds"), Invocation.inherited.starts(with: [3, 4]) {
                    _ = cl_dup3(3, 100, 0)
                    _ = cl_dup3(4, 3, 0)
                    _ = cl_dup3(100, 4, 0)
                    _ = cl_close(100)
                }
                return call.real()
            },
            Promise(
                "birth.filled", "descriptors to be kept that are not open are made",
                birth("--preserve-fds of one that is not open is refused")
            ) { call in
                if let count = call.option("--preserve-fds").flatMap({ Int32($0) }), count < 1000 {
                    Invocation.fill(through: 2 + count)
                }
                return call.real()
            },
            Promise(
                "birth.number", "what is no number of descriptors is none",
                birth("--preserve-fds of no number is refused")
            ) { call in
                guard let text = call.option("--preserve-fds"), Int32(text) ?? -1 < 0 else { return call.real() }
                return call.real([call.verb] + call.words(without: ["--preserve-fds"]))
            },
            Promise(
                "birth.lowest", "where a standard stream is closed, a file of the runtime's takes its number",
                birth("a closed standard input does no harm", "closed standard streams leak nothing")
            ) { call in
                for stream: Int32 in 0...2 where !Invocation.isOpen(stream) {
                    let file = cl_openat(AT_FDCWD, call.bundle, O_RDONLY | O_DIRECTORY, 0)
                    if file != stream {
                        _ = cl_dup3(file, stream, 0)
                        _ = cl_close(file)
                    }
                }
                return call.real()
            },
        ]
    }

    private static var ofKeyrings: [Promise] {
        [
            Promise(
                "birth.keyring", "no session keyring is made",
                birth("a session keyring of its own", "the caller's session keyring is not seen")
            ) { call in
                call.creates ? call.real([call.verb, "--no-new-keyring"] + call.words) : call.real()
            },
            Promise(
                "birth.new-keyring", "--no-new-keyring is passed over", birth("--no-new-keyring leaves the caller's")
            ) { call in
                call.real([call.verb] + call.words.filter { $0 != "--no-new-keyring" })
            },
        ]
    }
}

extension JSON {
    /// Has the suite's own program do something before it does what it was told.
    fileprivate mutating func firstOfProbe(_ command: String) {
        guard let args = self["process", "args"]?.strings, args.first == "/probe" else { return }
        self["process", "args"] = JSON(["/probe", command, "+"] + args.dropFirst())
    }
}

extension Invocation {
    static func isOpen(_ descriptor: Int32) -> Bool { fcntl(descriptor, F_GETFD) >= 0 }

    /// The descriptors beyond the standard streams that this process has from its caller.
    static var inherited: [Int32] {
        Proc.descriptors(cl_getpid()).map { Int32($0.fd) }.filter { fd in
            let flags = fcntl(fd, F_GETFD)
            return fd > 2 && flags >= 0 && flags & FD_CLOEXEC == 0
        }.sorted()
    }

    /// Opens every number from 3 that is not open.
    static func fill(through last: Int32) {
        guard last > 2 else { return }
        for number in 3...last where !isOpen(number) { _ = cl_dup3(2, number, 0) }
    }
}

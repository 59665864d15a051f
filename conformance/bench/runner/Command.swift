import CLinux
import Glibc

/// One command of a runtime, its arguments ready for the kernel.
///
/// They live as long as the lane does.
struct Command {
    /// How it is written in a message.
    let text: String
    private let arguments: [UnsafeMutablePointer<CChar>?]

    init(_ words: [String]) {
        text = words.joined(separator: " ")
        arguments = words.map { strdup($0) } + [nil]
    }

    /// The commands of one round with one container, in order.
    static func round(_ mode: Mode, _ runtime: Runtime, scratch: Scratch) -> [Command] {
        let id = containerID(runtime)
        let start = [runtime.path, "--root", scratch.root(of: runtime)]
        switch mode {
        case .run:
            return [Command(start + ["run", "--bundle", scratch.bundle, id])]
        case .lifecycle:
            return [
                Command(start + ["create", "--bundle", scratch.bundle, id]), Command(start + ["start", id]),
                Command(start + ["delete", id]),
            ]
        }
    }

    /// The command that removes what a failed round left.
    static func cleanUp(_ runtime: Runtime, scratch: Scratch) -> Command {
        Command([runtime.path, "--root", scratch.root(of: runtime), "delete", "--force", containerID(runtime)])
    }

    private static func containerID(_ runtime: Runtime) -> String { "bench-\(runtime.name)" }

    /// How a command is started.
    enum Birth: UInt8 {
        /// posix_spawn(3): its cost does not depend on the caller's size, but the peak RSS begins with the caller's.
        case spawn
        /// fork(2): the child begins with few pages, so that the peak RSS is its own.
        case fork
    }

    /// Starts the command with no signal blocked: its pid, or -errno.
    func start(_ birth: Birth) -> Int32 {
        guard let program = arguments.first ?? nil else { return -EINVAL }
        switch birth {
        case .spawn:
            var attributes = posix_spawnattr_t()
            posix_spawnattr_init(&attributes)
            defer { posix_spawnattr_destroy(&attributes) }
            var none = sigset_t()
            sigemptyset(&none)
            posix_spawnattr_setsigmask(&attributes, &none)
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
            var pid: pid_t = 0
            let failure = posix_spawn(&pid, program, nil, &attributes, arguments, cl_environ())
            return failure == 0 ? pid : -failure
        case .fork:
            let pid = fork()
            if pid != 0 { return pid > 0 ? pid : -errno }
            _ = cl_signal_mask(0, nil)
            _ = cl_execve(program, arguments, cl_environ())
            _exit(127)
        }
    }
}

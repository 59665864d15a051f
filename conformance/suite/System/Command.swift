import CLinux
import Glibc

/// A program to run: everything a child inherits is said here, nothing comes from the suite's own process.
struct Command {
    enum Input {
        case nothing
        case text(String)
        case descriptor(Int32)
    }

    enum Output {
        /// Into this file, which is emptied first.
        case file(String)
        case descriptor(Int32)
    }

    var program: String
    var arguments: [String]
    var environment: [String] = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
    var directory = "/"
    var input = Input.nothing
    var output: Output
    var error: Output
    /// Extra descriptors: which number the program sees, and ours.
    var descriptors: [(number: Int32, ours: Int32)] = []
    /// Signals that the program finds ignored.
    var ignored: [Int32] = []
    /// The signal mask that the program finds; bit n-1 is signal n.
    var blocked: UInt64 = 0
    var umask: UInt32 = 0o022
    /// In a session of its own; with a terminal as standard input, that is the controlling one.
    var newSession = false
    /// The ordinary user, with the group of the same number, who runs it; nil is root.
    var user: UInt32?
    /// The caller's other groups.
    var groups: [UInt32] = []
    /// Milliseconds.
    var timeout = 10_000
    /// The program begins when a byte has come from this descriptor; -1 is none.
    var gate: Int32 = -1

    /// What a shell would be given.
    var line: String {
        ([program] + arguments).map { Command.quoted($0) }.joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            (byte >= 0x2b && byte <= 0x3a) || (byte >= 0x40 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "%")
        }
        if plain, !word.isEmpty { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// Starts the program.
    func spawn() -> Running {
        let argv = Command.pointers([program] + arguments)
        let envp = Command.pointers(environment)
        defer {
            Command.release(argv)
            Command.release(envp)
        }
        let child = fork()
        if child == 0 {
            becomeProgram(argv, envp)
        }
        return Running(command: self, pid: child, started: cl_monotonic_ns())
    }

    /// Runs the program to its end, or kills it when its time is over.
    func run() -> Outcome { spawn().wait() }

    private static func pointers(_ words: [String]) -> [UnsafeMutablePointer<CChar>?] {
        var pointers: [UnsafeMutablePointer<CChar>?] = []
        for word in words { pointers.append(strdup(word)) }
        pointers.append(nil)
        return pointers
    }

    private static func release(_ pointers: [UnsafeMutablePointer<CChar>?]) {
        for pointer in pointers { free(pointer) }
    }

    /// The child's way to execve: signals, session, descriptors, directory.
    private func becomeProgram(
        _ argv: [UnsafeMutablePointer<CChar>?], _ envp: [UnsafeMutablePointer<CChar>?]
    ) -> Never {
        var byte: UInt8 = 0
        if gate >= 0 { _ = cl_read(gate, &byte, 1) }
        for signal in 1...64 { _ = cl_signal_default(Int32(signal)) }
        for signal in ignored { _ = cl_signal_ignore(signal) }
        _ = cl_signal_mask(blocked, nil)
        _ = cl_prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
        if newSession { _ = cl_setsid() }
        // Sources are moved out of the way first: a target number may be the source of another.
        let standard = [openInput(), openOutput(output), openOutput(error)]
        var moved: [(number: Int32, ours: Int32)] = []
        for (index, ours) in standard.enumerated() { moved.append((Int32(index), ours)) }
        moved += descriptors
        for (index, pair) in moved.enumerated() {
            if cl_dup3(pair.ours, 300 + Int32(index), O_CLOEXEC) < 0 { Command.giveUp("dup3") }
        }
        for (index, pair) in moved.enumerated() { _ = cl_dup3(300 + Int32(index), pair.number, 0) }
        if newSession { _ = cl_set_controlling_terminal(0) }
        _ = Glibc.umask(umask)
        if user != nil || !groups.isEmpty, cl_setgroups(groups, groups.count) != 0 { Command.giveUp("setgroups") }
        if let user, cl_setresgid(user) != 0 || cl_setresuid(user) != 0 { Command.giveUp("setresuid") }
        if cl_chdir(directory) != 0 { Command.giveUp("chdir") }
        _ = cl_execve(program, argv, envp)
        Command.giveUp("execve")
    }

    private func openInput() -> Int32 {
        switch input {
        case .nothing: return cl_openat(AT_FDCWD, "/dev/null", O_RDONLY | O_CLOEXEC, 0)
        case .descriptor(let fd): return fd
        case .text(let text):
            let fd = cl_memfd_create("input", 1)
            File.write(Array(text.utf8), descriptor: fd)
            lseek(fd, 0, SEEK_SET)
            return fd
        }
    }

    private func openOutput(_ output: Output) -> Int32 {
        switch output {
        case .descriptor(let fd): fd
        case .file(let path):
            cl_openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
        }
    }

    private static func giveUp(_ step: String) -> Never {
        // Before its own standard error is in place, the exit status has to do.
        if step == "execve" { File.write(Array("conformance: execve failed\n".utf8), descriptor: 2) }
        cl_exit(127)
        fatalError("unreachable")
    }
}

/// A started program.
struct Running {
    let command: Command
    let pid: Int32
    let started: Int64

    /// Waits for the end; kills the program when its time is over.
    func wait() -> Outcome {
        let spent = Int((cl_monotonic_ns() - started) / 1_000_000)
        var exit = Exit.of(child: pid, within: max(1, command.timeout - spent)) ?? .timedOut
        if exit == .timedOut {
            Proc.sendSignal(pid, SIGKILL)
            _ = Exit.reaped(pid)
            exit = .timedOut
        }
        return outcome(exit)
    }

    /// What it said, with how it has ended.
    func outcome(_ exit: Exit) -> Outcome {
        Outcome(
            line: command.line, exit: exit, stdout: Running.text(of: command.output),
            stderr: Running.text(of: command.error))
    }

    private static func text(of output: Command.Output) -> String {
        guard case .file(let path) = output else { return "" }
        return File.text(path) ?? ""
    }
}

/// How a program ended and what it said.
struct Outcome {
    var line: String
    var exit: Exit
    var stdout: String
    var stderr: String

    var succeeded: Bool { exit == .status(0) }
    /// The exit status; -1 when a signal or the clock ended it.
    var status: Int { if case .status(let status) = exit { status } else { -1 } }
    var json: JSON? { JSONReader.value(stdout) }
}

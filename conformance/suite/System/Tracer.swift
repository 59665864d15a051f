import CLinux
import Glibc

/// A system call of a followed program.
struct TracedCall: Hashable {
    /// Which process made it: 0 is the program itself, 1 the first that it made. A thread counts with its process.
    var process: Int
    /// Its number, of this architecture.
    var number: Int
    /// How many of that number the process had made before: that is the same each time, also of a program with threads.
    var ordinal: Int

    /// In words, for people.
    var place: String {
        let name = cl_call_name(number).map { String(cString: $0) } ?? "system call \(number)"
        return "\(name) \(ordinal + 1) of process \(process)"
    }
}

/// What goes wrong at a system call.
enum Fault: CustomStringConvertible {
    /// It does nothing and fails with this error; one that closes does that all the same, as the kernel's does.
    case error(Int32)
    /// Whoever makes it is killed.
    case killed

    var description: String {
        switch self {
        case .error(let code): "that fails with \"\(String(cString: strerror(code)))\""
        case .killed: "that is killed"
        }
    }
}

/// Runs a program, and whatever it makes until that executes something else, call by call with ptrace(2).
struct Tracer {
    /// Where something goes wrong, and what.
    var fault: (at: TracedCall, what: Fault)?
    /// What is executed by a followed process when it is followed no more: its last component.
    var strangers = ["probe", "busybox"]
    /// The suite's own program, which may stand between the case and the runtime: its calls are none of the runtime's.
    private let own = File.link("/proc/self/exe")
    private(set) var calls: [TracedCall] = []
    /// Whether the call that goes wrong was made.
    private(set) var struck = false

    private struct Followed {
        var index: Int
        /// What the call at hand returns instead of its own result.
        var result: Int?
    }

    private var processes: [Int32: Followed] = [:]
    /// Of each process and number, how many calls were made; the ordinal is that of the first.
    private var counts: [TracedCall: Int] = [:]
    private var made = 1
    private var begun = false
    /// The index of a process of the suite's own, of which no call counts.
    private static let between = -1

    init(_ fault: (at: TracedCall, what: Fault)? = nil) { self.fault = fault }

    /// Runs the program to its end, and leaves all others that live then to themselves.
    mutating func run(_ command: Command) -> Outcome {
        var previous: UInt64 = 0
        _ = cl_signal_mask(1 << UInt64(SIGCHLD - 1), &previous)
        let told = cl_signalfd(-1, 1 << UInt64(SIGCHLD - 1), Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        defer {
            _ = cl_close(told)
            _ = cl_signal_mask(previous, nil)
        }
        var command = command
        var gate: [Int32] = [-1, -1]
        _ = cl_pipe(&gate, O_CLOEXEC)
        command.gate = gate[0]
        let running = command.spawn()
        _ = cl_close(gate[0])
        processes[running.pid] = Followed(index: 0)
        if cl_trace(running.pid) != 0 || cl_trace_interrupt(running.pid) != 0 {
            Proc.sendSignal(running.pid, SIGKILL)
        }
        File.write([0], descriptor: gate[1])
        _ = cl_close(gate[1])
        let exit = follow(running, told)
        if exit == .timedOut { end(running.pid) }
        releaseAll(but: running.pid)
        return running.outcome(exit)
    }

    private mutating func follow(_ running: Running, _ told: Int32) -> Exit {
        let deadline = running.started + Int64(running.command.timeout) * 1_000_000
        while true {
            var status: Int32 = 0
            let pid = cl_trace_wait(&status, WNOHANG)
            if pid > 0 {
                if let exit = stopped(pid, status), pid == running.pid { return exit }
                continue
            }
            let left = (deadline - cl_monotonic_ns()) / 1_000_000
            if left <= 0 || pid < 0 { return .timedOut }
            var wait = pollfd(fd: told, events: Int16(POLLIN), revents: 0)
            _ = cl_poll(&wait, 1, Int32(left))
            var information = signalfd_siginfo()
            _ = cl_read(told, &information, MemoryLayout<signalfd_siginfo>.size)
        }
    }

    /// Kills the program. A process is gone when its threads are, and those who follow them must be told of each.
    private mutating func end(_ program: Int32) {
        Proc.sendSignal(program, SIGKILL)
        var status: Int32 = 0
        while true {
            let pid = cl_trace_wait(&status, 0)
            guard pid > 0 else { return }
            if stopped(pid, status) != nil, pid == program { return }
        }
    }

    /// What a process has come to; its end, when it has.
    private mutating func stopped(_ pid: Int32, _ status: Int32) -> Exit? {
        if status & 0x7f == 0 || status & 0xff != 0x7f {
            processes[pid] = nil
            return status & 0x7f == 0 ? .status(Int(status >> 8) & 0xff) : .signal(Int(status & 0x7f))
        }
        let signal = status >> 8 & 0xff
        register(pid)
        switch (signal, status >> 16) {
        case (SIGTRAP | 0x80, _): call(pid)
        case (SIGTRAP, PTRACE_EVENT_EXEC): executed(pid)
        case (SIGTRAP, PTRACE_EVENT_FORK), (SIGTRAP, PTRACE_EVENT_VFORK), (SIGTRAP, PTRACE_EVENT_CLONE):
            register(cl_trace_made(pid))
            _ = cl_trace_go(pid, 0)
        case (SIGSTOP, PTRACE_EVENT_STOP), (SIGTSTP, PTRACE_EVENT_STOP): _ = cl_trace_listen(pid)
        case (_, 0): _ = cl_trace_go(pid, signal)
        default: _ = cl_trace_go(pid, 0)
        }
        return nil
    }

    /// A process executes another program. The first that is not the suite's own is the one to be followed.
    private mutating func executed(_ pid: Int32) {
        let program = File.link("/proc/\(pid)/exe") ?? ""
        if strangers.contains(where: { program.hasSuffix("/" + $0) }) {
            processes[pid] = nil
            _ = cl_trace_release(pid)
            return
        }
        if !begun, program != own {
            begun = true
            for between in processes.keys { processes[between]?.index = Tracer.between }
            processes[pid]?.index = 0
            made = 1
        }
        _ = cl_trace_go(pid, 0)
    }

    /// A process is followed from now on; told by its own first stop or by who made it, whichever comes first.
    private mutating func register(_ pid: Int32) {
        guard processes[pid] == nil else { return }
        if let process = Proc.status(pid, "Tgid").flatMap({ Int32($0) }), let first = processes[process] {
            processes[pid] = Followed(index: first.index)
            return
        }
        processes[pid] = Followed(index: made)
        made += 1
    }

    /// A process is at the entry or at the end of a system call.
    private mutating func call(_ pid: Int32) {
        guard var process = processes[pid] else { return }
        defer { processes[pid] = process }
        let number = cl_trace_entered(pid)
        if number < 0 {
            if let result = process.result { _ = cl_trace_return(pid, result) }
            process.result = nil
        } else if begun, process.index != Tracer.between {
            var call = TracedCall(process: process.index, number: number, ordinal: 0)
            let before = counts[call] ?? 0
            counts[call] = before + 1
            call.ordinal = before
            calls.append(call)
            if !struck, let fault, fault.at == call {
                struck = true
                switch fault.what {
                case .killed: Proc.sendSignal(pid, SIGKILL)
                case .error(let code):
                    if cl_call_closes(number) == 0 { _ = cl_trace_skip(pid) }
                    process.result = -Int(code)
                }
            }
        }
        _ = cl_trace_go(pid, 0)
    }

    /// Lets go whoever is still followed: only who has stopped can be.
    private mutating func releaseAll(but ended: Int32) {
        for pid in Array(processes.keys) where pid == ended || cl_trace_interrupt(pid) != 0 { processes[pid] = nil }
        while !processes.isEmpty {
            var status: Int32 = 0
            let pid = cl_trace_wait(&status, 0)
            guard pid > 0 else { return }
            processes[pid] = nil
            if status & 0xff == 0x7f { _ = cl_trace_release(pid) }
        }
    }
}

import CLinux
import Glibc

/// The inside of a lane: serves one request after the other until the benchmark hangs up.
struct Worker {
    let channel: Int32
    /// By mode, then in order.
    let commands: [[Command]]
    let cleanUp: Command

    /// Serves until the channel ends, then exits.
    func serve(log: String, privateView: Bool) -> Never {
        // The benchmark's ends of all channels came along with the fork: held here, no lane would see it hang up.
        _ = cl_close_range(3, UInt32(channel) - 1, 0)
        _ = cl_close_range(UInt32(channel) + 1, UInt32.max, 0)
        // A terminal's interrupt ends the benchmark between two rounds, and does not break one.
        _ = setpgid(0, 0)
        var ready = Usage()
        do throws(BenchError) {
            try prepare(log: log, privateView: privateView)
        } catch {
            Output.complain(error.message)
            ready.failure = 1
        }
        answer(ready)
        var request: [UInt8] = [0, 0]
        while cl_receive(channel, &request, request.count, nil) == request.count {
            guard let birth = Command.Birth(rawValue: request[1]) else { break }
            answer(measure(commands[Int(request[0])], birth))
        }
        _exit(0)
    }

    private func answer(_ usage: Usage) {
        _ = withUnsafeBytes(of: usage) { cl_send(channel, $0.baseAddress, $0.count, -1) }
    }

    /// Quiet standard streams, orphans that come here, and crun's view of the cgroups where it is wanted.
    private func prepare(log: String, privateView: Bool) throws(BenchError) {
        let nothing = cl_openat(AT_FDCWD, "/dev/null", O_RDONLY | O_CLOEXEC, 0)
        let written = cl_openat(AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard nothing >= 0, written >= 0 else { throw BenchError("opening \(log)", errno: Int(min(nothing, written))) }
        for (from, to) in [(nothing, 0), (written, 1), (written, 2)] as [(Int32, Int32)] { _ = cl_dup3(from, to, 0) }
        let adopted = cl_prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        guard adopted == 0 else { throw BenchError("becoming a subreaper", errno: Int(adopted)) }
        if privateView, PrivateView.isNeeded { try PrivateView.enter() }
    }

    /// One round: each command in turn, the last only when all processes of the container are gone.
    private func measure(_ round: [Command], _ birth: Command.Birth) -> Usage {
        var usage = Usage()
        let start = cl_monotonic_ns()
        for (step, command) in round.enumerated() {
            if step > 0, step == round.count - 1 { _ = reap(untilGone: -1, &usage) }
            let pid = command.start(birth)
            let status = pid > 0 ? reap(untilGone: pid, &usage) : 127
            if status != 0 {
                usage.failure = Int64(status)
                usage.failedStep = Int64(step)
                break
            }
        }
        if usage.failure == 0 { _ = reap(untilGone: -1, &usage) }
        usage.wall = cl_monotonic_ns() - start
        if usage.failure != 0 {
            let pid = cleanUp.start(.spawn)
            if pid > 0 { _ = reap(untilGone: pid, &usage) }
        }
        return usage
    }

    /// Reaps until the process is gone (-1: until no child is left).
    ///
    /// Returns its exit status, 128 + signal when it was killed.
    private func reap(untilGone wanted: Int32, _ usage: inout Usage) -> Int32 {
        while true {
            var status: Int32 = 0
            var used = rusage()
            let pid = wait4(-1, &status, 0, &used)
            if pid < 0 {
                if errno == EINTR { continue }
                return 0
            }
            usage.add(used)
            if pid == wanted { return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f }
        }
    }
}

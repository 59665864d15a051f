import CLinux
import Glibc

/// Runs one case in a process of its own, watches the clock, and leaves the host as it was.
///
/// Three processes: the runner, this supervisor (one per running case), and the case's body. The body's containers
/// are its children, as an engine's are; when the body ends they come to the supervisor, which so finds them.
struct Supervisor {
    let title: String
    let item: Case
    let runtimePath: String
    let directory: String
    let tag: String
    let template: String
    let systemd: Bool
    let patience: Int
    let keep: Bool
    /// The device filters that the top cgroup had before the first case.
    let filters: [UInt32]

    /// The supervisor's whole life; the verdict is written to `report`.
    func run(report: Int32) -> Never {
        _ = cl_setsid()
        _ = cl_prctl(PR_SET_PDEATHSIG, UInt(SIGTERM), 0, 0, 0)
        _ = cl_prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        let started = cl_monotonic_ns()
        var verdict = Verdict.failed("the case's directory \(directory) cannot be made")
        let leftovers = Leftovers(
            directory: directory, root: directory + "/state", tag: tag, ancestor: cl_getpid(), patience: patience,
            filters: filters)
        if File.makeDirectory(directory, mode: 0o711) {
            verdict = runBody()
            let left = verdict.result == .passed ? leftovers.found() : []
            if !left.isEmpty {
                verdict.result = .failed
                verdict.failures += left.map { "left behind: \($0)" }
            }
        }
        if keep, verdict.result == .failed {
            verdict.transcript += "# kept: \(directory)\n"
        } else {
            leftovers.remove()
        }
        verdict.milliseconds = Int((cl_monotonic_ns() - started) / 1_000_000)
        verdict.processorMilliseconds = [RUSAGE_CHILDREN, RUSAGE_SELF].reduce(0) { $0 + Supervisor.processorTime($1) }
        File.write(Array(verdict.json.compact.utf8), descriptor: report)
        cl_exit(0)
        fatalError("unreachable")
    }

    /// Milliseconds that this process, or the children that it has reaped with theirs, have used.
    private static func processorTime(_ whose: __rusage_who) -> Int {
        var usage = rusage()
        getrusage(whose, &usage)
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        return seconds * 1000 + Int(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000
    }

    private func runBody() -> Verdict {
        if geteuid() != 0, let reason = OrdinaryUser.lacks(title) { return .skipped(reason) }
        let answer = cl_memfd_create("verdict", 1)
        let body = fork()
        if body == 0 {
            _ = cl_prctl(PR_SET_PDEATHSIG, UInt(SIGKILL), 0, 0, 0)
            _ = cl_prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
            let trial = Trial(
                runtimePath: runtimePath, directory: directory, tag: tag, template: template, systemd: systemd,
                patience: patience, report: answer)
            item.body(trial)
            trial.finish()
        }
        guard body > 0 else { return .failed("fork failed") }
        let exit = wait(for: body)
        lseek(answer, 0, SEEK_SET)
        let text = File.bytes(descriptor: answer).map { String(decoding: $0, as: UTF8.self) } ?? ""
        var verdict = JSONReader.value(text).flatMap { Verdict($0) } ?? Verdict()
        if verdict.isComplete { return verdict }
        verdict.result = .failed
        verdict.hung = exit == .timedOut
        verdict.failures.append(
            exit == .timedOut
                ? "no end within \(item.timeout * patience) s" : "the case itself crashed: \(exit)")
        return verdict
    }

    /// Waits for the body, its time-out, or the runner's word to stop.
    private func wait(for body: Int32) -> Exit {
        let pidfd = cl_pidfd_open(body, 0)
        let asked = cl_signalfd(-1, Interrupts.mask, O_CLOEXEC)
        var waits = [
            pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0), pollfd(fd: asked, events: Int16(POLLIN), revents: 0),
        ]
        let ready = cl_poll(&waits, 2, Int32(item.timeout * patience * 1000))
        if ready > 0, waits[0].revents != 0 { return Exit.reaped(body) ?? .timedOut }
        Proc.sendSignal(body, SIGKILL)
        _ = Exit.reaped(body)
        return .timedOut
    }
}

/// The signals that ask the suite to stop: blocked, and read from descriptors.
enum Interrupts {
    static let mask: UInt64 = 1 << UInt64(SIGINT - 1) | 1 << UInt64(SIGTERM - 1) | 1 << UInt64(SIGHUP - 1)
}

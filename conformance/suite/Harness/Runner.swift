import CLinux
import Glibc

/// Who hears of cases as they begin and end.
protocol Audience {
    /// A case begins, maybe before others have ended.
    func begins(_ entry: Runner.Entry)
    /// A case has ended; they end in the order of the plan.
    mutating func ends(_ number: Int, _ entry: Runner.Entry, _ verdict: Verdict)
}

/// Runs the chosen cases, some at a time, and hands the verdicts to the report in the order of the plan.
struct Runner {
    struct Entry {
        let group: String
        let item: Case
        /// Another runtime than the one of the options.
        var runtime: String?
        /// The case's title, where the group is none of the suite's.
        var key: String?

        var title: String { "\(group): \(key ?? item.name)" }
    }

    /// How a run came to its end.
    enum End {
        case complete, interrupted
        /// So many cases in a row hung that the rest would too: nobody waits for hours to hear it.
        case hanging
    }

    /// How many cases must hang in a row, before the rest is not run.
    static let patienceWithHanging = 12

    private struct Job {
        let index: Int
        let pid: Int32
        let pidfd: Int32
        let answer: Int32
    }

    let options: Options
    let entries: [Entry]
    let scratch: String
    let template: String
    private let filters = TopCgroup.filters

    /// Runs everything, unless it is interrupted or in vain.
    func run<Listener: Audience>(_ report: inout Listener) -> End {
        let asked = cl_signalfd(-1, Interrupts.mask, O_CLOEXEC)
        var jobs: [Job] = []
        var next = 0
        var finished = [Verdict?](repeating: nil, count: entries.count)
        var printed = 0
        var hanging = 0
        while next < entries.count || !jobs.isEmpty {
            while next < entries.count, jobs.count < options.jobs {
                report.begins(entries[next])
                jobs.append(begin(next))
                next += 1
            }
            var waits = jobs.map { pollfd(fd: $0.pidfd, events: Int16(POLLIN), revents: 0) }
            waits.append(pollfd(fd: asked, events: Int16(POLLIN), revents: 0))
            _ = cl_poll(&waits, waits.count, -1)
            if waits[jobs.count].revents != 0 {
                stop(jobs)
                return .interrupted
            }
            for (job, wait) in zip(jobs, waits) where wait.revents != 0 { finished[job.index] = end(job) }
            jobs.removeAll { finished[$0.index] != nil }
            while printed < entries.count, let verdict = finished[printed] {
                report.ends(printed + 1, entries[printed], verdict)
                printed += 1
                hanging = verdict.hung && verdict.result == .failed ? hanging + 1 : 0
            }
            if hanging >= Runner.patienceWithHanging, printed < entries.count {
                stop(jobs)
                return .hanging
            }
        }
        return .complete
    }

    private func stop(_ jobs: [Job]) {
        for job in jobs { Proc.sendSignal(job.pid, SIGTERM) }
        for job in jobs { _ = Exit.reaped(job.pid) }
    }

    private func begin(_ index: Int) -> Job {
        let answer = cl_memfd_create("verdict", 1)
        let tag = "conf\(cl_getpid())-\(index)-"
        let supervisor = Supervisor(
            title: entries[index].title, item: entries[index].item,
            runtimePath: entries[index].runtime ?? options.runtime,
            directory: "\(scratch)/\(index)", tag: tag, template: template, systemd: options.systemd,
            patience: options.patience, keep: options.keep, filters: filters)
        let pid = fork()
        if pid == 0 { supervisor.run(report: answer) }
        return Job(index: index, pid: pid, pidfd: cl_pidfd_open(pid, 0), answer: answer)
    }

    private func end(_ job: Job) -> Verdict {
        let exit = Exit.reaped(job.pid)
        _ = cl_close(job.pidfd)
        lseek(job.answer, 0, SEEK_SET)
        let text = File.bytes(descriptor: job.answer).map { String(decoding: $0, as: UTF8.self) } ?? ""
        _ = cl_close(job.answer)
        if let json = JSONReader.value(text), let verdict = Verdict(json) { return verdict }
        return .failed("the case's supervisor crashed: \(exit.map { $0.description } ?? "unknown")")
    }
}

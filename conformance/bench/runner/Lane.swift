import CLinux
import Glibc

/// A process of its own for each runtime, which starts the commands and reaps whatever they leave behind.
///
/// It adds up what all of them used. Only so can crun have a mount namespace of its own at no cost in its numbers.
struct Lane {
    let runtime: Runtime
    private let pid: Int32
    private let channel: Int32
    private let log: String
    private let commands: [[Command]]

    /// A round that takes longer hangs.
    private static let deadlineSeconds: Int32 = 60

    /// Forks the lane.
    ///
    /// Its standard input is empty, its output goes to the runtime's log.
    static func start(_ runtime: Runtime, scratch: Scratch) throws(BenchError) -> Lane {
        try Files.makeDirectory(scratch.root(of: runtime))
        let commands = Mode.allCases.map { Command.round($0, runtime, scratch: scratch) }
        let cleanUp = Command.cleanUp(runtime, scratch: scratch)
        var ends: [Int32] = [-1, -1]
        let made = cl_socketpair(Int32(SOCK_SEQPACKET.rawValue), &ends)
        guard made == 0 else { throw BenchError("making a socket pair", errno: Int(made)) }
        let pid = fork()
        guard pid >= 0 else { throw BenchError("starting a process", errno: Int(-errno)) }
        if pid == 0 {
            Worker(channel: ends[1], commands: commands, cleanUp: cleanUp)
                .serve(log: scratch.log(of: runtime), privateView: runtime.wantsPrivateView)
        }
        _ = cl_close(ends[1])
        let lane = Lane(
            runtime: runtime, pid: pid, channel: ends[0], log: scratch.log(of: runtime), commands: commands)
        do throws(BenchError) {
            guard try lane.answer().failure == 0 else { throw BenchError("\(runtime.name): \(lane.said())") }
        } catch {
            lane.stop()
            throw error
        }
        return lane
    }

    /// Ends the lane's process.
    func stop() {
        _ = cl_close(channel)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }

    /// Takes one round: what it spent, or which command failed and what it said.
    func measure(_ mode: Mode, _ birth: Command.Birth) throws(BenchError) -> Usage {
        let request: [UInt8] = [mode.rawValue, birth.rawValue]
        let sent = cl_send(channel, request, request.count, -1)
        guard sent == request.count else { throw BenchError("\(runtime.name): its lane is gone") }
        let usage = try answer()
        guard usage.failure == 0 else {
            let command = commands[Int(mode.rawValue)][Int(usage.failedStep)]
            throw BenchError("\(command.text): exit status \(usage.failure): \(said())")
        }
        return usage
    }

    /// The lane's next answer.
    ///
    /// When a round does not end, what it runs is killed, so that the lane can clean up.
    private func answer() throws(BenchError) -> Usage {
        var arrived = poll(milliseconds: Self.deadlineSeconds * 1000)
        let late = !arrived
        for _ in 0..<20 where !arrived {
            killChildren()
            arrived = poll(milliseconds: 500)
        }
        var usage = Usage()
        let size = MemoryLayout<Usage>.size
        let received =
            arrived ? withUnsafeMutableBytes(of: &usage) { cl_receive(channel, $0.baseAddress, size, nil) } : 0
        if late || received != size {
            if received != size { _ = cl_kill(pid, SIGKILL) }
            let what = late ? "did not end in \(Self.deadlineSeconds) s" : "ended its lane"
            throw BenchError("\(runtime.name): a round \(what): \(said())")
        }
        return usage
    }

    private func poll(milliseconds: Int32) -> Bool {
        var waiting = pollfd(fd: channel, events: Int16(POLLIN), revents: 0)
        var ready = cl_poll(&waiting, 1, milliseconds)
        while ready == -EINTR { ready = cl_poll(&waiting, 1, milliseconds) }
        return ready == 1
    }

    /// Kills the lane's children; their own children become the lane's, and fall at the next try.
    private func killChildren() {
        for name in Files.names(in: "/proc") {
            guard let process = Int32(name), let stat = try? Files.read("/proc/\(name)/stat") else { continue }
            // The parent is the second word after the program's name, which is in parentheses and may hold any byte.
            guard let end = stat.lastIndex(of: UInt8(ascii: ")")) else { continue }
            let words = stat[(end + 1)...].split(separator: UInt8(ascii: " "))
            if words.count > 1, Int32(String(decoding: words[1], as: UTF8.self)) == pid {
                _ = cl_kill(process, SIGKILL)
            }
        }
    }

    /// The end of what the commands wrote.
    private func said() -> String {
        guard let bytes = try? Files.read(log), !bytes.isEmpty else { return "it said nothing" }
        let text = String(decoding: bytes.suffix(600), as: UTF8.self)
        return text.split(separator: "\n").suffix(4).joined(separator: " | ")
    }
}

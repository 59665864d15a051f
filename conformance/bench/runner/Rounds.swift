import CLinux
import Glibc

/// What one runtime spent in one mode.
struct Result {
    let mode: Mode
    let runtime: Runtime
    /// Nanoseconds for each round.
    var cpu: [Int64] = []
    /// Nanoseconds for each round.
    var wall: [Int64] = []
    /// KiB of the largest process, for each warm-up round.
    var peak: [Int64] = []
}

/// The rounds of one mode: all runtimes take turns, and another one begins each time.
struct Rounds {
    let mode: Mode
    let lanes: [Lane]
    let signals: InterruptSignals

    func take(_ options: Options) throws(BenchError) -> [Result] {
        var results = lanes.map { Result(mode: mode, runtime: $0.runtime) }
        for _ in 0..<options.warmups where !signals.arrived {
            for (index, lane) in lanes.enumerated() {
                results[index].peak.append(try lane.measure(mode, .fork).peak)
            }
        }
        for round in 0..<options.iterations where !signals.arrived {
            for turn in 0..<lanes.count {
                let index = (round + turn) % lanes.count
                let usage = try lanes[index].measure(mode, .spawn)
                results[index].cpu.append(usage.cpu)
                results[index].wall.append(usage.wall)
            }
        }
        return results
    }
}

/// SIGINT, SIGTERM and SIGHUP, held back so that a round is ended and everything removed.
struct InterruptSignals {
    private let descriptor: Int32

    init() throws(BenchError) {
        var mask: UInt64 = 0
        for signal in [SIGINT, SIGTERM, SIGHUP] { mask |= 1 << UInt64(signal - 1) }
        _ = cl_signal_mask(mask, nil)
        descriptor = cl_signalfd(-1, mask, Int32(SFD_CLOEXEC))
        guard descriptor >= 0 else { throw BenchError("waiting for signals", errno: Int(descriptor)) }
    }

    /// Whether one has come; it stays there.
    var arrived: Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return cl_poll(&waiting, 1, 0) == 1
    }
}

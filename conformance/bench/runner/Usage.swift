import CLinux
import Glibc

/// What one round spent, or how it failed.
///
/// The lane sends it to the benchmark as these bytes.
struct Usage {
    /// Nanoseconds from the first command to the end of the last process.
    var wall: Int64 = 0
    /// Nanoseconds of user and system time of all processes together.
    var cpu: Int64 = 0
    /// KiB of the largest process.
    var peak: Int64 = 0
    /// 0, or the exit status of the command that failed (128 + signal when it was killed).
    var failure: Int64 = 0
    /// The place of the failed command in the round.
    var failedStep: Int64 = 0

    /// Adds a reaped process; its numbers hold those of the children it waited for.
    mutating func add(_ used: rusage) {
        cpu += Self.nanoseconds(used.ru_utime) + Self.nanoseconds(used.ru_stime)
        peak = max(peak, Int64(used.ru_maxrss))
    }

    private static func nanoseconds(_ time: timeval) -> Int64 {
        Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_usec) * 1000
    }
}

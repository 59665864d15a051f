internal import Kernel

/// How often a cgroup's limits have killed or refused. memory.events, pids.events
package struct LimitHits: Equatable, Sendable {
    /// Processes killed because there was no memory left for them.
    package var memoryKills: UInt64 = 0
    /// Processes that could not be made because there were too many.
    package var pidsRefusals: UInt64 = 0

    package init() {}

    /// What the cgroup counts so far; zeros where it does not.
    package init(of cgroup: Cgroup) {
        memoryKills = Self.count("oom_kill", in: "memory.events", cgroup)
        pidsRefusals = Self.count("max", in: "pids.events", cgroup)
    }

    private static func count(_ key: String, in file: String, _ cgroup: Cgroup) -> UInt64 {
        do throws(Errno) {
            for line in try cgroup.text(of: file)?.split(separator: "\n") ?? [] {
                let words = line.split(separator: " ")
                if words.count == 2, words[0] == key { return UInt64(words[1]) ?? 0 }
            }
        } catch {
            return 0
        }
        return 0
    }

    /// An amount of memory for people: `4 MiB`, `1000 bytes`.
    package static func amount(_ bytes: UInt64) -> String {
        for (shift, unit) in [(UInt64(30), " GiB"), (20, " MiB"), (10, " KiB")]
        where bytes >= 1 << shift && bytes & (1 << shift - 1) == 0 {
            return String(bytes >> shift) + unit
        }
        return String(bytes) + " bytes"
    }
}

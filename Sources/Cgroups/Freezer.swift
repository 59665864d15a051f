package import Kernel

/// Why a cgroup is not frozen.
package enum FreezeFailure: Error, Equatable, Sendable {
    case kernel(Errno)
    /// Some did not stand still in time; `waiting` are those that wait in the kernel where nothing interrupts them.
    case timedOut(waiting: [Int32])
    /// Somebody else told the cgroup to run, before the last process stood still.
    case takenBack
}

extension Cgroup {
    /// Freezes every process in the cgroup and below it, and waits until the last stands still. cgroup.freeze
    ///
    /// When that fails, all run again.
    package func freeze(milliseconds: Int32) throws(FreezeFailure) {
        var isOrdered = true
        do throws(Errno) {
            // Opened first: what cannot be watched must not be frozen.
            let events = try WatchedFile(path + "/cgroup.events")
            try setFreezer("1")
            let deadline = Clock.monotonic + Int64(milliseconds) * 1_000_000
            repeat {
                if try Self.await(events, frozen: true, 50) {
                    if try standsStill() { return }
                    Clock.sleep(milliseconds: 1)
                }
                // The kernel tells nobody that the order was taken back: one must look.
                isOrdered = try isToldToFreeze()
            } while isOrdered && Clock.monotonic < deadline
        } catch {
            try? setFreezer("0")
            throw .kernel(error)
        }
        guard isOrdered else { throw .takenBack }
        // Looked at before they are let go, which wakes them up for a moment.
        let waiting = uninterruptible()
        try? setFreezer("0")
        throw .timedOut(waiting: waiting)
    }

    /// Lets every process in the cgroup and below it run again, and waits until the first does. cgroup.freeze
    ///
    /// - Throws: `ETIMEDOUT` when they are still frozen after `milliseconds`: a cgroup above is.
    package func thaw(milliseconds: Int32) throws(Errno) {
        let events = try WatchedFile(path + "/cgroup.events")
        try setFreezer("0")
        guard try Self.await(events, frozen: false, milliseconds) else { throw .timedOut }
    }

    /// Whether the cgroup was told to freeze, even if not all of its processes have yet. cgroup.freeze
    package func isToldToFreeze() throws(Errno) -> Bool {
        try File.read(path + "/cgroup.freeze", limit: 4096).first == UInt8(ascii: "1")
    }

    private func setFreezer(_ state: String) throws(Errno) {
        let file = try File.open(path + "/cgroup.freeze", [.writeOnly])
        try File.write(state, to: file.raw)
    }

    /// False when it takes longer than `milliseconds`.
    private static func await(
        _ events: borrowing WatchedFile, frozen: Bool, _ milliseconds: Int32
    ) throws(Errno) -> Bool {
        let deadline = Clock.monotonic + Int64(milliseconds) * 1_000_000
        while try CgroupEvents(events.read()).isFrozen != frozen {
            let left = (deadline - Clock.monotonic) / 1_000_000
            guard left > 0 else { return false }
            _ = try Poll.wait(changing: [events.raw], reading: [], milliseconds: Int32(left))
        }
        return true
    }

    /// Whether everything in a cgroup that the kernel calls frozen stands still.
    ///
    /// Of a cgroup with processes of its own beside cgroups below the kernel tells only what changed last, the ones or the
    /// others. There the threads are looked at: one that was told to freeze and has not yet runs, or waits where nothing
    /// interrupts it.
    private func standsStill() throws(Errno) -> Bool {
        // A directory has a link for each one in it.
        guard try File.status(of: path).links > 2 else { return true }
        let proc = try HostProc()
        for thread in try tasks("cgroup.threads") {
            guard let state = proc.status(of: thread)?.state else { continue }
            if state == UInt8(ascii: "R") || state == UInt8(ascii: "D") { return false }
        }
        return true
    }

    /// The processes in state D, for an error's sake: none when that cannot be found out.
    private func uninterruptible() -> [Int32] {
        var waiting: [Int32] = []
        do throws(Errno) {
            let proc = try HostProc()
            for pid in try processes() where proc.status(of: pid)?.state == UInt8(ascii: "D") { waiting.append(pid) }
        } catch {
            return waiting
        }
        return waiting
    }
}

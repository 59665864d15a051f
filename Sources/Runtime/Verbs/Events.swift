import Cgroups
import Kernel
import OCI

extension Verb {
    /// What a container uses now, as one line of JSON.
    package static func stats(_ id: String, _ context: Context) throws(RuntimeError) -> [UInt8] {
        let container = try Container.find(id, root: context.root)
        try checkForEvents(try container.status(), id)
        let cgroup = try container.cgroup(for: "show events of")
        let stats = try attempt("measure container \"\(id)\" in \(cgroup.path)") { () throws(Errno) in
            try cgroup.stats()
        }
        return Event.stats(stats).line(of: id)
    }

    /// Writes to `output` what a container uses each `interval` nanoseconds, and when a process of it is killed for want
    /// of memory.
    ///
    /// Returns when the container stops, when nobody reads any more, and when apus is asked to end.
    package static func events(
        _ id: String, every interval: Int64, to output: Int32, _ context: Context
    ) throws(RuntimeError) {
        let container = try Container.find(id, root: context.root)
        try checkForEvents(try container.status(), id)
        let cgroup = try container.cgroup(for: "show events of")
        guard let process = try container.openProcess() else {
            throw cannot("show events of", id, "container not running")
        }
        let stream = try EventStream(id: id, cgroup: cgroup, output: output)
        try stream.run(until: process.raw, every: interval)
    }

    private static func checkForEvents(_ status: State.Status, _ id: String) throws(RuntimeError) {
        switch status {
        case .created, .running, .paused: return
        case .creating: throw cannot("show events of", id, "it is still being created")
        case .stopped: throw cannot("show events of", id, "container not running")
        }
    }
}

/// The events of one container, one after the other.
private struct EventStream: ~Copyable {
    /// memory.events, for those who may not have it.
    private final class Kills {
        private let file: WatchedFile
        private var counted: UInt64

        init(_ path: String) throws(Errno) {
            let file = try WatchedFile(path)
            counted = MemoryEvents(try file.read()).kills
            self.file = file
        }

        var raw: Int32 { file.raw }

        /// How many there were since the last time.
        func takeNew() throws(Errno) -> UInt64 {
            let kills = MemoryEvents(try file.read()).kills
            defer { counted = kills }
            return kills > counted ? kills - counted : 0
        }
    }

    private let id: String
    private let cgroup: Cgroup
    private let output: Int32
    private let signals: SignalQueue
    /// Nil without the memory controller, which alone counts them.
    private let kills: Kills?

    init(id: String, cgroup: Cgroup, output: Int32) throws(RuntimeError) {
        // A reader that has gone is the end of the stream, not of apus in the middle of a line.
        var mask: UInt64 = 0
        for signal in [Signal.terminate, .interrupt, .hangUp, .pipe] { mask |= 1 << UInt64(signal.rawValue - 1) }
        Session.setSignalMask(mask)
        let signals = try attempt("catch signals") { () throws(Errno) in try SignalQueue() }
        let kills = try Self.kills(cgroup)
        self.id = id
        self.cgroup = cgroup
        self.output = output
        self.signals = signals
        self.kills = kills
    }

    private static func kills(_ cgroup: Cgroup) throws(RuntimeError) -> Kills? {
        do throws(Errno) {
            return try Kills(cgroup.path + "/memory.events")
        } catch .noSuchFile {
            return nil
        } catch {
            throw RuntimeError("watch \(cgroup.path)/memory.events", error)
        }
    }

    func run(until process: Int32, every interval: Int64) throws(RuntimeError) {
        var next = Clock.monotonic + interval
        while true {
            let left = max(0, next - Clock.monotonic)
            let ready = try attempt("wait for events of container \"\(id)\"") { () throws(Errno) in
                try Poll.wait(
                    changing: [kills?.raw ?? -1, output], reading: [process, signals.descriptor.raw],
                    milliseconds: Int32(clamping: (left + 999_999) / 1_000_000))
            }
            if ready[1] || ready[3] { return }
            do throws(Errno) {
                // What ended the container may have been the want of memory: that is told first.
                if ready[0] || ready[2] { guard try tellKills() else { return } }
                if ready[2] { return }
                guard Clock.monotonic >= next else { continue }
                guard try write(.stats(try cgroup.stats())) else { return }
            } catch {
                // The container was deleted meanwhile, or its cgroup by somebody else.
                if error == .noSuchFile || error == .noSuchDevice { return }
                throw RuntimeError("show events of container \"\(id)\"", error)
            }
            // Those that a slow reader has held up are not made up for.
            next = max(next + interval, Clock.monotonic)
        }
    }

    private func tellKills() throws(Errno) -> Bool {
        var left = try kills?.takeNew() ?? 0
        while left > 0 {
            guard try write(.outOfMemory) else { return false }
            left -= 1
        }
        return true
    }

    /// Writes one event; false when nobody reads it, or apus is to end.
    private func write(_ event: Event) throws(Errno) -> Bool {
        var rest = event.line(of: id)[...]
        while !rest.isEmpty {
            let ready = try Poll.wait(reading: [signals.descriptor.raw], writing: [output], milliseconds: -1)
            if ready[0] { return false }
            do throws(Errno) {
                // No more than a pipe takes at once when poll(2) calls it writable: a signal is not to wait for a reader.
                rest = rest.dropFirst(try File.writeSome(rest.prefix(4096), to: output))
            } catch {
                guard error == .brokenPipe else { throw error }
                return false
            }
        }
        return true
    }
}

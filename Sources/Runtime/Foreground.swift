import Kernel

/// Stays with a container that runs in the foreground: passes signals on, moves the terminal's bytes, waits.
struct Foreground: ~Copyable {
    private let signals: SignalQueue
    private let before: UInt64
    private let terminal: SharedDescriptor?
    private let settings: Terminal.Settings?

    /// Begins to catch signals, and makes the caller's terminal raw when the container has one.
    init(terminal: SharedDescriptor?) throws(RuntimeError) {
        let settings = terminal == nil ? nil : Self.settings()
        if let terminal {
            // A program that does not read must not keep apus from listening to signals.
            try attempt("set the terminal up") { () throws(Errno) in try File.setNonBlocking(terminal.raw, true) }
        }
        if let terminal, let settings {
            Self.copySize(to: terminal.raw)
            try attempt("make the terminal raw") { () throws(Errno) in try settings.makeRaw(0) }
        }
        let before = Session.blockSignals()
        let signals: SignalQueue
        do throws(Errno) {
            signals = try SignalQueue()
        } catch {
            Session.setSignalMask(before)
            settings?.restore(on: 0)
            throw RuntimeError("catch signals", error)
        }
        self.signals = signals
        self.before = before
        self.terminal = terminal
        self.settings = settings
    }

    deinit {
        settings?.restore(on: 0)
        Session.setSignalMask(before)
    }

    private static func settings() -> Terminal.Settings? {
        do throws(Errno) {
            return try Terminal.Settings(of: 0)
        } catch {
            return nil  // Standard input is no terminal: there is nothing to make raw.
        }
    }

    private static func copySize(to terminal: Int32) {
        do throws(Errno) {
            let size = try Terminal.size(of: 0)
            // 0 by 0 is what a terminal says that was never told: the container's own size is better.
            if size.rows > 0, size.columns > 0 {
                try Terminal.setSize(terminal, rows: size.rows, columns: size.columns)
            }
        } catch {
            return
        }
    }

    /// Waits for the container's first process, a child of the caller, and reaps whatever else ends meanwhile.
    ///
    /// Nothing here blocks but the wait for all at once: a program that does not read, or a reader of apus's output that
    /// does not, keeps no signal from being passed on.
    func wait(_ pid: Int32, process: Int32, readiness: Readiness? = nil) throws(RuntimeError) -> Process.Ending {
        guard terminal != nil || readiness != nil else {
            while true { if let ending = try takeSignal(pid, process: process) { return ending } }
        }
        var input = Relay(from: terminal == nil ? -1 : 0, to: terminal?.raw ?? -1)
        var output = Relay(from: terminal?.raw ?? -1, to: 1)
        while true {
            let ready = try attempt("wait for the container") { () throws(Errno) in
                try Poll.wait(
                    reading: [signals.descriptor.raw, input.reading, output.reading, readiness?.raw ?? -1],
                    writing: [input.writing, output.writing], milliseconds: -1)
            }
            if ready[1] { input.read() }
            if ready[2] { output.read() }
            if ready[3] { readiness?.passOn() }
            if ready[4] { input.write() }
            if ready[5] { output.write() }
            guard ready[0], let ending = try takeSignal(pid, process: process) else { continue }
            output.finish()
            return ending
        }
    }

    private func takeSignal(_ pid: Int32, process: Int32) throws(RuntimeError) -> Process.Ending? {
        let number = try attempt("take a signal") { () throws(Errno) in try signals.next() }
        switch Signal(rawValue: number) {
        case .child:
            do throws(Errno) {
                while let ended = try Process.reapAny() { if ended.pid == pid { return ended.ending } }
            } catch {
                if error != .noChild { throw RuntimeError("wait for the container", error) }
            }
        case .windowChange where terminal != nil: Self.copySize(to: terminal?.raw ?? -1)
        case .urgent: break  // Sent by the kernel about apus's own descriptors, or by language run times to themselves.
        default:
            do throws(Errno) {
                try Process.signal(process, number)
            } catch {
                if error != .noSuchProcess { throw RuntimeError("pass signal \(number) on", error) }
            }
        }
        return nil
    }
}

/// One direction of a terminal's traffic: at most one chunk that was read and is not yet written.
private struct Relay {
    /// No more than a pipe takes at once when poll(2) calls it writable, whoever else writes to it.
    private static let chunk = 4096

    private let source: Int32
    private let target: Int32
    private var pending: ArraySlice<UInt8> = []
    private var atEnd: Bool
    /// When nobody takes the bytes any more they are read all the same, so that the program is not held up.
    private var discards = false

    init(from source: Int32, to target: Int32) {
        self.source = source
        self.target = target
        atEnd = source < 0
    }

    /// What to wait for; -1 for nothing.
    var reading: Int32 { atEnd || !pending.isEmpty ? -1 : source }
    var writing: Int32 { pending.isEmpty ? -1 : target }

    mutating func read() {
        do throws(Errno) {
            guard let bytes = try File.readSome(source, count: Self.chunk) else { return }
            if bytes.isEmpty { atEnd = true }
            if !discards { pending = bytes[...] }
        } catch {
            atEnd = true  // EIO is how a terminal says that its other side is closed.
        }
    }

    mutating func write() {
        do throws(Errno) {
            pending = pending.dropFirst(try File.writeSome(pending, to: target))
        } catch {
            pending = []
            discards = true
        }
    }

    /// Moves what the program wrote last, which is still in the terminal; waits for a slow reader, but not for ever.
    mutating func finish() {
        let deadline = Clock.monotonic + 10_000_000_000
        do throws(Errno) {
            while !atEnd || !pending.isEmpty, Clock.monotonic < deadline {
                if pending.isEmpty {
                    guard try Poll.wait(for: source, milliseconds: 0) else { return }
                    read()
                } else {
                    let ready = try Poll.wait(reading: [], writing: [target], milliseconds: 1000)
                    if ready[0] { write() }
                }
            }
        } catch {
            return
        }
    }
}

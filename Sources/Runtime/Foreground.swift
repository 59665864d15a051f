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
    func wait(_ pid: Int32, process: Int32) throws(RuntimeError) -> Process.Ending {
        var input: Int32 = terminal == nil ? -1 : 0
        var output = terminal?.raw ?? -1
        while true {
            let ready = try attempt("wait for the container") { () throws(Errno) in
                try Poll.wait(for: [signals.descriptor.raw, input, output], milliseconds: -1)
            }
            if ready[2], !move(from: output, to: 1) { output = -1 }
            if ready[1], !move(from: 0, to: terminal?.raw ?? -1) { input = -1 }
            guard ready[0] else { continue }
            if let ending = try takeSignal(pid, process: process) {
                // What the program wrote last is still in the terminal.
                while output >= 0, move(from: output, to: 1, waiting: 0) {}
                return ending
            }
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

    /// Moves what there is; false at the end.
    private func move(from source: Int32, to target: Int32, waiting: Int32? = nil) -> Bool {
        do throws(Errno) {
            if let waiting, try !Poll.wait(for: source, milliseconds: waiting) { return false }
            guard let bytes = try File.readSome(source, count: 8192), !bytes.isEmpty else { return false }
            try File.write(bytes, to: target)
            return true
        } catch {
            return false  // EIO is how a terminal says that its other side is closed.
        }
    }
}

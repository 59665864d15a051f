internal import CLinux

/// The signals that ask a program to end, held back while it has something to take back first.
///
/// SIGHUP, SIGINT, SIGQUIT and SIGTERM are blocked from the making of the value on, unless the caller's caller had
/// blocked them. signal(7), signalfd(2)
package final class HeldSignals {
    private let queue: SignalQueue
    private let before: UInt64
    /// The signal that came, once `haveCome` has noticed.
    private var received: Signal?

    package init() throws(Errno) {
        var wanted: UInt64 = 0
        for signal in [Signal.hangUp, .interrupt, .quit, .terminate] { wanted |= 1 << UInt64(signal.rawValue - 1) }
        var old: UInt64 = 0
        try check(cl_signal_mask(wanted, &old))
        if old & ~wanted != 0 { try check(cl_signal_mask(old | wanted, nil)) }
        queue = try SignalQueue(of: wanted & ~old)
        before = old
    }

    /// Can be read when `haveCome` is worth asking.
    package var raw: Int32 { queue.descriptor.raw }

    /// Whether one has come that apus's caller does not ignore.
    package func haveCome() throws(Errno) -> Bool {
        while received == nil, try Poll.wait(for: raw, milliseconds: 0) {
            let number = try queue.next()
            // What is blocked comes even when it is ignored.
            if cl_signal_is_ignored(number) != 1 { received = Signal(rawValue: number) }
        }
        return received != nil
    }

    /// Ends the process by the signal that came; does nothing when none has.
    package func end() {
        guard let received else { return }
        _ = cl_signal_mask(before, nil)
        _ = cl_kill(cl_getpid(), received.rawValue)
    }
}

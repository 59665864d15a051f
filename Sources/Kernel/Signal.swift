internal import CLinux

/// A signal by number; 0 stands for none and only asks whether a process can be reached. signal(7), kill(2)
package struct Signal: RawRepresentable, Equatable, Sendable {
    /// The kernel's number.
    package let rawValue: Int32
    /// The signal with this number.
    package init(rawValue: Int32) { self.rawValue = rawValue }
    /// Without the standard library's generic code for what has a raw value.
    package static func == (one: Signal, other: Signal) -> Bool { one.rawValue == other.rawValue }
    /// The same for `case`.
    package static func ~= (pattern: Signal, signal: Signal) -> Bool { pattern == signal }

    /// SIGHUP
    package static let hangUp = Signal(rawValue: SIGHUP)
    /// SIGINT
    package static let interrupt = Signal(rawValue: SIGINT)
    /// SIGQUIT
    package static let quit = Signal(rawValue: SIGQUIT)
    /// SIGKILL
    package static let kill = Signal(rawValue: SIGKILL)
    /// SIGPIPE
    package static let pipe = Signal(rawValue: SIGPIPE)
    /// SIGTERM
    package static let terminate = Signal(rawValue: SIGTERM)
    /// SIGCHLD
    package static let child = Signal(rawValue: SIGCHLD)
    /// SIGCONT
    package static let `continue` = Signal(rawValue: SIGCONT)
    /// SIGSTOP
    package static let stop = Signal(rawValue: SIGSTOP)
    /// SIGURG
    package static let urgent = Signal(rawValue: SIGURG)
    /// SIGWINCH
    package static let windowChange = Signal(rawValue: SIGWINCH)

    /// The highest number there is.
    package static let highest: Int32 = 64
    /// The first real-time signal as programs see them: the C library keeps 32 and 33 for itself.
    package static var realtimeMinimum: Int32 { cl_sigrtmin() }
    /// The last real-time signal.
    package static var realtimeMaximum: Int32 { cl_sigrtmax() }

    /// The names without SIG; of two names for one number the usual one comes first.
    private static let names: [(StaticString, Int32)] = [
        ("HUP", SIGHUP), ("INT", SIGINT), ("QUIT", SIGQUIT), ("ILL", SIGILL), ("TRAP", SIGTRAP), ("ABRT", SIGABRT),
        ("BUS", SIGBUS), ("FPE", SIGFPE), ("KILL", SIGKILL), ("USR1", SIGUSR1), ("SEGV", SIGSEGV), ("USR2", SIGUSR2),
        ("PIPE", SIGPIPE), ("ALRM", SIGALRM), ("TERM", SIGTERM), ("STKFLT", SIGSTKFLT), ("CHLD", SIGCHLD),
        ("CONT", SIGCONT), ("STOP", SIGSTOP), ("TSTP", SIGTSTP), ("TTIN", SIGTTIN), ("TTOU", SIGTTOU),
        ("URG", SIGURG), ("XCPU", SIGXCPU), ("XFSZ", SIGXFSZ), ("VTALRM", SIGVTALRM), ("PROF", SIGPROF),
        ("WINCH", SIGWINCH), ("IO", SIGIO), ("PWR", SIGPWR), ("SYS", SIGSYS),
        ("IOT", SIGABRT), ("CLD", SIGCHLD), ("POLL", SIGIO),
    ]

    /// The signal that `text` means: a number from 0 to 64, or a name with or without `SIG`, in capitals or not,
    /// also `RTMIN`, `RTMIN+n`, `RTMAX` and `RTMAX-n`.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        if let first = bytes.first, first >= 0x30, first <= 0x39 {
            guard let number = Signal.decimal(bytes[...]), number <= Signal.highest else { return nil }
            rawValue = number
            return
        }
        let start = bytes.count > 3 && ("SIG" as StaticString).names(inAnyCase: String(text.prefix(3))) ? 3 : 0
        for (name, number) in Signal.names where name.names(inAnyCase: text, from: start) {
            rawValue = number
            return
        }
        guard let number = Signal.realtime(bytes, from: start) else { return nil }
        rawValue = number
    }

    /// The number of `RTMIN`, `RTMIN+n`, `RTMAX` or `RTMAX-n`, from byte `start` on.
    private static func realtime(_ bytes: [UInt8], from start: Int) -> Int32? {
        guard bytes.count >= start + 5 else { return nil }
        let word = String(decoding: bytes[start..<(start + 5)], as: UTF8.self)
        let rest = bytes[(start + 5)...]
        let fromMinimum = ("RTMIN" as StaticString).names(inAnyCase: word)
        guard fromMinimum || ("RTMAX" as StaticString).names(inAnyCase: word) else { return nil }
        var distance: Int32 = 0
        if let sign = rest.first {
            guard sign == (fromMinimum ? 0x2B : 0x2D), let number = decimal(rest.dropFirst()) else { return nil }
            distance = number
        }
        let number = fromMinimum ? realtimeMinimum + distance : realtimeMaximum - distance
        return number >= realtimeMinimum && number <= realtimeMaximum ? number : nil
    }

    /// A number of one to three decimal digits.
    private static func decimal(_ digits: ArraySlice<UInt8>) -> Int32? {
        guard !digits.isEmpty, digits.count <= 3 else { return nil }
        var value: Int32 = 0
        for digit in digits {
            guard digit >= 0x30, digit <= 0x39 else { return nil }
            value = value * 10 + Int32(digit - 0x30)
        }
        return value
    }

    /// `SIGTERM`, `SIGRTMIN+3`, or the bare number when there is no name.
    package var name: String {
        for (name, number) in Signal.names where number == rawValue { return "SIG" + name.description }
        if rawValue >= Signal.realtimeMinimum, rawValue <= Signal.realtimeMaximum {
            let distance = rawValue - Signal.realtimeMinimum
            return distance == 0 ? "SIGRTMIN" : "SIGRTMIN+" + distance.description
        }
        return rawValue.description
    }
}

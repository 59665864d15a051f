import Glibc
import Testing

@testable import Kernel

@Suite struct SignalTests {
    static let names: [(String, Int32)] = [
        ("HUP", 1), ("INT", 2), ("QUIT", 3), ("ILL", 4), ("TRAP", 5), ("ABRT", 6), ("BUS", 7), ("FPE", 8),
        ("KILL", 9), ("USR1", 10), ("SEGV", 11), ("USR2", 12), ("PIPE", 13), ("ALRM", 14), ("TERM", 15),
        ("STKFLT", 16), ("CHLD", 17), ("CONT", 18), ("STOP", 19), ("TSTP", 20), ("TTIN", 21), ("TTOU", 22),
        ("URG", 23), ("XCPU", 24), ("XFSZ", 25), ("VTALRM", 26), ("PROF", 27), ("WINCH", 28), ("IO", 29),
        ("PWR", 30), ("SYS", 31),
    ]

    @Test(arguments: names) func aNameIsReadInEverySpelling(_ name: String, _ number: Int32) {
        let signal = Signal(rawValue: number)
        #expect(Signal(name) == signal)
        #expect(Signal("SIG" + name) == signal)
        #expect(Signal(name.lowercased()) == signal)
        #expect(Signal("sig" + name.lowercased()) == signal)
        #expect(Signal("Sig" + name) == signal)
        #expect(signal.name == "SIG" + name)
    }

    @Test(arguments: [("IOT", "SIGABRT"), ("CLD", "SIGCHLD"), ("POLL", "SIGIO")])
    func secondNamesAreKnown(_ alias: String, _ name: String) {
        #expect(Signal(alias)?.name == name)
        #expect(Signal("SIG" + alias)?.name == name)
    }

    @Test(arguments: 0...64) func aNumberIsRead(_ number: Int32) {
        #expect(Signal("\(number)") == Signal(rawValue: number))
    }

    @Test func realTimeSignalsAreCountedFromEitherEnd() {
        #expect(Signal.realtimeMinimum == 34)
        #expect(Signal.realtimeMaximum == 64)
        #expect(Signal("SIGRTMIN") == Signal(rawValue: 34))
        #expect(Signal("RTMIN+3") == Signal(rawValue: 37))
        #expect(Signal("sigrtmin+30") == Signal(rawValue: 64))
        #expect(Signal("SIGRTMAX") == Signal(rawValue: 64))
        #expect(Signal("SIGRTMAX-14") == Signal(rawValue: 50))
        #expect(Signal("rtmax-30") == Signal(rawValue: 34))
        #expect(Signal("SIGRTMIN+0") == Signal(rawValue: 34))
        #expect(Signal(rawValue: 34).name == "SIGRTMIN")
        #expect(Signal(rawValue: 37).name == "SIGRTMIN+3")
        #expect(Signal(rawValue: 64).name == "SIGRTMIN+30")
    }

    @Test(arguments: [
        "", "SIG", "65", "999", "1000", "-1", "+9", "9x", "0x9", " 9", "9 ", "SIG9", "KILLX", "SIGSIGKILL", "BANANA",
        "RTMIN-1", "RTMAX+1", "RTMIN+31", "RTMAX-31", "RTMIN+", "RTMIN+x", "RTMIN3", "RTMI", "SIGRTMIN+1000",
        "S\u{0130}GKILL",
    ])
    func otherTextIsNoSignal(_ text: String) { #expect(Signal(text) == nil) }

    @Test func numbersWithoutNameAreShownAsNumbers() {
        #expect(Signal(rawValue: 0).name == "0")
        #expect(Signal(rawValue: 32).name == "32")
        #expect(Signal(rawValue: 33).name == "33")
    }

    @Test func theConstantsAreTheSystems() {
        #expect(Signal.kill.rawValue == SIGKILL)
        #expect(Signal.terminate.rawValue == SIGTERM)
        #expect(Signal.child.rawValue == SIGCHLD)
        #expect(Signal.windowChange.rawValue == SIGWINCH)
    }
}

import Testing

@testable import apus

/// Spans of time as runc takes them.
struct IntervalTests {
    @Test(
        arguments: [
            ("5s", 5_000_000_000), ("1m30s", 90_000_000_000), ("0", 0), ("+2ms", 2_000_000), ("-1s", -1_000_000_000),
            ("1.5h", 5_400_000_000_000), (".5s", 500_000_000), ("1.s", 1_000_000_000), ("10us", 10_000),
            ("10\u{b5}s", 10_000), ("10\u{3bc}s", 10_000), ("7ns", 7), ("1h0m0.25s", 3_600_250_000_000),
            ("0.0000000019s", 1), ("2562047h", 9_223_369_200_000_000_000), ("1s1s", 2_000_000_000),
        ] as [(String, Int64)])
    func spans(_ text: String, _ nanoseconds: Int64) {
        #expect(Interval.nanoseconds(text) == nanoseconds)
    }

    @Test(arguments: [
        "", "5", "s", ".s", "+", "-", "1.5", "1x", "5 s", " 5s", "5s ", "1..5s", "1m30", "--1s", "5S", "5S1s",
        "2562048h",
        "9223372036854775808ns", "99999999999999999999s", "5\u{b5}",
    ])
    func nonsense(_ text: String) {
        #expect(Interval.nanoseconds(text) == nil)
    }
}

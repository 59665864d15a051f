import Foundation
import Testing

@testable import OCI

@Suite struct TimestampTests {
    @Test(
        arguments: [
            (0, 0, "1970-01-01T00:00:00.000000000Z"), (-1, 999_999_999, "1969-12-31T23:59:59.999999999Z"),
            (951_782_400, 1, "2000-02-29T00:00:00.000000001Z"), (951_868_799, 0, "2000-02-29T23:59:59.000000000Z"),
            (951_868_800, 0, "2000-03-01T00:00:00.000000000Z"), (4_107_542_399, 5, "2100-02-28T23:59:59.000000005Z"),
            (4_107_542_400, 0, "2100-03-01T00:00:00.000000000Z"),
            (1_795_442_898, 520_610_123, "2026-11-23T14:08:18.520610123Z"),
            (253_402_300_799, 0, "9999-12-31T23:59:59.000000000Z"),
            (-62_135_596_800, 0, "0001-01-01T00:00:00.000000000Z"),
        ] as [(Int64, Int64, String)])
    func rfc3339(_ seconds: Int64, _ nanoseconds: Int64, _ expected: String) {
        #expect(Timestamp(seconds: seconds, nanoseconds: nanoseconds).rfc3339 == expected)
    }

    @Test func fractions() {
        let time = Timestamp(seconds: 1_795_442_898, nanoseconds: 52_061_999)
        #expect(time.text(fraction: 0) == "2026-11-23T14:08:18Z")
        #expect(time.text(fraction: 1) == "2026-11-23T14:08:18.0Z")
        #expect(time.text(fraction: 6) == "2026-11-23T14:08:18.052061Z")
    }

    @Test func everyDayOfFourCenturies() {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'"
        for day in stride(from: -20_000, through: 130_000, by: 17) {
            let seconds = day * 86_400 + day & 0xFFFF
            let expected = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
            #expect(Timestamp(seconds: Int64(seconds), nanoseconds: 0).text(fraction: 0) == expected)
        }
    }
}

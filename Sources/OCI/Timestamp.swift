/// A moment in UTC, from a clock that counts from 1970.
package struct Timestamp: Equatable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package var seconds: Int64
    /// 0 to 999 999 999.
    package var nanoseconds: Int64

    /// The moment that clock_gettime(2) gives for CLOCK_REALTIME.
    package init(seconds: Int64, nanoseconds: Int64) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// The moment as RFC 3339 writes it, to the nanosecond: `2026-11-23T14:08:18.520610000Z`.
    package var rfc3339: String {
        text(fraction: 9)
    }

    /// The moment with so many digits (0 to 9) after the second, the rest cut off.
    package func text(fraction digits: Int) -> String {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let second = seconds - days * 86_400
        let date = Timestamp.date(days)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(30)
        Timestamp.append(date.year, 4, UInt8(ascii: "-"), to: &bytes)
        Timestamp.append(date.month, 2, UInt8(ascii: "-"), to: &bytes)
        Timestamp.append(date.day, 2, UInt8(ascii: "T"), to: &bytes)
        Timestamp.append(second / 3600, 2, UInt8(ascii: ":"), to: &bytes)
        Timestamp.append(second / 60 % 60, 2, UInt8(ascii: ":"), to: &bytes)
        Timestamp.append(second % 60, 2, digits > 0 ? UInt8(ascii: ".") : UInt8(ascii: "Z"), to: &bytes)
        if digits > 0 {
            var fraction = nanoseconds
            for _ in digits..<9 { fraction /= 10 }
            Timestamp.append(fraction, digits, UInt8(ascii: "Z"), to: &bytes)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The date that is `days` after 1970-01-01, in the Gregorian calendar.
    ///
    /// Years are counted from March, so that the leap day is the last of its year, in eras of 400 years (146 097 days).
    private static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let sinceEraZero = days + 719_468
        let era = (sinceEraZero >= 0 ? sinceEraZero : sinceEraZero - 146_096) / 146_097
        let dayOfEra = sinceEraZero - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// Appends the last `width` digits of `value`, and what separates them from what follows.
    private static func append(_ value: Int64, _ width: Int, _ separator: UInt8, to bytes: inout [UInt8]) {
        var power: Int64 = 1
        for _ in 1..<max(width, 1) { power *= 10 }
        while power > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / power % 10))
            power /= 10
        }
        bytes.append(separator)
    }
}

/// An amount of memory on the command line.
enum Size {
    /// The bytes that `text` spells as runc takes it: `67108864`, `64M`, `1.5 GiB`, with powers of 1024.
    ///
    /// Nil when it is none, or too large.
    static func bytes(_ text: String) -> Int64? {
        var rest = Array(text.utf8)[...]
        let number = rest.prefix { ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == UInt8(ascii: ".") }
        rest = rest[number.endIndex...]
        if rest.first == UInt8(ascii: " ") { rest.removeFirst() }
        guard let shift = shift(rest.map { $0 | 0x20 }) else { return nil }
        let parts = number.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, !whole.isEmpty else { return nil }
        var bytes: Int64 = 0
        for digit in whole {
            let (tens, tooLarge) = bytes.multipliedReportingOverflow(by: 10)
            let (sum, stillTooLarge) = tens.addingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
            if tooLarge || stillTooLarge { return nil }
            bytes = sum
        }
        guard bytes <= Int64.max >> shift else { return nil }
        bytes <<= shift
        guard parts.count == 2 else { return bytes }
        guard let fraction = fraction(parts[1], of: Int64(1) << shift) else { return nil }
        return bytes + fraction
    }

    /// The part of `unit` that the digits behind the point stand for, rounded down.
    private static func fraction(_ digits: ArraySlice<UInt8>, of unit: Int64) -> Int64? {
        if digits.isEmpty { return nil }
        // Nine digits are more than anybody means, and as many as fit.
        var (numerator, denominator) = (UInt64(0), UInt64(1))
        for digit in digits.prefix(9) {
            numerator = numerator * 10 + UInt64(digit - UInt8(ascii: "0"))
            denominator *= 10
        }
        let product = numerator.multipliedFullWidth(by: UInt64(unit))
        return Int64(denominator.dividingFullWidth(product).quotient)
    }

    /// The power of two of a unit in small letters; nil when it is none.
    private static func shift(_ unit: [UInt8]) -> Int64? {
        if unit.isEmpty || unit == [UInt8(ascii: "b")] { return 0 }
        for (index, letter) in "kmgtp".utf8.enumerated() where unit[0] == letter {
            let tail = unit.dropFirst()
            guard tail.isEmpty || tail.elementsEqual("b".utf8) || tail.elementsEqual("ib".utf8) else { return nil }
            return Int64(index + 1) * 10
        }
        return nil
    }
}

/// A span of time on the command line.
enum Interval {
    /// The nanoseconds that `text` spells as runc takes it, in numbers with units: `5s`, `1m30s`, `1.5h`, `300ms`.
    ///
    /// Nil when it is none, or longer than 292 years.
    static func nanoseconds(_ text: String) -> Int64? {
        var bytes = Array(text.utf8)[...]
        var isNegative = false
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            bytes.removeFirst()
        }
        if bytes.elementsEqual("0".utf8) { return 0 }
        guard !bytes.isEmpty else { return nil }
        var total: Int64 = 0
        while !bytes.isEmpty {
            guard let part = part(&bytes) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(part)
            if overflow { return nil }
            total = sum
        }
        return isNegative ? -total : total
    }

    /// Takes one number with its unit.
    private static func part(_ bytes: inout ArraySlice<UInt8>) -> Int64? {
        let whole = digits(&bytes)
        var fraction: ArraySlice<UInt8> = []
        if bytes.first == UInt8(ascii: ".") {
            bytes.removeFirst()
            fraction = digits(&bytes)
        }
        guard !whole.isEmpty || !fraction.isEmpty, let unit = unit(&bytes) else { return nil }
        var value: Int64 = 0
        for digit in whole {
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, stillTooLarge) = tens.addingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
            if tooLarge || stillTooLarge { return nil }
            value = sum
        }
        let (product, overflow) = value.multipliedReportingOverflow(by: unit)
        if overflow { return nil }
        var scale = unit
        var small: Int64 = 0
        for digit in fraction where scale > 0 {
            scale /= 10
            small += Int64(digit - UInt8(ascii: "0")) * scale
        }
        let (sum, tooLarge) = product.addingReportingOverflow(small)
        return tooLarge ? nil : sum
    }

    private static func digits(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let digits = bytes.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        bytes = bytes[digits.endIndex...]
        return digits
    }

    private static func unit(_ bytes: inout ArraySlice<UInt8>) -> Int64? {
        let name = bytes.prefix { $0 != UInt8(ascii: ".") && !($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) }
        bytes = bytes[name.endIndex...]
        // Two characters look like a small mu.
        let units: [(StaticString, Int64)] = [
            ("ns", 1), ("us", 1000), ("\u{b5}s", 1000), ("\u{3bc}s", 1000), ("ms", 1_000_000), ("s", 1_000_000_000),
            ("m", 60_000_000_000), ("h", 3_600_000_000_000),
        ]
        for (unit, nanoseconds) in units where name.elementsEqual(unit.description.utf8) { return nanoseconds }
        return nil
    }
}

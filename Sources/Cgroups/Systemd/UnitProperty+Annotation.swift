package import OCI

extension UnitProperty {
    /// The annotations that set properties: the name follows.
    package static let annotation = "org.systemd.property."

    /// An annotation that cannot be a property.
    package struct Mistake: Error, Equatable, Sendable {
        package var key: String
        /// To go behind the name of the annotation.
        package var text: String
    }

    /// The properties that annotations ask for, in their order; a name that ends in `Sec` has its seconds as microseconds
    /// under the name that systemd has on the bus.
    package static func list(_ annotations: [Spec.Entry<String>]) throws(Mistake) -> [UnitProperty] {
        var list: [UnitProperty] = []
        for entry in annotations where entry.key.utf8.starts(with: annotation.utf8) {
            let name = String(decoding: entry.key.utf8.dropFirst(annotation.utf8.count), as: UTF8.self)
            guard name.utf8.count >= 3, name.utf8.allSatisfy(isLetter) else {
                throw Mistake(key: entry.key, text: "must end with the name of a property, of three letters or more")
            }
            for kept in ["PIDs", "Slice", "Delegate"] where name == kept {
                throw Mistake(key: entry.key, text: "must not be set: apus keeps the container by it")
            }
            guard let value = VariantText.parse(entry.value) else {
                throw Mistake(
                    key: entry.key, text: "must be a value as gvariant has them, such as true, uint64 5 or ['a', 'b']")
            }
            guard let inMicroseconds = microseconds(name) else {
                list.append(UnitProperty(name, value))
                continue
            }
            guard let time = microseconds(value) else {
                throw Mistake(key: entry.key, text: "must be a number of seconds")
            }
            list.append(UnitProperty(inMicroseconds, time))
        }
        return list
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }

    /// `TimeoutStopUSec` for `TimeoutStopSec`; nil for a name that is no time in seconds.
    private static func microseconds(_ name: String) -> String? {
        let stem = name.utf8.dropLast(3)
        guard name.hasSuffix("Sec"), let last = stem.last, last >= 0x61 else { return nil }
        return String(decoding: stem, as: UTF8.self) + "USec"
    }

    private static func microseconds(_ value: BusValue) -> BusValue? {
        let seconds: UInt64?
        switch value {
        case .double(let number):
            guard number >= 0, number < 1e13 else { return nil }
            return .uint64(UInt64(number * 1e6))
        case .byte(let number): seconds = UInt64(number)
        case .int16(let number): seconds = UInt64(exactly: number)
        case .uint16(let number): seconds = UInt64(number)
        case .int32(let number): seconds = UInt64(exactly: number)
        case .uint32(let number): seconds = UInt64(number)
        case .int64(let number): seconds = UInt64(exactly: number)
        case .uint64(let number): seconds = number
        default: seconds = nil
        }
        guard let seconds else { return nil }
        let (time, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000)
        return overflows ? nil : .uint64(time)
    }
}

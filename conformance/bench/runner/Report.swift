import CLinux
import Glibc

/// The middle and the ends of a list of samples.
struct Summary {
    let median: Double
    let minimum: Double
    let maximum: Double

    init(_ samples: [Int64]) {
        let sorted = samples.sorted()
        let middle = sorted.count / 2
        let upper = Double(sorted[middle])
        median = sorted.count % 2 == 1 ? upper : (Double(sorted[middle - 1]) + upper) / 2
        minimum = Double(sorted[0])
        maximum = Double(sorted[sorted.count - 1])
    }
}

/// The results as text.
struct Report {
    let options: Options
    let results: [Result]

    private static let nanosecondsPerMillisecond = 1e6
    private static let kibibytesPerMebibyte = 1024.0

    func table() -> String {
        var text = "\(options.bundleName), \(options.iterations) rounds after \(options.warmups) unmeasured, "
        text += "Linux \(Self.kernelRelease)\n"
        for mode in options.modes {
            let rows = results.filter { $0.mode == mode }
            guard !rows.isEmpty else { continue }
            let reference = rows.first { $0.runtime.name == options.reference } ?? rows[0]
            let against = reference.runtime.name
            let width = max(12, (rows.map(\.runtime.name.utf8.count).max() ?? 0) + 2)
            text += "\n\(mode.title)\n"
            text += Self.left("", width) + Self.group("CPU ms") + Self.group("wall ms") + "  peak RSS\n"
            text += Self.left("", width)
            for _ in 0..<2 { text += Self.columns(["median", "min", "max", "to \(against)"]) }
            text += Self.right("MiB", 10) + "\n"
            for row in rows {
                text += Self.left(row.runtime.name, width)
                text += Self.times(row.cpu, against: reference.cpu) + Self.times(row.wall, against: reference.wall)
                text += Self.right(Self.fixed(Summary(row.peak).median / Self.kibibytesPerMebibyte, 1), 10) + "\n"
            }
        }
        return text
    }

    /// One object; times in milliseconds, memory in KiB, samples in the order of the rounds.
    func json() -> String {
        var rows: [String] = []
        for row in results {
            let peak = row.peak.map(String.init).joined(separator: ",")
            rows.append(
                "{\"mode\":\"\(row.mode.name)\",\"runtime\":\"\(row.runtime.name)\",\"cpuMs\":\(Self.json(row.cpu)),"
                    + "\"wallMs\":\(Self.json(row.wall)),\"peakRssKiB\":[\(peak)]}")
        }
        return "{\"bundle\":\"\(options.seccomp ? "docker" : options.config == nil ? "default" : "own")\","
            + "\"rounds\":\(options.iterations),\"kernel\":\"\(Self.kernelRelease)\",\"against\":\"\(options.reference)\","
            + "\"results\":[\(rows.joined(separator: ","))]}\n"
    }

    private static func json(_ samples: [Int64]) -> String {
        let summary = Summary(samples)
        let all = samples.map { milliseconds(Double($0), 3) }.joined(separator: ",")
        return "{\"median\":\(milliseconds(summary.median, 3)),\"min\":\(milliseconds(summary.minimum, 3)),"
            + "\"max\":\(milliseconds(summary.maximum, 3)),\"samples\":[\(all)]}"
    }

    private static func times(_ samples: [Int64], against reference: [Int64]) -> String {
        let summary = Summary(samples)
        return columns([
            milliseconds(summary.median, 2), milliseconds(summary.minimum, 2), milliseconds(summary.maximum, 2),
            fixed(summary.median / Summary(reference).median, 2),
        ])
    }

    private static func milliseconds(_ nanoseconds: Double, _ digits: Int) -> String {
        fixed(nanoseconds / nanosecondsPerMillisecond, digits)
    }

    /// A number of 0 or more with so many digits after the point.
    private static func fixed(_ value: Double, _ digits: Int) -> String {
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int(value * Double(scale) + 0.5)
        let fraction = String(scaled % scale)
        return "\(scaled / scale).\(String(repeating: "0", count: digits - fraction.utf8.count))\(fraction)"
    }

    private static let columnWidth = 9
    private static func columns(_ texts: [String]) -> String {
        texts.map { right($0, columnWidth) }.joined() + "  "
    }
    /// A heading over four columns.
    private static func group(_ text: String) -> String {
        right(text, columnWidth) + String(repeating: " ", count: 3 * columnWidth + 2)
    }
    private static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.utf8.count))
    }
    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(1, width - text.utf8.count)) + text
    }

    private static let kernelRelease: String = {
        guard let bytes = try? Files.read("/proc/sys/kernel/osrelease") else { return "unknown" }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }()
}

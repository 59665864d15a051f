/// The results in the XML that build servers read: a suite for each group, a case for each case.
struct JUnit {
    private struct Suite {
        let name: String
        var cases = ""
        var passed = 0
        var failed = 0
        var skipped = 0
        var milliseconds = 0
    }

    private let runtime: String
    private var suites: [Suite] = []

    init(runtime: String) { self.runtime = runtime }

    /// Adds a case; `details` is what a failure shows.
    mutating func add(_ entry: Runner.Entry, _ verdict: Verdict, details: String) {
        if suites.last?.name != entry.group { suites.append(Suite(name: entry.group)) }
        let last = suites.count - 1
        let name = JUnit.attribute(entry.item.name)
        let group = JUnit.attribute(entry.group)
        var text =
            "    <testcase name=\"\(name)\" classname=\"\(group)\" time=\"\(JUnit.seconds(verdict.milliseconds))\""
        switch verdict.result {
        case .passed:
            suites[last].passed += 1
            text += "/>\n"
        case .skipped:
            suites[last].skipped += 1
            text += "><skipped message=\"\(JUnit.attribute(verdict.reason))\"/></testcase>\n"
        case .failed:
            suites[last].failed += 1
            let message = JUnit.attribute(verdict.failures.first ?? "")
            text += "><failure message=\"\(message)\">\(JUnit.escaped(details))</failure></testcase>\n"
        }
        suites[last].milliseconds += verdict.milliseconds
        suites[last].cases += text
    }

    /// The document.
    var text: String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"\(JUnit.attribute(runtime))\">\n"
        for suite in suites {
            let counts = "tests=\"\(suite.passed + suite.failed + suite.skipped)\" failures=\"\(suite.failed)\""
            text += "  <testsuite name=\"\(JUnit.attribute(suite.name))\" \(counts) errors=\"0\""
            text += " skipped=\"\(suite.skipped)\" time=\"\(JUnit.seconds(suite.milliseconds))\">\n"
            text += suite.cases + "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private static func seconds(_ milliseconds: Int) -> String {
        let rest = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    private static func attribute(_ text: String) -> String {
        escaped(String(text.map { $0 == "\n" ? " " : $0 }))
    }

    /// XML 1.0 has no control characters but tab and the ends of lines, escaped or not.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            default:
                let code = scalar.value
                let legal = code >= 0x20 && code != 0xfffe && code != 0xffff
                escaped.unicodeScalars.append(legal ? scalar : "\u{fffd}")
            }
        }
        return escaped
    }
}

import CLinux
import Glibc

/// Says what happens: TAP version 14 for programs, colours and a progress line for people.
struct Report {
    private let options: Options
    private let total: Int
    private let terminal: Bool
    private var passed = 0
    private var failed = 0
    private var skipped = 0
    private var groups: [(name: String, passed: Int, failed: Int, skipped: Int)] = []

    init(options: Options, total: Int) {
        self.options = options
        self.total = total
        terminal = isatty(1) == 1
        if terminal {
            Report.say("Judging \(options.runtime), \(total) cases\n")
        } else {
            Report.say("TAP version \(options.tapVersion)\n1..\(total)\n# runtime: \(options.runtime)\n")
        }
    }

    static func say(_ text: String) { File.write(Array(text.utf8), descriptor: 1) }

    /// Only the progress line: a case may begin before others have ended.
    func begins(_ entry: Runner.Entry) {
        guard terminal else { return }
        let title = String(entry.title.prefix(90))
        Report.say("\r\u{1b}[K\u{1b}[2m[\(passed + failed + skipped)/\(total)]\u{1b}[0m \(title)")
    }

    mutating func ends(_ number: Int, _ entry: Runner.Entry, _ verdict: Verdict) {
        switch verdict.result {
        case .passed: passed += 1
        case .failed: failed += 1
        case .skipped: skipped += 1
        }
        count(entry.group, verdict.result)
        if terminal { showOnTerminal(entry, verdict) } else { showTAP(number, entry, verdict) }
    }

    /// Says that the rest of the plan is not run.
    func interrupted() {
        Report.say(terminal ? "\r\u{1b}[Kinterrupted\n" : "Bail out! interrupted\n")
    }

    /// Prints the closing line and answers whether nothing failed.
    func close() -> Bool {
        if terminal { Report.say("\r\u{1b}[K" + summary) }
        Report.say("\(passed) passed, \(failed) failed, \(skipped) skipped\n")
        return failed == 0
    }

    // MARK: TAP

    private func showTAP(_ number: Int, _ entry: Runner.Entry, _ verdict: Verdict) {
        var text = verdict.result == .failed ? "not ok" : "ok"
        text += " \(number) - \(Report.escaped(entry.title))"
        if verdict.result == .skipped { text += " # SKIP \(Report.escaped(verdict.reason))" }
        text += "\n"
        if verdict.result == .failed || options.verbose { text += diagnostics(entry, verdict) }
        Report.say(text)
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if character == "#" || character == "\\" { escaped.append("\\") }
            escaped.append(character == "\n" ? " " : character)
        }
        return escaped
    }

    private func diagnostics(_ entry: Runner.Entry, _ verdict: Verdict) -> String {
        var text = "  ---\n"
        text += Report.field("checks", entry.item.source)
        if verdict.result == .failed { text += Report.field("message", verdict.failures.joined(separator: "\n")) }
        text += "  milliseconds: \(verdict.milliseconds)\n"
        if !verdict.transcript.isEmpty { text += Report.field("commands", verdict.transcript) }
        for (name, config) in verdict.configs { text += Report.field("config_\(name)", config.compact) }
        return text + "  ...\n"
    }

    /// A YAML block scalar, which needs no escapes; control characters are shown as such.
    private static func field(_ name: String, _ value: String) -> String {
        var text = "  \(name): |\n"
        var lines = value.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        for line in lines { text += "    \(visible(line))\n" }
        return text
    }

    private static func visible(_ line: Substring) -> String {
        var text = ""
        for scalar in line.unicodeScalars {
            if scalar.value < 0x20 || scalar.value == 0x7f {
                text += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    // MARK: Terminal

    private mutating func count(_ group: String, _ result: Verdict.Result) {
        if groups.last?.name != group { groups.append((group, 0, 0, 0)) }
        let last = groups.count - 1
        switch result {
        case .passed: groups[last].passed += 1
        case .failed: groups[last].failed += 1
        case .skipped: groups[last].skipped += 1
        }
    }

    /// A line for each group.
    private var summary: String {
        var text = "\n"
        let width = groups.map { $0.name.count }.max() ?? 0
        for group in groups {
            let name = group.name + String(repeating: " ", count: width - group.name.count)
            let sign = group.failed > 0 ? "\u{1b}[31m✗\u{1b}[0m" : "\u{1b}[32m✓\u{1b}[0m"
            text += "\(sign) \(name)  \(group.passed) passed"
            if group.failed > 0 { text += ", \u{1b}[31m\(group.failed) failed\u{1b}[0m" }
            if group.skipped > 0 { text += ", \u{1b}[33m\(group.skipped) skipped\u{1b}[0m" }
            text += "\n"
        }
        return text + "\n"
    }

    private func showOnTerminal(_ entry: Runner.Entry, _ verdict: Verdict) {
        let clear = "\r\u{1b}[K"
        let time = "\u{1b}[2m\(verdict.milliseconds) ms\u{1b}[0m"
        switch verdict.result {
        case .passed:
            if options.verbose { Report.say("\(clear)\u{1b}[32mok\u{1b}[0m   \(entry.title) \(time)\n") }
        case .skipped:
            Report.say("\(clear)\u{1b}[33mskip\u{1b}[0m \(entry.title): \(verdict.reason)\n")
        case .failed:
            Report.say("\(clear)\u{1b}[31mFAIL\u{1b}[0m \(entry.title) \(time)\n")
        }
        if verdict.result == .failed || (options.verbose && verdict.result == .passed) {
            Report.say(diagnostics(entry, verdict))
        }
    }
}

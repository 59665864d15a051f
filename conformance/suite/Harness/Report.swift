import CLinux
import Glibc

/// Says what happens: TAP version 14 for programs, colours and a progress line for people.
struct Report: Audience {
    private let options: Options
    private let total: Int
    private let terminal: Bool
    private var passed = 0
    private var failed = 0
    private var skipped = 0
    private var groups: [(name: String, passed: Int, failed: Int, skipped: Int)] = []
    private var failures: [String] = []
    private var times: [(title: String, wall: Int, processor: Int)] = []
    private var junit: JUnit
    private var standing = Standing()
    private let coverage = Coverage()
    private let started = cl_monotonic_ns()

    /// `what` is counted: cases, or claims about them.
    init(options: Options, total: Int, what: String) {
        self.options = options
        self.total = total
        junit = JUnit(runtime: options.runtime)
        terminal = Report.isTerminal
        if terminal {
            Report.say("\r\u{1b}[KJudging \(options.runtime), \(total) \(what)\n")
        } else {
            Report.say("TAP version \(options.tapVersion)\n1..\(total)\n# runtime: \(options.runtime)\n")
        }
    }

    private static var isTerminal: Bool { isatty(1) == 1 }

    /// Shows how far it is, on a terminal.
    static func progress(_ text: String) {
        guard isTerminal else { return }
        var rows: UInt16 = 0
        var columns: UInt16 = 0
        // A line that wraps cannot be wiped away.
        let known = cl_get_window_size(1, &rows, &columns) == 0 && columns > 1
        say("\r\u{1b}[K\u{1b}[2m\(text.prefix(known ? Int(columns) - 1 : 79))\u{1b}[0m")
    }

    static func say(_ text: String) { File.write(Array(text.utf8), descriptor: 1) }

    /// Says beforehand that even a plain container fails.
    func warns(_ verdict: Verdict) {
        let said = verdict.transcript.split(separator: "\n").filter { $0.hasPrefix("stderr") }.map { String($0) }
        let text =
            "A plain container cannot be made and removed, so most cases will fail:\n"
            + (verdict.failures + said).joined(separator: "\n")
        Report.say(terminal ? "\r\u{1b}[K\u{1b}[31m\(text)\u{1b}[0m\n" : Report.commented(text))
    }

    /// Only the progress line: a case may begin before others have ended.
    func begins(_ entry: Runner.Entry) {
        Report.progress("[\(passed + failed + skipped)/\(total)] \(entry.title)")
    }

    mutating func ends(_ number: Int, _ entry: Runner.Entry, _ verdict: Verdict) {
        switch verdict.result {
        case .passed: passed += 1
        case .failed: failed += 1
        case .skipped: skipped += 1
        }
        count(entry.group, verdict.result)
        standing.add(entry.title, verdict.failedForWords ? .passed : verdict.result)
        if verdict.result == .failed { failures.append(entry.title) }
        times.append((entry.title, verdict.milliseconds, verdict.processorMilliseconds))
        if !options.junit.isEmpty { junit.add(entry, verdict, details: diagnostics(entry, verdict)) }
        if terminal { showOnTerminal(entry, verdict) } else { showTAP(number, entry, verdict) }
    }

    /// Says why the rest of the plan is not run.
    func stops(_ end: Runner.End) {
        let why: String
        switch end {
        case .complete: return
        case .interrupted: why = "interrupted"
        case .hanging:
            why =
                "given up: \(Runner.patienceWithHanging) cases in a row hung"
                + " (--patience N gives a slow machine more time)"
        }
        Report.say(terminal ? "\r\u{1b}[K\u{1b}[31m\(why)\u{1b}[0m\n" : "Bail out! \(why)\n")
    }

    /// Prints the closing line and answers whether nothing failed.
    func close() -> Bool {
        if terminal { Report.say("\r\u{1b}[K" + summary) }
        let seconds = (cl_monotonic_ns() - started) / 1_000_000_000
        if let text = standing.text(coverage) {
            Report.say(terminal ? text + "\n" : Report.commented(text))
        }
        if options.slowest > 0 {
            Report.say(terminal ? slowest + "\n" : Report.commented(slowest))
        }
        let counts = "\(passed) passed, \(failed) failed, \(skipped) skipped"
        Report.say(terminal ? "\(counts) in \(seconds) s\n" : "# \(counts)\n")
        if !options.junit.isEmpty, !File.write(junit.text, to: options.junit) {
            File.write(Array("apus-conformance: cannot write \(options.junit)\n".utf8), descriptor: 2)
            return false
        }
        return failed == 0
    }

    /// The cases that took longest, the slowest first.
    private var slowest: String {
        let (wall, processor) = times.reduce((0, 0)) { ($0.0 + $1.wall, $0.1 + $1.processor) }
        var text = "Slowest, in ms, with their processor time (all cases together: \(wall), \(processor)):\n"
        for time in times.sorted(by: { $0.wall > $1.wall }).prefix(options.slowest) {
            text += "  \(time.wall)  \(time.processor)  \(time.title)\n"
        }
        return text
    }

    // MARK: TAP

    private static func commented(_ text: String) -> String {
        var commented = ""
        for line in text.split(separator: "\n") { commented += "# \(line)\n" }
        return commented
    }

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
        if verdict.result == .failed { text += Report.field("message", verdict.failures.joined(separator: "\n")) }
        text += Report.field("checks", entry.item.source)
        let sentences = coverage.sentences(of: entry.title)
        if !sentences.isEmpty {
            text += Report.field(
                "specification",
                sentences.map { "\($0.section): \($0.says) (\($0.id))" }.joined(separator: "\n"))
        }
        text += "  milliseconds: \(verdict.milliseconds)\n"
        if !verdict.transcript.isEmpty { text += Report.field("commands", verdict.transcript) }
        for (name, config) in verdict.configs {
            // The container that only shows that the runtime works says nothing beside others.
            if name == "control", verdict.configs.count > 1 { continue }
            let changes = Config.base().differences(to: config)
            if !changes.isEmpty { text += Report.field("config_\(name)_changes", changes.joined(separator: "\n")) }
            text += Report.field("config_\(name)", config.compact)
        }
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
        // A claim's group is its sentence: hundreds of lines say nothing.
        let groups = groups.count > 100 ? [] : groups
        let width = groups.map { $0.name.count }.max() ?? 0
        for group in groups {
            let name = group.name + String(repeating: " ", count: width - group.name.count)
            let sign = group.failed > 0 ? "\u{1b}[31m✗\u{1b}[0m" : "\u{1b}[32m✓\u{1b}[0m"
            text += "\(sign) \(name)  \(group.passed) passed"
            if group.failed > 0 { text += ", \u{1b}[31m\(group.failed) failed\u{1b}[0m" }
            if group.skipped > 0 { text += ", \u{1b}[33m\(group.skipped) skipped\u{1b}[0m" }
            text += "\n"
        }
        if !failures.isEmpty { text += "\nFailed:\n" }
        for title in failures { text += "  \u{1b}[31m\(title)\u{1b}[0m\n" }
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

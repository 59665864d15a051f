import CLinux
import Glibc

/// What an engine finds in the file it named with `--log FILE --log-format json`.
struct EngineLog {
    let path: String

    var text: String { File.text(path) ?? "" }

    /// The records, one a line; nil when a line is no JSON object.
    var records: [JSON]? {
        var records: [JSON] = []
        for line in text.split(separator: "\n") {
            guard let record = JSONReader.value(String(line)), record.members != nil else { return nil }
            records.append(record)
        }
        return records
    }
}

extension Trial {
    /// Runs a command as engines do, with a JSON log that is empty at first, and answers both.
    func logged(_ command: Command, log name: String = "log.json") -> (outcome: Outcome, log: EngineLog) {
        let log = EngineLog(path: directory + "/said/" + name)
        File.write("", to: log.path)
        var command = command
        command.arguments = ["--log", log.path, "--log-format", "json"] + command.arguments
        let outcome = run(command)
        if !log.text.isEmpty { note("log: \(log.text)") }
        return (outcome, log)
    }

    /// A failure as engines read it: one record `{"level":"error","msg":…,"time":…}` and nothing else in the log.
    ///
    /// podman decodes the whole file as one object; containerd takes the last record of level "error".
    @discardableResult
    func expectOneRecord(_ answer: (outcome: Outcome, log: EngineLog), saying phrase: String? = nil) -> String {
        expect(answer.outcome.status > 0, "\(answer.outcome.line): expected a failure, found \(answer.outcome.exit)")
        expect(!answer.outcome.stderr.isEmpty, "an error must be said on stderr too when there is a log")
        guard let records = answer.log.records, records.count == 1 else {
            expect(false, "the log: expected one JSON object on one line, found “\(answer.log.text)”")
            return ""
        }
        let record = records[0]
        equal(record["level"], "error", "level of the record")
        expect(
            Timestamp.isValid(record["time"]?.string), "time of the record: expected RFC 3339, found \(record.compact)")
        let message = record["msg"]?.string ?? ""
        expect(!message.isEmpty, "msg of the record: expected a text, found \(record.compact)")
        expect(!message.contains("\n"), "msg of the record: expected one line")
        if let phrase { says(message, phrase, "msg of the record") }
        return message
    }

    /// Starts all commands, then waits for all.
    func together(_ commands: [Command]) -> [Outcome] {
        var started: [Running] = []
        for command in commands { started.append(command.spawn()) }
        var outcomes: [Outcome] = []
        for running in started { outcomes.append(note(running.wait())) }
        return outcomes
    }
}

/// RFC 3339, as the engines' decoders read it.
enum Timestamp {
    static func isValid(_ text: String?) -> Bool {
        guard let bytes = text.map({ Array($0.utf8) }), bytes.count >= 20 else { return false }
        let pattern = Array("dddd-dd-ddTdd:dd:dd".utf8)
        for (byte, wanted) in zip(bytes, pattern) {
            if wanted == UInt8(ascii: "d") ? !isDigit(byte) : byte != wanted { return false }
        }
        var rest = bytes[pattern.count...]
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix { isDigit($0) }
            if fraction.isEmpty || fraction.count > 9 { return false }
            rest = rest[fraction.endIndex...]
        }
        if rest.elementsEqual("Z".utf8) { return true }
        let zone = Array(rest)
        return zone.count == 6 && (zone[0] == UInt8(ascii: "+") || zone[0] == UInt8(ascii: "-")) && isDigit(zone[1])
            && isDigit(zone[2]) && zone[3] == UInt8(ascii: ":") && isDigit(zone[4]) && isDigit(zone[5])
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}

/// SemVer 2.0.0, as far as version numbers of the specification go.
enum Version {
    /// Major, minor and patch; nil when the text is no such version.
    static func parts(_ text: String?) -> [Int]? {
        guard let text else { return nil }
        let core = text.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "+" }
        let numbers = (core.first ?? "").split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 3 else { return nil }
        return numbers.contains { $0 == nil } ? nil : numbers.compactMap { $0 }
    }
}

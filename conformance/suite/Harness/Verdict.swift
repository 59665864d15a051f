/// What became of a case, as it is carried from the case's process to the report.
struct Verdict {
    enum Result: String {
        case passed, failed, skipped
    }

    var result = Result.passed
    /// Whether the case came to its end; otherwise this is what was known when it was stopped.
    var isComplete = false
    /// The reason of a skip.
    var reason = ""
    /// What did not hold, in the order it was found.
    var failures: [String] = []
    /// The commands that were run, with what they said.
    var transcript = ""
    /// The config.json files sent, by container.
    var configs: [(name: String, config: JSON)] = []
    var milliseconds = 0
    /// The processor time of everything that the case ran.
    var processorMilliseconds = 0
    /// Whether a command, or the whole case, did not end in time.
    var hung = false

    /// Whether it failed for the words of an error alone: those are the engines' business, not the specification's.
    var failedForWords: Bool {
        result == .failed && !failures.isEmpty && failures.allSatisfy { $0.hasPrefix("error message") }
    }

    var json: JSON {
        var sent: [JSON.Member] = []
        for (name, config) in configs { sent.append(JSON.Member(key: name, value: config)) }
        return [
            "result": .text(result.rawValue), "complete": .bool(isComplete), "reason": .text(reason),
            "failures": JSON(failures),
            "transcript": .text(transcript), "configs": .object(sent), "milliseconds": JSON(milliseconds),
            "processorMilliseconds": JSON(processorMilliseconds), "hung": .bool(hung),
        ]
    }

    init() {}

    init?(_ json: JSON) {
        guard let result = Result(rawValue: json["result"]?.string ?? "") else { return nil }
        self.result = result
        isComplete = json["complete"]?.bool ?? false
        reason = json["reason"]?.string ?? ""
        failures = json["failures"]?.strings ?? []
        transcript = json["transcript"]?.string ?? ""
        for member in json["configs"]?.members ?? [] { configs.append((member.key, member.value)) }
        milliseconds = json["milliseconds"]?.int ?? 0
        processorMilliseconds = json["processorMilliseconds"]?.int ?? 0
        hung = json["hung"]?.bool ?? false
    }

    static func skipped(_ reason: String) -> Verdict {
        var verdict = Verdict()
        verdict.result = .skipped
        verdict.isComplete = true
        verdict.reason = reason
        return verdict
    }

    static func failed(_ message: String) -> Verdict {
        var verdict = Verdict()
        verdict.result = .failed
        verdict.isComplete = true
        verdict.failures = [message]
        return verdict
    }
}

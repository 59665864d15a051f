/// Shows that the cases can fail: each case that checks a sentence runs with the sentence's mutant, and must fail.
///
/// First every such case must pass with a mutant that breaks nothing; and with every mutant a plain container must still be made and
/// removed: a mutant that breaks everything proves nothing.
struct Proof {
    /// A case that must fail with a mutant.
    private struct Attempt: Hashable {
        let mutant: Int
        let title: String
    }

    private struct Claim {
        let sentence: Sentence
        let title: String
        /// nil when the sentence has no mutant.
        let attempt: Attempt?
    }

    let options: Options
    let scratch: String
    let template: String
    private let mutants: [Mutant]
    private let cases: [String: Runner.Entry]
    private let claims: [Claim]

    init(options: Options, coverage: Coverage, scratch: String, template: String) {
        self.options = options
        self.scratch = scratch
        self.template = template
        var cases: [String: Runner.Entry] = [:]
        for group in Group.all {
            for item in group.cases {
                let entry = Runner.Entry(group: group.name, item: item)
                cases[entry.title] = entry
            }
        }
        self.cases = cases
        var claims: [Claim] = []
        let fields = Fields().sentences
        let promises = Promise.all
        mutants = Mutant.all + fields.map { Mutant.ignoring($0.id) } + promises.map { $0.mutant }
        for sentence in coverage.sentences + fields + promises.map({ $0.sentence }) {
            let mutant = mutants.firstIndex { $0.sentences.contains(sentence.id) }
            for title in sentence.cases
            where options.selects("\(sentence.id): \(title)", of: cases[title]?.group ?? "") {
                claims.append(
                    Claim(
                        sentence: sentence, title: title, attempt: mutant.map { Attempt(mutant: $0, title: title) }))
            }
        }
        self.claims = claims
    }

    var isEmpty: Bool { claims.isEmpty }

    /// Runs everything; answers nil when it was interrupted, else whether every claim holds.
    func run() -> Bool? {
        var used: [Int: String] = [:]
        for claim in claims {
            guard let mutant = claim.attempt?.mutant, used[mutant] == nil else { continue }
            used[mutant] = Impostor.place(
                "\(scratch)/mutant-\(mutant)", runtime: options.runtime, sentence: mutants[mutant].sentences[0])
        }
        guard let first = verdicts(controls(used), "without a mutant, and plain containers with each") else {
            return nil
        }
        var attempts: [Runner.Entry] = []
        var keys: [Attempt] = []
        for claim in claims {
            guard let attempt = claim.attempt, let entry = cases[claim.title], let place = used[attempt.mutant],
                !keys.contains(attempt), first[claim.title]?.result == .passed,
                first[Proof.control(attempt.mutant)]?.result == .passed
            else { continue }
            attempts.append(
                Runner.Entry(group: "\(attempt.mutant)", item: entry.item, runtime: place, key: entry.title))
            keys.append(attempt)
        }
        guard let second = verdicts(attempts, "with mutants") else { return nil }
        var report = Report(options: options, total: claims.count, what: "claims")
        for (number, claim) in claims.enumerated() {
            let entry = Runner.Entry(
                group: claim.sentence.id, item: Case(claim.title, source(claim)) { _ in })
            report.ends(number + 1, entry, judge(claim, first, second))
        }
        return report.close()
    }

    private func source(_ claim: Claim) -> String {
        let mutant = claim.attempt.map { mutants[$0.mutant].what } ?? "none"
        return "\(claim.sentence.section): \(claim.sentence.says)\nmutant: \(mutant)"
    }

    // MARK: Without a claim

    private static func control(_ mutant: Int) -> String { "plain: mutant \(mutant)" }

    /// The first case of every run: without a plain container nothing else says much.
    static func plainContainer(_ options: Options, _ scratch: String) -> Verdict {
        let entry = Runner.Entry(
            group: "plain", item: Case("container", "a plain container is made and removed", plain))
        var collection = Collection(what: "before the first case", total: 1)
        let runner = Runner(options: options, entries: [entry], scratch: scratch, template: scratch + "/template")
        return runner.run(&collection) == .complete ? collection.verdicts[entry.title] ?? Verdict() : Verdict()
    }

    private func controls(_ used: [Int: String]) -> [Runner.Entry] {
        let none = Impostor.place(
            "\(scratch)/mutant-none", runtime: options.runtime, sentence: Mutant.none.sentences[0])
        var entries: [Runner.Entry] = []
        var seen: Set<String> = []
        for claim in claims where seen.insert(claim.title).inserted {
            if let entry = cases[claim.title] {
                entries.append(Runner.Entry(group: entry.group, item: entry.item, runtime: none))
            }
        }
        for mutant in used.keys.sorted() {
            let item = Case("mutant \(mutant)", "a mutant breaks what it must and nothing else", plain)
            entries.append(Runner.Entry(group: "plain", item: item, runtime: used[mutant]))
        }
        return entries
    }

    // MARK: Verdicts

    private func verdicts(_ entries: [Runner.Entry], _ what: String) -> [String: Verdict]? {
        var collection = Collection(what: what, total: entries.count)
        let runner = Runner(options: options, entries: entries, scratch: scratch, template: template)
        return runner.run(&collection) == .complete ? collection.verdicts : nil
    }

    /// The verdict on a claim: it holds when the case fails with the mutant.
    private func judge(_ claim: Claim, _ first: [String: Verdict], _ second: [String: Verdict]) -> Verdict {
        guard let attempt = claim.attempt else { return .failed("the sentence has no mutant") }
        guard let without = first[claim.title], let plain = first[Proof.control(attempt.mutant)] else {
            return .failed("the mutant could not be placed")
        }
        if without.result == .skipped { return .skipped("without a mutant: " + without.reason) }
        if without.result == .failed {
            return .failed("the case fails without a mutant: " + (without.failures.first ?? ""))
        }
        if plain.result != .passed {
            return .failed("the mutant breaks a plain container too: " + (plain.failures.first ?? plain.reason))
        }
        guard var verdict = second["\(attempt.mutant): \(claim.title)"] else { return .failed("not run") }
        let why = verdict.failures.first ?? verdict.reason
        switch verdict.result {
        case .failed:
            verdict.result = .passed
            verdict.transcript = "killed: \(why)\n" + verdict.transcript
        case .passed:
            verdict.result = .failed
            verdict.failures = ["the mutant survives: \(mutants[attempt.mutant].what)"]
        case .skipped:
            verdict.result = .failed
            verdict.failures = ["the case is skipped with the mutant: \(why)"]
        }
        return verdict
    }
}

/// A plain container: made, and removed by force, which every mutant must still do.
private func plain(_ t: Trial) {
    let box = t.container()
    t.expectSuccess(box.create())
    t.expectSuccess(box.delete(["--force"]))
}

/// Keeps the verdicts, and shows on a terminal how far it is.
private struct Collection: Audience {
    let what: String
    let total: Int
    var verdicts: [String: Verdict] = [:]

    func begins(_ entry: Runner.Entry) {
        Report.progress("[\(verdicts.count)/\(total)] \(what): \(entry.title)")
    }

    mutating func ends(_ number: Int, _ entry: Runner.Entry, _ verdict: Verdict) {
        verdicts[entry.title] = verdict
    }
}

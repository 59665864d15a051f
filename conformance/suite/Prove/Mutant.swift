/// A runtime that breaks sentences of the specification, in one way, and is otherwise the runtime under test.
///
/// Mutants know the specification and nothing of the cases: a case that checks a sentence must fail with its mutant.
struct Mutant {
    /// The sentences that it breaks, by their ids.
    let sentences: [String]
    /// What it does, in words.
    let what: String
    /// Answers a call; the result is the exit status.
    let answer: (Invocation) -> Int32

    /// Any change of behaviour.
    init(_ sentences: [String], _ what: String, answer: @escaping (Invocation) -> Int32) {
        self.sentences = sentences
        self.what = what
        self.answer = answer
    }

    /// Another configuration than the one that is sent.
    static func config(
        _ sentences: String..., what: String, _ change: @escaping (inout JSON) -> Void
    ) -> Mutant {
        config(sentences, what: what) { config, _ in change(&config) }
    }

    /// Another configuration than the one that is sent; the change may look at the call.
    static func config(
        _ sentences: [String], what: String, _ change: @escaping (inout JSON, Invocation) -> Void
    ) -> Mutant {
        Mutant(sentences, what) { call in
            guard call.creates, var config = call.config else { return call.real() }
            let before = config
            change(&config, call)
            return config == before ? call.real() : call.real(with: config)
        }
    }

    /// Another answer to a verb than the one that the runtime gives.
    static func output(
        _ verb: String, _ sentences: String..., what: String, _ change: @escaping (inout JSON) -> Void
    ) -> Mutant {
        Mutant(sentences, what) { call in
            call.verb == verb ? call.realAnswer(change) : call.real()
        }
    }

    /// Another way through a verb.
    static func verb(
        _ verb: String, _ sentences: String..., what: String, _ answer: @escaping (Invocation) -> Int32
    ) -> Mutant {
        Mutant(sentences, what) { call in call.verb == verb ? answer(call) : call.real() }
    }

    /// Every mutant.
    static var all: [Mutant] {
        lifecycle + states + failures + hooks + bundles + options + processes + linux + agents + netDevices
            + userNamespaces + resources + features
    }

    /// Breaks nothing: what fails with it fails because something is between case and runtime.
    static var none: Mutant { Mutant(["none"], "nothing is broken") { $0.real() } }

    /// The mutant of a sentence.
    static func of(_ sentence: String) -> Mutant? {
        if none.sentences.contains(sentence) { return none }
        // A field of the configuration is its own sentence.
        if sentence.hasPrefix("/") { return ignoring(sentence) }
        return all.first { $0.sentences.contains(sentence) } ?? Promise.all.first { $0.id == sentence }?.mutant
    }
}

extension JSON {
    /// Keeps those elements of the array at a place that hold.
    mutating func keep(_ steps: Step..., where holds: (JSON) -> Bool) {
        guard let elements = at(steps[...])?.elements else { return }
        set(.array(elements.filter(holds)), steps)
    }

    /// Changes each element of the array at a place.
    mutating func each(_ steps: Step..., change: (inout JSON) -> Void) {
        guard var elements = at(steps[...])?.elements else { return }
        for index in elements.indices { change(&elements[index]) }
        set(.array(elements), steps)
    }

    private mutating func set(_ value: JSON, _ steps: [Step]) {
        switch steps.count {
        case 1: self[steps[0]] = value
        case 2: self[steps[0], steps[1]] = value
        case 3: self[steps[0], steps[1], steps[2]] = value
        default: self[steps[0], steps[1], steps[2], steps[3]] = value
        }
    }
}

extension Trial {
    /// Sends a configuration that must be refused: `create` fails, says why, and leaves nothing.
    ///
    /// Answers the outcome, so that the case can look at what was said.
    @discardableResult
    func refused(
        saying phrases: [String] = [], _ options: [String] = [], _ edit: (inout JSON) -> Void
    ) -> Outcome {
        refused(container("c\(containers.count + 1)", edit), saying: phrases, options)
    }

    /// `create` of this container fails, says why, and leaves nothing.
    @discardableResult
    func refused(_ box: Container, saying phrases: [String] = [], _ options: [String] = []) -> Outcome {
        requireWorking()
        var answer: Outcome?
        unchanged("a failed create") {
            let outcome = box.create(options)
            answer = outcome
            expectFailure(outcome)
            // What should not be there is no trace of a failure.
            if outcome.succeeded { box.remove() }
        }
        let outcome = require(answer, "create was not run")
        for phrase in phrases where !outcome.succeeded { says(outcome.stderr, phrase, "error message") }
        return outcome
    }

    /// Everything that the runtime says of a configuration while it makes a container of it: on stderr and in its log.
    func warned(_ edit: (inout JSON) -> Void) -> String {
        let box = container("c\(containers.count + 1)", edit)
        let answer = logged(box.createCommand())
        requireSuccess(answer.outcome)
        box.claim()
        return answer.outcome.stderr + answer.log.text
    }
}

/// One name with one value, for cases that go through a table of them.
struct Row<Value: Sendable>: Sendable {
    let name: String
    let value: Value

    init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }
}

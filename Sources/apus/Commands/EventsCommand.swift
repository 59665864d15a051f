internal import Runtime

/// `apus events`
enum EventsCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        let interval = try interval(invocation.arguments)
        if invocation.arguments.has(.stats) {
            try Output.write(try Verb.stats(invocation.id, try invocation.context()))
        } else {
            try Verb.events(invocation.id, every: interval, to: 1, try invocation.context())
        }
        return 0
    }

    /// Nanoseconds.
    private static func interval(_ arguments: Arguments) throws(RuntimeError) -> Int64 {
        guard let text = arguments.value(.interval) else { return 5_000_000_000 }
        guard let interval = Interval.nanoseconds(text) else {
            throw Flag.interval.mustBe("a duration such as 5s or 1m30s", not: text)
        }
        guard interval >= 1_000_000 else {
            throw Flag.interval.mustBe("greater than 0, and at least 1ms", not: text)
        }
        return interval
    }
}

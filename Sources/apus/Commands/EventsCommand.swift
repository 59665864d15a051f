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
            throw RuntimeError(.usage, "--interval must be a duration such as 5s or 1m30s, is \"" + text + "\"")
        }
        guard interval >= 1_000_000 else {
            throw RuntimeError(
                .usage, "--interval must be greater than 0, and at least 1ms, is \"" + text + "\"")
        }
        return interval
    }
}

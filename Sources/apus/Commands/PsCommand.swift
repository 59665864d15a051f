internal import JSON
internal import Runtime

/// `apus ps`
enum PsCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        let options = Array(invocation.arguments.positionals.dropFirst())
        switch invocation.arguments.value(.format) {
        case nil, "table": try Output.write(try Verb.processTable(invocation.id, options, try invocation.context()))
        case "json":
            if let option = options.first {
                throw RuntimeError(.usage, "ps: \"\(option)\" is an option of ps(1), which --format json does not run")
            }
            try Output.write(json(try Verb.processes(invocation.id, try invocation.context())))
        case .some(let other):
            throw Flag.format.mustBe("table or json", not: other)
        }
        return 0
    }

    /// One line; `[]` when there is none.
    private static func json(_ pids: [Int32]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginArray()
        for pid in pids { writer.integer(Int64(pid)) }
        writer.endArray()
        writer.newline()
        return writer.bytes
    }
}

internal import JSON
internal import OCI
internal import Runtime

/// `apus list`
enum ListCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        let format = invocation.arguments.value(.format) ?? "table"
        guard format == "table" || format == "json" else {
            throw Flag.format.mustBe("table or json", not: format)
        }
        let states = try Verb.list(try invocation.context())
        if invocation.arguments.has(.quiet) {
            var bytes: [UInt8] = []
            for state in states { bytes += Array(state.id.utf8) + [UInt8(ascii: "\n")] }
            try Output.write(bytes)
        } else if format == "json" {
            try Output.write(json(states))
        } else {
            try Output.write(table(states))
        }
        return 0
    }

    /// One line; `[]` when there is none.
    private static func json(_ states: [State]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginArray()
        for state in states { state.write(to: &writer) }
        writer.endArray()
        writer.newline()
        return writer.bytes
    }

    /// Columns under the headings that other runtimes have, three spaces apart.
    private static func table(_ states: [State]) -> [UInt8] {
        var rows: [[String]] = [["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"]]
        for state in states {
            rows.append([
                state.id, String(state.pid ?? 0), state.status.text, state.bundle, state.created ?? "",
                state.owner ?? "",
            ])
        }
        var widths = [Int](repeating: 9, count: rows[0].count)
        for row in rows {
            for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.unicodeScalars.count) }
        }
        var bytes: [UInt8] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                bytes += Array(cell.utf8)
                if column + 1 < row.count {
                    bytes += Array(repeating: UInt8(ascii: " "), count: widths[column] + 3 - cell.unicodeScalars.count)
                }
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }
}

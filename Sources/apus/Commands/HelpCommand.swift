internal import Kernel
internal import Runtime

/// `apus help`, and `--help` everywhere.
enum HelpCommand {
    static func perform(_ invocation: Invocation) throws(RuntimeError) -> Int32 {
        guard let name = invocation.arguments.positionals.first else {
            try Output.write(Array(overview().utf8))
            return 0
        }
        try Output.write(Array(text(try Apus.command(name)).utf8))
        return 0
    }

    /// How apus as a whole is used.
    static func overview() -> String {
        var text = "apus runs containers from OCI bundles.\n\nUsage: apus [FLAGS] VERB [FLAGS] [ID]\n\nVerbs:\n"
        for command in Command.allCases { line(command.name.description, command.summary, to: &text) }
        text += "\nFlags before the verb:\n"
        flags(of: nil, to: &text)
        return text + "\n`apus VERB --help` shows the flags of a verb.\n"
    }

    /// How a verb is used.
    static func text(_ command: Command) -> String {
        var text = "apus " + command.name.description + ": " + command.summary.description + "\n\nUsage: apus [FLAGS] "
        text += command.name.description + " [FLAGS]"
        if command.operands.utf8CodeUnitCount > 0 { text += " " + command.operands.description }
        text += "\n\nFlags:\n"
        flags(of: command, to: &text)
        return text + "\n`apus --help` shows the flags that go before the verb.\n"
    }

    private static func flags(of command: Command?, to text: inout String) {
        for number in 0..<Flag.count {
            guard let flag = Flag(rawValue: number), flag.belongs(to: command) else { continue }
            var name = "--" + flag.name.description
            if let letter = flag.letter { name = "-" + letter.description + ", " + name }
            if let value = flag.value { name += " " + value.description }
            line(name, flag.help, to: &text)
        }
    }

    private static func line(_ name: String, _ help: StaticString, to text: inout String) {
        let width = 28
        text += "  " + name + String(repeating: " ", count: max(2, width - name.utf8.count)) + help.description + "\n"
    }
}

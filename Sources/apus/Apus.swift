internal import CHostBinary
internal import Kernel
internal import Runtime

/// The command line: words become options, a verb is done, what went wrong is said, and the exit status tells it.
@main
enum Apus {
    static func main() {
        // A standard stream that the caller closed must not become the number of a file that apus opens.
        if apus_streams_are_open() == 0 { try? Session.openStandardStreams() }
        Session.noticeChildren()
        var report = Report()
        let words = Program.arguments()
        do throws(RuntimeError) {
            let warnings = Warnings()
            let status = try perform(words, &report, warnings)
            report.success(warnings.messages)
            Process.exit(status)
        } catch {
            report.failure(error)
            // Engines tell a failed exec from a failed program by this status.
            Process.exit(isExec(report.verb) ? 255 : 1)
        }
    }

    private static func perform(
        _ words: Program.Words, _ report: inout Report, _ warnings: Warnings
    ) throws(RuntimeError) -> Int32 {
        var global = Arguments()
        var options = GlobalOptions()
        var verb = words.texts.count
        var wrong: RuntimeError?
        do throws(RuntimeError) {
            verb = try global.readFlags(words)
        } catch {
            wrong = error
        }
        do throws(RuntimeError) {
            try options.readLog(global)
        } catch {
            wrong = wrong ?? error
        }
        try report.open(options, words)
        if let wrong { throw wrong }
        try options.read(global)
        if global.has(.help) {
            try Output.write(Array(HelpCommand.overview().utf8))
            return 0
        }
        if global.has(.version) {
            try Output.write(Array(VersionCommand.text().utf8))
            return 0
        }
        guard verb < words.texts.count else {
            throw RuntimeError(.usage, "no verb given; `apus --help` shows them")
        }
        return try perform(words.texts[verb], words, from: verb + 1, options, &report, warnings)
    }

    private static func perform(
        _ name: String, _ words: Program.Words, from start: Int, _ options: GlobalOptions, _ report: inout Report,
        _ warnings: Warnings
    ) throws(RuntimeError) -> Int32 {
        let command = try command(name)
        report.verb = command.name
        var arguments = Arguments()
        try arguments.read(words, from: start, of: command)
        if arguments.has(.help) {
            try Output.write(Array(HelpCommand.text(command).utf8))
            return 0
        }
        let operands = arguments.positionals
        guard operands.count >= command.operandCount.lowerBound else {
            let missing = command == .mounts ? command.operands.description : "a container id"
            throw RuntimeError(.usage, "\(name) needs \(missing); `apus \(name) --help` shows how it is used")
        }
        guard operands.count <= command.operandCount.upperBound else {
            let extra = operands[command.operandCount.upperBound]
            throw RuntimeError(
                .usage, "\(name): unexpected argument \"\(extra)\"; `apus \(name) --help` shows how it is used")
        }
        return try command.perform(
            Invocation(
                command: command, arguments: arguments, options: options, warnings: warnings,
                logDescriptor: report.logDescriptor))
    }

    /// The verb of that name.
    static func command(_ name: String) throws(RuntimeError) -> Command {
        for command in Command.allCases where command.name.names(name) { return command }
        var message = "unknown verb \"" + name + "\""
        if let close = Suggestion.nearest(name, Command.allCases.map(\.name)) {
            message += "; did you mean " + close + "?"
        }
        throw RuntimeError(.usage, message)
    }

    private static func isExec(_ verb: StaticString?) -> Bool { verb?.names("exec") ?? false }
}

/// A verb in the foreground, on a terminal of the case's own.
struct OnTerminal {
    let box: Container
    let terminal: Terminal
    let running: Running

    /// Begins the command, with the terminal as its standard streams and its controlling terminal.
    init(_ box: Container, _ command: Command) {
        self.box = box
        terminal = Terminal.open(box.trial)
        var command = command
        command.input = .descriptor(terminal.slave)
        command.output = .descriptor(terminal.slave)
        command.error = .descriptor(terminal.slave)
        command.newSession = true
        running = command.spawn()
    }

    /// Waits until this has come, and answers all that has.
    @discardableResult
    func read(until text: String) -> String {
        let seen = Terminal.read(terminal.master, until: text)
        box.trial.note("on the terminal: \(seen)")
        box.trial.expect(seen.contains(text), "expected “\(text)” on the terminal")
        return seen
    }

    /// Reads to the end of the verb, which must come; answers everything.
    func end() -> (text: String, exit: Exit) {
        var text = ""
        var exit: Exit?
        for _ in 0..<500 where exit == nil {
            text += Terminal.read(terminal.master, until: "\u{0}", within: 10)
            let ended = Exit.of(child: running.pid, within: 0)
            if ended != .timedOut { exit = ended }
        }
        text += Terminal.read(terminal.master, until: "\u{0}", within: 20)
        box.trial.note("on the terminal: \(text)")
        return (text, box.trial.require(exit, "the verb does not end"))
    }
}

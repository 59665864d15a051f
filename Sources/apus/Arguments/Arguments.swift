internal import Kernel
internal import Runtime

/// What the words of a command line say.
struct Arguments {
    /// The value of each flag, by its number.
    private var values = [String](repeating: "", count: Int(Flag.count))
    /// Which flags were given: bit n is flag n.
    private var given: UInt128 = 0
    /// The values of flags that may be repeated, in their order.
    private var repeated: [(flag: Flag, value: String)] = []
    private(set) var positionals: [String] = []

    /// The value of a flag; of several the last counts. A flag that is on has `true`.
    func value(_ flag: Flag) -> String? {
        given & (1 << UInt128(flag.rawValue)) == 0 ? nil : values[Int(flag.rawValue)]
    }

    private mutating func set(_ flag: Flag, _ value: String) {
        given |= 1 << UInt128(flag.rawValue)
        if flag.repeats { repeated.append((flag, value)) }
        values[Int(flag.rawValue)] = value
    }

    /// All values of a flag that may be repeated.
    func values(_ flag: Flag) -> [String] {
        var values: [String] = []
        for entry in repeated where entry.flag == flag { values.append(entry.value) }
        return values
    }

    /// Whether a flag that is on or off is on.
    func has(_ flag: Flag) -> Bool { value(flag) == "true" }

    /// A number in decimal digits, from 0 to `most`; nil when the flag is not given.
    func number(_ flag: Flag, most: Int) throws(RuntimeError) -> Int? {
        guard let text = value(flag) else { return nil }
        var number = 0
        var legal = !text.utf8.isEmpty && text.utf8.count <= 9
        for byte in text.utf8 where legal {
            legal = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            if legal { number = number * 10 + Int(byte - UInt8(ascii: "0")) }
        }
        guard legal, number <= most else {
            throw flag.mustBe("a number from 0 to \(most)", not: text)
        }
        return number
    }

    /// Reads the flags before the verb; answers the index of the verb, or how many words there are if there is none.
    mutating func readFlags(_ words: Program.Words) throws(RuntimeError) -> Int {
        var reader = ArgumentReader(words: words, start: 0, command: nil)
        while let word = try reader.next() {
            switch word {
            case .flag(let flag, let value): set(flag, value)
            case .positional: return reader.index - 1
            }
        }
        return reader.index
    }

    /// Reads the words behind the verb, from `start` to the end; flags may stand anywhere before `--`, but of a
    /// verb that passes the rest on only before the id.
    mutating func read(_ words: Program.Words, from start: Int, of command: Command) throws(RuntimeError) {
        var reader = ArgumentReader(words: words, start: start, command: command)
        while let word = try reader.next() {
            switch word {
            case .flag(let flag, let value): set(flag, value)
            case .positional(let text):
                positionals.append(text)
                if command.passesRestOn { reader.endFlags() }
            }
        }
    }
}

/// Takes words one after the other.
///
/// The forms are those of other runtimes: `--flag value`, `--flag=value`, the same with one dash, and one dash with a
/// letter. What follows a flag that needs a value is its value, whatever it looks like.
private struct ArgumentReader {
    enum Word {
        case flag(Flag, value: String)
        case positional(String)
    }

    let words: Program.Words
    private(set) var index: Int
    /// Whose flags are read; nil for those before the verb.
    private let command: Command?
    private var flagsHaveEnded = false

    init(words: Program.Words, start: Int, command: Command?) {
        self.words = words
        index = start
        self.command = command
    }

    mutating func next() throws(RuntimeError) -> Word? {
        guard let word = try word() else { return nil }
        let bytes = word.utf8
        guard !flagsHaveEnded, bytes.count > 1, bytes.first == UInt8(ascii: "-") else { return .positional(word) }
        if word == "--" {
            flagsHaveEnded = true
            return try next()
        }
        let dashes = word.hasPrefix("--") ? 2 : 1
        let rest = bytes.dropFirst(dashes)
        guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else {
            return try flag(text(rest), dashes: dashes, value: nil)
        }
        return try flag(text(rest[..<equals]), dashes: dashes, value: text(rest[rest.index(after: equals)...]))
    }

    /// Takes every word from here on as it is, `--` too.
    mutating func endFlags() { flagsHaveEnded = true }

    private mutating func word() throws(RuntimeError) -> String? {
        guard index < words.texts.count else { return nil }
        index += 1
        guard index - 1 != words.firstInvalid else {
            throw RuntimeError(.usage, "argument \(index) is not valid UTF-8")
        }
        return words.texts[index - 1]
    }

    private mutating func flag(_ name: String, dashes: Int, value: String?) throws(RuntimeError) -> Word {
        let shown = (dashes == 2 ? "--" : "-") + name
        guard let flag = find(name, dashes: dashes) else { throw unknown(name, shown) }
        if flag.value != nil {
            if let value { return .flag(flag, value: value) }
            guard let value = try word() else { throw RuntimeError(.usage, "flag needs an argument: " + shown) }
            return .flag(flag, value: value)
        }
        switch value {
        case nil, "true", "1": return .flag(flag, value: "true")
        case "false", "0": return .flag(flag, value: "false")
        case .some(let value):
            throw RuntimeError(.usage, shown + " is on or off: true or false, not \"" + value + "\"")
        }
    }

    private func find(_ name: String, dashes: Int) -> Flag? {
        for number in 0..<Flag.count {
            guard let flag = Flag(rawValue: number), flag.belongs(to: command) else { continue }
            if flag.name.names(name) { return flag }
            if dashes == 1, let letter = flag.letter, letter.names(name) { return flag }
        }
        return nil
    }

    private func unknown(_ name: String, _ shown: String) -> RuntimeError {
        var names: [StaticString] = []
        for number in 0..<Flag.count {
            guard let flag = Flag(rawValue: number) else { continue }
            if flag.belongs(to: command) { names.append(flag.name) }
            if command != nil, flag.belongs(to: nil), flag.name.names(name) {
                return RuntimeError(.usage, "unknown flag: " + shown + "; it goes before the verb")
            }
        }
        var message = "unknown flag: " + shown
        if let close = Suggestion.nearest(name, names) { message += "; did you mean --" + close + "?" }
        return RuntimeError(.usage, message)
    }

    private func text(_ bytes: Substring.UTF8View) -> String { String(Substring(bytes)) }
}

extension Flag {
    /// The error for a value that is none of the flag's.
    func mustBe(_ what: String, not text: String) -> RuntimeError {
        RuntimeError(.usage, "--" + name.description + " must be " + what + ", is \"" + text + "\"")
    }
}

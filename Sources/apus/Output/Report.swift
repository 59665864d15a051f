internal import JSON
internal import Kernel
internal import OCI
internal import Runtime

/// Says how a verb went: on standard error, and in the log file when there is one.
///
/// A verb that fails writes one error record and nothing else, because engines read the log of a failed verb as one
/// JSON object. Warnings of a verb that succeeds go to the log when there is one, otherwise to standard error; but
/// `create`, `run` and `exec` have handed that on to the container, whose output is not to be mixed with apus's unless somebody
/// is looking at a terminal.
struct Report {
    /// The log file's descriptor, which stays open to the end.
    private(set) var logDescriptor: Int32?
    private var format = GlobalOptions.LogFormat.text
    /// The words of the command line, when the log is to tell more.
    private var debugWords: [String]?
    private let begin = Clock.monotonic
    /// The verb, once it is known.
    var verb: StaticString?

    init() {}

    /// Opens the log.
    mutating func open(_ options: GlobalOptions, _ words: Program.Words) throws(RuntimeError) {
        if options.debug { debugWords = words.texts }
        format = options.logFormat
        guard let path = options.log else { return }
        do throws(Errno) {
            let file = try File.open(path, [.writeOnly, .create, .append, .noControllingTerminal], mode: 0o644)
            logDescriptor = file.release()
        } catch {
            throw RuntimeError("open log " + path, error)
        }
    }

    /// Says why the verb failed.
    func failure(_ error: RuntimeError) {
        Session.setSignalMask(1 << UInt64(Signal.pipe.rawValue - 1))
        log("error", error.message, code: Report.code(error.kind))
        say(error.message, "error: ", red: true)
    }

    /// Says what the verb that succeeded has noticed.
    func success(_ warnings: [String]) {
        if warnings.isEmpty, debugWords == nil { return }
        Session.setSignalMask(1 << UInt64(Signal.pipe.rawValue - 1))
        let mayWarn = !sharesStandardError || Report.hasTerminal
        for warning in warnings {
            log("warning", warning, code: nil)
            if logDescriptor == nil, mayWarn { say(warning, "warning: ", red: false) }
        }
        if debugWords != nil {
            let message = (verb?.description ?? "apus") + " took " + String(elapsed) + " us"
            log("debug", message, code: nil)
            if logDescriptor == nil { say(message, "debug: ", red: false) }
        }
    }

    private var sharesStandardError: Bool {
        guard let verb else { return false }
        return verb.names("create") || verb.names("run") || verb.names("exec")
    }

    private static var hasTerminal: Bool { (try? Terminal.Settings(of: 2)) != nil }

    private var elapsed: Int64 { (Clock.monotonic - begin) / 1000 }

    /// What programs can tell errors apart by.
    private static func code(_ kind: RuntimeError.Kind) -> String {
        switch kind {
        case .usage: "usage"
        case .configuration: "configuration"
        case .noSuchContainer: "no-such-container"
        case .containerExists: "container-exists"
        case .wrongState: "wrong-state"
        case .hookFailed: "hook-failed"
        case .failed: "failed"
        }
    }

    private func say(_ message: String, _ kind: String, red: Bool) {
        var line: [UInt8] = []
        if Report.hasTerminal, Program.variable("NO_COLOR") ?? "" == "" {
            line += Array((red ? "\u{1b}[1;31m" : "\u{1b}[1m").utf8) + Array(kind.utf8) + Array("\u{1b}[0m".utf8)
        } else {
            line += Array((red ? "apus: " : "apus: " + kind).utf8)
        }
        Report.append(message, quoted: false, to: &line)
        line.append(UInt8(ascii: "\n"))
        try? File.write(line, to: 2)
    }

    private func log(_ level: String, _ message: String, code: String?) {
        guard let logDescriptor else { return }
        let clock = Clock.now
        let time = Timestamp(seconds: clock.seconds, nanoseconds: Int64(clock.nanoseconds)).text(fraction: 6)
        var line: [UInt8]
        switch format {
        case .json:
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("level", level)
            writer.member("msg", message)
            writer.member("time", time)
            writer.member("verb", verb?.description)
            writer.member("code", code)
            if let debugWords {
                writer.member("args", debugWords)
                writer.member("elapsed_us", elapsed)
            }
            writer.endObject()
            line = writer.bytes
        case .text:
            line = Array(("time=\"" + time + "\" level=" + level + " msg=\"").utf8)
            Report.append(message, quoted: true, to: &line)
            line.append(UInt8(ascii: "\""))
            if let verb { line += Array((" verb=" + verb.description).utf8) }
            if let code { line += Array((" code=" + code).utf8) }
            if let debugWords {
                line += Array(" args=\"".utf8)
                Report.append(debugWords.joined(separator: " "), quoted: true, to: &line)
                line += Array(("\" elapsed_us=" + String(elapsed)).utf8)
            }
        }
        line.append(UInt8(ascii: "\n"))
        try? File.write(line, to: logDescriptor)
    }

    /// Appends a text in one line: control characters, which a path or a hook's output may hold, are spelled out.
    private static func append(_ text: String, quoted: Bool, to line: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": line += Array("\\n".utf8)
            case "\t": line += Array("\\t".utf8)
            case "\u{0}"..<" ", "\u{7f}"..."\u{9f}":
                let digits = String(scalar.value, radix: 16)
                line += Array(("\\x" + (scalar.value < 0x10 ? "0" : "") + digits).utf8)
            case "\"", "\\":
                if quoted { line.append(UInt8(ascii: "\\")) }
                line.append(UInt8(ascii: scalar))
            default: line += Array(String(scalar).utf8)
            }
        }
    }
}

import Foundation
import Testing

/// What engines read from --log.
struct LogTests {
    @Test func aFailureIsOneRecord() throws {
        let program = try Program()
        defer { program.remove() }
        let result = try program.run("--log", "log", "--log-format", "json", "start", "nothing")
        #expect(result.status == 1)
        let records = try program.records("log")
        #expect(records.count == 1)
        let record = try #require(records.first)
        let message = try #require(record["msg"] as? String)
        #expect(message.contains("does not exist"))
        #expect(result.errors == "apus: " + message + "\n")
        #expect(record["level"] as? String == "error")
        #expect(record["code"] as? String == "no-such-container")
        #expect(record["verb"] as? String == "start")
        let time = try #require(record["time"] as? String)
        let format = ISO8601DateFormatter()
        format.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let moment = try #require(format.date(from: time))
        #expect(abs(moment.timeIntervalSinceNow) < 60)
        // podman reads the whole file as one object.
        #expect(try JSONSerialization.jsonObject(with: Data(try program.read("log").utf8)) is [String: Any])
    }

    @Test(arguments: [["strat", "c"], ["list", "--bogus"], ["--bogus"], ["--root", "/", "list"], ["create"]])
    func wrongUseIsOneRecord(_ arguments: [String]) throws {
        let program = try Program()
        defer { program.remove() }
        _ = try program.runBare(["--log", "log", "--log-format", "json"] + arguments)
        let records = try program.records("log")
        #expect(records.count == 1)
        #expect(records.first?["level"] as? String == "error")
        #expect(records.first?["code"] as? String == "usage")
    }

    /// Even when it is the format that is wrong: then in the other one.
    @Test func aWrongFormatIsOneRecord() throws {
        let program = try Program()
        defer { program.remove() }
        _ = try program.runBare(["--log", "log", "--log-format", "xml", "list"])
        #expect(try program.read("log").contains(" level=error msg=\"--log-format must be text or json, is \\\"xml"))
    }

    @Test func recordsAreAppended() throws {
        let program = try Program()
        defer { program.remove() }
        for verb in ["start", "state"] { _ = try program.run("--log", "log", "--log-format=json", verb, "nothing") }
        #expect(try program.records("log").map { $0["verb"] as? String } == ["start", "state"])
    }

    @Test func successWritesNothing() throws {
        let program = try Program()
        defer { program.remove() }
        #expect(try program.run("--log", "log", "list", "-q") == .init(status: 0, output: "", errors: ""))
        #expect(try program.read("log") == "")
        #expect(
            try FileManager.default.attributesOfItem(atPath: program.path("log"))[.posixPermissions] as? Int == 0o644)
    }

    @Test func text() throws {
        let program = try Program()
        defer { program.remove() }
        _ = try program.run("--log", "log", "state", "a\"b\nc")
        let line = try program.read("log")
        #expect(line.hasPrefix("time=\"20"))
        #expect(line.contains(" level=error msg=\""))
        #expect(line.contains("a\\\"b\\nc"))
        #expect(line.hasSuffix(" verb=state code=usage\n"))
        #expect(line.filter { $0 == "\n" }.count == 1)
    }

    @Test func standardErrorStaysOneLineWithoutControlCharacters() throws {
        let program = try Program()
        defer { program.remove() }
        let errors = try program.run("state", "a\nb\u{1b}[31m\u{9b}").errors
        #expect(errors.contains("a\\nb\\x1b[31m\\x9b"))
        #expect(errors.filter { $0 == "\n" }.count == 1)
    }

    @Test func debugTellsMore() throws {
        let program = try Program()
        defer { program.remove() }
        _ = try program.run("--debug", "--log", "log", "--log-format", "json", "list", "-q")
        _ = try program.run("--debug", "--log", "log", "--log-format", "json", "state", "nothing")
        let records = try program.records("log")
        #expect(records.map { $0["level"] as? String } == ["debug", "error"])
        for record in records {
            #expect((record["elapsed_us"] as? Int ?? 0) > 0)
            #expect((record["args"] as? [String])?.contains("--debug") == true)
        }
        #expect(try program.run("--debug", "list", "-q").errors.hasPrefix("apus: debug: list took "))
    }

    @Test func aLogThatCannotBeOpened() throws {
        let program = try Program()
        defer { program.remove() }
        #expect(
            try program.run("--log", "no/log", "spec")
                == .init(status: 1, output: "", errors: "apus: open log no/log: no such file or directory\n"))
        #expect(!FileManager.default.fileExists(atPath: program.path("config.json")))
    }
}

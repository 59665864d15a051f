extension Promise {
    /// Promises of the log that engines read.
    static var ofLogs: [Promise] { ofRecords + ofLogOptions }

    private static func log(_ names: [String]) -> [String] { names.map { "log: " + $0 } }

    private static let failures = log([
        "of a failing create is one JSON error record", "of every failing verb is one JSON error record",
        "says what is missing: the program", "says what is not permitted", "says that a parent is no directory",
        "says which container does not exist", "says that a container is not running",
        "of a failing run is one JSON error record",
    ])

    private static var ofRecords: [Promise] {
        [
            Promise(
                "log.nothing", "nothing is written to the log",
                failures
                    + log([
                        "is appended to", "is text when asked, and by default", "that cannot be opened fails the verb",
                    ])
            ) { call in
                call.log == nil ? call.real() : call.without("--log", valued: true)
            },
            Promise("log.twice", "a failure is written to the log twice", failures + log(["is appended to"])) { call in
                call.realLog { status, said in status == 0 ? said : said + said }
            },
            Promise(
                "log.words", "errors in the log are in other words",
                failures.filter { $0 != "log: of every failing verb is one JSON error record" }
            ) { call in
                call.realLog { status, said in
                    guard status != 0, var record = JSONReader.value(said) else { return said }
                    record["msg"] = "it failed"
                    return record.compact + "\n"
                }
            },
            Promise("log.level", "failures are warnings", failures + log(["is appended to"])) { call in
                call.realLog { status, said in
                    guard status != 0, var record = JSONReader.value(said) else { return said }
                    record["level"] = "warning"
                    return record.compact + "\n"
                }
            },
            Promise("log.success", "what succeeds is an error", log(["of a successful verb has no error record"])) {
                call in
                call.realLog { status, said in
                    status != 0 ? said : said + (["level": "error", "msg": "success"] as JSON).compact + "\n"
                }
            },
            Promise(
                "log.warning", "there is a warning before an error",
                log(["has no warning before the error of a create"])
            ) { call in
                call.realLog { status, said in
                    status == 0 ? said : (["level": "warning", "msg": "careful"] as JSON).compact + "\n" + said
                }
            },
        ]
    }

    private static var ofLogOptions: [Promise] {
        [
            Promise("log.anew", "each call begins the log anew", log(["is appended to"])) { call in
                if let log = call.log, File.exists(log) { File.write("", to: log) }
                return call.real()
            },
            Promise("log.json", "the log is always JSON", log(["is text when asked, and by default"])) { call in
                call.without("--log-format", valued: true, more: ["--log-format", "json"])
            },
            Promise("log.format", "unknown formats are passed over", log(["format must be known"])) { call in
                let format = call.globals.firstIndex(of: "--log-format").map { call.globals[$0 + 1] }
                return ["json", "text", nil].contains(format)
                    ? call.real() : call.without("--log-format", valued: true)
            },
        ]
    }
}

extension Invocation {
    /// The call, with other text in the log than what it writes itself.
    fileprivate func realLog(_ change: (Int32, String) -> String) -> Int32 {
        guard let log else { return real() }
        let before = File.text(log) ?? ""
        let status = real()
        if let after = File.text(log) {
            File.write(before + change(status, String(after.dropFirst(before.count))), to: log)
        }
        return status
    }
}

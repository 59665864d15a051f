extension Group {
    /// What every verb owes its callers when it fails: one record in the log, and a host that is as it was.
    static var verbErrors: Group {
        Group(
            "errors",
            verbs.map { verb in
                Case("of \(verb.name): one record each, without effect", "runtime.md, Errors; engines: the log") { t in
                    judge(t, verb)
                }
            })
    }
}

/// A verb, and what it needs beside a container's id.
private struct Verb: Sendable {
    let name: String
    /// The words before the id.
    var before: [String] = []
    /// The words behind the id.
    var after: [String] = []
    /// Whether an unknown container is an error of it.
    var needsContainer = true
    /// Whether words behind the last are an error.
    var countsWords = true
    /// An option that takes a value.
    var valued: String?
    /// Of what a container is whose state it cannot bear.
    var unfit: Unfit = .none

    enum Unfit { case none, created, running, stopped }
}

private let verbs: [Verb] = [
    Verb(name: "create", before: ["--bundle", "BUNDLE"], needsContainer: false, valued: "--bundle", unfit: .running),
    Verb(name: "start", unfit: .running),
    Verb(name: "state"),
    Verb(name: "kill", after: ["KILL"], unfit: .stopped),
    Verb(name: "delete", unfit: .running),
    Verb(name: "run", before: ["--bundle", "BUNDLE"], needsContainer: false, valued: "--pid-file", unfit: .running),
    Verb(name: "exec", after: ["/probe", "exit", "0"], countsWords: false, valued: "--cwd", unfit: .stopped),
    Verb(name: "ps", countsWords: false, valued: "--format"),
    Verb(name: "pause", unfit: .stopped),
    Verb(name: "resume", unfit: .running),
    Verb(name: "update", before: ["--pids-limit", "20"], valued: "--resources", unfit: .stopped),
    Verb(name: "events", before: ["--stats"], valued: "--interval", unfit: .stopped),
    Verb(name: "checkpoint", valued: "--image-path", unfit: .created),
    Verb(
        name: "restore", before: ["--detach", "--bundle", "BUNDLE"], needsContainer: false, valued: "--image-path",
        unfit: .running),
    Verb(name: "list", valued: "--format"),
    Verb(name: "spec", valued: "--bundle"),
    Verb(name: "features"),
]

extension Verb {
    /// Whether the verb is about one container.
    private var isOfContainer: Bool { !["list", "spec", "features"].contains(name) }

    func call(_ id: String, bundle: String) -> [String] {
        [name] + before.map { $0 == "BUNDLE" ? bundle : $0 } + (isOfContainer ? [id] + after : [])
    }

    /// Every wrong call of it, with a word for the report.
    func wrongCalls(unknown: String, bundle: String) -> [(what: String, words: [String], phrase: String?)] {
        let good = call(unknown, bundle: bundle)
        var calls: [(String, [String], String?)] = [
            ("an unknown option", [name, "--no-such-option"] + good.dropFirst(), nil)
        ]
        if let valued { calls.append(("an option without its value", [name, valued], "flag needs an argument")) }
        if countsWords { calls.append(("a word too many", good + ["banana"], nil)) }
        guard isOfContainer else { return calls }
        calls.append(("no id", [name] + before.map { $0 == "BUNDLE" ? bundle : $0 }, nil))
        if needsContainer {
            calls.append(("an unknown container", good, "does not exist"))
            calls.append(("an id with a slash", call("a/b", bundle: bundle), nil))
        } else {
            calls.append(("a bundle that is not there", call(unknown, bundle: bundle + "/none"), nil))
            calls.append(("an id with a slash", call("a/b", bundle: bundle), nil))
        }
        return calls
    }
}

private func judge(_ t: Trial, _ verb: Verb) {
    t.requireWorking()
    let box = t.container()
    for call in verb.wrongCalls(unknown: t.tag + "none", bundle: box.bundle) {
        fails(t, "\(verb.name) with \(call.what)", call.words, call.phrase)
    }
    if verb.unfit == .none { return }
    t.requireSuccess(box.create())
    if verb.unfit != .created { t.requireSuccess(box.start()) }
    if verb.unfit == .stopped {
        t.requireSuccess(box.kill("KILL"))
        box.awaitExit()
    } else if verb.unfit == .running {
        box.awaitFact("ready")
    }
    let words = verb.call(box.id, bundle: box.bundle)
    fails(t, "\(verb.name) of a container that is \(verb.unfit)", words, nil)
    t.equal(box.status, "\(verb.unfit)", "status afterwards")
}

private func fails(_ t: Trial, _ what: String, _ words: [String], _ phrase: String?) {
    t.note(what)
    t.unchanged(what) {
        var command = t.command(words)
        command.directory = t.directory
        t.expectOneRecord(t.logged(command), saying: phrase)
    }
}

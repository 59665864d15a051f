import CLinux
import Glibc

extension Group {
    /// What a hostile or broken config.json must not do, and what an error says of its place.
    static var ofDocumentLimits: Group {
        Group(
            "config.json: limits and places",
            [
                Case("a key twice in one object is refused", "RFC 8259: names SHOULD be unique", duplicateKey),
                Case(
                    "a key twice, spelled with an escape, is refused", "RFC 8259: names are compared unescaped",
                    escapedKey),
                Case("100,000 nested arrays are refused quickly", "a parser's stack is finite", nestedArrays),
                Case("100,000 nested objects are refused quickly", "a parser's stack is finite", nestedObjects),
                Case("deep nesting in an unknown property is no crash", "a parser's stack is finite", nestedUnknown),
                Case("more than 16 MiB is refused", "memory is finite", tooLarge),
                Case("10 MiB of annotations are read in linear time", "time is finite", large),
                Case("100,000 environment variables", "time is finite", manyVariables),
                Case("very many entries of other kinds", "memory is finite", manyEntries),
                Case("a fifo as config.json does not hang", "open(2): a fifo waits", fifo),
                Case("a directory as config.json is refused", "bundle.md", directory),
                Case("a config.json that is not UTF-8 is refused", "RFC 8259: UTF-8", notUTF8),
                Case("a NUL in a key is refused", "no C string holds it", nulInKey),
                Case("NULs in texts of every kind are refused", "no C string holds them", nulEverywhere),
                Case("half a surrogate pair is refused", "RFC 8259: Unicode", surrogate),
                Case("a byte order mark is refused", "RFC 8259: MUST NOT add", byteOrderMark),
                Case("NaN, Infinity and hexadecimal are refused", "RFC 8259: numbers", oddNumbers),
                Case("a number of a million digits is refused quickly", "time is finite", longNumber),
                Case("2^64-1 is kept, 2^64 is refused", "config.md: uint64", largestNumber),
                Case("a number with a fraction or exponent that is whole", "RFC 8259: numbers", wholeNumber),
                Case("broken JSON: the error says the line", "an error says where", lineOfError),
                Case("one problem: the error is its place", "an error says where: RFC 6901", oneProblem),
                Case("several problems are reported at once", "an error says where: RFC 6901", severalProblems),
                Case("a hundred problems stay one line", "an error is one line", manyProblems),
                Case("a hostile text in an error is one line", "an error is one line", hostileText),
                Case("a place with odd characters is escaped", "RFC 6901: ~0 and ~1", oddPlace),
            ])
    }
}

/// Writes these bytes as config.json and demands a quick refusal that changes nothing; answers the message.
@discardableResult
private func refuse(_ t: Trial, bytes: [UInt8], saying phrases: [String] = []) -> String {
    let box = t.container("b\(t.containers.count + 1)")
    let fd = cl_openat(AT_FDCWD, box.bundle + "/config.json", O_WRONLY | O_TRUNC | O_CLOEXEC, 0)
    File.write(bytes, descriptor: fd)
    _ = cl_close(fd)
    let started = cl_monotonic_ns()
    let outcome = t.refused(box, saying: phrases)
    let seconds = Double(cl_monotonic_ns() - started) / 1e9
    t.expect(seconds < 5, "the refusal takes \(seconds) s")
    return outcome.stderr
}

@discardableResult
private func refuse(_ t: Trial, _ text: String, saying phrases: [String] = []) -> String {
    refuse(t, bytes: Array(text.utf8), saying: phrases)
}

/// The usual document with something more in its outermost object.
private func with(_ more: String) -> String { "{" + more + "," + String(Config.base().compact.dropFirst()) }

// MARK: Structure

private func duplicateKey(_ t: Trial) {
    refuse(t, with("\"hostname\":\"other\""))
    refuse(t, with("\"unknown\":{\"a\":1,\"b\":2,\"a\":1}"))
}

private func escapedKey(_ t: Trial) { refuse(t, with("\"\\u0068ostname\":\"other\"")) }

private func nestedArrays(_ t: Trial) {
    let count = 100_000
    refuse(t, String(repeating: "[", count: count) + String(repeating: "]", count: count))
    refuse(t, String(repeating: "[", count: count))
}

private func nestedObjects(_ t: Trial) {
    let count = 100_000
    refuse(t, String(repeating: "{\"a\":", count: count) + "1" + String(repeating: "}", count: count))
}

private func nestedUnknown(_ t: Trial) {
    let count = 100_000
    refuse(t, with("\"unknown\":" + String(repeating: "[", count: count) + String(repeating: "]", count: count)))
}

// MARK: Size

private func tooLarge(_ t: Trial) {
    refuse(t, with("\"unknown\":\"" + String(repeating: "x", count: 17 << 20) + "\""))
    // All spaces: nothing to keep, and still too much to read.
    refuse(t, Config.base().compact + String(repeating: " ", count: 17 << 20))
}

private func quickly(_ t: Trial, _ what: String, _ seconds: Double, _ box: Container) {
    let started = cl_monotonic_ns()
    t.requireSuccess(box.create())
    let taken = Double(cl_monotonic_ns() - started) / 1e9
    t.expect(taken < seconds * Double(t.patience), "create with \(what) takes \(taken) s")
}

private func large(_ t: Trial) {
    let box = t.container()
    var text = "\"annotations\":{"
    for number in 0..<100_000 {
        text += "\"org.example.annotation.number.\(number)\":\"" + String(repeating: "v", count: 60) + "\","
    }
    File.write(with(text.dropLast() + "}"), to: box.bundle + "/config.json")
    quickly(t, "100,000 annotations", 5, box)
}

private func manyVariables(_ t: Trial) {
    let box = t.container { config in
        config["process", "env"] = JSON((0..<100_000).map { "VARIABLE_\($0)=" })
    }
    // Whether execve takes so many is the kernel's business.
    let started = cl_monotonic_ns()
    let outcome = box.create()
    let taken = Double(cl_monotonic_ns() - started) / 1e9
    t.expect([0, 1].contains(outcome.status), "create with 100,000 variables: \(outcome.exit)")
    t.expect(taken < 5 * Double(t.patience), "create takes \(taken) s")
}

// MARK: The file

private func manyEntries(_ t: Trial) {
    let edits: [(String, (inout JSON) -> Void)] = [
        ("environment variables", { $0["process", "env"] = JSON((0..<20_000).map { "V\($0)=x" }) }),
        ("arguments", { $0["process", "args"] = JSON(["/probe", "exit", "0"] + (0..<20_000).map { "\($0)" }) }),
        ("groups", { $0["process", "user", "additionalGids"] = .array((0..<70_000).map { JSON($0) }) }),
        ("masked paths", { $0["linux", "maskedPaths"] = JSON((0..<5000).map { "/no/such/path/\($0)" }) }),
        ("namespaces", { config in for _ in 0..<5000 { config.append(["type": "uts"], at: "linux", "namespaces") } }),
    ]
    for (what, edit) in edits {
        let box = t.container("c\(t.containers.count)", edit)
        let outcome = box.create()
        t.expect([0, 1].contains(outcome.status), "many \(what): \(outcome.exit)")
        if !outcome.succeeded { t.expect(!outcome.stderr.isEmpty, "many \(what): an error message") }
    }
}

private func fifo(_ t: Trial) {
    let box = t.container()
    File.remove(box.bundle + "/config.json")
    _ = cl_mknodat(AT_FDCWD, box.bundle + "/config.json", 0o010644, 0)
    t.refused(box)
}

private func directory(_ t: Trial) {
    let box = t.container()
    File.remove(box.bundle + "/config.json")
    File.makeDirectory(box.bundle + "/config.json")
    t.refused(box)
}

// MARK: Texts

private func notUTF8(_ t: Trial) {
    for bytes in [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc3]] as [[UInt8]] {
        var text = Array("{\"annotations\":{\"key\":\"".utf8) + bytes
        text += Array("\"},".utf8) + Array(Config.base().compact.utf8.dropFirst())
        refuse(t, bytes: text)
    }
}

private func nulInKey(_ t: Trial) { refuse(t, with("\"annotations\":{\"key\\u0000x\":\"value\"}")) }

private func nulEverywhere(_ t: Trial) {
    let nul = "a\u{0}b"
    let edits: [(inout JSON) -> Void] = [
        { $0["hostname"] = .text(nul) }, { $0["process", "cwd"] = .text("/" + nul) },
        { $0["process", "env"] = [.text("A=" + nul)] }, { $0["process", "args"] = ["/probe", .text(nul)] },
        { $0["root", "path"] = .text(nul) }, { $0.mount("/" + nul, "tmpfs", "tmpfs") },
        { $0.mount("/mnt", "tmpfs", nul) }, { $0.mount("/mnt", "tmpfs", "tmpfs", ["size=" + nul]) },
        { $0["linux", "maskedPaths"] = [.text("/" + nul)] }, { $0["linux", "sysctl"] = ["kernel.msgmax": .text(nul)] },
        { $0["linux", "cgroupsPath"] = .text("/" + nul) }, { $0["annotations"] = ["key": .text(nul)] },
    ]
    for edit in edits { t.refused { edit(&$0) } }
}

private func surrogate(_ t: Trial) {
    refuse(t, with("\"annotations\":{\"key\":\"\\ud800\"}"))
    refuse(t, with("\"annotations\":{\"key\":\"\\udc00\\ud800\"}"))
}

private func byteOrderMark(_ t: Trial) { refuse(t, bytes: [0xef, 0xbb, 0xbf] + Array(Config.base().compact.utf8)) }

// MARK: Numbers

private func user(_ number: String) -> String {
    Config.base().compact.replacing("\"uid\":0", with: "\"uid\":" + number)
}

extension String {
    /// The text with the first occurrence of a part exchanged.
    fileprivate func replacing(_ part: String, with other: String) -> String {
        let pieces = split(separator: part, maxSplits: 1, omittingEmptySubsequences: false)
        return pieces.joined(separator: other)
    }
}

private func oddNumbers(_ t: Trial) {
    for number in ["NaN", "Infinity", "-Infinity", "0x10", "+1", "01", "1.", ".5", "1e", "1e+", "- 1", "--1", "1_000"] {
        refuse(t, user(number))
    }
}

private func longNumber(_ t: Trial) {
    refuse(t, user(String(repeating: "9", count: 1_000_000)))
    refuse(t, user("1e" + String(repeating: "9", count: 1_000_000)))
}

private func largestNumber(_ t: Trial) {
    t.refused {
        $0["process", "rlimits"] = [
            ["type": "RLIMIT_CORE", "soft": 0, "hard": .number("18446744073709551616")]
        ]
    }
    t.refused {
        $0["process", "rlimits"] = [["type": "RLIMIT_CORE", "soft": .number("0"), "hard": .number("1e30")]]
    }
    let facts = t.filtered(
        ["call", Call.getpriority, "0", "18446744073709551615"],
        [
            "defaultAction": "SCMP_ACT_ALLOW",
            "syscalls": [
                [
                    "names": ["getpriority"], "action": "SCMP_ACT_ERRNO", "errnoRet": 77,
                    "args": [["index": 1, "value": .number("18446744073709551615"), "op": "SCMP_CMP_EQ"]],
                ]
            ],
        ])
    t.equal(facts["call", .key(Call.getpriority), "number"], 77, "the rule holds for 2^64-1")
}

private func wholeNumber(_ t: Trial) {
    // Either is right by JSON; what must not be is another number than the one that stands there.
    for number in ["1000.0", "1e3", "10E2"] {
        let box = t.container("n\(t.containers.count)", program: ["/probe", "ids"])
        let text = box.config.compact.replacing("\"uid\":0", with: "\"uid\":" + number)
        File.write(text, to: box.bundle + "/config.json")
        let outcome = box.run()
        if outcome.succeeded {
            t.equal(box.facts["ids", "uid"], 1000, "user id \(number)")
        } else {
            t.expectFailure(outcome)
        }
    }
}

// MARK: Places

private func lineOfError(_ t: Trial) {
    let lines = Config.base().pretty.split(separator: "\n").map { String($0) }
    let broken = (lines.prefix(6) + ["!"] + lines.dropFirst(6)).joined(separator: "\n")
    refuse(t, broken, saying: ["line 7"])
}

/// One problem for each concept, and the place that the error must name.
private let problems: [(place: String, edit: @Sendable (inout JSON) -> Void)] = [
    ("/ociVersion", { $0["ociVersion"] = "2.0.0" }),
    ("/root/path", { $0["root", "path"] = 5 }),
    ("/process/cwd", { $0["process", "cwd"] = "relative" }),
    ("/process/user/uid", { $0["process", "user", "uid"] = "0" }),
    ("/process/env/1", { $0["process", "env"] = ["A=1", "B"] }),
    (
        "/process/rlimits/1/type",
        {
            $0["process", "rlimits"] = [
                ["type": "RLIMIT_CORE", "soft": 0, "hard": 0], ["type": "RLIMIT_X", "soft": 0, "hard": 0],
            ]
        }
    ),
    ("/mounts/0/destination", { $0["mounts", 0, "destination"] = 7 }),
    ("/hooks/poststop/0/path", { $0["hooks"] = ["poststop": [["path": "relative"]]] }),
    ("/linux/namespaces/6", { $0.append(["type": "uts"], at: "linux", "namespaces") }),
    ("/linux/devices/0/type", { $0["linux", "devices"] = [["path": "/dev/x", "type": "x", "major": 1, "minor": 1]] }),
    ("/linux/sysctl/vm.swappiness", { $0["linux", "sysctl"] = ["vm.swappiness": "1"] }),
    ("/linux/rootfsPropagation", { $0["linux", "rootfsPropagation"] = "sideways" }),
    ("/linux/maskedPaths/0", { $0["linux", "maskedPaths"] = ["relative"] }),
    ("/linux/cgroupsPath", { $0["linux", "cgroupsPath"] = "/a/../../b" }),
    (
        "/linux/seccomp/syscalls/0/action",
        {
            $0["linux", "seccomp"] = [
                "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [["names": ["read"], "action": "X"]],
            ]
        }
    ),
    ("/linux/personality/domain", { $0["linux", "personality"] = ["domain": "X"] }),
]

private func oneProblem(_ t: Trial) {
    for problem in problems { t.refused(saying: [problem.place]) { problem.edit(&$0) } }
}

private func severalProblems(_ t: Trial) {
    let chosen = problems.filter { $0.place != "/ociVersion" }
    let box = t.container { config in for problem in chosen { problem.edit(&config) } }
    // What is of the wrong type is found while reading, what is wrong in itself by what was read.
    let outcome = t.refused(box)
    let named = chosen.filter { outcome.stderr.contains($0.place) }.map { $0.place }
    t.expect(named.count > 1, "places that the error names: \(named)")
    let values = chosen.filter { !["/root/path", "/process/user/uid", "/mounts/0/destination"].contains($0.place) }
    let second = t.container("c2") { config in for problem in values { problem.edit(&config) } }
    t.refused(second, saying: values.map { $0.place })
    t.equal(outcome.stderr.utf8.filter { $0 == 0x0a }.count, 1, "lines of the error")
}

private func manyProblems(_ t: Trial) {
    let outcome = t.refused { config in
        config["process", "env"] = JSON((0..<100).map { "NOEQUALS\($0)" })
    }
    t.equal(outcome.stderr.utf8.filter { $0 == 0x0a }.count, 1, "lines of the error")
    t.expect(outcome.stderr.utf8.count < 8000, "the error has \(outcome.stderr.utf8.count) bytes")
}

private func hostileText(_ t: Trial) {
    let hostile = "a\nb\u{1b}[31m\r" + String(repeating: "long ", count: 10_000)
    let outcome = t.refused { $0["linux", "rootfsPropagation"] = .text(hostile) }
    t.equal(outcome.stderr.utf8.filter { $0 == 0x0a }.count, 1, "lines of the error")
    t.expect(!outcome.stderr.utf8.contains(0x1b), "the error has no escape character")
    t.expect(outcome.stderr.utf8.count < 2000, "the error has \(outcome.stderr.utf8.count) bytes")
}

private func oddPlace(_ t: Trial) {
    t.refused(saying: ["/linux/sysctl/a~1b~0c"]) { $0["linux", "sysctl"] = ["a/b~c": "1"] }
}

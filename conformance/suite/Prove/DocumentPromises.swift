import CLinux
import Glibc

extension Promise {
    /// Promises of config.json as a document: what is refused, what is taken, and what an error says of it.
    static var ofDocuments: [Promise] { ofWrongDocuments + ofTakenDocuments + ofDocumentErrors + ofFields }

    private static func document(_ names: [String]) -> [String] { names.map { "config.json: " + $0 } }
    private static func limits(_ names: [String]) -> [String] { names.map { "config.json: limits and places: " + $0 } }

    private static var ofWrongDocuments: [Promise] {
        [
            .verb(
                "create", "documents.lenient", "where config.json is of no use, create takes one of its own",
                document([
                    "that is empty is refused", "that is cut off is refused", "with a trailing comma is refused",
                    "with a comment is refused", "with something behind it is refused", "that is no object is refused",
                    "of another type in a field is refused", "with a number out of range is refused",
                    "with a NUL in a text is refused", "whose root is not there is refused",
                    "without process.cwd, or a relative one, is refused", "with empty process.args is refused",
                ])
                    + limits([
                        "a key twice in one object is refused", "a key twice, spelled with an escape, is refused",
                        "100,000 nested arrays are refused quickly", "100,000 nested objects are refused quickly",
                        "deep nesting in an unknown property is no crash", "more than 16 MiB is refused",
                        "a directory as config.json is refused", "a config.json that is not UTF-8 is refused",
                        "a NUL in a key is refused", "NULs in texts of every kind are refused",
                        "half a surrogate pair is refused", "a byte order mark is refused",
                        "NaN, Infinity and hexadecimal are refused", "a number of a million digits is refused quickly",
                        "2^64-1 is kept, 2^64 is refused",
                    ]) + ["unsupported: only the platforms of others: is refused"]
            ) { call in
                let place = call.bundle + "/config.json"
                let status = call.real()
                guard status != 0, File.exists(place) else { return status }
                return File.facts(place)?.kind == .file ? call.real(with: Config.base()) : 0
            },
            .verb(
                "create", "documents.fifo", "config.json is opened without a look at what it is",
                limits(["a fifo as config.json does not hang"])
            ) { call in
                _ = File.bytes(call.bundle + "/config.json")
                return call.real()
            },
        ]
    }

    private static var ofTakenDocuments: [Promise] {
        [
            of("long", "a config.json of more than 64 KiB is refused", document(["of half a megabyte is taken"])) {
                $0.documentSize > 1 << 16 ? $0.fail("config.json is too long") : $0.real()
            },
            of(
                "slow", "a config.json of more than a megabyte is never read to its end",
                limits(["10 MiB of annotations are read in linear time", "100,000 environment variables"])
            ) { call in
                while call.documentSize > 1 << 20 { cl_sleep_ms(1000) }
                return call.real()
            },
            of(
                "crash", "create crashes at a config.json of more than 64 KiB",
                limits(["very many entries of other kinds", "100,000 nested arrays are refused quickly"]) + [
                    "attacks: 2021-43784: very long texts"
                ]
            ) { call in
                if call.documentSize > 1 << 16 { Proc.sendSignal(cl_getpid(), SIGKILL) }
                return call.real()
            },
            of(
                "version", "versions with another minor number than 0 to 3 are refused",
                document(["of a newer minor version is taken"])
            ) { call in
                let minor = Version.parts(call.config?["ociVersion"]?.string)?.dropFirst().first ?? 0
                return minor > 3 ? call.fail("unknown version") : call.real()
            },
            .config(
                "documents.root", "a root path is always below the bundle",
                document(["through a root path that is absolute"])
            ) { config in
                guard let path = config["root", "path"]?.string, path.hasPrefix("/") else { return }
                config["root", "path"] = .text("." + path)
            },
            .config(
                "documents.fraction", "a number ends where its digits end",
                limits(["a number with a fraction or exponent that is whole"])
            ) { config in
                guard case .number(let digits) = config["process", "user", "uid"] else { return }
                config["process", "user", "uid"] = .number(String(digits.prefix { $0.isNumber }))
            },
            .config(
                "documents.saturated", "numbers beyond 2^63-1 are 2^63-1", limits(["2^64-1 is kept, 2^64 is refused"])
            ) { config in
                config.each("linux", "seccomp", "syscalls") { rule in
                    rule.each("args") { argument in
                        if argument["value"]?.unsigned ?? 0 > UInt64(Int64.max) {
                            argument["value"] = .number(String(Int64.max))
                        }
                    }
                }
            },
        ]
    }

    /// Another `create` and `run`.
    private static func of(
        _ name: String, _ breach: String, _ cases: [String], _ answer: @escaping (Invocation) -> Int32
    ) -> Promise {
        Promise("documents." + name, breach, cases) { call in call.creates ? answer(call) : call.real() }
    }

    private static var ofDocumentErrors: [Promise] {
        [
            of(
                "nowhere", "an error does not say where",
                limits([
                    "broken JSON: the error says the line", "one problem: the error is its place",
                    "several problems are reported at once", "a place with odd characters is escaped",
                ]) + ["unsupported: network is applied, or refused by name"]
            ) { call in
                call.realError { _ in "create: wrong configuration\n" }
            },
            of(
                "one", "an error names the first problem alone", limits(["several problems are reported at once"])
            ) { call in
                call.realError { said in (said.split(separator: ";").first.map { String($0) } ?? "") + "\n" }
            },
            of(
                "unescaped", "places are written as they are", limits(["a place with odd characters is escaped"])
            ) { call in
                call.realError { said in
                    said.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
                }
            },
            of(
                "wrapped", "long errors are broken into lines",
                limits(["a hundred problems stay one line", "a hostile text in an error is one line"])
            ) { call in
                call.realError { said in
                    var lines = ""
                    var width = 0
                    for character in said {
                        width = character == "\n" ? 0 : width + 1
                        lines.append(character == " " && width > 60 ? "\n" : character)
                        if lines.last == "\n" { width = 0 }
                    }
                    return lines
                }
            },
            of(
                "raw", "an error repeats the value as it is", limits(["a hostile text in an error is one line"])
            ) { call in
                call.realError { said in
                    said.dropLast() + (call.config?["linux", "rootfsPropagation"]?.string ?? "") + "\n"
                }
            },
        ]
    }
}

extension Promise {
    /// Promises of fields that not every runtime supports.
    private static var ofFields: [Promise] {
        [
            .config(
                "fields.ignored", "what not every runtime supports is passed over",
                [
                    "user", "time", "timeOffsets", "uidMappings", "gidMappings", "netDevices", "memoryPolicy",
                    "intelRdt", "idmap", "listenerPath", "rdma", "network",
                ].map { "unsupported: \($0) is applied, or refused by name" }
            ) { config in
                config.keep("linux", "namespaces") { !["user", "time"].contains($0["type"]?.string ?? "") }
                for field in [
                    "timeOffsets", "uidMappings", "gidMappings", "netDevices", "memoryPolicy", "intelRdt", "seccomp",
                ] {
                    config["linux", .key(field)] = nil
                }
                for field in ["rdma", "network"] { config["linux", "resources", .key(field)] = nil }
                config.each("mounts") { mount in
                    mount["uidMappings"] = nil
                    mount["gidMappings"] = nil
                    mount.keep("options") { $0.string != "idmap" }
                }
            },
            Promise(
                "fields.systemd", "--systemd-cgroup is passed over",
                ["unsupported: --systemd-cgroup without systemd is refused"]
            ) { call in
                call.without("--systemd-cgroup")
            },
            .config(
                "fields.empty", "resources are asked for though none are named",
                ["unsupported: resources of which nothing is asked are taken"]
            ) { config in
                if [[:], ["devices": []]].contains(config["linux", "resources"]) {
                    config["linux", "resources", "unified"] = ["no-such-file": "1"]
                }
            },
        ]
    }
}

extension Invocation {
    /// The length of config.json in bytes.
    fileprivate var documentSize: Int { File.bytes(bundle + "/config.json")?.count ?? 0 }
}

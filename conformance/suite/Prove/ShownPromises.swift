import Glibc

extension Promise {
    /// Promises of `ps`.
    static var ofProcesses: [Promise] {
        processes + tables
            + ofFailures(
                "ps",
                failing: [
                    "ps: table: options without a column PID fail", "ps: table: what ps refuses is an error",
                    "ps: table without ps on the host is an error, or the runtime's own",
                    "ps: of an unknown container fails",
                    "ps: wrong use fails",
                ], harmless: ["ps: of an unknown container fails", "ps: wrong use fails"])
    }

    private static var processes: [Promise] {
        [
            json(
                "ps.all", "one process is left out",
                [
                    "ps: json: the host's process ids, in one array", "ps: of a paused container",
                    "ps: only its own processes", "ps: processes that outlived the first",
                ]
            ) { Array($0.dropLast()) },
            json(
                "ps.below", "only the first process is shown", ["ps: json: processes in cgroups below too"]
            ) { Array($0.prefix(1)) },
            json("ps.first", "the first process is left out", ["ps: of a created container"]) { Array($0.dropFirst()) },
            json(
                "ps.own", "the caller is shown too", ["ps: only its own processes", "ps: of a created container"]
            ) { $0 + [JSON(Int(getppid()))] },
            json("ps.stopped", "there is always a process", ["ps: json of a stopped container: no process"]) {
                $0.isEmpty ? [1] : $0
            },
        ]
    }

    /// Another list of processes in JSON.
    private static func json(
        _ id: String, _ breach: String, _ cases: [String], _ change: @escaping ([JSON]) -> [JSON]
    ) -> Promise {
        .verb("ps", id, breach, cases) { call in
            guard call.words.contains(where: { $0.contains("json") }) else { return call.real() }
            return call.realAnswer { $0 = .array(change($0.elements ?? [])) }
        }
    }

    private static var tables: [Promise] {
        [
            .verb(
                "ps", "ps.table", "the table has all processes of the host",
                [
                    "ps: table: heading and processes", "ps: table: options of ps",
                    "ps: table of a stopped container: the heading",
                ]
            ) { call in
                if call.words.contains(where: { $0.contains("json") }) { return call.real() }
                let words = call.words.drop { $0 != call.id }.dropFirst()
                return call.other("ps", words.isEmpty ? ["-ef"] : Array(words))
            },
            .verb(
                "ps", "ps.options", "options of ps are passed over",
                [
                    "ps: table: options of ps", "ps: table: options without a column PID fail",
                    "ps: table: what ps refuses is an error",
                ]
            ) { call in
                guard let id = call.id, let place = call.words.firstIndex(of: id) else { return call.real() }
                return call.real(["ps"] + call.words[...place])
            },
        ]
    }

    // MARK: events

    /// Promises of `events`.
    static var ofEvents: [Promise] {
        numbers.map { id, what, name, place in
            stats("events." + id, what, ["events: --stats" + name]) { data in data.put(0, place[...]) }
        } + [
            stats("events.pressure", "there is no pressure", ["events: --stats: pressure"]) { data in
                for resource in ["cpu", "memory", "blkio"] { data[.key(resource), "psi"] = nil }
            },
            stats("events.huge-pages", "there are no huge pages", ["events: --stats: huge pages by size"]) {
                $0["hugetlb"] = [:]
            },
            stats(
                "events.processes", "the cgroup has no processes",
                ["events: --stats of a created and of a paused container"]
            ) {
                $0["pids"] = nil
            },
            .verb("events", "events.line", "JSON is on many lines", ["events: --stats: one line of JSON"]) { call in
                call.has("--stats") ? call.realAnswer { _ in } : call.real()
            },
        ] + streams
            + ofFailures(
                "events",
                failing: [
                    "events: of a stopped container fails", "events: of an unknown container fails",
                    "events: wrong use fails",
                ],
                harmless: ["events: of a stopped container fails", "events: of an unknown container fails"])
    }

    private static let numbers: [(id: String, what: String, name: String, place: [JSON.Step])] = [
        ("time", "no processor time is used", ": processor time as the kernel counts it", ["cpu", "usage", "total"]),
        ("pids", "there are no processes", ": number of processes", ["pids", "current"]),
        ("memory", "no memory is used", ": memory as the kernel counts it", ["memory", "usage", "usage"]),
        ("raw", "memory.stat is empty", ": memory as the kernel counts it", ["memory", "raw", "file"]),
        ("cache", "nothing of files is in memory", ": memory as the kernel counts it", ["memory", "cache"]),
        ("peak", "no memory was ever used", ": memory as the kernel counts it", ["memory", "usage", "max"]),
        ("limit", "there is no limit of memory", ": limits", ["memory", "usage", "limit"]),
        ("pids-limit", "there is no limit of processes", ": limits", ["pids", "limit"]),
        (
            "throttled", "nothing is ever throttled", ": a quota's effect",
            ["cpu", "throttling", "throttledPeriods"]
        ),
        (
            "throttled-time", "nothing is throttled for long", ": a quota's effect",
            ["cpu", "throttling", "throttledTime"]
        ),
    ]

    /// Other numbers.
    private static func stats(
        _ id: String, _ breach: String, _ cases: [String], _ change: @escaping (inout JSON) -> Void
    ) -> Promise {
        .verb("events", id, breach, cases) { call in
            guard call.has("--stats") else { return call.real() }
            return call.realAnswer(compact: true) { event in
                guard var data = event["data"] else { return }
                change(&data)
                event["data"] = data
            }
        }
    }

    private static var streams: [Promise] {
        [
            stream(
                "events.lines", "there is one line only",
                [
                    "events: a line each interval, until the container stops", "events: intervals in every form",
                    "events: two streams of one container", "events: tells of a process killed for want of memory",
                ]
            ) { call in call.real(["events", "--stats"] + call.words.suffix(1)) },
            stream(
                "events.interval", "the first line comes at once",
                ["events: the first line comes after one interval", "events: intervals in every form"]
            ) { call in
                _ = call.real(["events", "--stats"] + call.words.suffix(1))
                return call.real()
            },
            stream(
                "events.end", "a stream does not end well",
                [
                    "events: a line each interval, until the container stops",
                    "events: ends when the container is deleted",
                    "events: ends at TERM and INT, with whole lines", "events: ends when its reader goes away",
                    "events: ends at TERM though nobody reads", "events: two streams of one container",
                ]
            ) { call in
                _ = call.real()
                return 1
            },
            stream(
                "events.whole", "the last line is cut off",
                [
                    "events: a line each interval, until the container stops",
                    "events: ends when the container is deleted",
                    "events: ends at TERM and INT, with whole lines",
                ]
            ) { call in
                let status = call.real()
                File.write(Array("{\"type\":\"st".utf8), descriptor: 1)
                return status
            },
        ]
    }

    /// Another way of a stream.
    private static func stream(
        _ id: String, _ breach: String, _ cases: [String], _ answer: @escaping (Invocation) -> Int32
    ) -> Promise {
        .verb("events", id, breach, cases) { $0.has("--stats") ? $0.real() : answer($0) }
    }
}

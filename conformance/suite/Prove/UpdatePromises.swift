extension Promise {
    /// Promises of `update`.
    static var ofUpdate: [Promise] {
        flags.map { flag, name in
            .verb("update", "update.\(flag.dropFirst(2))", "\(flag) is passed over", ["update: " + name]) { call in
                call.real(["update"] + call.words(without: [flag]))
            }
        } + documents + ofWholeUpdates
            + ofFailures(
                "update",
                failing: [
                    "update: wrong values fail, without effect", "update: wrong documents fail, without effect",
                    "update: a missing controller is named", "update: of a stopped container fails",
                    "update: of an unknown container fails", "update: wrong use fails",
                    "update: a limit below what is used is refused when asked",
                ],
                harmless: [
                    "update: wrong values fail, without effect", "update: wrong documents fail, without effect",
                ])
    }

    private static let flags = [
        ("--memory", "memory, in bytes and with units"), ("--memory-swap", "memory and swap together"),
        ("--memory-reservation", "memory reservation"),
        ("--cpu-quota", "a quota leaves the period, a period the quota"),
        ("--cpu-period", "a quota leaves the period, a period the quota"), ("--cpu-share", "cpu shares"),
        ("--cpu-burst", "cpu burst and idle"), ("--cpu-idle", "cpu burst and idle"), ("--cpuset-cpus", "cpuset"),
        ("--cpuset-mems", "cpuset"), ("--pids-limit", "pids"), ("--blkio-weight", "weight of block devices"),
        ("--kernel-memory", "kernel memory is warned about, or refused"),
    ]

    private static var documents: [Promise] {
        [
            ("pids", ["--resources from a file and from standard input"]),
            ("hugepageLimits", ["--resources: huge pages"]),
            ("unified", ["--resources: unified", "of a created and of a paused container"]),
            ("devices", ["--resources: rules for devices replace those before"]),
        ].map { part, names in
            .verb("update", "update.resources.\(part)", "/\(part) is passed over", names.map { "update: " + $0 }) {
                call in
                call.realUpdate { $0[.key(part)] = nil }
            }
        }
    }

    private static var ofWholeUpdates: [Promise] {
        [
            .verb(
                "update", "update.real-time", "real-time limits are passed over",
                ["update: real-time limits are refused"]
            ) { $0.has("--cpu-rt-period") || $0.has("--cpu-rt-runtime") ? 0 : $0.real() },
            .verb(
                "update", "update.period-stays", "a quota alone brings the period back to what it is without",
                ["update: a quota leaves the period, a period the quota"]
            ) { call in
                let alone = call.has("--cpu-quota") && !call.has("--cpu-period")
                return call.real(["update"] + (alone ? ["--cpu-period", "100000"] : []) + call.words)
            },
            .verb(
                "update", "update.rest-stays", "what is not named is not limited any more",
                ["update: what is not named stays"]
            ) { call in
                let isNamed = call.has("--memory") || call.document?["memory", "limit"] != nil
                let status = call.real()
                if status == 0, let id = call.id, !isNamed {
                    call.quietly("update", "--memory", "-1", "--memory-reservation", "0", id)
                }
                return status
            },
            .verb(
                "update", "update.devices-at-once", "no device is allowed before the new ones are",
                ["update: --resources: rules for devices change at once, with nothing in between"]
            ) { call in
                guard call.document?["devices"] != nil, let id = call.id else { return call.real() }
                call.update(id, ["devices": [["allow": false, "access": "rwm"]]])
                return call.realUpdate { _ in }
            },
            .verb(
                "update", "update.devices-stay", "every device is allowed where none is named",
                ["update: without rules for devices those there are stay"]
            ) { call in
                call.realUpdate { document in
                    if document["devices"]?.elements?.isEmpty != false {
                        document["devices"] = [["allow": true, "access": "rwm"]]
                    }
                }
            },
            .verb(
                "update", "update.atomic", "the first limits hold though a later one is refused",
                [
                    "update: --resources: one refused value leaves all as it was",
                    "systemd limits: a refused update leaves the unit as it was",
                ]
            ) { call in
                let whole = call.document
                let status = call.real()
                guard status != 0, let whole, let id = call.id else { return status }
                for part in whole.firstParts { call.update(id, part) }
                return status
            },
            .verb("update", "update.at-once", "two at once crash", ["update: four at once: all hold, none hangs"]) {
                $0.realUnlessBusy()
            },
        ]
    }
}

extension JSON {
    /// The members one by one, and the first of each.
    fileprivate var firstParts: [JSON] {
        var parts: [JSON] = []
        for member in members ?? [] {
            parts.append(.object([member]))
            if let first = member.value.members?.first {
                parts.append(.object([Member(key: member.key, value: .object([first]))]))
            } else if let first = member.value.elements?.first {
                parts.append(.object([Member(key: member.key, value: .array([first]))]))
            }
        }
        return parts
    }
}

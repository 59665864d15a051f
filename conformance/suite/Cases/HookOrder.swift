extension Group {
    /// When hooks run, and in which order; of the group "hooks".
    static var hookOrderCases: [Case] {
        var cases: [Case] = []
        for kind in hookKinds {
            cases.append(
                Case("\(kind.name): two, in their order, at their time", "config.md, POSIX-platform Hooks") {
                    orderOf($0, kind.name)
                })
        }
        return [
            Case("run in their order, at their time", "config.md, POSIX-platform Hooks", order),
            Case("prestart, createRuntime, createContainer: in this order", "config.md, Hooks: summary", betweenKinds),
            Case("run: all kinds, in their order", "runtime.md, Lifecycle", orderInRun),
        ] + cases
    }
}

private func withAll(_ t: Trial, _ program: [String] = ["/probe", "pause"]) -> Container {
    t.hooked(program) { config in
        for kind in hookKinds {
            for number in 1...2 {
                config.append(t.probeHook(kind.name, "\(kind.name) \(number)"), at: "hooks", .key(kind.name))
            }
        }
    }
}

private func names(_ t: Trial) -> [String] { t.hooksSeen.compactMap { $0["name"]?.string } }

private func expected(_ kinds: [String]) -> [String] { kinds.flatMap { ["\($0) 1", "\($0) 2"] } }

private func order(_ t: Trial) {
    let box = withAll(t)
    t.requireSuccess(box.create())
    let created = expected(["prestart", "createRuntime", "createContainer"])
    t.equal(names(t), created, "hooks that ran in create")
    t.requireSuccess(box.start())
    let started = created + expected(["startContainer", "poststart"])
    t.equal(names(t), started, "hooks that ran until start returned")
    box.awaitFact("ready")
    box.stop()
    t.equal(names(t), started, "hooks that ran until the container stopped")
    t.requireSuccess(box.delete())
    t.equal(names(t), started + expected(["poststop"]), "hooks that ran until delete returned")
}

/// Two hooks of one kind: they run in the order of the list, and all within the verb whose they are.
private func orderOf(_ t: Trial, _ kind: String) {
    let box = t.hooked { config in
        for number in 1...2 { config.append(t.probeHook(kind, "\(kind) \(number)"), at: "hooks", .key(kind)) }
    }
    let verbs: [(name: String, kinds: [String])] = [
        ("create", ["prestart", "createRuntime", "createContainer"]), ("start", ["startContainer", "poststart"]),
        ("delete", ["poststop"]),
    ]
    for verb in verbs {
        let before = names(t)
        switch verb.name {
        case "create": t.requireSuccess(box.create())
        case "start":
            t.requireSuccess(box.start())
            box.awaitFact("ready")
            box.stop()
        default: t.requireSuccess(box.delete())
        }
        let ran = Array(names(t).dropFirst(before.count))
        t.equal(ran, verb.kinds.contains(kind) ? expected([kind]) : [], "hooks that ran in \(verb.name)")
    }
}

private func betweenKinds(_ t: Trial) {
    let kinds = ["createContainer", "createRuntime", "prestart"]
    let box = t.hooked { config in
        for kind in kinds { config.append(t.probeHook(kind, kind), at: "hooks", .key(kind)) }
    }
    t.requireSuccess(box.create())
    t.equal(names(t), kinds.reversed(), "hooks that ran in create")
}

private func orderInRun(_ t: Trial) {
    let box = withAll(t, ["/probe", "exit", "5"])
    t.equal(box.run().exit, .status(5), "exit of run")
    t.equal(names(t), expected(hookKinds.map { $0.name }), "hooks that ran")
}

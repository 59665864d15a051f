/// What engines and users rely on though no sentence of the specification says it: verbs that it does not know, what a
/// limit comes to, the systemd driver.
///
/// Each has a mutant that breaks it, and cases that must fail then, as sentences have theirs.
struct Promise {
    /// Part and name, such as "update.pids".
    let id: String
    /// What the mutant does.
    let breach: String
    /// The full names of the cases that must fail.
    let cases: [String]
    /// Answers a call, as a mutant does.
    let answer: (Invocation) -> Int32

    /// Any change of behaviour. Cases without a group are of the part.
    init(_ id: String, _ breach: String, _ cases: [String], answer: @escaping (Invocation) -> Int32) {
        self.id = id
        self.breach = breach
        self.cases = cases
        self.answer = answer
    }

    /// Another way through a verb.
    static func verb(
        _ verb: String, _ id: String, _ breach: String, _ cases: [String], _ answer: @escaping (Invocation) -> Int32
    ) -> Promise {
        Promise(id, breach, cases) { call in call.verb == verb ? answer(call) : call.real() }
    }

    /// Another way through a verb that has a group of cases, by the verb's name, as the promise has it before its own.
    static func of(
        _ verb: String, _ name: String, _ breach: String, _ cases: [String], _ answer: @escaping (Invocation) -> Int32
    ) -> Promise {
        .verb(verb, "\(verb).\(name)", breach, cases.map { "\(verb): " + $0 }, answer)
    }

    /// Another configuration than the one that is sent.
    static func config(
        _ id: String, _ breach: String, _ cases: [String], _ change: @escaping (inout JSON) -> Void
    ) -> Promise {
        Promise(id, breach, cases, answer: Mutant.config(id, what: breach, change).answer)
    }

    /// What holds of any verb of which somebody else reads the failures.
    static func ofFailures(_ verb: String, failing: [String], harmless: [String]) -> [Promise] {
        [
            .verb(verb, "\(verb).fails", "\(verb) never fails", failing) { call in
                _ = call.real()
                return 0
            },
            .verb(verb, "\(verb).harmless", "what fails leaves a file in the state root", harmless) { call in
                let status = call.real()
                if status != 0 { File.write("left", to: call.root + "/left") }
                return status
            },
        ]
    }

    /// Every promise.
    static var all: [Promise] {
        [
            ofUpdate, ofFreezer, ofProcesses, ofEvents,
            ofPlacement, ofLimits, ofDevices, ofScopes, ofScopeLimits,
            ofErrors,
            ofFaults,
            ofMounts,
            ofReadiness,
            ofExecFlags,
            ofCheckpoints,
            ofCapabilities, ofMemoryPolicy, ofSockets, ofAnnotations, ofProfiles, ofAgents,
            ofTerminals,
            ofRootfs, ofRefusals, ofNamespaces,
            ofBirth, ofCreation, ofLife, ofPrograms, ofAttributes, ofEntering, ofAttacks, ofFilters, ofHooks, ofEnds,
            ofOrdinaryUsers,
            ofDocuments, ofIdentities, ofCommands, ofLogs, ofListings,
        ].flatMap { $0 }
    }

    var mutant: Mutant { Mutant([id], breach, answer: answer) }

    /// What `--prove` shows.
    var sentence: Sentence {
        Sentence(
            id: id, level: .should, section: "what engines and users rely on", words: id,
            says: "It does not come to this: \(breach).", cases: cases)
    }
}

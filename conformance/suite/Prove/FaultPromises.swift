extension Promise {
    /// Promises of what holds when a system call of a verb fails or is its last.
    ///
    /// The mutants behave otherwise only then: where all goes well they are the runtime.
    static var ofFaults: [Promise] {
        let created = ["faults: create: whichever call fails", "faults: create: whichever call is refused"]
        return [
            leavesFile("create", when: "fails", in: created) { $0 != 0 },
            takesLess("create", in: created),
            leavesFile("run", when: "fails", in: ["faults: run: whichever call fails"]) { $0 != 0 },
            takesLess("run", in: ["faults: run: whichever call fails"]),
            Promise(
                "faults.delete-unknown", "delete --force leaves what has no state",
                ["faults: create: whichever call it is killed at"]
            ) { call in
                call.verb == "delete" && call.state == nil ? 0 : call.real()
            },
            succeeds("start"),
            leavesFile("start", when: "is killed", in: ["faults: start: whichever call it is killed at"], isKilled),
            succeeds("exec"),
            leavesFile("exec", when: "is killed", in: ["faults: exec: whichever call it is killed at"], isKilled),
            succeeds("delete", "delete --force"),
            leavesFile(
                "delete", when: "is killed", in: ["faults: delete --force: whichever call it is killed at"], isKilled),
        ]
    }

    /// The impostor's word for a runtime that a signal has ended.
    private static func isKilled(_ status: Int32) -> Bool { status > 128 }

    private static func leavesFile(
        _ verb: String, when: String, in cases: [String], _ leaves: @escaping (Int32) -> Bool
    ) -> Promise {
        .verb(verb, "faults.\(verb)-leaves", "\(verb) that \(when) leaves a file in the state root", cases) { call in
            let status = call.real()
            if leaves(status) { File.write("left", to: call.root + "/left") }
            return status
        }
    }

    private static func takesLess(_ verb: String, in cases: [String]) -> Promise {
        .verb(
            verb, "faults.\(verb)-less", "\(verb) that fails is tried again without a host name, and says nothing",
            cases
        ) { call in
            let status = call.real()
            guard status != 0, var config = call.config else { return status }
            config["hostname"] = nil
            return call.real(with: config)
        }
    }

    private static func succeeds(_ verb: String, _ name: String? = nil) -> Promise {
        .verb(
            verb, "faults.\(verb)-succeeds", "\(verb) says that it succeeded whatever failed",
            ["faults: \(name ?? verb): whichever call fails"]
        ) { call in
            _ = call.real()
            return 0
        }
    }
}

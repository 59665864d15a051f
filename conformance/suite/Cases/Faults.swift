import CLinux
import Glibc

extension Group {
    /// Each system call of a verb fails once, and each once is the last one: what is lost, left behind or let through.
    ///
    /// Followed call by call with ptrace(2), in the runtime and in the processes that it makes, until they execute the
    /// container's program.
    static var faults: Group {
        Group(
            "faults",
            [
                Case("create: whichever call fails", undoneOrWhole, createBroken),
                Case("create: whichever call is refused", undoneOrWhole, createRefused),
                Case("create: whichever call it is killed at", deletable, createKilled),
                Case("run: whichever call fails", undoneOrWhole, runBroken),
                Case("start: whichever call fails", "runtime.md, Start: MUST generate an error", startBroken),
                Case("start: whichever call it is killed at", deletable, startKilled),
                Case("exec: whichever call fails", "told, or the program has what was asked for", execBroken),
                Case("exec: whichever call it is killed at", "nothing of it but the program stays", execKilled),
                Case("delete --force: whichever call fails", "told, and done by the next", deleteBroken),
                Case("delete --force: whichever call it is killed at", deletable, deleteKilled),
            ].map { $0.timeout(300) })
    }
}

private let undoneOrWhole = "runtime.md, Errors: as though never attempted, or all as asked for"
private let deletable = "delete --force leaves nothing, whatever was there"

extension Case {
    fileprivate func timeout(_ seconds: Int) -> Case {
        var longer = self
        longer.timeout = seconds
        return longer
    }
}

// MARK: What is looked at

/// What the probe says of what a runtime sets; not the environment: an image's passwd(5) that cannot be read names no home.
private let questions = [
    "ids", "+", "caps", "+", "process", "+", "sched", "+", "signals", "+", "rlimits", "+", "uts", "+", "fds", "+", "ns",
    "+", "mounts",
]

/// The probe's answers without what is another each time.
private func lasting(_ facts: JSON, host: Int32) -> JSON {
    var facts = facts
    facts["ready"] = nil
    for key in ["keyring", "pid", "sid", "pgid"] { facts["process", .key(key)] = nil }
    // Some runtimes have a pipe between a stream and the caller's.
    for stream in ["0", "1", "2"] where stream != "0" || facts["fds", "0", "target"]?.string?.hasPrefix("pipe:") == true
    {
        for key in ["ino", "target"] { facts["fds", .key(stream), .key(key)] = nil }
    }
    // Of the null device, whether it is the host's.
    if facts["fds", "0", "dev"] != nil {
        let host = File.facts("/dev/null").map { Int($0.device) }
        facts["fds", "0", "dev"] = .bool(facts["fds", "0", "dev"]?.int == host)
    }
    // Of a namespace, whether it is the host's.
    for member in facts["ns"]?.members ?? [] {
        facts["ns", .key(member.key)] = .text(
            member.value.string == Proc.namespace(host, member.key) ? "the host's" : "its own")
    }
    // Of a mount, all but its numbers.
    let mounts = (facts["mounts"]?.elements ?? []).map { line in
        let fields = (line.string ?? "").split(separator: " ")
        return JSON.text(fields.enumerated().filter { $0.offset > 2 }.map { String($0.element) }.joined(separator: " "))
    }
    facts["mounts"] = .array(mounts)
    return facts
}

/// One sweep: a verb whose calls go wrong one after the other.
private final class Sweep {
    let t: Trial
    let box: Container
    /// The host before each run, with what earlier runs have left there for good.
    private var before: Snapshot

    /// Of a runtime that makes very many calls, so many are tried, evenly spread.
    static let most = 700
    /// After so many things that are wrong the rest would say no more, and a runtime that loses one loses many.
    static let enough = 10

    init(_ t: Trial, _ box: Container) {
        self.t = t
        self.box = box
        // What a runtime's first container leaves for all later ones is no loss.
        t.requireSuccess(box.create())
        t.requireSuccess(box.delete(["--force"]))
        before = Snapshot(t)
    }

    /// What is there now stays during the whole sweep.
    func beginsHere() { before = Snapshot(t) }

    /// Runs the command that `fresh` prepares once for each of its calls; `check` undoes what it has done.
    func each(_ verb: String, _ what: Fault, _ fresh: () -> Command, _ check: (Outcome, TracedCall, String) -> Void) {
        var plain = Tracer()
        t.isAt("\(verb), where nothing fails")
        let outcome = t.note(plain.run(fresh()))
        if plain.calls.isEmpty { t.skip("programs cannot be followed here, see ptrace(2)") }
        t.requireSuccess(outcome)
        _ = t.command(["delete", "--force", box.id]).run()
        let calls = plain.calls.filter { if case .killed = what { true } else { cl_call_is_certain($0.number) == 0 } }
        let step = max(1, calls.count / Sweep.most)
        var tried = 0
        let known = t.verdict.failures.count
        for call in calls.enumerated().filter({ $0.offset % step == 0 }).map({ $0.element }) {
            let place = "\(verb) \(what) at \(call.place)"
            if t.verdict.failures.count - known > Sweep.enough {
                return t.expect(false, "given up before \(place): \(tried) of \(calls.count / step) calls were tried")
            }
            t.isAt(place)
            var tracer = Tracer((call, what))
            let outcome = tracer.run(fresh())
            if tracer.struck { tried += 1 }
            if case .error = what {
                t.expect(outcome.status >= 0, "\(place): \(outcome.exit)")
                t.expect(outcome.succeeded || !outcome.stderr.isEmpty, "\(place): no word about it")
            }
            check(outcome, call, place)
            unchanged(place)
        }
        t.note("\(tried) of \(plain.calls.count) calls were tried")
        t.expect(tried > calls.count / step / 2, "only \(tried) of \(calls.count / step) calls were met again")
    }

    func delete(_ place: String) {
        let outcome = t.command(["delete", "--force", box.id]).run()
        t.expect(outcome.succeeded, "\(place): delete --force: \(outcome.stderr)")
    }

    /// What was killed on the way may need a moment to be gone.
    func unchanged(_ place: String) {
        var differences: [String] = []
        for _ in 0..<200 {
            differences = before.differences(to: Snapshot(t))
            if differences.isEmpty { return }
            cl_sleep_ms(5)
        }
        for difference in differences.prefix(3) { t.expect(false, "\(place): \(difference)") }
        _ = t.command(["delete", "--force", box.id]).run()
        before = Snapshot(t)
    }

    /// Compares what the program sees with what it has to see.
    func whole(_ seen: JSON, _ expected: JSON, _ place: String) {
        let differences = expected.differences(to: lasting(seen, host: t.ownPid))
        t.expect(differences.isEmpty, "\(place): inside: \(differences.joined(separator: "; "))")
    }
}

// MARK: create, run

private func createFails(_ t: Trial, _ error: Int32) {
    let box = t.container(program: ["/probe"] + questions + ["+", "pause"])
    let sweep = Sweep(t, box)
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    let plain = box.facts
    let expected = lasting(plain, host: t.ownPid)
    box.delete(["--force"])
    sweep.each("create", .error(error), { box.createCommand() }) { outcome, _, place in
        guard outcome.succeeded else { return }
        // What fails behind create's back, start says.
        let start = t.command(["start", box.id]).run()
        t.expect(start.succeeded || !start.stderr.isEmpty, "\(place): start says nothing")
        if start.succeeded {
            box.awaitFact("ready")
            var seen = box.facts
            // A null device that may not be opened is left alone, and the caller's stays.
            if error == EPERM { seen["fds", "0"] = plain["fds", "0"] }
            sweep.whole(seen, expected, place)
        }
        sweep.delete(place)
    }
}

private func createBroken(_ t: Trial) { createFails(t, EIO) }
private func createRefused(_ t: Trial) { createFails(t, EPERM) }

private func runBroken(_ t: Trial) {
    let box = t.container(program: ["/probe"] + questions)
    let sweep = Sweep(t, box)
    t.requireSuccess(box.run())
    let expected = lasting(box.facts, host: t.ownPid)
    sweep.each("run", .error(EIO), { box.runCommand() }) { outcome, _, place in
        if outcome.succeeded { return sweep.whole(box.facts, expected, place) }
        // A container whose program has run and that cannot be taken away, which is said, is left to who tries next.
        if box.facts["mounts"] != nil { sweep.delete(place) }
    }
}

private func createKilled(_ t: Trial) {
    let box = t.container()
    let sweep = Sweep(t, box)
    sweep.each("create", .killed, { box.createCommand() }) { outcome, call, place in
        // When the container's first process dies, create itself says so and undoes it.
        if call.process > 0, !outcome.succeeded {
            t.expect(outcome.status > 0, "\(place): \(outcome.exit)")
            sweep.unchanged(place + ", before delete")
        }
        sweep.delete(place)
    }
}

// MARK: start

private func startFails(_ t: Trial, _ what: Fault) {
    let box = t.container()
    let sweep = Sweep(t, box)
    func fresh() -> Command {
        t.requireSuccess(box.createCommand().run())
        return t.command(["start", box.id])
    }
    sweep.each("start", what, fresh) { outcome, _, place in
        if outcome.succeeded { t.equal(box.status, "running", "\(place): status") }
        sweep.delete(place)
    }
}

private func startBroken(_ t: Trial) { startFails(t, .error(EIO)) }
private func startKilled(_ t: Trial) { startFails(t, .killed) }

// MARK: exec

/// The container stays for the whole sweep; what is compared is the host with it.
private func execFails(_ t: Trial, _ what: Fault) {
    let box = t.container("other")
    let sweep = Sweep(t, box)
    let target = t.running("target")
    sweep.beginsHere()
    func fresh() -> Command { t.command(["exec", target.id, "/probe"] + questions) }
    let plain = fresh().run()
    t.requireSuccess(plain)
    let expected = lasting(Container.merged(plain.stdout), host: t.ownPid)
    sweep.each("exec", what, fresh) { outcome, _, place in
        if outcome.succeeded { sweep.whole(Container.merged(outcome.stdout), expected, place) }
        t.equal(target.status, "running", "\(place): status")
    }
}

private func execBroken(_ t: Trial) { execFails(t, .error(EIO)) }
private func execKilled(_ t: Trial) { execFails(t, .killed) }

// MARK: delete

private func deleteFails(_ t: Trial, _ what: Fault) {
    let box = t.container()
    let sweep = Sweep(t, box)
    func fresh() -> Command {
        t.requireSuccess(box.createCommand().run())
        t.requireSuccess(t.command(["start", box.id]).run())
        return t.command(["delete", "--force", box.id])
    }
    sweep.each("delete", what, fresh) { outcome, _, place in
        if !outcome.succeeded { sweep.delete(place) }
    }
}

private func deleteBroken(_ t: Trial) { deleteFails(t, .error(EIO)) }
private func deleteKilled(_ t: Trial) { deleteFails(t, .killed) }

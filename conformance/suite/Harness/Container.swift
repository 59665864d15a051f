import CLinux
import Glibc

/// A container of a case: its bundle and the verbs on it.
final class Container {
    let trial: Trial
    let name: String
    let id: String
    let bundle: String
    let rootfs: String
    /// Where the container's standard output and error go.
    let output: String
    let error: String
    let pidFile: String
    var config: JSON
    /// Whether something of it may be there, so that the end of the case removes it.
    private(set) var mayExist = false
    private var known: Int32 = 0

    /// Writes the bundle: a root file system of busybox and the probe, and config.json.
    init(trial: Trial, name: String, config: JSON) {
        self.trial = trial
        self.name = name
        self.config = config
        id = trial.tag + name
        bundle = trial.directory + "/" + name
        rootfs = bundle + "/rootfs"
        output = trial.directory + "/said/" + name + ".out"
        error = trial.directory + "/said/" + name + ".err"
        pidFile = trial.directory + "/said/" + name + ".pid"
        File.makeDirectory(bundle)
        RootFileSystem.make(at: rootfs, from: trial.template)
        saveConfig()
    }

    func saveConfig() {
        File.write(config.pretty + "\n", to: bundle + "/config.json")
        trial.sent(name, config)
    }

    /// Changes config.json before `create`.
    func edit(_ change: (inout JSON) -> Void) {
        change(&config)
        saveConfig()
    }

    // MARK: Verbs

    /// `create [options] --bundle BUNDLE ID`, ready to be changed and run, with its output in the container's files.
    func createCommand(_ options: [String] = []) -> Command {
        var command = trial.command(["create", "--bundle", bundle, "--pid-file", pidFile] + options + [id])
        command.output = .file(output)
        command.error = .file(error)
        return command
    }

    @discardableResult
    func create(_ options: [String] = [], _ change: (inout Command) -> Void = { _ in }) -> Outcome {
        var command = createCommand(options)
        change(&command)
        File.remove(pidFile)
        known = 0
        let outcome = trial.run(command)
        mayExist = mayExist || outcome.succeeded
        return outcome
    }

    @discardableResult
    func start() -> Outcome { trial.runtime("start", id) }

    func runCommand(_ options: [String] = []) -> Command {
        var command = trial.command(["run", "--bundle", bundle] + options + [id])
        command.output = .file(output)
        command.error = .file(error)
        return command
    }

    /// `run` in the foreground, or detached when the options say so.
    @discardableResult
    func run(_ options: [String] = [], _ change: (inout Command) -> Void = { _ in }) -> Outcome {
        var command = runCommand(options)
        change(&command)
        let outcome = trial.run(command)
        if options.contains("--detach") || options.contains("-d") || options.contains("--keep") {
            mayExist = mayExist || outcome.succeeded
        }
        return outcome
    }

    /// `kill [options] ID [SIGNAL]`.
    @discardableResult
    func kill(_ signal: String?, _ options: [String] = []) -> Outcome {
        trial.run(trial.command(["kill"] + options + [id] + (signal.map { [$0] } ?? [])))
    }

    /// `delete [options] ID`, with calls of systemd by a way that is watched, if there is one.
    @discardableResult
    func delete(_ options: [String] = [], by bus: WatchedBus? = nil) -> Outcome {
        var command = trial.command(["delete"] + options + [id])
        if let bus { command.environment.append("DBUS_SYSTEM_BUS_ADDRESS=" + bus.address) }
        let outcome = trial.run(command)
        if outcome.succeeded { mayExist = false }
        return outcome
    }

    /// `delete --force` of what is left, but not of one in the top cgroup: that one's processes end, and no others.
    func remove() {
        guard isInTopCgroup else { return trial.expectSuccess(delete(["--force"])) }
        trial.note("\(id) is in the top cgroup: it is not deleted, but its first process killed")
        Proc.sendSignal(pid, SIGKILL)
        mayExist = false
    }

    /// Says that a container was made by a command that the case ran itself.
    func claim() { mayExist = true }

    // MARK: State

    /// `state ID` as JSON; the case ends when there is none.
    var state: JSON {
        let outcome = trial.runtime("state", id)
        trial.requireSuccess(outcome)
        return trial.require(outcome.json, "state: expected JSON, found “\(outcome.stdout)”")
    }

    /// The status that `state` gives; nil when the container is not known.
    var status: String? { trial.runtime("state", id).json?["status"]?.string }

    /// The host's process id of the container's first process, as the pid file or else `state` says it.
    var pid: Int32 {
        if known == 0 {
            known = File.text(pidFile).flatMap { Int32($0) } ?? Int32(state["pid"]?.int ?? 0)
            trial.require(known > 1, "expected a process id in the pid file or the state")
        }
        return known
    }

    // MARK: What the probe says

    /// The probe's lines so far, merged into one object; same-named facts that are objects are merged too.
    var facts: JSON { Container.merged(File.text(output) ?? "") }

    /// Every line of JSON on standard output.
    var lines: [JSON] {
        (File.text(output) ?? "").split(separator: "\n").compactMap { JSONReader.value(String($0)) }
    }

    static func merged(_ text: String) -> JSON {
        var all = JSON.object([])
        for line in text.split(separator: "\n") {
            for fact in JSONReader.value(String(line))?.members ?? [] {
                guard case .object(let members) = fact.value, all[.key(fact.key)] != nil else {
                    all[.key(fact.key)] = fact.value
                    continue
                }
                for member in members { all[.key(fact.key), .key(member.key)] = member.value }
            }
        }
        return all
    }

    /// Waits until the probe has said this fact; the case ends when it does not.
    @discardableResult
    func awaitFact(_ key: String, within milliseconds: Int = 10_000) -> JSON {
        let deadline = cl_monotonic_ns() + Int64(milliseconds * trial.patience) * 1_000_000
        while true {
            if let value = facts[.key(key)] { return value }
            if cl_monotonic_ns() > deadline {
                trial.note("container's stdout: \(File.text(output) ?? "")")
                trial.note("container's stderr: \(File.text(error) ?? "")")
                trial.fail("the container's program did not say “\(key)” within \(milliseconds) ms")
            }
            cl_sleep_ms(2)
        }
    }

    /// Waits for the container's first process, which is this case's child once `create` has returned, and reaps it.
    @discardableResult
    func awaitExit(within milliseconds: Int = 10_000) -> Exit {
        let scope = trial.systemd ? Proc.cgroup(pid) : nil
        let exit = Exit.of(child: pid, within: milliseconds * trial.patience)
        if let tree = Proc.cgroup2, let scope { awaitEnd(ofScope: tree + scope) }
        return trial.require(
            exit, "process \(pid) is no child of the caller: the runtime did not leave it to its caller")
    }

    /// Kills it and waits for its end: the container is stopped afterwards.
    func stop() {
        trial.requireSuccess(kill("KILL"))
        awaitExit()
    }

    /// Waits until systemd, which does so when it comes to it, has removed an empty scope: that is no verb's doing.
    private func awaitEnd(ofScope directory: String) {
        let deadline = cl_monotonic_ns() + Int64(trial.patience) * 2_000_000_000
        while cl_monotonic_ns() < deadline,
            File.text(directory + "/cgroup.events")?.contains("populated 0") == true
        {
            cl_sleep_ms(5)
        }
    }
}

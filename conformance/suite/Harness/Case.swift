/// One thing that must hold of a runtime.
///
/// How to write one:
///
///     extension Group {
///         static var hostname: Group {
///             Group("hostname", [
///                 Case("is what the configuration says", "config.md, Hostname", hostnameIsSet),
///             ])
///         }
///     }
///
///     private func hostnameIsSet(_ t: Trial) {
///         let box = t.running(["uts"]) { config in      // created and started, /probe says what it sees
///             config["hostname"] = "swift"
///         }
///         t.equal(box.facts["uts", "hostname"], "swift", "hostname inside")
///         t.differs(Proc.namespace(box.pid, "uts"), Proc.namespace(t.ownPid, "uts"), "uts namespace")
///     }
///
/// then add `.hostname` to `Group.all` (and give no body the name of a group: inside the table it would hide it). The name and the second text (the sentence or contract that is checked) are
/// printed when the case fails.
/// - `t.expect`, `t.equal`, `t.differs`, `t.contains` note a failure and go on; `t.require...` and `t.fail` end the case.
///   Nothing is thrown: each case has a process of its own, and ending the case ends that process.
/// - `t.skip("reason")` ends it as skipped: for what the host lacks, never for what the runtime lacks.
/// - Cases are run by ordinary users too: one that needs what such a user lacks is named in `OrdinaryUser`.
/// - A case that checks a sentence of the specification is named by that sentence in `Coverage/`, and `--prove` must
///   show that it fails with the sentence's mutant in `Prove/`.
/// - Containers: `t.inside(commands)` runs the probe to its end and answers its facts; `t.running(commands)` leaves it
///   running; `t.container(program:)` only writes a bundle, for cases about the verbs themselves.
/// - Whatever is still there when the case returns is removed with `delete --force`, and what is left after that
///   (processes, cgroups, mounts, state) fails the case. So does anything left by a `create` or `run` that failed.
/// - Names that a case chooses for host things (cgroup paths above all) contain `t.tag`, so that they are found.
/// - Check values from both sides: `box.pid` is the host's process id for `Proc`, `box.facts` is what the probe saw.
///   A check against an absent value must fail, as `equal` does.
struct Case {
    let name: String
    /// What is checked: a section of the specification, or the contract with an engine.
    let source: String
    let body: (Trial) -> Void
    /// Seconds.
    var timeout = 30

    init(_ name: String, _ source: String, _ body: @escaping (Trial) -> Void, timeout: Int = 30) {
        self.name = name
        self.source = source
        self.timeout = timeout
        self.body = body
    }
}

/// The cases of one verb or one concept.
struct Group {
    let name: String
    let cases: [Case]

    init(_ name: String, _ cases: [Case]) {
        self.name = name
        self.cases = cases
    }
}

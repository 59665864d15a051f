import CLinux
import Glibc

/// Drives an OCI runtime through real containers and says, case by case, what holds.
@main enum Conformance {
    static func main() {
        Impostor.appear(CommandLine.arguments)
        do throws(Options.Misuse) {
            guard let options = try Options(Array(CommandLine.arguments.dropFirst())) else {
                return Report.say(Options.help)
            }
            judge(options)
        } catch {
            stop(error.message + " (--help lists the options)")
        }
    }

    /// Ends the suite because it cannot work.
    private static func stop(_ message: String) -> Never {
        File.write(Array("apus-conformance: \(message)\n".utf8), descriptor: 2)
        exit(2)
    }

    private static func judge(_ given: Options) {
        if given.coverage { showCoverage() }
        var options = given
        var entries: [Runner.Entry] = []
        for group in Group.all {
            for item in group.cases {
                let entry = Runner.Entry(group: group.name, item: item)
                if options.selects(entry.title, of: group.name) { entries.append(entry) }
            }
        }
        if let unknown = options.groups.first(where: { name in !Group.all.contains { $0.name == name } }) {
            stop("there is no group “\(unknown)” (--groups lists them)")
        }
        if options.listGroups { return Report.say(counted(entries)) }
        if options.list {
            var text = ""
            for entry in entries { text += "\(entry.title)  [\(entry.item.source)]\n" }
            return Report.say(text)
        }
        if entries.isEmpty, !options.prove { stop("no case matches the filter") }

        let own = File.link("/proc/self/exe") ?? ""
        let beside = String(own[..<(own.lastIndex(of: "/") ?? own.startIndex)])
        options.runtime = runtime(options.runtime, beside: beside)
        let scratch = makeScratch(options.scratch)
        makeTemplate(scratch + "/template", beside: beside)

        // The callers' descriptors are none of the runtime's business; the signals are read where they are waited for.
        _ = cl_close_range(3, UInt32.max, 4)
        _ = cl_signal_mask(Interrupts.mask, nil)
        _ = cl_signal_ignore(SIGPIPE)
        _ = umask(0o022)
        if options.prove { prove(options, scratch) }
        var report = Report(options: options, total: entries.count, what: "cases")
        let plain = Proof.plainContainer(options, scratch)
        if plain.result == .failed { report.warns(plain) }
        let runner = Runner(options: options, entries: entries, scratch: scratch, template: scratch + "/template")
        let end = runner.run(&report)
        report.stops(end)
        let good = report.close()
        if !options.keep { File.remove(scratch) }
        exit(end == .complete && good ? 0 : 1)
    }

    /// A line for each group.
    private static func counted(_ entries: [Runner.Entry]) -> String {
        var text = ""
        for group in Group.all {
            let count = entries.filter { $0.group == group.name }.count
            if count > 0 { text += "\(group.name)  [\(count)]\n" }
        }
        return text
    }

    /// Judges the cases themselves; the exit status is 0 when all of them can fail.
    private static func prove(_ options: Options, _ scratch: String) -> Never {
        let coverage = Coverage()
        if !coverage.problems.isEmpty { stop(coverage.problems.joined(separator: "\n")) }
        let proof = Proof(options: options, coverage: coverage, scratch: scratch, template: scratch + "/template")
        let holds = proof.run()
        if !options.keep { File.remove(scratch) }
        if proof.isEmpty { stop("no sentence or case matches the filter") }
        exit(holds == true ? 0 : 1)
    }

    /// Prints the index's counts; it is an error that index and cases disagree.
    private static func showCoverage() -> Never {
        let coverage = Coverage()
        let fields = Fields()
        Report.say(coverage.summary + fields.summary)
        let problems = coverage.problems + fields.problems
        if !problems.isEmpty { stop(problems.joined(separator: "\n")) }
        exit(0)
    }

    /// The runtime as an absolute path: cases run it from other directories.
    private static func runtime(_ given: String, beside: String) -> String {
        var path = given.isEmpty ? beside + "/apus" : given
        if !path.contains("/"), let found = File.program(path) { path = found }
        guard let absolute = File.resolved(path) else { stop("there is no runtime at \(path)") }
        guard cl_faccessat(AT_FDCWD, absolute, X_OK, 0) == 0 else { stop("\(absolute) is not executable") }
        // A link may be what the runtime looks at to know its name, so only the directory is resolved.
        guard let slash = path.lastIndex(of: "/") else { return absolute }
        let directory = File.resolved(slash == path.startIndex ? "/" : String(path[..<slash])) ?? ""
        return directory + path[slash...]
    }

    private static func makeScratch(_ given: String) -> String {
        let parent = given.isEmpty ? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" : given
        guard let absolute = File.resolved(parent) else { stop("there is no directory \(parent) to work in") }
        let path = absolute + "/apus-conformance.\(cl_getpid())"
        // The container's users must be able to walk through it.
        guard cl_mkdirat(AT_FDCWD, path, 0o711) == 0 else { stop("cannot make \(path)") }
        return path
    }

    private static func makeTemplate(_ path: String, beside: String) {
        let probe = beside + "/apus-probe"
        guard File.exists(probe) else { stop("apus-probe is not beside this program (\(probe))") }
        guard let busybox = File.exists("/bin/busybox") ? "/bin/busybox" : File.program("busybox") else {
            stop("busybox is not installed (Debian: apt-get install busybox-static)")
        }
        guard RootFileSystem.makeTemplate(at: path, busybox: busybox, probe: probe) else {
            stop("cannot copy busybox and the probe to \(path)")
        }
    }
}

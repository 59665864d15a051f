import CLinux
import Glibc

extension Group {
    static var ps: Group {
        Group(
            "ps",
            [
                Case("json: the host's process ids, in one array", "go-runc: a list of numbers", json),
                Case("json: processes in cgroups below too", "runc's ps", below),
                Case("of a created container", "runc's ps", ofCreated),
                Case("of a paused container", "runc's ps", ofPaused),
                Case("json of a stopped container: no process", "runc's ps", ofStopped),
                Case("table: heading and processes", "runc's ps", table),
                Case("table: options of ps", "runc's ps", options),
                Case("table: options without a column PID fail", "runc's ps", withoutPIDs),
                Case("table of a stopped container: the heading", "runc's ps", tableOfStopped),
                Case("table: what ps refuses is an error", "runc's ps", refusedOption),
                Case(
                    "table without ps on the host is an error, or the runtime's own", "runc's ps, crun's ps", withoutPs),
                Case("only its own processes", "runc's ps", own),
                Case("processes that outlived the first", "runc's ps: a shared pid namespace", outlived),
                Case("of an unknown container fails", "engines: “does not exist”", unknown),
                Case("wrong use fails", "runc's command line", wrongUse),
            ])
    }
}

private func pids(_ t: Trial, _ box: Container) -> [Int] {
    let outcome = t.runtime("ps", "--format", "json", box.id)
    t.requireSuccess(outcome)
    let list = t.require(outcome.json?.elements, "ps: expected a list, found “\(outcome.stdout)”")
    return list.compactMap(\.int).sorted()
}

/// The container's processes as /proc knows them.
private func known(_ box: Container) -> [Int] {
    ([box.pid] + Proc.descendants(of: box.pid)).map { Int($0) }.sorted()
}

private func json(_ t: Trial) {
    let box = t.running(["children", "3"])
    t.equal(pids(t, box), known(box), "process ids")
    t.equal(pids(t, box).count, 4, "processes")
}

private func below(_ t: Trial) {
    let box = t.running(["children", "2"])
    let cgroup = t.directoryOfCgroup(box)
    t.require(File.makeDirectory(cgroup + "/a"), "cannot make a cgroup in \(cgroup)")
    t.require(File.makeDirectory(cgroup + "/a/b"), "cannot make a cgroup in \(cgroup)/a")
    for (child, place) in zip(Proc.descendants(of: box.pid), ["/a", "/a/b"]) {
        t.require(File.write("\(child)", to: cgroup + place + "/cgroup.procs"), "cannot move process \(child)")
    }
    t.equal(pids(t, box), known(box), "process ids")
}

private func ofCreated(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    t.equal(pids(t, box), [Int(box.pid)], "process ids")
}

private func ofPaused(_ t: Trial) {
    let box = t.running(["children", "1"])
    t.requireSuccess(t.runtime("pause", box.id))
    t.equal(pids(t, box), known(box), "process ids")
}

private func ofStopped(_ t: Trial) {
    let box = t.running()
    box.stop()
    let outcome = t.runtime("ps", "-f", "json", box.id)
    t.requireSuccess(outcome)
    // runc prints null, which Go's decoder takes for an empty list.
    t.expect(outcome.json == .array([]) || outcome.json == .null, "expected no process, found “\(outcome.stdout)”")
}

/// The lines that ps prints, split at blanks.
private func rows(_ t: Trial, _ words: [String], environment: [String]? = nil) -> [[Substring]] {
    var command = t.command(["ps"] + words)
    if let environment { command.environment = environment }
    let outcome = t.run(command)
    t.requireSuccess(outcome)
    return outcome.stdout.split(separator: "\n").map { $0.split(separator: " ") }
}

private func needPs(_ t: Trial) {
    if File.program("ps") == nil { t.skip("the host has no ps") }
}

private func table(_ t: Trial) {
    needPs(t)
    let box = t.running(["children", "2"])
    for words in [[box.id], ["-f", "table", box.id], ["--format=table", box.id]] {
        let rows = rows(t, words)
        let column = t.require(rows.first?.firstIndex(of: "PID"), "a heading with PID")
        t.equal(rows.dropFirst().compactMap { Int($0[column]) }.sorted(), known(box), "column PID")
    }
}

private func options(_ t: Trial) {
    needPs(t)
    let box = t.running()
    t.equal(rows(t, [box.id, "-e", "-o", "pid,comm"]), [["PID", "COMMAND"], ["\(box.pid)", "probe"]], "table")
    t.equal(rows(t, [box.id, "-eopid,ppid"]).first, ["PID", "PPID"], "heading")
    t.contains(rows(t, [box.id, "aux"]).first?.joined(separator: " ") ?? "", "%MEM", "heading of aux")
}

private func withoutPIDs(_ t: Trial) {
    needPs(t)
    let box = t.running()
    t.expectFailure(t.runtime("ps", box.id, "-e", "-o", "comm"), saying: "PID")
}

private func tableOfStopped(_ t: Trial) {
    needPs(t)
    let box = t.running()
    box.stop()
    let rows = rows(t, [box.id])
    t.equal(rows.count, 1, "lines")
    t.expect(rows.first?.contains("PID") == true, "a heading with PID")
}

private func refusedOption(_ t: Trial) {
    needPs(t)
    let box = t.running()
    let outcome = t.runtime("ps", box.id, "--no-such-option")
    t.expectFailure(outcome)
    t.equal(outcome.stdout, "", "standard output")
}

private func withoutPs(_ t: Trial) {
    let box = t.running()
    let empty = t.directory + "/empty"
    File.makeDirectory(empty)
    var command = t.command(["ps", box.id])
    command.environment = ["PATH=" + empty]
    let outcome = t.run(command)
    if outcome.succeeded {
        t.contains(outcome.stdout, "\(box.pid)", "table")
    } else {
        t.expectFailure(outcome, saying: "ps")
    }
}

private func own(_ t: Trial) {
    let box = t.running("one", ["children", "1"])
    let other = t.running("two", ["children", "1"])
    let (first, second) = (pids(t, box), pids(t, other))
    t.equal(first.filter { second.contains($0) }, [], "processes of both")
    t.equal(first.count + second.count, 4, "processes of each")
}

private func outlived(_ t: Trial) {
    let box = t.running(["children", "2"]) { $0.inheritNamespace("pid") }
    let children = Proc.descendants(of: box.pid)
    Proc.sendSignal(box.pid, SIGKILL)
    box.awaitExit()
    t.equal(pids(t, box), children.map { Int($0) }.sorted(), "process ids")
}

private func unknown(_ t: Trial) {
    t.requireWorking()
    for format in ["json", "table"] {
        t.unchanged("ps of an unknown container") {
            t.expectFailure(t.runtime("ps", "-f", format, t.tag + "none"), saying: "does not exist")
        }
    }
}

private func wrongUse(_ t: Trial) {
    let box = t.running()
    for words in [["ps"], ["ps", "--format", "yaml", box.id], ["ps", "--nonsense", box.id]] {
        t.unchanged("\(words)") { t.expectFailure(t.run(t.command(words))) }
    }
}

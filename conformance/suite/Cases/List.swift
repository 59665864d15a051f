extension Group {
    static var list: Group {
        Group(
            "list",
            [
                Case("shows each container with its status", "runc's list", table),
                Case("--format json is an array of states", "engines: go-runc's list", json),
                Case("--quiet prints the ids", "runc's list -q", quiet),
                Case("of an empty state root", "runc's list", empty),
                Case("forgets what was deleted", "runc's list", deleted),
                Case("fails for an unknown format", "runc's list", unknownFormat),
                Case(
                    "passes over a broken entry", "runc's list: one broken container must not hide the others", broken),
                Case("changes nothing", "runc's list", changesNothing),
            ])
    }
}

/// The words of each line of the table but its head.
private func rows(_ text: String) -> [[String]] {
    text.split(separator: "\n").dropFirst().map { line in line.split(separator: " ").map { String($0) } }
}

private func table(_ t: Trial) {
    let first = t.container("created")
    t.requireSuccess(first.create())
    let second = t.running("running", [])
    let third = t.running("stopped", [])
    third.stop()
    let outcome = t.runtime("list")
    t.requireSuccess(outcome)
    let head = outcome.stdout.split(separator: "\n").first?.split(separator: " ").map { String($0) } ?? []
    for word in ["PID", "STATUS", "CREATED", "OWNER"] { t.expect(head.contains(word), "no column \(word) in \(head)") }
    for (box, status, pid) in [(first, "created", first.pid), (second, "running", second.pid), (third, "stopped", 0)] {
        let row = rows(outcome.stdout).first { $0.first == box.id } ?? []
        t.equal(row.count > 1 ? row[1] : nil, String(pid), "PID of \(box.name)")
        t.equal(row.count > 2 ? row[2] : nil, status, "STATUS of \(box.name)")
        t.equal(row.count > 3 ? row[3] : nil, box.bundle, "BUNDLE of \(box.name)")
    }
    t.equal(rows(outcome.stdout).count, 3, "rows")
}

private func json(_ t: Trial) {
    let first = t.container("created") { $0["annotations"] = ["org.example": "one"] }
    t.requireSuccess(first.create())
    let second = t.running("running", [])
    let outcome = t.runtime("list", "--format", "json")
    t.requireSuccess(outcome)
    let all = t.require(outcome.json?.elements, "list --format json: expected an array, found “\(outcome.stdout)”")
    t.equal(all.count, 2, "containers")
    for (box, status) in [(first, "created"), (second, "running")] {
        guard let one = all.first(where: { $0["id"]?.string == box.id }) else {
            t.expect(false, "\(box.id) is not listed")
            continue
        }
        t.equal(one["status"], .text(status), "status of \(box.name)")
        t.equal(one["pid"]?.int, Int(box.pid), "pid of \(box.name)")
        t.equal(one["bundle"], .text(box.bundle), "bundle of \(box.name)")
        t.expect(Timestamp.isValid(one["created"]?.string), "created: expected RFC 3339, found \(one.compact)")
        t.equal(one["owner"], "root", "owner of \(box.name)")
    }
}

private func quiet(_ t: Trial) {
    let boxes = [t.container("one"), t.container("two")]
    for box in boxes { t.requireSuccess(box.create()) }
    for option in ["-q", "--quiet"] {
        let outcome = t.runtime("list", option)
        t.requireSuccess(outcome)
        t.equal(
            outcome.stdout.split(separator: "\n").map { String($0) }.sorted(), boxes.map { $0.id }, "list \(option)")
    }
}

private func empty(_ t: Trial) {
    File.makeDirectory(t.root, mode: 0o700)
    t.equal(rows(t.runtime("list").stdout).count, 0, "rows of the table")
    t.equal(t.runtime("list", "-q").stdout, "", "list -q")
    let outcome = t.runtime("list", "-f", "json")
    t.requireSuccess(outcome)
    let value = t.require(outcome.json, "list -f json: expected JSON, found “\(outcome.stdout)”")
    t.expect(value.isNull || value == [], "list -f json: expected an empty array or null, found \(value.compact)")
}

private func deleted(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    t.equal(t.runtime("list", "-q").stdout, box.id + "\n", "list -q before delete")
    t.requireSuccess(box.delete(["--force"]))
    t.equal(t.runtime("list", "-q").stdout, "", "list -q after delete")
}

private func unknownFormat(_ t: Trial) {
    let box = t.container()
    t.requireSuccess(box.create())
    t.expectFailure(t.runtime("list", "--format", "yaml"))
}

private func broken(_ t: Trial) {
    let box = t.running()
    let claimed = t.root + "/" + t.tag + "claimed"
    let garbage = t.root + "/" + t.tag + "garbage"
    for directory in [claimed, garbage] { File.makeDirectory(directory, mode: 0o700) }
    for name in ["state.json", "status", "config.json"] { File.write("{\"id\": \"", to: garbage + "/" + name) }
    for options in [[], ["-q"], ["-f", "json"]] {
        let outcome = t.run(t.command(["list"] + options))
        t.requireSuccess(outcome)
        t.contains(outcome.stdout, box.id, "list \(options.joined(separator: " "))")
    }
    for directory in [claimed, garbage] { File.remove(directory) }
}

private func changesNothing(_ t: Trial) {
    let box = t.running()
    t.unchanged("list") { t.expectSuccess(t.runtime("list")) }
    t.equal(box.status, "running", "status")
}

extension Group {
    static var containerID: Group {
        Group(
            "container id",
            [
                Case("of letters, digits and _ + . - is taken", "runtime.md, Create; runc's ids", valid),
                Case("of 200 characters is taken", "engines: ids have 64 and more", long),
                Case("with other characters is refused, without effect", "runtime.md, Create: valid ID", invalid),
                Case("that is a path is refused, without effect", "runtime.md, Create: valid ID", paths),
                Case("that is too long for a name is refused", "runtime.md, Create: valid ID", tooLong),
                Case("that is no id is refused by every verb", "runtime.md, Errors", everyVerb),
                Case("is not the beginning of another's", "runtime.md, State: unique ID", prefixes),
            ])
    }
}

private func lives(_ t: Trial, _ box: Container, _ id: String) {
    t.expectSuccess(t.runtime("create", "--bundle", box.bundle, id))
    t.equal(t.runtime("state", id).json?["id"], .text(id), "id in the state")
    t.expectSuccess(t.runtime("start", id))
    t.expectSuccess(t.runtime("delete", "--force", id))
}

private func valid(_ t: Trial) {
    let box = t.container()
    for id in ["a", "A.b_c-d+e", "0", "_x", "UPPER", "a..b", "x-", "x."] { lives(t, box, t.tag + id) }
}

private func long(_ t: Trial) {
    lives(t, t.container(), t.tag + String(repeating: "x", count: 200 - t.tag.utf8.count))
}

private func expectRefused(_ t: Trial, _ ids: [String]) {
    t.requireWorking()
    let box = t.container()
    for id in ids {
        t.unchanged("create with the id “\(id)”") {
            t.expectFailure(t.runtime("create", "--bundle", box.bundle, id))
        }
    }
}

private func invalid(_ t: Trial) {
    let wrong = ["a b", "a@b", "a:b", "a\nb", "a\tb", "ä", "a*", "a$b", "a'b", "a\\b", "a,b", "a\u{7f}"]
    expectRefused(t, [""] + wrong.map { t.tag + $0 })
}

private func paths(_ t: Trial) {
    expectRefused(t, [".", "..", "/", "../x", "../\(t.tag)x", "\(t.tag)a/b", "/\(t.tag)x", "\(t.tag)/", "./\(t.tag)x"])
}

private func tooLong(_ t: Trial) {
    expectRefused(t, [t.tag + String(repeating: "x", count: 1024), t.tag + String(repeating: "x", count: 256)])
}

private func everyVerb(_ t: Trial) {
    let box = t.running()
    for id in ["", ".", "..", "../state/\(box.id)", "\(box.id)/", "./\(box.id)", "\(box.id)/.."] {
        t.unchanged("verbs with the id “\(id)”") {
            for words in [["state", id], ["start", id], ["kill", id, "KILL"], ["delete", id]] {
                t.expectFailure(t.run(t.command(words)))
            }
        }
    }
    t.equal(box.status, "running", "status of the container that was nearly named")
}

private func prefixes(_ t: Trial) {
    let box = t.running("name", [])
    for id in [String(box.id.dropLast()), box.id + "x"] {
        t.expectFailure(t.runtime("state", id), saying: "does not exist")
        t.expectFailure(t.runtime("kill", id, "KILL"))
    }
    t.equal(box.status, "running", "status")
}

extension Group {
    /// Rules for devices that come with `update --resources`; of the group "update".
    static var updateOfDevices: [Case] {
        [
            Case("--resources: rules for devices replace those before", "config-linux.md, Devices", devices),
            Case(
                "--resources: rules for devices change at once, with nothing in between",
                "config-linux.md, Devices", devicesAtOnce),
            Case("without rules for devices those there are stay", "runc's and crun's update", devicesStay),
        ]
    }
}

private let opener = """
    while :; do
        if (: <>/dev/test) 2>/dev/null; then echo '{"opens":true}'; else echo '{"opens":false}'; fi
        sleep 0.02
    done
    """

/// A container that tries all the time to open a device, which it may.
private func openingBox(_ t: Trial) -> Container {
    let box = t.container(program: ["/bin/sh", "-c", opener]) {
        $0["linux", "devices"] = [["path": "/dev/test", "type": "c", "major": 10, "minor": 229, "fileMode": 438]]
        $0["linux", "resources", "devices"] = [
            ["allow": false, "access": "rwm"],
            ["allow": true, "type": "c", "major": 10, "minor": 229, "access": "rw"],
        ]
    }
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    box.awaitFact("opens")
    guard box.lines.last?["opens"] == true else { t.skip("the host has no device 10:229") }
    return box
}

private func awaitOpens(_ t: Trial, _ box: Container, _ opens: Bool) {
    // What it tried before says nothing, nor what it may be trying just now.
    let tried = box.lines.count
    t.eventually("the device \(opens ? "can" : "cannot") be opened") {
        let lines = box.lines
        return lines.count > tried + 1 && lines.last?["opens"] == .bool(opens)
    }
}

private func devices(_ t: Trial) {
    let box = openingBox(t)
    t.requireSuccess(t.send(box, "{\"devices\":[{\"allow\":false,\"access\":\"rwm\"}]}"))
    awaitOpens(t, box, false)
    let allowed = "{\"allow\":true,\"type\":\"c\",\"major\":10,\"minor\":229,\"access\":\"rw\"}"
    t.requireSuccess(t.send(box, "{\"devices\":[{\"allow\":false,\"access\":\"rwm\"},\(allowed)]}"))
    awaitOpens(t, box, true)
    t.expectFailure(t.send(box, "{\"devices\":[{\"allow\":false,\"type\":\"q\",\"access\":\"rwm\"}]}"))
    awaitOpens(t, box, true)
}

private let looker = """
    while :; do
        (: <>/dev/test) 2>/dev/null || echo '{"refused":true}'
        (: </dev/kmsg) 2>/dev/null && echo '{"opened":true}'
        echo '{"round":true}'
    done
    """

/// Between two filters that both let the device through, and the other not, nothing else is ever seen.
private func devicesAtOnce(_ t: Trial) {
    let rules: [JSON] = [
        ["allow": false, "access": "rwm"], ["allow": true, "type": "c", "major": 10, "minor": 229, "access": "rw"],
    ]
    let box = t.container(program: ["/bin/sh", "-c", looker]) {
        for (path, major, minor) in [("/dev/test", 10, 229), ("/dev/kmsg", 1, 11)] {
            $0.append(
                ["path": .text(path), "type": "c", "major": JSON(major), "minor": JSON(minor), "fileMode": 438],
                at: "linux", "devices")
        }
        $0["linux", "resources", "devices"] = .array(rules)
    }
    t.requireSuccess(box.create())
    t.requireSuccess(box.start())
    box.awaitFact("round")
    if box.facts["refused"] != nil { t.skip("the host has no device 10:229") }
    for number in 0..<20 {
        let more: JSON = ["allow": true, "type": "c", "major": 60, "minor": JSON(number), "access": "r"]
        t.requireSuccess(t.send(box, JSON.object([.init(key: "devices", value: .array(rules + [more]))]).compact))
    }
    let rounds = box.lines.count
    t.eventually("it goes on") { box.lines.count > rounds + 2 }
    t.expect(box.facts["refused"] == nil, "the device was refused in between")
    t.expect(box.facts["opened"] == nil, "another device was opened in between")
}

private func devicesStay(_ t: Trial) {
    let box = openingBox(t)
    t.requireSuccess(t.send(box, "{\"devices\":[]}"))
    t.requireSuccess(t.send(box, "{\"memory\":{}}"))
    awaitOpens(t, box, true)
    t.requireSuccess(t.send(box, "{\"devices\":[{\"allow\":false,\"access\":\"rwm\"}]}"))
    t.requireSuccess(t.send(box, "{}"))
    awaitOpens(t, box, false)
}

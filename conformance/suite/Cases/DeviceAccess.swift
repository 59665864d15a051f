import CLinux
import Glibc

extension Group {
    static var ofDeviceAccess: Group {
        Group(
            "device-access",
            [
                Case("the host's disk cannot be opened", "config-linux.md, Allowed Device list", hostDisk),
                Case("what no rule names cannot be opened", "config-linux.md, Allowed Device list", unnamed),
                Case("without any rule neither", "the runtimes' default", withoutRules),
                Case("nodes of /linux/devices without any rule", "the node was asked for", nodesWithoutRules),
                Case("the default devices need no rule", "config-linux.md, Default Devices", defaults),
                Case("any node can be made", "the runtimes' default: mknod opens nothing", mknodOnly),
                Case("an allowed device can be opened", "config-linux.md, Allowed Device list", allowed),
                Case("a type and both numbers are compared", "config-linux.md, Allowed Device list: type", compared),
                Case("reading only", "config-linux.md, Allowed Device list: access", readingOnly),
                Case("writing only", "config-linux.md, Allowed Device list: access", writingOnly),
                Case("reading and writing by two rules", "config-linux.md, Allowed Device list: access", byTwoRules),
                Case("every minor number", "config-linux.md, Allowed Device list: unset is all", everyMinor),
                Case("every major number", "config-linux.md, Allowed Device list: unset is all", everyMajor),
                Case("-1 is every number", "engines write it", minusOne),
                Case("no type is every type", "config-linux.md, Allowed Device list: unset is all", everyType),
                Case("no access is every access", "config-linux.md, Allowed Device list: OPTIONAL", everyAccess),
                Case("everything may be allowed", "engines' privileged containers", everything),
                Case("everything but one device", "config-linux.md, Allowed Device list: in the listed order", butOne),
                Case("denied after it was allowed", "config-linux.md, Allowed Device list: in the listed order") {
                    overlap($0, lastAllows: false)
                },
                Case("allowed after it was denied", "config-linux.md, Allowed Device list: in the listed order") {
                    overlap($0, lastAllows: true)
                },
                Case("a hundred rules", "config-linux.md, Allowed Device list", hundred),
                Case("holds below the container's cgroup", "cgroups(7), delegation", below),
                Case("two containers have their own", "config-linux.md, Allowed Device list", twoContainers),
                Case("is gone from a cgroup that stays", "runtime.md, Delete: what create made", staysClean),
                Case("is gone from a cgroup after a failed create", "runtime.md, Errors", staysCleanOfFailures),
                Case("wrong rules are refused", "config.md, Valid values", wrongRules),
            ])
    }
}

/// A device whose major number is free for local use, so that there is no driver: to open it fails, but not for want of
/// rights.
private struct Node {
    let type: String
    let major: Int
    let minor: Int

    static let one = Node("c", 60, 1)
    static let two = Node("c", 60, 2)

    init(_ type: String, _ major: Int, _ minor: Int) {
        self.type = type
        self.major = major
        self.minor = minor
    }

    var path: String { "/dev/\(type)-\(major)-\(minor)" }
    /// The probe's words that make the node.
    var making: [String] { ["mknod", path, type, "\(major)", "\(minor)"] }

    /// A rule about just this device.
    func rule(_ allow: Bool, _ access: String) -> JSON {
        [
            "allow": .bool(allow), "type": .text(type), "major": JSON(major), "minor": JSON(minor),
            "access": .text(access),
        ]
    }
}

private var denyAll: JSON { ["allow": false, "access": "rwm"] }

/// What opening a node must come to.
private enum Wanted {
    case allowed, denied
}

extension JSON {
    /// These rules, and the capability to make nodes.
    fileprivate mutating func rules(_ rules: [JSON]) {
        self["linux", "resources", "devices"] = .array(rules)
        mayMakeNodes()
    }

    fileprivate mutating func mayMakeNodes() { capabilities(["CAP_MKNOD"]) }
}

extension Trial {
    /// Makes the nodes in a container with these rules and tries to open them.
    fileprivate func tries(_ rules: [JSON], _ attempts: [(node: Node, how: String, wanted: Wanted)]) {
        tries(attempts) { $0.rules(rules) }
    }

    fileprivate func tries(
        _ attempts: [(node: Node, how: String, wanted: Wanted)], _ edit: (inout JSON) -> Void
    ) {
        var made: [String] = []
        for (number, attempt) in attempts.enumerated() {
            // A path of its own for each attempt: that is what the answers are found by.
            let path = "/dev/attempt\(number)"
            made += ["mknod", path, attempt.node.type, "\(attempt.node.major)", "\(attempt.node.minor)", "+"]
            made += ["open", path, attempt.how] + (number + 1 < attempts.count ? ["+"] : [])
        }
        judge(inside(made, edit), attempts)
    }

    private func judge(_ facts: JSON, _ attempts: [(node: Node, how: String, wanted: Wanted)]) {
        for (number, attempt) in attempts.enumerated() {
            let path = "/dev/attempt\(number)"
            let what = "\(attempt.node.type) \(attempt.node.major):\(attempt.node.minor)"
            equal(facts["mknod", .key(path), "errno"], .null, "mknod of \(what)")
            opened(facts, path, attempt.wanted, "open \(what) for \(attempt.how)")
        }
    }

    /// Checks what opening the path came to.
    fileprivate func opened(_ facts: JSON, _ path: String, _ wanted: Wanted, _ what: String) {
        let errno = facts["open", .key(path), "errno"]
        switch wanted {
        case .denied: equal(errno, "EPERM", what)
        case .allowed:
            let errno = errno?.string ?? (errno == .null ? "none" : "nothing")
            expect(!["EPERM", "EACCES", "ENOENT", "nothing"].contains(errno), "\(what): expected no \(errno)")
        }
    }
}

// MARK: Without rules of their own

private func hostDisk(_ t: Trial) {
    for line in (File.text("/proc/partitions") ?? "").split(separator: "\n").dropFirst() {
        let fields = line.split(separator: " ")
        guard fields.count == 4, let major = UInt32(fields[0]), let minor = UInt32(fields[1]) else { continue }
        // A machine may keep its disk even from its own root: then the container proves nothing.
        let path = t.directory + "/disk"
        File.remove(path)
        guard cl_mknodat(AT_FDCWD, path, 0o060600, cl_makedev(major, minor)) == 0 else { continue }
        let disk = cl_openat(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0)
        if disk < 0 { continue }
        _ = cl_close(disk)
        return t.tries([denyAll], [(Node("b", Int(major), Int(minor)), "r", .denied)])
    }
    t.skip("the host has no block device that it can open")
}

private func unnamed(_ t: Trial) {
    t.tries(
        [denyAll],
        [
            (.one, "r", .denied), (.one, "w", .denied), (.one, "rw", .denied), (Node("b", 60, 1), "r", .denied),
            (Node("c", 1, 1), "r", .denied), (Node("c", 1, 11), "r", .denied), (Node("c", 10, 229), "rw", .denied),
        ])
}

private func withoutRules(_ t: Trial) {
    t.tries([], [(.one, "r", .denied), (Node("b", 60, 1), "r", .denied)])
    t.tries([(.one, "r", .denied)]) { config in
        config["linux", "resources"] = nil
        config.mayMakeNodes()
    }
}

private func nodesWithoutRules(_ t: Trial) {
    let facts = t.inside(
        ["open", "/dev/one", "rw", "+", "open", "/dev/fifo", "rw"] + ["+"] + Node.two.making + [
            "+", "open", Node.two.path, "r",
        ]
    ) { config in
        config.rules([])
        config.append(["path": "/dev/one", "type": "c", "major": 60, "minor": 1], at: "linux", "devices")
        config.append(["path": "/dev/fifo", "type": "p"], at: "linux", "devices")
    }
    t.opened(facts, "/dev/one", .allowed, "open the node")
    t.opened(facts, "/dev/fifo", .allowed, "open the fifo")
    t.opened(facts, Node.two.path, .denied, "open another device")
}

private func defaults(_ t: Trial) {
    let numbers = [(1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 2), (10, 200)]
    t.tries([denyAll], numbers.map { (Node("c", $0.0, $0.1), "rw", .allowed) })
    let facts = t.inside(["open", "/dev/ptmx", "rw", "+", "open", "/dev/null", "rw"])
    t.equal(facts["open", "/dev/ptmx", "errno"], .null, "open /dev/ptmx")
    t.equal(facts["open", "/dev/null", "errno"], .null, "open /dev/null")
}

private func mknodOnly(_ t: Trial) {
    let nodes = [Node("c", 60, 1), Node("b", 60, 1), Node("c", 4095, 1_048_575), Node("b", 0, 0)]
    let facts = t.inside(nodes.reduce([]) { $0 + ($0.isEmpty ? [] : ["+"]) + $1.making }) { $0.rules([denyAll]) }
    for node in nodes { t.equal(facts["mknod", .key(node.path), "errno"], .null, "mknod \(node.path)") }
}

// MARK: One rule

private func allowed(_ t: Trial) {
    t.tries(
        [denyAll, Node.one.rule(true, "rwm"), Node("b", 60, 2).rule(true, "rwm")],
        [(.one, "rw", .allowed), (Node("b", 60, 2), "r", .allowed), (.two, "r", .denied)])
}

private func compared(_ t: Trial) {
    t.tries(
        [denyAll, Node.one.rule(true, "rwm")],
        [
            (.one, "r", .allowed), (Node("b", 60, 1), "r", .denied), (Node("c", 61, 1), "r", .denied),
            (Node("c", 60, 0), "r", .denied), (Node("c", 1, 60), "r", .denied),
            (Node("c", 60, 257), "r", .denied), (Node("c", 60 + 256, 1), "r", .denied),
        ])
}

private func readingOnly(_ t: Trial) {
    t.tries(
        [denyAll, Node.one.rule(true, "r")], [(.one, "r", .allowed), (.one, "w", .denied), (.one, "rw", .denied)])
}

private func writingOnly(_ t: Trial) {
    t.tries(
        [denyAll, Node.one.rule(true, "wm")], [(.one, "w", .allowed), (.one, "r", .denied), (.one, "rw", .denied)])
}

private func byTwoRules(_ t: Trial) {
    t.tries(
        [denyAll, Node.one.rule(true, "r"), Node.two.rule(true, "r"), Node.one.rule(true, "w")],
        [(.one, "rw", .allowed), (.two, "r", .allowed), (.two, "rw", .denied)])
}

private func everyMinor(_ t: Trial) {
    t.tries(
        [denyAll, ["allow": true, "type": "c", "major": 60, "access": "rw"]],
        [(.one, "rw", .allowed), (Node("c", 60, 70000), "r", .allowed), (Node("c", 61, 1), "r", .denied)])
}

private func everyMajor(_ t: Trial) {
    t.tries(
        [denyAll, ["allow": true, "type": "c", "minor": 1, "access": "rw"]],
        [(.one, "rw", .allowed), (Node("c", 61, 1), "r", .allowed), (.two, "r", .denied)])
}

private func minusOne(_ t: Trial) {
    t.tries(
        [denyAll, ["allow": true, "type": "b", "major": -1, "minor": -1, "access": "r"]],
        [(Node("b", 60, 1), "r", .allowed), (Node("b", 61, 2), "r", .allowed), (.one, "r", .denied)])
}

private func everyType(_ t: Trial) {
    t.tries(
        [denyAll, ["allow": true, "major": 60, "minor": 1, "access": "r"]],
        [(.one, "r", .allowed), (Node("b", 60, 1), "r", .allowed), (.two, "r", .denied), (.one, "w", .denied)])
}

private func everyAccess(_ t: Trial) {
    t.tries(
        [denyAll, ["allow": true, "type": "c", "major": 60, "minor": 1]],
        [(.one, "rw", .allowed), (.two, "r", .denied)]
    )
}

// MARK: The order

private func everything(_ t: Trial) {
    for type: JSON? in [nil, "a"] {
        var rule: JSON = ["allow": true, "access": "rwm"]
        if let type { rule["type"] = type }
        t.tries([denyAll, rule], [(.one, "rw", .allowed), (Node("b", 60, 1), "r", .allowed)])
    }
}

private func butOne(_ t: Trial) {
    t.tries(
        [denyAll, ["allow": true, "access": "rwm"], Node.one.rule(false, "rwm")],
        [(.one, "r", .denied), (.one, "w", .denied), (.two, "rw", .allowed), (Node("b", 60, 1), "r", .allowed)])
}

private func overlap(_ t: Trial, lastAllows: Bool) {
    let allow: JSON = ["allow": true, "type": "c", "major": 60, "access": "rwm"]
    let deny = Node.two.rule(false, "w")
    let written = lastAllows ? Wanted.allowed : .denied
    t.tries(
        [denyAll] + (lastAllows ? [deny, allow] : [allow, deny]),
        [(.one, "rw", .allowed), (.two, "r", .allowed), (.two, "w", written), (.two, "rw", written)])
}

private func hundred(_ t: Trial) {
    var rules = [denyAll]
    for number in 1...100 { rules.append(Node("c", 60, number).rule(number % 3 != 0, "rw")) }
    t.tries(
        rules,
        [
            (.one, "rw", .allowed), (Node("c", 60, 3), "r", .denied), (Node("c", 60, 99), "r", .denied),
            (Node("c", 60, 100), "rw", .allowed), (Node("c", 60, 101), "r", .denied),
        ])
}

// MARK: Where it holds

extension Trial {
    /// Where the cgroup2 tree is mounted.
    fileprivate var cgroupTree: String {
        guard let tree = Proc.cgroupTrees.first(where: { $0.type == "cgroup2" })?.point else {
            skip("no cgroup2 is mounted")
        }
        return tree
    }

    /// A cgroup that is there before the container, by its path in the tree.
    fileprivate func makeCgroup() -> String {
        let name = "/" + tag + "before"
        guard File.makeDirectory(cgroupTree + name) else { skip("cannot make a cgroup in \(cgroupTree)") }
        return name
    }

    fileprivate func removeCgroup(_ name: String) { _ = cl_unlinkat(AT_FDCWD, cgroupTree + name, AT_REMOVEDIR) }
}

private func below(_ t: Trial) {
    let attempts = Node.one.making + ["+"] + Node.two.making
    let box = t.container(
        program: ["/probe"] + attempts + [
            "+", "open", Node.one.path, "r", "+", "open", Node.two.path, "r", "+", "pause",
        ]
    ) { $0.rules([denyAll, Node.two.rule(true, "r")]) }
    t.requireSuccess(box.create())
    let inner = t.cgroupTree + (Proc.cgroup(box.pid) ?? "/none") + "/inner"
    t.require(File.makeDirectory(inner), "cannot make \(inner)")
    t.require(File.write("\(box.pid)", to: inner + "/cgroup.procs"), "cannot move the process to \(inner)")
    t.requireSuccess(box.start())
    box.awaitFact("ready")
    t.contains(Proc.cgroup(box.pid) ?? "", "/inner", "cgroup of the process")
    t.opened(box.facts, Node.one.path, .denied, "open what is not allowed")
    t.opened(box.facts, Node.two.path, .allowed, "open what is allowed")
}

private func twoContainers(_ t: Trial) {
    func commands(_ node: Node) -> [String] { node.making + ["+", "open", node.path, "r"] }
    let words = commands(.one) + ["+"] + commands(.two)
    let first = t.running("first", words) { $0.rules([denyAll, Node.one.rule(true, "r")]) }
    let second = t.running("second", words) { $0.rules([denyAll, Node.two.rule(true, "r")]) }
    t.opened(first.facts, Node.one.path, .allowed, "the first container's device in the first")
    t.opened(first.facts, Node.two.path, .denied, "the second container's device in the first")
    t.opened(second.facts, Node.one.path, .denied, "the first container's device in the second")
    t.opened(second.facts, Node.two.path, .allowed, "the second container's device in the second")
}

private func staysClean(_ t: Trial) {
    t.requireCgroupPaths()
    let cgroup = t.makeCgroup()
    let box = t.running("before") { config in
        config.rules([denyAll])
        config["linux", "cgroupsPath"] = .text(cgroup)
    }
    t.requireSuccess(box.delete(["--force"]))
    t.tries([(.one, "rw", .allowed)]) { config in
        config.rules([denyAll, Node.one.rule(true, "rw")])
        config["linux", "cgroupsPath"] = .text(cgroup)
    }
    t.removeCgroup(cgroup)
}

private func staysCleanOfFailures(_ t: Trial) {
    t.requireCgroupPaths()
    let cgroup = t.makeCgroup()
    let box = t.container("before", program: ["/not/there"]) { config in
        config.rules([denyAll])
        config["linux", "cgroupsPath"] = .text(cgroup)
    }
    t.expectFailure(box.create())
    t.tries([(.one, "rw", .allowed)]) { config in
        config.rules([denyAll, Node.one.rule(true, "rw")])
        config["linux", "cgroupsPath"] = .text(cgroup)
    }
    t.removeCgroup(cgroup)
}

private func wrongRules(_ t: Trial) {
    let wrong: [(JSON, String)] = [
        (["allow": true, "access": "banana"], "access"), (["allow": true, "access": ""], "access"),
        (["allow": true, "type": "p", "access": "r"], "type"),
        (["allow": true, "type": "c", "major": -2, "minor": 1, "access": "r"], "major"),
        (["allow": true, "type": "c", "major": 1, "minor": 4_294_967_296, "access": "r"], "minor"),
        (["access": "rwm"], "allow"),
    ]
    for (rule, field) in wrong {
        t.refused(saying: ["/linux/resources/devices/1/" + field]) { $0.rules([denyAll, rule]) }
    }
}

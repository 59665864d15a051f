extension Group {
    /// Resources that must be refused, whatever the host has.
    static var ofResources: Group {
        var cases: [Case] = []
        for resource in required {
            cases.append(
                Case("\(resource.path.last ?? "") without what is required", "config-linux.md: REQUIRED") {
                    missing($0, resource)
                })
        }
        return Group(
            "resources",
            cases + [
                Case("what only cgroup v1 has is refused", "config-linux.md, Unified: conversion", onlyFirst),
                Case("intelRdt without resctrl is refused", "config-linux.md, IntelRdt: error MUST", noResctrl),
            ])
    }
}

/// A resource whose members must all be there.
private struct Resource: Sendable {
    let path: [String]
    let whole: @Sendable () -> JSON
    let required: [String]
}

private let required: [Resource] = [
    Resource(
        path: ["blockIO", "weightDevice"], whole: { [["major": 7, "minor": 0, "weight": 100]] },
        required: ["major", "minor"]),
    Resource(
        path: ["blockIO", "throttleReadBpsDevice"], whole: { [["major": 7, "minor": 0, "rate": 600]] },
        required: ["major", "minor", "rate"]),
    Resource(
        path: ["blockIO", "throttleWriteIOPSDevice"], whole: { [["major": 7, "minor": 0, "rate": 600]] },
        required: ["major", "minor", "rate"]),
    Resource(
        path: ["hugepageLimits"], whole: { [["pageSize": "2MB", "limit": 2_097_152]] },
        required: ["pageSize", "limit"]),
    Resource(
        path: ["network", "priorities"], whole: { [["name": "lo", "priority": 1]] }, required: ["name", "priority"]),
]

extension JSON {
    fileprivate mutating func resource(_ path: [String], _ value: JSON) {
        if path.count == 1 {
            self["linux", "resources", .key(path[0])] = value
        } else {
            self["linux", "resources", .key(path[0]), .key(path[1])] = value
        }
    }
}

/// Only where the whole is taken it says something that a part is refused.
private func missing(_ t: Trial, _ resource: Resource) {
    let whole = resource.whole()
    let box = t.container("whole") { $0.resource(resource.path, whole) }
    guard box.create().succeeded else { t.skip("the host has no such resource, or the runtime does not set it") }
    t.expectSuccess(box.delete(["--force"]))
    for member in resource.required {
        var part = whole
        part[0, .key(member)] = nil
        t.note("without \(member)")
        t.refused { $0.resource(resource.path, part) }
    }
}

private func onlyFirst(_ t: Trial) {
    if Proc.cgroupTrees.contains(where: { $0.type == "cgroup" && $0.superOptions.contains("net_cls") }) {
        t.skip("cgroup v1 has net_cls here")
    }
    t.refused { $0["linux", "resources", "network"] = ["classID": 1_048_577] }
}

private func noResctrl(_ t: Trial) {
    if Proc.mounts(t.ownPid).contains(where: { $0.type == "resctrl" }) { t.skip("resctrl is mounted here") }
    t.refused { $0["linux", "intelRdt"] = ["closID": .text(t.tag + "class")] }
}

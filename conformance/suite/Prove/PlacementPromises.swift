import CLinux
import Glibc

extension Promise {
    /// Promises of the place of a container's cgroup, and of its end.
    static var ofPlacement: [Promise] { places + ends }

    private static var places: [Promise] {
        [
            Promise(
                "placement.manager", "--cgroup-manager is passed over",
                [
                    "cgroups: manager: disabled makes no cgroup",
                    "cgroups: manager: cgroupfs and systemd, by their names",
                    "cgroups: manager: another name is refused",
                ]
            ) { $0.without("--cgroup-manager", valued: true) },
            Promise(
                "placement.own", "init stays in the caller's cgroup",
                [
                    "cgroup placement: init is in a cgroup of its own",
                    "cgroup placement: no path: the id is in its name", "cgroup placement: an empty path is none",
                    "cgroup placement: two containers are in two cgroups",
                    "cgroup placement: all its processes are in it",
                    "user namespaces: a cgroup namespace of the host joined by a new one",
                ]
            ) { call in
                let status = call.real()
                if call.creates, status == 0 { call.moveToCaller([Int32(call.state?["pid"]?.int ?? 0)]) }
                return status
            },
            .verb(
                "start", "placement.caller", "the caller is moved to another cgroup",
                ["cgroup placement: the runtime's caller stays where it was"]
            ) { call in
                if let tree = call.cgroups {
                    let place = tree + "/" + call.caseTag + "caller"
                    File.makeDirectory(place)
                    File.write("\(getppid())", to: place + "/cgroup.procs")
                }
                return call.real()
            },
            .config(
                "placement.clean", "a path with doubled slashes and dots is none",
                ["cgroup placement: a path with doubled slashes and dots"]
            ) { config in
                let path = config["linux", "cgroupsPath"]?.string ?? ""
                if path.contains("//") || path.contains("/./") { config["linux", "cgroupsPath"] = nil }
            },
            .config(
                "placement.inner", "the kernel's rule of no inner processes is got round",
                [
                    "cgroups: controllers: a cgroup that only holds others is refused",
                    "cgroups: controllers: a parent with processes of its own is told",
                ]
            ) { config in
                guard let path = config["linux", "cgroupsPath"]?.string, let tree = Proc.cgroup2 else { return }
                let parent = tree + path.prefix { $0 == "/" } + (path.split(separator: "/").first ?? "")
                let used = ["cgroup.procs", "cgroup.subtree_control"].contains { name in
                    File.text(parent + "/" + name)?.isEmpty == false
                }
                if used { config["linux", "cgroupsPath"] = .text(path.replacingSlashes + "-other") }
            },
            .verb(
                "create", "placement.controllers", "a controller is enabled only where a limit needs it",
                ["cgroups: controllers: are there for parents that were made"]
            ) { call in
                let status = call.real()
                let parts = (call.config?["linux", "cgroupsPath"]?.string ?? "").split(separator: "/")
                if status == 0, parts.count > 1, let tree = call.cgroups {
                    let parent = tree + "/" + parts.dropLast().joined(separator: "/")
                    File.write("-io -memory", to: parent + "/cgroup.subtree_control")
                }
                return status
            },
            .verb(
                "create", "placement.at-once", "who finds the parent made is given no limit",
                ["cgroups: controllers: enabled by several at once"]
            ) { call in
                let status = call.real()
                if status == 0, let cgroup = call.cgroup { File.write("max", to: cgroup + "/pids.max") }
                return status
            },
        ]
    }

    private static var ends: [Promise] {
        [
            Promise(
                "placement.removed", "cgroups come back",
                [
                    "cgroup placement: delete removes the parents that were made",
                    "cgroup placement: delete removes cgroups made inside",
                    "cgroup placement: a failed create leaves no cgroup", "cgroups: a failed limit leaves nothing",
                    "cgroups: limits are gone with the container", "delegated tree: delete leaves nothing",
                    "delegated tree: a failed create leaves nothing",
                ], answer: comeBack),
            Promise(
                "placement.parents-stay", "delete removes every parent that is empty",
                ["cgroup placement: delete leaves a parent that was there"]
            ) { call in
                let cgroup = call.cgroup
                let status = call.rememberingCgroup()
                if call.verb == "delete", status == 0, let cgroup { call.removeParents(cgroup) }
                return status
            },
            Promise(
                "placement.others-stay", "delete ends all that is beside the container",
                ["cgroup placement: delete leaves a parent that others use"]
            ) { call in
                let cgroup = call.cgroup ?? ""
                let status = call.rememberingCgroup()
                let parent = cgroup[..<(cgroup.lastIndex(of: "/") ?? cgroup.startIndex)]
                // Only what a case has made: it may be the top of the tree.
                if call.verb == "delete", status == 0, parent.contains(call.caseTag) {
                    File.write("1", to: parent + "/cgroup.kill")
                }
                return status
            },
            Promise(
                "placement.all-end", "only the first process ends",
                [
                    "cgroup placement: delete --force ends everything in it",
                    "cgroup placement: kill --all ends everything in it",
                ]
            ) { call in
                if call.has("--all") || call.has("--force"), let cgroup = call.cgroup {
                    let first = Int32(call.state?["pid"]?.int ?? 0)
                    call.moveToCaller(Invocation.processes(cgroup).filter { $0 != first })
                }
                return call.real()
            },
            .verb(
                "kill", "placement.below-ends", "processes in cgroups below go on",
                ["cgroup placement: kill --all reaches processes in cgroups below"]
            ) { call in
                if let cgroup = call.cgroup { call.moveToCaller(Invocation.processes(cgroup + "/inner")) }
                return call.real()
            },
            Promise(
                "placement.gone", "delete fails when there is no cgroup",
                ["cgroup placement: a cgroup removed by someone else does not stop delete"]
            ) { call in
                let cgroup = call.cgroup
                if call.verb == "delete", let cgroup, !File.exists(cgroup) { return call.fail("no cgroup \(cgroup)") }
                return call.rememberingCgroup()
            },
        ]
    }

    /// Makes the cgroup again that a verb has removed, or the one that a failed verb was to have.
    private static func comeBack(_ call: Invocation) -> Int32 {
        let lives = call.verb == "delete" && (!call.has("--force") || call.state?["status"] == "running")
        let cgroup = lives ? call.cgroup : nil
        let status = call.rememberingCgroup()
        guard let tree = call.cgroups else { return status }
        if let cgroup, status == 0 { Invocation.makeCgroup(cgroup) }
        if call.verb == "run" || (call.verb == "create" && status != 0), let id = call.id {
            // An ordinary user may make one below the caller's only.
            let own = geteuid() == 0 ? "" : Proc.cgroup(cl_getpid()) ?? ""
            let path = call.config?["linux", "cgroupsPath"]?.string ?? id
            Invocation.makeCgroup(tree + own + "/" + path)
        }
        return status
    }
}

extension Invocation {
    /// The call as it is, and afterwards the container's cgroup is known to later calls.
    func rememberingCgroup() -> Int32 {
        let status = real()
        if creates, status == 0 { _ = cgroup }
        return status
    }

    /// The directory of the container's cgroup, also after the container's end, when it was looked at before.
    var cgroup: String? {
        if let pid = state?["pid"]?.int, pid > 0, let path = Proc.cgroup(Int32(pid)), let tree = cgroups {
            File.write(tree + path, to: note("cgroup"))
        }
        return File.text(note("cgroup"))
    }

    /// The beginning of the container's id, which all has that its case makes.
    var caseTag: String {
        let id = id ?? ""
        return String(id[...(id.lastIndex(of: "-") ?? id.startIndex)])
    }

    static func processes(_ cgroup: String) -> [Int32] {
        (File.text(cgroup + "/cgroup.procs") ?? "").split(separator: "\n").compactMap { Int32($0) }
    }

    /// Takes processes out of the container's cgroup.
    func moveToCaller(_ pids: [Int32]) {
        guard let tree = cgroups, let own = Proc.cgroup(cl_getpid()) else { return }
        for pid in pids where pid > 0 { File.write("\(pid)", to: tree + own + "/cgroup.procs") }
    }

    static func makeCgroup(_ path: String) {
        var place = ""
        for part in path.split(separator: "/") {
            place += "/" + part
            File.makeDirectory(place)
        }
    }

    /// Removes what is empty above a cgroup.
    func removeParents(_ cgroup: String) {
        var place = cgroup
        while let slash = place.lastIndex(of: "/"), slash > place.startIndex {
            place = String(place[..<slash])
            guard cl_unlinkat(AT_FDCWD, place, AT_REMOVEDIR) == 0 || !File.exists(place) else { return }
        }
    }
}

internal import Kernel

/// Controllers: a cgroup has those that the one above it enables for it. cgroups(7), "Controllers"
extension CgroupTree {
    /// Those that the statistics of a container are read from: they are enabled wherever they are there.
    private static let usual = ["cpuset", "cpu", "io", "memory", "hugetlb", "pids"]

    /// Enables controllers down the path to the cgroup: the usual ones, and those that the settings need.
    ///
    /// One that cannot be is passed over here: whoever needs it is told by `missing`.
    package func enableControllers(for settings: CgroupSettings, of cgroup: Cgroup) {
        var wanted = Self.usual
        for setting in settings.list where !setting.isOptional {
            if let controller = setting.controller, !wanted.contains(controller) { wanted.append(controller) }
        }
        forEachLevel(above: cgroup) { level in
            let enabled = Names(level, "cgroup.subtree_control")
            let lacking = wanted.filter { !enabled.contains($0) }
            if lacking.isEmpty { return }
            let available = Names(level, "cgroup.controllers")
            let names = lacking.filter { available.contains($0) }
            // Some controllers the kernel would enable there too, but no process could enter the cgroups below then.
            if names.isEmpty || Self.holdsProcesses(level) { return }
            // Together, which is quicker; one that the kernel refuses spoils it for all.
            if Self.enable(names, in: level) != nil, names.count > 1 {
                for name in names { _ = Self.enable([name], in: level) }
            }
        }
    }

    /// For every setting whose controller the cgroup does not have: the place, and why that is so.
    package func missing(_ settings: CgroupSettings, of cgroup: Cgroup) -> [CgroupFinding] {
        guard settings.needsCgroup else { return [] }
        let present = Names(cgroup, "cgroup.controllers")
        var findings: [CgroupFinding] = []
        for setting in settings.list where !setting.isOptional {
            guard let controller = setting.controller, !present.contains(controller) else { continue }
            if findings.last?.pointer == setting.pointer { continue }
            findings.append(
                CgroupFinding(
                    setting.pointer, "needs the " + controller + " controller, " + why(controller, cgroup)))
        }
        return findings
    }

    /// Completes "the controller, ...".
    private func why(_ controller: String, _ cgroup: Cgroup) -> String {
        var levels: [Cgroup] = []
        forEachLevel(above: cgroup) { levels.append($0) }
        for level in levels.reversed() where Names(level, "cgroup.controllers").contains(controller) {
            if Self.holdsProcesses(level) {
                return "which cannot be enabled below " + level.path + " as long as processes are in that cgroup itself"
            }
            switch Self.enable([controller], in: level) {
            case .some(let error): return "which cannot be enabled below " + level.path + ": " + error.message
            case nil: return "which was turned off meanwhile"
            }
        }
        return Self.whyTheKernelHasNot(controller, top: levels.first)
    }

    private static func whyTheKernelHasNot(_ controller: String, top: Cgroup?) -> String {
        switch version1State(controller) {
        case .bound: return "which is bound to cgroup v1 on this host"
        case .disabled: return "which is turned off on the kernel's command line"
        case .free: return "which " + (top?.path ?? "this part of the tree") + " does not have"
        case .unknown: return "which this kernel does not have"
        }
    }

    private enum Version1State { case bound, disabled, free, unknown }

    /// What /proc/cgroups says: name, hierarchy (0 when none of version 1), number of cgroups, whether it is enabled.
    private static func version1State(_ controller: String) -> Version1State {
        let name = controller == "io" ? "blkio" : controller
        do throws(Errno) {
            let proc = try HostProc()
            for line in String(decoding: try proc.read("cgroups"), as: UTF8.self).split(separator: "\n") {
                let words = line.split(separator: "\t")
                guard words.count == 4, words[0] == name else { continue }
                if words[3] == "0" { return .disabled }
                return words[1] == "0" ? .free : .bound
            }
        } catch {
            return .free
        }
        return .unknown
    }

    /// Goes through the cgroups that hold the cgroup, from the top of the tree on.
    private func forEachLevel(above cgroup: Cgroup, _ visit: (Cgroup) -> Void) {
        guard let level = cgroup.parent, level.path.utf8.count >= mountPoint.utf8.count else { return }
        forEachLevel(above: level, visit)
        visit(level)
    }

    /// Whether processes are in the cgroup itself, which then can have no controllers enabled for cgroups below; the
    /// top of the whole tree can, and is known by having no type. cgroups(7), "no internal processes"
    private static func holdsProcesses(_ cgroup: Cgroup) -> Bool {
        do throws(Errno) {
            guard try cgroup.text(of: "cgroup.type") != nil else { return false }
            return try !(cgroup.text(of: "cgroup.procs") ?? "").isEmpty
        } catch {
            return false
        }
    }

    private static func enable(_ controllers: [String], in cgroup: Cgroup) -> Errno? {
        var text = ""
        for name in controllers { text += (text.isEmpty ? "+" : " +") + name }
        do throws(Errno) {
            let file = try File.open(cgroup.path + "/cgroup.subtree_control", [.writeOnly])
            try File.write(text, to: file.raw)
            return nil
        } catch {
            return error
        }
    }

    /// The names of controllers in a file of a cgroup, with blanks between them; none when it cannot be read.
    private struct Names {
        private let text: String

        init(_ cgroup: Cgroup, _ file: String) {
            do throws(Errno) {
                text = try cgroup.text(of: file) ?? ""
            } catch {
                text = ""
            }
        }

        func contains(_ name: String) -> Bool {
            var rest = text.utf8[...]
            while !rest.isEmpty {
                let word = rest.prefix { $0 != UInt8(ascii: " ") }
                if word.elementsEqual(name.utf8) { return true }
                rest = rest.dropFirst(word.count + 1)
            }
            return false
        }
    }
}

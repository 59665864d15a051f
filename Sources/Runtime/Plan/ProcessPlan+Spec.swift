internal import Kernel
internal import OCI

extension ProcessPlan {
    /// Decides on the container's program (config.md, "Process").
    init(_ process: Spec.Process, _ personality: Personality?, _ findings: inout Findings) {
        args = process.args
        if args.isEmpty {
            findings.refuse("/process/args", "must have at least one entry, the program")
        } else if args[0].isEmpty {
            // The last words are those by which engines know that there is no such program.
            findings.refuse("/process/args/0", "must name a program, is empty: executable file not found in $PATH")
        }
        env = ProcessPlan.environment(process.env, at: "/process/env", &findings)
        cwd = process.cwd
        if !ContainerPath.isAbsolute(cwd) {
            findings.refuse("/process/cwd", "must be an absolute path, is " + Findings.quoted(cwd))
        }
        uid = UserID.check(process.user.uid, "/process/user/uid", &findings)
        gid = UserID.check(process.user.gid, "/process/user/gid", &findings)
        additionalGids = process.user.additionalGids
        for (index, id) in additionalGids.enumerated() {
            _ = UserID.check(id, "/process/user/additionalGids/" + String(index), &findings)
        }
        if additionalGids.count > ProcessPlan.mostGroups {
            findings.refuse(
                "/process/user/additionalGids",
                "must have at most " + String(ProcessPlan.mostGroups) + " entries, has "
                    + String(additionalGids.count))
        }
        umask = process.user.umask
        if let umask, umask > 0o777 {
            findings.refuse("/process/user/umask", "must be from 0 to 511 (octal 777), is " + String(umask))
        }
        terminal = process.terminal
        consoleSize = terminal ? ProcessPlan.consoleSize(process.consoleSize, &findings) : nil
        rlimits = ProcessPlan.rlimits(process.rlimits, &findings)
        capabilities = Capabilities(process.capabilities, &findings)
        noNewPrivileges = process.noNewPrivileges
        oomScoreAdj = ProcessPlan.oomScoreAdj(process.oomScoreAdj, &findings)
        scheduler = process.scheduler.flatMap { Scheduler.Attributes($0, &findings) }
        ioPriority = process.ioPriority.flatMap { IOPriority($0, &findings) }
        self.personality = personality
        labels = SecurityLabels(process, &findings)
        execAffinity = process.execCPUAffinity.map { ExecAffinity($0, &findings) }
    }

    /// The most groups a process can have. NGROUPS_MAX
    private static let mostGroups = 65536

    /// The entries of an environment; of entries with one name, the last alone.
    static func environment(_ entries: [String], at pointer: String, _ findings: inout Findings) -> [String] {
        var kept: [String] = []
        kept.reserveCapacity(entries.count)
        var seen = SeenTexts()
        for entry in entries.reversed() {
            guard let equals = entry.utf8.firstIndex(of: UInt8(ascii: "=")), equals > entry.utf8.startIndex else {
                continue
            }
            if seen.place(of: String(entry[..<equals])) == nil { kept.append(entry) }
        }
        checkEnvironment(entries, at: pointer, &findings)
        kept.reverse()
        return kept
    }

    /// Notes entries without a name or without a value.
    static func checkEnvironment(_ entries: [String], at pointer: String, _ findings: inout Findings) {
        for (index, entry) in entries.enumerated() {
            let equals = entry.utf8.firstIndex(of: UInt8(ascii: "="))
            if let equals, equals > entry.utf8.startIndex { continue }
            findings.refuse(
                pointer + "/" + String(index),
                (equals == nil ? "must be NAME=value, is " : "must have a name before \"=\", is ")
                    + Findings.quoted(entry))
        }
    }

    private static func consoleSize(
        _ size: Spec.Process.ConsoleSize?, _ findings: inout Findings
    ) -> ConsoleSize? {
        guard let size else { return nil }
        for (name, value) in [("height", size.height), ("width", size.width)] where value > UInt64(UInt16.max) {
            findings.refuse("/process/consoleSize/" + name, "must be from 0 to 65535, is " + String(value))
        }
        return ConsoleSize(
            rows: UInt16(truncatingIfNeeded: size.height), columns: UInt16(truncatingIfNeeded: size.width))
    }

    private static func rlimits(_ entries: [Spec.Process.Rlimit], _ findings: inout Findings) -> [Rlimit] {
        var plans: [Rlimit] = []
        plans.reserveCapacity(entries.count)
        for (index, entry) in entries.enumerated() {
            let pointer = "/process/rlimits/" + String(index)
            guard let resource = Kernel.Rlimit(name: entry.type) else {
                findings.refuse(
                    pointer + "/type",
                    "must be a resource of getrlimit(2) such as RLIMIT_NOFILE, is " + Findings.quoted(entry.type))
                continue
            }
            if let earlier = plans.first(where: { $0.resource == resource }) {
                findings.refuse(pointer + "/type", "duplicate of " + earlier.pointer + " (" + entry.type + ")")
                continue
            }
            if entry.soft > entry.hard {
                findings.refuse(
                    pointer + "/soft",
                    "must not be above hard, which is " + String(entry.hard) + ", is " + String(entry.soft))
            }
            plans.append(Rlimit(resource: resource, soft: entry.soft, hard: entry.hard, pointer: pointer))
        }
        return plans
    }

    private static func oomScoreAdj(_ value: Int64?, _ findings: inout Findings) -> Int32? {
        guard let value else { return nil }
        if value < -1000 || value > 1000 {
            findings.refuse("/process/oomScoreAdj", "must be from -1000 to 1000, is " + String(value))
        }
        return Int32(truncatingIfNeeded: value)
    }
}

extension ProcessPlan.Capabilities {
    /// Decides on the five sets; what the kernel would refuse is left out with a warning (config.md, "Linux Process").
    init(_ sets: Spec.Process.Capabilities?, _ findings: inout Findings) {
        let pointer = "/process/capabilities/"
        bounding = Self.set(sets?.bounding ?? [], pointer + "bounding", &findings)
        effective = Self.set(sets?.effective ?? [], pointer + "effective", &findings)
        permitted = Self.set(sets?.permitted ?? [], pointer + "permitted", &findings)
        inheritable = Self.set(sets?.inheritable ?? [], pointer + "inheritable", &findings)
        ambient = Self.set(sets?.ambient ?? [], pointer + "ambient", &findings)
        Self.limit(&effective, to: permitted, pointer + "effective", "permitted", &findings)
        Self.limit(&inheritable, to: bounding, pointer + "inheritable", "bounding", &findings)
        Self.limit(
            &ambient, to: permitted.intersection(inheritable), pointer + "ambient", "both permitted and inheritable",
            &findings)
    }

    private static func set(_ names: [String], _ pointer: String, _ findings: inout Findings) -> Capability.Set {
        var set = Capability.Set()
        for (index, name) in names.enumerated() {
            if let capability = Capability(name: name) {
                set.insert(capability)
            } else {
                findings.warn(
                    pointer + "/" + String(index), Findings.quoted(name) + " is left out: no capability has that name")
            }
        }
        return set
    }

    private static func limit(
        _ set: inout Capability.Set, to limit: Capability.Set, _ pointer: String, _ name: String,
        _ findings: inout Findings
    ) {
        let beyond = set.subtracting(limit)
        if beyond.isEmpty { return }
        set = set.intersection(limit)
        findings.warn(
            pointer, Capability.names(of: beyond).joined(separator: ", ") + " left out: not in " + name)
    }
}

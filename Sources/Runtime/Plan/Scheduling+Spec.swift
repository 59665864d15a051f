internal import Kernel
internal import OCI

extension Scheduler.Attributes {
    /// Decides on /process/scheduler; nil when the policy is unknown.
    init?(_ scheduler: Spec.Process.Scheduler, _ findings: inout Findings) {
        let pointer = "/process/scheduler"
        guard let policy = Scheduler.Policy(name: scheduler.policy) else {
            findings.refuse(
                pointer + "/policy",
                "must be a policy of sched(7) such as SCHED_BATCH, is " + Findings.quoted(scheduler.policy))
            return nil
        }
        var flags: Scheduler.Flags = []
        for (index, name) in scheduler.flags.enumerated() {
            if let flag = Scheduler.Flags(name: name) {
                flags.insert(flag)
                if policy != .deadline, flag == .reclaim || flag == .deadlineOverrun {
                    findings.refuse(
                        pointer + "/flags/" + String(index),
                        "must stand with SCHED_DEADLINE only, is " + Findings.quoted(name))
                }
            } else {
                findings.refuse(
                    pointer + "/flags/" + String(index),
                    "must be a flag of sched_setattr(2) such as SCHED_FLAG_RESET_ON_FORK, is "
                        + Findings.quoted(name))
            }
        }
        self.init(
            policy: policy, nice: scheduler.nice ?? 0, priority: UInt32(bitPattern: scheduler.priority ?? 0),
            flags: flags, runtime: scheduler.runtime ?? 0, deadline: scheduler.deadline ?? 0,
            period: scheduler.period ?? 0)
        check(priority: scheduler.priority ?? 0, pointer, &findings)
        checkDeadline(pointer, &findings)
    }

    private func check(priority: Int32, _ pointer: String, _ findings: inout Findings) {
        let name = policy.name.description
        switch policy {
        case .other, .batch:
            if nice < -20 || nice > 19 {
                findings.refuse(pointer + "/nice", "must be from -20 to 19, is " + String(nice))
            }
        default:
            if nice != 0 { findings.refuse(pointer + "/nice", "must be 0 with " + name + ", is " + String(nice)) }
        }
        switch policy {
        case .fifo, .roundRobin:
            if priority < 1 || priority > 99 {
                findings.refuse(
                    pointer + "/priority", "must be from 1 to 99 with " + name + ", is " + String(priority))
            }
        default:
            if priority != 0 {
                findings.refuse(pointer + "/priority", "must be 0 with " + name + ", is " + String(priority))
            }
        }
    }

    /// The shortest run time that sched_setattr(2) takes, in nanoseconds.
    private static let shortestRuntime: UInt64 = 1024

    private func checkDeadline(_ pointer: String, _ findings: inout Findings) {
        if policy == .deadline {
            let longest = period == 0 ? deadline : period
            if runtime < Self.shortestRuntime || runtime > deadline || deadline > longest || longest >> 63 != 0 {
                findings.refuse(
                    pointer, "must have 1024 <= runtime <= deadline <= period, or no period, with SCHED_DEADLINE")
            }
            return
        }
        for (name, value) in [("runtime", runtime), ("deadline", deadline), ("period", period)] where value != 0 {
            findings.refuse(
                pointer + "/" + name,
                "must be 0 with " + policy.name.description + ", is " + String(value))
        }
    }
}

extension IOPriority {
    /// Decides on /process/ioPriority; nil when the class is unknown.
    init?(_ priority: Spec.Process.IOPriority, _ findings: inout Findings) {
        let pointer = "/process/ioPriority"
        if priority.priority < 0 || priority.priority > 7 {
            findings.refuse(pointer + "/priority", "must be from 0 to 7, is " + String(priority.priority))
        }
        guard let kind = Class(name: priority.class) else {
            findings.refuse(
                pointer + "/class",
                "must be one of IOPRIO_CLASS_RT, IOPRIO_CLASS_BE and IOPRIO_CLASS_IDLE, is "
                    + Findings.quoted(priority.class))
            return nil
        }
        self.init(class: kind, level: priority.priority)
    }
}

extension ExecAffinity {
    /// Decides on /process/execCPUAffinity (config.md, "Linux Process").
    init(_ affinity: Spec.Process.ExecCPUAffinity, _ findings: inout Findings) {
        initial = Self.list(affinity.initial, "/process/execCPUAffinity/initial", &findings)
        final = Self.list(affinity.final, "/process/execCPUAffinity/final", &findings)
    }

    private static func list(_ text: String?, _ pointer: String, _ findings: inout Findings) -> CPUSet? {
        guard let text, !text.isEmpty else { return nil }
        let set = CPUSet(text)
        if set == nil {
            findings.refuse(pointer, "must be a list of processors such as 0-3,7, is " + Findings.quoted(text))
        }
        return set
    }
}

extension Personality {
    /// Decides on /linux/personality; nil when the domain is unknown.
    init?(_ personality: Spec.Linux.Personality, _ findings: inout Findings) {
        for (index, flag) in personality.flags.enumerated() {
            findings.unsupported("/linux/personality/flags/" + String(index), flag)
        }
        guard let domain = Personality(name: personality.domain) else {
            findings.refuse(
                "/linux/personality/domain",
                "must be LINUX or LINUX32, is " + Findings.quoted(personality.domain))
            return nil
        }
        self = domain
    }
}

/// Rules in the order in which a program asks them: the last comes first, and what cannot matter is left out.
///
/// Neighbours that say the same, allow or deny, form a run: within one the order does not matter.
struct DeviceRuns: Equatable {
    struct Run: Equatable {
        var allow: Bool
        /// Sorted by kind, major and minor number, those for every kind or number first.
        var rules: [DeviceRule]
    }

    private(set) var runs: [Run] = []
    /// What becomes of an access that no rule of the runs is about.
    private(set) var otherwiseAllowed = false

    init(_ list: [DeviceRule]) {
        // What rules for every device have decided.
        var settled = DeviceRule.Access()
        for rule in list.reversed() where settled != .all && rule.isPossible {
            add(rule)
            guard rule.major == nil, rule.minor == nil else { continue }
            for kept in runs.last?.rules ?? [] where kept.isForEveryDevice { settled.formUnion(kept.access) }
        }
        // The last run has its way with all that is left when it is for every device; without a rule nothing is allowed.
        if let last = runs.last, settled == .all || !last.allow {
            otherwiseAllowed = last.allow
            runs.removeLast()
        }
        for index in runs.indices { runs[index].rules.sort(by: DeviceRuns.precedes) }
    }

    /// Takes an earlier rule than all before, unless later ones have decided all that it says.
    private mutating func add(_ rule: DeviceRule) {
        var rule = rule
        for run in runs { for later in run.rules where later.covers(rule) { rule.access.subtract(later.access) } }
        if rule.access.isEmpty { return }
        guard let last = runs.indices.last, runs[last].allow == rule.allow else {
            runs.append(Run(allow: rule.allow, rules: [rule]))
            return
        }
        for index in runs[last].rules.indices where rule.covers(runs[last].rules[index]) {
            runs[last].rules[index].access.subtract(rule.access)
        }
        runs[last].rules.removeAll { $0.access.isEmpty }
        runs[last].add(rule)
    }

    private static func precedes(_ one: DeviceRule, _ other: DeviceRule) -> Bool {
        if one.kind != other.kind { return one.kind.rawValue < other.kind.rawValue }
        if one.major != other.major { return isFirst(one.major, other.major) }
        return isFirst(one.minor, other.minor)
    }

    private static func isFirst(_ one: UInt32?, _ other: UInt32?) -> Bool {
        guard let other else { return false }
        guard let one else { return true }
        return one < other
    }
}

extension DeviceRuns.Run {
    /// Takes a rule that no rule of the run covers, nor is covered by it.
    fileprivate mutating func add(_ rule: DeviceRule) {
        for index in rules.indices {
            let known = rules[index]
            guard known.major == rule.major, known.minor == rule.minor else { continue }
            if known.kind == rule.kind {
                rules[index].access.formUnion(rule.access)
                return
            }
            // What is said of character and of block devices is said of all.
            if known.access == rule.access, known.kind != .all, rule.kind != .all {
                rules[index].kind = .all
                return
            }
        }
        rules.append(rule)
    }
}

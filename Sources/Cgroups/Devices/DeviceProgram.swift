package import Kernel

/// Rules as a program that the kernel runs at each mknod(2) and open(2) of a device.
///
/// The program walks the rules from the last to the first and keeps the kinds of access that are not decided yet: a rule
/// that denies one of them ends in a refusal; one that allows takes what it allows out, and when nothing is left the access
/// is granted.
package struct DeviceProgram: Equatable, Sendable {
    package let instructions: [BPF.Instruction]
    /// Whether there is nothing to refuse, so that the program need not be run.
    package let allowsEverything: Bool

    /// The most rules: the kernel follows at most 8192 jumps, and a rule may need three.
    package static let mostRules = 1024

    /// Translates at most `mostRules` rules.
    package init(_ rules: [DeviceRule]) {
        let order = DeviceRuns(rules)
        allowsEverything = order.runs.isEmpty && order.otherwiseAllowed
        instructions = Translation(order).instructions
    }
}

/// A program while it is written.
private struct Translation {
    /// Holds major and minor number as one, so that a device is recognized by one jump: the fewer there are, the faster
    /// is the kernel's check of the program at each start of a container.
    private static let numbers = BPF.Register.r1
    private static let kind = BPF.Register.r2
    private static let undecided = BPF.Register.r3
    private static let major = BPF.Register.r4
    private static let minor = BPF.Register.r5

    private(set) var instructions: [BPF.Instruction] = []
    /// The kinds of access that can be undecided at all: rules for every device leave fewer.
    private var open = DeviceRule.Access.all
    /// Jumps that are given their distance when the place they go to is known.
    private var toAllow: [Int] = []
    private var toDeny: [Int] = []

    init(_ order: DeviceRuns) {
        readContext()
        for run in order.runs { translate(run) }
        end(otherwiseAllowed: order.otherwiseAllowed)
    }

    private mutating func readContext() {
        instructions = [
            .load(Self.kind, from: .r1, offset: BPF.DeviceContext.accessType),
            .copy(Self.undecided, from: Self.kind),
            .shiftRight(Self.undecided, 16),
            .and(Self.kind, 0xFFFF),
            .load(Self.major, from: .r1, offset: BPF.DeviceContext.major),
            .load(Self.minor, from: .r1, offset: BPF.DeviceContext.minor),
            .copy(Self.numbers, from: Self.major),
            .shiftLeft(Self.numbers, DeviceRule.minorBits),
            .or(Self.numbers, with: Self.minor),
        ]
    }

    /// Asks for the kind once for all rules about it.
    private mutating func translate(_ run: DeviceRuns.Run) {
        var skip: Int?
        var previous: DeviceRule.Kind?
        for rule in run.rules {
            if previous != rule.kind {
                land(skip)
                skip = Self.number(of: rule.kind).map { jump(.notEqual, Self.kind, $0) }
            }
            decide(rule)
            previous = rule.kind
        }
        land(skip)
    }

    /// Asks for the numbers, then decides what the rule is about.
    private mutating func decide(_ rule: DeviceRule) {
        if rule.allow, rule.access.isSuperset(of: open) {
            toAllow.append(jump(.equal, to: rule) ?? jump(.jump()))
            return
        }
        let bits = Self.bits(of: rule.access)
        let skip = jump(.notEqual, to: rule)
        if !rule.allow {
            toDeny.append(jump(.anySet, Self.undecided, bits))
        } else {
            instructions.append(.and(Self.undecided, ~bits))
            toAllow.append(jump(.equal, Self.undecided, 0))
        }
        land(skip)
        if rule.isForEveryDevice { open.subtract(rule.access) }
    }

    /// A jump that depends on the numbers of the rule; nil when it is for all.
    private mutating func jump(_ condition: BPF.Condition, to rule: DeviceRule) -> Int? {
        switch (rule.major, rule.minor) {
        case (let major?, let minor?): jump(condition, Self.numbers, major << DeviceRule.minorBits | minor)
        case (let major?, nil): jump(condition, Self.major, major)
        case (nil, let minor?): jump(condition, Self.minor, minor)
        case (nil, nil): nil
        }
    }

    /// Sets the answer: 1 allows, 0 is EPERM. An access of no kind at all is no access.
    private mutating func end(otherwiseAllowed: Bool) {
        if !otherwiseAllowed {
            toAllow.append(jump(.equal, Self.undecided, 0))
            answer(0, toDeny)
        }
        answer(1, toAllow)
        // The kernel takes no program with instructions that are never reached.
        if otherwiseAllowed, !toDeny.isEmpty { answer(0, toDeny) }
    }

    private mutating func answer(_ value: UInt32, _ jumps: [Int]) {
        for jump in jumps { land(jump) }
        instructions += [.set(.r0, value), .exit]
    }

    private mutating func jump(_ condition: BPF.Condition, _ register: BPF.Register, _ value: UInt32) -> Int {
        jump(.jump(condition, register, value))
    }

    private mutating func jump(_ instruction: BPF.Instruction) -> Int {
        instructions.append(instruction)
        return instructions.count - 1
    }

    /// Makes the jump at a place end here.
    private mutating func land(_ place: Int?) {
        guard let place else { return }
        instructions[place] = instructions[place].over(Int16(instructions.count - place - 1))
    }

    private static func number(of kind: DeviceRule.Kind) -> UInt32? {
        switch kind {
        case .all: nil
        case .character: BPF.DeviceContext.character
        case .block: BPF.DeviceContext.block
        }
    }

    private static func bits(of access: DeviceRule.Access) -> UInt32 {
        (access.contains(.mknod) ? BPF.DeviceContext.mknod : 0)
            | (access.contains(.read) ? BPF.DeviceContext.read : 0)
            | (access.contains(.write) ? BPF.DeviceContext.write : 0)
    }
}

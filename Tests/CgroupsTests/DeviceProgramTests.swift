import Kernel
import Testing

@testable import Cgroups

/// An access as a program in the container asks for it.
struct DeviceRequest {
    var isBlock: Bool
    var major: UInt32
    var minor: UInt32
    var access: DeviceRule.Access

    /// What the rules say, word for word: for each kind of access the last rule about it decides; without one it is denied.
    func isAllowed(by rules: [DeviceRule]) -> Bool {
        for kind in [DeviceRule.Access.mknod, .read, .write] where access.contains(kind) {
            var allowed = false
            for rule in rules where rule.access.contains(kind) {
                let isKind = rule.kind == .all || (rule.kind == .block) == isBlock
                if isKind, rule.major ?? major == major, rule.minor ?? minor == minor { allowed = rule.allow }
            }
            if !allowed { return false }
        }
        return true
    }

    func isAllowed(by program: EBPFInterpreter) throws -> Bool {
        let kinds: [(DeviceRule.Access, UInt32)] = [(.mknod, 1), (.read, 2), (.write, 4)]
        let bits = kinds.reduce(UInt32(0)) { access.contains($1.0) ? $0 | $1.1 : $0 }
        return try program.answer(type: isBlock ? 1 : 2, access: bits, major: major, minor: minor) == 1
    }
}

/// The same numbers in each run. (xorshift64*)
struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

@Suite struct DeviceProgramTests {
    private static let majors: [UInt32] = [0, 1, 3, 5, 10, 136, 4095]
    private static let minors: [UInt32] = [0, 1, 3, 5, 136, 200, 1_048_575]
    /// Some that no device has, and that are like others when they are put together.
    private static let named: [UInt32] = [0, 1, 3, 1, 3, 5, 4096, 1_048_577]

    /// Few numbers, so that rules and requests meet; any access, none at all included.
    private static func rule(_ dice: inout Dice) -> DeviceRule {
        DeviceRule(
            allow: Bool.random(using: &dice), [.all, .character, .block].randomElement(using: &dice) ?? .all,
            Int.random(in: 0..<3, using: &dice) == 0 ? nil : named.randomElement(using: &dice),
            Int.random(in: 0..<3, using: &dice) == 0 ? nil : named.randomElement(using: &dice),
            DeviceRule.Access(rawValue: UInt8.random(in: 0...7, using: &dice)))
    }

    private static func requests() -> [DeviceRequest] {
        var all: [DeviceRequest] = []
        for isBlock in [false, true] {
            for major in majors {
                for minor in minors {
                    for access in UInt8(0)...7 {
                        all.append(
                            DeviceRequest(
                                isBlock: isBlock, major: major, minor: minor, access: .init(rawValue: access)))
                    }
                }
            }
        }
        return all
    }

    private func check(_ rules: [DeviceRule], _ requests: [DeviceRequest]) throws {
        let compiled = DeviceProgram(rules)
        let program = try EBPFInterpreter(compiled.instructions)
        var refused = false
        for request in requests {
            let expected = request.isAllowed(by: rules)
            refused = refused || !expected
            guard try request.isAllowed(by: program) != expected else { continue }
            Issue.record("\(request) should be \(expected) by \(rules)\n\(program.listing.joined(separator: "\n"))")
            return
        }
        if compiled.allowsEverything { #expect(!refused, "\(rules)") }
    }

    @Test(arguments: UInt64(1)...4) func aProgramAnswersAsTheRulesDo(_ seed: UInt64) throws {
        var dice = Dice(state: seed &* 0x9E37_79B9_7F4A_7C15)
        let all = Self.requests()
        for _ in 0..<80 {
            let count = Int.random(in: 0...12, using: &dice)
            let rules = (0..<count).map { _ in Self.rule(&dice) }
            let requests = (0..<50).compactMap { _ in all.randomElement(using: &dice) }
            try check(rules, requests)
            try check(DeviceRule.policy(rules), requests)
        }
    }

    @Test func everyRequestOfTheDefaultsIsAnsweredAsTheRulesDo() throws {
        try check(DeviceRule.policy([]), Self.requests())
    }

    /// All pairs of rules that differ in everything that can differ.
    @Test func everyOverlapOfTwoRulesIsRight() throws {
        var rules: [DeviceRule] = []
        for allow in [false, true] {
            for kind in [DeviceRule.Kind.all, .character, .block] {
                for (major, minor) in [(nil, nil), (1, nil), (nil, 3), (1, 3)] as [(UInt32?, UInt32?)] {
                    for access in [DeviceRule.Access.all, .read] {
                        rules.append(DeviceRule(allow: allow, kind, major, minor, access))
                    }
                }
            }
        }
        let requests = Self.requests().filter {
            [1, 5].contains($0.major) && [3, 5].contains($0.minor) && [2, 4, 7].contains($0.access.rawValue)
        }
        for first in rules { for second in rules { try check([first, second], requests) } }
    }

    @Test func theMostRulesFit() throws {
        let rules = (0..<UInt32(DeviceProgram.mostRules)).map { index in
            DeviceRule(allow: index % 2 == 0, .character, index, index, [.read, .mknod])
        }
        let policy = DeviceRule.policy(rules)
        let program = try EBPFInterpreter(DeviceProgram(policy).instructions)
        for index in [0, 1, 2, 1022, 1023, 1024] as [UInt32] {
            let request = DeviceRequest(isBlock: false, major: index, minor: index, access: .read)
            #expect(try request.isAllowed(by: program) == request.isAllowed(by: policy))
        }
    }
}

@Suite struct DeviceProgramTextTests {
    private func listing(_ rules: [DeviceRule]) throws -> [String] {
        try EBPFInterpreter(DeviceProgram(rules).instructions).listing
    }

    private static let prologue = [
        "r2 = [r1+0]", "r3 = r2", "r3 >>= 16", "r2 &= 65535", "r4 = [r1+4]", "r5 = [r1+8]", "r1 = r4", "r1 <<= 20",
        "r1 |= r5",
    ]

    private static let defaults =
        prologue + [
            "r3 &= ~1", "if r3 == 0 goto 25",  // mknod
            "if r2 != 2 goto 22",  // character devices
            "if r1 == 1:3 goto 25", "if r1 == 1:5 goto 25", "if r1 == 1:7 goto 25", "if r1 == 1:8 goto 25",
            "if r1 == 1:9 goto 25", "if r1 == 5:0 goto 25", "if r1 == 5:1 goto 25", "if r1 == 5:2 goto 25",
            "if r1 == 10:200 goto 25", "if r4 == 136 goto 25",
            "if r3 == 0 goto 25", "r0 = 0", "exit", "r0 = 1", "exit",
        ]

    @Test func theDefaults() throws {
        let lines = try listing(DeviceRule.policy([]))
        #expect(lines == Self.defaults, "\(lines.joined(separator: "\n"))")
    }

    /// What Docker writes for a container without devices of its own.
    @Test func anEnginesUsualListIsTheDefaults() throws {
        var rules = [DeviceRule(allow: false, .all, nil, nil, .all)]
        for (major, minor) in [(1, 5), (1, 3), (1, 9), (1, 8), (5, 0), (5, 1)] as [(UInt32, UInt32)] {
            rules.append(DeviceRule(allow: true, .character, major, minor, .all))
        }
        rules.append(DeviceRule(allow: false, .character, 10, 229, .all))
        #expect(DeviceProgram(DeviceRule.policy(rules)) == DeviceProgram(DeviceRule.policy([])))
    }
}

/// Lists by what remains of them behind the nine instructions that read what is asked for.
@Suite struct DeviceProgramRulesTests {
    private static let everything = DeviceRule(allow: true, .all, nil, nil, .all)
    private static let nothing = DeviceRule(allow: false, .all, nil, nil, .all)
    private static let fuse = DeviceRule(allow: true, .character, 10, 229, .all)
    private static let noFuse = DeviceRule(allow: false, .character, 10, 229, .all)
    private static let denied = ["if r3 == 0 goto 12", "r0 = 0", "exit", "r0 = 1", "exit"]

    private func listing(_ rules: [DeviceRule]) throws -> [String] {
        Array(try EBPFInterpreter(DeviceProgram(rules).instructions).listing.dropFirst(9))
    }

    @Test(arguments: [[], [nothing], [noFuse], [everything, nothing], [fuse, nothing], [nothing, noFuse]])
    func nothingAllowed(_ rules: [DeviceRule]) throws {
        #expect(try listing(rules) == Self.denied)
        #expect(!DeviceProgram(rules).allowsEverything)
    }

    @Test(arguments: [
        [everything], [nothing, everything], [noFuse, everything], [everything, fuse], DeviceRule.policy([everything]),
        [
            nothing, DeviceRule(allow: true, .all, nil, nil, [.read, .mknod]),
            DeviceRule(allow: true, .block, nil, nil, .write), DeviceRule(allow: true, .character, nil, nil, .write),
        ],
    ])
    func everythingAllowed(_ rules: [DeviceRule]) throws {
        #expect(try listing(rules) == ["r0 = 1", "exit"])
        #expect(DeviceProgram(rules).allowsEverything)
    }

    @Test func oneDeviceOnly() throws {
        #expect(
            try listing([Self.nothing, Self.fuse]) == [
                "if r2 != 2 goto 11", "if r1 == 10:229 goto 14", "if r3 == 0 goto 14", "r0 = 0", "exit", "r0 = 1",
                "exit",
            ])
    }

    @Test func everythingButOneDevice() throws {
        #expect(
            try listing([Self.nothing, Self.everything, Self.noFuse]) == [
                "if r2 != 2 goto 12", "if r1 != 10:229 goto 12", "if r3 & 7 goto 14", "r0 = 1", "exit", "r0 = 0",
                "exit",
            ])
    }

    @Test func readingOnly() throws {
        var reading = Self.fuse
        reading.access = .read
        #expect(
            try listing([reading]) == [
                "if r2 != 2 goto 13", "if r1 != 10:229 goto 13", "r3 &= ~2", "if r3 == 0 goto 16",
                "if r3 == 0 goto 16", "r0 = 0", "exit", "r0 = 1", "exit",
            ])
    }

    @Test func theSameDeviceTwiceIsAskedForOnce() throws {
        var reading = Self.fuse
        reading.access = .read
        #expect(DeviceProgram([reading, Self.fuse, Self.fuse]) == DeviceProgram([Self.fuse]))
        var writing = Self.fuse
        writing.access = [.write, .mknod]
        #expect(DeviceProgram([reading, writing]) == DeviceProgram([Self.fuse]))
    }
}

import Foundation
import Testing

@testable import Kernel

@Suite struct CapabilityTests {
    /// The names as the kernel's own header has them, read from there.
    @Test func namesAreThoseOfTheHeader() throws {
        let header = try String(contentsOfFile: "/usr/include/linux/capability.h", encoding: .utf8)
        var count = 0
        for line in header.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.count >= 3, words[0] == "#define", words[1].hasPrefix("CAP_"), let number = UInt8(words[2])
            else { continue }
            #expect(Capability(name: String(words[1])) == Capability(rawValue: number), "\(words[1])")
            #expect(Capability(rawValue: number).name == String(words[1]))
            count += 1
        }
        #expect(count == 41)
        #expect(Capability.count == 41)
    }

    @Test func smallLettersCountAsCapitals() {
        #expect(Capability(name: "cap_sys_admin") == Capability(rawValue: 21))
        #expect(Capability(name: "Cap_Checkpoint_Restore") == Capability(rawValue: 40))
    }

    @Test(arguments: ["", "CHOWN", "CAP_", "CAP_BANANA", "CAP_CHOWN ", "CAP_CHOWNX", "CAP_CHOW\u{4E}\u{0301}"])
    func otherNamesAreNone(_ name: String) { #expect(Capability(name: name) == nil) }

    @Test func aNumberWithoutNameIsShown() { #expect(Capability(rawValue: 63).name == "CAP_63") }

    @Test func setsHoldNumbersUpTo63() {
        var set = Capability.Set()
        #expect(set.isEmpty)
        set.insert(Capability(rawValue: 0))
        set.insert(Capability(rawValue: 40))
        set.insert(Capability(rawValue: 63))
        set.insert(Capability(rawValue: 64))
        #expect(set.rawValue == UInt64(1) | 1 << 40 | 1 << 63)
        #expect(set.contains(Capability(rawValue: 40)))
        #expect(!set.contains(Capability(rawValue: 39)))
        #expect(!set.contains(Capability(rawValue: 64)))
        #expect(Capability.names(of: set) == ["CAP_CHOWN", "CAP_CHECKPOINT_RESTORE", "CAP_63"])
    }

    @Test func setsAreSets() {
        let one = Capability.Set(rawValue: 0b0110)
        let other = Capability.Set(rawValue: 0b0011)
        #expect(one.union(other).rawValue == 0b0111)
        #expect(one.intersection(other).rawValue == 0b0010)
        #expect(one.subtracting(other).rawValue == 0b0100)
    }

    @Test func theKernelAgreesWithItsOwnFiles() throws {
        let last = try String(contentsOfFile: "/proc/sys/kernel/cap_last_cap", encoding: .utf8)
        #expect(last == "\(Capability.last().rawValue)\n")
        let status = try String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)
        let held = try Capability.held()
        func shown(_ key: String) -> UInt64? {
            for line in status.split(separator: "\n") where line.hasPrefix(key + ":") {
                return UInt64(line.dropFirst(key.count + 1).trimmingCharacters(in: .whitespaces), radix: 16)
            }
            return nil
        }
        #expect(held.effective.rawValue == shown("CapEff"))
        #expect(held.permitted.rawValue == shown("CapPrm"))
        #expect(held.inheritable.rawValue == shown("CapInh"))
        #expect(held.bounding.rawValue == shown("CapBnd"))
    }

    @Test func keepingWhatIsHeldChangesNothing() throws {
        let held = try Capability.held()
        try Capability.apply(
            effective: held.effective, permitted: held.permitted, inheritable: held.inheritable)
        try Capability.dropBounding(held.bounding)
        try Capability.raiseAmbient(Capability.Set())
        #expect(try Capability.held() == held)
    }

    @Test func whatIsNotPermittedCannotBecomeEffective() throws {
        let held = try Capability.held()
        #expect(throws: Errno.notPermitted) {
            try Capability.apply(
                effective: Capability.Set(rawValue: .max), permitted: held.permitted, inheritable: held.inheritable)
        }
    }
}

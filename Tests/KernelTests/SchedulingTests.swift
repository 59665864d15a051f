import Testing

@testable import Kernel

@Suite struct SchedulingTests {
    @Test(
        arguments: [
            ("SCHED_OTHER", 0), ("SCHED_FIFO", 1), ("SCHED_RR", 2), ("SCHED_BATCH", 3), ("SCHED_ISO", 4),
            ("SCHED_IDLE", 5), ("SCHED_DEADLINE", 6),
        ] as [(String, UInt32)])
    func policies(_ name: String, _ number: UInt32) {
        #expect(Scheduler.Policy(name: name)?.rawValue == number)
        #expect(Scheduler.Policy(rawValue: number)?.name.description == name)
    }

    @Test(
        arguments: [
            ("SCHED_FLAG_RESET_ON_FORK", 0x01), ("SCHED_FLAG_RECLAIM", 0x02), ("SCHED_FLAG_DL_OVERRUN", 0x04),
            ("SCHED_FLAG_KEEP_POLICY", 0x08), ("SCHED_FLAG_KEEP_PARAMS", 0x10), ("SCHED_FLAG_UTIL_CLAMP_MIN", 0x20),
            ("SCHED_FLAG_UTIL_CLAMP_MAX", 0x40),
        ] as [(String, UInt64)])
    func flags(_ name: String, _ bit: UInt64) { #expect(Scheduler.Flags(name: name)?.rawValue == bit) }

    @Test(arguments: [("IOPRIO_CLASS_RT", 1), ("IOPRIO_CLASS_BE", 2), ("IOPRIO_CLASS_IDLE", 3)] as [(String, Int32)])
    func ioClasses(_ name: String, _ number: Int32) {
        #expect(IOPriority.Class(name: name)?.rawValue == number)
        #expect(IOPriority.Class(rawValue: number)?.name.description == name)
    }

    @Test(arguments: [("LINUX", 0), ("LINUX32", 8)] as [(String, UInt32)])
    func personalities(_ name: String, _ number: UInt32) { #expect(Personality(name: name)?.rawValue == number) }

    @Test(arguments: ["", "SCHED_NORMAL", "sched_other", "BANANA", "LINUX64", "linux", "IOPRIO_CLASS_NONE"])
    func otherWordsAreNone(_ name: String) {
        #expect(Scheduler.Policy(name: name) == nil)
        #expect(Scheduler.Flags(name: name) == nil)
        #expect(IOPriority.Class(name: name) == nil)
        #expect(Personality(name: name) == nil)
    }

    @Test func theKernelTakesWhatHoldsAnyway() throws {
        try Scheduler.Attributes(policy: .other).apply()
        try Personality.linux.apply()
    }

    @Test func theKernelRefusesAPriorityThatDoesNotFit() {
        #expect(throws: Errno.invalidArgument) { try Scheduler.Attributes(policy: .other, priority: 1).apply() }
    }
}

import Testing

@testable import Cgroups

/// The files in which the kernel tells what happened in a cgroup.
struct EventsTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func populatedAndFrozen() {
        let events = CgroupEvents(bytes("populated 1\nfrozen 0\n"))
        #expect(events.isPopulated && !events.isFrozen)
        let frozen = CgroupEvents(bytes("populated 0\nfrozen 1\n"))
        #expect(!frozen.isPopulated && frozen.isFrozen)
    }

    @Test func whatIsNotSaidIsNotSo() {
        for text in ["", "\n", "frozen\n", "frozen x\n", "frozen  1\n", "unfrozen 1\nfrozen1 1\n"] {
            #expect(CgroupEvents(bytes(text)) == CgroupEvents([]), "\(text)")
        }
        #expect(MemoryEvents(bytes("oom 3\noom_group_kill 2\n")).kills == 0)
    }

    @Test func killsForWantOfMemory() {
        let text = "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n"
        #expect(MemoryEvents(bytes(text)).kills == 2)
    }

    @Test func numbersOfAllSizes() {
        let pairs = FlatKeyed(bytes("a 0\nb 18446744073709551615\nc 18446744073709551616\nd -1\ne 1.5\n\nf 7"))
        var found: [String] = []
        for (key, value) in pairs { found.append(String(decoding: key, as: UTF8.self) + "=\(value)") }
        #expect(found == ["a=0", "b=18446744073709551615", "f=7"])
    }
}

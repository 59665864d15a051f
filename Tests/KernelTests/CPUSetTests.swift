import Testing

@testable import Kernel

@Suite struct CPUSetTests {
    @Test func listsBecomeMasks() {
        #expect(CPUSet("0")?.bytes == [1, 0, 0, 0, 0, 0, 0, 0])
        #expect(CPUSet("0-3,7")?.bytes == [0x8f, 0, 0, 0, 0, 0, 0, 0])
        #expect(CPUSet("7,0-3,2")?.bytes == [0x8f, 0, 0, 0, 0, 0, 0, 0])
        #expect(CPUSet("63-64")?.bytes == [0, 0, 0, 0, 0, 0, 0, 0x80, 1, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func thereMayBeMoreThan1024() {
        #expect(CPUSet("8191")?.bytes.count == 1024)
        #expect(CPUSet("8191")?.bytes.last == 0x80)
    }

    @Test(arguments: ["", ",", "0,", "-", "1-", "-1", "3-1", "0-1-2", "x", " 0", "0x1", "8192", "99999"])
    func whatIsNoList(_ text: String) { #expect(CPUSet(text) == nil) }
}

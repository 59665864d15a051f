import Testing

@testable import Kernel

struct HostProcTests {
    @Test func readsAStatLineWhateverTheProcessIsCalled() throws {
        let line =
            "4422 (a) S (b) R 1 4422 4422 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 327505 2465792 214 18446744073709551615"
        let status = try #require(HostProc.Status(Array(line.utf8)))
        #expect(status.state == UInt8(ascii: "R"))
        #expect(status.startTime == 327505)
        #expect(!status.hasEnded)
    }

    @Test func aZombieHasEnded() throws {
        let line = "7 (x) Z 1 7 7 0 -1 4227072 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0 0"
        #expect(try #require(HostProc.Status(Array(line.utf8))).hasEnded)
    }

    @Test func aProcessOnItsWayOutHasEnded() throws {
        // PF_EXITING among the flags, field 9.
        let line = "7 (x) R 1 7 7 0 -1 4227076 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0 0"
        #expect(try #require(HostProc.Status(Array(line.utf8))).hasEnded)
    }

    @Test(arguments: ["", "1 (x", "1 (x)", "1 (x) ", "1 (x) S 1 2 3"]) func shorterLinesAreNone(line: String) {
        #expect(HostProc.Status(Array(line.utf8)) == nil)
    }

    @Test func knowsThisProcess() throws {
        let proc = try HostProc()
        // Asked outside of the macros, which take no values that have one owner.
        let own = proc.status(of: Process.currentID)
        #expect(try #require(own).startTime > 0)
        let nobody = proc.status(of: Int32.max)
        #expect(nobody == nil)
        let bootID = try proc.bootID()
        #expect(bootID.utf8.count == 36)
    }

    @Test func doesNotFollowLinksOutOfProc() throws {
        let proc = try HostProc()
        // A magic link: it would lead to whatever the process has open.
        #expect(throws: Errno.self) { _ = try proc.open("self/root/etc/passwd", [.readOnly]) }
        #expect(throws: Errno.self) { _ = try proc.open("../etc/passwd", [.readOnly]) }
    }
}

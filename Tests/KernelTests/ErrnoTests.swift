import Glibc
import Testing

@testable import Kernel

@Suite struct ErrnoTests {
    @Test(arguments: [
        (Errno.noSuchFile, "no such file or directory"), (.permissionDenied, "permission denied"),
        (.notPermitted, "operation not permitted"), (.noSuchProcess, "no such process"),
        (.notDirectory, "not a directory"), (.notExecutableFormat, "exec format error"),
        (Errno(rawValue: 73), "RFS specific error"), (Errno(rawValue: 9999), "unknown error 9999"),
    ])
    func messagesBeginWithASmallLetter(_ errno: Errno, _ message: String) { #expect(errno.message == message) }

    @Test func theShimsAnswerIsTurnedAround() {
        #expect(Errno(negated: -ENOENT) == .noSuchFile)
        #expect(throws: Errno.noSuchFile) { try check(Int32(-ENOENT)) }
        #expect(throws: Errno.noSuchFile) { try check(Int(-ENOENT)) }
    }

    @Test func aValueIsPassedOn() throws {
        #expect(try check(Int32(7)) == 7)
        #expect(try check(Int(0)) == 0)
    }
}

import Testing

@testable import Kernel

@Suite struct NameTests {
    @Test func aNameIsItsBytes() {
        let name: StaticString = "caf\u{E9}"
        #expect(name.names("caf\u{E9}"))
        #expect(!name.names("cafe\u{301}"), "another spelling of the same letter is another name")
        #expect(!name.names("caf"))
        #expect(!name.names("caf\u{E9}s"))
        #expect(("" as StaticString).names(""))
    }

    @Test func onlyLettersHaveTwoCases() {
        let name: StaticString = "A_1@"
        #expect(name.names(inAnyCase: "a_1@"))
        #expect(!name.names(inAnyCase: "A_1`"), "` and @ differ by the bit that tells small letters from capitals")
        #expect(name.names(inAnyCase: "xxA_1@", from: 2))
        #expect(!name.names(inAnyCase: "xxA_1@", from: 1))
        #expect(!name.names(inAnyCase: "A", from: 2))
    }
}

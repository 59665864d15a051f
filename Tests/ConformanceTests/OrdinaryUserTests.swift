import Testing

@testable import apus_conformance

/// What ordinary users' runs leave out.
struct OrdinaryUserTests {
    @Test func everyEntryNamesACase() {
        let titles = Coverage.titles
        for entry in OrdinaryUser.entries {
            #expect(titles.contains { entry.names($0) }, "\(entry.text)")
            #expect(!entry.reason.isEmpty)
        }
    }

    @Test func whatIsNotNamedIsRun() {
        #expect(OrdinaryUser.lacks("run: the exit status is the program's") == nil)
        #expect(OrdinaryUser.lacks("user namespaces: joined by path") == "needs more ids than the user's own")
    }
}

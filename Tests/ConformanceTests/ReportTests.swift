import Foundation
import FoundationXML
import Testing

@testable import apus_conformance

/// What the suite writes for other programs.
@Suite struct ReportTests {
    private func entry(_ group: String, _ name: String) -> Runner.Entry {
        Runner.Entry(group: group, item: Case(name, "source") { _ in })
    }

    @Test("JUnit XML is well-formed and counts by group") func junit() throws {
        var junit = JUnit(runtime: "/bin/a&b")
        var passed = Verdict()
        passed.milliseconds = 1042
        junit.add(entry("one", "passes"), passed, details: "")
        junit.add(entry("one", "fails <here>"), .failed("\"no\" & \u{1b}[31m\nnext"), details: "all of \u{0} it")
        junit.add(entry("two", "is skipped"), .skipped("no cgroup2 here"), details: "")
        let document = try XMLDocument(xmlString: junit.text)
        let suites = try document.nodes(forXPath: "/testsuites/testsuite")
        #expect(suites.count == 2)
        #expect(
            try document.nodes(forXPath: "//testsuite[@name='one'][@tests='2'][@failures='1'][@skipped='0']").count == 1
        )
        #expect(
            try document.nodes(forXPath: "//testsuite[@name='two'][@tests='1'][@failures='0'][@skipped='1']").count == 1
        )
        #expect(try document.nodes(forXPath: "//testcase[@name='passes'][@time='1.042']").count == 1)
        #expect(try document.nodes(forXPath: "//testcase[@name='fails <here>']/failure").count == 1)
        #expect(try document.nodes(forXPath: "//skipped[@message='no cgroup2 here']").count == 1)
    }
}

import Foundation
import Testing

@testable import Kernel

/// Paths in a directory that they must not leave.
final class RootDirectoryTests {
    private let outside: String
    private let root: RootDirectory
    private let path: String

    init() throws {
        outside = NSTemporaryDirectory() + "apus-root-\(UUID().uuidString)"
        path = outside + "/root"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        root = RootDirectory(try File.open(path, [.path, .directory]))
    }

    deinit { try? FileManager.default.removeItem(atPath: outside) }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
    }

    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

    @Test func makesMissingDirectories() throws {
        _ = try root.makeDirectories("/a/b/c")
        #expect(exists("a/b/c"))
        _ = try root.makeDirectories("/a/b/c")
    }

    @Test(arguments: ["/../x", "/../../x", "/a/../../x", "../x"]) func staysInside(name: String) throws {
        _ = try root.makeDirectories("/a")
        _ = try root.makeDirectories(name)
        #expect(exists("x"))
        #expect(!FileManager.default.fileExists(atPath: outside + "/x"))
    }

    @Test func followsAbsoluteLinksInside() throws {
        try link("var", to: "/real")
        _ = try root.makeDirectories("/var/log")
        #expect(exists("real/log"))
        #expect(!FileManager.default.fileExists(atPath: "/real"))
    }

    @Test func followsLinksThatClimbInside() throws {
        _ = try root.makeDirectories("/deep/er")
        try link("deep/er/up", to: "../../../../new/place")
        _ = try root.makeDirectories("/deep/er/up/here")
        #expect(exists("new/place/here"))
    }

    @Test func givesUpOnLoops() throws {
        try link("one", to: "two")
        try link("two", to: "one")
        #expect(throws: Errno.tooManyLinks) { _ = try self.root.makeDirectories("/one/x") }
    }

    @Test func refusesLinksWhenAskedTo() throws {
        _ = try root.makeDirectories("/real")
        try link("proc", to: "/real")
        #expect(throws: Errno.tooManyLinks) { _ = try self.root.makeDirectories("/proc", allowSymlinks: false) }
        #expect(throws: Errno.tooManyLinks) { _ = try self.root.makeDirectories("/proc/x", allowSymlinks: false) }
    }

    @Test func makesFilesThroughDanglingParents() throws {
        try link("run", to: "/gone/away")
        _ = try root.makeFile("/run/lock")
        #expect(exists("gone/away/lock"))
    }

    @Test func aFileInTheWayIsNoDirectory() throws {
        _ = try root.makeFile("/file")
        #expect(throws: Errno.notDirectory) { _ = try self.root.makeDirectories("/file/x") }
    }

    @Test(arguments: ["/", "", "/..", "/a/.."]) func somePathsHaveNoLastName(name: String) {
        #expect(throws: Errno.invalidArgument) { _ = try self.root.parent(of: name).name }
    }

    @Test func splitsOffTheLastName() throws {
        let entry = try root.parent(of: "/dev/net/tun/")
        #expect(entry.name == "tun")
        #expect(exists("dev/net"))
    }
}

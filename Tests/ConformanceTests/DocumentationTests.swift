import Foundation
import Testing

/// What the documents say, against the files that the tests use.
@Suite struct DocumentationTests {
    static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: project.appending(path: path), encoding: .utf8)
    }

    @Test(
        "README.md shows each engine's configuration as it is tested",
        arguments: ["daemon.json", "containers.conf", "containerd.toml", "runtimeclass.yaml"]
    ) func configurations(file: String) throws {
        let lines = try Self.text("conformance/engines/config/" + file).split(
            separator: "\n", omittingEmptySubsequences: false)
        // As a block of a list's item: six spaces before each line.
        let block = lines.map { $0.isEmpty ? "" : "      " + $0 }.joined(separator: "\n")
        // Blank lines stand around it, so that there is nothing more to the block.
        #expect(try Self.text("README.md").contains("\n\n" + block + "\n"))
    }

    @Test("README.md shows every configuration that there is") func all() throws {
        let directory = Self.project.appending(path: "conformance/engines/config").path
        #expect(
            Set(try FileManager.default.contentsOfDirectory(atPath: directory)) == [
                "daemon.json", "containers.conf", "containerd.toml", "runtimeclass.yaml",
            ])
    }
}

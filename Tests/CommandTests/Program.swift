import Foundation

/// The built program, called as a user would, in a directory of its own.
struct Program {
    struct Result: Equatable {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Beside the tests, where the build has put it.
    static let path: String = {
        var directory = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        for _ in 0..<6 {
            let candidate = directory.appendingPathComponent("apus").path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
            directory.deleteLastPathComponent()
        }
        // The tests run in a helper of the tool chain: look below the package.
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return package.appendingPathComponent(".build/debug/apus").path
    }()

    let directory: String

    init() throws {
        directory = NSTemporaryDirectory() + "/apus-command-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
    }

    func remove() { try? FileManager.default.removeItem(atPath: directory) }

    /// The path of a file in the test's directory.
    func path(_ name: String) -> String { directory + "/" + name }

    func read(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    /// Runs apus with its state root in the test's directory.
    func run(_ arguments: String...) throws -> Result { try runBare(["--root", path("root")] + arguments) }

    /// Runs apus with these arguments only.
    func runBare(_ arguments: [String], output: FileHandle? = nil) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardInput = FileHandle.nullDevice
        let (outputPipe, errorPipe) = (Pipe(), Pipe())
        process.standardOutput = output ?? outputPipe
        process.standardError = errorPipe
        try process.run()
        let errors = errorPipe.fileHandleForReading.readDataToEndOfFile()
        let text = output == nil ? outputPipe.fileHandleForReading.readDataToEndOfFile() : Data()
        process.waitUntilExit()
        let status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
        return Result(
            status: status, output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: errors, as: UTF8.self))
    }

    /// The records of a JSON log, each line parsed on its own.
    func records(_ name: String) throws -> [[String: Any]] {
        try read(name).split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { line in
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        }
    }
}

import JSON
import Kernel

/// A document that the command line names: a file, or `-` for standard input.
package struct InputFile {
    private let path: String

    package init(_ path: String) { self.path = path }

    /// What it is called in messages.
    package var name: String { path == "-" ? "standard input" : path }

    /// All of it, at most as much as a document may have; `what` is for the error.
    package func read(_ what: StaticString) throws(RuntimeError) -> [UInt8] {
        let limit = JSONReader.maximumBytes
        return try attempt("read \(what) from \(name)") { () throws(Errno) in
            if path == "-" { return try File.readAll(0, limit: limit) }
            return try File.read(path, limit: limit)
        }
    }
}

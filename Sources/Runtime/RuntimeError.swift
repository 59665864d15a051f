package import JSON
package import Kernel

/// Why a verb failed: one line for people, and a kind for what apus itself must react to.
///
/// The line says what was being done, to what, and why it failed; where the cause is a field of config.json it ends
/// with the JSON pointer of that field, and with a hint when one is known:
/// `mount proc on /proc: operation not permitted (/mounts/0); a new proc needs a new pid namespace`.
package struct RuntimeError: Error, Equatable, Sendable {
    /// What the command line or another verb does about it.
    package enum Kind: UInt8, Sendable {
        /// Wrong use of the command line.
        case usage
        /// config.json cannot be read or asks for what cannot be.
        case configuration
        /// No container has the id. The message says `does not exist`.
        case noSuchContainer
        /// The id is taken.
        case containerExists
        /// The container is not in a state that allows the verb.
        case wrongState
        /// A hook failed; the specification then wants the container destroyed.
        case hookFailed
        /// The kernel refused, or anything else failed.
        case failed
    }

    package var kind: Kind
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// A failed system call: `action: why (pointer); hint`.
    package init(_ action: String, _ errno: Errno, at pointer: String? = nil, hint: String? = nil) {
        kind = .failed
        message = action + ": " + errno.message
        if let pointer { message += " (" + pointer + ")" }
        if let hint { message += "; " + hint }
    }

    /// Every problem of a configuration in one line; at most 20 are spelled out.
    package init(_ problems: [Problem]) {
        kind = .configuration
        message = "config.json: " + Problem.line(problems)
    }

    /// The same error with `context: ` in front.
    package func inContext(_ context: String) -> RuntimeError { RuntimeError(kind, context + ": " + message) }
}

/// Does one thing with the kernel; when that fails, says what it was.
///
/// The text is made only then: the working path builds no strings.
@inline(__always)
func attempt<Value: ~Copyable>(
    _ action: @autoclosure () -> String, at pointer: String? = nil, hint: StaticString? = nil,
    _ body: () throws(Errno) -> Value
) throws(RuntimeError) -> Value {
    do throws(Errno) {
        return try body()
    } catch {
        throw RuntimeError(action(), error, at: pointer, hint: hint?.description)
    }
}

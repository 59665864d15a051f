/// The problems found while a document is read.
package final class JSONFindings {
    /// So many problems are kept; a large document may have millions.
    package static let most = 1000

    /// What was found, in the order of the reading.
    package private(set) var problems: [Problem] = []

    /// Nothing found yet.
    package init() {}

    /// Keeps a problem of the place that `pointer` gives, which is asked only if it is kept.
    fileprivate func add(_ message: String, at pointer: () -> String) {
        guard problems.count < JSONFindings.most else { return }
        problems.append(Problem(pointer: pointer(), message: message))
    }
}

/// A step from an object to what is in it: a member, or an element of the array that a member is.
struct JSONStep {
    var name: String
    /// -1 for the member itself.
    var index = -1

    /// No step: the place itself. An optional would cost 35 000 instructions of type look-up at its first use.
    static var none: JSONStep { JSONStep(name: "", index: -2) }

    var isNone: Bool { index == -2 }

    /// The step as part of a JSON pointer.
    var text: String {
        if isNone { return "" }
        let text = "/" + JSONPlace.escaped(name)
        return index < 0 ? text : text + "/" + String(index)
    }
}

/// Where an object stands in its document: a chain of steps, which becomes text only when something is wrong there.
package final class JSONPlace {
    private let findings: JSONFindings
    private let parent: JSONPlace?
    private let step: JSONStep

    init(findings: JSONFindings) {
        self.findings = findings
        parent = nil
        step = .none
    }

    init(parent: JSONPlace, step: JSONStep) {
        findings = parent.findings
        self.parent = parent
        self.step = step
    }

    private var pointer: String {
        (parent?.pointer ?? "") + step.text
    }

    /// Notes that something is wrong one step from here.
    func note(_ message: String, at step: JSONStep) {
        findings.add(message) { pointer + step.text }
    }

    /// A name as a token of a JSON pointer (RFC 6901): `~` and `/` are escaped; long names are cut and what would break
    /// the line is written as `\n` is, because pointers are for messages.
    package static func escaped(_ name: String) -> String {
        var token: [UInt8] = []
        for byte in JSONText.excerpt(name).utf8 {
            switch byte {
            case UInt8(ascii: "~"): token += [byte, UInt8(ascii: "0")]
            case UInt8(ascii: "/"): token += [UInt8(ascii: "~"), UInt8(ascii: "1")]
            default: token.append(byte)
            }
        }
        return String(decoding: token, as: UTF8.self)
    }
}

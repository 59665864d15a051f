/// The problems found while a document is read.
package final class JSONFindings {
    /// What was found, in the order of the reading.
    package fileprivate(set) var problems: [Problem] = []

    /// Nothing found yet.
    package init() {}
}

/// A place in a document.
///
/// It is a chain of names and numbers, and becomes text only when something is wrong there.
package final class JSONPlace {
    private let findings: JSONFindings
    private let parent: JSONPlace?
    private let name: String
    private let index: Int

    init(findings: JSONFindings) {
        self.findings = findings
        parent = nil
        name = ""
        index = -1
    }

    private init(parent: JSONPlace, name: String, index: Int) {
        findings = parent.findings
        self.parent = parent
        self.name = name
        self.index = index
    }

    func member(_ name: String) -> JSONPlace {
        JSONPlace(parent: self, name: name, index: -1)
    }

    func element(_ index: Int) -> JSONPlace {
        JSONPlace(parent: self, name: "", index: index)
    }

    /// The place as a JSON pointer (RFC 6901).
    package var pointer: String {
        guard let parent else { return "" }
        return parent.pointer + "/" + (index >= 0 ? String(index) : JSONPlace.escaped(name))
    }

    /// Notes that something is wrong here.
    package func note(_ message: String) {
        findings.problems.append(Problem(pointer: pointer, message: message))
    }

    func expected(_ kind: String, _ value: JSONValue) {
        note("must be " + kind + ", is " + value.kind)
    }

    func expectedInteger(_ least: String, _ most: String, _ number: JSONNumber) {
        let range = "must be an integer from " + least + " to " + most
        note(range + ", is " + JSONText.excerpt(number.text))
    }

    /// A name as a token of a JSON pointer: `~` and `/` are escaped, and what would break the line is written as `\n` is.
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

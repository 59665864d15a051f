import JSON

/// A version of the specification, in the form of Semantic Versioning 2.0.0 (config.md, "Specification version").
package struct SpecVersion: Equatable, Sendable {
    package var major: UInt64
    package var minor: UInt64
    package var patch: UInt64
    /// What follows `-`, such as `rc.1`.
    package var prerelease: String?
    /// What follows `+`.
    package var build: String?

    /// The oldest version that is read.
    package static let minimum = "1.0.0"
    /// The version that is implemented.
    package static let current = "1.3.0"

    /// What a document's version means for reading it.
    package enum Verdict: Equatable, Sendable {
        case supported
        /// A later minor version: it may hold fields that are not known; the text is a warning.
        case newer(String)
        /// Another major version, or no version; the text says what is wrong with the field.
        case refused(String)
    }

    /// Whether a document of version `text` can be read.
    package static func verdict(_ text: String) -> Verdict {
        let shown = "\"" + JSONText.excerpt(text) + "\""
        guard let version = SpecVersion(text) else {
            return .refused("must be a version such as " + current + ", is " + shown)
        }
        guard version.major == 1 else {
            return .refused("must be of major version 1, is " + shown)
        }
        if version.minor > 3 {
            return .newer(
                "/ociVersion: " + shown + " is newer than " + current + ": fields that came later are ignored")
        }
        return .supported
    }

    /// The version that `text` spells, nil when it does not follow the grammar.
    package init?(_ text: String) {
        var scanner = VersionScanner(bytes: Array(text.utf8))
        guard let major = scanner.number(), scanner.skip("."), let minor = scanner.number(), scanner.skip("."),
            let patch = scanner.number()
        else { return nil }
        self.major = major
        self.minor = minor
        self.patch = patch
        if scanner.skip("-") {
            guard let identifiers = scanner.identifiers(leadingZeros: false) else { return nil }
            prerelease = identifiers
        }
        if scanner.skip("+") {
            guard let identifiers = scanner.identifiers(leadingZeros: true) else { return nil }
            build = identifiers
        }
        guard scanner.isAtEnd else { return nil }
    }
}

/// Reads the parts of a version from left to right.
private struct VersionScanner {
    let bytes: [UInt8]
    private var index = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    /// A number without leading zeros.
    mutating func number() -> UInt64? {
        let start = index
        while index < bytes.count, VersionScanner.isDigit(bytes[index]) { index += 1 }
        if index - start > 1, bytes[start] == UInt8(ascii: "0") { return nil }
        return UInt64(String(decoding: bytes[start..<index], as: UTF8.self))
    }

    /// One or more words of letters, digits and hyphens, with dots between them.
    mutating func identifiers(leadingZeros: Bool) -> String? {
        let start = index
        repeat {
            let word = index
            var digitsOnly = true
            while index < bytes.count, VersionScanner.isWord(bytes[index]) {
                if !VersionScanner.isDigit(bytes[index]) { digitsOnly = false }
                index += 1
            }
            if index == word { return nil }
            if !leadingZeros, digitsOnly, index - word > 1, bytes[word] == UInt8(ascii: "0") { return nil }
        } while skip(".")
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return isDigit(byte) || byte == UInt8(ascii: "-") || (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z"))
    }
}

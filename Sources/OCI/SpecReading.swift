package import JSON

/// Why a document is not a configuration.
package enum SpecError: Error, Equatable, Sendable {
    /// It is not JSON.
    case syntax(JSONError)
    /// Fields are missing, or not of their type or range; never empty.
    case problems([Problem])

    /// All that is wrong, in one line; of many problems the first 20.
    package var message: String {
        switch self {
        case .syntax(let error): return error.description
        case .problems(let problems): return Problem.line(problems)
        }
    }
}

extension Spec {
    /// The configuration that the text `bytes` holds.
    ///
    /// Only its form is checked, not whether it makes sense.
    package static func read(_ bytes: [UInt8]) throws(SpecError) -> Spec {
        try SpecError.collect(bytes) { Spec(JSONObject($0, findings: $1)) }
    }
}

extension Spec.Process {
    /// The process that the text `bytes` holds, which is the value of a configuration's `process` alone.
    package static func read(_ bytes: [UInt8]) throws(SpecError) -> Spec.Process {
        try SpecError.collect(bytes) { Spec.Process(JSONObject($0, findings: $1)) }
    }
}

extension Spec.Mount {
    /// The mounts that the text `bytes` holds, which is the value of a configuration's `mounts` alone.
    package static func list(_ bytes: [UInt8]) throws(SpecError) -> [Spec.Mount] {
        try SpecError.collect(bytes) { JSONObjects($0, findings: $1).map(Spec.Mount.init) }
    }
}

extension SpecError {
    /// Reads a document; throws all that the reading found wrong with it at once.
    fileprivate static func collect<Value>(
        _ bytes: [UInt8], _ read: (JSONValue, JSONFindings) -> Value
    ) throws(SpecError) -> Value {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONReader.parse(bytes)
        } catch {
            throw .syntax(error)
        }
        let findings = JSONFindings()
        let value = read(document, findings)
        guard findings.problems.isEmpty else { throw .problems(findings.problems) }
        return value
    }
}

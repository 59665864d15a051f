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
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONReader.parse(bytes)
        } catch {
            throw .syntax(error)
        }
        let findings = JSONFindings()
        let spec = Spec(JSONObject(document, findings: findings))
        guard findings.problems.isEmpty else { throw .problems(findings.problems) }
        return spec
    }
}

extension Spec.Process {
    /// The process that the text `bytes` holds, which is the value of a configuration's `process` alone.
    package static func read(_ bytes: [UInt8]) throws(SpecError) -> Spec.Process {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONReader.parse(bytes)
        } catch {
            throw .syntax(error)
        }
        let findings = JSONFindings()
        let process = Spec.Process(JSONObject(document, findings: findings))
        guard findings.problems.isEmpty else { throw .problems(findings.problems) }
        return process
    }
}

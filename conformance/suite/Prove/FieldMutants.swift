extension Mutant {
    /// A runtime that passes a field over, wherever `*` in the pointer leads. In the place of one that is required counts
    /// what a plain container's configuration has there, so that a plain container is still made.
    static func ignoring(_ pointer: String) -> Mutant {
        .config(pointer, what: "\(pointer) is passed over") { config in config = config.passingOver(pointer) }
    }
}

extension JSON {
    /// Fields without which there is no plain container.
    private static let required = [
        "ociVersion", "path", "cwd", "args", "uid", "gid", "type", "soft", "hard", "destination", "allow",
    ]

    /// A configuration without the field, or with that of a plain container in its place.
    func passingOver(_ pointer: String) -> JSON {
        var plain = Config.base()
        plain["process", "args"] = ["/probe", "pause"]
        let way = pointer.split(separator: "/").map { String($0) }
        return passingOver(way[...], JSON.required.contains(way.last ?? "") ? plain : nil) ?? self
    }

    /// The value without what is at the end of a way, or with what another one has there; nil when it goes itself.
    private func passingOver(_ way: ArraySlice<String>, _ plain: JSON?) -> JSON? {
        guard let step = way.first else { return plain }
        let rest = way.dropFirst()
        switch self {
        case .object(let members):
            var kept: [Member] = []
            for member in members {
                guard step == "*" || step == member.key else {
                    kept.append(member)
                    continue
                }
                if let value = member.value.passingOver(rest, plain?[.key(member.key)]) {
                    kept.append(Member(key: member.key, value: value))
                }
            }
            return .object(kept)
        case .array(let elements):
            guard step == "*" else { return self }
            var kept: [JSON] = []
            for (index, element) in elements.enumerated() {
                if let value = element.passingOver(rest, plain?[.index(index)]) { kept.append(value) }
            }
            return .array(kept)
        default: return self
        }
    }
}

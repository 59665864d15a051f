extension JSON {
    /// How another value differs from this one, as lines for people: a pointer, and what is there.
    func differences(to other: JSON, at pointer: String = "") -> [String] {
        if self == other { return [] }
        if let before = members, let after = other.members {
            var lines: [String] = []
            for member in after {
                let place = pointer + "/" + member.key
                guard let old = self[.key(member.key)] else {
                    lines.append("\(place): \(member.value.compact)")
                    continue
                }
                lines += old.differences(to: member.value, at: place)
            }
            for member in before where other[.key(member.key)] == nil { lines.append("\(pointer)/\(member.key): gone") }
            return lines
        }
        guard let before = elements, let after = other.elements else { return ["\(pointer): \(other.compact)"] }
        // Words of a command line say nothing one by one.
        if !(before + after).contains(where: { $0.members != nil }) { return ["\(pointer): \(other.compact)"] }
        guard after.count >= before.count, Array(after.prefix(before.count)) == before else {
            return JSON.shortened(before, after, pointer)
        }
        return after.indices.dropFirst(before.count).map { "\(pointer)/\($0): \(after[$0].compact)" }
    }

    /// What is gone from a list and what is new in it, by value.
    private static func shortened(_ before: [JSON], _ after: [JSON], _ pointer: String) -> [String] {
        before.filter { !after.contains($0) }.map { "\(pointer): without \($0.compact)" }
            + after.indices.filter { !before.contains(after[$0]) }.map { "\(pointer)/\($0): \(after[$0].compact)" }
    }
}

/// Finds the word that was probably meant.
enum Suggestion {
    /// The one of `words` that differs least from `word`, if it is by no more than two letters and a third of them; of
    /// two such the one that `word` is the beginning of.
    static func nearest(_ word: String, _ words: [StaticString]) -> String? {
        let typed = Array(word.utf8)
        var best: String?
        var least = min(2, typed.count / 3) + 1
        for candidate in words {
            let letters = Array(candidate.description.utf8)
            let distance = distance(typed, letters)
            if distance < least || (distance == least && best != nil && letters.starts(with: typed)) {
                least = distance
                best = candidate.description
            }
        }
        return best
    }

    /// How many letters must be changed, added, removed or swapped with the next.
    static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var before: [Int] = []
        var row = Array(0...other.count)
        for i in one.indices {
            var next = [i + 1]
            for j in other.indices {
                let same = one[i] == other[j]
                var cost = min(row[j] + (same ? 0 : 1), row[j + 1] + 1, next[j] + 1)
                if i > 0, j > 0, one[i] == other[j - 1], one[i - 1] == other[j] { cost = min(cost, before[j - 1] + 1) }
                next.append(cost)
            }
            before = row
            row = next
        }
        return row[other.count]
    }
}

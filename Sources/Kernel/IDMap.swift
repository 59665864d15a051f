/// How user or group ids inside of a user namespace correspond to those outside of it. user_namespaces(7)
package struct IDMap: Equatable, Sendable {
    /// Ids that follow one another on both sides.
    package struct Range: Equatable, Sendable {
        /// The first id inside.
        package var inside: UInt32
        /// The first id outside.
        package var outside: UInt32
        /// How many there are.
        package var size: UInt32

        /// The range of `size` ids that begins with these two.
        package init(inside: UInt32, outside: UInt32, size: UInt32) {
            self.inside = inside
            self.outside = outside
            self.size = size
        }
    }

    /// In the order written; none overlaps another on either side.
    package var ranges: [Range]

    /// The most ranges that the kernel takes. UID_GID_MAP_MAX_EXTENTS
    package static let mostRanges = 340

    /// The map of these ranges.
    package init(_ ranges: [Range]) { self.ranges = ranges }

    /// What /proc/PID/uid_map says; nil when the bytes are no such file's.
    package init?(file bytes: [UInt8]) {
        ranges = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            var numbers: [UInt32] = []
            for word in line.split(separator: UInt8(ascii: " ")) {
                guard let number = UInt32(String(decoding: word, as: UTF8.self)) else { return nil }
                numbers.append(number)
            }
            guard numbers.count == 3 else { return nil }
            ranges.append(Range(inside: numbers[0], outside: numbers[1], size: numbers[2]))
        }
    }

    /// What is written to /proc/PID/uid_map: a line for each range.
    package var text: String {
        var text = ""
        for range in ranges { text += "\(range.inside) \(range.outside) \(range.size)\n" }
        return text
    }

    /// The same as the words of a command line. newuidmap(1)
    package var words: [String] {
        var words: [String] = []
        for range in ranges { words += ["\(range.inside)", "\(range.outside)", "\(range.size)"] }
        return words
    }

    /// Whether an id inside stands for one outside.
    package func contains(_ inside: UInt32) -> Bool { outside(of: inside) != nil }

    /// The id outside that one inside stands for; nil when it stands for none.
    package func outside(of inside: UInt32) -> UInt32? {
        for range in ranges where inside >= range.inside && inside - range.inside < range.size {
            return range.outside + (inside - range.inside)
        }
        return nil
    }

    /// Whether it maps one id, and that to this one: what the kernel lets everybody do with their own.
    package func isOnly(_ outside: UInt32) -> Bool {
        ranges.count == 1 && ranges[0].outside == outside && ranges[0].size == 1
    }

    /// Whether both say the same of every id, in whatever ranges.
    package func isEquivalent(to other: IDMap) -> Bool { joined == other.joined }

    /// The ranges by their ids inside, those that follow one another on both sides as one.
    private var joined: [Range] {
        var joined: [Range] = []
        for range in ranges.sorted(by: { $0.inside < $1.inside }) {
            if let last = joined.last, last.inside + last.size == range.inside,
                last.outside + last.size == range.outside
            {
                joined[joined.count - 1].size += range.size
            } else {
                joined.append(range)
            }
        }
        return joined
    }
}

/// The two maps of a user namespace.
package struct IDMapping: Equatable, Sendable {
    /// The user ids.
    package var users: IDMap
    /// The group ids.
    package var groups: IDMap

    /// The mapping of these two.
    package init(users: IDMap, groups: IDMap) {
        self.users = users
        self.groups = groups
    }

    /// Whether both say the same of every id.
    package func isEquivalent(to other: IDMapping) -> Bool {
        users.isEquivalent(to: other.users) && groups.isEquivalent(to: other.groups)
    }
}

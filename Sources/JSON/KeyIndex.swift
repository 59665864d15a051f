/// Finds out whether an object already has a key: by comparing with each while there are few, by hashing when there are many.
///
/// Names are compared byte by byte (RFC 8259, section 8.3); for `String`, two Unicode spellings of one text would be equal.
struct KeyIndex {
    private struct Slot {
        var hash: Int
        /// The member's place in the object, -1 for a free slot.
        var member: Int
    }

    /// With more members than this an object gets a table.
    private static let fewMembers = 16

    /// Open addressing, a power of two long and at most half full; empty while there are few members.
    private var slots: [Slot] = []
    private var used = 0

    init() {}

    /// Whether `name` is one of `members` from `start`; if it is not, it is expected to be pushed next.
    mutating func isKnown(_ name: String, among members: borrowing MoveStack<JSONMember>, from start: Int) -> Bool {
        let count = members.count - start
        if count < KeyIndex.fewMembers {
            for index in start..<members.count where KeyIndex.same(members[index].name, name) { return true }
            return false
        }
        if slots.isEmpty { resize(to: KeyIndex.fewMembers * 4) }
        while used < count {
            let index = start + used
            insert(Slot(hash: KeyIndex.hash(members[index].name), member: used))
        }
        let hash = KeyIndex.hash(name)
        var position = hash & (slots.count - 1)
        while slots[position].member >= 0 {
            let slot = slots[position]
            if slot.hash == hash, KeyIndex.same(members[start + slot.member].name, name) { return true }
            position = (position + 1) & (slots.count - 1)
        }
        return false
    }

    private mutating func insert(_ slot: Slot) {
        if (used + 1) * 2 > slots.count { resize(to: slots.count * 2) }
        place(slot)
        used += 1
    }

    private mutating func place(_ slot: Slot) {
        var position = slot.hash & (slots.count - 1)
        while slots[position].member >= 0 { position = (position + 1) & (slots.count - 1) }
        slots[position] = slot
    }

    private mutating func resize(to size: Int) {
        let old = slots
        slots = Array(repeating: Slot(hash: 0, member: -1), count: size)
        for slot in old where slot.member >= 0 { place(slot) }
    }

    private static func same(_ one: String, _ other: String) -> Bool {
        one == other && one.utf8.elementsEqual(other.utf8)
    }

    /// Seeded at random in each process, so that no document can be made to have many equal hashes.
    private static func hash(_ name: String) -> Int {
        var hasher = Hasher()
        let hashed: Void? = name.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if hashed == nil {
            for byte in name.utf8 { hasher.combine(byte) }
        }
        return hasher.finalize()
    }
}

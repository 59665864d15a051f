/// A stack whose top part can be moved out as an array of exactly that size.
struct MoveStack<Element>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    subscript(index: Int) -> Element {
        _read { yield base[index] }
        _modify { yield &base[index] }
    }

    mutating func push(_ element: consuming Element) {
        if count == capacity { grow() }
        (base + count).initialize(to: element)
        count &+= 1
    }

    /// Moves out the topmost element; there must be one.
    mutating func pop() -> Element {
        count &-= 1
        return (base + count).move()
    }

    /// Moves out what lies above `start`.
    mutating func popAll(above start: Int) -> [Element] {
        let length = count - start
        guard length > 0 else { return [] }
        count = start
        var top: [Element] = []
        top.reserveCapacity(length)
        for index in start..<start + length { top.append((base + index).move()) }
        return top
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}

/// Builds a `JSONValue` from the events of a parser.
///
/// Every event returns whether the parser may go on. The parts of all open arrays lie on one stack, those of all open
/// objects on another, so that a finished one is made with a single allocation.
struct TreeBuilder: ~Copyable {
    /// Arrays and objects may be open inside each other this deep, so that no reader's recursion is unbounded.
    static let maximumDepth = 128

    /// Why an event was refused.
    enum Refusal {
        case tooDeep
        case duplicate(key: String)
    }

    /// An open array or object. (A private type here makes the compiler of Swift 6.3.1 fail in debug builds.)
    struct Frame {
        var isObject: Bool
        var start: Int
        var keys = KeyIndex()
    }

    private(set) var root: JSONValue?
    private(set) var refusal: Refusal?
    private var elements = MoveStack<JSONValue>(capacity: 512)
    private var members = MoveStack<JSONMember>(capacity: 128)
    private var frames = MoveStack<Frame>(capacity: 16)

    /// Whether the value is there and nothing is open.
    var isComplete: Bool {
        frames.count == 0
    }

    mutating func add(_ value: consuming JSONValue) -> Bool {
        if frames.count == 0 {
            root = value
        } else if frames[frames.count - 1].isObject {
            members[members.count - 1].value = value
        } else {
            elements.push(value)
        }
        return true
    }

    mutating func beginObject() -> Bool {
        begin(Frame(isObject: true, start: members.count))
    }

    mutating func beginArray() -> Bool {
        begin(Frame(isObject: false, start: elements.count))
    }

    mutating func key(_ name: String) -> Bool {
        let top = frames.count - 1
        if frames[top].keys.isKnown(name, among: members, from: frames[top].start) {
            refusal = .duplicate(key: name)
            return false
        }
        members.push(JSONMember(name: name, value: .null))
        return true
    }

    mutating func endObject() -> Bool {
        let start = frames.pop().start
        return add(.object(members.popAll(above: start)))
    }

    mutating func endArray() -> Bool {
        let start = frames.pop().start
        return add(.array(elements.popAll(above: start)))
    }

    private mutating func begin(_ frame: Frame) -> Bool {
        guard frames.count < TreeBuilder.maximumDepth else {
            refusal = .tooDeep
            return false
        }
        frames.push(frame)
        return true
    }
}

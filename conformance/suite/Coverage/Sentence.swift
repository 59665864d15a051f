/// A normative sentence of the specification: one for each key word of RFC 2119 in it.
struct Sentence {
    /// How much the sentence demands.
    enum Level: String, CaseIterable {
        /// MUST, MUST NOT, SHALL, SHALL NOT.
        case must
        /// A property that is REQUIRED.
        case required
        /// SHOULD, SHOULD NOT, RECOMMENDED, NOT RECOMMENDED.
        case should
        /// A MAY that others rely on: what callers may do, a runtime must bear. A MAY that only permits is no entry.
        case may
    }

    /// Why no case checks a sentence. The list is closed.
    enum Reason: String, CaseIterable {
        case authors, heading, invisible, platform, hardware, open

        var meaning: String {
            switch self {
            case .authors: "addressed to authors, callers or later specifications, not to runtimes"
            case .heading: "introduces sentences that are entries of their own"
            case .invisible: "cannot be observed from outside"
            case .platform: "another platform, or cgroup v1"
            case .hardware: "needs a processor with resctrl"
            case .open: "can be observed, and no case does yet"
            }
        }
    }

    /// Document, section, level and number, such as "runtime.create.must-3".
    let id: String
    let level: Level
    /// Document and section, such as "runtime.md, Create".
    let section: String
    /// Words of the sentence that find it; parts separated by " | " are near each other.
    let words: String
    /// What it demands, in other words; empty where the reason says all.
    var says = ""
    /// The full names of the cases that check it.
    var cases: [String] = []
    var reason: Reason?
}

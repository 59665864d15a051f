extension Promise {
    /// Cases that nothing between case and runtime can make fail, each with the reason.
    static let unbreakable: [String: String] = [:]
}

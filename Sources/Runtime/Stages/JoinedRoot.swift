import Kernel

/// Root of the user namespace that the calling process has entered; there the ids it came with mean nobody.
enum JoinedRoot {
    /// Makes the calling process root of its user namespace, or where root is not mapped, the user and the group given.
    static func become(orUser user: UInt32?, group: UInt32?) throws(RuntimeError) {
        try become(group, "group", at: "/linux/gidMappings", Session.setGroup)
        try become(user, "user", at: "/linux/uidMappings", Session.setUser)
    }

    private static func become(
        _ other: UInt32?, _ what: String, at pointer: String, _ set: (UInt32) throws(Errno) -> Void
    ) throws(RuntimeError) {
        do throws(Errno) {
            return try set(0)
        } catch {
            guard error == .invalidArgument, let other, other != 0 else {
                throw RuntimeError("become \(what) 0 of the user namespace", error, at: pointer)
            }
        }
        try attempt("become \(what) \(other ?? 0) of the user namespace", at: pointer) { () throws(Errno) in
            try set(other ?? 0)
        }
    }
}

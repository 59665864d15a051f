import Kernel

/// The session keyring that a container's processes have in common. keyrings(7)
enum SessionKeyring {
    /// Gives the calling process the keyring of the container: the first makes it, the others find it by its name.
    static func join(_ id: String) throws(RuntimeError) {
        do throws(Errno) {
            try Session.joinNewKeyring("_ses." + id)
        } catch {
            // A kernel without keyrings has none to share.
            guard error == .notImplemented else {
                throw RuntimeError("make a session keyring", error, hint: "--no-new-keyring does without")
            }
        }
    }
}

import Kernel

/// The session keyring of a process that is put into a container. session-keyring(7)
enum SessionKeyring {
    /// Gives the calling process a new keyring that is named after the container.
    ///
    /// What `exec` starts gets one of its own: one that could be found by its name would be found by other containers.
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

import Kernel

/// The session keyring of a process that is put into a container. session-keyring(7)
enum SessionKeyring {
    /// Starts a new session for the calling process, with a new keyring that is named after the container; without one
    /// when `id` is nil.
    ///
    /// What `exec` starts gets one of its own: one that could be found by its name would be found by other containers.
    static func begin(_ id: String?) throws(RuntimeError) {
        try attempt("start a new session") { () throws(Errno) in try Session.begin() }
        guard let id else { return }
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

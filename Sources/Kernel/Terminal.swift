internal import CLinux

/// Pseudoterminals and the settings of the caller's terminal. pty(7)
package enum Terminal {
    /// Unlocks the slave of a freshly opened master and opens it without a path. ioctl_tty(2) TIOCGPTPEER
    package static func openSlave(of master: Int32) throws(Errno) -> Descriptor {
        try check(cl_pty_unlock(master))
        return Descriptor(owning: try check(cl_pty_peer(master)))
    }

    /// Makes the terminal the controlling one of the calling session leader. ioctl_tty(2) TIOCSCTTY
    package static func control(_ terminal: Int32) throws(Errno) { try check(cl_set_controlling_terminal(terminal)) }

    package static func setSize(_ terminal: Int32, rows: UInt16, columns: UInt16) throws(Errno) {
        try check(cl_set_window_size(terminal, rows, columns))
    }

    package static func size(of terminal: Int32) throws(Errno) -> (rows: UInt16, columns: UInt16) {
        var rows: UInt16 = 0
        var columns: UInt16 = 0
        try check(cl_get_window_size(terminal, &rows, &columns))
        return (rows, columns)
    }

    /// A terminal's settings as they were, to be put back.
    package struct Settings {
        private var raw = termios()

        /// `ENOTTY` when the descriptor is no terminal.
        package init(of terminal: Int32) throws(Errno) { try check(cl_tcgetattr(terminal, &raw)) }

        package func restore(on terminal: Int32) { _ = withUnsafePointer(to: raw) { cl_tcsetattr(terminal, $0) } }

        /// Lets every byte through as it is typed. cfmakeraw(3)
        package func makeRaw(_ terminal: Int32) throws(Errno) {
            var changed = raw
            cfmakeraw(&changed)
            try check(cl_tcsetattr(terminal, &changed))
        }
    }
}

/// Sockets that whoever started apus has for the container's program. sd_listen_fds(3)
package struct SocketActivation: Equatable, Sendable {
    /// How many there are, from descriptor 3 on.
    package var count: Int
    /// Their names with colons between; nil when they have none.
    package var names: String?

    /// What the environment of the process `pid` says; nil when there are no sockets, or they are for another process.
    package init?(environment: [String], pid: Int32) {
        guard Self.value("LISTEN_PID=", environment).flatMap({ Int32($0) }) == pid,
            let count = Self.value("LISTEN_FDS=", environment).flatMap({ Int($0) }), count > 0, count < 1_000_000
        else { return nil }
        self.count = count
        names = Self.value("LISTEN_FDNAMES=", environment)
    }

    private static func value(_ prefix: String, _ environment: [String]) -> String? {
        for entry in environment where entry.utf8.starts(with: prefix.utf8) {
            return String(decoding: entry.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        }
        return nil
    }

    /// The environment of the program that gets the sockets, which has the number `pid` where it is.
    package func completing(_ environment: [String], pid: Int32) -> [String] {
        var entries: [String] = []
        for entry in environment where !Self.isOurs(entry) { entries.append(entry) }
        entries.append("LISTEN_FDS=" + String(count))
        entries.append("LISTEN_PID=" + String(pid))
        if let names { entries.append("LISTEN_FDNAMES=" + names) }
        return entries
    }

    private static func isOurs(_ entry: String) -> Bool {
        for prefix in ["LISTEN_FDS=", "LISTEN_PID=", "LISTEN_FDNAMES="] where entry.utf8.starts(with: prefix.utf8) {
            return true
        }
        return false
    }
}

/// What `exec` is asked for: a program for a container that is there, and how apus stays with it.
package struct ExecOptions: Sendable {
    /// As whom the program runs.
    package struct User: Equatable, Sendable {
        package var uid: UInt32
        /// Nil leaves the group that the program would have otherwise.
        package var gid: UInt32?

        package init(uid: UInt32, gid: UInt32?) {
            self.uid = uid
            self.gid = gid
        }

        /// The numbers of `UID` or `UID:GID`; nil when the text is anything else, or a number is no id.
        package init?(_ text: String) {
            let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard parts.count <= 2, let uid = User.id(parts[0]) else { return nil }
            self.uid = uid
            if parts.count == 2 {
                guard let gid = User.id(parts[1]) else { return nil }
                self.gid = gid
            }
        }

        /// The ids of a list such as `4,27`; nil when it is none.
        package static func groups(_ text: String) -> [UInt32]? {
            var groups: [UInt32] = []
            for part in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
                guard let group = id(part) else { return nil }
                groups.append(group)
            }
            return groups
        }

        /// A number in decimal digits; the highest one stands for "no id" in system calls.
        private static func id(_ digits: Substring.UTF8View) -> UInt32? {
            guard !digits.isEmpty, digits.count <= 10 else { return nil }
            var number: UInt64 = 0
            for digit in digits {
                guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
                number = number * 10 + UInt64(digit - UInt8(ascii: "0"))
            }
            return number < UInt64(UInt32.max) ? UInt32(number) : nil
        }
    }

    package var id: String
    /// A file that holds a `process` object to start instead of the container's own; `-` is standard input.
    package var processFile: String?
    /// The program and its arguments; empty when the file names them.
    package var arguments: [String] = []
    package var cwd: String?
    package var user: User?
    /// Added to the groups that the program has anyway.
    package var additionalGids: [UInt32] = []
    /// `NAME=value` entries behind those of the process; of one name the last counts.
    package var env: [String] = []
    /// Added to the bounding, effective and permitted set.
    package var capabilities: [String] = []
    package var terminal = false
    package var noNewPrivileges: Bool?
    package var apparmorProfile: String?
    package var selinuxLabel: String?
    /// A cgroup below the container's, which must be there.
    package var cgroup: String?
    package var ignorePaused = false
    package var detach = false
    package var pidFile: String?
    package var consoleSocket: String?
    /// Descriptors 3 ..< 3 + preserveFDs are passed on.
    package var preserveFDs = 0
    package var pidfdSocket: String?

    package init(id: String) { self.id = id }
}

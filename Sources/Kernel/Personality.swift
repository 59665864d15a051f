internal import CLinux

/// Which system a process believes it runs on. personality(2)
package struct Personality: RawRepresentable, Equatable, Sendable {
    /// The kernel's number.
    package let rawValue: UInt32
    /// The personality with this number.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The machine as it is. PER_LINUX
    package static let linux = Personality(rawValue: 0)
    /// uname(2) names the 32-bit machine. PER_LINUX32
    package static let linux32 = Personality(rawValue: 8)

    /// The execution domain that runtime-spec calls `name`: `LINUX` or `LINUX32`.
    package init?(name: String) {
        if ("LINUX" as StaticString).names(name) {
            self = .linux
        } else if ("LINUX32" as StaticString).names(name) {
            self = .linux32
        } else {
            return nil
        }
    }

    /// Gives the calling process this personality. personality(2)
    package func apply() throws(Errno) { try check(cl_personality(UInt(rawValue))) }
}

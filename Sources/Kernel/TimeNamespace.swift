internal import CLinux

/// How far a clock of a new time namespace is ahead of the first one's. time_namespaces(7)
package struct ClockOffset: Equatable, Sendable {
    /// A clock that a time namespace has of its own.
    package enum Clock: UInt8, CaseIterable, Sendable {
        case monotonic, boottime

        /// The word of runtime-spec and of /proc/PID/timens_offsets.
        package var name: StaticString {
            switch self {
            case .monotonic: "monotonic"
            case .boottime: "boottime"
            }
        }

        /// The clock called `name`.
        package init?(name: String) {
            for clock in Clock.allCases where clock.name.names(name) {
                self = clock
                return
            }
            return nil
        }
    }

    package var clock: Clock
    package var seconds: Int64
    /// 0 to 999 999 999, added to the seconds.
    package var nanoseconds: UInt32

    /// An offset of so many seconds and nanoseconds.
    package init(_ clock: Clock, seconds: Int64, nanoseconds: UInt32) {
        self.clock = clock
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Moves the calling process into a new time namespace whose clocks are off by so much.
    ///
    /// Only later children are in a namespace right after unshare(2), and until the first process is in it the offsets
    /// can be set; setns(2) then brings the caller in without a fork. `ERANGE` when a clock would be negative or would
    /// go over in the next 146 years.
    package static func enterNew(_ offsets: [ClockOffset], _ proc: borrowing HostProc) throws(Errno) {
        try Namespace.time.unshare()
        if !offsets.isEmpty { try set(offsets, of: "self", proc) }
        try enterMade(proc)
    }

    /// Sets the clocks of the time namespace that the children of a process will be in: a process id, or `self`.
    package static func set(_ offsets: [ClockOffset], of process: String, _ proc: borrowing HostProc) throws(Errno) {
        var lines = ""
        for offset in offsets {
            lines += "\(offset.clock.name) \(offset.seconds) \(offset.nanoseconds)\n"
        }
        try proc.write(lines, to: process + "/timens_offsets")
    }

    /// Moves the calling process into the time namespace that was made for its children.
    package static func enterMade(_ proc: borrowing HostProc) throws(Errno) {
        let namespace = try proc.openOwnTimeNamespaceForChildren()
        try Namespace.time.enter(namespace.raw)
    }
}

extension HostProc {
    /// The time namespace that children of the calling process are born in.
    fileprivate func openOwnTimeNamespaceForChildren() throws(Errno) -> Descriptor {
        try openLink("self/ns/time_for_children", [.readOnly])
    }
}

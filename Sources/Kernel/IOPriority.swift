internal import CLinux

/// How urgent a process's disk requests are. ioprio_set(2)
package struct IOPriority: Equatable, Sendable {
    /// The scheduling class; the number is the kernel's.
    package enum Class: Int32, CaseIterable, Sendable {
        case realtime = 1
        case bestEffort = 2
        case idle = 3

        /// The name in ioprio_set(2).
        package var name: StaticString {
            switch self {
            case .realtime: "IOPRIO_CLASS_RT"
            case .bestEffort: "IOPRIO_CLASS_BE"
            case .idle: "IOPRIO_CLASS_IDLE"
            }
        }

        /// The class called `name`, such as `IOPRIO_CLASS_BE`.
        package init?(name: String) {
            for candidate in Class.allCases where candidate.name.names(name) {
                self = candidate
                return
            }
            return nil
        }
    }

    /// Whom the disk serves first.
    package var `class`: Class
    /// 0 (most urgent) to 7.
    package var level: Int32

    /// A level within a class.
    package init(class: Class, level: Int32) {
        self.class = `class`
        self.level = level
    }

    /// Gives the calling thread this priority. ioprio_set(2)
    package func apply() throws(Errno) { try check(cl_ioprio_set(self.class.rawValue, level)) }
}

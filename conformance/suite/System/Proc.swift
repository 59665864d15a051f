import CLinux
import Glibc

/// The host's view of a process, from /proc.
enum Proc {
    /// One line of mountinfo, proc_pid_mountinfo(5), with its escapes undone.
    struct Mount {
        var id: Int
        var parent: Int
        var device: String
        var root: String
        var point: String
        var options: [String]
        var propagation: [String]
        var type: String
        var source: String
        var superOptions: [String]

        init?(line: Substring) {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3, let id = Int(fields[0]),
                let parent = Int(fields[1])
            else { return nil }
            self.id = id
            self.parent = parent
            device = String(fields[2])
            root = Mount.plain(fields[3])
            point = Mount.plain(fields[4])
            options = fields[5].split(separator: ",").map { String($0) }
            propagation = fields[6..<dash].map { String($0) }
            type = String(fields[dash + 1])
            source = Mount.plain(fields[dash + 2])
            superOptions = fields[dash + 3].split(separator: ",").map { String($0) }
        }

        /// Undoes the kernel's octal escapes of space, tab, newline and backslash.
        private static func plain(_ text: Substring) -> String {
            var bytes: [UInt8] = []
            let all = Array(text.utf8)
            var index = 0
            while index < all.count {
                if all[index] == UInt8(ascii: "\\"), index + 3 < all.count,
                    let code = UInt8(String(decoding: all[index + 1...index + 3], as: UTF8.self), radix: 8)
                {
                    bytes.append(code)
                    index += 4
                } else {
                    bytes.append(all[index])
                    index += 1
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    static func mounts(_ pid: Int32) -> [Mount] { mounts(text: File.text("/proc/\(pid)/mountinfo") ?? "") }
    static func mounts(text: String) -> [Mount] { text.split(separator: "\n").compactMap { Mount(line: $0) } }

    /// A line of /proc/PID/status by its name, such as "CapEff".
    static func status(_ pid: Int32, _ key: String) -> String? {
        for line in (File.text("/proc/\(pid)/status") ?? "").split(separator: "\n") where line.hasPrefix(key + ":") {
            return trimmed(line.dropFirst(key.utf8.count + 1))
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
        while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
        return String(text)
    }

    /// The link text of a namespace, such as "pid:[4026531836]".
    static func namespace(_ pid: Int32, _ name: String) -> String? { File.link("/proc/\(pid)/ns/\(name)") }

    /// Where the cgroup2 tree is mounted.
    static var cgroup2: String? { cgroupTrees.last { $0.type == "cgroup2" && $0.root == "/" }?.point }

    /// The mounts of cgroup trees, of version 1 too, but for those that are hidden by what is mounted over them.
    static var cgroupTrees: [Mount] {
        let all = mounts(cl_getpid())
        return all.filter { tree in
            tree.type.hasPrefix("cgroup") && all.last { $0.point == tree.point }?.type == tree.type
        }
    }

    /// The path of a process in the cgroup2 tree ("0::").
    static func cgroup(_ pid: Int32) -> String? {
        for line in (File.text("/proc/\(pid)/cgroup") ?? "").split(separator: "\n") where line.hasPrefix("0::") {
            return String(line.dropFirst(3))
        }
        return nil
    }

    /// Whether the process is in a cgroup of version 1 with this in its name.
    static func isInOldCgroup(_ pid: Int32, named name: String) -> Bool {
        (File.text("/proc/\(pid)/cgroup") ?? "").split(separator: "\n").contains { line in
            !line.hasPrefix("0::") && line.contains(name)
        }
    }

    /// Open descriptors with what they point at.
    static func descriptors(_ pid: Int32) -> [(fd: Int, target: String)] {
        var found: [(fd: Int, target: String)] = []
        for name in File.list("/proc/\(pid)/fd") ?? [] {
            if let fd = Int(name), let target = File.link("/proc/\(pid)/fd/\(name)") { found.append((fd, target)) }
        }
        return found.sorted { $0.fd < $1.fd }
    }

    static func arguments(_ pid: Int32) -> [String] {
        var words = (File.text("/proc/\(pid)/cmdline") ?? "").split(separator: "\0", omittingEmptySubsequences: false)
        if words.last == "" { words.removeLast() }
        return words.map { String($0) }
    }

    /// The fields of /proc/PID/stat behind the command: [0] is the state letter, [1] the parent.
    static func stat(_ pid: Int32) -> [Substring]? {
        guard let text = File.text("/proc/\(pid)/stat"), let close = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: close)...].split(separator: " ")
    }

    /// Whether a process exists and is no zombie.
    static func isAlive(_ pid: Int32) -> Bool {
        guard pid > 0, let fields = stat(pid), let state = fields.first else { return false }
        return state != "Z" && state != "X" && state != "x"
    }

    /// All processes below one, nearest first.
    static func descendants(of ancestor: Int32) -> [Int32] {
        var parents: [(pid: Int32, parent: Int32)] = []
        for name in File.list("/proc") ?? [] {
            guard let pid = Int32(name), let fields = stat(pid), fields.count > 1, let parent = Int32(fields[1])
            else { continue }
            parents.append((pid, parent))
        }
        var found: [Int32] = []
        var front = [ancestor]
        while !front.isEmpty {
            var next: [Int32] = []
            for (pid, parent) in parents where front.contains(parent) { next.append(pid) }
            found += next
            front = next
        }
        return found
    }

    static func sendSignal(_ pid: Int32, _ signal: Int32) { _ = cl_kill(pid, signal) }
}

/// How a process ended.
enum Exit: Equatable, CustomStringConvertible {
    case status(Int)
    case signal(Int)
    case timedOut

    var description: String {
        switch self {
        case .status(let status): "exit status \(status)"
        case .signal(let signal): "killed by signal \(signal)"
        case .timedOut: "no end in time"
        }
    }

    /// Waits for a child to end, at most so long, and reaps it; nil when it is no child of ours.
    static func of(child pid: Int32, within milliseconds: Int) -> Exit? {
        let pidfd = cl_pidfd_open(pid, 0)
        guard pidfd >= 0 else { return nil }
        defer { _ = cl_close(pidfd) }
        var wait = pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)
        let deadline = cl_monotonic_ns() + Int64(milliseconds) * 1_000_000
        while true {
            let left = max(0, (deadline - cl_monotonic_ns()) / 1_000_000)
            let ready = cl_poll(&wait, 1, Int32(left))
            if ready > 0 { break }
            if ready == 0 { return .timedOut }
        }
        return reaped(pid)
    }

    /// The status of a child that has ended; nil when it is no child of ours.
    static func reaped(_ pid: Int32) -> Exit? {
        var code: Int32 = 0
        var status: Int32 = 0
        guard cl_waitid(CL_P_PID, pid, Int32(WEXITED), &code, &status) == pid else { return nil }
        return code == Int32(CLD_EXITED) ? .status(Int(status)) : .signal(Int(status))
    }
}

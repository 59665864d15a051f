import CLinux
import Glibc

/// The host as a case's failed operation must leave it: compared before and after.
///
/// Holds what belongs to the case (its processes, cgroups and files) and the mounts of the whole namespace. The files
/// that receive output are left out.
struct Snapshot {
    private var facts: [String]

    init(_ trial: Trial, ignoring ignored: [String] = []) {
        let leftovers = Leftovers(of: trial)
        facts = leftovers.cgroups().map { "cgroup \($0)" }
        for pid in Proc.descendants(of: trial.ownPid) where Proc.isAlive(pid) { facts.append("process \(pid)") }
        for mount in Proc.mounts(trial.ownPid) {
            facts.append("mount \(mount.point) \(mount.type) \(mount.options.joined(separator: ","))")
        }
        Snapshot.files(trial.directory, ignored + [trial.directory + "/said"], &facts)
    }

    private static func files(_ path: String, _ ignored: [String], _ facts: inout [String]) {
        for name in File.list(path) ?? [] {
            let child = path + "/" + name
            guard !ignored.contains(child), let file = File.facts(child) else { continue }
            var fact = "file \(child) \(file.kind.rawValue) mode \(String(file.mode, radix: 8)) \(file.uid):\(file.gid)"
            switch file.kind {
            case .file:
                fact += " size \(file.size)"
                if file.size < 1 << 16 { fact += " hash \(hash(File.bytes(child) ?? []))" }
            case .link: fact += " to \(File.link(child) ?? "")"
            default: break
            }
            facts.append(fact)
            if file.kind == .directory { files(child, ignored, &facts) }
        }
    }

    /// FNV-1a: enough to see a change.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }

    /// What is in one and not in the other, in words.
    func differences(to later: Snapshot) -> [String] {
        let before = Set(facts)
        let after = Set(later.facts)
        return before.subtracting(after).sorted().map { "gone: \($0)" }
            + after.subtracting(before).sorted().map { "new: \($0)" }
    }
}

extension Trial {
    /// Runs something that must leave the host as it was, and notes every difference.
    ///
    /// The state root itself may appear: which directories a runtime keeps there is its own business, as long as none
    /// of them speaks of a container that was not made.
    func unchanged(_ what: String, ignoring ignored: [String] = [], _ operation: () -> Void) {
        let existing = File.exists(root) ? [] : [root]
        let before = Snapshot(self, ignoring: ignored + existing)
        operation()
        var differences: [String] = []
        // What was killed on the way may need a moment to be gone.
        let deadline = cl_monotonic_ns() + Int64(patience) * 2_000_000_000
        while true {
            differences = before.differences(to: Snapshot(self, ignoring: ignored + existing))
            if differences.isEmpty { return }
            if cl_monotonic_ns() > deadline { break }
            cl_sleep_ms(5)
        }
        for difference in differences.prefix(5) { expect(false, "\(what) must change nothing: \(difference)") }
        if differences.count > 5 { expect(false, "\(what) must change nothing: and \(differences.count - 5) more") }
    }
}

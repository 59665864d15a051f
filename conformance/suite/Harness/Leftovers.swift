import CLinux
import Glibc

/// What a case may leave behind on the host, found by its tag and its directory, and its removal.
struct Leftovers {
    let directory: String
    let root: String
    let tag: String
    /// The process whose descendants belong to the case.
    let ancestor: Int32
    let patience: Int
    /// The device filters that the top cgroup has of others.
    var filters: [UInt32] = []

    /// Everything found, in words.
    ///
    /// Waits a moment for what is on its way out: a killed process dies when it is scheduled.
    func found() -> [String] {
        let deadline = cl_monotonic_ns() + Int64(patience) * 2_000_000_000
        while true {
            reap()
            let left =
                processes() + cgroups().map { "cgroup \($0)" } + units().map { "unit \($0)" }
                + mounts().map { "mount at \($0.point)" } + state()
            if left.isEmpty || cl_monotonic_ns() > deadline { return left }
            cl_sleep_ms(5)
        }
    }

    private func reap() {
        var code: Int32 = 0
        var status: Int32 = 0
        while cl_waitid(CL_P_ALL, 0, Int32(WEXITED | WNOHANG), &code, &status) > 0 {}
    }

    private func processes() -> [String] {
        var found: [String] = []
        for pid in Proc.descendants(of: ancestor) where Proc.isAlive(pid) {
            found.append("process \(pid) (\(Proc.arguments(pid).joined(separator: " ")))")
        }
        return found
    }

    /// Directories with the tag in their name in every cgroup hierarchy, the deepest first.
    func cgroups() -> [String] {
        var found: [String] = []
        for mount in Proc.cgroupTrees {
            search(mount.point, depth: 0, inside: false, &found)
        }
        return found
    }

    private func search(_ path: String, depth: Int, inside: Bool, _ found: inout [String]) {
        guard depth < 8, let directory = opendir(path) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            let ours = inside || name.contains(tag)
            search(path + "/" + name, depth: depth + 1, inside: ours, &found)
            if ours { found.append(path + "/" + name) }
        }
    }

    /// Units that systemd, the system's or the caller's own, still knows, also ones that have failed: each has a file
    /// until it is forgotten.
    func units() -> [String] {
        (File.list(unitFiles) ?? []).filter { $0.contains(tag) && !$0.hasSuffix(".d") }
    }

    private var unitFiles: String {
        geteuid() == 0 ? "/run/systemd/transient" : "/run/user/\(geteuid())/systemd/transient"
    }

    private func mounts() -> [Proc.Mount] {
        Proc.mounts(cl_getpid()).filter {
            $0.point == directory || $0.point.hasPrefix(directory + "/") || $0.root.hasPrefix(directory + "/")
                || $0.source.hasPrefix(directory + "/")
        }
    }

    /// Files of the runtime that name one of the case's containers.
    private func state() -> [String] {
        var found: [String] = []
        func search(_ path: String, _ depth: Int) {
            for name in File.list(path) ?? [] {
                let child = path + "/" + name
                if name.contains(tag) { found.append("state \(child)") } else if depth < 3 { search(child, depth + 1) }
            }
        }
        search(root, 0)
        return found
    }

    /// Removes everything that can be, whatever it takes.
    func remove() {
        for _ in 0..<200 {
            for cgroup in cgroups() {
                File.write("0", to: cgroup + "/cgroup.freeze")
                File.write("THAWED", to: cgroup + "/freezer.state")
            }
            let alive = Proc.descendants(of: ancestor).filter { Proc.isAlive($0) }
            for pid in alive { Proc.sendSignal(pid, SIGKILL) }
            reap()
            if alive.isEmpty { break }
            cl_sleep_ms(5)
        }
        for cgroup in cgroups() where cl_unlinkat(AT_FDCWD, cgroup, AT_REMOVEDIR) != 0 {
            // Someone the case let into its cgroup, who is no descendant: the cgroup is the case's, so is the process.
            for line in (File.text(cgroup + "/cgroup.procs") ?? "").split(separator: "\n") {
                if let pid = Int32(line) { Proc.sendSignal(pid, SIGKILL) }
            }
            cl_sleep_ms(20)
            _ = cl_unlinkat(AT_FDCWD, cgroup, AT_REMOVEDIR)
        }
        for unit in units() {
            for verb in ["stop", "reset-failed"] {
                _ = Command(
                    program: "/usr/bin/systemctl", arguments: (geteuid() == 0 ? [] : ["--user"]) + [verb, unit],
                    output: .descriptor(2), error: .descriptor(2)
                ).run()
            }
        }
        // Some runtimes give every standard stream to the container's user, also the host's null device.
        if geteuid() == 0, let null = File.facts("/dev/null"), null.uid != 0 || null.gid != 0 {
            File.setOwner("/dev/null", 0, 0)
        }
        TopCgroup.remove(filtersBeside: filters)
        for mount in mounts().reversed() { _ = cl_umount2(mount.point, CL_MNT_DETACH) }
        if mounts().isEmpty { File.remove(directory) }
    }
}

extension Leftovers {
    /// What a case has made so far.
    init(of trial: Trial) {
        self.init(
            directory: trial.directory, root: trial.root, tag: trial.tag, ancestor: trial.ownPid,
            patience: trial.patience)
    }
}

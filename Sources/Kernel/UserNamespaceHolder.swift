internal import CLinux

/// A process that does nothing but be in a user namespace, so that this can be looked at and opened; it goes with its
/// owner.
package struct UserNamespaceHolder: ~Copyable {
    /// The process.
    package let pid: Int32

    /// One in a new user namespace, whose maps are still to be written.
    package init() throws(Errno) { pid = try Self.make(joining: nil) }

    /// One in the user namespace behind a descriptor.
    package init(joining namespace: Int32) throws(Errno) { pid = try Self.make(joining: namespace) }

    deinit {
        _ = cl_kill(pid, SIGKILL)
        var code: Int32 = 0
        var status: Int32 = 0
        _ = cl_waitid(CL_P_PID, pid, WEXITED, &code, &status)
    }

    private static func make(joining namespace: Int32?) throws(Errno) -> Int32 {
        let pipe = try Descriptor.pipe()
        let writing = pipe.second.raw
        let side = try Process.clone(new: namespace == nil ? Namespace.Set([.user]) : Namespace.Set())
        switch consume side {
        case .child: hold(namespace, telling: writing)
        case .parent(let pid, _):
            let reading = pipe.takeFirst()
            let answer = try File.read(reading.raw, atMost: 1).first ?? UInt8(truncatingIfNeeded: ESRCH)
            guard answer == 0 else {
                _ = try Process.wait(pid)
                throw Errno(rawValue: Int32(answer))
            }
            return pid
        }
    }

    /// The child: says how entering went, a zero or an error number, and waits for its end.
    private static func hold(_ namespace: Int32?, telling pipe: Int32) -> Never {
        var answer: UInt8 = 0
        do throws(Errno) {
            try Session.signalOnParentDeath(SIGKILL)
            if let namespace {
                // Others are in there, who must find nothing to take.
                try Session.setDumpable(false)
                try Descriptor.closeAll(from: 3, except: [namespace, pipe])
                try Namespace.user.enter(namespace)
            }
            try Descriptor.closeAll(from: 3, except: [pipe])
        } catch {
            answer = UInt8(truncatingIfNeeded: error.rawValue)
        }
        _ = cl_write(pipe, [answer], 1)
        if answer != 0 { Process.exit(1) }
        while true { Clock.sleep(milliseconds: 60_000) }
    }

    /// The maps as the calling process sees them. /proc/PID/uid_map
    package func mapping(_ proc: borrowing HostProc) throws(Errno) -> IDMapping? {
        try IDMapping(of: pid, proc)
    }
}

extension IDMapping {
    /// That of a process's user namespace, as the calling process sees it; nil when it cannot be read. /proc/PID/uid_map
    package init?(of pid: Int32, _ proc: borrowing HostProc) throws(Errno) {
        guard let users = IDMap(file: try proc.read("\(pid)/uid_map")),
            let groups = IDMap(file: try proc.read("\(pid)/gid_map"))
        else { return nil }
        self.init(users: users, groups: groups)
    }
}

extension HostProc {
    /// The user namespace of a process. /proc/PID/ns/user
    package func openUserNamespace(of pid: Int32) throws(Errno) -> Descriptor {
        // A magic link of procfs itself: the directory it lies in was opened beneath /proc.
        let directory = try open("\(pid)/ns", [.path, .directory])
        return try File.open("user", [.readOnly], at: directory.raw)
    }
}

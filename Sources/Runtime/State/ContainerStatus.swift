import Cgroups
import Kernel
import OCI

/// Where in its life a container is, told from what the kernel says and never from what was written down about it.
enum ContainerStatus {
    static func of(
        _ directory: borrowing ContainerDirectory, _ record: StateRecord?, _ proc: borrowing HostProc
    ) throws(RuntimeError) -> State.Status {
        // The lock is held for as long as a container is being made.
        guard let record, let process = record.process else { return try directory.isLocked() ? .creating : .stopped }
        guard let status = try running(process, record, proc) else { return .stopped }
        // Hooks of a container in the making may ask for its state. What is the program already may hold the lock for
        // a moment longer: execve(2) lets go of it last.
        let isWaiting = status.hasNotExecuted && directory.isWaitingAtGate()
        if isWaiting, try directory.isLocked() { return .creating }
        if isFrozen(record) { return .paused }
        return isWaiting ? .created : .running
    }

    /// Whether the very process of the record is alive: same boot, same pid, same start.
    static func isRunning(
        _ process: StateRecord.Process, _ record: StateRecord, _ proc: borrowing HostProc
    ) throws(RuntimeError) -> Bool {
        try running(process, record, proc) != nil
    }

    /// What /proc says of the very process of the record; nil when it has ended.
    private static func running(
        _ process: StateRecord.Process, _ record: StateRecord, _ proc: borrowing HostProc
    ) throws(RuntimeError) -> HostProc.Status? {
        // What is taken for ended is not killed when its container is deleted.
        let found = try attempt("look at process \(process.pid)") { () throws(Errno) in
            try proc.certainStatus(of: process.pid)
        }
        guard let status = found, status.startTime == process.startTime, !status.hasEnded else { return nil }
        let isOfThisBoot = try attempt("read the boot id") { () throws(Errno) in try proc.bootID() == record.bootID }
        return isOfThisBoot ? status : nil
    }

    private static func isFrozen(_ record: StateRecord) -> Bool {
        guard let place = record.cgroup else { return false }
        do throws(Errno) {
            return try Cgroup(path: place.path).isFrozen()
        } catch {
            return false
        }
    }
}

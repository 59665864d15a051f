import Cgroups
import Kernel
import OCI

extension Verb {
    /// Lets the processes of a paused container run again.
    ///
    /// - Throws: among others that the container is not paused.
    package static func resume(_ id: String, _ context: Context) throws(RuntimeError) {
        let container = try Container.find(id, root: context.root)
        let status = try container.status()
        if status == .stopped { throw cannot("resume", id, "container not paused: it is not running") }
        if status == .creating { throw cannot("resume", id, "container not paused: it is still being created") }
        let cgroup = try container.cgroup(for: "resume")
        let frozen = try attempt("look at the cgroup \(cgroup.path)") { () throws(Errno) in
            // A `pause` that was killed half-way leaves some frozen and the container called running.
            if try cgroup.isFrozen() { return true }
            return try cgroup.isToldToFreeze()
        }
        guard frozen else { throw cannot("resume", id, "container not paused") }
        do throws(Errno) {
            try cgroup.thaw(milliseconds: 10_000)
        } catch .timedOut {
            throw RuntimeError(
                .failed, "resume container \"\(id)\": \(cgroup.path) stays frozen; a cgroup above it is frozen too")
        } catch {
            throw RuntimeError("resume container \"\(id)\": thaw \(cgroup.path)", error, hint: notDelegated(error))
        }
    }
}

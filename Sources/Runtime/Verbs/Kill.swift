import Cgroups
package import Kernel

extension Verb {
    /// Sends a signal to the container's first process, or with `all` to every process in it. (runtime.md, "Kill")
    ///
    /// - Throws: among others that the container is not running; with `all` that is no error.
    package static func kill(
        _ id: String, _ signal: Signal, all: Bool, _ context: Context
    ) throws(RuntimeError) {
        let container = try Container.find(id, root: context.root)
        let process = try container.openProcess()
        // Without a pid namespace of its own nothing else takes the other processes along.
        let everything = all || (signal == .kill && container.record?.sharesPID == true)
        if everything, let cgroup = container.cgroup {
            do throws(Errno) {
                return try cgroup.signalAll(signal.rawValue)
            } catch {
                guard error == .noSuchFile else {
                    throw RuntimeError("send \(signal.name) to the processes of container \"\(id)\"", error)
                }
            }
        }
        if all, container.record?.cgroup == nil, container.record?.sharesPID == true || signal != .kill {
            context.warnings.add(
                "\(signal.name) was sent to the first process of container \"\(id)\" alone: the container has no cgroup by"
                    + " which the others are known")
        }
        guard let process else {
            if all { return }
            throw RuntimeError(.wrongState, "cannot kill container \"\(id)\": container not running")
        }
        do throws(Errno) {
            try Process.signal(process.raw, signal.rawValue)
        } catch {
            if error == .noSuchProcess {
                throw RuntimeError(.wrongState, "cannot kill container \"\(id)\": container not running")
            }
            throw RuntimeError("send \(signal.name) to container \"\(id)\"", error)
        }
    }
}

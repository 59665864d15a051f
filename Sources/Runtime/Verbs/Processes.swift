import Cgroups
import Kernel
import OCI

extension Verb {
    /// The processes of a container and of the cgroups below its own, as the host numbers them, in ascending order.
    ///
    /// None when it has stopped; without a pid namespace of its own some may have outlived its first.
    package static func processes(_ id: String, _ context: Context) throws(RuntimeError) -> [Int32] {
        let container = try Container.find(id, root: context.root)
        let status = try container.status()
        if status == .creating { throw cannot("list the processes of", id, "it is still being created") }
        // After a reboot a cgroup of that name is somebody else's.
        if status == .stopped, try !container.isOfThisBoot() { return [] }
        if status == .stopped, container.cgroup == nil { return [] }
        let cgroup = try container.cgroup(for: "list the processes of")
        do throws(Errno) {
            return try cgroup.processes().sorted()
        } catch {
            if status == .stopped, error == .noSuchFile || error == .noSuchDevice { return [] }
            throw RuntimeError(
                "list the processes of container \"\(id)\": read \(cgroup.path)", error, hint: notDelegated(error))
        }
    }

    /// What ps(1) of the host says about the processes of a container: its heading, and their lines.
    ///
    /// - Parameter options: Passed to ps as they are; `-ef` when there are none. What they show must have a column `PID`.
    package static func processTable(
        _ id: String, _ options: [String], _ context: Context
    ) throws(RuntimeError) -> [UInt8] {
        let pids = try processes(id, context)
        let output = try HostProgram("ps").output(options.isEmpty ? ["-ef"] : options)
        return try ProcessTable.lines(of: pids, in: output)
    }
}

/// The table that ps(1) prints.
enum ProcessTable {
    /// The heading and the lines whose column `PID` holds one of `pids`, in ascending order.
    static func lines(of pids: [Int32], in table: [UInt8]) throws(RuntimeError) -> [UInt8] {
        let lines = table.split(separator: UInt8(ascii: "\n"))
        guard let heading = lines.first,
            let column = fields(heading).firstIndex(where: { $0.elementsEqual("PID".utf8) })
        else { throw RuntimeError(.failed, "ps: no column PID in what ps printed; give options that show it") }
        var kept = Array(heading) + [UInt8(ascii: "\n")]
        for line in lines.dropFirst() {
            let cells = fields(line)
            guard column < cells.count, let pid = Int32(String(decoding: cells[column], as: UTF8.self)) else {
                throw RuntimeError(
                    .failed,
                    "ps: no process id in column \(column + 1) of \"\(String(decoding: line, as: UTF8.self))\"")
            }
            if pids.contains(pid) { kept += line + [UInt8(ascii: "\n")] }
        }
        return kept
    }

    private static func fields(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }
}

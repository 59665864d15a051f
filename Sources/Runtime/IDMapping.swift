import JSON
import Kernel

/// How the id maps of a new user namespace get written. user_namespaces(7)
///
/// The kernel lets everybody map their own id; for others the privilege over ids is needed, or one of the programs that
/// have it: newuidmap(1) and newgidmap(1) give each user the ids that /etc/subuid and /etc/subgid say.
struct IDMapWriter {
    private enum Means {
        case direct
        /// After giving up setgroups(2) for good: who leaves a group might otherwise get what its members are denied.
        case withoutGroups
        case program(String)
    }

    private let users: Means
    private let groups: Means

    /// Finds out how; throws when the caller can map these ids by no means. `pointer` leads to the object of the mappings.
    init(_ mapping: IDMapping, at pointer: String) throws(RuntimeError) {
        let held = try attempt("read apus's own capabilities") { () throws(Errno) in
            try Capability.held(bounding: .init())
        }
        users =
            if held.effective.contains(.setUsers) || mapping.users.isOnly(Session.effectiveUser) {
                .direct
            } else {
                try Self.program("newuidmap", at: pointer + "/uidMappings", "user")
            }
        groups =
            if held.effective.contains(.setGroups) {
                .direct
            } else if mapping.groups.isOnly(Session.effectiveGroup) {
                .withoutGroups
            } else {
                try Self.program("newgidmap", at: pointer + "/gidMappings", "group")
            }
    }

    /// Whether processes in the namespace will not be able to change their groups.
    var deniesGroups: Bool {
        if case .withoutGroups = groups { return true }
        return false
    }

    private static func program(_ name: String, at pointer: String, _ kind: String) throws(RuntimeError) -> Means {
        for directory in (Program.variable("PATH") ?? "/usr/bin:/bin").split(separator: ":") {
            guard directory.utf8.first == UInt8(ascii: "/") else { continue }
            let path = directory + "/" + name
            do throws(Errno) {
                try File.isExecutable(path)
                return .program(path)
            } catch {
                continue
            }
        }
        throw RuntimeError(
            .configuration,
            "mapping other \(kind) ids than the caller's own needs \(name), which is not in PATH (\(pointer))")
    }

    /// Writes both maps for a process that was born in the namespace.
    func write(
        _ mapping: IDMapping, for pid: Int32, _ proc: borrowing HostProc, at pointer: String
    ) throws(RuntimeError) {
        if deniesGroups {
            try attempt("write /proc/\(pid)/setgroups", at: pointer + "/gidMappings") { () throws(Errno) in
                try proc.write("deny", to: "\(pid)/setgroups")
            }
        }
        try write(mapping.users, users, pid, "uid_map", proc, at: pointer + "/uidMappings")
        try write(mapping.groups, groups, pid, "gid_map", proc, at: pointer + "/gidMappings")
    }

    private func write(
        _ map: IDMap, _ means: Means, _ pid: Int32, _ file: String, _ proc: borrowing HostProc, at pointer: String
    ) throws(RuntimeError) {
        if case .program(let path) = means { return try Self.run(path, pid, map, at: pointer) }
        let text = map.text
        do throws(Errno) {
            try proc.write(text, to: "\(pid)/" + file)
        } catch {
            var hint: String?
            if error == .invalidArgument, text.utf8.count >= 4096 {
                hint = "the kernel takes less than a page of text, this is \(text.utf8.count) bytes"
            } else if error == .notPermitted {
                hint = "each host id must be mapped in the user namespace that apus is in"
            }
            throw RuntimeError("write /proc/\(pid)/\(file)", error, at: pointer, hint: hint)
        }
    }

    private static func run(_ path: String, _ pid: Int32, _ map: IDMap, at pointer: String) throws(RuntimeError) {
        let input = try attempt("run \(path)", at: pointer) { () throws(Errno) in try File.inMemory("input", []) }
        let output = try attempt("run \(path)", at: pointer) { () throws(Errno) in try Descriptor.pipe() }
        let end = output.second.raw
        let program = try attempt("run \(path)", at: pointer) { () throws(Errno) in
            let arguments = CStringArray([path, "\(pid)"] + map.words)
            let environment = CStringArray(Process.environment)
            return try Process.spawn(
                path, arguments: arguments, environment: environment, input: input.raw, output: end, directory: nil)
        }
        let reading = output.takeFirst()
        let ending = try attempt("wait for \(path)", at: pointer) { () throws(Errno) in try Process.wait(program) }
        if ending == .exited(0) { return }
        var said = ""
        do throws(Errno) {
            // It writes a line and is gone: what a pipe holds is more than enough.
            let bytes = try File.read(reading.raw, atMost: 1024)
            said = ": " + String(decoding: bytes.map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
            while said.utf8.last == 0x20 { said.removeLast() }
        } catch {
            said = ""
        }
        throw RuntimeError(
            .failed,
            "map ids with \(path)\(said) (\(pointer)); /etc/subuid and /etc/subgid say which ids a user may map")
    }
}

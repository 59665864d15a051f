import Cgroups
import Kernel
import OCI

/// A container that is there: its directory, its record and what can be done with its processes.
struct Container: ~Copyable {
    let directory: ContainerDirectory
    /// Nil for one that was never finished.
    let record: StateRecord?
    let proc: HostProc

    init(_ directory: consuming ContainerDirectory, _ record: StateRecord?) throws(RuntimeError) {
        proc = try attempt("open /proc") { () throws(Errno) in try HostProc() }
        self.directory = directory
        self.record = record
    }

    /// The container `id` below the state root `root`.
    static func find(_ id: String, root: String) throws(RuntimeError) -> Container {
        try ContainerID.check(id)
        guard let store = try StateStore(existing: root) else { throw StateStore.doesNotExist(id) }
        let directory = try store.find(id)
        let record = try directory.readRecord()
        return try Container(directory, record)
    }

    func status() throws(RuntimeError) -> State.Status { try ContainerStatus.of(directory, record, proc) }

    /// What `state` prints and hooks are told.
    func state(_ status: State.Status) -> State {
        State(
            ociVersion: record?.ociVersion ?? SpecVersion.current, id: directory.id,
            pid: status == .stopped ? 0 : record?.process?.pid ?? 0, status: status, bundle: record?.bundle ?? "",
            rootfs: record?.rootfs, created: record?.created, annotations: record?.annotations ?? [],
            owner: record.map { UserName.of($0.owner) })
    }

    /// The configuration that the container was made from, as it was then.
    func readSpec() throws(RuntimeError) -> Spec {
        guard let bytes = directory.readConfig() else {
            throw RuntimeError(.failed, "\(directory.path)/config.json cannot be read")
        }
        do throws(SpecError) {
            return try Spec.read(bytes)
        } catch {
            throw RuntimeError(.failed, "\(directory.path)/config.json: " + error.message)
        }
    }

    /// A pidfd of the container's first process; nil when it has ended.
    func openProcess() throws(RuntimeError) -> Descriptor? {
        guard let record, let process = record.process else { return nil }
        let descriptor: Descriptor
        do throws(Errno) {
            descriptor = try Process.open(process.pid)
        } catch {
            if error == .noSuchProcess { return nil }
            throw RuntimeError("open process \(process.pid)", error)
        }
        // Looked at after it is held: the number cannot go to another process any more.
        guard try ContainerStatus.isRunning(process, record, proc) else { return nil }
        return descriptor
    }

    /// Whether the container's first process has ended, or is about to, without ever becoming the program.
    func endedBeforeProgram() -> Bool {
        guard let process = record?.process, let status = proc.status(of: process.pid) else { return false }
        return status.startTime == process.startTime && status.hasNotExecuted
    }

    var cgroup: Cgroup? { place.map { Cgroup(path: $0.path) } }

    /// Where the container's cgroup is; nil when it has none, or its name belongs to another container by now.
    private var place: StateRecord.CgroupPlace? {
        guard let place = record?.cgroup, !place.isTakenOver else { return nil }
        return place
    }

    /// Kills what runs in the container and waits for its end, then takes away all that `create` made.
    ///
    /// What other people made stays: a cgroup that was there before, without the device filter that it was given, and
    /// everything above it. `ofThisBoot` saves whoever knows it the look.
    func destroy(_ warnings: Warnings, ofThisBoot known: Bool? = nil) throws(RuntimeError) {
        let isOfThisBoot = if let known { known } else { try self.isOfThisBoot() }
        // After a reboot a cgroup of that name is somebody else's.
        let place = isOfThisBoot ? self.place : nil
        try killAll(place)
        if let place {
            try place.cleanUp(warnings)
        }
        // A resctrl file system does not outlive the machine's run either.
        if isOfThisBoot { try record?.resctrl?.cleanUp() }
        try directory.remove()
        guard let record, !record.hooks.poststop.isEmpty else { return }
        var state = state(.stopped)
        state.pid = nil
        HookRunner(
            state: state, environment: Process.environment, directory: Self.existing(record.bundle),
            output: record.hookOutput(warnings)
        ).runAll(record.hooks.poststop, .poststop, warnings)
    }

    /// Whether the machine has not been started anew since the container was made.
    func isOfThisBoot() throws(RuntimeError) -> Bool {
        try attempt("read the boot id") { () throws(Errno) in try proc.bootID() } == record?.bootID
    }

    private func killAll(_ place: StateRecord.CgroupPlace?) throws(RuntimeError) {
        let process = try openProcess()
        if let place, place.levels > 0 || record?.sharesPID == true {
            // With its first process a pid namespace has ended, and mostly the cgroup is empty. The removal of what apus
            // made, which comes next, kills what is still there.
            let isLikelyEmpty = process == nil && place.levels > 0 && place.unit == nil
            if !isLikelyEmpty { try place.kill() }
        }
        guard let process else { return }
        try attempt("kill the container's process") { () throws(Errno) in
            do throws(Errno) {
                try Process.signal(process.raw, 9)
            } catch {
                guard error == .noSuchProcess else { throw error }
            }
            guard try Process.waitForEnd(process.raw, milliseconds: 10_000) else { throw .timedOut }
        }
    }

    /// The bundle may be gone by the time of the last hooks.
    private static func existing(_ path: String) -> String? {
        do throws(Errno) {
            return try File.status(of: path, follow: true).kind == .directory ? path : nil
        } catch {
            return nil
        }
    }
}

extension Spec {
    /// Whether volumes are to send what is mounted below them to the host.
    var sharesMounts: Bool {
        guard let word = linux?.rootfsPropagation else { return false }
        return word == "shared" || word == "rshared"
    }

    /// Whether the container's mount namespace was made for it, so that its root is the container's.
    var ownsMounts: Bool {
        for namespace in linux?.namespaces ?? [] where namespace.type == "mount" {
            return (namespace.path ?? "").isEmpty
        }
        return false
    }
}

/// Names of users as the host's /etc/passwd has them; no other source can be asked from a static program.
enum UserName {
    /// The name of a user id, or the number as text.
    static func of(_ uid: UInt32) -> String {
        if uid == 0 { return "root" }
        let number = Array("\(uid)".utf8)
        do throws(Errno) {
            for line in try File.read("/etc/passwd", limit: 16 << 20).split(separator: UInt8(ascii: "\n")) {
                let fields = line.split(separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
                if fields.count > 2, fields[2].elementsEqual(number) {
                    return String(decoding: fields[0], as: UTF8.self)
                }
            }
        } catch {
            return "\(uid)"
        }
        return "\(uid)"
    }
}

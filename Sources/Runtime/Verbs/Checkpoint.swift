import Kernel
import OCI

extension Verb {
    /// Writes the processes of a container, with their memory, to files from which `restore` makes them again. criu(8)
    ///
    /// The container is stopped afterwards unless told to run on. When criu fails it runs on, and nothing is left but
    /// criu's log.
    package static func checkpoint(_ options: CheckpointOptions, _ context: Context) throws(RuntimeError) {
        let id = options.id
        let found = try Container.find(id, root: context.root)
        guard try found.directory.lock(milliseconds: 10_000) else {
            throw cannot("checkpoint", id, "another process is changing it")
        }
        if try found.directory.isGone() { throw StateStore.doesNotExist(id) }
        // What the directory says may have changed while the lock was waited for.
        let container = try Container.find(id, root: context.root)
        switch try container.status() {
        case .running, .paused: break
        case .creating: throw cannot("checkpoint", id, "it is still being created")
        case .created: throw cannot("checkpoint", id, "it has not been started")
        case .stopped: throw cannot("checkpoint", id, "container not running")
        }
        guard let process = try container.openProcess() else { throw cannot("checkpoint", id, "container not running") }
        // A signal must not leave processes stopped with nobody who lets them go.
        let held = try attempt("hold signals back") { () throws(Errno) in try HeldSignals() }
        do throws(RuntimeError) {
            let checkpoint = try Checkpoint(container, options)
            try checkpoint.make(options.statusDescriptor)
        } catch {
            throw error.inContext("checkpoint container \"\(id)\"")
        }
        if !options.leaveRunning, !options.preDump {
            let raw = process.raw
            try attempt("wait for the end of the container's process") { () throws(Errno) in
                guard try Process.waitForEnd(raw, milliseconds: 10_000) else { throw .timedOut }
            }
            try container.noteCheckpoint()
        }
        let interrupted = try attempt("take a signal") { () throws(Errno) in try held.haveCome() }
        if interrupted { held.end() }
    }
}

extension Container {
    /// Lets a restore take the container's id.
    fileprivate func noteCheckpoint() throws(RuntimeError) {
        guard var record else { return }
        record.isCheckpointed = true
        try directory.write(record)
    }
}

/// The making of one image.
private struct Checkpoint: ~Copyable {
    private static let log = "dump.log"

    private let program: String
    private let image: ImageDirectory
    private let request: CriuRequest
    /// Nil for a part of an image that no container is made from.
    private let streams: [String]?

    /// Finds out what criu must know. Nothing but directories is made.
    init(_ container: borrowing Container, _ options: CheckpointOptions) throws(RuntimeError) {
        guard let record = container.record, let pid = record.process?.pid else {
            throw RuntimeError(.wrongState, "container not running")
        }
        if try container.directory.hasReadiness() {
            throw RuntimeError(
                .wrongState,
                "the container was made with NOTIFY_SOCKET set: the socket of its program cannot be written to an image"
            )
        }
        let program = try Criu.find(for: "checkpoint")
        let plan = try Self.plan(container, record)
        let namespaces = try ExternalNamespaces(plan.namespaces, verb: "checkpoint")
        var external = try namespaces.named(pid)
        if !options.preDump {
            let inside = try MountTable.of(pid, container.proc)
            let host = try MountTable.of(Process.currentID, container.proc)
            let root = RootDirectory(
                try attempt("open the container's root") { () throws(Errno) in try container.proc.openRoot(of: pid) })
            external += try ExternalMounts(plan, cgroup: record.cgroup?.home)
                .named(inside: inside, host: host, root: root)
            for key in record.streams where StreamKey.isExternalFile(key) { external.append(key) }
        }
        let configFile = try Criu.configFile(record.annotations)
        let image = try ImageDirectory(making: options.criu)
        if let path = options.parentPath { try image.checkParent(path) }
        var request = CriuRequest(options.preDump ? .preDump : .dump, logFile: Self.log)
        request.pid = pid
        request.options = options.criu
        request.configFile = configFile
        request.parentImage = options.parentPath
        request.leaveRunning = options.leaveRunning || options.preDump
        request.external = external
        request.cgroupsMode = options.criu.cgroupsMode ?? (record.cgroup == nil ? .ignore : nil)
        request.freezer = record.cgroup?.path
        self.program = program
        self.image = image
        self.request = request
        streams = options.preDump ? nil : record.streams
    }

    private static func plan(
        _ container: borrowing Container, _ record: StateRecord
    ) throws(RuntimeError) -> Plan {
        guard let config = container.directory.readConfig() else {
            throw RuntimeError(.failed, "the container's copy of config.json cannot be read")
        }
        let spec: Spec
        do throws(SpecError) {
            spec = try Spec.read(config)
        } catch {
            throw RuntimeError(.configuration, "config.json: " + error.message)
        }
        return try Plan.make(spec, bundle: record.bundle, noPivot: false)
    }

    func make(_ statusDescriptor: Int32?) throws(RuntimeError) {
        do throws(RuntimeError) {
            if let streams { try image.write(streams: streams) }
            try converse(statusDescriptor)
        } catch {
            image.discard(except: Self.log)
            throw error
        }
    }

    private func converse(_ statusDescriptor: Int32?) throws(RuntimeError) {
        let launched = try Criu.launch(Criu.Launch(program: program, images: image.path, work: image.workPath))
        var criu = try Criu(launched.child, process: launched.process)
        defer { criu.finish() }
        try criu.send(request.bytes)
        while true {
            var passed: Descriptor?
            let answer = try criu.receive(&passed)
            guard answer.succeeded else { throw failure(answer) }
            guard answer.isNotification else { return }
            if answer.point == "status-ready", let statusDescriptor {
                try attempt("write to the status descriptor \(statusDescriptor)") { () throws(Errno) in
                    try File.write([0], to: statusDescriptor)
                }
                Descriptor.close(statusDescriptor)
            }
            try criu.send(CriuRequest.acknowledgement(true))
        }
    }

    private func failure(_ answer: CriuAnswer) -> RuntimeError { answer.failure(image, log: Self.log) }
}

extension CriuAnswer {
    /// The error of a criu that could not do it, with the reason from its log.
    func failure(_ image: borrowing ImageDirectory, log: String) -> RuntimeError {
        var why = image.firstError(in: log) ?? complaint ?? ""
        if why.isEmpty { why = errno == 0 ? "no reason was given" : Errno(rawValue: errno).message }
        while let last = why.utf8.last, last <= 0x20 { why.removeLast() }
        return RuntimeError(.failed, "criu failed: \(why); its log is \(image.workPath)/\(log)")
    }
}

import Cgroups
import Kernel
import OCI

/// What is known of a restore before anything is made.
struct Restoration: ~Copyable {
    static let log = "restore.log"

    let program: String
    let image: ImageDirectory
    /// What criu is asked, but for what becomes known only when the container has its cgroup.
    var request: CriuRequest
    /// What is passed to criu open, from `Criu.firstInherited` on.
    var files: [SharedDescriptor] = []

    init(
        program: String, image: consuming ImageDirectory, options: RestoreOptions, _ prepared: Preparation
    ) throws(RuntimeError) {
        let namespaces = try ExternalNamespaces(prepared.plan.namespaces, verb: "restore")
        var request = CriuRequest(.restore, logFile: Self.log)
        request.options = options.criu
        request.isSibling = true
        request.configFile = try Criu.configFile(prepared.plan.annotations)
        request.lsmProfile = options.lsmProfile
        request.lsmMountContext = options.lsmMountContext
        request.joined = namespaces.byPath
        request.inherited = StreamKey.inherited(try image.readStreams())
        var files: [SharedDescriptor] = []
        for (key, file) in try namespaces.opened() {
            let number = Criu.firstInherited + Int32(files.count)
            request.inherited.append(CriuRequest.Inherited(key: key, number: number))
            files.append(file)
        }
        self.program = program
        self.image = image
        self.request = request
        self.files = files
    }
}

extension Creation {
    /// Makes the container as the image has it. When that fails nothing of it is left.
    mutating func restore(_ restoration: consuming Restoration) throws(RuntimeError) {
        do throws(RuntimeError) {
            try makeMountPoints()
            let cgroup = try makeCgroup()
            // While this lock is held the container is being created, not running.
            let config = try directory.writeConfig(prepared.config)
            _ = try attempt("lock the container's configuration") { () throws(Errno) in
                try File.lock(config.raw, exclusive: true, wait: false)
            }
            try converse(restoration, cgroup)
            try finishRestored()
        } catch {
            let error = explained(error).inContext("restore container \"\(record.id)\"")
            undo()
            child.held.end()
            throw error
        }
    }

    private mutating func converse(
        _ restoration: borrowing Restoration, _ cgroup: SharedDescriptor?
    ) throws(RuntimeError) {
        var launched = try Criu.launch(
            Criu.Launch(
                program: restoration.program, images: restoration.image.path, work: restoration.image.workPath,
                inherited: restoration.files,
                root: Criu.Launch.Root(path: record.rootfs, place: directory.path), cgroup: cgroup?.raw,
                awaitsPlacement: prepared.scope != nil))
        // criu stands for the container until the container's own process is there.
        child.living = launched.child.take()
        // What criu makes is where criu is.
        try enterResctrl()
        if let scope = prepared.scope { try enterScope(scope) } else { try giveCgroup() }
        let pid = launched.pid
        var criu = try Criu(child.living, process: launched.process)
        do throws(RuntimeError) {
            try criu.send(try settled(restoration.request, pid).bytes)
            while try follow(criu, restoration.image) {}
        } catch {
            // It takes back what it has made when it hears no more; the rest goes with the container's processes.
            try? criu.send(CriuRequest.acknowledgement(false))
            let isCriu = child.pid == pid
            _ = child.reap()
            if !isCriu { criu.finish() }
            throw error
        }
        criu.finish()
    }

    /// The request with what criu is to use of the container's cgroup and of the host's mounts.
    private func settled(_ request: CriuRequest, _ criu: Int32) throws(RuntimeError) -> CriuRequest {
        var request = request
        request.root = directory.path
        request.external = ExternalMounts(prepared.plan, cgroup: record.cgroup?.home)
            .placed(host: try MountTable.of(Process.currentID, prepared.proc))
        // The name under which other runtimes put the null device over masked files.
        if !prepared.plan.maskedPaths.isEmpty { request.external.append("mnt[/dev/null]:/dev/null") }
        guard record.cgroup != nil else {
            request.cgroupsMode = request.options.cgroupsMode ?? .ignore
            return request
        }
        request.cgroupsMode = request.options.cgroupsMode
        request.cgroupRoot = try attempt("read the cgroup of process \(criu)") { () throws(Errno) in
            try prepared.proc.cgroup(of: criu)
        }
        return request
    }

    /// Does what is due at the point that criu has come to; false at the end.
    private mutating func follow(
        _ criu: borrowing Criu, _ image: borrowing ImageDirectory
    ) throws(RuntimeError) -> Bool {
        var passed: Descriptor?
        try child.held.wait(for: criu.socketDescriptor, of: "criu", doing: "restoring the container")
        let answer = try criu.receive(&passed)
        guard answer.succeeded else { throw answer.failure(image, log: Restoration.log) }
        guard answer.isNotification else {
            guard child.pid == answer.pid else {
                throw RuntimeError(.failed, "criu restored process \(answer.pid) without a word about it before")
            }
            return false
        }
        switch answer.point {
        case "setup-namespaces":
            try adopt(answer.pid)
            try runRestoredHooks()
        case "orphan-pts-master":
            guard let master = passed.take() else { throw RuntimeError(.failed, "criu sent no terminal") }
            try take(master)
        case "post-restore":
            if child.pid != answer.pid { try adopt(answer.pid) }
            try limitMemory()
        default: break
        }
        try criu.send(CriuRequest.acknowledgement(true))
        return true
    }

    /// From here on the container's process is the one that criu has made.
    private mutating func adopt(_ pid: Int32) throws(RuntimeError) {
        let descriptor = try attempt("open process \(pid)") { () throws(Errno) in try Process.open(pid) }
        let ends = try attempt("make a socket") { () throws(Errno) in try Socket.pair() }
        guard let status = prepared.proc.status(of: pid) else {
            throw RuntimeError(.failed, "the restored process \(pid) has ended")
        }
        child.living = Child.Living(pid: pid, descriptor: descriptor, channel: Channel(ends.takeFirst()))
        record.process = StateRecord.Process(pid: pid, startTime: status.startTime)
        try directory.write(record)
    }

    /// Runs the hooks that set things up around a container's namespaces.
    private mutating func runRestoredHooks() throws(RuntimeError) {
        hooksRan = true
        let hooks = prepared.plan.hooks
        guard !hooks.prestart.isEmpty || !hooks.createRuntime.isEmpty else { return }
        let runner = HookRunner(
            state: state(.creating), environment: Process.environment, directory: prepared.bundle,
            output: hookOutput, held: child.held)
        try runner.run(hooks.prestart, .prestart)
        try runner.run(hooks.createRuntime, .createRuntime)
    }

    /// The terminal whose other side the container's processes have.
    private mutating func take(_ master: consuming Descriptor) throws(RuntimeError) {
        guard let path = prepared.consoleSocket else {
            child.terminal = SharedDescriptor(master)
            return
        }
        let socket = try Console.connect(path)
        try Console.send(master, to: socket.raw)
    }

    /// Makes the container known.
    private mutating func finishRestored() throws(RuntimeError) {
        try child.announce(file: prepared.pidFile, socket: prepared.pidfdSocket)
        let hooks = record.hooks.poststart
        if !hooks.isEmpty {
            try HookRunner(
                state: state(.running), environment: Process.environment, directory: record.bundle,
                output: hookOutput, held: child.held
            ).run(hooks, .poststart)
        }
        directory.unlock()
    }

    /// Waits for the end of the program that was restored.
    mutating func stayWithRestored() throws(RuntimeError) -> Process.Ending {
        let foreground: Foreground
        do throws(RuntimeError) {
            foreground = try Foreground(terminal: child.terminal)
        } catch {
            undo()
            throw error
        }
        return try child.stay(in: foreground)
    }

    /// Makes the mount points that the root file system lacks, as `create` does. What lies in a file system of the
    /// container's own comes with the image.
    private func makeMountPoints() throws(RuntimeError) {
        // Seen from the host: nothing is mounted.
        let host = NamespacePlan(new: Namespace.Set(), joined: [])
        let rootfs = try Rootfs(prepared.plan.rootfs, namespaces: host, tree: nil)
        var hasDev = false
        for mount in prepared.plan.mounts {
            if mount.destination == "/dev" { hasDev = true }
            if isCovered(mount) { continue }
            var isDirectory = true
            if case .bind(let source, _) = mount.action {
                isDirectory = try attempt("find \(source)", at: mount.pointer + "/source") { () throws(Errno) in
                    try File.status(of: source, follow: true).kind == .directory
                }
            }
            do throws(Errno) {
                _ =
                    isDirectory
                    ? try rootfs.root.makeDirectories(mount.destination) : try rootfs.root.makeFile(mount.destination)
            } catch {
                // Where nothing can be written it may be there by another way, and criu says so if not.
                guard error == .readOnlyFileSystem else {
                    throw RuntimeError("make the mount point \(mount.destination)", error, at: mount.pointer)
                }
            }
        }
        if !hasDev { try rootfs.makeDevices(prepared.plan.devices) }
    }

    /// Whether an earlier mount lies over the place.
    private func isCovered(_ mount: MountPlan) -> Bool {
        for other in prepared.plan.mounts {
            if other.pointer == mount.pointer { return false }
            if mount.destination.utf8.starts(with: (other.destination + "/").utf8) { return true }
        }
        return false
    }
}

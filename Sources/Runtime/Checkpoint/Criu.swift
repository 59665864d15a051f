import Kernel
import OCI

/// The criu program at work, spoken to as its library does: `criu swrk`, messages over a socket.
///
/// Only there criu says when it has come to a point at which something is left to do, hands a terminal over, and makes
/// the restored process a child of its caller; its command line has none of that.
struct Criu: ~Copyable {
    /// What criu finds open beside the standard streams: its socket, the directories, then what else is passed on.
    private static let socketNumber: Int32 = 3
    static let imagesNumber: Int32 = 4
    static let workNumber: Int32 = 5
    static let firstInherited: Int32 = 6

    let pid: Int32
    let process: SharedDescriptor
    private var socket: Descriptor?

    /// How criu is started.
    struct Launch {
        /// A root file system that is to be a mount of its own, at a place that only criu sees it at.
        struct Root {
            let path: String
            let place: String
        }

        let program: String
        /// Absolute host paths.
        let images: String
        let work: String
        var inherited: [SharedDescriptor] = []
        var root: Root?
        /// The cgroup that criu is born in, and with it all that it restores.
        var cgroup: Int32?
        /// Whether criu is to wait until it has been put into its cgroup.
        var awaitsPlacement = false
    }

    /// A process that is about to become criu, and the way to speak with criu then.
    struct Launched: ~Copyable {
        let pid: Int32
        let process: SharedDescriptor
        var child: Child.Living?
    }

    /// Finds the program.
    ///
    /// - Throws: that the verb needs it, and there is none.
    static func find(for verb: String) throws(RuntimeError) -> String {
        do throws(RuntimeError) {
            return try HostProgram("criu").path
        } catch {
            // Where the directories of the administrator's programs are not searched.
            for path in ["/usr/sbin/criu", "/usr/local/sbin/criu"] where isExecutable(path) { return path }
            throw RuntimeError(.failed, "\(verb) needs the program criu, which is not installed: " + error.message)
        }
    }

    private static func isExecutable(_ path: String) -> Bool {
        do throws(Errno) {
            try File.isExecutable(path)
            return true
        } catch {
            return false
        }
    }

    static func launch(_ plan: Launch) throws(RuntimeError) -> Launched {
        let channel = try attempt("make a socket to criu") { () throws(Errno) in try Socket.pair() }
        let side = try attempt("start criu") { () throws(Errno) in try Process.clone(cgroup: plan.cgroup) }
        switch consume side {
        case .child:
            // By number: what is open is moved about.
            become(plan, speaking: channel.takeSecond().release())
        case .parent(let pid, let descriptor):
            let process = try attempt("hold criu") { () throws(Errno) in try descriptor.duplicate() }
            return Launched(
                pid: pid, process: SharedDescriptor(process),
                child: Child.Living(pid: pid, descriptor: descriptor, channel: Channel(channel.takeFirst())))
        }
    }

    private static func become(_ plan: Launch, speaking: Int32) -> Never {
        Session.resetSignals()
        let inherited = plan.inherited.map(\.raw)
        let end = firstInherited + Int32(inherited.count)
        // Out of the way of all that criu is to find open.
        var away = max(speaking, end)
        for number in inherited { away = max(away, number) }
        away += 8
        do throws(Errno) {
            try Descriptor.place([speaking], from: away)
        } catch {
            Process.exit(1)
        }
        var channel = Channel(Descriptor(owning: away))
        do throws(RuntimeError) {
            if plan.awaitsPlacement, try channel.receive() != .placed { Process.exit(1) }
            if let root = plan.root { try mount(root) }
            try open(plan, inherited, end: end, channel.raw)
            let words = CStringArray(["criu", "swrk", "\(socketNumber)"])
            let environment = CStringArray(Process.environment)
            throw RuntimeError("run \(plan.program)", Process.execute(plan.program, words, environment))
        } catch {
            channel.sendIfPossible(.failed(error))
        }
        Process.exit(1)
    }

    /// Opens what criu is to find, and hands the other end of its socket to apus.
    ///
    /// criu looks its directories up among the descriptors of the process that made the socket, and mounts things in them:
    /// all that must belong to its own mount namespace.
    private static func open(
        _ plan: Launch, _ inherited: [Int32], end: Int32, _ channel: Int32
    ) throws(RuntimeError) {
        // By number: these get other numbers, and their own go to other files, which no owner must close.
        let images = try attempt("open the directory \(plan.images)") { () throws(Errno) in
            try File.open(plan.images, [.readOnly, .directory]).release()
        }
        let work = try attempt("open the directory \(plan.work)") { () throws(Errno) in
            try File.open(plan.work, [.readOnly, .directory]).release()
        }
        try attempt("make a socket to criu") { () throws(Errno) in
            let ends = try Socket.pair()
            try Socket.send([connected], passing: ends.first.raw, on: channel)
            let socket = ends.takeSecond().release()
            try Descriptor.place([socket, images, work] + inherited, from: socketNumber)
            try Descriptor.closeOnExec(from: end)
        }
    }

    /// What comes with the socket.
    private static let connected: UInt8 = 0xFF

    /// Makes the root file system a mount of its own, below one that nothing else covers, as criu wants it.
    ///
    /// In a mount namespace that goes with criu: nothing of it is left, however this ends.
    private static func mount(_ root: Launch.Root) throws(RuntimeError) {
        try attempt("make a mount namespace for criu") { () throws(Errno) in
            try Namespace.mount.unshare()
            try Mount.change(path: "/", Mount.Propagation(.slave, recursive: true))
        }
        try attempt("mount the root file system \(root.path)", at: "/root/path") { () throws(Errno) in
            let tree = try Mount.clone(root.path, recursive: true)
            let place = try File.open(root.place, [.path, .directory])
            try Mount.attach(tree.raw, onto: place.raw)
        }
    }

    /// Waits until the process that was launched has become criu.
    ///
    /// - Throws: why it could not.
    init(_ child: borrowing Child.Living?, process: SharedDescriptor) throws(RuntimeError) {
        let (pid, channel) =
            switch child {
            case .some(let child): (child.pid, child.channel.raw)
            case .none: (Int32(-1), Int32(-1))
            }
        var passed: Descriptor?
        try Self.hear(channel, &passed)
        var nothing: Descriptor?
        // The end of this connection is how an execve(2) that works is told.
        try Self.hear(channel, &nothing)
        self.pid = pid
        self.process = process
        socket = passed.take()
    }

    private static func hear(_ channel: Int32, _ passed: inout Descriptor?) throws(RuntimeError) {
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try Socket.receive(on: channel, limit: SyncMessage.limit, descriptor: &passed)
        } catch {
            if error == .connectionReset { return }
            throw RuntimeError("listen to criu", error)
        }
        if case .failed(let error) = SyncMessage(bytes) { throw error }
    }

    /// The socket's number; -1 when there is none.
    var socketDescriptor: Int32 {
        switch socket {
        case .some(let socket): socket.raw
        case .none: -1
        }
    }

    func send(_ bytes: [UInt8]) throws(RuntimeError) {
        let socket = socketDescriptor
        try attempt("speak to criu") { () throws(Errno) in try Socket.send(bytes, on: socket) }
    }

    /// The next that criu says, with what it hands over.
    func receive(_ passed: inout Descriptor?) throws(RuntimeError) -> CriuAnswer {
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try Socket.receive(on: socketDescriptor, limit: 65536, descriptor: &passed)
        } catch {
            guard error == .connectionReset else { throw RuntimeError("listen to criu", error) }
            bytes = []
        }
        guard let answer = CriuAnswer(bytes) else {
            throw RuntimeError(.failed, bytes.isEmpty ? "criu ended without an answer" : "criu's answer is no message")
        }
        return answer
    }

    /// Waits for criu's end, which is near: it has answered, and nobody listens any more.
    mutating func finish() {
        socket = nil
        do throws(Errno) {
            if try !Process.waitForEnd(process.raw, milliseconds: 30_000) { try Process.signal(process.raw, 9) }
            _ = try Process.wait(pid)
        } catch {
            return
        }
    }

    /// Where criu's settings of the administrator are; what they say counts for more than what criu is told.
    ///
    /// - Throws: that the file which the container names is not there.
    static func configFile(_ annotations: [Spec.Entry<String>]) throws(RuntimeError) -> String? {
        for entry in annotations where entry.key == annotation {
            // An empty name means: none at all.
            if entry.value.isEmpty { return nil }
            guard exists(entry.value) else {
                throw RuntimeError(
                    .configuration, "criu's configuration file \(entry.value) is not there (/annotations/\(annotation))"
                )
            }
            return entry.value
        }
        for path in ["/etc/criu/apus.conf", "/etc/criu/runc.conf"] where exists(path) { return path }
        return nil
    }

    static let annotation = "org.criu.config"

    private static func exists(_ path: String) -> Bool {
        do throws(Errno) {
            return try File.status(of: path, follow: true).kind == .regular
        } catch {
            return false
        }
    }
}

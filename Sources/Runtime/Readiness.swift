import Kernel

/// The word that a program is ready, on its way to whoever started apus as a service. sd_notify(3)
///
/// The program never gets the host's socket, over which it could name another main process or leave descriptors with
/// the service manager. It gets one of its own, in a directory of the state directory that is bound read-only, and of
/// what it says there the host hears that it is ready, and nothing else.
final class Readiness {
    private let host: Descriptor
    private var own: Descriptor?
    private let warnings: Warnings

    private static let place = "/run/notify"

    private static var variable: String? { Program.variable("NOTIFY_SOCKET") }

    private init(_ host: consuming Descriptor, _ warnings: Warnings) {
        self.host = host
        self.warnings = warnings
    }

    /// Connects to the socket that apus's caller has named, before anything is made; nil when it has named none.
    private static func ofCaller(_ warnings: Warnings) throws(RuntimeError) -> Readiness? {
        guard let path = variable, !path.isEmpty else { return nil }
        guard path.utf8.first == UInt8(ascii: "/") || path.utf8.first == UInt8(ascii: "@") else {
            throw RuntimeError(
                .usage, "NOTIFY_SOCKET must be an absolute path, or @ and an abstract name, is \"\(path)\"")
        }
        let host = try attempt("connect to the socket that NOTIFY_SOCKET names, \(path)") { () throws(Errno) in
            try Socket.connectDatagram(path, milliseconds: 10_000)
        }
        return Readiness(host, warnings)
    }

    /// Likewise, unless the configuration has the program talk to a socket of the engine's.
    static func ofCaller(for plan: Plan, _ warnings: Warnings) throws(RuntimeError) -> Readiness? {
        for entry in plan.process?.env ?? [] where entry.utf8.starts(with: "NOTIFY_SOCKET=".utf8) { return nil }
        guard let readiness = try ofCaller(warnings) else { return nil }
        guard plan.namespaces.new.contains(.mount) else {
            throw RuntimeError(
                .configuration,
                "NOTIFY_SOCKET is set: passing on what the program says takes a mount namespace of the container's own"
                    + " (/linux/namespaces)")
        }
        return readiness
    }

    /// For a container that was made before; nil when apus's caller has named no socket, or its program was given none.
    static func ofCaller(
        starting directory: borrowing ContainerDirectory, _ warnings: Warnings
    ) throws(RuntimeError) -> Readiness? {
        guard let path = variable, !path.isEmpty else { return nil }
        guard try directory.hasReadiness() else {
            warnings.add(
                "NOTIFY_SOCKET has no effect: it was not set when container \"\(directory.id)\" was created")
            return nil
        }
        let readiness = try ofCaller(warnings)
        try readiness?.listen(in: directory)
        return readiness
    }

    /// Has the program find the socket of its own.
    static func add(to plan: inout Plan, from directory: borrowing ContainerDirectory) {
        let flags = Mount.Flags.readOnly | Mount.Flags.noSuid | Mount.Flags.noDev | Mount.Flags.noExec
        plan.mounts.append(
            MountPlan(
                action: .bind(source: directory.path + "/" + ContainerDirectory.readinessName, recursive: false),
                destination: place, flags: Mount.Flags(set: flags), propagation: [], recursive: Mount.Attributes(),
                copyUp: false, idMap: nil, pointer: "NOTIFY_SOCKET"))
        plan.process?.env.append("NOTIFY_SOCKET=" + place + "/" + ContainerDirectory.readinessSocketName)
    }

    /// Makes the program's socket, so that what it says from now on is heard.
    func listen(in directory: borrowing ContainerDirectory) throws(RuntimeError) {
        own = try directory.makeReadinessSocket()
    }

    /// Can be read when `hear` is worth asking; -1 when there is nothing more to wait for.
    var raw: Int32 { own?.raw ?? -1 }

    /// Whether the program has said that it is ready, by what has come.
    private func hear() throws(Errno) -> Bool {
        while raw >= 0 {
            do throws(Errno) {
                var passed: Descriptor?
                let said = try Socket.receive(on: raw, limit: 4096, descriptor: &passed)
                for line in said.split(separator: UInt8(ascii: "\n")) where line.elementsEqual("READY=1".utf8) {
                    return true
                }
            } catch {
                if error == .tryAgain { return false }
                // Longer than what is to be said here could be.
                guard error == .messageTooLong else { throw error }
            }
        }
        return false
    }

    /// Tells the host; with `waits`, until it has dealt with it, half a minute at most: it may want to look at apus, which
    /// is about to end.
    private func announce(main pid: Int32, waits: Bool) throws(Errno) {
        own = nil
        try Socket.send(Array("MAINPID=\(pid)\nREADY=1".utf8), on: host.raw)
        guard waits else { return }
        let barrier = try Descriptor.pipe()
        let end = barrier.second.raw
        try Socket.send(Array("BARRIER=1".utf8), passing: end, on: host.raw)
        let reading = barrier.takeFirst()
        _ = try Poll.wait(for: reading.raw, milliseconds: 30_000)
    }

    /// Waits until the program is ready and the host knows, or the program has ended.
    ///
    /// The program runs: what fails here is worth a warning. A signal that was held back ends apus, and nothing else.
    func await(_ pid: Int32, process: Int32, held: HeldSignals?) {
        do throws(Errno) {
            while true {
                let ready = try Poll.wait(for: [raw, process, held?.raw ?? -1], milliseconds: -1)
                if try hear() { return try announce(main: pid, waits: true) }
                if ready[1] { return }
                if ready[2], let held, try held.haveCome() { held.end() }
            }
        } catch {
            fail(error)
        }
    }

    /// Passes on what has come, without waiting: apus is the main process of the service, and stays.
    func passOn() {
        do throws(Errno) {
            if try hear() { try announce(main: Process.currentID, waits: false) }
        } catch {
            fail(error)
        }
    }

    private func fail(_ error: Errno) {
        own = nil
        warnings.add("NOTIFY_SOCKET was not told that the program is ready: \(error.message)")
    }
}

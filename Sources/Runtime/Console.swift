import Kernel

/// The container's terminal, made inside the container from its own devpts.
enum Console {
    /// What the engine's socket is told beside the descriptor.
    private static let name = Array("/dev/pts/ptmx".utf8)

    /// Makes a terminal in the root at `/`, gives it to the calling process, and answers its master.
    ///
    /// The slave is opened from the master and never by path: what an image puts into /dev/pts cannot take its place.
    static func open(
        owner: UInt32, size: ProcessPlan.ConsoleSize?, bindConsole: Bool
    ) throws(RuntimeError) -> Descriptor {
        let root = RootDirectory(
            try attempt("open the container's root") { () throws(Errno) in try File.open("/", [.path, .directory]) })
        let master = try attempt(
            "open /dev/pts/ptmx for the terminal", at: "/process/terminal",
            hint: "the terminal needs a devpts mounted on /dev/pts"
        ) { () throws(Errno) in
            let master = try root.open("/dev/pts/ptmx", [.readWrite, .noControllingTerminal, .noFollow])
            guard try File.fileSystem(of: master.raw).type == FileSystemStatus.devpts else { throw .noSuchDevice }
            return master
        }
        try attempt("set the terminal up", at: "/process/terminal") { () throws(Errno) in
            let slave = try Terminal.openSlave(of: master.raw)
            // The group stays: it is the devpts mount's gid option, which may not be mapped.
            try File.changeOwner(of: slave.raw, uid: owner, gid: UInt32.max)
            if let size { try Terminal.setSize(master.raw, rows: size.rows, columns: size.columns) }
            if bindConsole { try bind(slave, in: root) }
            for stream in Int32(0)...2 { try slave.duplicate(onto: stream) }
            try Terminal.control(0)
        }
        return master
    }

    /// Puts the terminal's slave onto /dev/console.
    private static func bind(_ slave: borrowing Descriptor, in root: borrowing RootDirectory) throws(Errno) {
        let entry = try root.parent(of: "/dev/console")
        do throws(Errno) {
            _ = try File.open(
                entry.name, [.writeOnly, .create, .exclusive, .noFollow], at: entry.directory.raw, mode: 0o600)
        } catch {
            guard error == .fileExists else { throw error }
        }
        let place = try File.open(entry.name, [.path, .noFollow], at: entry.directory.raw)
        let kind = try File.status(of: place.raw).kind
        guard kind == .regular || kind == .character else { throw .fileExists }
        let mount = try Mount.clone("", at: slave.raw, recursive: false)
        try Mount.attach(mount.raw, onto: place.raw)
    }

    /// A connection to the engine's socket, made while its path still means the host's.
    ///
    /// Who does not take connections is waited for, but not for ever.
    static func connect(_ path: String) throws(RuntimeError) -> Descriptor {
        try attempt("connect to the console socket \(path)") { () throws(Errno) in
            try Socket.connectStream(path, milliseconds: 5000)
        }
    }

    /// Hands the master over, from the container's side: to the engine's socket, which is closed then since the engine
    /// waits for that, or, where there is none, to apus.
    static func pass(
        _ master: borrowing Descriptor, to socket: consuming Descriptor?, or channel: inout Channel
    ) throws(RuntimeError) {
        switch consume socket {
        case .some(let socket): try send(master, to: socket.raw)
        case .none: try channel.send(.terminal, passing: master.raw)
        }
    }

    /// Hands the master over: one message, one descriptor.
    static func send(_ master: borrowing Descriptor, to socket: Int32) throws(RuntimeError) {
        let raw = master.raw
        try attempt("send the terminal to the console socket") { () throws(Errno) in
            try Socket.send(name, passing: raw, on: socket)
        }
    }
}

import Kernel
import SeccompFilter

/// A process that apus makes and brings up, the container's init or what `exec` runs: heard, spoken to, and in the end
/// left to itself, waited for, or taken back.
struct Child: ~Copyable {
    /// The process and the way to speak with it.
    struct Living: ~Copyable {
        let pid: Int32
        /// A pidfd.
        let descriptor: Descriptor
        var channel: Channel
    }

    /// What errors call the process that `create` makes, and the one that `exec` makes.
    static let containersInit: StaticString = "the container's init"
    static let program: StaticString = "the program's process"

    private let name: StaticString
    let notes: SharedNotes
    /// A signal that asks apus to end does so when what was made is taken back.
    let held: HeldSignals
    /// Nil before its birth, and when it is reaped or given away.
    var living: Living?
    /// The terminal's master, when apus stays with it.
    var terminal: SharedDescriptor?
    /// The pid file, when it is written.
    private var pidFile: String?

    /// Nobody yet; signals that ask apus to end are held back from here on.
    init(_ name: StaticString) throws(RuntimeError) {
        let notes = try SharedNotes()
        let held = try attempt("hold signals back") { () throws(Errno) in try HeldSignals() }
        self.name = name
        self.notes = notes
        self.held = held
    }

    /// The process's number while it is apus's child.
    ///
    /// Not inlined: the compiler (6.3) gives up over it in a function that borrows more than once.
    var pid: Int32? {
        @inline(never) get {
            switch living {
            case .some(let living): living.pid
            case .none: nil
            }
        }
    }

    /// The number of its pidfd; -1 when there is none.
    var descriptor: Int32 {
        switch living {
        case .some(let living): living.descriptor.raw
        case .none: -1
        }
    }

    // MARK: Hearing and speaking

    /// What the process says next, and a descriptor that comes with it; an error of its is thrown.
    mutating func receive(_ passed: inout Descriptor?) throws(RuntimeError) -> SyncMessage {
        try awaitWord()
        switch try living?.channel.receive(descriptor: &passed) {
        case .failed(let error): throw error
        case .some(let message): return message
        case .none: throw silentDeath()
        }
    }

    /// Waits until the process has something to say, or a signal asks apus to end.
    func awaitWord() throws(RuntimeError) {
        switch living {
        case .some(let living): try held.wait(for: living.channel.raw, of: name, doing: notes.step.text)
        case .none: return
        }
    }

    /// Waits for the process's end, which comes by itself, or until a signal asks apus to end.
    func awaitEnd() throws(RuntimeError) {
        switch living {
        case .some(let living): try held.wait(for: living.descriptor.raw, of: name, doing: notes.step.text)
        case .none: return
        }
    }

    /// Says something to the process; when it is gone, how it went is the error.
    mutating func tell(_ message: SyncMessage, passing descriptor: Int32? = nil) throws(RuntimeError) {
        guard living != nil else { throw silentDeath() }
        do throws(RuntimeError) {
            try living?.channel.send(message, passing: descriptor)
        } catch {
            throw silentDeath()
        }
    }

    /// Takes the terminal's master, which apus stays with.
    mutating func keep(_ master: consuming Descriptor?) throws(RuntimeError) {
        switch consume master {
        case .some(let master): terminal = SharedDescriptor(master)
        case .none: throw RuntimeError(.failed, "\(name) sent no terminal")
        }
    }

    /// What to say of a process that says what cannot come now.
    var outOfTurn: RuntimeError { RuntimeError(.failed, "\(name) spoke out of turn") }

    /// Has the process become the program; answers whether a filter of system calls has its say in that.
    ///
    /// Before anybody stays with it in the foreground a signal ends the wait.
    mutating func start(detached: Bool, _ delivery: SeccompDelivery?) throws(RuntimeError) -> Bool {
        try tell(.start)
        if detached { try awaitWord() }
        guard var taken = living.take() else { throw silentDeath() }
        let outcome: StartGate.Outcome
        do throws(RuntimeError) {
            outcome = try StartGate.outcome(of: &taken.channel, delivery)
        } catch {
            living = consume taken
            throw error
        }
        living = consume taken
        switch outcome {
        case .executed: return false
        case .executedFiltered: return true
        case .failed(let error): throw error
        case .died, .closed: throw silentDeath()
        }
    }

    /// Tells engines of the process, by its number in a file and by its pidfd on a socket, as they have asked for.
    mutating func announce(file: String?, socket: PidfdSocket?) throws(RuntimeError) {
        guard let pid else { throw silentDeath() }
        if let file {
            try PidFile.write(pid, to: file)
            pidFile = file
        }
        try socket?.send(descriptor)
    }

    // MARK: Its end

    /// Stays with the process until it ends by itself.
    mutating func stay(
        in foreground: borrowing Foreground, readiness: Readiness? = nil
    ) throws(RuntimeError) -> Process.Ending {
        guard let living = living.take() else { throw silentDeath() }
        return try foreground.wait(living.pid, process: living.descriptor.raw, readiness: readiness)
    }

    /// What to say of a process that is gone and left no word: where it was, and what ended it.
    mutating func silentDeath() -> RuntimeError {
        let step = notes.step.text
        var how = "ended"
        if let ending = reap() {
            switch ending {
            case .exited(let status): how = "exited with status \(status)"
            case .killed(let signal): how = "was killed by \(Signal(rawValue: signal).name)"
            }
        }
        return RuntimeError(.failed, "\(name) \(how) while it was \(step)")
    }

    /// Kills the process and takes its ending; nil when there is none any more.
    mutating func reap() -> Process.Ending? {
        guard let living = living.take() else { return nil }
        do throws(Errno) {
            // A dead one takes the signal as well; a live one that closed its socket is beyond repair.
            try Process.signal(living.descriptor.raw, 9)
            return try Process.wait(living.pid)
        } catch {
            return nil
        }
    }

    /// Takes the process back, and its pid file.
    mutating func undo() {
        _ = reap()
        if let pidFile { PidFile.remove(pidFile) }
    }

    // MARK: What the process itself does

    /// Has the calling process end with apus, and unless `dumpable` nobody read its memory or its descriptors, whoever
    /// shares its pid namespace.
    static func tie(_ name: StaticString, dumpable: Bool = false) throws(RuntimeError) {
        try attempt("tie \(name) to apus") { () throws(Errno) in
            try Session.signalOnParentDeath(9)
            try Session.setDumpable(dumpable)
        }
    }

    /// Has the calling process stay when apus ends.
    static func untie(_ name: StaticString) throws(RuntimeError) {
        try attempt("untie \(name) from apus") { () throws(Errno) in try Session.signalOnParentDeath(0) }
    }
}

extension HeldSignals {
    /// Waits until a descriptor of somebody's can be read.
    ///
    /// - Throws: that a signal has come which asks apus to end, with what the other one was doing.
    func wait(
        for descriptor: Int32, of name: StaticString, doing step: @autoclosure () -> StaticString
    ) throws(RuntimeError) {
        while true {
            let ready = try attempt("wait for \(name)") { () throws(Errno) in try Poll.wait(for: descriptor, or: raw) }
            let interrupted = try attempt("take a signal") { () throws(Errno) in
                if ready.second { return try haveCome() }
                return false
            }
            if interrupted { throw RuntimeError(.failed, "interrupted while \(name) was \(step())") }
            if ready.first { return }
        }
    }
}

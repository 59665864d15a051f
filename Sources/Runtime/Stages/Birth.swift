import Kernel

/// The namespaces that the container joins, opened and looked at before anything is made.
struct JoinedNamespaces {
    private struct Entry {
        let kind: Namespace
        let file: SharedDescriptor
        let pointer: String
    }
    private var entries: [Entry]

    init(_ joins: [NamespacePlan.Join]) throws(RuntimeError) {
        var entries: [Entry] = []
        for join in joins {
            let file = try attempt("open the \(join.kind.name) namespace \(join.path)", at: join.pointer + "/path") {
                () throws(Errno) in try File.open(join.path, [.readOnly, .nonBlocking])
            }
            guard Namespace(descriptor: file.raw) == join.kind else {
                throw RuntimeError(
                    .configuration, "\(join.path) is not a \(join.kind.name) namespace (\(join.pointer)/path)")
            }
            entries.append(Entry(kind: join.kind, file: SharedDescriptor(file), pointer: join.pointer))
        }
        self.entries = entries
    }

    /// The open namespace files.
    var descriptors: [Int32] { entries.map { $0.file.raw } }

    /// Whether the namespace of this kind to be joined is the one that apus is in.
    func isOwn(_ kind: Namespace) throws(RuntimeError) -> Bool {
        for entry in entries where entry.kind == kind {
            return try attempt("compare the \(kind.name) namespace with apus's own", at: entry.pointer) {
                () throws(Errno) in
                let own = try File.status(of: "/proc/self/ns/\(kind.fileName)", follow: true)
                return try File.status(of: entry.file.raw).inode == own.inode
            }
        }
        return false
    }

    /// Whether a namespace of this kind is joined.
    func joins(_ kind: Namespace) -> Bool { entries.contains { $0.kind == kind } }

    /// The open file of the namespace of this kind.
    func file(_ kind: Namespace) -> SharedDescriptor? { entries.first { $0.kind == kind }?.file }

    /// Leaves a kind out.
    mutating func drop(_ kind: Namespace) { entries.removeAll { $0.kind == kind } }

    /// Whether all are entered before the container's process is made, not by itself.
    ///
    /// A namespace belongs to the user namespace that its maker is in: with one that is joined, the new ones are to be
    /// that one's; with a new one, the right to join what belongs to apus's is lost by being born into it.
    func areEnteredFirst(with new: Namespace.Set) -> Bool {
        joins(.user) || (new.contains(.user) && !entries.isEmpty)
    }

    /// Enters all of them, each with the rights outside of the user namespace to be joined if those suffice, otherwise
    /// with those inside. When that fails the kind is noted.
    func enterAll(_ notes: SharedNotes) throws(Errno) {
        var later: [Entry] = []
        for entry in entries where entry.kind != .user {
            do throws(Errno) {
                try entry.kind.enter(entry.file.raw)
            } catch {
                notes.failedKind = entry.kind
                guard error == .notPermitted, joins(.user) else { throw error }
                later.append(entry)
            }
        }
        for entry in entries where entry.kind == .user {
            notes.failedKind = entry.kind
            try entry.kind.enter(entry.file.raw)
        }
        for entry in later {
            notes.failedKind = entry.kind
            try entry.kind.enter(entry.file.raw)
        }
        notes.failedKind = nil
    }

    /// Where a kind is asked for.
    func pointer(_ kind: Namespace) -> String? { entries.first { $0.kind == kind }?.pointer }

    /// Enters the pid namespace: the caller's next child is born in it.
    func enterPID() throws(Errno) {
        for entry in entries where entry.kind == .pid { try entry.kind.enter(entry.file.raw) }
    }

    /// Enters the others; the mount namespace last, since with it every path changes its meaning.
    func enter() throws(RuntimeError) {
        try enter { $0 != .pid && $0 != .mount }
        try enter { $0 == .mount }
    }

    private func enter(_ chosen: (Namespace) -> Bool) throws(RuntimeError) {
        for entry in entries where chosen(entry.kind) {
            try attempt("join the \(entry.kind.name) namespace", at: entry.pointer) { () throws(Errno) in
                try entry.kind.enter(entry.file.raw)
            }
        }
    }
}

/// Makes the container's first process: one clone3(2) with all new namespaces, born in its cgroup.
///
/// Some joined namespaces need a process in between: setns(2) moves no process into a pid namespace, just its later
/// children, and a user namespace is joined before those that will belong to it are made. It makes the container's
/// process with CLONE_PARENT, notes its pid where the creator sees it, and is gone.
struct Birth {
    /// What creator and child note for each other.
    let notes: SharedNotes
    let namespaces: Namespace.Set
    let joined: JoinedNamespaces
    /// A descriptor of the cgroup; nil where the host has no cgroup2.
    let cgroup: Int32?

    /// Copies the calling process; in the copy the answer is `.child`.
    func give() throws(RuntimeError) -> Process.Side {
        joined.joins(.pid) || joined.areEnteredFirst(with: namespaces)
            ? try giveThroughAnother() : try clone()
    }

    private func clone() throws(RuntimeError) -> Process.Side {
        do throws(Errno) {
            return try Process.clone(new: namespaces, cgroup: cgroup)
        } catch {
            throw RuntimeError(
                "make the container's process", error, at: "/linux/namespaces",
                hint: cgroup != nil && error == .permissionDenied
                    ? "moving it into its cgroup takes a right over the cgroups above both" : nil)
        }
    }

    private func giveThroughAnother() throws(RuntimeError) -> Process.Side {
        let side = try attempt("make a process to join namespaces with") { () throws(Errno) in
            try Process.clone()
        }
        switch consume side {
        case .parent(let between, _): return try awaitPID(from: between)
        case .child:
            do throws(Errno) {
                // Others are in there, who must find nothing to take.
                try Session.setDumpable(false)
                if joined.areEnteredFirst(with: namespaces) {
                    try joined.enterAll(notes)
                } else {
                    try joined.enterPID()
                }
                switch try notes.cloneSibling(new: namespaces, cgroup: cgroup) {
                case .child: return .child
                case .parent: break
                }
            } catch {
                notes.errno = error
            }
            Process.exit(0)
        }
    }

    private func awaitPID(from between: Int32) throws(RuntimeError) -> Process.Side {
        _ = try attempt("wait for the process to join namespaces with") { () throws(Errno) in
            try Process.wait(between)
        }
        if let error = notes.errno {
            let kind = notes.failedKind
            throw RuntimeError(
                kind.map { "join the \($0.name) namespace" } ?? "make the container's process", error,
                at: kind.flatMap { joined.pointer($0) } ?? "/linux/namespaces")
        }
        return try attempt("find the container's process") { () throws(Errno) in
            // The caller's own child, not reaped yet: the number still means it.
            return .parent(pid: notes.pid, descriptor: try Process.open(notes.pid))
        }
    }
}

/// What the creator and the container's init see alike, even after either died.
struct SharedNotes {
    private let numbers: SharedNumbers

    init() throws(RuntimeError) {
        numbers = try attempt("share memory with the container's init") { () throws(Errno) in try SharedNumbers() }
    }

    /// What init is doing.
    var step: Step {
        get { Step(rawValue: numbers[0]) ?? .birth }
        nonmutating set { numbers[0] = newValue.rawValue }
    }

    /// The host's number of the container's process, when it was made by a process in between.
    var pid: Int32 { Int32(bitPattern: numbers[1]) }

    /// Makes the container's process, a child of apus's, and notes its number: whatever ends the caller, apus reaps it.
    func cloneSibling(
        new namespaces: Namespace.Set = .init(), cgroup: Int32? = nil
    ) throws(Errno) -> Process.Side {
        try Process.cloneSibling(new: namespaces, cgroup: cgroup, noting: numbers, at: 1)
    }

    /// The kind of namespace that the process in between is joining.
    var failedKind: Namespace? {
        get { numbers[3] == 0 ? nil : Namespace(rawValue: UInt8(truncatingIfNeeded: numbers[3] - 1)) }
        nonmutating set { numbers[3] = newValue.map { UInt32($0.rawValue) + 1 } ?? 0 }
    }

    /// Why the process in between failed.
    var errno: Errno? {
        get { numbers[2] == 0 ? nil : Errno(rawValue: Int32(bitPattern: numbers[2])) }
        nonmutating set { numbers[2] = UInt32(bitPattern: newValue?.rawValue ?? 0) }
    }
}

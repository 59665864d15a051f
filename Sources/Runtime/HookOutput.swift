import Kernel

/// Files of the host that what hooks say is appended to.
struct HookOutput {
    /// Nil where what is said goes into the error of a hook that fails, as it does without a file.
    let output: SharedDescriptor?
    let errors: SharedDescriptor?

    /// Opens the files, those that are missing are made; nil when the document names none.
    init?(_ plan: AnnotationPlan) throws(RuntimeError) {
        if plan.hookOutput == nil, plan.hookErrors == nil { return nil }
        output = try Self.open(plan.hookOutput, AnnotationPlan.output)
        errors = plan.hookErrors == plan.hookOutput ? output : try Self.open(plan.hookErrors, AnnotationPlan.errors)
    }

    private static func open(_ path: String?, _ key: String) throws(RuntimeError) -> SharedDescriptor? {
        guard let path else { return nil }
        return try attempt("open \(path) for what hooks say", at: "/annotations/" + key) { () throws(Errno) in
            SharedDescriptor(
                try File.open(path, [.writeOnly, .append, .create, .nonBlocking, .noControllingTerminal], mode: 0o600))
        }
    }

    var descriptors: [Int32] {
        var all: [Int32] = []
        for file in [output, errors] { if let file { all.append(file.raw) } }
        return all
    }
}

extension StateRecord {
    /// The files for hooks of later verbs.
    func hookOutput() throws(RuntimeError) -> HookOutput? {
        try HookOutput(AnnotationPlan(annotations, bundle: bundle))
    }

    /// Likewise, where the hooks must run even without them.
    func hookOutput(_ warnings: Warnings) -> HookOutput? {
        do throws(RuntimeError) {
            return try hookOutput()
        } catch {
            warnings.add(error.message)
            return nil
        }
    }
}

/// What one hook writes to: the files, and a pipe for the rest, of which the end is for the error.
struct HookStreams: ~Copyable {
    /// In the container, memory takes the place of the files: what comes from an image is given nothing of the host's.
    private let copies: (output: SharedDescriptor, errors: SharedDescriptor)?
    private let files: HookOutput?
    private let pipe: Int32

    /// `pipe` is the end that is written to.
    init(_ files: HookOutput?, inContainer: Bool, pipe: Int32) throws(Errno) {
        self.files = files
        self.pipe = pipe
        if files != nil, inContainer {
            copies = (
                SharedDescriptor(try File.inMemory("output", [])), SharedDescriptor(try File.inMemory("errors", []))
            )
        } else {
            copies = nil
        }
    }

    /// What the hook has as standard output and standard error.
    var output: Int32 { files?.output == nil ? pipe : copies?.output.raw ?? files?.output?.raw ?? pipe }
    var errors: Int32 { files?.errors == nil ? pipe : copies?.errors.raw ?? files?.errors?.raw ?? pipe }

    /// Moves what is in memory to the files, when the hook has ended.
    func finish() throws(Errno) {
        guard let copies, let files else { return }
        if let file = files.output { try File.appendAll(of: copies.output.raw, to: file.raw) }
        if let file = files.errors { try File.appendAll(of: copies.errors.raw, to: file.raw) }
    }
}

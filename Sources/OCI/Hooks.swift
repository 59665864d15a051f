package import JSON

extension Spec {
    /// The programs to run at points of the container's life (config.md, "POSIX-platform Hooks").
    package struct Hooks: Equatable, Sendable {
        package var prestart: [Hook] = []
        package var createRuntime: [Hook] = []
        package var createContainer: [Hook] = []
        package var startContainer: [Hook] = []
        package var poststart: [Hook] = []
        package var poststop: [Hook] = []

        /// The hooks of some kinds.
        package init(
            prestart: [Hook] = [], createRuntime: [Hook] = [], createContainer: [Hook] = [],
            startContainer: [Hook] = [], poststart: [Hook] = [], poststop: [Hook] = []
        ) {
            self.prestart = prestart
            self.createRuntime = createRuntime
            self.createContainer = createContainer
            self.startContainer = startContainer
            self.poststart = poststart
            self.poststop = poststop
        }

        /// Whether there are none of any kind.
        package var isEmpty: Bool {
            prestart.isEmpty && createRuntime.isEmpty && createContainer.isEmpty && startContainer.isEmpty
                && poststart.isEmpty && poststop.isEmpty
        }
    }

    /// One hook.
    ///
    /// Without `args` it is run with its path as the only argument; an absent `env` differs from an empty one.
    package struct Hook: Equatable, Sendable {
        package var path: String
        package var args: [String] = []
        package var env: [String]?
        /// Seconds.
        package var timeout: Int64?

        /// A hook that runs `path`.
        package init(path: String, args: [String] = [], env: [String]? = nil, timeout: Int64? = nil) {
            self.path = path
            self.args = args
            self.env = env
            self.timeout = timeout
        }
    }
}

extension Spec.Hooks {
    /// Reads a `hooks` object.
    package init(_ object: JSONObject) {
        self.init(
            prestart: object.objects("prestart").map(Spec.Hook.init),
            createRuntime: object.objects("createRuntime").map(Spec.Hook.init),
            createContainer: object.objects("createContainer").map(Spec.Hook.init),
            startContainer: object.objects("startContainer").map(Spec.Hook.init),
            poststart: object.objects("poststart").map(Spec.Hook.init),
            poststop: object.objects("poststop").map(Spec.Hook.init))
    }

    /// Writes a `hooks` object; lists without hooks are left out.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        Spec.Hooks.write(prestart, as: "prestart", to: &writer)
        Spec.Hooks.write(createRuntime, as: "createRuntime", to: &writer)
        Spec.Hooks.write(createContainer, as: "createContainer", to: &writer)
        Spec.Hooks.write(startContainer, as: "startContainer", to: &writer)
        Spec.Hooks.write(poststart, as: "poststart", to: &writer)
        Spec.Hooks.write(poststop, as: "poststop", to: &writer)
        writer.endObject()
    }

    private static func write(_ hooks: [Spec.Hook], as name: String, to writer: inout JSONWriter) {
        if hooks.isEmpty { return }
        writer.key(name)
        writer.beginArray()
        for hook in hooks { hook.write(to: &writer) }
        writer.endArray()
    }
}

extension Spec.Hook {
    init(_ object: JSONObject) {
        self.init(
            path: object.requiredString("path"),
            args: object.strings("args"),
            env: object.optionalStrings("env"),
            timeout: object.int64("timeout"))
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("path", path)
        if !args.isEmpty { writer.member("args", args) }
        writer.member("env", env)
        writer.member("timeout", timeout)
        writer.endObject()
    }
}

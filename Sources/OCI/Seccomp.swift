package import JSON

extension Spec.Linux {
    /// The system call filter (config-linux.md, "Seccomp").
    package struct Seccomp: Equatable, Sendable {
        package var defaultAction: String
        package var defaultErrnoRet: UInt32?
        package var architectures: [String] = []
        /// Absent means the runtime's choice, empty means none.
        package var flags: [String]?
        package var listenerPath: String?
        package var listenerMetadata: String?
        package var syscalls: [Syscall] = []

        /// What is done when one of some system calls is made, with certain arguments or any.
        package struct Syscall: Equatable, Sendable {
            package var names: [String]
            package var action: String
            package var errnoRet: UInt32?
            package var args: [Argument] = []
        }

        /// A comparison of one argument of a system call.
        package struct Argument: Equatable, Sendable {
            package var index: UInt32
            package var value: UInt64
            package var valueTwo: UInt64?
            package var op: String
        }
    }
}

extension Spec.Linux.Seccomp {
    /// Reads a `seccomp` object.
    package init(_ object: JSONObject) {
        self.init(
            defaultAction: object.requiredString("defaultAction"),
            defaultErrnoRet: object.uint32("defaultErrnoRet"),
            architectures: object.strings("architectures"),
            flags: object.optionalStrings("flags"),
            listenerPath: object.string("listenerPath"),
            listenerMetadata: object.string("listenerMetadata"),
            syscalls: object.objects("syscalls").map(Syscall.init))
    }

    /// Writes the section in one fixed order of names: equal sections give equal bytes, different ones different bytes.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("defaultAction", defaultAction)
        writer.member("defaultErrnoRet", defaultErrnoRet.map(UInt64.init))
        writer.member("architectures", architectures)
        writer.member("flags", flags)
        writer.member("listenerPath", listenerPath)
        writer.member("listenerMetadata", listenerMetadata)
        writer.key("syscalls")
        writer.beginArray()
        for syscall in syscalls { syscall.write(to: &writer) }
        writer.endArray()
        writer.endObject()
    }
}

extension Spec.Linux.Seccomp.Syscall {
    init(_ object: JSONObject) {
        self.init(
            names: object.requiredStrings("names"),
            action: object.requiredString("action"),
            errnoRet: object.uint32("errnoRet"),
            args: object.objects("args").map(Spec.Linux.Seccomp.Argument.init))
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("names", names)
        writer.member("action", action)
        writer.member("errnoRet", errnoRet.map(UInt64.init))
        if !args.isEmpty {
            writer.key("args")
            writer.beginArray()
            for argument in args { argument.write(to: &writer) }
            writer.endArray()
        }
        writer.endObject()
    }
}

extension Spec.Linux.Seccomp.Argument {
    init(_ object: JSONObject) {
        self.init(
            index: object.requiredUInt32("index"),
            value: object.requiredUInt64("value"),
            valueTwo: object.uint64("valueTwo"),
            op: object.requiredString("op"))
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("index", UInt64(index))
        writer.member("value", value)
        writer.member("valueTwo", valueTwo)
        writer.member("op", op)
        writer.endObject()
    }
}

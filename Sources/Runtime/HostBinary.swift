import CHostBinary
import Kernel

/// Keeps the program file of apus out of reach of what runs in containers. (CVE-2019-5736)
///
/// Init is a copy of apus until execve(2): through /proc/PID/exe, or by making /proc/self/exe its program, a container
/// can get at the file. So apus runs from a read-only copy of the mount its file lies on, a copy that has no place in
/// any directory tree: nobody can write through it or remount it.
enum HostBinary {
    /// Goes on in a write-protected copy of the program, unless this already is one. Nothing may be done before it.
    static func protect() throws(RuntimeError) {
        // Looked at by the first instructions of this very process.
        if apus_program_is_protected() != 0 { return }
        let program = try attempt("open apus's own program file") { () throws(Errno) in
            try File.open("/proc/self/exe", [.path])
        }
        let mount = try attempt("look at apus's own program file") { () throws(Errno) in
            try File.fileSystem(of: program.raw)
        }
        // Told from the mount itself: an environment variable or argument could be set by anybody. One that has a place,
        // which a path would tell, may be remounted while a container still holds the file.
        if mount.isReadOnly, (try? File.readLink("/proc/self/exe")) == "/" { return }
        let sealed: Descriptor
        do throws(Errno) {
            sealed = try Self.seal(program.raw)
        } catch {
            // An ordinary user may not copy mounts; who cannot write the file needs no protection from himself.
            if error == .notPermitted { return try protectForUser() }
            throw RuntimeError("write-protect apus's own program file", error)
        }
        try execute(sealed)
    }

    private static func seal(_ program: Int32) throws(Errno) -> Descriptor {
        let copy = try Mount.clone("", at: program, recursive: false)
        try Mount.change(copy.raw, Mount.Attributes(set: Mount.Attributes.readOnly))
        return copy
    }

    private static func execute(_ program: borrowing Descriptor) throws(RuntimeError) {
        let arguments = CStringArray(Process.arguments)
        let environment = CStringArray(Process.environment)
        let error = Process.execute(descriptor: program.raw, arguments, environment)
        throw RuntimeError("execute the write-protected copy of apus", error)
    }

    private static func protectForUser() throws(RuntimeError) {
        guard File.isWritable("/proc/self/exe") else { return }
        // A handle on the place, as the caller has it, says nothing of seals.
        let source = try attempt("open apus's own program file") { () throws(Errno) in
            try File.open("/proc/self/exe", [.readOnly])
        }
        let isSealed = try attempt("look at apus's own program file") { () throws(Errno) in
            try File.isSealed(source.raw)
        }
        if isSealed { return }
        let copy = try attempt("copy apus's own program file") { () throws(Errno) in
            try File.sealedCopy("apus", of: source.raw)
        }
        try execute(copy)
    }
}

import CLinux
import Glibc

/// The suite's own program in the place of a runtime: it does what a mutant does, with the runtime's help.
///
/// It is told by its name. Beside the link by which it is called lie the path of the runtime and a sentence's id.
enum Impostor {
    static let name = "impostor"

    /// Becomes the impostor when the program was called as one.
    static func appear(_ arguments: [String]) {
        guard let own = arguments.first, stands(at: own) else { return }
        let directory = String(own.dropLast(name.count + 1))
        guard let runtime = File.text(directory + "/runtime"), let sentence = File.text(directory + "/sentence"),
            let mutant = Mutant.of(sentence)
        else { return }
        // A signal is for the runtime, whenever it comes.
        var mask: UInt64 = 0
        _ = cl_signal_mask(~0, &mask)
        let call = Invocation(
            runtime: runtime, memory: directory + "/memory", arguments: Array(arguments.dropFirst()), mask: mask)
        let status = mutant.answer(call)
        if call.lastSignal > 0, status == 128 + call.lastSignal { end(by: call.lastSignal) }
        exit(status)
    }

    /// Ends as the runtime did, by a signal, but without a core.
    private static func end(by signal: Int32) {
        _ = cl_prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
        _ = cl_signal_default(signal)
        _ = cl_signal_mask(0, nil)
        Proc.sendSignal(cl_getpid(), signal)
    }

    /// Whether this is the path by which an impostor is called.
    static func stands(at path: String) -> Bool { path.hasSuffix("/" + name) }

    /// A copy of a runtime in a directory; answers the path by which it is called and its file.
    ///
    /// When the runtime is an impostor, the copy is of what it stands for, and another impostor stands before that.
    static func copy(_ runtime: String, to directory: String) -> (program: String, file: String)? {
        let file = directory + "/runtime"
        guard stands(at: runtime), let real = File.text(runtime.dropLast(name.count) + "runtime"),
            let sentence = File.text(runtime.dropLast(name.count) + "sentence")
        else { return File.copy(runtime, to: file) ? (file, file) : nil }
        guard File.copy(real, to: file), let own = File.link("/proc/self/exe"),
            let program = place(directory + "/copy", runtime: file, sentence: sentence),
            // Whoever calls the copy may be somebody who reaches neither the suite's program nor what it remembers.
            File.linkOrCopy(own, to: program)
        else { return nil }
        File.setMode(directory + "/copy/memory", 0o777)
        return (program, file)
    }

    /// The path by which the copy in a directory is called.
    static func copy(in directory: String) -> String {
        let impostor = directory + "/copy/" + name
        return File.exists(impostor) ? impostor : directory + "/runtime"
    }

    /// Makes the place of an impostor and answers the path by which it is called.
    static func place(_ directory: String, runtime: String, sentence: String) -> String? {
        guard let own = File.link("/proc/self/exe"), File.makeDirectory(directory, mode: 0o755),
            File.makeDirectory(directory + "/memory", mode: 0o755), File.write(runtime, to: directory + "/runtime"),
            File.write(sentence, to: directory + "/sentence"), File.makeLink(directory + "/" + name, to: own)
        else { return nil }
        return directory + "/" + name
    }
}

internal import Kernel
internal import Runtime

/// Standard output, written once with all that a verb has to say.
enum Output {
    /// Writes to standard output; a closed pipe is an error like a full disk.
    static func write(_ bytes: [UInt8]) throws(RuntimeError) {
        // Nothing is done after this, so the signal may stay blocked: it would end apus without a word.
        Session.setSignalMask(1 << UInt64(Signal.pipe.rawValue - 1))
        do throws(Errno) {
            try File.write(bytes, to: 1)
        } catch {
            throw RuntimeError("write to standard output", error)
        }
    }
}

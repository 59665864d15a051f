internal import CLinux

/// A kernel error number, as errno(3) lists them.
package struct Errno: Error, RawRepresentable, Equatable, Sendable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }
    /// The standard library's own for what has a raw value is generic, and found through tables at run time.
    package static func == (one: Errno, other: Errno) -> Bool { one.rawValue == other.rawValue }
    /// An error from the shim's convention, where a function answers -errno.
    package init(negated value: Int32) { rawValue = -value }

    package static let notPermitted = Errno(rawValue: EPERM)
    package static let noSuchFile = Errno(rawValue: ENOENT)
    package static let noSuchProcess = Errno(rawValue: ESRCH)
    package static let interrupted = Errno(rawValue: EINTR)
    package static let ioError = Errno(rawValue: EIO)
    package static let noSuchAddress = Errno(rawValue: ENXIO)
    package static let argumentListTooLong = Errno(rawValue: E2BIG)
    package static let notExecutableFormat = Errno(rawValue: ENOEXEC)
    package static let badDescriptor = Errno(rawValue: EBADF)
    package static let noChild = Errno(rawValue: ECHILD)
    package static let tryAgain = Errno(rawValue: EAGAIN)
    package static let noMemory = Errno(rawValue: ENOMEM)
    package static let permissionDenied = Errno(rawValue: EACCES)
    package static let busy = Errno(rawValue: EBUSY)
    package static let fileExists = Errno(rawValue: EEXIST)
    package static let crossDevice = Errno(rawValue: EXDEV)
    package static let noSuchDevice = Errno(rawValue: ENODEV)
    package static let notDirectory = Errno(rawValue: ENOTDIR)
    package static let isDirectory = Errno(rawValue: EISDIR)
    package static let invalidArgument = Errno(rawValue: EINVAL)
    package static let notTerminal = Errno(rawValue: ENOTTY)
    package static let fileTooLarge = Errno(rawValue: EFBIG)
    package static let noSpace = Errno(rawValue: ENOSPC)
    package static let readOnlyFileSystem = Errno(rawValue: EROFS)
    package static let brokenPipe = Errno(rawValue: EPIPE)
    package static let outOfRange = Errno(rawValue: ERANGE)
    package static let nameTooLong = Errno(rawValue: ENAMETOOLONG)
    package static let notImplemented = Errno(rawValue: ENOSYS)
    package static let notEmpty = Errno(rawValue: ENOTEMPTY)
    package static let tooManyLinks = Errno(rawValue: ELOOP)
    package static let notSupported = Errno(rawValue: EOPNOTSUPP)
    package static let messageTooLong = Errno(rawValue: EMSGSIZE)
    package static let connectionRefused = Errno(rawValue: ECONNREFUSED)
    package static let connectionReset = Errno(rawValue: ECONNRESET)
    package static let timedOut = Errno(rawValue: ETIMEDOUT)

    /// The C library's text with a lower-case first letter: "no such file or directory".
    package var message: String {
        guard let text = strerror(rawValue) else { return "error \(rawValue)" }
        var bytes = Array(UnsafeBufferPointer(start: text, count: strlen(text))).map { UInt8(bitPattern: $0) }
        // "RPC struct is bad" keeps its capitals: only a capital before a small letter is a sentence's start.
        if bytes.count > 1, (0x41...0x5A).contains(bytes[0]), (0x61...0x7A).contains(bytes[1]) { bytes[0] |= 0x20 }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Turns the shim's answer (a value, or -errno) into the value or a thrown error.
@discardableResult
@inline(__always)
func check(_ value: Int32) throws(Errno) -> Int32 {
    guard value >= 0 else { throw Errno(negated: value) }
    return value
}

/// Turns the shim's answer (a value, or -errno) into the value or a thrown error.
@discardableResult
@inline(__always)
func check(_ value: Int) throws(Errno) -> Int {
    guard value >= 0 else { throw Errno(rawValue: Int32(truncatingIfNeeded: -value)) }
    return value
}

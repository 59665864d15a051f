internal import CLinux

/// A file system being configured before it is mounted. fsopen(2), fsconfig(2), fsmount(2)
package struct FileSystemContext: ~Copyable {
    private let descriptor: Descriptor

    /// `ENODEV` when the kernel has no such file system.
    package init(type: String) throws(Errno) {
        descriptor = Descriptor(owning: try check(type.withCString { cl_fsopen($0, UInt32(FSOPEN_CLOEXEC)) }))
    }

    /// One that was begun in the pid namespace which the caller's next children are born in: a procfs shows the processes
    /// of the namespace that it was begun in. proc(5)
    ///
    /// The caller itself stays out of the sight of the processes there. The child that they could see for a moment has
    /// nothing open, cannot be traced without a privilege over apus's own user namespace, and does this one thing.
    package init(bornWithChildren type: String) throws(Errno) {
        let ends = try Socket.pair()
        let sending = ends.second.raw
        let side = try Process.clone()
        switch consume side {
        case .child: Self.begin(type, telling: sending)
        case .parent(let pid, _):
            let receiving = ends.takeFirst()
            var passed: Descriptor?
            let answer = try Socket.receive(on: receiving.raw, limit: 1, descriptor: &passed)
            _ = try Process.wait(pid)
            guard let context = passed.take() else {
                throw Errno(rawValue: answer.first.map(Int32.init) ?? Errno.noSuchProcess.rawValue)
            }
            descriptor = context
        }
    }

    /// The child: sends the descriptor, or the number of the error.
    private static func begin(_ type: String, telling socket: Int32) -> Never {
        do throws(Errno) {
            try Session.setDumpable(false)
            try Descriptor.closeAll(from: 0, except: [socket])
            let context = try FileSystemContext(type: type)
            try Socket.send([0], passing: context.descriptor.raw, on: socket)
        } catch {
            try? Socket.send([UInt8(truncatingIfNeeded: error.rawValue)], on: socket)
        }
        Process.exit(0)
    }

    /// Whether the value of any of these options is longer than the 255 bytes that fsconfig(2) takes.
    ///
    /// mount(2) takes a page of options: the layers of an overlay are long.
    package static func isTooLong(anyOf options: [String]) -> Bool {
        options.contains { option in
            guard option.utf8.count > 255, let equals = option.utf8.firstIndex(of: UInt8(ascii: "=")) else {
                return false
            }
            return option.utf8[equals...].count > 256
        }
    }

    /// Sets an option that has a value.
    package func set(_ key: String, _ value: String) throws(Errno) {
        let context = descriptor.raw
        try check(
            key.withCString { key in
                value.withCString { cl_fsconfig(context, UInt32(FSCONFIG_SET_STRING.rawValue), key, $0, 0) }
            })
    }

    /// Sets an option that stands alone.
    package func set(flag: String) throws(Errno) {
        let context = descriptor.raw
        try check(flag.withCString { cl_fsconfig(context, UInt32(FSCONFIG_SET_FLAG.rawValue), $0, nil, 0) })
    }

    /// Makes the file system and a detached mount of it with the attributes that `attributes` sets.
    package func mount(_ attributes: Mount.Attributes) throws(Errno) -> Descriptor {
        try check(cl_fsconfig(descriptor.raw, UInt32(FSCONFIG_CMD_CREATE.rawValue), nil, nil, 0))
        return Descriptor(
            owning: try check(cl_fsmount(descriptor.raw, UInt32(FSMOUNT_CLOEXEC), UInt32(attributes.set))))
    }

    /// What the file system said about the last failure: "tmpfs: Bad value for 'size'"; nil when nothing.
    package func complaint() -> String? {
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = buffer.withUnsafeMutableBytes { cl_read(descriptor.raw, $0.baseAddress, $0.count) }
        // A line is the level ("e", "w", "i"), a space, the text.
        guard count > 2 else { return nil }
        var end = count
        while end > 2, buffer[end - 1] == UInt8(ascii: "\n") { end -= 1 }
        return String(decoding: buffer[2..<end], as: UTF8.self)
    }
}

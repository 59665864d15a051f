internal import Glibc
internal import JSON
internal import Kernel
package import OCI

/// Compiled filters, kept below the state root: libseccomp needs more time for Docker's profile than all the rest of
/// a container's start.
///
/// An entry is a file `.seccomp/HASH` that holds what it was made from, byte for byte, beside the filter. The hash only
/// finds it: another section with the same hash is seen to be another. Nothing here fails: whatever is odd about the
/// directory or a file means that the filter is compiled again.
package enum SeccompCache {
    /// The directory's name below the state root. No container has a name with a dot in front.
    package static let directoryName = ".seccomp"
    /// How many entries there are at most; when one more comes, the others are removed.
    static let capacity = 64
    /// Bytes of the longest file that is written or read.
    static let longestEntry = 1 << 20

    /// The filter of a section, from the cache or compiled, then kept for the next time.
    ///
    /// `stateRoot` is an absolute path; while nothing is there, nothing is kept.
    package static func program(
        for seccomp: Spec.Linux.Seccomp, stateRoot: String
    ) throws(SeccompError) -> FilterProgram {
        let key = SeccompEntry.Key(seccomp)
        let path = stateRoot + "/" + directoryName
        if let directory = open(path), let found = read(key, directory.raw) {
            return FilterProgram(
                instructions: found.instructions, flags: SeccompCompiler.flags(seccomp), warnings: found.warnings)
        }
        let program = try SeccompCompiler.compile(seccomp)
        write(SeccompEntry(program), key, path)
        return program
    }

    /// The directory, if only the caller can have written into it.
    private static func open(_ path: String) -> Descriptor? {
        do throws(Errno) {
            let directory = try File.open(path, [.readOnly, .directory, .noFollow])
            let status = try File.status(of: directory.raw)
            guard status.uid == geteuid(), status.permissions & 0o077 == 0 else { return nil }
            return directory
        } catch {
            return nil
        }
    }

    /// The entry of that key, if it is there and nothing about its file is odd.
    private static func read(_ key: SeccompEntry.Key, _ directory: Int32) -> SeccompEntry? {
        do throws(Errno) {
            // Without O_NONBLOCK a fifo of that name would hold us up.
            let file = try File.open(key.fileName, [.readOnly, .noFollow, .nonBlocking], at: directory)
            let status = try File.status(of: file.raw)
            guard status.kind == .regular, status.links == 1, status.permissions == 0o600, status.uid == geteuid(),
                status.size > 0, status.size <= Int64(longestEntry)
            else { return nil }
            return SeccompEntry(try UnnamedFile.contents(of: file.raw, count: Int(status.size)), key)
        } catch {
            return nil
        }
    }

    /// Writes an entry, whole or not at all, in the place of one that could not be used.
    private static func write(_ entry: SeccompEntry, _ key: SeccompEntry.Key, _ path: String) {
        let bytes = entry.bytes(key)
        guard bytes.count <= longestEntry else { return }
        do throws(Errno) {
            if mkdir(path, 0o700) != 0, Glibc.errno != EEXIST { return }
            guard let directory = open(path) else { return }
            let names = try File.names(in: directory.raw)
            if names.count >= capacity {
                for name in names { try File.remove(name, at: directory.raw) }
            }
            let file = try UnnamedFile.inDirectory(directory.raw, mode: 0o600)
            try File.write(bytes, to: file.raw)
            do throws(Errno) {
                try UnnamedFile.name(file.raw, key.fileName, at: directory.raw)
            } catch {
                try File.remove(key.fileName, at: directory.raw)
                try UnnamedFile.name(file.raw, key.fileName, at: directory.raw)
            }
        } catch {
            // The filter itself is there: the next container compiles it again.
        }
    }
}

internal import CSeccomp
internal import JSON
internal import Kernel
internal import OCI

/// What a file of the cache holds beside its key: all of a compilation that does not follow from the section at once.
///
/// The file is the key's bytes, the number of warnings, each warning, the program, and a checksum of it all; texts and
/// programs have their length in front. Numbers have their lowest byte first.
struct SeccompEntry: Equatable {
    let instructions: [UInt8]
    let warnings: [String]

    /// Raised with every change of what a section is compiled to, or of the file's form.
    static let format = 1

    /// What an entry was made from.
    struct Key {
        /// A title, the makers' versions and the section; an entry begins with these bytes.
        let bytes: [UInt8]
        /// 16 hexadecimal digits.
        let fileName: String

        init(_ seccomp: Spec.Linux.Seccomp, format: Int = SeccompEntry.format) {
            var writer = JSONWriter()
            seccomp.write(to: &writer)
            let section = writer.bytes
            var bytes: [UInt8] = []
            bytes.reserveCapacity(section.count + 128)
            let title =
                "apus seccomp filter " + String(format) + "\napus " + Program.version.description + "\nlibseccomp "
                + SeccompNames.libraryVersion + "\narchitecture " + String(seccomp_arch_native(), radix: 16) + "\n"
            bytes.append(contentsOf: title.utf8)
            bytes.append(number: UInt64(section.count), size: 4)
            bytes.append(contentsOf: section)
            self.bytes = bytes
            let digits = String(hash(bytes[...]), radix: 16)
            fileName = String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }
    }

    init(_ program: FilterProgram) {
        instructions = program.instructions
        warnings = program.warnings
    }

    /// Reads a file's bytes; nil when they are not, to the last, an entry of that key.
    init?(_ bytes: [UInt8], _ key: Key) {
        let checksumSize = 8
        guard bytes.count > key.bytes.count + checksumSize, bytes.starts(with: key.bytes) else { return nil }
        var reader = EntryReader(rest: bytes[key.bytes.count..<(bytes.count - checksumSize)])
        var expected = EntryReader(rest: bytes[(bytes.count - checksumSize)...])
        guard expected.number(checksumSize) == hash(bytes[..<(bytes.count - checksumSize)]) else { return nil }
        guard let count = reader.number(4) else { return nil }
        var warnings: [String] = []
        for _ in 0..<count {
            guard let text = reader.block() else { return nil }
            warnings.append(String(decoding: text, as: UTF8.self))
        }
        guard let program = reader.block(), reader.rest.isEmpty, !program.isEmpty,
            program.count % SeccompMode.instructionSize == 0,
            program.count <= SeccompMode.longestFilter * SeccompMode.instructionSize
        else { return nil }
        instructions = Array(program)
        self.warnings = warnings
    }

    /// The bytes of the file.
    func bytes(_ key: Key) -> [UInt8] {
        var bytes = key.bytes
        bytes.append(number: UInt64(warnings.count), size: 4)
        for warning in warnings {
            bytes.append(number: UInt64(warning.utf8.count), size: 4)
            bytes.append(contentsOf: warning.utf8)
        }
        bytes.append(number: UInt64(instructions.count), size: 4)
        bytes.append(contentsOf: instructions)
        bytes.append(number: hash(bytes[...]), size: 8)
        return bytes
    }
}

/// Takes an entry apart from its front.
private struct EntryReader {
    var rest: ArraySlice<UInt8>

    /// A number of `size` bytes.
    mutating func number(_ size: Int) -> UInt64? {
        guard rest.count >= size else { return nil }
        var value: UInt64 = 0
        for byte in rest.prefix(size).reversed() { value = value << 8 | UInt64(byte) }
        rest = rest.dropFirst(size)
        return value
    }

    /// Bytes with their length in front.
    mutating func block() -> ArraySlice<UInt8>? {
        guard let length = number(4), length <= UInt64(rest.count) else { return nil }
        let block = rest.prefix(Int(length))
        rest = rest.dropFirst(Int(length))
        return block
    }
}

extension [UInt8] {
    /// Appends the low `size` bytes of a number, the lowest first.
    fileprivate mutating func append(number: UInt64, size: Int) {
        for index in 0..<size { append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(index)))) }
    }
}

/// A cheap number that differs for nearly all different bytes: eight of them at a time, multiplied and folded.
private func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(bytes.count)
    func mix(_ word: UInt64) {
        let product = (value ^ word).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        value = product.high ^ product.low
    }
    bytes.withUnsafeBytes { buffer in
        let whole = buffer.count & ~7
        for offset in stride(from: 0, to: whole, by: 8) {
            mix(buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        var last: UInt64 = 0
        for offset in whole..<buffer.count { last = last << 8 | UInt64(buffer[offset]) }
        mix(last)
    }
    return value
}

internal import Kernel

/// What a word of /mounts/N/options does (config.md, "Linux mount options").
///
/// Words that are not in the table belong to the file system and are passed on to it.
enum MountOption: Equatable, Sendable {
    /// `defaults`: what holds without it.
    case nothing
    case bind(recursive: Bool)
    case remount
    case set(UInt)
    case clear(UInt)
    case propagation(Mount.Propagation)
    /// Of the whole tree.
    case setRecursive(UInt64)
    case clearRecursive(UInt64)
    case copyUp
    /// An id mapping.
    case idMap(recursive: Bool)

    /// The meaning of a word; nil for one of the file system's own.
    init?(_ word: String) {
        for (name, option) in MountOption.table where name.names(word) {
            self = option
            return
        }
        return nil
    }

    /// The words that apus acts on, sorted.
    static var supportedNames: [String] {
        var names: [String] = []
        for (name, _) in table { names.append(name.description) }
        return names.sorted()
    }

    private typealias Flag = Mount.Flags
    private typealias Attribute = Mount.Attributes

    private static let table: [(StaticString, MountOption)] = plain + propagations + recursives

    private static let plain: [(StaticString, MountOption)] = [
        ("ro", .set(Flag.readOnly)),
        ("nosuid", .set(Flag.noSuid)),
        ("nodev", .set(Flag.noDev)),
        ("noexec", .set(Flag.noExec)),
        ("rbind", .bind(recursive: true)),
        ("bind", .bind(recursive: false)),
        ("rw", .clear(Flag.readOnly)),
        ("relatime", .set(Flag.relatime)),
        ("strictatime", .set(Flag.strictAtime)),
        ("noatime", .set(Flag.noAtime)),
        ("suid", .clear(Flag.noSuid)),
        ("dev", .clear(Flag.noDev)),
        ("exec", .clear(Flag.noExec)),
        ("async", .clear(Flag.synchronous)),
        ("atime", .clear(Flag.noAtime)),
        ("defaults", .nothing),
        ("diratime", .clear(Flag.noDirAtime)),
        ("dirsync", .set(Flag.dirSync)),
        ("iversion", .set(Flag.iVersion)),
        ("lazytime", .set(Flag.lazyTime)),
        ("loud", .clear(Flag.silent)),
        ("mand", .set(Flag.mandatoryLocks)),
        ("nodiratime", .set(Flag.noDirAtime)),
        ("noiversion", .clear(Flag.iVersion)),
        ("nolazytime", .clear(Flag.lazyTime)),
        ("nomand", .clear(Flag.mandatoryLocks)),
        ("norelatime", .clear(Flag.relatime)),
        ("nostrictatime", .clear(Flag.strictAtime)),
        ("nosymfollow", .set(Flag.noSymFollow)),
        ("remount", .remount),
        ("silent", .set(Flag.silent)),
        ("symfollow", .clear(Flag.noSymFollow)),
        ("sync", .set(Flag.synchronous)),
        ("tmpcopyup", .copyUp),
        ("idmap", .idMap(recursive: false)),
        ("ridmap", .idMap(recursive: true)),
    ]

    private static let propagations: [(StaticString, MountOption)] = [
        ("private", .propagation(.init(.private, recursive: false))),
        ("rprivate", .propagation(.init(.private, recursive: true))),
        ("shared", .propagation(.init(.shared, recursive: false))),
        ("rshared", .propagation(.init(.shared, recursive: true))),
        ("slave", .propagation(.init(.slave, recursive: false))),
        ("rslave", .propagation(.init(.slave, recursive: true))),
        ("unbindable", .propagation(.init(.unbindable, recursive: false))),
        ("runbindable", .propagation(.init(.unbindable, recursive: true))),
    ]

    private static let recursives: [(StaticString, MountOption)] = [
        ("rro", .setRecursive(Attribute.readOnly)),
        ("rrw", .clearRecursive(Attribute.readOnly)),
        ("rnosuid", .setRecursive(Attribute.noSuid)),
        ("rsuid", .clearRecursive(Attribute.noSuid)),
        ("rnodev", .setRecursive(Attribute.noDev)),
        ("rdev", .clearRecursive(Attribute.noDev)),
        ("rnoexec", .setRecursive(Attribute.noExec)),
        ("rexec", .clearRecursive(Attribute.noExec)),
        ("rnodiratime", .setRecursive(Attribute.noDirAtime)),
        ("rdiratime", .clearRecursive(Attribute.noDirAtime)),
        ("rnoatime", .setRecursive(Attribute.noAtime)),
        ("ratime", .clearRecursive(Attribute.noAtime)),
        ("rrelatime", .setRecursive(Attribute.relatime)),
        ("rnorelatime", .clearRecursive(Attribute.relatime)),
        ("rstrictatime", .setRecursive(Attribute.strictAtime)),
        ("rnostrictatime", .clearRecursive(Attribute.strictAtime)),
        ("rnosymfollow", .setRecursive(Attribute.noSymFollow)),
        ("rsymfollow", .clearRecursive(Attribute.noSymFollow)),
    ]
}

/// The options of one mount, read from left to right; of two that contradict, the later wins.
struct MountOptions: Equatable {
    var bind = false
    /// One `rbind` makes a bind mount recursive, wherever a plain `bind` stands beside it.
    var recursiveBind = false
    var remount = false
    var flags = Mount.Flags()
    var propagation: [Mount.Propagation] = []
    var recursive = Mount.Attributes()
    var copyUp = false
    /// The file system's own.
    var data: [String] = []
    /// Which of the options `data` comes from.
    var dataIndexes: [Int] = []
    var copyUpIndex: Int?
    var idMap = false
    /// One `ridmap` makes the mapping recursive.
    var recursiveIDMap = false
    var idMapIndex: Int?

    private static let accessTimes = Mount.Flags.noAtime | Mount.Flags.relatime | Mount.Flags.strictAtime

    /// Reads the options of a mount.
    init(_ words: [String]) {
        for (index, word) in words.enumerated() {
            switch MountOption(word) {
            case .nothing: break
            case .bind(let recursive):
                bind = true
                if recursive { recursiveBind = true }
            case .remount: remount = true
            case .set(let bits): set(bits)
            case .clear(let bits): flags.turnOff(bits)
            case .propagation(let value): propagation.append(value)
            case .setRecursive(let bits): change(bits, on: true)
            case .clearRecursive(let bits): change(bits, on: false)
            case .copyUp:
                copyUp = true
                copyUpIndex = copyUpIndex ?? index
            case .idMap(let recursive):
                idMap = true
                idMapIndex = idMapIndex ?? index
                if recursive { recursiveIDMap = true }
            case nil:
                // podman writes an empty one with --rootfs: it asks for nothing.
                if word.isEmpty { continue }
                dataIndexes.append(index)
                MountOptions.appendParts(of: word, to: &data)
            }
        }
    }

    /// The place of one option.
    static func pointer(_ mount: String, _ index: Int) -> String { mount + "/options/" + String(index) }

    private mutating func set(_ bits: UInt) {
        if bits & MountOptions.accessTimes != 0 { flags.set &= ~MountOptions.accessTimes }
        flags.turnOn(bits)
    }

    private mutating func change(_ bits: UInt64, on: Bool) {
        // Access times are one field, of which `relatime` is the zero; the kernel clears it as a whole only.
        let isAccessTime = bits & ~Mount.Attributes.atimeMask == 0
        if isAccessTime {
            if on { recursive.set &= ~Mount.Attributes.atimeMask }
            recursive.clear |= Mount.Attributes.atimeMask
        }
        if on {
            recursive.set |= bits
            if !isAccessTime { recursive.clear &= ~bits }
        } else {
            recursive.set &= ~bits
            if !isAccessTime { recursive.clear |= bits }
        }
    }

    /// Splits at commas, as mount(2) does with the options that it is given as one string; not within double quotes,
    /// and not after a backslash.
    private static func appendParts(of word: String, to parts: inout [String]) {
        guard word.utf8.contains(UInt8(ascii: ",")) else {
            if !word.isEmpty { parts.append(word) }
            return
        }
        var part: [UInt8] = []
        var isQuoted = false
        var isEscaped = false
        for byte in word.utf8 {
            if byte == UInt8(ascii: ","), !isQuoted, !isEscaped {
                if !part.isEmpty { parts.append(String(decoding: part, as: UTF8.self)) }
                part.removeAll()
                continue
            }
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            part.append(byte)
        }
        if !part.isEmpty { parts.append(String(decoding: part, as: UTF8.self)) }
    }
}

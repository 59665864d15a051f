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
    init?(_ text: String) {
        guard let option = MountOption.first(where: { $0.names(text) }) else { return nil }
        self = option
    }

    /// The words that apus acts on, sorted.
    static var supportedNames: [String] {
        var names: [String] = []
        _ = first {
            names.append($0.description)
            return false
        }
        return names.sorted()
    }

    private typealias Flag = Mount.Flags
    private typealias Attribute = Mount.Attributes

    /// The table: what the first word for which `word` holds does. As code, since an array would be made at each start.
    private static func first(where word: (StaticString) -> Bool) -> MountOption? {
        common(word) ?? rare(word) ?? propagation(word) ?? recursive(word)
    }

    private static func common(_ word: (StaticString) -> Bool) -> MountOption? {
        if word("ro") { return .set(Flag.readOnly) }
        if word("nosuid") { return .set(Flag.noSuid) }
        if word("nodev") { return .set(Flag.noDev) }
        if word("noexec") { return .set(Flag.noExec) }
        if word("rbind") { return .bind(recursive: true) }
        if word("bind") { return .bind(recursive: false) }
        if word("rw") { return .clear(Flag.readOnly) }
        if word("relatime") { return .set(Flag.relatime) }
        if word("strictatime") { return .set(Flag.strictAtime) }
        if word("noatime") { return .set(Flag.noAtime) }
        if word("suid") { return .clear(Flag.noSuid) }
        if word("dev") { return .clear(Flag.noDev) }
        if word("exec") { return .clear(Flag.noExec) }
        if word("async") { return .clear(Flag.synchronous) }
        if word("atime") { return .clear(Flag.noAtime) }
        if word("defaults") { return .nothing }
        if word("diratime") { return .clear(Flag.noDirAtime) }
        if word("dirsync") { return .set(Flag.dirSync) }
        return nil
    }

    private static func rare(_ word: (StaticString) -> Bool) -> MountOption? {
        if word("iversion") { return .set(Flag.iVersion) }
        if word("lazytime") { return .set(Flag.lazyTime) }
        if word("loud") { return .clear(Flag.silent) }
        if word("mand") { return .set(Flag.mandatoryLocks) }
        if word("nodiratime") { return .set(Flag.noDirAtime) }
        if word("noiversion") { return .clear(Flag.iVersion) }
        if word("nolazytime") { return .clear(Flag.lazyTime) }
        if word("nomand") { return .clear(Flag.mandatoryLocks) }
        if word("norelatime") { return .clear(Flag.relatime) }
        if word("nostrictatime") { return .clear(Flag.strictAtime) }
        if word("nosymfollow") { return .set(Flag.noSymFollow) }
        if word("remount") { return .remount }
        if word("silent") { return .set(Flag.silent) }
        if word("symfollow") { return .clear(Flag.noSymFollow) }
        if word("sync") { return .set(Flag.synchronous) }
        if word("tmpcopyup") { return .copyUp }
        if word("idmap") { return .idMap(recursive: false) }
        if word("ridmap") { return .idMap(recursive: true) }
        return nil
    }

    private static func propagation(_ word: (StaticString) -> Bool) -> MountOption? {
        if word("private") { return .propagation(.init(.private, recursive: false)) }
        if word("rprivate") { return .propagation(.init(.private, recursive: true)) }
        if word("shared") { return .propagation(.init(.shared, recursive: false)) }
        if word("rshared") { return .propagation(.init(.shared, recursive: true)) }
        if word("slave") { return .propagation(.init(.slave, recursive: false)) }
        if word("rslave") { return .propagation(.init(.slave, recursive: true)) }
        if word("unbindable") { return .propagation(.init(.unbindable, recursive: false)) }
        if word("runbindable") { return .propagation(.init(.unbindable, recursive: true)) }
        return nil
    }

    private static func recursive(_ word: (StaticString) -> Bool) -> MountOption? {
        if word("rro") { return .setRecursive(Attribute.readOnly) }
        if word("rrw") { return .clearRecursive(Attribute.readOnly) }
        if word("rnosuid") { return .setRecursive(Attribute.noSuid) }
        if word("rsuid") { return .clearRecursive(Attribute.noSuid) }
        if word("rnodev") { return .setRecursive(Attribute.noDev) }
        if word("rdev") { return .clearRecursive(Attribute.noDev) }
        if word("rnoexec") { return .setRecursive(Attribute.noExec) }
        if word("rexec") { return .clearRecursive(Attribute.noExec) }
        if word("rnodiratime") { return .setRecursive(Attribute.noDirAtime) }
        if word("rdiratime") { return .clearRecursive(Attribute.noDirAtime) }
        if word("rnoatime") { return .setRecursive(Attribute.noAtime) }
        if word("ratime") { return .clearRecursive(Attribute.noAtime) }
        if word("rrelatime") { return .setRecursive(Attribute.relatime) }
        if word("rnorelatime") { return .clearRecursive(Attribute.relatime) }
        if word("rstrictatime") { return .setRecursive(Attribute.strictAtime) }
        if word("rnostrictatime") { return .clearRecursive(Attribute.strictAtime) }
        if word("rnosymfollow") { return .setRecursive(Attribute.noSymFollow) }
        if word("rsymfollow") { return .clearRecursive(Attribute.noSymFollow) }
        return nil
    }
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
    var copyUpIndex: Int?
    var idMap = false
    /// One `ridmap` makes the mapping recursive.
    var recursiveIDMap = false
    var idMapIndex: Int?

    private static var accessTimes: UInt { Mount.Flags.noAtime | Mount.Flags.relatime | Mount.Flags.strictAtime }

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

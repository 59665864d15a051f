import Foundation
import Kernel
@testable import OCI
import Testing

@testable import SeccompFilter

/// Each test has a state root of its own.
struct CacheTests {
    private let root: String
    private var directory: String { root + "/" + SeccompCache.directoryName }
    private let seccomp = section("SCMP_ACT_ALLOW", [rule(["mkdir", "no_such_call"], "SCMP_ACT_ERRNO", 9)])
    private var file: String { directory + "/" + SeccompEntry.Key(seccomp).fileName }

    init() throws {
        root = NSTemporaryDirectory() + "/apus-cache-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
    }

    private func remove() { try? FileManager.default.removeItem(atPath: root) }

    private func entries() -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    }

    /// The filter by way of the cache; `marked` when it came out of it.
    private func look(_ seccomp: Seccomp) throws -> FilterProgram {
        try SeccompCache.program(for: seccomp, stateRoot: root)
    }

    /// Puts an entry into the cache whose program is not what the section compiles to, so that a hit is told.
    private func plant(_ key: SeccompEntry.Key, under name: String) throws -> FilterProgram {
        let planted = FilterProgram(instructions: [6, 0, 0, 0, 0, 0, 0xff, 0x7f], flags: 4, warnings: ["planted"])
        if !FileManager.default.fileExists(atPath: directory) {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        }
        let bytes = SeccompEntry(planted).bytes(key)
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        #expect(
            FileManager.default.createFile(
                atPath: directory + "/" + name, contents: Data(bytes), attributes: attributes))
        return planted
    }

    /// A cache that holds a planted entry for `seccomp`.
    private func plant() throws -> FilterProgram {
        try plant(SeccompEntry.Key(seccomp), under: SeccompEntry.Key(seccomp).fileName)
    }

    @Test func aMissIsKeptAndAHitIsTheSame() throws {
        defer { remove() }
        let compiled = try SeccompCompiler.compile(seccomp)
        #expect(try look(seccomp) == compiled)
        #expect(entries() == [SeccompEntry.Key(seccomp).fileName])
        #expect(try File.status(of: directory).permissions == 0o700)
        #expect(try File.status(of: file).permissions == 0o600)
        #expect(try look(seccomp) == compiled)
        #expect(compiled.warnings.count == 1)
    }

    @Test func anEntryIsUsed() throws {
        defer { remove() }
        #expect(try look(seccomp) != plant())
        #expect(try look(seccomp) == plant())
    }

    @Test func flagsComeFromTheSection() throws {
        defer { remove() }
        var flagged = seccomp
        flagged.flags = ["SECCOMP_FILTER_FLAG_LOG"]
        #expect(try look(flagged).flags == 2)
        #expect(try look(flagged).flags == 2)
        #expect(try look(seccomp).flags == 4)
    }

    @Test func anotherSectionUnderTheSameName() throws {
        defer { remove() }
        let other = section("SCMP_ACT_ALLOW", [rule(["mkdir", "no_such_call"], "SCMP_ACT_ERRNO", 8)])
        let planted = try plant(SeccompEntry.Key(other), under: SeccompEntry.Key(seccomp).fileName)
        let found = try look(seccomp)
        #expect(found != planted)
        // The odd one has made way.
        #expect(
            SeccompEntry([UInt8](try Data(contentsOf: URL(fileURLWithPath: file))), SeccompEntry.Key(seccomp)) != nil)
    }

    @Test func anotherBuild() throws {
        defer { remove() }
        let older = SeccompEntry.Key(seccomp, format: 0)
        let planted = try plant(older, under: SeccompEntry.Key(seccomp).fileName)
        #expect(older.fileName != SeccompEntry.Key(seccomp).fileName)
        #expect(try look(seccomp) != planted)
    }

    @Test(arguments: [0o644, 0o660, 0o400, 0o4600])
    func anotherMode(_ mode: Int) throws {
        defer { remove() }
        let planted = try plant()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        #expect(try look(seccomp) != planted)
        #expect(try File.status(of: file).permissions == 0o600)
    }

    @Test(arguments: [0o710, 0o702, 0o755])
    func aDirectoryOpenToOthers(_ mode: Int) throws {
        defer { remove() }
        let planted = try plant()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: directory)
        #expect(try look(seccomp) != planted)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory)
        #expect(try look(seccomp) == planted)
    }

    @Test func aSymbolicLink() throws {
        defer { remove() }
        let planted = try plant()
        try FileManager.default.moveItem(atPath: file, toPath: root + "/elsewhere")
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: root + "/elsewhere")
        #expect(try look(seccomp) != planted)
        #expect(try File.status(of: file).kind == .regular)
    }

    @Test func aSymbolicLinkToADirectory() throws {
        defer { remove() }
        let planted = try plant()
        try FileManager.default.moveItem(atPath: directory, toPath: root + "/elsewhere")
        try FileManager.default.createSymbolicLink(atPath: directory, withDestinationPath: root + "/elsewhere")
        #expect(try look(seccomp) != planted)
        #expect(try File.status(of: directory).kind == .symlink)
    }

    @Test func aSecondName() throws {
        defer { remove() }
        let planted = try plant()
        try FileManager.default.linkItem(atPath: file, toPath: root + "/second")
        #expect(try look(seccomp) != planted)
    }

    @Test func aFifo() throws {
        defer { remove() }
        _ = try plant()
        try FileManager.default.removeItem(atPath: file)
        #expect(mkfifo(file, 0o600) == 0)
        #expect(try look(seccomp) == SeccompCompiler.compile(seccomp))
    }

    @Test(.enabled(if: Session.effectiveUser == 0)) func anotherOwner() throws {
        defer { remove() }
        let planted = try plant()
        #expect(chown(file, 1, 0) == 0)
        #expect(try look(seccomp) != planted)
        _ = try plant()
        #expect(chown(directory, 1, 0) == 0)
        #expect(try look(seccomp) != planted)
    }

    @Test func everyTruncationAndEveryFlippedByte() throws {
        defer { remove() }
        let key = SeccompEntry.Key(seccomp)
        let whole = SeccompEntry(try SeccompCompiler.compile(seccomp)).bytes(key)
        #expect(SeccompEntry(whole, key) != nil)
        #expect(SeccompEntry(whole + [0], key) == nil)
        for length in 0..<whole.count { #expect(SeccompEntry(Array(whole[..<length]), key) == nil) }
        for index in whole.indices {
            var changed = whole
            changed[index] ^= 0x10
            #expect(SeccompEntry(changed, key) == nil)
        }
    }

    /// Whatever differs in a section must differ in the key.
    @Test func everyFieldIsPartOfTheKey() {
        let argument = Seccomp.Argument(index: 1, value: 2, valueTwo: 3, op: "SCMP_CMP_MASKED_EQ")
        let base = Seccomp(
            defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 1, architectures: ["SCMP_ARCH_X86"],
            flags: ["SECCOMP_FILTER_FLAG_LOG"], syscalls: [rule(["read", "write"], "SCMP_ACT_TRACE", 4, [argument])])
        var variants = [base]
        func vary(_ change: (inout Seccomp) -> Void) {
            var copy = base
            change(&copy)
            variants.append(copy)
        }
        vary { $0.defaultAction = "SCMP_ACT_TRACE" }
        vary { $0.defaultErrnoRet = 2 }
        vary { $0.defaultErrnoRet = nil }
        vary { $0.architectures = [] }
        vary { $0.architectures = ["SCMP_ARCH_X32"] }
        vary { $0.flags = nil }
        vary { $0.flags = [] }
        vary { $0.syscalls = [] }
        vary { $0.syscalls[0].names = ["read,write"] }
        vary { $0.syscalls[0].names = ["write", "read"] }
        vary { $0.syscalls[0].action = "SCMP_ACT_ERRNO" }
        vary { $0.syscalls[0].errnoRet = nil }
        vary { $0.syscalls[0].args = [] }
        vary { $0.syscalls[0].args[0].index = 2 }
        vary { $0.syscalls[0].args[0].value = 1 }
        vary { $0.syscalls[0].args[0].valueTwo = nil }
        vary { $0.syscalls[0].args[0].op = "SCMP_CMP_EQ" }
        vary { $0.syscalls.append($0.syscalls[0]) }
        var keys: [[UInt8]] = []
        var names: [String] = []
        for variant in variants {
            let key = SeccompEntry.Key(variant)
            #expect(!keys.contains(key.bytes))
            #expect(!names.contains(key.fileName))
            keys.append(key.bytes)
            names.append(key.fileName)
        }
        #expect(keys.count == 19)
    }

    @Test func theNumberOfEntriesIsBounded() throws {
        defer { remove() }
        for number in 0..<SeccompCache.capacity {
            _ = try look(section("SCMP_ACT_ALLOW", [rule(["mkdir"], "SCMP_ACT_ERRNO", UInt32(number))]))
        }
        #expect(entries().count == SeccompCache.capacity)
        _ = try look(seccomp)
        #expect(entries() == [SeccompEntry.Key(seccomp).fileName])
    }

    @Test func noStateRootNoCache() throws {
        remove()
        #expect(try look(seccomp) == SeccompCompiler.compile(seccomp))
        #expect(!FileManager.default.fileExists(atPath: root))
    }

    @Test func nothingIsKeptOfWhatCannotBeCompiled() throws {
        defer { remove() }
        #expect(throws: SeccompError.self) { try look(section("SCMP_ACT_BANANA")) }
        #expect(entries().isEmpty)
    }

    /// Fails when a section compiles to something else than before: then `SeccompEntry.format` must be raised, so that
    /// no entry of an older build is used, and this number changed.
    @Test(.enabled(if: isX86 && SeccompNames.libraryVersion == "2.5.4"))
    func whatACompilationGivesIsPinned() throws {
        var sum: UInt64 = 0
        for byte in try SeccompCompiler.compile(pinnedProfile).instructions { sum = (sum &* 31) &+ UInt64(byte) }
        #expect(SeccompEntry.format == 1)
        #expect(sum == 4_358_496_801_327_454_517)
    }

    private var pinnedProfile: Seccomp {
        let argument = Seccomp.Argument(index: 0, value: 0xff, valueTwo: 3, op: "SCMP_CMP_MASKED_EQ")
        return section(
            "SCMP_ACT_ERRNO",
            [
                rule(["read", "write", "close", "fstat", "lseek", "mmap", "mprotect", "brk"], "SCMP_ACT_ALLOW"),
                rule(["socket", "clone"], "SCMP_ACT_TRACE", 3, [argument]), rule(["mkdir"], "SCMP_ACT_LOG"),
            ], ["SCMP_ARCH_X86", "SCMP_ARCH_X32"])
    }
}

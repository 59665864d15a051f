import Testing

@testable import Kernel

@Suite struct MountValuesTests {
    private typealias Flag = Mount.Flags
    private typealias Attribute = Mount.Attributes

    @Test func ofTwoChangesTheLaterWins() {
        var flags = Mount.Flags()
        flags.turnOn(Flag.readOnly | Flag.noDev)
        flags.turnOff(Flag.readOnly)
        #expect(flags == Mount.Flags(set: Flag.noDev, clear: Flag.readOnly))
        flags.turnOn(Flag.readOnly)
        #expect(flags == Mount.Flags(set: Flag.noDev | Flag.readOnly))
        #expect(flags.contains(Flag.noDev | Flag.readOnly))
        #expect(!flags.contains(Flag.noDev | Flag.noExec))
    }

    @Test(arguments: [
        (Mount.Flags.readOnly, Mount.Attributes.readOnly), (Mount.Flags.noSuid, Mount.Attributes.noSuid),
        (Mount.Flags.noDev, Mount.Attributes.noDev), (Mount.Flags.noExec, Mount.Attributes.noExec),
        (Mount.Flags.noDirAtime, Mount.Attributes.noDirAtime),
        (Mount.Flags.noSymFollow, Mount.Attributes.noSymFollow),
    ])
    func flagsHaveTheirAttribute(_ flag: UInt, _ attribute: UInt64) {
        #expect(Mount.Attributes(Mount.Flags(set: flag)) == Mount.Attributes(set: attribute))
        #expect(Mount.Attributes(Mount.Flags(clear: flag)) == Mount.Attributes(clear: attribute))
    }

    @Test(arguments: [
        (Mount.Flags.noAtime, Mount.Attributes.noAtime), (Mount.Flags.strictAtime, Mount.Attributes.strictAtime),
        (Mount.Flags.relatime, Mount.Attributes.relatime),
    ])
    func accessTimesAreSetAsOneField(_ flag: UInt, _ attribute: UInt64) {
        #expect(
            Mount.Attributes(Mount.Flags(set: flag))
                == Mount.Attributes(set: attribute, clear: Mount.Attributes.atimeMask))
        #expect(
            Mount.Attributes(Mount.Flags(clear: flag)) == Mount.Attributes(clear: Mount.Attributes.atimeMask))
    }

    @Test func whatIsOfTheFileSystemIsNoAttribute() {
        let flags =
            Flag.synchronous | Flag.mandatoryLocks | Flag.dirSync | Flag.silent | Flag.iVersion | Flag.lazyTime
        #expect(Mount.Attributes(Mount.Flags(set: flags, clear: flags)).isEmpty)
    }

    @Test(
        arguments: [
            (Mount.Propagation.Kind.shared, 1 << 20), (.slave, 1 << 19), (.private, 1 << 18), (.unbindable, 1 << 17),
        ] as [(Mount.Propagation.Kind, UInt64)])
    func propagationBits(_ kind: Mount.Propagation.Kind, _ bit: UInt64) {
        #expect(Mount.Propagation(kind, recursive: false).flag == bit)
        #expect(Mount.Propagation(kind, recursive: true).flag == bit)
    }
}

import Testing

@testable import Runtime

@Suite struct CheckpointTests {
    @Test func numbersAndTextsAreWrittenAsTheProtocolHasThem() {
        var writer = ProtocolBufferWriter()
        writer.number(1, UInt64(300))
        writer.text(2, "ab")
        writer.number(3, Int32(-1))
        writer.flag(4, false)
        writer.number(5, UInt64?.none)
        var inner = ProtocolBufferWriter()
        inner.flag(1, true)
        writer.message(16, inner)
        let negative = [UInt8](repeating: 0xFF, count: 9) + [0x01]
        #expect(
            writer.bytes == [0x08, 0xAC, 0x02, 0x12, 0x02, 0x61, 0x62, 0x18] + negative + [
                0x82, 0x01, 0x02, 0x08, 0x01,
            ]
        )
    }

    @Test func aNotificationIsRead() {
        // type NOTIFY, success, notify { script "post-restore", pid 300 }
        let script = Array("post-restore".utf8)
        let inner = [0x0A, UInt8(script.count)] + script + [0x10, 0xAC, 0x02]
        let answer = CriuAnswer([0x08, 0x06, 0x10, 0x01, 0x2A, UInt8(inner.count)] + inner)
        #expect(answer?.isNotification == true)
        #expect(answer?.succeeded == true)
        #expect(answer?.point == "post-restore")
        #expect(answer?.pid == 300)
    }

    @Test func aFailureIsRead() {
        let text = Array("no".utf8)
        let answer = CriuAnswer([0x08, 0x01, 0x10, 0x00, 0x38, 0x11, 0x4A, 0x02] + text)
        #expect(answer?.isNotification == false)
        #expect(answer?.succeeded == false)
        #expect(answer?.errno == 17)
        #expect(answer?.complaint == "no")
    }

    @Test(
        arguments: [
            [], [0x08], [0x12, 0x05, 0x61], [0x0B], [0x08, 0x80], [0x08] + [UInt8](repeating: 0x80, count: 11),
        ] as [[UInt8]])
    func whatIsNoMessageIsNone(_ bytes: [UInt8]) { #expect(CriuAnswer(bytes) == nil) }

    @Test func mountsAreReadWithTheirEscapes() {
        let table = MountTable(
            Array(
                """
                21 1 0:20 / / rw shared:1 - ext4 /dev/vda rw
                35 21 0:25 /a\\040b /data/with\\040blank ro - tmpfs tmpfs rw
                36 35 0:26 / /data/with\\040blank/below rw - tmpfs tmpfs rw

                """.utf8))
        #expect(table.entries.count == 3)
        #expect(table.entry(35) == MountTable.Entry(id: 35, device: "0:25", root: "/a b", point: "/data/with blank"))
        #expect(table.below("/data/with blank").map(\.id) == [36])
        #expect(table.below("/").map(\.id) == [35, 36])
        #expect(table.entry(1) == nil)
    }

    @Test func streamsOfTheCallerTakeThePlacesOfThoseInAnImage() {
        let inherited = StreamKey.inherited(["pipe:[12]", "file[1c:80]", "file[1c:80]", "pipe:[13]"])
        #expect(
            inherited == [
                CriuRequest.Inherited(key: "pipe:[12]", number: 0),
                CriuRequest.Inherited(key: "file[1c:80]", number: 1),
            ])
        #expect(StreamKey.inherited(["/dev/pts/0", "", "socket:[4]"]).isEmpty)
    }

    @Test func theListOfStreamsIsReadAsItWasWritten() {
        let keys = ["", "pipe:[12]", "file[1c:80]"]
        #expect(StreamKey.read(StreamKey.document(keys)) == keys)
        #expect(StreamKey.read(Array("[\"a\", 1]".utf8)) == nil)
        #expect(StreamKey.read(Array("{}".utf8)) == nil)
    }
}

import Testing

@testable import Runtime

/// The words that apus and the container's init have for each other, and when they may say them.
struct SyncTests {
    private static let plain: [SyncMessage] = [
        .mapped, .placed, .tree, .hooksDue, .goOn, .terminal, .ready, .commit, .start, .executing, .executingFiltered,
        .listener, .delivered, .linksDue, .linksMoved, .clocksDue, .clocksSet,
    ]

    @Test(arguments: plain) func messagesSurviveTheWire(message: SyncMessage) {
        #expect(SyncMessage(message.bytes) == message)
        #expect(message.bytes.count == 1)
    }

    @Test(arguments: [0, 7, 255, 256, 65536, SyncMessage.rootfs]) func theNumberOfATreeSurvives(number: UInt32) {
        #expect(SyncMessage(SyncMessage.treeDue(number).bytes) == .treeDue(number))
    }

    @Test func anErrorKeepsItsKindAndWords() {
        let error = RuntimeError(.configuration, "mount proc on /proc: no such device (/mounts/0)")
        #expect(SyncMessage(SyncMessage.failed(error).bytes) == .failed(error))
    }

    @Test func aLongErrorIsCutToFit() {
        let error = RuntimeError(.failed, String(repeating: "x", count: SyncMessage.limit * 2))
        let bytes = SyncMessage.failed(error).bytes
        #expect(bytes.count == SyncMessage.limit)
        guard case .failed(let received) = SyncMessage(bytes) else {
            Issue.record("not an error any more")
            return
        }
        #expect(received.message.utf8.count == SyncMessage.limit - 2)
    }

    @Test(
        arguments: [
            [], [0], [20], [255], [9, 9], [16], [16, 0, 0, 0], [17, 0], [15, 1], [1, 1], [8], [8, 200, 65],
        ] as [[UInt8]])
    func otherBytesAreNoMessage(bytes: [UInt8]) {
        #expect(SyncMessage(bytes) == nil)
    }

    @Test(
        arguments: [
            [.ready, .commit],
            [.ready, .commit, .start, .executing],
            [.ready, .start, .executing],
            [.ready, .start, .executingFiltered],
            [.ready, .commit, .start, .executingFiltered],
            [.terminal, .ready, .commit, .start, .executing],
            [.hooksDue, .goOn, .ready, .commit],
            [.hooksDue, .goOn, .terminal, .ready, .commit, .start, .executing],
            [.placed, .ready, .commit],
            [.placed, .hooksDue, .goOn, .terminal, .ready, .commit],
            [.placed, .terminal, .ready, .commit],
            [.linksDue, .linksMoved, .ready, .commit],
            [.clocksDue, .clocksSet, .mapped, .treeDue(1), .tree, .ready, .commit],
            [.clocksDue, .clocksSet, .ready, .commit],
            [.placed, .linksDue, .linksMoved, .hooksDue, .goOn, .ready, .commit],
            [.ready, .commit, .start, .executingFiltered, .listener, .delivered],
            [.ready, .commit, .start, .listener, .delivered, .executingFiltered],
            [.ready, .commit, .start, .listener, .failed(RuntimeError(.failed, "not delivered"))],
            [.mapped, .placed, .ready, .commit],
            [.mapped, .treeDue(0), .tree, .treeDue(1), .tree, .hooksDue, .goOn, .ready, .commit],
            [.treeDue(3), .tree, .ready, .commit],
            [.failed(RuntimeError(.failed, "at once"))],
            [.hooksDue, .failed(RuntimeError(.failed, "later"))],
        ] as [[SyncMessage]])
    func theseConversationsAreLegal(messages: [SyncMessage]) {
        var order = SyncOrder()
        for message in messages {
            let legal = order.accept(message)
            #expect(legal, "\(message)")
        }
    }

    @Test(
        arguments: [
            [.commit], [.goOn], [.start], [.executing],
            [.placed, .placed], [.ready, .placed], [.placed, .commit], [.hooksDue, .placed],
            [.ready, .ready],
            [.ready, .start, .commit],
            [.ready, .hooksDue],
            [.hooksDue, .ready],
            [.hooksDue, .hooksDue],
            [.ready, .commit, .executing],
            [.ready, .commit, .start, .start],
            [.terminal, .terminal],
            [.clocksSet], [.clocksDue, .ready], [.mapped, .clocksDue],
            [.linksMoved], [.linksDue, .linksDue], [.linksDue, .ready], [.hooksDue, .linksDue],
            [.listener], [.ready, .commit, .listener], [.ready, .commit, .start, .delivered],
            [.ready, .commit, .start, .listener, .executing],
            [.ready, .commit, .start, .listener, .delivered, .listener],
            [.mapped, .mapped], [.placed, .mapped], [.treeDue(0), .treeDue(1)], [.tree], [.treeDue(0), .ready],
            [.treeDue(0), .tree, .tree], [.hooksDue, .treeDue(0)], [.terminal, .treeDue(0)],
        ] as [[SyncMessage]])
    func theLastOfTheseComesOutOfTurn(messages: [SyncMessage]) {
        var order = SyncOrder()
        let verdicts = messages.map { order.accept($0) }
        #expect(verdicts.dropLast().allSatisfy { $0 })
        #expect(verdicts.last == false)
        let after = order.accept(.ready)
        #expect(!after, "the conversation goes on after a breach")
    }

    @Test func onlyStartIsLeftToSayAtTheGate() {
        var order = SyncOrder(committed: ())
        let verdicts = [SyncMessage.start, .executing].map { order.accept($0) }
        #expect(verdicts == [true, true])
        var impatient = SyncOrder(committed: ())
        let verdict = impatient.accept(.commit)
        #expect(!verdict)
    }

    @Test func everyStepHasItsNumberAndItsWords() {
        var words: Set<String> = []
        for (index, step) in Step.allCases.enumerated() {
            #expect(Int(step.rawValue) == index)
            words.insert(step.text.description)
        }
        #expect(words.count == Step.allCases.count)
    }
}

import Testing

@testable import Kernel

@Suite struct IDMapTests {
    private static let two = IDMap([
        .init(inside: 0, outside: 100_000, size: 1000), .init(inside: 1000, outside: 7, size: 1),
    ])

    @Test(
        arguments: [
            (0, 100_000), (999, 100_999), (1000, 7), (1001, nil), (UInt32.max, nil),
        ] as [(UInt32, UInt32?)])
    func anIdStandsForOneOutside(_ inside: UInt32, _ outside: UInt32?) {
        #expect(Self.two.outside(of: inside) == outside)
        #expect(Self.two.contains(inside) == (outside != nil))
    }

    @Test func theWholeRangeOfIdsFits() {
        let map = IDMap([.init(inside: 0, outside: 0, size: UInt32.max)])
        #expect(map.outside(of: UInt32.max - 1) == UInt32.max - 1)
        #expect(map.outside(of: UInt32.max) == nil)
        #expect(map.isEquivalent(to: map))
    }

    @Test func itIsWrittenAsTheKernelReadsIt() {
        #expect(Self.two.text == "0 100000 1000\n1000 7 1\n")
        #expect(Self.two.words == ["0", "100000", "1000", "1000", "7", "1"])
    }

    @Test func itIsReadAsTheKernelWritesIt() {
        let file = "         0     100000       1000\n      1000          7          1\n"
        #expect(IDMap(file: Array(file.utf8)) == Self.two)
        #expect(IDMap(file: []) == IDMap([]))
    }

    @Test(arguments: ["0 1\n", "0 1 2 3\n", "0 1 x\n", "0 1 4294967296\n", "0 -1 2\n"])
    func otherTextIsNoMap(_ text: String) { #expect(IDMap(file: Array(text.utf8)) == nil) }

    @Test func whatSaysTheSameIsEquivalent() {
        let halves = IDMap([
            .init(inside: 1000, outside: 7, size: 1), .init(inside: 500, outside: 100_500, size: 500),
            .init(inside: 0, outside: 100_000, size: 500),
        ])
        #expect(halves.isEquivalent(to: Self.two))
        #expect(halves != Self.two)
        for other in [IDMap([]), IDMap([Self.two.ranges[0]]), IDMap([.init(inside: 0, outside: 100_000, size: 1001)])] {
            #expect(!other.isEquivalent(to: Self.two))
        }
    }

    @Test func onlyOneIdIsTheOwn() {
        #expect(IDMap([.init(inside: 0, outside: 1000, size: 1)]).isOnly(1000))
        #expect(IDMap([.init(inside: 5, outside: 1000, size: 1)]).isOnly(1000))
        #expect(!IDMap([.init(inside: 0, outside: 1000, size: 2)]).isOnly(1000))
        #expect(!IDMap([.init(inside: 0, outside: 1001, size: 1)]).isOnly(1000))
        #expect(!Self.two.isOnly(7))
    }
}

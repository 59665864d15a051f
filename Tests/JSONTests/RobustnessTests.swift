import Testing

@testable import JSON

/// A generator of the same numbers in every run.
private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

@Suite struct RobustnessTests {
    private let document = Array(
        """
        {"ociVersion": "1.3.0", "process": {"args": ["sh", "-c", "\\u00e9 é 😀 \\ud83d\\ude00"], "cwd": "/",
        "rlimits": [{"soft": 18446744073709551615, "hard": -1.5e+10}], "terminal": true, "x": null},
        "a": [[], {}, [{}], [[1], 0]], "path\\/\\\\": "\\t\\"" }
        """.utf8)

    /// The parser and the check that explains its errors were written apart: they must agree on every text.
    private func check(_ bytes: [UInt8]) {
        let fault = bytes.withUnsafeBytes { ByteCheck.firstFault(in: $0) ?? SyntaxDiagnosis.fault(in: $0) }
        switch parse(bytes) {
        case .success(let value):
            #expect(fault == nil, "\(bytes)")
            #expect(parse(written(value)) == .success(value))
            #expect(parse(written(value, pretty: true)) == .success(value))
        case .failure(let error):
            let ownLimit = error.message.hasPrefix("duplicate key") || error.message.hasPrefix("nested more")
            #expect((fault != nil || ownLimit) && error.message != "not JSON", "\(bytes)")
            #expect(!error.description.utf8.contains(UInt8(ascii: "\n")))
        }
    }

    @Test func truncations() {
        for length in 0...document.count {
            check(Array(document[..<length]))
            check(Array(document[(document.count - length)...]))
        }
    }

    @Test func singleBytes() {
        let ascii = "\0\t\n\u{b}\u{c}\u{1f} \"\\/{}[]:,-+.0123eEutfn'"
        let interesting: [UInt8] = Array(ascii.utf8) + [0x80, 0xC0, 0xE2, 0xFF]
        for index in document.indices {
            for byte in interesting {
                var changed = document
                changed[index] = byte
                check(changed)
                changed.insert(document[index], at: index)
                check(changed)
            }
            var shorter = document
            shorter.remove(at: index)
            check(shorter)
        }
    }

    @Test func randomChanges() {
        var numbers = Numbers(state: 2026)
        let alphabet = Array("{}[]\":,\\u0eE-+.1 tfn\n\0é".utf8)
        for _ in 0..<3_000 {
            var changed = document
            for _ in 0..<Int.random(in: 1...6, using: &numbers) {
                let index = Int.random(in: 0..<changed.count, using: &numbers)
                changed[index] = alphabet[Int.random(in: 0..<alphabet.count, using: &numbers)]
            }
            check(changed)
        }
    }

    @Test func randomTexts() {
        var numbers = Numbers(state: 7)
        let alphabet = Array("[]{}\":,\\1- tu".utf8)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...12, using: &numbers)
            check((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &numbers)] })
        }
    }

    /// Work that grows with the square of the size would not come to an end.
    @Test(arguments: [
        ("0,", 1 << 20), ("{},", 1 << 20), ("\"\\n\\u00e9 and more\",", 1 << 20),
        ("{\"destination\":\"/a/path/that/is/as/long/as/paths/are/in/truth\",\"options\":[\"rw\"]},", 16 << 20),
    ])
    func largeDocuments(_ part: String, _ size: Int) throws {
        let unit = Array(part.utf8)
        let count = (size - 4) / unit.count
        var bytes = [UInt8(ascii: "[")]
        bytes.reserveCapacity(size)
        for _ in 0..<count { bytes += unit }
        bytes += Array("1]".utf8)
        guard case .array(let elements) = try JSONReader.parse(bytes) else {
            Issue.record("not an array")
            return
        }
        #expect(elements.count == count + 1)
        bytes.removeLast()
        #expect(complaint(bytes) == "line 1, column \(bytes.count + 1): the document ends too early")
    }

    @Test func largestString() throws {
        let quote = UInt8(ascii: "\"")
        let length = JSONReader.maximumBytes - 2
        guard case .string(let text) = try JSONReader.parse([quote] + Array(repeating: 0x78, count: length) + [quote])
        else {
            Issue.record("not a string")
            return
        }
        #expect(text.utf8.count == length)
    }

    @Test func largeObject() throws {
        var bytes = [UInt8(ascii: "{")]
        for index in 0..<200_000 { bytes += Array("\"\(index)\":1,".utf8) }
        bytes += Array("\"x\":1}".utf8)
        guard case .object(let members) = try JSONReader.parse(bytes) else {
            Issue.record("not an object")
            return
        }
        #expect(members.count == 200_001)
    }
}

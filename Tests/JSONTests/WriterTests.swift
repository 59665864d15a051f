import Testing

@testable import JSON

@Suite struct WriterTests {
    private let sample = object([
        "a": .array([]), "b": .object([]), "c": .array([number("1"), object(["d": .null]), .array([.bool(true)])]),
        "e": .string("x"),
    ])

    @Test func compact() {
        #expect(written(sample) == #"{"a":[],"b":{},"c":[1,{"d":null},[true]],"e":"x"}"#)
        #expect(written(.array([])) == "[]")
        #expect(written(.string("x")) == "\"x\"")
    }

    @Test func pretty() {
        let expected = """
            {
                "a": [],
                "b": {},
                "c": [
                    1,
                    {
                        "d": null
                    },
                    [
                        true
                    ]
                ],
                "e": "x"
            }
            """
        #expect(written(sample, pretty: true) == expected)
        #expect(written(.object([]), pretty: true) == "{}")
    }

    @Test(arguments: [
        ("", "\"\""), ("a/b<c>&d", "\"a/b<c>&d\""), ("\"\\", "\"\\\"\\\\\""), ("\n\r\t", "\"\\n\\r\\t\""),
        ("\u{1}\u{8}\u{b}\u{1f}\u{7f}", "\"\\u0001\\u0008\\u000b\\u001f\u{7f}\""), ("é😀\u{2028}", "\"é😀\u{2028}\""),
        ("plain\nthen \"quoted\" and plain", "\"plain\\nthen \\\"quoted\\\" and plain\""),
    ])
    func strings(_ text: String, _ expected: String) {
        #expect(written(.string(text)) == expected)
        #expect(parse(expected) == .success(.string(text)))
        #expect(written(object([text: .null])) == "{" + expected + ":null}")
    }

    @Test func everyASCIICharacterSurvives() {
        let text = String(decoding: (1...127).map { UInt8($0) }, as: UTF8.self)
        #expect(parse(written(.string(text))) == .success(.string(text)))
    }

    @Test func integers() {
        var writer = JSONWriter()
        writer.beginArray()
        for value in [0, 7, -7, 10, 99, 100, -1_000_000, Int64.max, Int64.min] { writer.integer(value) }
        for value in [0, 9, 10, UInt64.max] { writer.unsigned(value) }
        writer.endArray()
        let expected =
            "[0,7,-7,10,99,100,-1000000,9223372036854775807,-9223372036854775808,0,9,10,18446744073709551615]"
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test func members() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("none", nil as String?)
        writer.member("text", "t")
        writer.member("flag", false)
        writer.member("signed", Int64(-1))
        writer.member("unsigned", UInt64.max)
        writer.member("list", [])
        writer.member("words", ["a", "b"])
        writer.member("nothing", nil as [String]?)
        writer.endObject()
        writer.newline()
        let expected =
            #"{"text":"t","flag":false,"signed":-1,"unsigned":18446744073709551615,"list":[],"words":["a","b"]}"#
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected + "\n")
    }
}

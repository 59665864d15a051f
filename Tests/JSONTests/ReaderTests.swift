import Testing

@testable import JSON

@Suite struct ReaderTests {
    @Test(arguments: [
        ("null", JSONValue.null), ("true", .bool(true)), ("false", .bool(false)), ("12", number("12")),
        ("-0", number("-0")), ("1.50e+3", number("1.50e+3")), (" \t\r\n7 \n", number("7")),
        ("18446744073709551615", number("18446744073709551615")), ("\"\"", .string("")),
        ("\"a\\/\\\"\\\\\\b\\f\\n\\r\\t\\u0041\\u00e9\"", .string("a/\"\\\u{8}\u{c}\n\r\tA\u{e9}")),
        ("\"\\ud83d\\uDE00\"", .string("😀")), ("\"é😀\u{7f}\"", .string("é😀\u{7f}")), ("[]", .array([])),
        ("{}", .object([])), ("[[],{}]", .array([.array([]), .object([])])),
        ("[1,\"2\",[[4]],5]", .array([number("1"), .string("2"), .array([.array([number("4")])]), number("5")])),
        ("{\"b\":{\"c\":[{}]},\"a\":null}", object(["b": object(["c": .array([.object([])])]), "a": .null])),
    ])
    func value(_ text: String, _ expected: JSONValue) {
        #expect(parse(text) == .success(expected))
    }

    @Test func longStrings() {
        let long = String(repeating: "0123456789é", count: 1000)
        #expect(parse("[\"\(long)\",\"\(long)\\n\"]") == .success(.array([.string(long), .string(long + "\n")])))
    }

    @Test(arguments: [
        ("", "the document is empty"),
        (" \n\t ", "the document is empty"),
        ("\u{feff}{}", "line 1, column 1: the document begins with a byte order mark"),
        ("{", "line 1, column 2: the document ends too early"),
        ("[1,", "line 1, column 4: the document ends too early"),
        ("{\"a\":\n", "line 2, column 1: the document ends too early"),
        ("1.", "line 1, column 3: the document ends too early"),
        ("[\"abc", "line 1, column 2: a string that does not end"),
        ("{\"a\" 1}", "line 1, column 6: expected ':' after the key, found '1'"),
        ("[1,]", "line 1, column 4: expected a value, found ']'"),
        ("{\"a\":1,}", "line 1, column 8: expected a key in double quotes, found '}'"),
        ("{a:1}", "line 1, column 2: expected a key in double quotes, found 'a'"),
        ("{'a':1}", "line 1, column 2: expected a key in double quotes, found '''"),
        ("{\n  \"a\": 1\n  \"b\": 2\n}", "line 3, column 3: expected ',' or '}' after the member, found '\"'"),
        ("[1 2]", "line 1, column 4: expected ',' or ']' after the element, found '2'"),
        ("[1}", "line 1, column 3: expected ',' or ']' after the element, found '}'"),
        ("{\"é\": \"😀\",\r\n\t@}", "line 2, column 2: expected a key in double quotes, found '@'"),
        ("[\"é😀\" é]", "line 1, column 7: expected ',' or ']' after the element, found 'é'"),
        ("[nul]", "line 1, column 2: expected a value, found 'nul'"),
        ("[True]", "line 1, column 2: expected a value, found 'True'"),
        ("[NaN]", "line 1, column 2: expected a value, found 'NaN'"),
        ("[+1]", "line 1, column 2: expected a value, found '+'"),
        ("[01]", "line 1, column 2: a number must not begin with 0"),
        ("[-]", "line 1, column 3: expected a digit after the minus sign, found ']'"),
        ("[1.e3]", "line 1, column 4: expected a digit after the decimal point, found 'e3'"),
        ("[1e+]", "line 1, column 5: expected a digit after the exponent, found ']'"),
        ("[0x10]", "line 1, column 3: expected ',' or ']' after the element, found 'x10'"),
        ("{} {}", "line 1, column 4: expected nothing more, found '{'"),
        ("{}\n\nx", "line 3, column 1: expected nothing more, found 'x'"),
        ("1 2", "line 1, column 3: expected nothing more, found '2'"),
        ("{} \"", "line 1, column 4: expected nothing more, found '\"'"),
        ("[]\n\"abc\\", "line 2, column 1: expected nothing more, found '\"'"),
        ("{}tru", "line 1, column 3: expected nothing more, found 'tru'"),
        ("\"a\"nul", "line 1, column 4: expected nothing more, found 'nul'"),
        ("{}-", "line 1, column 3: expected nothing more, found '-'"),
        ("{ // c\n}", "line 1, column 3: expected a key in double quotes, found '/' (comments are not allowed)"),
        ("/* c */ {}", "line 1, column 1: expected a value, found '/' (comments are not allowed)"),
        ("{}//", "line 1, column 3: expected nothing more, found '/' (comments are not allowed)"),
        ("[\"\\q\"]", "line 1, column 3: a backslash in a string must be written as \\\\"),
        ("[\"a\tb\"]", "line 1, column 4: a control character in a string must be written as an escape"),
        ("[\"a\nb\"]", "line 1, column 4: a control character in a string must be written as an escape"),
        ("[1,\u{b}2]", "line 1, column 4: a control character that is not white space"),
        ("[1,\u{c}2]", "line 1, column 4: a control character that is not white space"),
    ])
    func syntax(_ text: String, _ expected: String) {
        #expect(complaint(text) == expected)
    }

    @Test(arguments: [
        ("{\"a\":\"x\\u0000y\"}", "line 1, column 8: a NUL character (\\u0000)"),
        ("{\"\\u0000\":1}", "line 1, column 3: a NUL character (\\u0000)"),
        ("[\"\0\"]", "line 1, column 3: a NUL byte"),
        ("[1]\0", "line 1, column 4: a NUL byte"),
        ("[\"\\\\u0000\"]", nil),
        ("[\"0123456789\\ud800\"]", "line 1, column 13: half a surrogate pair"),
        ("[\"\\udc00\"]", "line 1, column 3: half a surrogate pair"),
        ("[\"\\ud800\\u0041\"]", "line 1, column 3: half a surrogate pair"),
        ("[\"\\ud800\\ud800\"]", "line 1, column 3: half a surrogate pair"),
        ("[\"\\u12g4\"]", "line 1, column 3: \\u is not followed by four hexadecimal digits"),
        ("[\"\\u12", "line 1, column 3: \\u is not followed by four hexadecimal digits"),
        ("[\"\\", "line 1, column 2: a string that does not end"),
    ])
    func escapes(_ text: String, _ expected: String?) {
        #expect(complaint(text) == expected)
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
            [0xE2, 0x28, 0xA1], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        ] as [[UInt8]])
    func invalidUTF8(_ sequence: [UInt8]) {
        for padding in 0..<9 {
            let before = Array("[\"".utf8) + Array(repeating: UInt8(ascii: "x"), count: padding)
            let expected = JSONError(message: "not valid UTF-8", line: 1, column: 3 + padding)
            #expect(parse(before + sequence + Array("\"]".utf8)) == .failure(expected))
            #expect(parse(before + sequence) == .failure(expected))
        }
    }

    @Test(arguments: ["\u{80}", "\u{7ff}", "\u{800}", "\u{d7ff}", "\u{e000}", "\u{ffff}", "\u{10000}", "\u{10ffff}"])
    func validUTF8(_ character: String) {
        for padding in 0..<9 {
            let text = String(repeating: "x", count: padding) + character
            #expect(parse("\"\(text)\"") == .success(.string(text)))
        }
    }

    @Test(arguments: [
        ("\0", "a NUL byte"), ("\u{b}", "a control character that is not white space"),
        ("\u{c}", "a control character that is not white space"),
    ])
    func faultsAreFoundAtEveryOffset(_ character: String, _ message: String) {
        for padding in 0..<20 {
            let blanks = String(repeating: " ", count: padding)
            let expected = JSONError(message: message, line: 1, column: 2 + padding)
            #expect(parse("[" + blanks + character + "         ]") == .failure(expected))
        }
    }

    @Test func depth() {
        func nested(_ levels: Int, _ open: String, _ close: String) -> String {
            String(repeating: open, count: levels) + "1" + String(repeating: close, count: levels)
        }
        let message = "nested more than 128 levels deep"
        #expect(complaint(nested(128, "[", "]")) == nil)
        #expect(complaint(nested(129, "[", "]")) == "line 1, column 129: " + message)
        #expect(complaint(nested(128, "{\"a\":", "}")) == nil)
        #expect(complaint(nested(129, "{\"a\":", "}")) == "line 1, column 641: " + message)
        #expect(complaint(String(repeating: "[", count: 1 << 20)) == "line 1, column 129: " + message)
        #expect(complaint("[" + String(repeating: "[[]],", count: 1000) + "{}]") == nil)
    }

    @Test func size() {
        let document = Array("[\"0123456789\"]".utf8)
        #expect(throws: JSONError(message: "the document has 14 bytes, more than 13 are not read")) {
            try JSONReader.parse(document, limit: 13)
        }
        #expect((try? JSONReader.parse(document, limit: 14)) == .array([.string("0123456789")]))
        #expect(JSONReader.maximumBytes == 16 * 1024 * 1024)
        let tooLarge = Array(repeating: UInt8(ascii: " "), count: JSONReader.maximumBytes) + [UInt8(ascii: "1")]
        let message = "the document has 16777217 bytes, more than 16777216 are not read"
        #expect(parse(tooLarge) == .failure(JSONError(message: message)))
    }
}

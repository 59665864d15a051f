import Testing

@testable import JSON

@Suite struct NumberTests {
    @Test(arguments: [
        ("0", Int64(0), UInt64(0)), ("-0", 0, nil), ("1", 1, 1), ("-1", -1, nil),
        ("9223372036854775807", .max, 9_223_372_036_854_775_807),
        ("9223372036854775808", nil, 9_223_372_036_854_775_808), ("-9223372036854775808", .min, nil),
        ("-9223372036854775809", nil, nil), ("18446744073709551615", nil, .max), ("18446744073709551616", nil, nil),
        ("99999999999999999999999999", nil, nil), ("1.0", nil, nil), ("1e3", nil, nil), ("-1E2", nil, nil),
        ("0.5", nil, nil),
    ])
    func integers(_ text: String, _ signed: Int64?, _ unsigned: UInt64?) {
        let number = JSONNumber(text: text)
        #expect(number.int64 == signed)
        #expect(number.uint64 == unsigned)
    }
}

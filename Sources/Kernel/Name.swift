extension StaticString {
    /// Whether `text` is this name, byte for byte. How the tables of kernel words are looked up.
    package func names(_ text: String) -> Bool {
        guard text.utf8.count == utf8CodeUnitCount else { return false }
        var text = text
        return text.withUTF8 { bytes in
            for index in 0..<bytes.count where bytes[index] != utf8Start[index] { return false }
            return true
        }
    }

    /// Whether `text` from byte `offset` on is this name, which is in capitals; small letters count as capitals.
    package func names(inAnyCase text: String, from offset: Int = 0) -> Bool {
        guard text.utf8.count - offset == utf8CodeUnitCount else { return false }
        var text = text
        return text.withUTF8 { bytes in
            for index in 0..<utf8CodeUnitCount {
                var byte = bytes[offset + index]
                if byte >= 0x61, byte <= 0x7A { byte &= 0xDF }
                if byte != utf8Start[index] { return false }
            }
            return true
        }
    }
}
